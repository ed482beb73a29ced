"""How pages write numbers, times and the words of the product, in French and English."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, get_locale, gettext

from ivr.actions.register import Exempted, Kind
from ivr.clock import local
from ivr.flows.prompts import PROMPTS, default_wording
from ivr.phones import PhoneNumber, national
from ivr.speech import ENGLISH_DAYS, FRENCH_DAYS, NO_BREAK, written_day, written_moment, written_time
from ivr.vocabulary import WEEKDAYS, Language
from ivr.web import words
from ivr.web.here import here
from ivr.web.words import CONTACTS, DEEDS, RELATIVES, SWITCHES

AN_HOUR, A_DAY = 60, 24 * 60
LONGEST_QUOTE = 80


def add_wording(site: Flask) -> None:
    """Filters and words for the templates."""
    site.add_template_filter(number)
    site.add_template_filter(written_number)
    site.add_template_filter(iso_day)
    site.add_template_filter(wall_time)
    site.add_template_filter(moment)
    site.add_template_filter(clock)
    site.add_template_filter(instant)
    site.add_template_filter(day)
    site.add_template_filter(long_day)
    site.add_template_filter(weekday)
    site.add_template_filter(weekday_name)
    site.add_template_filter(change)
    site.add_template_filter(minutes)
    site.add_template_filter(said_at)
    site.add_template_filter(exempted_words, "exempted")
    site.jinja_env.globals |= {name: told for name, told in vars(words).items() if name.isupper()}


def number(phone: PhoneNumber) -> str:
    """`06 39 98 11 11`, as people of the practice's country read it."""
    digits = national(phone, here().country)
    if digits.startswith("+") or len(digits) % 2:
        return digits
    return NO_BREAK.join(digits[place : place + 2] for place in range(0, len(digits), 2))


def written_number(e164: str) -> str:
    """A number that an answer of ours rang, as people read it."""
    return number(PhoneNumber(e164)) if e164.startswith("+") else e164


def iso_day(at: datetime) -> str:
    """The date of an instant by the clock of the practice, for addresses."""
    return local(here().zone, at).date().isoformat()


def wall_time(at: datetime) -> str:
    """`2026-12-02T13:10:00+01:00` by the clock of the practice, as forms hold it: an hour may come twice."""
    return local(here().zone, at).isoformat(timespec="seconds")


def moment(at: datetime) -> str:
    """`aujourd’hui à 13 h 10`, else the day; by the clock of the practice."""
    shown, language = local(here().zone, at), spoken_here()
    if shown.date() == here().today:
        word = "aujourd’hui à" if language is Language.FRENCH else "today at"
        return f"{word} {written_time(shown, language)}"
    return written_moment(shown, language)


def instant(at: datetime) -> str:
    """`vendredi 24 décembre à 18 h`, with the year unless it is this one: part of `du … au …`."""
    shown, language = local(here().zone, at), spoken_here()
    if shown.year == here().today.year:
        return written_moment(shown, language)
    joint = "à" if language is Language.FRENCH else "at"
    return f"{written_day(shown.date(), language)} {shown.year} {joint} {written_time(shown, language)}"


def clock(at: datetime) -> str:
    """`13 h 10` by the clock of the practice."""
    return written_time(local(here().zone, at), spoken_here())


def day(on: date) -> str:
    """`5 mars 1941`, `5 March 1941`."""
    return str(format_date(on, "d MMMM y"))


def long_day(on: date) -> str:
    """`mercredi 2 décembre`."""
    return written_day(on, spoken_here())


def weekday(on: date) -> str:
    """`mer. 2`, for the head of a column."""
    return str(format_date(on, "EEE d"))


def minutes(count: float) -> str:
    """`45 min`, `3 h`, `2 jours`."""
    if count < AN_HOUR:
        return f"{count:.0f}{NO_BREAK}min"
    if count < 2 * A_DAY:
        return f"{count / AN_HOUR:.0f}{NO_BREAK}h"
    return str(gettext("%(count)s jours", count=f"{count / A_DAY:.0f}"))


