"""How pages name what stands in an agenda, why somebody is not there, and why a time is not free."""

from collections.abc import Iterator
from datetime import date, datetime

from flask import Flask
from flask_babel import gettext

from ivr.clock import local
from ivr.hindrances import Cause, Hindrance
from ivr.intervals import Interval
from ivr.public_holidays import holiday_name
from ivr.routing import Switchboard
from ivr.schedules import LAST_INSTANT
from ivr.web.agenda_week import Absence
from ivr.web.here import here
from ivr.web.wording import clock, instant, long_day, spoken_here


def add_agenda_wording(site: Flask) -> None:
    """Filters for the templates."""
    site.add_template_filter(absence_name)
    site.add_template_filter(absence_words)


def absence_name(absence: Absence, on: date, board: Switchboard) -> str:
    """`Noël`, `Congé`, `Absence`."""
    if absence.cause is Cause.HOLIDAY:
        return holiday_name(board.practice.territory, on, spoken_here())
    return str(gettext("Congé") if absence.cause is Cause.LEAVE else gettext("Absence"))


def absence_words(absence: Absence, on: date, board: Switchboard) -> str:
    """`Noël`, `Congé, fin lundi 4 janvier 2027 à 8 h`."""
    name = absence_name(absence, on, board)
    if absence.until is None or absence.until == LAST_INSTANT:
        return name
    return str(gettext("%(what)s, fin %(until)s", what=name, until=instant(absence.until)))


def hindrance_words(board: Switchboard, doctor: str, start: datetime, hindrance: Hindrance) -> str:
    """Why that time (UTC) is not free with a doctor (a name), in a sentence."""
    standing = hindrance.standing
    if standing is not None:
        told = {"name": standing.who, "time": clock(standing.start)}
        return str(_of_standing(hindrance.cause, told))
    match hindrance.cause:
        case Cause.HOLIDAY:
            on = local(here().zone, start).date()
            name = holiday_name(board.practice.territory, on, spoken_here())
            return str(gettext("Le cabinet est fermé le %(day)s : %(name)s.", day=long_day(on), name=name))
        case Cause.LEAVE:
            return _gone(gettext("Le Dr %(name)s est en congé.", name=doctor), hindrance.span)
        case Cause.AWAY:
            return _gone(gettext("Le Dr %(name)s est absent.", name=doctor), hindrance.span)
        case Cause.CLOSED:
            return _closed(doctor, hindrance.hours)
        case Cause.ELSEWHERE if hindrance.span:
            (span,) = _spans((hindrance.span,))
            return str(
                gettext("Le Dr %(name)s est pris ailleurs %(span)s, dit son autre agenda.", name=doctor, span=span)
            )
    return str(_PLAIN[hindrance.cause]())


_PLAIN = {
    Cause.PAST: lambda: gettext("Cette heure est déjà passée."),
    Cause.PAST_DAY: lambda: gettext("Ce jour est déjà passé."),
    Cause.ACT_HOURS: lambda: gettext("Cet acte se fait à d’autres heures."),
    Cause.TAKEN: lambda: gettext("Cette heure vient d’être prise."),
    Cause.GONE: lambda: gettext("Ce rendez-vous est passé, ou quelqu’un l’a déplacé ou annulé entre-temps."),
}


def _of_standing(cause: Cause, told: dict[str, str]) -> str:
    if cause is Cause.TAKEN:
        return str(gettext("Cela chevauche le rendez-vous de %(name)s à %(time)s.", **told))
    if cause is Cause.KEPT:
        return str(gettext("%(time)s est gardé pour %(name)s, de la liste d’attente.", **told))
    return str(gettext("Quelqu’un est en train de réserver %(time)s par téléphone, pour %(name)s.", **told))


def _gone(words: str, span: Interval | None) -> str:
    if span is None or span.end == LAST_INSTANT:
        return words
    return f"{words} {gettext('Fin : %(when)s.', when=instant(span.end))}"


def _closed(doctor: str, hours: tuple[Interval, ...]) -> str:
    if not hours:
        return str(gettext("Le Dr %(name)s ne travaille pas ce jour-là.", name=doctor))
    spans = f" {gettext('et')} ".join(_spans(hours))
    return str(gettext("Le Dr %(name)s travaille ce jour-là %(hours)s.", name=doctor, hours=spans))


def _spans(hours: tuple[Interval, ...]) -> Iterator[str]:
    for span in hours:
        yield str(gettext("de %(start)s à %(end)s", start=clock(span.start), end=clock(span.end)))
