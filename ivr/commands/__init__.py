"""The commands of `ivr`, a module for each group of them."""
