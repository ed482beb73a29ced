"""Les jours fériés: those of the territory with a switch each, and days on which the practice closes besides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from ivr.actions.changing import Asked
from ivr.clock import start_of_day
from ivr.practice import Practice
from ivr.public_holidays import GOOD_FRIDAY_TERRITORIES, holiday_name, public_holidays
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.changing import Prospect, RefusedError, chosen, is_confirmed, look_ahead, save
from ivr.web.here import LAST_DAY, here, read, switchboard_here
from ivr.web.impact import affected
from ivr.web.wording import day, spoken_here

ONE_DAY = timedelta(days=1)
DAYS_AHEAD = 400
"""A little more than a year, so that the next of each holiday is shown."""

holidays = Blueprint("holidays", __name__, url_prefix="/admin/holidays")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday of the territory, and whether the practice works on it."""

    on: date
    name: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """The days on which the practice would be open or closed, and of which days nothing is said."""

    opened: frozenset[date] = frozenset()
    shut: frozenset[date] = frozenset()
    """Holidays on which it is not open."""
    closed: frozenset[date] = frozenset()
    reopened: frozenset[date] = frozenset()
    """Days that are closing days no more."""
    good_friday: bool | None = None

    def change(self, tables: dict[str, Any]) -> None:
        """Make it so in the tables of the settings, whatever else somebody changes in them."""
        practice = tables["practice"]
        practice["open_holidays"] = _with(practice.get("open_holidays"), self.opened, self.shut)
        practice["closed_days"] = _with(practice.get("closed_days"), self.closed, self.reopened)
        if self.good_friday is not None:
            practice["good_friday"] = self.good_friday


@holidays.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """The holidays of the year to come."""
    return _page()


@holidays.post("")
@needs(Permission.EXCEPTIONS)
def change() -> Any:
    """Open or close days; what it changes is shown, and saved when that was confirmed."""
    try:
        with read()() as connection:
            wish = _wish(switchboard_here(connection).practice)
        asked = Asked(wish.change, "practice holidays")
        if is_confirmed():
            save(asked)
            flash(gettext("Les jours fériés sont enregistrés."))
            return redirect(url_for("holidays.page"), code=303)
        with read()() as connection:
            return _preview(look_ahead(connection, asked))
    except RefusedError as error:
        flash(str(error), "error")
        return _page(), 400


def _page() -> str:
    with read()() as connection:
        practice = switchboard_here(connection).practice
    return render_template(
        "site/holidays.html",
        holidays=_holidays(practice),
        closed=sorted(on for on in practice.closed_days if on >= here().today),
        has_good_friday=practice.territory in GOOD_FRIDAY_TERRITORIES,
        good_friday=practice.good_friday,
        chosen=request.form,
    )


def _preview(prospect: Prospect) -> str:
    before, after = prospect.before.calendar, prospect.after.calendar
    days = [on for on in _days_ahead() if before.is_holiday(on) is not after.is_holiday(on)]
    first, last = (days[0], days[-1]) if days else (here().today, here().today)
    start, end = (start_of_day(here().zone, on) for on in (first, last + ONE_DAY))
    doctors = prospect.after.practice.practitioners
    return render_template(
        "site/change_preview.html",
        about=", ".join(day(on) for on in days),
        planned=(),
        affected=affected(prospect.before, prospect.after, doctors, max(start, here().now), end),
        chosen=chosen(),
        address=url_for("holidays.change"),
        back=url_for("holidays.page"),
        save_words=gettext("Enregistrer les jours fériés"),
    )


def _holidays(practice: Practice) -> list[Holiday]:
    """Those of the territory from today on, in order."""
    return [
        Holiday(on, holiday_name(practice.territory, on, spoken_here()), on in practice.open_holidays)
        for on in _days_ahead()
        if on in public_holidays(practice.territory, on.year, practice.good_friday)
    ]


def _days_ahead() -> list[date]:
    return [here().today + ahead * ONE_DAY for ahead in range(DAYS_AHEAD)]


def _wish(practice: Practice) -> Wish:
    """What the form says. Raises RefusedError."""
    match request.form.get("what"):
        case "close":
            on = _date()
            if on in practice.open_holidays:
                raise RefusedError(gettext("Ce jour férié est ouvert : fermez-le dans la liste."))
            return Wish(closed=frozenset({on}))
        case "reopen":
            return Wish(reopened=frozenset({_date()}))
    shown = frozenset(one.on for one in _holidays(practice)) - practice.closed_days
    opened = frozenset(on for on in shown if on.isoformat() in request.form.getlist("open"))
    has_switch = practice.territory in GOOD_FRIDAY_TERRITORIES
    return Wish(opened, shown - opened, good_friday=bool(request.form.get("good-friday")) if has_switch else None)


def _with(days: list[str] | None, more: Iterable[date], less: Iterable[date]) -> list[str]:
    return sorted({*(days or ()), *map(str, more)} - {*map(str, less)})


def _date() -> date:
    try:
        on = date.fromisoformat(request.form.get("date", ""))
    except ValueError:
        on = date.max
    if not here().today <= on <= LAST_DAY:
        raise RefusedError(gettext("Donnez une date à venir."))
    return on
