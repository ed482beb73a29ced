"""The practice's site: an application of its own, so that nothing of it stands in the way of a call.

It shares the process and the database with the webhooks, and is put together when it is first asked for.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_security import current_user
from sqlalchemy import Engine

from ivr.actions.archive import archives_of
from ivr.actions.calls import Render
from ivr.actions.snapshots import Snapshots
from ivr.clock import Clock
from ivr.security.guard import guard
from ivr.security.headers import add_headers
from ivr.security.mail import post_of
from ivr.security.sessions import end_with_sign_out
from ivr.security.sign_in import add_sign_in
from ivr.security.users import open_users
from ivr.settings import Settings, site_secret
from ivr.vocabulary import Language, Permission
from ivr.web.account import account
from ivr.web.act_switches import act_switches
from ivr.web.agenda import agenda
from ivr.web.agenda_wording import add_agenda_wording
from ivr.web.applications import add_pages, language_of_browser, prepare
from ivr.web.appointment import appointment
from ivr.web.booking import booking
from ivr.web.calendars import calendars
from ivr.web.calls import calls
from ivr.web.documents import documents
from ivr.web.entries import entries
from ivr.web.feed import feed
from ivr.web.here import practice_here
from ivr.web.holidays import holidays
from ivr.web.hours import hours
from ivr.web.imports import imports
from ivr.web.installation import installation
from ivr.web.invitations import invitations
from ivr.web.keys import keys
from ivr.web.leave import leave
from ivr.web.letters import letters
from ivr.web.overrides import in_force, overrides
from ivr.web.patients import patients
from ivr.web.people import people
from ivr.web.phone import phone
from ivr.web.practice_figures import practice_figures
from ivr.web.profile import profile
from ivr.web.prompts import prompts
from ivr.web.records import records
from ivr.web.register import exceptions
from ivr.web.settings import settings as settings_pages
from ivr.web.today import today

WORKING_DAY = timedelta(hours=12)

PAGES = (
    today,
    agenda,
    booking,
    appointment,
    overrides,
    patients,
    act_switches,
    profile,
    records,
    documents,
    letters,
    exceptions,
    imports,
    leave,
    hours,
    holidays,
    settings_pages,
    entries,
    prompts,
    people,
    keys,
    calendars,
    feed,
    calls,
    practice_figures,
    phone,
    installation,
    account,
    invitations,
)


def make_site(settings: Settings, engine: Engine, clock: Clock, render: Render) -> Flask:
    """The site on that database; `render` makes the documents that its telephone shows.

    Raises:
        SettingsError: there is no secret to sign sessions with.
    """
    site = Flask(
        "ivr.site",
        root_path=str(Path(__file__).parent),
        static_url_path="/admin/static",
        template_folder="templates",
    )
    parts = urlsplit(settings.public_url)
    is_https = parts.scheme == "https"
    prepare(site, site_secret(settings), engine, language_here)
    site.config["PERMANENT_SESSION_LIFETIME"] = WORKING_DAY
    site.extensions["ivr.public_url"] = settings.public_url
    site.extensions["ivr.data_dir"] = settings.data_dir
    archives = archives_of(settings)
    site.extensions["ivr.archive"], site.extensions["ivr.documents"] = archives.sounds, archives.documents
    site.extensions["ivr.render"] = render
    site.extensions["ivr.snapshots"] = Snapshots(settings.data_dir)
    smtp_url = settings.smtp_url.get_secret_value() if settings.smtp_url else None
    site.extensions["ivr.post"] = post_of(smtp_url, settings.data_dir / "mail")
    guard(site)
    end_with_sign_out(site)
    add_sign_in(site, open_users(engine), clock, settings.sender_of_mail, is_https=is_https)
    add_headers(site, is_https=is_https)
    add_pages(site, PAGES, "site/error.html", _everywhere)
    add_agenda_wording(site)
    return site


def _everywhere() -> dict[str, Any]:
    """What every template may ask for."""
    is_known = current_user.is_authenticated
    return {
        "language": language_here(),
        "practice": practice_here(),
        "may_change": is_known and current_user.may(Permission.EXCEPTIONS),
        "may_operate": is_known and current_user.may(Permission.INSTALLATION),
        "may_set": is_known and current_user.may(Permission.SETTINGS),
        "in_force": in_force,
    }


def language_here() -> Language:
    """The user's own language, a stranger's as the browser says; French first."""
    if current_user and current_user.is_authenticated:
        return Language(current_user.language)
    return language_of_browser()
