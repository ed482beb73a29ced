"""Voice messages and documents as files below the data folder, encrypted at rest."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ivr.settings import Settings
from ivr.vault import Vault
from ivr.whole_files import replace_file


@dataclass(frozen=True, slots=True)
class Archive:
    """Where one kind of file is kept, below the data folder, sealed."""

    folder: Path
    vault: Vault
    suffix: str = ".wav"

    def read(self, name: str) -> bytes:
        """The content. Raises OSError or VaultError."""
        return self.vault.open((self.folder / name).read_bytes())

    def remove(self, name: str) -> None:
        """Delete the file; one that is gone already counts as deleted."""
        with self._alone():
            (self.folder / name).unlink(missing_ok=True)

    def seal_again(self) -> int:
        """Seal every file with the newest key; how many there are. Raises OSError or VaultError."""
        return sum(self._seal_one_again(file.name) for file in sorted(self.folder.glob(f"*{self.suffix}")))

    def _seal_one_again(self, name: str) -> bool:
        """Whether it is still there: what was deleted meanwhile must not come back."""
        with self._alone():
            is_there = (self.folder / name).exists()
            if is_there:
                self._put(name, self.read(name))
        return is_there

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process deletes or seals again meanwhile."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def store(self, stem: str, content: bytes) -> str:
        """Keep the content, whole or not at all; its name below the folder. Raises OSError or VaultError."""
        name = f"{stem}{self.suffix}"
        self._put(name, content)
        return name

    def _put(self, name: str, content: bytes) -> None:
        replace_file(self.folder / name, self.vault.seal(content))


def archive_of(settings: Settings) -> Archive:
    """The voice messages of this installation."""
    return Archive(settings.data_dir / "messages", Vault(settings.key_file))


@dataclass(frozen=True, slots=True)
class Archives:
    """Both kinds of files: voice messages, and documents that patients deposited."""

    sounds: Archive
    documents: Archive


def archives_of(settings: Settings) -> Archives:
    """The files of this installation."""
    documents = Archive(settings.data_dir / "documents", Vault(settings.key_file), ".sealed")
    return Archives(archive_of(settings), documents)
