"""Many telephones after the last free times, on the service as it runs: each is booked once, nobody is stranded."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, select

from db.engine import reading
from db.models.appointments import AppointmentRow
from db.models.promises import DeliveryRow, VoiceMessageRow
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.practice_files.schema import PracticeFile
from ivr.telephone.document import Gather, Record
from ivr.telephone.faults import Fault, Faults
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import Wire, over_http
from tests.http.test_service import service
from tests.lines import ACCOUNT, TOKEN
from tests.twiml import check_twiml

LINE = "+33199007000"
CALLERS = 10
MOST_ANSWERS = 30
CHOOSES, CONFIRMS, IS_BOOKED = "Pour choisir, tapez 1", "Pour confirmer, tapez 1", "C'est réservé"


def a_practice_with(quarters: int) -> PracticeFile:
    """One doctor, one act, so many free quarters of an hour the day after tomorrow, and patients with a mobile each."""
    day = (datetime.now(UTC) + timedelta(days=2)).date()
    end = f"{10 + quarters // 4}:{quarters % 4 * 15:02d}"
    hours = {"date": day, "hours": [f"10:00-{end}"], "holiday": True}
    act = {"key": "consultation", "name": "une consultation", "minutes": 15}
    doctor = {"key": "roux", "name": "Roux", "phone": "06 39 98 70 01", "dated_hours": [hours], "acts": [act]}
    patients = [
        {"key": f"p{n}", "first_name": f"Prénom {n}", "last_name": "X", "phones": [{"number": f"06 39 98 71 {n:02d}"}]}
        for n in range(CALLERS)
    ]
    head = {"key": "roux", "name": "Cabinet Roux", "lines": ["01 99 00 70 00"]}
    return PracticeFile.model_validate(
        {"practice": head, "practitioners": [doctor], "patients": patients}, context={"country": "FR"}
    )


def book_by_ear(address: str, number: int, fault: Fault | None = None) -> Telephone:
    """A foreign telephone: takes the first time it hears, confirms, and leaves a message when there is none."""
    wire = Wire(address, TOKEN, over_http)
    caller = f"+3363998{7100 + number}"
    phone = Telephone(wire, ACCOUNT, caller, LINE, VirtualClock(datetime.now(UTC)), faults=Faults(fault))
    answer_by_ear(phone)
    for exchange in phone.exchanges:
        check_twiml(exchange.reply.body)
    return phone


def answer_by_ear(phone: Telephone) -> None:
    """The whole call, knowing no more than what is said."""
    phone.start()
    go_on_by_ear(phone)


def go_on_by_ear(phone: Telephone) -> None:
    """The rest of the call."""
    for _ in range(MOST_ANSWERS):
        if isinstance(phone.stop, Record):
            phone.speak(5)
        elif isinstance(phone.stop, Gather):
            said = " ".join(spoken.text for spoken in phone.heard[-2:])
            phone.stay_silent() if IS_BOOKED in said else phone.press("1")
        else:
            break


def compete(
    engine: Engine, folder: Path, database_url: str, quarters: int, ring: Callable[[str, int], Telephone]
) -> int:
    """All at once; how many heard that it is booked, which the database must say too."""
    save_practice(engine, Snapshots(folder), a_practice_with(quarters))
    with service(database_url, folder) as (address, _), ThreadPoolExecutor(CALLERS) as pool:
        phones = list(pool.map(lambda number: ring(address, number), range(CALLERS)))
    with reading(engine)() as connection:
        booked = connection.scalars(select(AppointmentRow.start_at).where(AppointmentRow.status == "booked")).all()
        held = connection.scalars(select(AppointmentRow.id).where(AppointmentRow.status == "held")).all()
        texts = connection.scalars(select(DeliveryRow.template)).all()
        messages = connection.scalars(select(VoiceMessageRow.id)).all()
    heard = [phone for phone in phones if any(IS_BOOKED in spoken.text for spoken in phone.heard)]
    assert all(phone.is_over for phone in phones)
    assert max(Counter(booked).values()) == 1
    assert len(heard) == len(booked) == Counter(texts)["SMS-BOOK"]
    assert len(messages) == CALLERS - len(heard)
    assert list(held) == []
    return len(booked)


def test_the_last_time_goes_to_one_of_many(engine: Engine, database_url: str, tmp_path: Path) -> None:
    assert compete(engine, tmp_path, database_url, 1, book_by_ear) == 1


def test_each_time_is_booked_once_though_every_request_comes_twice(
    engine: Engine, database_url: str, tmp_path: Path
) -> None:
    booked = compete(engine, tmp_path, database_url, 4, lambda *call: book_by_ear(*call, fault=Fault.REPEAT))
    assert 3 <= booked <= 4, "somebody wins each of the three rounds that every caller has"
