"""Encryption at rest for what patients say and send: a key file, newest key first, and whoever has it can read.

The key file belongs beside the settings, and on no backup that holds the data. It is read again when it has changed.
"""

from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ivr.whole_files import create_file, replace_file

KEYS_KEPT = 2
"""The newest seals; the one before is kept for a process that still seals with it while keys are rotated."""
PLAIN_SOUND = b"RIFF"


class VaultError(Exception):
    """A key file that cannot be used, or content that no key opens; one sentence with the remedy."""


class Vault:
    """Seals and opens with the keys of one file, which is made when it is not there."""

    def __init__(self, key_file: Path) -> None:
        self.key_file = key_file

    def seal(self, content: bytes) -> bytes:
        """What only the keys open. Raises VaultError."""
        return self._fernet().encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """The content. Sound that was stored before there was a key is given as it is. Raises VaultError."""
        if sealed.startswith(PLAIN_SOUND):
            return sealed
        try:
            return self._fernet().decrypt(sealed)
        except InvalidToken:
            message = f"no key in {self.key_file} opens it; put back the key file it was sealed with"
            raise VaultError(message) from None

    def add_key(self) -> None:
        """A new key seals from now on; of the old ones the last is kept. Raises VaultError."""
        replace_file(self.key_file, _lines([Fernet.generate_key().decode(), *self._keys()][:KEYS_KEPT]))

    def _fernet(self) -> MultiFernet:
        try:
            return MultiFernet([Fernet(key) for key in self._keys()])
        except ValueError:
            message = f"{self.key_file} is no key file; put back the one the data was sealed with"
            raise VaultError(message) from None

    def _keys(self) -> list[str]:
        try:
            if not self.key_file.exists():
                create_file(self.key_file, _lines([Fernet.generate_key().decode()]))
            return self.key_file.read_text().split()
        except OSError as error:
            message = f"the key file {self.key_file} cannot be used: {error.strerror}; let this user read it"
            raise VaultError(message) from None


def _lines(keys: Sequence[str]) -> bytes:
    return "".join(f"{key}\n" for key in keys).encode()
