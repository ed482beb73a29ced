"""`ivr purge`, `ivr key rotate`, `ivr patient`, `ivr access`: what they say and refuse."""

import json
import sqlite3
from pathlib import Path

from ivr.actions.archive import Archive
from ivr.vault import Vault
from tests.cli.shell import DOES_NOT_HOLD, Shell
from tests.rest_double import wav


def archive_of(shell: Shell) -> Archive:
    folder = Path(str(shell.env["IVR_DATA_DIR"]))
    return Archive(folder / "messages", Vault(folder / "ivr.keys"))


def test_a_rotation_encrypts_every_message_anew(shell: Shell) -> None:
    archive = archive_of(shell)
    archive.store("RE1", wav(1))
    (archive.folder / "RE2.wav").write_bytes(wav(2))
    before = (archive.folder / "RE1.wav").read_bytes()
    assert shell.succeeds("key", "rotate").startswith("2 voice messages are encrypted with a new key in ")
    shell.succeeds("key", "rotate")
    assert (archive.folder / "RE1.wav").read_bytes() != before
    assert not (archive.folder / "RE2.wav").read_bytes().startswith(b"RIFF")
    assert (archive.read("RE1.wav"), archive.read("RE2.wav")) == (wav(1), wav(2))


def test_a_rotation_without_the_old_key_says_what_to_put_back(shell: Shell) -> None:
    archive = archive_of(shell)
    archive.store("RE1", wav(1))
    archive.vault.key_file.unlink()
    told = shell.refuses("key", "rotate", status=DOES_NOT_HOLD)
    assert "put back the key file" in told


def test_the_keys_lie_beside_the_settings_unless_told_otherwise(shell: Shell, tmp_path: Path) -> None:
    shell.ivr("key", "rotate", IVR_ENV_FILE=shell.write("ivr.env", ""))
    assert (tmp_path / "ivr.keys").exists()
    shell.ivr("key", "rotate", IVR_KEY_FILE=str(tmp_path / "safe" / "k"))
    assert (tmp_path / "safe" / "k").exists()


def test_a_purge_tells_what_went(shell: Shell) -> None:
    assert shell.tells_json("purge")["sounds"] == 0
    assert "calls: 0" in shell.succeeds("purge").splitlines()


def test_a_patient_is_taken_out_and_erased_and_the_log_says_who_did_it(shell: Shell) -> None:
    assert '"last_name": "Durand"' in shell.succeeds("patient", "export", "durand")
    assert "add --yes" in shell.refuses("patient", "erase", "durand")
    with sqlite3.connect(shell.folder / "ivr.db") as connection:
        connection.execute("UPDATE appointments SET end_at = '2999-01-01 00:00:00' WHERE status = 'booked'")
    connection.close()
    told = shell.refuses("patient", "erase", "durand", "--yes", status=DOES_NOT_HOLD)
    assert told == "durand has an appointment at 2026-12-02T09:15; cancel it first"
    assert shell.succeeds("patient", "erase", "moreau", "--yes") == "moreau is erased\n"
    assert "no patient 'moreau'" in shell.refuses("patient", "export", "moreau")
    assert [entry["action"] for entry in shell.tells_json("access")] == ["erased", "exported"]


def test_the_log_names_a_patient_by_id_before_and_after_they_are_erased(shell: Shell) -> None:
    person = json.loads(shell.succeeds("patient", "export", "moreau"))["patients"][0]["id"]
    shell.succeeds("patient", "erase", "moreau", "--yes")
    assert [entry["subject"] for entry in shell.tells_json("access")] == [f"patient {person}"] * 2


def test_somebody_unknown_is_told(shell: Shell) -> None:
    assert "no patient 'nobody'" in shell.refuses("patient", "export", "nobody")
