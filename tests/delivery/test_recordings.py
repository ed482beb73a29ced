"""Voice messages come home whole, once, and only then leave the carrier."""

import os
import secrets
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db.engine import reading
from db.models.practices import PracticeRow, PractitionerRow
from db.models.promises import TaskRow, VoiceMessageRow
from ivr.actions.archive import Archive
from ivr.actions.ledger import ORDINARY_DUE, URGENT_DUE
from ivr.actions.masking import forget_sound
from ivr.carrier import CarrierError
from ivr.delivery import twilio_rest
from ivr.delivery.recordings import LEASE, claim_due, delete_one, fetch_one, is_silent
from ivr.vault import Vault
from tests.lines import ACCOUNT, PRIORITY, STRANGER, SUNDAY, TOKEN, WEDNESDAY_LUNCH, WEDNESDAY_MORNING, Line, all_of
from tests.rest_double import (
    Answer,
    Asked,
    Bystander,
    Elsewhere,
    HangUp,
    Hold,
    Refuse,
    RestDouble,
    Route,
    impatience,
    wav,
)

SECOND = timedelta(seconds=1)
FIRST_WAIT = timedelta(seconds=15)
CERTIFICATE = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7AItEHEzHeqGGwlh
YjfgDC+xBWcA9U4NdQfiNUtG2RmhRANCAAQD141xUMVy9191NjryD4S+s6M6CLBX
R7yeEgSqbrNoLGYKv52QddKCzVSNUSgSqSxaOzCxhHAb8GvPBR/BGRO0
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBnDCCAUOgAwIBAgIUGprJc3PjvBD6jFKo76ODDdFViPkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyNDE2Mzk0OFoYDzIxMjYxMDMx
MTYzOTQ4WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQD141xUMVy9191NjryD4S+s6M6CLBXR7yeEgSqbrNoLGYKv52QddKC
zVSNUSgSqSxaOzCxhHAb8GvPBR/BGRO0o3EwbzAdBgNVHQ4EFgQU5CJR/F37Rl3C
iFdZ1QMd6GIwFsEwHwYDVR0jBBgwFoAU5CJR/F37Rl3CiFdZ1QMd6GIwFsEwDwYD
VR0RBAgwBocEfwAAATAPBgNVHRMBAf8EBTADAQH/MAsGA1UdDwQEAwIChDAKBggq
hkjOPQQDAgNHADBEAiAZo3ffV0ikg+xFHsFVb4pyH5VCM6qzgxIKK+nKf8BHDwIg
C/4NXAvaFAXehIhDSG2oTjB+JWtB9NRAU3KnZ50RQYY=
-----END CERTIFICATE-----
"""
"""Made for 127.0.0.1 and for these tests only."""
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Where the subject is the carrier's answer or the disk, and every database would say the same."""


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN) as running:
        yield running


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "messages", Vault(tmp_path / "keys"))


@pytest.fixture
def recording(line: Line, double: RestDouble) -> str:
    """The message of a stranger, of which the carrier has nine seconds of sound."""
    recording = leave_message(line)
    double.keep(recording, wav(9))
    return recording


