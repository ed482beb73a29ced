"""Files that are there whole or not at all, whoever looks meanwhile and whenever the power fails."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


def replace_file(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Put the content in the place of whatever is there; its folder is made when it is missing. Raises OSError."""
    with _draft(file, content, mode) as draft:
        os.replace(draft, file)
    put_on_disk(file.parent)


def create_file(file: Path, content: bytes) -> None:
    """Put the content there for the owner alone, unless somebody was quicker: then theirs stays. Raises OSError."""
    with _draft(file, content, 0o600) as draft, contextlib.suppress(FileExistsError):
        os.link(draft, file)
    put_on_disk(file.parent)


@contextlib.contextmanager
def _draft(file: Path, content: bytes, mode: int) -> Iterator[str]:
    """The content on the disk, under a name of its own beside the file; that name is gone at the end, come what may."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fchmod(opened.fileno(), mode)
            os.fsync(opened.fileno())
        yield draft
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)


def put_on_disk(path: Path, *, without_times: bool = False) -> None:
    """Return when a file, or the names in a folder, would outlive the loss of power. Raises OSError.

    `without_times` does not wait for the time of the last change.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if without_times:
            os.fdatasync(descriptor)
        else:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