def said_at(prompt: str) -> str:
    """The beginning of what a prompt of the call script says."""
    if prompt not in PROMPTS:
        return prompt
    text = re.sub(r"{[^}]*}", "…", default_wording(prompt, spoken_here()))
    shown = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rsplit(' ', 1)[0]}…"
    return f"«{NO_BREAK}{shown}{NO_BREAK}»"


def exempted_words(one: Exempted) -> str:
    """What an exception is, in words."""
    match one.kind:
        case Kind.LIST if one.contact:
            return _contact_words(replace(one.contact, until_on=None).words)
        case Kind.ACT if one.switch:
            act = one.act_name or gettext("tous les actes")
            return f"{act}{NO_BREAK}: {SWITCHES['on' if one.switch.is_on else 'off']}"
    return str(gettext("documents"))


def weekday_name(key: str) -> str:
    """`lundi` for `mon`."""
    names = FRENCH_DAYS if spoken_here() is Language.FRENCH else ENGLISH_DAYS
    return names[WEEKDAYS.index(key)]


def change(detail: Mapping[str, str]) -> str:
    """A change of the access log in words."""
    match detail["what"]:
        case "act":
            return _act_change(detail)
        case "appointment":
            return _appointment_change(detail)
        case "documents":
            states = [_until(detail[when]) if detail[when] else str(SWITCHES["usual"]) for when in ("before", "after")]
            return _changed(gettext("documents"), detail["practitioner"], *states)
        case "relatives":
            before, after = (RELATIVES[detail[when]] for when in ("before", "after"))
            return str(gettext("proches : %(before)s → %(after)s", before=before, after=after))
        case "name" | "number" | "booker":
            return _record_change(detail)
        case "slow":
            whose = number(PhoneNumber(detail["number"]))
            slow = gettext("%(number)s : voix lente", number=whose)
            return str(slow if detail["after"] else gettext("%(number)s : voix normale", number=whose))
    words = [_contact_words(detail[when]) for when in ("before", "after")]
    return _changed(number(PhoneNumber(detail["number"])), detail["practitioner"], *words)


def _record_change(detail: Mapping[str, str]) -> str:
    before, after = detail["before"], detail["after"]
    match detail["what"]:
        case "name":
            return str(gettext("nom : %(before)s → %(after)s", before=before, after=after))
        case "number" if after:
            return str(gettext("numéro ajouté : %(number)s", number=written_number(after)))
        case "number":
            return str(gettext("numéro retiré : %(number)s", number=written_number(before)))
    can_book = gettext("un proche de plus peut réserver"), gettext("un proche ne peut plus réserver")
    return str(can_book[0] if after else can_book[1])


def _appointment_change(detail: Mapping[str, str]) -> str:
    when = instant(datetime.fromisoformat(detail["at"]))
    if "before" in detail:
        before = instant(datetime.fromisoformat(detail["before"]))
        return str(gettext("rendez-vous du %(before)s déplacé au %(when)s", before=before, when=when))
    return str(gettext("rendez-vous du %(when)s : %(did)s", when=when, did=DEEDS[detail["did"]]))


def _contact_words(kept: str) -> str:
    """`priority assisted 2026-12-31` in words."""
    *lists, last = kept.split()
    if last[:1].isdigit():
        return f"{_contact_words(' '.join(lists))} {_until(last)}"
    return ", ".join(str(CONTACTS[word]) for word in (*lists, last))


def _until(iso: str) -> str:
    return str(gettext("jusqu’au %(day)s", day=day(date.fromisoformat(iso))))


def _act_change(detail: Mapping[str, str]) -> str:
    states = []
    for when in ("before", "after"):
        state, _, until = detail[when].partition(" ")
        states.append(f"{SWITCHES[state]} {_until(until) if until else ''}".strip())
    act = gettext("tous les actes") if detail["act"] == "all" else detail["act"]
    return _changed(act, detail["practitioner"], *states)


def _changed(what: str, doctor: str, before: str, after: str) -> str:
    told = {"number": what, "name": doctor, "before": before, "after": after}
    return str(gettext("%(number)s, %(name)s : %(before)s → %(after)s", **told))


def spoken_here() -> Language:
    """The language of this page."""
    locale = get_locale()
    return Language.ENGLISH if locale is not None and locale.language == "en" else Language.FRENCH
