"""Les chiffres: what became of the calls of the last weeks, by hour and by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request

from ivr.actions.figures import figures_of
from ivr.security.guard import needs
from ivr.speech import NO_BREAK
from ivr.vocabulary import Permission
from ivr.web.here import here, read
from ivr.web.wording import weekday

SPANS = (7, 30, 60)
WIDTH, HEIGHT = 480, 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in units of its picture; every so many are named below."""

    words: str
    count: int
    x: float
    width: float
    height: float
    is_named: bool


practice_figures = Blueprint("practice_figures", __name__, url_prefix="/admin/figures")


@practice_figures.get("")
@needs(Permission.TASKS)
def page() -> str:
    """The last week, month or two months, today included."""
    asked = request.args.get("days", "")
    days = int(asked) if asked in {str(span) for span in SPANS} else SPANS[0]
    first = here().today - timedelta(days=days - 1)
    with read()() as connection:
        found = figures_of(connection, here().id, here().zone, first, here().today)
    return render_template(
        "site/figures.html",
        figures=found,
        days=days,
        SPANS=SPANS,
        by_hour=_bars([(f"{hour}{NO_BREAK}h", found.by_hour.get(hour, 0)) for hour in range(24)], 3),
        by_day=_bars([(weekday(on), count) for on, count in found.by_day.items()], max(days // 7, 1)),
    )


def _bars(counts: Sequence[tuple[str, int]], named_every: int) -> list[Bar]:
    """A bar for each, the highest as high as there is room."""
    top, step = max(1, *(count for _, count in counts)), WIDTH / len(counts)
    width = round(max(step - 2, 1), 1)
    return [
        Bar(words, count, round(n * step + 1, 1), width, round(count * HEIGHT / top, 1), n % named_every == 0)
        for n, (words, count) in enumerate(counts)
    ]
