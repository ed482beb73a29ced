"""Tables, reads and migrations; nothing here decides."""
