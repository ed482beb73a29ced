"""The calendars and decisions against a slow oracle, minute by minute, across every kind of clock change."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest

from ivr.hours import DayHours, DayRange, WeeklyHours, read_day
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
from ivr.routing import Switchboard
from ivr.vocabulary import SHUT, WEEKDAYS, ContactMode, OverrideKind, Reach, UnknownCallers
from tests.builders import (
    PETIT,
    a_caller,
    a_hidden_caller,
    a_practice,
    a_practitioner,
    a_secretary,
    a_stranger,
    assisted,
    on_list,
    table,
)
from tests.unit.oracle import Answer, Oracle, WallClock

DAY = timedelta(days=1)
SEEDS = range(5)


@dataclass(frozen=True)
class Night:
    """A night to walk through: the place, the local date, and the public holidays near it, by hand."""

    place: str
    on: date
    territory: str = "FR"
    holidays: tuple[date, ...] = ()

    def __str__(self) -> str:
        return f"{self.place} {self.on}"


EASTER_MONDAY = date(2027, 3, 29)
NIGHTS = [
    Night("Europe/Paris", date(2026, 10, 25)),
    Night("Europe/Paris", date(2027, 3, 28), holidays=(EASTER_MONDAY,)),
    Night("America/Martinique", date(2027, 5, 21), "FR-MQ", (date(2027, 5, 22),)),
    Night("Indian/Reunion", date(2026, 12, 19), "FR-RE", (date(2026, 12, 20),)),
    Night("Pacific/Noumea", date(2026, 11, 11), holidays=(date(2026, 11, 11),)),
    Night("Australia/Lord_Howe", date(2026, 10, 4)),
    Night("Australia/Lord_Howe", date(2027, 4, 4)),
    Night("America/Sao_Paulo", date(2018, 11, 4), holidays=(date(2018, 11, 1),)),
    Night("America/Sao_Paulo", date(2019, 2, 17)),
    Night("America/Havana", date(2025, 11, 2), holidays=(date(2025, 11, 1),)),
    Night("America/Havana", date(2026, 3, 8)),
]
"""Havana is here because its clocks go back over midnight: that date begins twice."""

TELLING = [
    ["08:00-08:00"],
    ["22:00-06:00"],
    ["00:00-24:00"],
    ["20:00-24:00"],
    ["00:00-00:30", "00:30-01:15"],
    ["00:00-02:30"],
    ["02:15-02:45"],
    ["01:45-02:10", "22:30-23:30"],
    ["23:15-23:30"],
    ["23:30-00:30"],
    ["09:00-12:00", "12:00-14:00", "13:30-18:00"],
    ["14:00-02:30", "23:00-01:00"],
    ["09:00-12:00", "14:00-18:00"],
]
"""Hours that touch, overlap, run overnight or end inside a clock change."""

CALLERS = [
    a_hidden_caller(),
    a_stranger(),
    a_caller(),
    on_list(Reach.PRIORITY),
    on_list(Reach.ALWAYS),
    assisted(Reach.NONE),
    assisted(Reach.PRIORITY),
    assisted(Reach.ALWAYS),
]


def callers(night: Night) -> list[Caller]:
    """Those, and some whose lists end with that night's date or the one before."""
    eve = night.on - timedelta(days=1)
    return [
        *CALLERS,
        a_caller(temporary=(TemporaryList("martin", Reach.ALWAYS, False, night.on),)),
        on_list(Reach.PRIORITY, temporary=(TemporaryList("martin", Reach.ALWAYS, True, eve),)),
        assisted(
            Reach.NONE,
            temporary=(
                TemporaryList("martin", Reach.PRIORITY, False, night.on),
                TemporaryList("martin", Reach.ALWAYS, False, eve),
            ),
        ),
    ]


