"""Les réglages: all pages that change how the practice answers, and its own settings section by section."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from ivr.actions.changing import Asked, Change, in_practitioner
from ivr.actions.practice_rows import read_settings
from ivr.practice_files.schema import PracticeFile, PractitionerPart
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.changing import RefusedError, chosen, is_confirmed, look_ahead, save
from ivr.web.form_fields import Section
from ivr.web.here import here, read, switchboard_here
from ivr.web.impact import WEEKS_SHOWN, affected
from ivr.web.sections import SECTIONS, PractitionerSection

settings = Blueprint("settings", __name__, url_prefix="/admin/settings")


@settings.get("")
@needs(Permission.PATIENTS)
def page() -> str:
    """Where everything is set."""
    with read()() as connection:
        doctors = switchboard_here(connection).practice.practitioners
    return render_template("site/settings.html", doctors=doctors, sections=SECTIONS)


@settings.get("/<name>")
@needs(Permission.SETTINGS)
def section(name: str) -> str:
    """One section of the practice."""
    kind = SECTIONS.get(name) or abort(404)
    return shown(kind.of(stored().practice), url_for("settings.section", name=name))


@settings.post("/<name>")
@needs(Permission.SETTINGS)
def change(name: str) -> Any:
    """Save it; what changes for callers is shown first."""
    form = (SECTIONS.get(name) or abort(404)).sent(request.form)
    address = url_for("settings.section", name=name)
    return changed(form, lambda tables: form.change(tables["practice"]), address, address, lambda: shown(form, address))


@settings.get("/practitioners/<key>")
@needs(Permission.SETTINGS)
def practitioner(key: str) -> str:
    """How one practitioner is reached and booked."""
    form = PractitionerSection.of(practitioner_part(stored(), key))
    return shown(form, url_for("settings.practitioner", key=key))


@settings.post("/practitioners/<key>")
@needs(Permission.SETTINGS)
def change_practitioner(key: str) -> Any:
    """Save it; what changes for callers is shown first."""
    practitioner_part(stored(), key)
    form = PractitionerSection.sent(request.form)
    address = url_for("settings.practitioner", key=key)
    return changed(form, in_practitioner(key, form.change), address, address, lambda: shown(form, address))


def stored() -> PracticeFile:
    """The settings as they are."""
    with read()() as connection:
        return read_settings(connection, here().id)


def practitioner_part(file: PracticeFile, key: str) -> PractitionerPart:
    """The practitioner with that key; there is no page of one who is gone."""
    return next((part for part in file.practitioners if part.key == key), None) or abort(404)


def shown(form: Section, address: str) -> str:
    """The page of a section; its form is sent to `address`."""
    return render_template("site/section.html", form=form, address=address)


def changed(form: Section, change_tables: Change, address: str, back: str, render: Callable[[], str]) -> Any:
    """What comes of a section that was sent to `address`: refused beside its fields, else as `settled`."""
    if not form.validate():
        return render(), 400

    def refused(error: RefusedError) -> str:
        form.tell(error.where, str(error))
        return render()

    asked = Asked(change_tables, "practice settings", is_proven=form.IS_PROVEN)
    return settled(asked, form.heading, address, back, refused)


def settled(asked: Asked, about: object, address: str, back: str, refused: Callable[[RefusedError], str]) -> Any:
    """What comes of a change: the page that shows what it does to callers, or it is saved; `refused` makes the page of
    one that cannot be."""
    try:
        affects = [] if is_confirmed() else _affected(asked)
        if not affects:
            save(asked)
            flash(gettext("C’est enregistré."))
            return redirect(back, code=303)
    except RefusedError as error:
        flash(str(error), "error")
        return refused(error), 400
    return render_template(
        "site/change_preview.html",
        about=about,
        planned=(),
        affected=affects,
        chosen=chosen(),
        address=address,
        back=back,
        save_words=gettext("Enregistrer"),
    )


def _affected(asked: Asked) -> list[Any]:
    with read()() as connection:
        prospect = look_ahead(connection, asked)
    before = {doctor.key for doctor in prospect.before.practice.practitioners}
    doctors = [doctor for doctor in prospect.after.practice.practitioners if doctor.key in before]
    return affected(prospect.before, prospect.after, doctors, here().now, here().now + WEEKS_SHOWN)
