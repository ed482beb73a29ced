"""Secrétariats et actes: lists of the settings; an entry is added, changed, moved up or taken out, by its key."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext

from ivr.actions.changing import Asked, Change, in_practitioner
from ivr.names import new_key
from ivr.practice_files.schema import ActPart, PracticeFile, SecretaryPart
from ivr.security.guard import needs
from ivr.vocabulary import Permission
from ivr.web.changing import RefusedError
from ivr.web.form_fields import Section
from ivr.web.sections import ActSection, NewSecretarySection, SecretarySection
from ivr.web.settings import changed, practitioner_part, settled, stored

entries = Blueprint("entries", __name__, url_prefix="/admin/settings")

Tables: TypeAlias = list[dict[str, Any]]
ChangeList: TypeAlias = Callable[[Tables], Tables]

ACTS, SECRETARIES = "/practitioners/<owner>/acts", "/secretaries"
"""Acts belong to a practitioner, by key; secretaries to the practice."""


@entries.get(ACTS)
@entries.get(SECRETARIES, defaults={"owner": None})
@needs(Permission.SETTINGS)
def page(owner: str | None) -> str:
    """The list, and a form for another entry."""
    return _page(owner, (ActSection if owner else NewSecretarySection).of(None))


@entries.post(ACTS)
@entries.post(SECRETARIES, defaults={"owner": None})
@needs(Permission.SETTINGS)
def add(owner: str | None) -> Any:
    """Another entry, at the end of the list."""
    taken = [one.key for one in _entries(stored(), owner)]
    form = (ActSection if owner else NewSecretarySection).sent(request.form)

    def append(tables: Tables) -> Tables:
        table: dict[str, Any] = {}
        form.change(table)
        name = table["name"] if owner else table.pop("name")
        return [*tables, {"key": new_key(name, taken, "acte" if owner else "accueil")} | table]

    address = url_for("entries.page", owner=owner)
    return changed(form, _in_list(owner, append), address, address, lambda: _page(owner, form))


@entries.get(f"{ACTS}/<key>")
@entries.get(f"{SECRETARIES}/<key>", defaults={"owner": None})
@needs(Permission.SETTINGS)
def entry(owner: str | None, key: str) -> str:
    """One entry."""
    part = _entry(stored(), owner, key)
    return _shown(owner, key, (ActSection if owner else SecretarySection).of(part))


@entries.post(f"{ACTS}/<key>")
@entries.post(f"{SECRETARIES}/<key>", defaults={"owner": None})
@needs(Permission.SETTINGS)
def change(owner: str | None, key: str) -> Any:
    """Save it."""
    _entry(stored(), owner, key)
    form = (ActSection if owner else SecretarySection).sent(request.form)

    def put(tables: Tables) -> Tables:
        form.change(tables[_place(tables, key)])
        return tables

    address = url_for("entries.entry", owner=owner, key=key)
    back = url_for("entries.page", owner=owner)
    return changed(form, _in_list(owner, put), address, back, lambda: _shown(owner, key, form))


@entries.post(f"{ACTS}/<key>/removed")
@entries.post(f"{SECRETARIES}/<key>/removed", defaults={"owner": None})
@needs(Permission.SETTINGS)
def remove(owner: str | None, key: str) -> Any:
    """Take it out of the list."""

    def take_out(tables: Tables) -> Tables:
        place = _place(tables, key)
        return tables[:place] + tables[place + 1 :]

    return _settled(owner, key, "entries.remove", take_out)


@entries.post(f"{ACTS}/<key>/earlier")
@entries.post(f"{SECRETARIES}/<key>/earlier", defaults={"owner": None})
@needs(Permission.SETTINGS)
def move_up(owner: str | None, key: str) -> Any:
    """Before the entry that it follows: callers hear acts, and secretaries ring, in the order of the list."""

    def swap(tables: Tables) -> Tables:
        place = _place(tables, key)
        before = max(place - 1, 0)
        return [*tables[:before], *tables[before : place + 1][::-1], *tables[place + 1 :]]

    return _settled(owner, key, "entries.move_up", swap)


def _settled(owner: str | None, key: str, endpoint: str, change_list: ChangeList) -> Any:
    _entry(stored(), owner, key)
    asked = Asked(_in_list(owner, change_list), "practice settings")
    address, back = url_for(endpoint, owner=owner, key=key), url_for("entries.page", owner=owner)
    return settled(asked, _heading(owner), address, back, lambda _: page(owner))


def _page(owner: str | None, form: Section) -> str:
    found = _entries(stored(), owner)
    return render_template("site/entries.html", entries=found, owner=owner, form=form, heading=_heading(owner))


def _shown(owner: str | None, key: str, form: Section) -> str:
    address, back = url_for("entries.entry", owner=owner, key=key), url_for("entries.page", owner=owner)
    return render_template("site/section.html", form=form, address=address, back=back)


def _heading(owner: str | None) -> str:
    if owner is None:
        return str(gettext("Secrétariats"))
    return str(gettext("Actes : Dr %(name)s", name=practitioner_part(stored(), owner).name))


def _entries(file: PracticeFile, owner: str | None) -> Sequence[ActPart | SecretaryPart]:
    return file.secretaries if owner is None else practitioner_part(file, owner).acts


def _entry(file: PracticeFile, owner: str | None, key: str) -> ActPart | SecretaryPart:
    return next((one for one in _entries(file, owner) if one.key == key), None) or abort(404)


def _place(tables: Tables, key: str) -> int:
    """Raises RefusedError where somebody took it out meanwhile."""
    place = next((place for place, table in enumerate(tables) if table["key"] == key), None)
    if place is None:
        raise RefusedError(gettext("Quelqu’un vient de le retirer de la liste."))
    return place


def _in_list(owner: str | None, change_list: ChangeList) -> Change:
    """A change to the list of that owner in the tables of the settings."""
    if owner is not None:
        return in_practitioner(owner, lambda part: part.update(acts=change_list(part.get("acts", []))))
    return lambda tables: tables.update(secretaries=change_list(tables.get("secretaries", [])))
