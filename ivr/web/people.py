"""Les personnes: who signs in to the practice's site, as what; invited by a link, given a role, taken off."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from db.queries.practices import practitioner_ids
from db.queries.users import find_user, users_of
from ivr.actions.people import INVITED_FOR, add_user, end_sessions, give_role, invite, read_email, remove_user
from ivr.security.guard import needs
from ivr.vocabulary import Language, Permission, Role
from ivr.web.here import here, note, public_address, read, switchboard_here, write

LONGEST_NAME = 100
ROLES_HERE = (Role.PRACTITIONER, Role.SECRETARY, Role.ADMINISTRATOR)
"""An operator belongs to no practice."""

people = Blueprint("people", __name__, url_prefix="/admin/people")


@people.get("")
@needs(Permission.PEOPLE)
def page() -> str:
    """Everybody, and a form for somebody new."""
    return _page()


@people.post("")
@needs(Permission.PEOPLE)
def add() -> Any:
    """Somebody new; the link they begin with is shown once."""
    name, role = " ".join(request.form.get("name", "").split()), _role()
    try:
        email = read_email(request.form.get("email", ""))
    except ValueError:
        flash(gettext("Cette adresse électronique n’est pas lisible."), "error")
        return _page(), 400
    if len(name) > LONGEST_NAME or not any(map(str.isalnum, name)) or not all(map(str.isprintable, name)):
        flash(gettext("Donnez un nom, de 100 lettres au plus."), "error")
        return _page(), 400
    try:
        with write()() as connection:
            owner = practitioner_ids(connection, here().id).get(request.form.get("practitioner", ""))
            language = Language(current_user.language)
            person = add_user(connection, email, name, role, here().now, here().id, owner, language)
            token = invite(connection, person, here().now)
            note(connection, "added", f"user {person}")
    except IntegrityError:
        flash(gettext("Quelqu’un se connecte déjà avec cette adresse."), "error")
        return _page(), 400
    return _page(link=public_address("invitations.invitation", token=token), invited=name)


@people.post("/<row:user_id>/link")
@needs(Permission.PEOPLE)
def new_link(user_id: int) -> Any:
    """A new link for somebody who cannot sign in; an earlier one is void."""
    with write()() as connection:
        person = _person(connection, user_id)
        token = invite(connection, person.id, here().now)
        note(connection, "invited", f"user {person.id}")
    return _page(link=public_address("invitations.invitation", token=token), invited=person.name)


@people.post("/<row:user_id>/role")
@needs(Permission.PEOPLE)
def change_role(user_id: int) -> Any:
    """Another role; nobody takes their own away, so that an administrator stays."""
    role = _role()
    with write()() as connection:
        person = _somebody_else(connection, user_id)
        give_role(connection, person.id, role)
        note(connection, "changed", f"user {person.id} {role}")
    return _saved()


@people.post("/<row:user_id>/signed-out")
@needs(Permission.PEOPLE)
def sign_out(user_id: int) -> Any:
    """Every session of somebody ends, as when a telephone is lost."""
    with write()() as connection:
        person = _somebody_else(connection, user_id)
        end_sessions(connection, person.id)
        note(connection, "signed-out", f"user {person.id}")
    return _saved()


@people.post("/<row:user_id>/removed")
@needs(Permission.PEOPLE)
def remove(user_id: int) -> Any:
    """Somebody who does not work here any more; they are signed out at once."""
    with write()() as connection:
        person = _somebody_else(connection, user_id)
        remove_user(connection, person.id)
        note(connection, "removed", f"user {person.id}")
    return _saved()


def _page(link: str = "", invited: str = "") -> str:
    with read()() as connection:
        found = users_of(connection, here().id)
        doctors = switchboard_here(connection).practice.practitioners
    days = INVITED_FOR.days
    told = {"link": link, "invited": invited, "days": days, "now": here().now}
    return render_template("site/people.html", people=found, doctors=doctors, roles=ROLES_HERE, **told)


def _role() -> Role:
    roles = {role.value: role for role in ROLES_HERE}
    return roles.get(request.form.get("role", "")) or abort(400)


def _person(connection: Connection, user_id: int) -> Row[Any]:
    return find_user(connection, here().id, user_id) or abort(404)


def _somebody_else(connection: Connection, user_id: int) -> Row[Any]:
    person = _person(connection, user_id)
    return abort(400) if person.id == current_user.id else person


def _saved() -> Any:
    flash(gettext("C’est enregistré."))
    return redirect(url_for("people.page"), code=303)
