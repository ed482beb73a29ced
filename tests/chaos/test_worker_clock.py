"""The clock of the worker jumps and is put right: every text is sent once, every time goes to one, nothing is left."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.promises import DeliveryRow, VoiceMessageRow, WaitingRow
from ivr.actions.archive import Archive
from ivr.delivery.outbox import Sender
from ivr.delivery.reconcile import reconcile_when_due
from ivr.delivery.worker import Worker, agenda_rounds, carrier_jobs
from ivr.telephone.telephone import new_call_id
from ivr.vault import Vault
from tests.delivery.test_places import PAYET, TO_CARON, open_caron
from tests.delivery.test_reminders import TOMORROWS
from tests.http.test_booking import SONIA, TO_READ_BACK
from tests.lines import ACCOUNT, LILAS_LINE, PUBLIC_URL, TOKEN, Line, all_of, ring_lilas
from tests.rest_double import RestDouble, wav

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERY_JUMP = pytest.mark.parametrize(
    "by",
    [
        pytest.param(HOUR, id="an hour forward"),
        pytest.param(-HOUR, id="an hour back"),
        pytest.param(DAY, id="a day forward"),
        pytest.param(-DAY, id="a day back"),
    ],
)
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
THE_DAY_BEFORE = "2026-12-07T17:00:00+01:00"
MORNING = "2026-12-01T08:30:00+01:00"


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN, numbers=(LILAS_LINE,)) as running:
        yield running


@pytest.fixture
def worker(lilas: Line, double: RestDouble, tmp_path: Path) -> Worker:
    """The worker as `ivr worker` makes it."""
    transactions = reading(lilas.engine), lilas.engine.begin
    sender, archive = Sender(double.client(), None, PUBLIC_URL), Archive(tmp_path / "sounds", Vault(tmp_path / "keys"))
    rounds = *agenda_rounds(*transactions), lambda now: reconcile_when_due(*transactions, double.client(), now)
    return Worker(lilas.clock, carrier_jobs(lilas.engine.begin, sender, archive, lilas.clock), rounds)


def jump_and_come_back(line: Line, worker: Worker, by: timedelta, lasting: timedelta = MINUTE) -> None:
    """The worker works before the clock jumps, while it is wrong, and when it was put right."""
    for change in (timedelta(0), by, lasting, -by):
        line.clock.now += change
        worker.work_off()


@on_one_database
@EVERY_JUMP
def test_texts_and_reminders_are_sent_once_though_the_clock_jumps(
    lilas: Line, worker: Worker, double: RestDouble, by: timedelta
) -> None:
    ring_lilas(lilas.at(THE_DAY_BEFORE), SONIA, *TO_READ_BACK, "1").hang_up()
    jump_and_come_back(lilas, worker, by)
    for _ in range(4):
        lilas.clock.now += HOUR
        worker.work_off()
    texts = all_of(lilas.engine, DeliveryRow)
    assert {text.state for text in texts} == {"sent"}
    reminded = {text.fields["first_name"]: text.to.e164 for text in texts if text.template == "SMS-REMIND"}
    assert reminded == TOMORROWS
    assert sorted(text["to"] for text in double.messages) == sorted([*TOMORROWS.values(), SONIA])


@EVERY_JUMP
def test_a_message_that_no_callback_brought_is_found_soon_though_the_clock_jumps(
    lilas: Line, worker: Worker, double: RestDouble, by: timedelta
) -> None:
    lilas.at(THE_DAY_BEFORE)
    jump_and_come_back(lilas, worker, by)
    call, double.clock = new_call_id(), lilas.clock
    double.keep_call(call, SONIA, LILAS_LINE)
    double.keep(recording := f"RE{1:032x}", wav(9), call=call)
    for _ in range(3):
        lilas.clock.now += 10 * MINUTE
        worker.work_off()
    (message,) = all_of(lilas.engine, VoiceMessageRow)
    assert (message.recording, message.is_at_carrier) == (recording, False)


@on_one_database
@EVERY_JUMP
def test_a_free_time_is_kept_for_one_who_waits_though_the_clock_jumps(
    lilas: Line, worker: Worker, double: RestDouble, by: timedelta
) -> None:
    for caller in (SONIA, PAYET):
        ring_lilas(lilas.at(MORNING), caller, *TO_CARON).hang_up()
    worker.work_off()
    open_caron(lilas, "14:00-14:15")
    lilas.clock.now += MINUTE
    jump_and_come_back(lilas, worker, by)
    waiting = all_of(lilas.engine, WaitingRow)
    (held,) = [row.id for row in all_of(lilas.engine, AppointmentRow) if row.status == "held"]
    assert [row.appointment_id for row in waiting if row.state == "offered"] == [held]
    assert len(double.messages) == sum(row.offers for row in waiting)
