"""What is sealed opens with the key file and with nothing else."""

from pathlib import Path

import pytest

from ivr.vault import KEYS_KEPT, Vault, VaultError
from tests.rest_double import wav

SOUND = wav(1)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "keys" / "ivr.keys")


def test_what_is_sealed_cannot_be_read_and_opens_again(vault: Vault) -> None:
    sealed = vault.seal(SOUND)
    assert SOUND[:40] not in sealed
    assert not sealed.startswith(b"RIFF")
    assert vault.open(sealed) == SOUND
    assert vault.seal(SOUND) != sealed


def test_the_key_file_is_made_once_for_its_owner_only(vault: Vault) -> None:
    sealed = vault.seal(SOUND)
    assert vault.key_file.stat().st_mode & 0o777 == 0o600
    assert Vault(vault.key_file).open(sealed) == SOUND
    assert [file.name for file in vault.key_file.parent.iterdir()] == ["ivr.keys"]


def test_another_key_file_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal(SOUND)
    with pytest.raises(VaultError, match="put back the key file"):
        Vault(tmp_path / "other.keys").open(sealed)


@pytest.mark.parametrize("harm", [b"", b"gAAAA", b"\0" * 100])
def test_what_was_harmed_is_refused(vault: Vault, harm: bytes) -> None:
    vault.seal(SOUND)
    with pytest.raises(VaultError):
        vault.open(harm)


def test_sound_from_before_there_was_a_key_is_given_as_it_is(vault: Vault) -> None:
    assert vault.open(SOUND) == SOUND


def test_a_new_key_seals_and_the_one_before_still_opens(vault: Vault) -> None:
    before = vault.seal(SOUND)
    vault.add_key()
    assert vault.open(before) == SOUND
    after = vault.seal(SOUND)
    vault.add_key()
    assert len(vault.key_file.read_text().split()) == KEYS_KEPT
    assert vault.open(after) == SOUND
    with pytest.raises(VaultError):
        vault.open(before)


@pytest.mark.parametrize("text", ["not a key\n", ""])
def test_a_broken_key_file_is_told_with_the_remedy_and_left_alone(vault: Vault, text: str) -> None:
    vault.key_file.parent.mkdir()
    vault.key_file.write_text(text)
    with pytest.raises(VaultError, match="put back the one"):
        vault.seal(SOUND)
    assert vault.key_file.read_text() == text
