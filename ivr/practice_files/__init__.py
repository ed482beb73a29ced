"""The practice file: a practice as text, read with all its faults at once, written so that it reads back."""