class Chance:
    """Settings drawn from a seed, around one night."""

    def __init__(self, night: Night, seed: int) -> None:
        self.night = night
        self.random = random.Random(f"{night} {seed}")  # noqa: S311 the same tables on every run

    def practice(self) -> Practice:
        opened = [day for day in self.night.holidays if self._once_in(3)]
        return a_practice(
            practitioners=(self.practitioner(),),
            secretaries=(self.secretary("accueil"), self.secretary("renfort")),
            timezone=self.night.place,
            territory=self.night.territory,
            closed_days=frozenset(day for day in self._days() if self._once_in(8)) - frozenset(opened),
            open_holidays=frozenset(opened),
            unknown_callers=self.random.choice(list(UnknownCallers)),
            secretary_first=self._once_in(3),
        )

    def practitioner(self) -> Practitioner:
        return a_practitioner(
            phone=None if self._once_in(8) else a_practitioner().phone,
            contact=self.random.choice(list(ContactMode)),
            working_hours=self.week(),
            contact_hours=self.week() if self._once_in(4) else None,
            priority_hours=self.week() if self._once_in(4) else a_practitioner().priority_hours,
            weeks=self.weeks() if self._once_in(3) else None,
            dated_hours=tuple(self.dated(day) for day in self._days() if self._once_in(4)),
            leaves=tuple(Leave(self.span(), PETIT) for _ in range(self.random.choice([0, 0, 0, 1, 2]))),
            overrides=(*(self.override() for _ in range(self.random.choice([0, 0, 1, 3]))), self.last()),
        )

    def secretary(self, key: str) -> Secretary:
        absences = (self.span(),) if self._once_in(3) else ()
        return a_secretary(key=key, hours=self.week(), absences=absences)

    def week(self) -> WeeklyHours:
        days = [self.day() for _ in range(7)]
        return (days[0], days[1], days[2], days[3], days[4], days[5], days[6])

    def day(self) -> DayHours:
        drawn = self.random.random()
        if drawn < 0.15:
            return ()
        if drawn < 0.75:
            return read_day(self.random.choice(TELLING))
        return tuple(sorted(self.range() for _ in range(self.random.choice([1, 1, 2, 3]))))

    def range(self) -> DayRange:
        return DayRange(self.random.randrange(1440), self.random.randint(1, 1440))

    def weeks(self) -> Weeks:
        monday = self.night.on - timedelta(days=self.night.on.weekday())
        return Weeks(self.random.choice([2, 3]), monday - timedelta(weeks=self.random.randint(1, 6)))

    def dated(self, day: date) -> DatedHours:
        return DatedHours(day, self.day(), for_holiday=self._once_in(2))

    def override(self) -> Override:
        return Override(self.random.choice(list(OverrideKind)), self.span())

    def last(self) -> Override:
        """Away some days later: whoever looks ahead finds a change, and is quick about it."""
        start, end = (datetime.combine(self.night.on + n * DAY, time()) for n in (4, 5))
        return Override(OverrideKind.AWAY, WallSpan(start, end))

    def span(self) -> WallSpan:
        first, last = sorted([self._wall(), self._wall()])
        if self._once_in(4):
            return WallSpan(datetime.combine(first, time()), datetime.combine(last, time()), whole_days=True)
        return WallSpan(first, last + timedelta(minutes=self.random.randint(1, 300)))

    def _wall(self) -> datetime:
        """Often within the small hours of the night itself."""
        day = self.night.on if self._once_in(2) else self.random.choice(self._days())
        minutes = self.random.randrange(200 if self._once_in(2) else 1440)
        return datetime.combine(day, time()) + timedelta(minutes=minutes)

    def _days(self) -> list[date]:
        return [self.night.on + n * DAY for n in (-1, 0, 1)]

    def _once_in(self, times: int) -> bool:
        return self.random.randrange(times) == 0


@cache
def wall_clock(night: Night) -> WallClock:
    return WallClock(night.place, night.on)


@cache
def drawn(night: Night, seed: int) -> tuple[Switchboard, Practitioner, Oracle]:
    practice = Chance(night, seed).practice()
    doctor = practice.practitioners[0]
    return Switchboard(practice), doctor, Oracle(practice, doctor, night.holidays, wall_clock(night))


def walk(night: Night, days: tuple[int, ...] = (-1, 0, 1)) -> Iterator[tuple[int, datetime]]:
    """Number and instant of every minute of the night, of the day before and of the day after."""
    clock = wall_clock(night)
    for minute in sorted(clock.on(night.on + n * DAY for n in days)):
        yield minute, clock.instants[minute]


every_night = pytest.mark.parametrize("night", NIGHTS, ids=str)
every_seed = pytest.mark.parametrize("seed", SEEDS)


@every_night
@every_seed
def test_every_window_is_open_in_the_same_minutes(night: Night, seed: int) -> None:
    switchboard, doctor, oracle = drawn(night, seed)
    for minute, now in walk(night):
        moment = switchboard.calendar.moment(doctor, now)
        found = (moment.in_ordinary_hours, moment.in_priority_hours, moment.secretaries)
        expected = (minute in oracle.ordinary, minute in oracle.priority, oracle.facts[minute].desks)
        assert found == expected, f"{now} {wall_clock(night).shown[minute]} {switchboard.practice}"


