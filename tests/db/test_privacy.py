"""What was kept long enough goes, what is open stays; one patient can be taken out, or erased."""

import json
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from db.base import Base
from db.engine import reading
from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from db.models.calls import CallRow, TurnRow
from db.models.patients import PatientRow, PhoneRow
from db.models.practices import PracticeRow
from db.models.promises import DeliveryRow, FailedProofRow, TaskRow, VoiceMessageRow, WaitingRow
from db.queries.patients import find_patient
from ivr.actions.access import note_access
from ivr.actions.archive import Archive, Archives
from ivr.actions.erasure import StillExpectedError, erase_patient, export_patient
from ivr.actions.purge import EVERY, Purged, purge, purge_when_due
from ivr.delivery.recordings import delete_one, fetch_one
from ivr.phones import PhoneNumber
from ivr.vault import Vault
from tests.lines import ACCOUNT, PRIORITY, STRANGER, TOKEN, WEDNESDAY_LUNCH, Line, all_of
from tests.rest_double import RestDouble, wav

DAY = timedelta(days=1)
JEANNE = "durand"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "messages", Vault(tmp_path / "ivr.keys"))


@pytest.fixture
def called(line: Line, archive: Archive) -> Line:
    """Jeanne Durand was not answered, left a message, and the message is here; the SMS was sent."""
    recording = f"RE{secrets.token_hex(16)}"
    phone = line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(9, RecordingSid=recording)
    phone.hang_up()
    with RestDouble(ACCOUNT, TOKEN) as double:
        double.keep(recording, wav(9))
        assert fetch_one(line.engine.begin, double.client(), archive, line.clock.now)
        assert delete_one(line.engine.begin, double.client(), line.clock.now)
    with line.engine.begin() as connection:
        connection.execute(update(DeliveryRow).values(state="sent", due_at=None))
    return line


def purged(line: Line, archive: Archive, later: timedelta) -> Purged:
    return purge(reading(line.engine), line.engine.begin, both(archive), line.clock.now + later)


def both(archive: Archive) -> Archives:
    """With a place for documents beside it."""
    return Archives(archive, Archive(archive.folder.with_name("documents"), archive.vault, ".sealed"))


def finish_task(line: Line) -> None:
    with line.engine.begin() as connection:
        connection.execute(update(TaskRow).values(state="done", done_at=line.clock.now))


# Purging


def test_nothing_goes_before_its_time(called: Line, archive: Archive) -> None:
    finish_task(called)
    assert purged(called, archive, 29 * DAY).total == 0
    assert len(list(archive.folder.iterdir())) == 1


def test_sound_goes_thirty_days_after_its_task_is_done(called: Line, archive: Archive) -> None:
    finish_task(called)
    assert purged(called, archive, 31 * DAY) == Purged(sounds=1)
    (message,) = all_of(called.engine, VoiceMessageRow)
    assert (message.state, message.file) == ("purged", None)
    assert list(archive.folder.iterdir()) == []
    assert purged(called, archive, 31 * DAY).total == 0


def test_sound_of_an_open_task_goes_after_half_a_year_and_the_task_stays(called: Line, archive: Archive) -> None:
    assert purged(called, archive, 182 * DAY).sounds == 0
    assert purged(called, archive, 184 * DAY).sounds == 1
    assert [task.state for task in all_of(called.engine, TaskRow)] == ["open"]


def test_the_number_and_the_keys_go_from_the_journal_after_three_months(called: Line, archive: Archive) -> None:
    heard = [turn.heard for turn in all_of(called.engine, TurnRow)]
    assert "digits:2" in heard
    assert purged(called, archive, 93 * DAY).callers == 1
    (call,) = all_of(called.engine, CallRow)
    assert (call.caller, call.caller_shown, call.state) == (None, "+336…11", {"at": "Ended"})
    kept = json.dumps([dict(turn._mapping) for turn in all_of(called.engine, TurnRow)], default=str)
    for personal in (PRIORITY, "Jeanne", "digits:2", "digits:1"):
        assert personal not in kept
    assert "priority_window" in kept, "where the call went, and why, is still there"
    assert purged(called, archive, 93 * DAY).total == 0


def test_after_a_year_the_call_is_gone_and_the_open_task_is_not(called: Line, archive: Archive) -> None:
    purged(called, archive, 366 * DAY)
    assert all_of(called.engine, CallRow) == all_of(called.engine, TurnRow) == all_of(called.engine, DeliveryRow) == []
    (task,) = all_of(called.engine, TaskRow)
    assert (task.state, task.call_id) == ("open", None)


def test_a_done_task_goes_after_a_year(called: Line, archive: Archive) -> None:
    finish_task(called)
    assert purged(called, archive, 366 * DAY).tasks == 1
    assert all_of(called.engine, TaskRow) == all_of(called.engine, VoiceMessageRow) == []


def test_a_practice_may_keep_shorter(called: Line, archive: Archive) -> None:
    finish_task(called)
    with called.engine.begin() as connection:
        connection.execute(update(PracticeRow).values(retention={"sound_days": 2}))
    assert purged(called, archive, 3 * DAY).sounds == 1


def test_sound_kept_at_the_carrier_goes_there_too(called: Line, archive: Archive) -> None:
    finish_task(called)
    with called.engine.begin() as connection:
        connection.execute(update(VoiceMessageRow).values(is_at_carrier=True))
    purged(called, archive, 31 * DAY)
    recording = all_of(called.engine, VoiceMessageRow)[0].recording
    with RestDouble(ACCOUNT, TOKEN) as double:
        double.keep(recording, wav(9))
        assert delete_one(called.engine.begin, double.client(), called.clock.now + 31 * DAY)
        assert double.recordings[recording].is_deleted