def leave_message(line: Line, caller: str = STRANGER, **more: str) -> str:
    """Gives the carrier's id of the recording."""
    recording = f"RE{secrets.token_hex(16)}"
    phone = line.at(WEDNESDAY_LUNCH if caller == PRIORITY else WEDNESDAY_MORNING).ring(caller, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(9, RecordingSid=recording, **more)
    return recording


def fetch(line: Line, double: RestDouble, archive: Archive, now: datetime | None = None) -> bool:
    return fetch_one(line.engine.begin, double.client(), archive, now or line.clock.now)


def delete(line: Line, double: RestDouble, now: datetime | None = None) -> bool:
    return delete_one(line.engine.begin, double.client(), now or line.clock.now)


def message_of(line: Line) -> Any:
    (only,) = all_of(line.engine, VoiceMessageRow)
    return only


def task_of(line: Line) -> Any:
    (only,) = all_of(line.engine, TaskRow)
    return only


# From the carrier to the folder


def test_a_message_is_fetched_stored_and_then_deleted_at_the_carrier(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    assert not delete(line, double)
    assert fetch(line, double, archive)
    assert not double.recordings[recording].is_deleted
    assert (message_of(line).state, message_of(line).file) == ("stored", f"{recording}.wav")
    assert archive.read(f"{recording}.wav") == wav(9)
    assert delete(line, double)
    assert double.recordings[recording].is_deleted
    assert (message_of(line).is_at_carrier, message_of(line).due_at) == (False, None)
    later = line.clock.now + timedelta(days=30)
    assert not fetch(line, double, archive, later)
    assert not delete(line, double, later)
    assert [asked.credentials for asked in double.requests] == [(ACCOUNT, TOKEN)] * 2


def test_a_recording_not_there_yet_is_asked_for_until_it_is(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    double.recordings[recording].is_ready = False
    pauses, now = [], line.clock.now
    for _ in range(12):
        assert fetch(line, double, archive, now)
        assert message_of(line).state == "waiting"
        assert not fetch(line, double, archive, message_of(line).due_at - SECOND)
        pauses.append(message_of(line).due_at - now)
        now = message_of(line).due_at
    assert pauses[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert pauses[-1] == timedelta(hours=1)
    double.recordings[recording].is_ready = True
    assert fetch(line, double, archive, now)
    assert (message_of(line).state, message_of(line).failure) == ("stored", None)


def test_the_carrier_saying_that_it_is_ready_ends_the_wait(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    double.recordings[recording].is_ready = False
    fetch(line, double, archive)
    fetch(line, double, archive, line.clock.now + FIRST_WAIT)
    double.recordings[recording].is_ready = True
    line.clock.pass_seconds(20)
    form = {"CallSid": line.calls()[0].carrier_id, "RecordingSid": recording, "RecordingDuration": "9"}
    assert line.post("/twilio/voice/recordings", **form, RecordingStatus="completed").status == 204
    assert fetch(line, double, archive)
    assert message_of(line).state == "stored"


def test_a_practice_may_keep_its_recordings_at_the_carrier(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    with line.engine.begin() as connection:
        connection.execute(update(PracticeRow).values(keeps_recordings_at_carrier=True))
    assert fetch(line, double, archive)
    assert not delete(line, double, line.clock.now + timedelta(days=30))
    assert not double.recordings[recording].is_deleted
    assert (message_of(line).state, message_of(line).is_at_carrier) == ("stored", True)


def test_a_recording_gone_at_the_carrier_counts_as_deleted(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    fetch(line, double, archive)
    double.recordings[recording].is_deleted = True
    assert delete(line, double)
    assert (message_of(line).is_at_carrier, message_of(line).due_at) == (False, None)


@on_one_database
def test_a_deletion_that_fails_is_tried_again(line: Line, double: RestDouble, archive: Archive, recording: str) -> None:
    fetch(line, double, archive)
    double.fail(Route.DELETE, Refuse(503, 20503), Refuse(429, 20429, retry_after="120"))
    now = line.clock.now
    assert delete(line, double)
    assert delete(line, double, now + FIRST_WAIT)
    assert not delete(line, double, now + FIRST_WAIT + timedelta(seconds=119))
    assert delete(line, double, now + FIRST_WAIT + timedelta(seconds=120))
    assert double.recordings[recording].is_deleted


@on_one_database
def test_a_redirected_deletion_is_no_deletion(line: Line, double: RestDouble, archive: Archive, recording: str) -> None:
    fetch(line, double, archive)
    with Bystander(Answer(204)) as other:
        double.fail(Route.DELETE, Elsewhere(f"{other.url}/gone"))
        delete(line, double)
    assert other.requests == []
    assert message_of(line).is_at_carrier
    assert delete(line, double, line.clock.now + timedelta(hours=1))
    assert double.recordings[recording].is_deleted


# One task for one message


@pytest.mark.parametrize(
    ("caller", "is_urgent", "wait"), [(STRANGER, False, ORDINARY_DUE), (PRIORITY, True, URGENT_DUE)]
)
def test_a_message_makes_one_task_for_its_doctor(
    line: Line, double: RestDouble, archive: Archive, caller: str, is_urgent: bool, wait: timedelta
) -> None:
    recording = leave_message(line, caller)
    double.keep(recording, wav(9))
    fetch(line, double, archive)
    task = task_of(line)
    with reading(line.engine)() as connection:
        martin = connection.execute(select(PractitionerRow.id).where(PractitionerRow.key == "martin")).scalar_one()
    assert (task.kind, task.state, task.is_urgent) == ("message", "open", is_urgent)
    assert (str(task.caller), task.practitioner_id) == (caller, martin)
    assert task.due_at - task.created_at == wait
    assert message_of(line).task_id == task.id


def test_a_message_without_a_doctor_is_the_practices(line: Line, double: RestDouble, archive: Archive) -> None:
    phone = line.at(SUNDAY).ring(STRANGER, "0")
    recording = f"RE{secrets.token_hex(16)}"
    phone.speak(4, RecordingSid=recording)
    double.keep(recording, wav(4))
    assert fetch(line, double, archive)
    assert (task_of(line).practitioner_id, task_of(line).is_urgent, task_of(line).kind) == (None, False, "message")


def test_a_silent_recording_is_dropped_with_its_task(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    double.keep(recording, wav(9, loud=False))
    assert fetch(line, double, archive)
    assert (message_of(line).state, message_of(line).file) == ("silent", None)
    assert not archive.folder.exists()
    assert (task_of(line).state, task_of(line).outcome, task_of(line).done_at) == ("done", "silent", line.clock.now)
    assert delete(line, double)
    assert double.recordings[recording].is_deleted


def test_a_missed_call_stays_to_be_done_when_its_recording_is_silent(
    line: Line, double: RestDouble, archive: Archive
) -> None:
    double.keep(leave_message(line, PRIORITY), wav(9, loud=False))
    assert fetch(line, double, archive)
    assert message_of(line).state == "silent"
    assert (task_of(line).kind, task_of(line).state) == ("missed", "open")


# What is no message, or not yet one

HEADER_BYTES = 44


def with_no_length_yet(sound: bytes) -> bytes:
    """A WAV still being written: the sound is there, its length is not."""
    return sound[: HEADER_BYTES - 4] + struct.pack("<I", 0) + sound[HEADER_BYTES:]


@pytest.mark.parametrize(
    "early",
    [
        pytest.param(b"<html>busy</html>", id="a page"),
        pytest.param(b"", id="nothing"),
        pytest.param(wav(9)[:30], id="half a header"),
        pytest.param(wav(9)[: HEADER_BYTES + 1001], id="half a sample at the end"),
        pytest.param(wav(9)[: HEADER_BYTES + 1000], id="shorter than its header says"),
        pytest.param(with_no_length_yet(wav(9)), id="length not written yet"),
    ],
)
def test_what_is_no_whole_wav_is_neither_sound_nor_silence(early: bytes) -> None:
    with pytest.raises(CarrierError):
        is_silent(early)


@on_one_database
@pytest.mark.parametrize(
    "early",
    [
        pytest.param(b"<html>busy</html>", id="a page"),
        pytest.param(wav(9)[: HEADER_BYTES + 1000], id="shorter than its header says"),
        pytest.param(wav(0), id="no sound for nine seconds"),
    ],
)
def test_what_is_no_whole_message_is_fetched_again_and_never_deleted(
    line: Line, double: RestDouble, archive: Archive, recording: str, early: bytes
) -> None:
    double.keep(recording, early)
    assert fetch(line, double, archive)
    assert (message_of(line).state, task_of(line).state) == ("waiting", "open")
    assert not delete(line, double, line.clock.now + timedelta(days=1))
    double.keep(recording, wav(9))
    assert fetch(line, double, archive, line.clock.now + FIRST_WAIT)
    assert archive.read(f"{recording}.wav") == wav(9)


def test_a_recording_is_limited_in_size(double: RestDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    assert twilio_rest.MOST_BYTES == 64 * 1024 * 1024
    monkeypatch.setattr(twilio_rest, "MOST_BYTES", len(wav(1)))
    recording, client = f"RE{secrets.token_hex(16)}", double.client()
    double.keep(recording, wav(1))
    assert client.fetch_recording(recording) == wav(1)
    double.keep(recording, wav(1) + b"\0")
    with pytest.raises(CarrierError, match="over"):
        client.fetch_recording(recording)


@on_one_database
def test_a_recording_too_large_stays_at_the_carrier_with_its_task(
    line: Line, double: RestDouble, archive: Archive, recording: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_rest, "MOST_BYTES", 1000)
    assert fetch(line, double, archive)
    assert not delete(line, double, line.clock.now + timedelta(days=30))
    assert not double.recordings[recording].is_deleted
    assert (message_of(line).is_at_carrier, task_of(line).state) == (True, "open")
    assert not archive.folder.exists()


def test_faults_of_the_carrier_lose_nothing(line: Line, double: RestDouble, archive: Archive, recording: str) -> None:
    faults = [Refuse(500, 20500), Refuse(503, 20503), Refuse(401, 20003), HangUp(), Refuse(429, 20429), Hold()]
    double.fail(Route.FETCH, *faults)
    now = line.clock.now
    for fault in faults:
        with impatience() if isinstance(fault, Hold) else nullcontext():
            assert fetch(line, double, archive, now)
        assert message_of(line).state == "waiting"
        now = message_of(line).due_at
    assert fetch(line, double, archive, now)
    assert message_of(line).state == "stored"


@on_one_database
def test_a_busy_carrier_is_left_alone_as_long_as_it_asks(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    double.fail(Route.FETCH, Refuse(429, 20429, retry_after="90"))
    assert fetch(line, double, archive)
    assert message_of(line).due_at == line.clock.now + timedelta(seconds=90)
    assert recording in double.recordings


@on_one_database
def test_sound_that_breaks_off_is_fetched_again(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    double.fail(Route.FETCH, HangUp(sent=5000))
    assert fetch(line, double, archive)
    assert message_of(line).state == "waiting"
    assert fetch(line, double, archive, line.clock.now + FIRST_WAIT)
    assert archive.read(f"{recording}.wav") == wav(9)


# Whose hosts are asked


@on_one_database
def test_the_address_in_a_request_is_never_asked(line: Line, double: RestDouble, archive: Archive) -> None:
    with Bystander(Answer(200, wav(3), "audio/x-wav")) as other:
        recording = leave_message(line, RecordingUrl=f"{other.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE1")
        double.keep(recording, wav(9))
        assert fetch(line, double, archive)
        assert delete(line, double)
        assert other.requests == []
    assert archive.read(f"{recording}.wav") == wav(9)


@on_one_database
def test_the_host_of_a_redirect_gets_no_credentials(
    line: Line,
    double: RestDouble,
    archive: Archive,
    recording: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.write_text(CERTIFICATE)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with Bystander(Answer(200, wav(9), "audio/x-wav"), certificate) as store:
        double.fail(Route.FETCH, Elsewhere(f"{store.url}/media/1?signature=2"))
        assert fetch(line, double, archive)
    (asked,) = store.requests
    assert (asked.path, asked.query, asked.credentials) == ("/media/1", {"signature": "2"}, None)
    assert TOKEN not in str(asked)
    assert ACCOUNT not in str(asked)
    assert message_of(line).state == "stored"
    assert recording in message_of(line).file


@on_one_database
def test_a_redirect_without_encryption_is_not_followed_and_loses_nothing(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    with Bystander(Answer(200, wav(9), "audio/x-wav")) as other:
        double.fail(Route.FETCH, Elsewhere(f"{other.url}/media/1"))
        assert fetch(line, double, archive)
        assert other.requests == []
    assert fetch(line, double, archive, line.clock.now + timedelta(days=1))
    assert archive.read(f"{recording}.wav") == wav(9)


# Crashes and rivals


def test_a_file_is_whole_and_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, done = Archive(tmp_path / "messages", Vault(tmp_path / "keys")), []
    archive.vault.seal(b"")
    real_fsync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        done.append(f"sync {os.path.relpath(os.readlink(f'/proc/self/fd/{descriptor}'), tmp_path)}")
        real_fsync(descriptor)

    def replace(draft: str, target: Path) -> None:
        assert archive.vault.open(Path(draft).read_bytes()) == wav(1)
        done.append(f"rename {os.path.relpath(draft, tmp_path)}")
        real_replace(draft, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    assert archive.store("RE1", wav(1)) == "RE1.wav"
    draft = done[0].removeprefix("sync ")
    assert done[:2] == [f"sync {draft}", f"rename {draft}"]
    assert done[2:3] == ["sync messages"], "the name itself is lost with the power unless the folder is synced"
    assert [file.name for file in archive.folder.iterdir()] == ["RE1.wav"]


@on_one_database
def test_a_folder_that_cannot_be_written_is_waited_for(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    archive.folder.write_text("in the way")
    assert fetch(line, double, archive)
    assert message_of(line).state == "waiting"
    archive.folder.unlink()
    assert fetch(line, double, archive, line.clock.now + FIRST_WAIT)
    assert archive.read(f"{recording}.wav") == wav(9)


@pytest.mark.parametrize("is_stored", [False, True])
def test_a_worker_that_dies_in_the_middle_loses_nothing(
    line: Line, double: RestDouble, archive: Archive, recording: str, is_stored: bool
) -> None:
    now = line.clock.now
    with line.engine.begin() as connection:
        claimed = claim_due(connection, now)
    assert claimed is not None
    if is_stored:
        archive.store(recording, wav(9)[:1000])
    assert not fetch(line, double, archive, now + LEASE - SECOND)
    assert fetch(line, double, archive, now + LEASE)
    assert archive.read(f"{recording}.wav") == wav(9)
    with line.engine.begin() as connection:
        assert claim_due(connection, now + LEASE, ("stored",)) is not None
    double.recordings[recording].is_deleted = True
    assert not delete(line, double, now + 2 * LEASE - SECOND)
    assert delete(line, double, now + 2 * LEASE)
    assert (message_of(line).state, message_of(line).is_at_carrier) == ("stored", False)


def test_a_worker_that_comes_back_late_does_not_undo_what_another_stored(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    held = double.hold(Route.FETCH, then=Refuse(404, 20404))
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(fetch, line, double, archive)
        held.wait_for_request()
        assert fetch(line, double, archive, line.clock.now + LEASE)
        assert delete(line, double, line.clock.now + LEASE)
        held.release.set()
        slow.result()
    assert (message_of(line).state, message_of(line).due_at) == ("stored", None)
    assert archive.read(message_of(line).file) == wav(9)


def test_a_message_that_is_erased_while_it_is_fetched_leaves_no_sound(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    held = double.hold(Route.FETCH)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(fetch, line, double, archive)
        held.wait_for_request()
        with line.engine.begin() as connection:
            forget_sound(connection, archive, message_of(line), line.clock.now)
        held.release.set()
        assert slow.result()
    assert message_of(line).state == "purged"
    assert list(archive.folder.glob("*")) == []


def test_the_same_recording_told_of_twice_is_fetched_once(
    line: Line, double: RestDouble, archive: Archive, recording: str
) -> None:
    fetch(line, double, archive)
    delete(line, double)
    form = {"CallSid": line.calls()[0].carrier_id, "RecordingSid": recording, "RecordingDuration": "9"}
    for status in ("completed", "absent"):
        line.post("/twilio/voice/recordings", **form, RecordingStatus=status)
    assert not fetch(line, double, archive, line.clock.now + timedelta(days=1))
    with reading(line.engine)() as connection:
        assert connection.execute(select(func.count()).select_from(TaskRow)).scalar_one() == 1
    assert message_of(line).state == "stored"


def test_an_absent_recording_is_not_asked_for(line: Line, double: RestDouble, archive: Archive, recording: str) -> None:
    form = {"CallSid": line.calls()[0].carrier_id, "RecordingSid": recording, "RecordingDuration": "0"}
    line.post("/twilio/voice/recordings", **form, RecordingStatus="absent")
    assert not fetch(line, double, archive, line.clock.now + timedelta(days=1))
    assert (message_of(line).state, task_of(line).state) == ("lost", "open")


# The double itself


def test_the_double_gives_recordings_to_their_account_only(double: RestDouble) -> None:
    recording = f"RE{secrets.token_hex(16)}"
    double.keep(recording, wav(1))
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Recordings/{recording}.wav"
    stranger = double.respond(Asked("GET", path, {}, {}, {}))
    assert isinstance(stranger, Answer)
    assert (stranger.status, b'"code": 20003' in stranger.body) == (401, True)
    client = double.client()
    client.delete_recording(recording)
    with pytest.raises(CarrierError, match="no such recording"):
        client.fetch_recording(recording)
