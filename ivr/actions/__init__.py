"""What the system does, a function each: load, decide, record; one action, one transaction."""
