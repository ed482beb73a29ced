"""Free slots against an agenda that is stored, on both databases."""

from datetime import timedelta

from sqlalchemy import insert, select, text

from db.engine import reading
from db.models.appointments import AppointmentRow
from ivr.actions.slot_questions import SlotQuestion, answer_slots
from ivr.actions.switchboards import Switchboards
from ivr.slots import Slot
from tests.builders import paris
from tests.lines import Line

NOW = paris("2026-12-02T08:00")
HALF_A_DAY = timedelta(hours=12)


def slots(line: Line, count: int = 3) -> tuple[Slot, ...]:
    asked = SlotQuestion(practitioner="martin", act="consultation", count=count)
    with reading(line.engine)() as connection:
        return answer_slots(connection, Switchboards(), asked, NOW).slots


def fill(line: Line, days: int, status: str = "booked") -> None:
    """The whole of so many days from now on, in blocks of half a day."""
    with line.engine.begin() as connection:
        usual = dict(connection.execute(select(AppointmentRow.__table__)).first()._mapping)  # type: ignore[union-attr]
        usual |= {"status": status, "practitioner_id": practitioner(line), "is_overbooked": True}
        del usual["id"]
        starts = [int((paris("2026-12-02T00:00") + n * HALF_A_DAY).timestamp()) for n in range(2 * days)]
        rows = [usual | {"block_start": start, "block_end": start + HALF_A_DAY.seconds} for start in starts]
        connection.execute(insert(AppointmentRow), rows)


def practitioner(line: Line) -> int:
    with reading(line.engine)() as connection:
        found: int = connection.execute(text("SELECT id FROM practitioners WHERE key = 'martin'")).scalar_one()
        return found


def test_the_search_goes_on_behind_full_weeks(line: Line) -> None:
    first = slots(line)[0].start
    fill(line, days=12)
    found = slots(line)
    assert first < paris("2026-12-03T00:00")
    assert [slot.start >= paris("2026-12-14T00:00") for slot in found] == [True] * 3


def test_the_end_of_one_look_and_the_begin_of_the_next_are_searched_once(line: Line) -> None:
    found = [slot.start for slot in slots(line, count=500)]
    assert found == sorted(set(found))


def test_what_was_cancelled_stands_in_nobodys_way(line: Line) -> None:
    before = slots(line)
    fill(line, days=12, status="cancelled")
    assert slots(line) == before


def test_a_full_horizon_has_no_slot(line: Line) -> None:
    fill(line, days=62)
    assert slots(line) == ()
