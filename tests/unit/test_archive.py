"""Voice messages on the disk: what is deleted stays deleted, whoever seals anew meanwhile."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from ivr.actions.archive import Archive
from ivr.vault import Vault
from tests.rest_double import wav

SOON = 0.2
"""Longer than deleting a file takes."""


class VaultBesideAnErasure(Vault):
    """While the sound is opened, somebody else deletes it from `archive`."""

    def __init__(self, key_file: Path, archive: Archive, pool: ThreadPoolExecutor) -> None:
        super().__init__(key_file)
        self.deletions: list[Future[None]] = []
        self._archive, self._pool = archive, pool

    def open(self, sealed: bytes) -> bytes:
        self.deletions.append(self._pool.submit(self._archive.remove, "RE1.wav"))
        wait(self.deletions, SOON)
        return super().open(sealed)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "messages", Vault(tmp_path / "ivr.keys"))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_a_message_erased_while_keys_are_rotated_does_not_come_back(archive: Archive, pool: ThreadPoolExecutor) -> None:
    archive.store("RE1", wav(1))
    vault = VaultBesideAnErasure(archive.vault.key_file, archive, pool)
    assert Archive(archive.folder, vault).seal_again() == 1
    for deletion in vault.deletions:
        deletion.result()
    assert list(archive.folder.iterdir()) == []


def test_what_is_not_there_is_deleted_already(archive: Archive) -> None:
    archive.remove("RE1.wav")
    assert archive.seal_again() == 0