def test_an_sms_that_waits_and_whoever_still_waits_stay(called: Line, archive: Archive) -> None:
    with called.engine.begin() as connection:
        connection.execute(update(DeliveryRow).values(state="waiting", due_at=called.clock.now))
        jeanne = connection.execute(select(PatientRow.id).where(PatientRow.key == JEANNE)).scalar_one()
        practice = connection.execute(select(PracticeRow.id)).scalar_one()
        wait = {"practice_id": practice, "patient_id": jeanne, "language": "fr", "kinds": [], "offers": 0}
        for state in ("waiting", "ended"):
            connection.execute(insert(WaitingRow).values(wait | {"state": state, "created_at": called.clock.now}))
        proof = {"practice_id": practice, "number": PhoneNumber(STRANGER), "at": called.clock.now}
        connection.execute(insert(FailedProofRow).values(proof))
    gone = purged(called, archive, 300 * DAY)
    assert (gone.texts, gone.waiting, gone.others) == (0, 1, 1)
    assert [row.state for row in all_of(called.engine, WaitingRow)] == ["waiting"]


def test_many_go_in_small_transactions(called: Line, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.actions.purge.MOST_AT_ONCE", 2)
    for number in range(5):
        called.ring(f"+3363998400{number}").hang_up()
    assert purged(called, archive, 93 * DAY).callers == 6
    assert purged(called, archive, 366 * DAY).calls == 6


def test_one_worker_purges_every_six_hours(called: Line, archive: Archive) -> None:
    finish_task(called)
    later = called.clock.now + 31 * DAY
    transactions = reading(called.engine), called.engine.begin
    assert purge_when_due(*transactions, both(archive), later) == 1
    assert purge_when_due(*transactions, both(archive), later) == 0
    assert purge_when_due(*transactions, both(archive), later + EVERY) == 0
    assert [(entry.actor, entry.action) for entry in all_of(called.engine, AccessRow)] == [("worker", "purged")]


# One patient


def patient(line: Line, key: str = JEANNE) -> Any:
    with reading(line.engine)() as connection:
        practice = connection.execute(select(PracticeRow.id)).scalar_one()
        found = find_patient(connection, practice, key)
    assert found is not None
    return found


def export(line: Line) -> dict[str, list[dict[str, Any]]]:
    with reading(line.engine)() as connection:
        return export_patient(connection, patient(line))


def test_all_that_is_kept_of_a_patient_can_be_taken_out(called: Line) -> None:
    told = export(called)
    assert told["patients"][0]["last_name"] == "Durand"
    assert PRIORITY in [phone["number"] for phone in told["phones"]]
    filled = {name for name, rows in told.items() if rows}
    assert filled >= {"patients", "phones", "contact_exceptions", "tasks", "voice_messages", "calls", "turns"}
    json.dumps(told)


def test_an_erased_patient_is_nowhere_any_more(called: Line, archive: Archive) -> None:
    secret = {"jeanne", PRIORITY, JEANNE}
    with called.engine.begin() as connection:
        connection.execute(update(AppointmentRow).values(status="cancelled"))
        found = patient(called)
        detail = {"number": PRIORITY}
        subject = f"patient {found.id}"
        note_access(connection, found.practice_id, "user 1", "changed", subject, called.clock.now, detail)
        erase_patient(connection, both(archive), patient(called), called.clock.now)
    assert list(archive.folder.iterdir()) == []
    with reading(called.engine)() as connection:
        rows = {table.name: list(connection.execute(select(table))) for table in Base.metadata.sorted_tables}
    left = json.dumps({name: [dict(row._mapping) for row in found] for name, found in rows.items()}, default=str)
    left = left.casefold()
    assert [word for word in secret if word in left] == []
    assert len(all_of(called.engine, CallRow)) == 1


def test_a_patient_with_an_appointment_to_come_is_not_erased(called: Line, archive: Archive) -> None:
    with called.engine.begin() as connection:
        coming = {"patient_id": patient(called).id, "status": "booked", "end_at": called.clock.now + DAY}
        first = select(func.min(AppointmentRow.id)).scalar_subquery()
        connection.execute(update(AppointmentRow).where(AppointmentRow.id == first).values(coming))
    before = export(called)
    with pytest.raises(StillExpectedError), called.engine.begin() as connection:
        erase_patient(connection, both(archive), patient(called), called.clock.now)
    assert export(called) == before


def test_what_is_known_of_who_shares_the_number_stays(called: Line, archive: Archive) -> None:
    with called.engine.begin() as connection:
        connection.execute(update(AppointmentRow).values(status="cancelled"))
        other = connection.execute(select(PatientRow).where(PatientRow.key != JEANNE).limit(1)).one()
        shared = {"practice_id": other.practice_id, "patient_id": other.id, "position": 9, "is_slow": False}
        connection.execute(insert(PhoneRow).values(shared | {"number": PhoneNumber(PRIORITY)}))
        erase_patient(connection, both(archive), patient(called), called.clock.now)
    assert [str(call.caller) for call in all_of(called.engine, CallRow)] == [PRIORITY]
    assert len(list(archive.folder.iterdir())) == 1
