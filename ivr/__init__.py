"""A telephone switchboard for medical practices."""