@every_night
@every_seed
def test_every_caller_gets_the_same_from_both(night: Night, seed: int) -> None:
    switchboard, doctor, oracle = drawn(night, seed)
    known = callers(night)
    caller = known[(seed + NIGHTS.index(night)) % len(known)]
    answers = oracle.answers(caller)
    for minute, now in walk(night):
        if minute % 5 == 0 or answers[minute] != answers[minute - 1]:
            ruling = switchboard.decide(caller, doctor, now).ruling
            assert (ruling.outcome, ruling.tries) == answers[minute], f"{now} {caller} {switchboard.practice}"


@every_night
@every_seed
def test_what_comes_next_is_what_the_following_minutes_show(night: Night, seed: int) -> None:
    switchboard, doctor, oracle = drawn(night, seed)
    minutes = list(walk(night, days=(-1, 0, 1, 2)))
    known = callers(night)
    asking = [known[(seed + NIGHTS.index(night) + n) % len(known)] for n in (0, 3)]
    chosen = random.Random(seed).sample(range(len(minutes) - 1), 5)  # noqa: S311 the same minutes on every run
    for caller in asking:
        everything = oracle.answers(caller)
        answers = [everything[minute] for minute, _ in minutes]
        for start in chosen:
            decision = switchboard.decide(caller, doctor, minutes[start][1])
            change, opening = _coming(answers, start)
            _check_coming(decision.until, change, minutes)
            if answers[start][0] in SHUT:
                _check_coming(decision.next_opening, opening, minutes)
            else:
                assert decision.next_opening is None


def _coming(answers: list[Answer], start: int) -> tuple[int | None, int | None]:
    """Places of the next change and of the next answer that is neither closed, paused nor leave."""
    later = range(start + 1, len(answers))
    change = next((n for n in later if answers[n] != answers[start]), None)
    return change, next((n for n in later if answers[n][0] not in SHUT), None)


def _check_coming(found: datetime | None, place: int | None, minutes: list[tuple[int, datetime]]) -> None:
    if place is None:
        assert found is None or found > minutes[-1][1]
    else:
        assert found == minutes[place][1]


# --- the examples of SCHEDULING.md, for the oracle and the calendar alike -----------------------------


def _minutes_of(hours: WeeklyHours, night: Night) -> tuple[int, int]:
    """How long that table is open on that date: by the calendar, by the oracle."""
    doctor = a_practitioner(working_hours=hours)
    practice = a_practice(practitioners=(doctor,), timezone=night.place)
    calendar = Switchboard(practice).calendar
    oracle = Oracle(practice, doctor, night.holidays, wall_clock(night))
    by_calendar = sum(calendar.moment(doctor, now).in_ordinary_hours for _, now in walk(night, days=(0,)))
    return by_calendar, sum(minute in oracle.ordinary for minute, _ in walk(night, days=(0,)))


@pytest.mark.parametrize(
    ("night", "hours", "minutes"),
    [
        pytest.param(0, "00:00-02:30", 210, id="a range that ends in the double hour"),
        pytest.param(0, "02:15-02:45", 90, id="a range within the double hour"),
        pytest.param(0, "00:00-24:00", 25 * 60, id="a day of 25 hours"),
        pytest.param(1, "02:15-02:45", 0, id="a range within the missing hour"),
        pytest.param(1, "00:00-24:00", 23 * 60, id="a day of 23 hours"),
        pytest.param(1, "01:30-02:30", 30, id="a range that ends in the missing hour"),
        pytest.param(1, "02:30-03:30", 30, id="a range that starts in the missing hour"),
        pytest.param(5, "00:00-24:00", 23 * 60 + 30, id="a change of half an hour"),
        pytest.param(7, "00:00-08:00", 7 * 60, id="a date without its midnight"),
        pytest.param(8, "00:00-24:00", 24 * 60, id="the date after an evening of twice eleven"),
        pytest.param(9, "00:00-00:30", 90, id="a date that begins twice"),
    ],
)
def test_the_clock_changes_are_read_as_the_rules_say(night: int, hours: str, minutes: int) -> None:
    on = NIGHTS[night]
    weekday = WEEKDAYS[on.on.weekday()]
    assert _minutes_of(table(**{weekday: [hours]}), on) == (minutes, minutes)
