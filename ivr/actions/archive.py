"""Voice messages as files below the data folder, encrypted at rest."""

from dataclasses import dataclass
from pathlib import Path

from ivr.settings import Settings
from ivr.vault import Vault
from ivr.whole_files import replace_file


@dataclass(frozen=True, slots=True)
class Archive:
    """Where voice messages are kept, below the data folder, sealed."""

    folder: Path
    vault: Vault

    def read(self, name: str) -> bytes:
        """The sound. Raises OSError or VaultError."""
        return self.vault.open((self.folder / name).read_bytes())

    def remove(self, name: str) -> None:
        """Delete the sound; one that is gone already counts as deleted."""
        (self.folder / name).unlink(missing_ok=True)

    def seal_again(self) -> int:
        """Seal every file with the newest key; how many there are. Raises VaultError."""
        names = sorted(file.name for file in self.folder.glob("*.wav"))
        for name in names:
            self._put(name, self.read(name))
        return len(names)

    def store(self, recording: str, sound: bytes) -> str:
        """Keep the sound, whole or not at all; its name below the folder. Raises OSError or VaultError."""
        name = f"{recording}.wav"
        self._put(name, sound)
        return name

    def _put(self, name: str, sound: bytes) -> None:
        replace_file(self.folder / name, self.vault.seal(sound))


def archive_of(settings: Settings) -> Archive:
    """The archive of this installation."""
    return Archive(settings.data_dir / "messages", Vault(settings.key_file))
