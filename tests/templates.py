"""Templates of pages, compiled once for all the applications that the tests of a process make."""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class RememberedTemplates(BytecodeCache):
    """Templates as they were compiled."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled before, if it was."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """To be found again."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()
