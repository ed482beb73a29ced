"""The JSON API of a practice, for programs."""
