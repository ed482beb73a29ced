"""Offering times: two at once, three offers at most, whoever is quicker (CALLS.md B5 to B9)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from ivr.flows.books import BookSlot, Consult, FindKept, FindSlots, HoldSlot, JoinWaitingList, Lost, Next, Written
from ivr.flows.dialogue import proceed, read_state, write_state
from ivr.flows.scene import Scene
from ivr.flows.times import Offering, offer_times
from ivr.flows.turns import Ask, Digits, Record, Say, SendText, Turn
from ivr.flows.wish import Wish
from ivr.patients import Appointment, Patient
from ivr.practice import Act, Practice
from ivr.routing import Switchboard
from ivr.slots import Slot
from ivr.vocabulary import Language, PartOfDay
from tests.builders import PATIENTS_PHONE, a_caller, a_practice, a_practitioner, paris

NOW = paris("2026-12-02T08:00")
ACT = Act("consultation", "une consultation", 15)
PRACTICE: Practice = a_practice(practitioners=(a_practitioner(acts=(ACT,)),))
WISH = Wish(Patient("jeanne", "Jeanne"), kinds=(("martin", "consultation"),))
QUARTER = timedelta(minutes=15)


def a_slot(number: int) -> Slot:
    start = paris("2026-12-02T10:00") + number * QUARTER
    return Slot(start, start + QUARTER, "martin", "consultation")


class FakeBooks:
    """Free times in order, of which the callers' choices may be lost; everything asked is remembered."""

    def __init__(self, free: int = 20, *, lost: Iterable[int] = (), taken_at_the_end: bool = False) -> None:
        self.free = [a_slot(number) for number in range(free)]
        self.lost = {a_slot(number) for number in lost}
        self.taken_at_the_end = taken_at_the_end
        self.kept: Slot | None = None
        self.asked: list[Any] = []

    def settle(self, following: Next) -> Turn:
        while isinstance(following, Consult):
            self.asked.append(following.question)
            following = following.then(self.answer(following.question))
        return following

    def answer(self, question: Any) -> Any:
        match question:
            case FindKept():
                return self.kept
            case FindSlots(count=count, after=after):
                left = [slot for slot in self.free if slot not in self.lost or slot.start == a_slot(0).start]
                return tuple(slot for slot in left if after is None or slot.start > after)[:count]
            case HoldSlot(slot):
                is_free = slot not in self.lost
                self.free = [other for other in self.free if is_free or other != slot]
                return is_free
            case BookSlot():
                return Lost.TAKEN if self.taken_at_the_end else Written(takes_texts=True, appointment=7)
            case JoinWaitingList():
                return Written(takes_texts=False)
        raise AssertionError(question)


def scene(moment: Any = NOW) -> Scene:
    return Scene(Switchboard(PRACTICE), a_caller(), PRACTICE.lines[0], Language.FRENCH, moment)


def after(books: FakeBooks, *keys: str, wish: Wish = WISH) -> Turn:
    """The last answer, the state kept as JSON in between as in a call."""
    turn = books.settle(offer_times(scene(), wish))
    for key in keys:
        state = read_state(write_state(turn.state))
        turn = books.settle(proceed(scene(), state, Digits(key)))
    return turn


def prompts(turn: Turn) -> list[str]:
    said: list[Say] = []
    for step in turn.steps:
        said += step.says if isinstance(step, Ask) else [step] if isinstance(step, Say) else []
    return [say.prompt for say in said]


def times_in(turn: Turn) -> list[str]:
    assert isinstance(turn.state, Offering)
    return [f"{slot.start.astimezone(PARIS):%H:%M}" for slot in turn.state.slots]


PARIS = Switchboard(PRACTICE).calendar.zone


def test_the_two_earliest_are_offered_then_the_next_two() -> None:
    assert times_in(after(FakeBooks())) == ["10:00", "10:15"]
    assert times_in(after(FakeBooks(), "9")) == ["10:30", "10:45"]


def test_after_the_second_other_dates_the_caller_says_what_would_suit_better() -> None:
    books = FakeBooks()
    assert prompts(after(books, "9", "9")) == ["B5m"]
    assert prompts(after(books, "9", "9", "2")) == ["B5"]
    assert books.asked[-1].part is PartOfDay.AFTERNOON


def test_after_three_offers_there_is_a_message_or_the_waiting_list_for_an_earlier_time() -> None:
    books = FakeBooks()
    assert prompts(after(books, "9", "9", "1", "9")) == ["B5x"]
    assert prompts(after(books, "9", "9", "1", "9", "2")) == ["B8f"]
    assert books.asked[-1] == JoinWaitingList("jeanne", WISH.kinds, before=a_slot(0).start)


def test_nothing_free_at_all_is_told_and_any_time_is_waited_for() -> None:
    books = FakeBooks(free=0)
    assert prompts(after(books)) == ["B8"]
    assert prompts(after(books, "2")) == ["B8f"]
    assert books.asked[-1].before is None
    message = after(books, "1")
    assert isinstance(message.steps[-1], Record)


def test_what_would_suit_better_but_is_not_there_is_told_and_other_dates_follow() -> None:
    books = FakeBooks()
    plain = books.answer

    def only_mornings(question: Any) -> Any:
        is_choosy = isinstance(question, FindSlots) and (question.part is PartOfDay.AFTERNOON or question.since)
        return () if is_choosy else plain(question)

    books.answer = only_mornings  # type: ignore[method-assign]
    assert prompts(after(books, "9", "9", "2")) == ["B5e", "B5"]
    assert prompts(after(books, "9", "9", "3")) == ["B5e", "B5"]
    assert prompts(after(books, "9", "9", "2", "9")) == ["B5x"]


