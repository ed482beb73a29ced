"""A week of an agenda as a drawing: every rectangle with its place, in points of an SVG that is 1200 wide."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from ivr.web.agenda_week import AgendaWeek, Day, Placed, free_spans, least_minutes, offsets

WIDTH, GUTTER, HEAD = 1200.0, 44.0, 30.0
BETWEEN = 6.0
"""What is left free between two days."""
A_LINE = 16.0
"""The height that a line of writing needs."""
LEAST, MOST = 1.0, 2.4
"""Points a minute: an hour is 60 to 144 high."""
STEP = 15
"""Minutes between the starts one can choose with the mouse."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, and what it is about."""

    x: float
    y: float
    width: float
    height: float
    what: Any = None

    @property
    def place(self) -> Markup:
        """Its place as attributes."""
        numbers = f'x="{self.x:.1f}" y="{self.y:.1f}" width="{self.width:.1f}" height="{self.height:.1f}"'
        return Markup(numbers)  # noqa: S704 numbers only

    @property
    def lines(self) -> int:
        """How many lines of writing it holds; one, however small."""
        return max(int((self.height + 2) // A_LINE), 1)


@dataclass(frozen=True, slots=True)
class Column:
    """A day: its place, the hours worked, absences, what is planned, and starts to choose (`what` is `09:15`)."""

    on: date
    box: Box
    worked: tuple[Box, ...]
    absences: tuple[Box, ...]
    placed: tuple[Box, ...]
    starts: tuple[Box, ...]
    now_y: float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole; `hours` are the full hours with their heights."""

    height: float
    hours: tuple[tuple[int, float], ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From minutes to points."""

    first: int
    last: int
    per_minute: float

    def y(self, minute: int) -> float:
        return HEAD + (min(max(minute, self.first), self.last) - self.first) * self.per_minute

    def box(self, x: float, width: float, start: int, end: int, what: Any = None) -> Box:
        return Box(x, self.y(start), width, self.y(end) - self.y(start), what)


def draw(week: AgendaWeek, today: date, minute: int) -> Drawing:
    """The drawing of a week, seen on that date at that minute after midnight."""
    per_minute = min(max(A_LINE / least_minutes(week), LEAST), MOST)
    scale = _Scale(week.first, week.last, per_minute)
    columns = []
    for day, (left, right) in zip(week.days, offsets(week), strict=True):
        x = GUTTER + left * (WIDTH - GUTTER)
        width = (right - left) * (WIDTH - GUTTER) - BETWEEN
        since = minute if day.on == today else 0 if day.on > today else None
        columns.append(_column(scale, day, x, width, since, minute if day.on == today else None))
    hours = tuple((start // 60, scale.y(start)) for start in range(week.first, week.last + 1, 60))
    return Drawing(scale.y(week.last) + 8, hours, tuple(columns))


def _column(scale: _Scale, day: Day, x: float, width: float, since: int | None, now: int | None) -> Column:
    starts = () if since is None else tuple(_starts(day, since))
    absences = (scale.box(x, width, one.start, one.end, one) for one in day.absences)
    is_now = now is not None and scale.first <= now <= scale.last
    return Column(
        day.on,
        Box(x, HEAD, width, scale.y(scale.last) - HEAD),
        tuple(scale.box(x, width, start, end) for start, end in day.hours),
        tuple(box for box in absences if box.height > 0),
        tuple(_beside(scale, x, width, one) for one in day.placed),
        tuple(scale.box(x, width, start, end, f"{start // 60:02d}:{start % 60:02d}") for start, end in starts),
        scale.y(now) if is_now and now is not None else None,
    )


def _starts(day: Day, since: int) -> Iterator[tuple[int, int]]:
    """Every quarter of an hour of what is free, the last as short as it is."""
    for start, end in free_spans(day):
        yield from ((begin, min(begin + STEP, end)) for begin in range(start, end, STEP) if begin >= since)


def _beside(scale: _Scale, x: float, width: float, one: Placed) -> Box:
    share = width / one.columns
    return scale.box(x + one.column * share + 1, share - 2, one.start, one.end, one.row)
