"""The link that signs somebody in for the first time: opened, then used by a button, since previews open links too."""

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, url_for
from flask_security.utils import login_user

from ivr.actions.people import find_invited, use_invitation
from ivr.web.here import read, write

invitations = Blueprint("invitations", __name__, url_prefix="/admin/invitation")


@invitations.get("/<token>")
def invitation(token: str) -> str:
    """Whom it is for, and the button."""
    with read()() as connection:
        found = find_invited(connection, token, current_app.extensions["ivr.clock"]())
    if found is None:
        abort(404)
    return render_template("site/invitation.html", token=token, name=found.name)


@invitations.post("/<token>")
def accept(token: str) -> Any:
    """Sign in, once. Who has no password yet is asked for one."""
    with write()() as connection:
        user_id = use_invitation(connection, token, current_app.extensions["ivr.clock"]())
    if user_id is None:
        abort(404)
    user = current_app.extensions["ivr.users"].find_user(id=user_id)
    login_user(user, authn_via=["invitation"])
    return redirect(url_for("today.page") if user.password else url_for("security.change_password"), code=303)