def test_next_week_is_next_week() -> None:
    books = FakeBooks()
    after(books, "9", "9", "3")
    (asked,) = (question for question in books.asked if isinstance(question, FindSlots) and question.since)
    assert (f"{asked.since}", f"{asked.until}") == ("2026-12-07", "2026-12-13")


def test_an_appointment_that_is_too_near_when_the_move_is_confirmed_is_the_practices_to_move() -> None:
    books = FakeBooks()
    old = Appointment(3, "jeanne", "Jeanne", "martin", "consultation", NOW + timedelta(minutes=90))
    turn = after(books, "1", "1", wish=Wish(WISH.patient, kinds=WISH.kinds, moved=old))
    assert prompts(turn) == ["C6"]


def test_what_changed_meanwhile_leads_to_a_person_or_a_message() -> None:
    books = FakeBooks()
    plain = books.answer
    books.answer = lambda question: Lost.CHANGED if isinstance(question, BookSlot) else plain(question)  # type: ignore[method-assign]
    turn = after(books, "1", "1")
    assert prompts(turn)[0] == "C3x"
    assert isinstance(turn.steps[-1], Record)


def test_a_single_time_is_offered_alone() -> None:
    assert prompts(after(FakeBooks(free=1))) == ["B5l"]
    assert prompts(after(FakeBooks(free=1), "2")) == ["I1", "B5l"], "there is no second one"
    assert prompts(after(FakeBooks(free=1), "9")) == ["B5x"]


def test_who_loses_a_time_is_offered_the_next_ones() -> None:
    books = FakeBooks(lost=[0])
    turn = after(books, "1")
    assert prompts(turn) == ["B9", "B5"]
    assert times_in(turn) == ["10:15", "10:30"]
    assert prompts(after(FakeBooks(lost=[0]), "1", "1")) == ["B6"]


def test_who_loses_three_times_is_not_kept_longer() -> None:
    books = FakeBooks()
    books.lost = set(books.free)
    books.answer = lambda question: False if isinstance(question, HoldSlot) else FakeBooks().answer(question)  # type: ignore[method-assign]
    turn = after(books, "1", "1", "1")
    assert prompts(turn) == ["B9x", "B5x"]


def test_who_loses_the_very_last_time_hears_both_and_may_wait_for_any_other() -> None:
    books = FakeBooks(free=1, lost=[0])
    assert prompts(after(books, "1")) == ["B9x", "B8"]
    books = FakeBooks(free=1, lost=[0])
    after(books, "1", "2")
    assert books.asked[-1].before is None


def test_a_time_taken_between_read_back_and_writing_is_told_as_taken() -> None:
    assert prompts(after(FakeBooks(taken_at_the_end=True), "1", "1")) == ["B9", "B5"]


def test_what_is_read_back_is_written_and_an_sms_promised() -> None:
    turn = after(FakeBooks(), "2", "1")
    assert prompts(turn) == ["B7"]
    (promised,) = (effect for effect in turn.effects if isinstance(effect, SendText))
    assert (promised.template, promised.appointment) == ("SMS-BOOK", 7)
    assert promised.fields["time"] == "10\u00a0h\u00a015"
    assert promised.fields["start"] == f"{a_slot(1).start.timestamp():.0f}"


def test_with_any_doctor_the_name_is_read_back() -> None:
    wish = Wish(WISH.patient, kinds=WISH.kinds, is_any_doctor=True)
    assert prompts(after(FakeBooks(), "1", wish=wish)) == ["B6w", "B6"]


def test_a_kept_time_is_offered_before_all_others_and_does_not_count() -> None:
    books = FakeBooks()
    books.kept = a_slot(4)
    assert prompts(after(books)) == ["B5k"]
    assert times_in(after(books, "9")) == ["10:00", "10:15"]
    assert prompts(after(books, "9", "9", "9")) == ["B5m"]


def test_changing_ones_mind_is_allowed_ten_times_but_not_for_ever() -> None:
    again = ("1", "2") * 10
    assert prompts(after(FakeBooks(), *again)) == ["B5"]
    assert prompts(after(FakeBooks(), *again, "1", "2"))[0] == "I2"


def test_a_move_says_which_appointment_stands_in_nobodys_way() -> None:
    books = FakeBooks()
    old = Appointment(3, "jeanne", "Jeanne", "martin", "consultation", NOW + timedelta(days=3))
    after(books, "1", "1", wish=Wish(WISH.patient, kinds=WISH.kinds, moved=old))
    found, held, booked = (
        next(q for q in books.asked if isinstance(q, kind)) for kind in (FindSlots, HoldSlot, BookSlot)
    )
    assert (found.moved, held.moved, booked.moved) == (old, old, old)


@pytest.mark.parametrize("key", ["3", "7", "#"])
def test_a_wrong_key_is_asked_about_once_more_then_the_wish_is_recorded(key: str) -> None:
    assert prompts(after(FakeBooks(), key)) == ["I1", "B5"]
    turn = after(FakeBooks(), key, key)
    assert isinstance(turn.steps[-1], Record)
    assert turn.state.task.patient == "jeanne"  # type: ignore[attr-defined]
    assert scene().caller.number == PATIENTS_PHONE
