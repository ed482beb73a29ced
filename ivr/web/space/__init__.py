"""The patient space, `/p/…`: what patients do for themselves, by the link of an SMS."""
