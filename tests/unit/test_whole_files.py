"""A file that cannot be written leaves what was there, and nothing beside it."""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.whole_files import create_file, replace_file

BEFORE, AFTER = b"before", b"much longer than there is room for"


@contextmanager
def no_room() -> Iterator[None]:
    """The kernel writes half of it and refuses the rest, to every user, as on a disk that becomes full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(AFTER) // 2, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def found(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_without_room_the_old_content_stays_alone(tmp_path: Path) -> None:
    replace_file(tmp_path / "file", BEFORE)
    with no_room(), pytest.raises(OSError, match="too large"):
        replace_file(tmp_path / "file", AFTER)
    assert found(tmp_path) == {"file": BEFORE}


def test_without_room_nothing_is_created(tmp_path: Path) -> None:
    with no_room(), pytest.raises(OSError, match="too large"):
        create_file(tmp_path / "file", AFTER)
    assert found(tmp_path) == {}


@pytest.mark.parametrize("write", [replace_file, create_file])
def test_a_file_that_is_there_is_alone(tmp_path: Path, write: Callable[[Path, bytes], None]) -> None:
    write(tmp_path / "folder" / "file", AFTER)
    assert found(tmp_path / "folder") == {"file": AFTER}


def test_who_is_quicker_stays(tmp_path: Path) -> None:
    create_file(tmp_path / "file", BEFORE)
    create_file(tmp_path / "file", AFTER)
    assert found(tmp_path) == {"file": BEFORE}


def test_a_folder_in_the_way_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path / "file", AFTER)
    assert found(tmp_path) == {}
