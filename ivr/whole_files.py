"""Files that are there whole or not at all, whoever looks meanwhile and whenever the power fails."""

import contextlib
import os
import tempfile
from pathlib import Path


def replace_file(file: Path, content: bytes, mode: int = 0o600) -> None:
    """Put the content in the place of whatever is there; its folder is made when it is missing. Raises OSError."""
    draft = _draft(file, content, mode)
    os.replace(draft, file)
    _sync_folder(file.parent)


def create_file(file: Path, content: bytes) -> None:
    """Put the content there for the owner alone, unless somebody was quicker: then theirs stays. Raises OSError."""
    draft = _draft(file, content, 0o600)
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    os.unlink(draft)
    _sync_folder(file.parent)


def _draft(file: Path, content: bytes, mode: int) -> str:
    """The content on the disk, under a name of its own beside the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fchmod(opened.fileno(), mode)
        os.fsync(opened.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    """The name itself would be lost with the power otherwise."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
