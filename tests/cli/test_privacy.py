"""`ivr purge`, `ivr key rotate`, `ivr patient`, `ivr access`: what they say and refuse."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from ivr.actions.archive import Archive
from ivr.demo import DEMO_FILE
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
    assert shell.succeeds("key", "rotate").startswith(
        "2 voice messages and 0 documents are encrypted with a new key in "
    )
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


def test_the_log_says_who_took_out_the_practice_file(shell: Shell) -> None:
    assert "Durand" in shell.succeeds("dump", "pasteur")
    shell.ivr("dump", "--json", LOGNAME="anna")
    told = [(entry["actor"], entry["action"], entry["subject"]) for entry in shell.tells_json("access")]
    assert told[0] == ("anna", "exported", "practice file")
    assert [entry[1:] for entry in told] == [("exported", "practice file")] * 2


def test_the_log_says_who_saved_a_call_with_its_practice(shell: Shell) -> None:
    ring = ("call", "--from", "0639981111", "--at", "2026-12-02T13:10", "--keys", "h")
    shell.succeeds(*ring, "--save", str(shell.folder / "of-the-demo.json"))
    shell.succeeds(*ring)
    assert shell.tells_json("access") == []
    changed = DEMO_FILE.read_text(encoding="utf-8").replace("Cabinet Pasteur", "Cabinet Curie")
    shell.succeeds("load", shell.write("changed.toml", changed))
    shell.succeeds(*ring, "--save", str(shell.folder / "one.json"))
    assert (shell.folder / "pasteur.toml").exists()
    assert [entry["subject"] for entry in shell.tells_json("access")] == ["practice file with a call"]


def test_nothing_is_shown_that_cannot_be_noted(shell: Shell) -> None:
    with sqlite3.connect(shell.folder / "ivr.db") as connection:
        connection.execute("CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'no room'); END")
    connection.close()
    told = shell.refuses("dump", status=DOES_NOT_HOLD)
    assert told == "nothing is shown, since the access log cannot be written: no room; mend the database first"
    assert "no room" in shell.refuses("patient", "export", "durand", status=DOES_NOT_HOLD)


def test_an_account_without_a_name_is_noted_by_its_number(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    shell.succeeds("dump")
    assert [entry["actor"] for entry in shell.tells_json("access")] == ["54321"]
