"""How pages write numbers, times and the words of the product, in French and English."""

from collections.abc import Mapping
from datetime import datetime

from flask import Flask
from flask_babel import get_locale, lazy_gettext

from ivr.clock import local
from ivr.phones import PhoneNumber, national
from ivr.speech import NO_BREAK, written_moment, written_time
from ivr.vocabulary import Language, Role
from ivr.web.here import here

TASKS: Mapping[str, object] = {
    "message": lazy_gettext("Message vocal"),
    "request": lazy_gettext("Demande de rendez-vous"),
    "call-back": lazy_gettext("À rappeler"),
    "missed": lazy_gettext("Appel manqué"),
    "written": lazy_gettext("Message écrit"),
    "assisted": lazy_gettext("Patient assisté, à rappeler"),
    "no-phone": lazy_gettext("Pas de téléphone pour ce praticien"),
    "relative": lazy_gettext("Rendez-vous demandé pour un proche"),
    "new-patient": lazy_gettext("Nouveau patient"),
    "late-change": lazy_gettext("Rendez-vous déplacé ou annulé tard"),
    "place-free": lazy_gettext("Place libre à proposer"),
    "not-sent": lazy_gettext("SMS non remis"),
}
ROLES: Mapping[str, object] = {
    Role.PRACTITIONER: lazy_gettext("praticien"),
    Role.SECRETARY: lazy_gettext("secrétaire"),
    Role.ADMINISTRATOR: lazy_gettext("administrateur du cabinet"),
    Role.OPERATOR: lazy_gettext("exploitant de l’installation"),
}


def add_wording(site: Flask) -> None:
    """Filters and words for the templates."""
    site.add_template_filter(number)
    site.add_template_filter(moment)
    site.add_template_filter(clock)
    site.jinja_env.globals |= {"TASKS": TASKS, "ROLES": ROLES}


def number(phone: PhoneNumber) -> str:
    """`06 39 98 11 11`, as people of the practice's country read it."""
    digits = national(phone, here().country)
    if digits.startswith("+") or len(digits) % 2:
        return digits
    return NO_BREAK.join(digits[place : place + 2] for place in range(0, len(digits), 2))


def moment(at: datetime) -> str:
    """`aujourd’hui à 13 h 10`, else the day; by the clock of the practice."""
    shown, language = local(here().zone, at), spoken_here()
    if shown.date() == here().today:
        word = "aujourd’hui à" if language is Language.FRENCH else "today at"
        return f"{word} {written_time(shown, language)}"
    return written_moment(shown, language)


def clock(at: datetime) -> str:
    """`13 h 10` by the clock of the practice."""
    return written_time(local(here().zone, at), spoken_here())


def spoken_here() -> Language:
    """The language of this page."""
    locale = get_locale()
    return Language.ENGLISH if locale is not None and locale.language == "en" else Language.FRENCH
