"""Spoken dialogues, a module each: what was heard comes in, what to say and do goes out; no I/O."""
