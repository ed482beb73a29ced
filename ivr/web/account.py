"""Mon compte: name, language, password, second factor, sessions."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security import current_user
from flask_security.utils import logout_user
from sqlalchemy import update

from db.models.users import UserRow
from ivr.actions.people import end_sessions
from ivr.security.guard import needs
from ivr.vocabulary import Language, Permission
from ivr.web.here import write

account = Blueprint("account", __name__, url_prefix="/admin/account")


@account.get("")
@needs(Permission.OWN_ACCOUNT)
def page() -> str:
    """What the user may change for themselves."""
    return render_template("site/account.html")


@account.post("/language")
@needs(Permission.OWN_ACCOUNT)
def language() -> Any:
    """The language of the pages."""
    chosen = Language.ENGLISH if request.form.get("language") == Language.ENGLISH else Language.FRENCH
    with write()() as connection:
        connection.execute(update(UserRow).where(UserRow.id == current_user.id).values(language=chosen.value))
    return redirect(url_for("account.page"), code=303)


@account.post("/sessions")
@needs(Permission.OWN_ACCOUNT)
def sign_out_everywhere() -> Any:
    """Every session ends, this one too."""
    with write()() as connection:
        end_sessions(connection, current_user.id)
    logout_user()
    flash(gettext("Vous êtes déconnecté partout."))
    return redirect(url_for("security.login"), code=303)
