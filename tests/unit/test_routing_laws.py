"""What must hold whatever a practice sets up: laws over generated settings, callers and instants."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.hours import DayRange, WeeklyHours
from ivr.practice import (
    Caller,
    DatedHours,
    Leave,
    Override,
    Practice,
    Practitioner,
    Secretary,
    TemporaryList,
    WallSpan,
    Weeks,
)
from ivr.routing import Decision, Profile, Ruling, Switchboard, route
from ivr.vocabulary import SHUT, CallerKind, ContactMode, Outcome, OverrideKind, Reach, TakesCalls, UnknownCallers
from tests.builders import (
    PETIT,
    a_caller,
    a_hidden_caller,
    a_leave,
    a_practice,
    a_practitioner,
    a_secretary,
    a_stranger,
    an_override,
    every_day,
    on_list,
    paris,
    zone,
)

DAY = timedelta(days=1)
EDGES = [0, 30, 120, 135, 165, 180, 480, 540, 720, 840, 1080, 1140, 1320, 1410]
WORTH = {
    **dict.fromkeys([Outcome.CLOSED, Outcome.PAUSED, Outcome.LEAVE], 0),
    **dict.fromkeys([Outcome.MESSAGE, Outcome.WRITE], 1),
    Outcome.SECRETARY: 2,
    Outcome.RING: 3,
}
"""How much a caller gets; after the first three he is only told when to call again."""

LISTS = [a_caller(reaches={"martin": reach}) for reach in Reach]
ASSISTED = [replace(caller, assisted_with=frozenset({"martin"})) for caller in LISTS]
CALLERS = [a_hidden_caller(), a_stranger(), *LISTS, *ASSISTED]
CHANGING = [caller for caller in CALLERS if caller is not ASSISTED[0]]
"""Those for whom something changes sooner or later, which is quicker to look for."""

# --- generated settings ----------------------------------------------------------------------------------

minutes = st.one_of(st.sampled_from(EDGES), st.integers(0, 1439))
ranges = st.builds(DayRange, minutes, st.one_of(minutes.filter(bool), st.just(1440)))
day_hours = st.lists(ranges, max_size=3).map(lambda day: tuple(sorted(day)))
some_hours = day_hours.map(lambda day: tuple(sorted({*day, DayRange(540, 600)})))
weeks_of_hours: st.SearchStrategy[WeeklyHours] = st.tuples(*[day_hours] * 2, some_hours, *[day_hours] * 4)
"""Any week, with an hour on Wednesday so that a search for an opening ends."""

REPLACEMENTS = st.sampled_from([PETIT, PETIT, *(replace(PETIT, takes_calls=extent) for extent in TakesCalls)])
"""Half of them locums, who take the calls."""

centres = st.sampled_from(
    [
        ("Europe/Paris", date(2026, 10, 25)),
        ("Europe/Paris", date(2027, 3, 28)),
        ("Europe/Paris", date(2026, 12, 25)),
        ("Pacific/Noumea", date(2026, 12, 25)),
        ("Australia/Lord_Howe", date(2027, 4, 4)),
        ("America/Sao_Paulo", date(2018, 11, 4)),
    ]
)
"""Clock changes and a public holiday, with the place they are seen from."""


@st.composite
def walls(draw: st.DrawFn, centre: date) -> datetime:
    day = centre + draw(st.integers(-2, 2)) * DAY
    return datetime.combine(day, time()) + timedelta(minutes=draw(minutes))


@st.composite
def spans(draw: st.DrawFn, centre: date) -> WallSpan:
    start = draw(walls(centre))
    length = draw(st.integers(1, 2 * 1440))
    if draw(st.booleans()):
        return WallSpan(start, start + timedelta(minutes=length))
    midnight = datetime.combine(start.date(), time())
    return WallSpan(midnight, midnight + length // 1440 * DAY, whole_days=True)


@st.composite
def practitioners(draw: st.DrawFn, centre: date) -> Practitioner:
    """A doctor with any settings, away for a day some days later, so that every search finds an end."""
    near = st.integers(-2, 2).map(lambda n: centre + n * DAY)
    dated = draw(st.lists(st.tuples(near, day_hours, st.booleans()), max_size=2, unique_by=lambda d: d[0]))
    later = WallSpan(datetime.combine(centre + 9 * DAY, time()), datetime.combine(centre + 10 * DAY, time()))
    acts = draw(st.lists(st.tuples(st.sampled_from(list(OverrideKind)), spans(centre)), max_size=2))
    return a_practitioner(
        phone=draw(st.sampled_from([a_practitioner().phone] * 4 + [None])),
        contact=draw(st.sampled_from(list(ContactMode))),
        working_hours=draw(weeks_of_hours),
        contact_hours=draw(st.none() | weeks_of_hours),
        weeks=draw(st.none() | st.just(Weeks(2, centre - timedelta(days=centre.weekday() + 14)))),
        dated_hours=tuple(DatedHours(*entry) for entry in dated),
        leaves=tuple(Leave(span, draw(REPLACEMENTS)) for span in draw(st.lists(spans(centre), max_size=1))),
        overrides=(*(Override(*act) for act in acts), Override(OverrideKind.AWAY, later)),
    )


@st.composite
def secretaries(draw: st.DrawFn, centre: date) -> tuple[Secretary, ...]:
    absences = draw(st.lists(spans(centre), max_size=1))
    desk = a_secretary(hours=draw(weeks_of_hours), absences=tuple(absences))
    return draw(st.sampled_from([(), (desk,), (desk, a_secretary(key="renfort"))]))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Practice, datetime]:
    """A practice and an instant, near a clock change or a holiday."""
    place, centre = draw(centres)
    practice = a_practice(
        timezone=place,
        practitioners=(draw(practitioners(centre)),),
        secretaries=draw(secretaries(centre)),
        open_holidays=draw(st.sampled_from([frozenset(), frozenset({centre})])),
        closed_days=draw(st.sampled_from([frozenset(), frozenset({centre + DAY})])),
        unknown_callers=draw(st.sampled_from(list(UnknownCallers))),
        secretary_first=draw(st.booleans()),
    )
    noon = datetime(centre.year, centre.month, centre.day, 12, tzinfo=UTC)
    return practice, noon + timedelta(seconds=draw(st.integers(-3 * 86_400, 3 * 86_400)))


@st.composite
def calls(draw: st.DrawFn, callers: list[Caller]) -> tuple[Practice, datetime, Caller]:
    """A case and one of these callers, some with lists that end around then."""
    practice, now = draw(cases())
    caller = draw(st.sampled_from(callers))
    if caller.kind is not CallerKind.KNOWN or draw(st.booleans()):
        return practice, now, caller
    ends = st.integers(-2, 4).map(lambda days: now.date() + days * DAY)
    lists = st.builds(TemporaryList, st.just("martin"), st.sampled_from(list(Reach)), st.booleans(), ends)
    return practice, now, replace(caller, temporary=tuple(draw(st.lists(lists, max_size=2))))


def law(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, database=None)


def rulings(practice: Practice, callers: list[Caller], now: datetime) -> list[Ruling]:
    """What each caller gets at that instant, without looking ahead."""
    doctor = practice.practitioners[0]
    moment = Switchboard(practice).calendar.moment(doctor, now)
    on = now.astimezone(zone(practice.timezone)).date()
    profiles = [Profile(c.kind, c.reach(doctor.key, on), bool(c.assisted(on))) for c in callers]
    return [route(practice, doctor, profile, moment) for profile in profiles]


def decide(practice: Practice, caller: Caller, now: datetime) -> Decision:
    """The decision of a switchboard that remembers nothing."""
    return Switchboard(practice).decide(caller, practice.practitioners[0], now)


# --- a wider list never gives less -----------------------------------------------------------------------


@law(90)
@given(cases())
def test_a_wider_list_never_gives_less(case: tuple[Practice, datetime]) -> None:
    practice, now = case
    for narrow, wide in pairwise(rulings(practice, LISTS, now)):
        assert WORTH[narrow.outcome] <= WORTH[wide.outcome]
        assert "practitioner:martin" not in narrow.tries or "practitioner:martin" in wide.tries


@law(40)
@given(cases())
def test_a_wider_list_of_an_assisted_number_never_rings_fewer(case: tuple[Practice, datetime]) -> None:
    practice, now = case
    for narrow, wide in pairwise(rulings(practice, ASSISTED, now)):
        assert set(narrow.tries) <= set(wide.tries)
        assert wide.outcome is Outcome.ASSISTED
        assert wide.tries[-1] == "voicemail"


@law(40)
@given(cases())
def test_a_patient_never_gets_less_than_a_stranger(case: tuple[Practice, datetime]) -> None:
    practice, now = case
    hidden, unknown, known = rulings(practice, [a_hidden_caller(), a_stranger(), a_caller()], now)
    assert WORTH[hidden.outcome] <= WORTH[unknown.outcome] <= WORTH[known.outcome]


@law(20)
@given(cases())
def test_a_wider_list_never_waits_longer(case: tuple[Practice, datetime]) -> None:
    practice, now = case
    switchboard = Switchboard(practice)
    found = [switchboard.decide(caller, practice.practitioners[0], now) for caller in LISTS]
    for narrow, wide in pairwise(found):
        if wide.outcome in SHUT:
            assert _or_never(wide.next_opening) <= _or_never(narrow.next_opening)


@law(30)
@given(cases())
def test_whoever_may_leave_a_message_hears_of_it_last(case: tuple[Practice, datetime]) -> None:
    practice, now = case
    for ruling in rulings(practice, CALLERS, now):
        assert ruling.tries.index("voicemail") == len(ruling.tries) - 1
        assert ruling.outcome in {Outcome.RING, Outcome.SECRETARY, Outcome.ASSISTED} or len(ruling.tries) == 1


# --- `until`, `next_opening` and the week tell the truth -------------------------------------------------


@law(30)
@given(calls(CHANGING))
def test_until_is_the_next_change(call: tuple[Practice, datetime, Caller]) -> None:
    practice, now, caller = call
    decision = decide(practice, caller, now)
    until = _or_never(decision.until)
    assert until > now
    for instant in _between(now, until):
        assert _answer(decide(practice, caller, instant)) == _answer(decision)
    if decision.until:
        assert _answer(decide(practice, caller, until)) != _answer(decision)


@law(25)
@given(calls(LISTS))
def test_the_next_opening_is_the_first_time_to_call_again(call: tuple[Practice, datetime, Caller]) -> None:
    practice, now, caller = call
    decision = decide(practice, caller, now)
    if decision.outcome not in SHUT:
        assert decision.next_opening is None
        return
    opening = _or_never(decision.next_opening)
    assert all(decide(practice, caller, instant).outcome in SHUT for instant in _between(now, opening))
    if decision.next_opening:
        assert decide(practice, caller, opening).outcome not in SHUT


@law(15)
@given(calls(CHANGING), st.lists(st.integers(-200_000, 200_000), min_size=2, max_size=5))
def test_what_was_asked_before_changes_no_answer(call: tuple[Practice, datetime, Caller], seconds: list[int]) -> None:
    practice, now, caller = call
    used, doctor = Switchboard(practice), practice.practitioners[0]
    for instant in [now + timedelta(seconds=offset) for offset in seconds]:
        assert used.decide(caller, doctor, instant) == decide(practice, caller, instant)


@law(20)
@given(calls(CALLERS))
def test_a_week_touches_and_covers_monday_to_monday(call: tuple[Practice, datetime, Caller]) -> None:
    practice, now, caller = call
    phases = Switchboard(practice).week(caller, practice.practitioners[0], now)
    assert (phases[0].span.start, phases[-1].span.end) == _mondays(practice, now)
    for before, after in pairwise(phases):
        assert before.span.end == after.span.start
        assert replace(before, span=after.span) != after


@law(15)
@given(calls(CALLERS))
def test_a_week_says_what_each_call_would_get(call: tuple[Practice, datetime, Caller]) -> None:
    practice, now, caller = call
    for phase in Switchboard(practice).week(caller, practice.practitioners[0], now):
        for instant in [phase.span.start, *_between(phase.span.start, phase.span.end, steps=2)]:
            (ruling,) = rulings(practice, [caller], instant)
            assert (ruling.outcome, ruling.code) == (phase.outcome, phase.code)


@law(30)
@given(cases())
def test_the_return_is_the_end_of_the_leave_for_everyone(case: tuple[Practice, datetime]) -> None:
    practice, now = case
    back = Switchboard(practice).gone_until(practice.practitioners[0], now)
    (today,) = rulings(practice, [on_list(Reach.ALWAYS)], now)
    assert back is not None
    assert (today.outcome is Outcome.LEAVE) == (back > now)
    (then,) = rulings(practice, [on_list(Reach.ALWAYS)], back)
    assert then.outcome is not Outcome.LEAVE


def _answer(decision: Decision) -> tuple[Outcome, tuple[str, ...]]:
    return decision.outcome, decision.ruling.tries


def _or_never(instant: datetime | None) -> datetime:
    return instant or datetime(2030, 1, 1, tzinfo=UTC)


def _between(start: datetime, end: datetime, steps: int = 5) -> Iterator[datetime]:
    """A few instants from `start` on, and the last second before `end`."""
    yield from (start + (end - start) * step / steps for step in range(1, steps))
    yield end - timedelta(seconds=1)


def _mondays(practice: Practice, now: datetime) -> tuple[datetime, datetime]:
    place = zone(practice.timezone)
    today = now.astimezone(place).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), tzinfo=place)
    return monday.astimezone(UTC), (monday + timedelta(days=7)).astimezone(UTC)


# --- the order of force, all of it -----------------------------------------------------------------------

CHRISTMAS = "2026-12-25"
FORCES = ["away", "open", "leave", "pause", "holiday", "hours"]
"""Strongest first: away > open now > leave > pause > public holiday > weekly hours."""


def _practice_under(active: set[str]) -> Practice:
    """Christmas Day 2026, a Friday, with only these forces at work."""
    acts = [kind for kind in OverrideKind if kind.value in active]
    doctor = a_practitioner(
        working_hours=every_day("00:00-24:00") if "hours" in active else every_day(),
        leaves=(a_leave(CHRISTMAS, CHRISTMAS),) if "leave" in active else (),
        overrides=tuple(an_override(kind, CHRISTMAS, CHRISTMAS) for kind in acts),
    )
    worked = frozenset() if "holiday" in active else frozenset({date(2026, 12, 25)})
    return a_practice(practitioners=(doctor,), open_holidays=worked)


def _by_force(active: set[str], reach: Reach) -> Outcome:
    """What the strongest force at work gives, at 21 h, when no list but *24h/24* widens the hours."""
    strongest = next((force for force in FORCES if force in active), "nothing")
    if strongest in {"away", "leave"}:
        return Outcome.LEAVE
    if reach is Reach.ALWAYS or strongest in {"open", "hours"}:
        return Outcome.RING
    only_the_pause = strongest == "pause" and "hours" in active and "holiday" not in active
    return Outcome.PAUSED if only_the_pause else Outcome.CLOSED


@pytest.mark.parametrize("reach", list(Reach), ids=lambda reach: reach.word)
@pytest.mark.parametrize(
    "active",
    [{f for f, acts in zip(FORCES, row, strict=True) if acts} for row in product([True, False], repeat=6)],
    ids=lambda active: "+".join(sorted(active)) or "nothing",
)
def test_the_strongest_force_decides(active: set[str], reach: Reach) -> None:
    (ruling,) = rulings(_practice_under(active), [on_list(reach)], paris("2026-12-25T21:00"))
    assert ruling.outcome is _by_force(active, reach)
