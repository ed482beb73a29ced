"""What stands in addresses."""

from werkzeug.routing import BaseConverter


class TextConverter(BaseConverter):
    """A token or a key; no database is asked for one with the one sign that PostgreSQL cannot hold."""

    part_isolating = True
    regex = r"[^/\0]+"
