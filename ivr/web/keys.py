"""Logiciels reliés: keys of the API, each shown once, and the addresses that are told of what happens."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from ivr.actions.api_keys import KeyNameError, keys_of, make_key, revoke_key
from ivr.actions.webhooks import find_webhook, remove_webhook, resume, webhooks_of
from ivr.security.guard import needs
from ivr.vocabulary import Permission, Scope
from ivr.web.here import DATE_REFUSED, here, made, note, read, until_chosen, write
from ivr.web.words import EVENTS, SCOPES

keys = Blueprint("keys", __name__, url_prefix="/admin/settings/keys")


@keys.get("")
@needs(Permission.SETTINGS)
def page() -> str:
    """The keys in force, and a form for another."""
    return _page()


@keys.post("")
@needs(Permission.SETTINGS)
def add() -> Any:
    """A new key; its secret is shown in this one answer and never again."""
    scopes = {Scope(name) for name in request.form.getlist("scope") if name in set(Scope)}
    try:
        until = until_chosen("key")
    except ValueError:
        flash(DATE_REFUSED, "error")
        return _page(), 400
    if not scopes:
        flash(gettext("Cochez au moins une chose que le logiciel peut faire."), "error")
        return _page(), 400
    try:
        with write()() as connection:
            key = make_key(connection, here().id, request.form.get("name", ""), scopes, made(), until)
            note(connection, "added", f"key {key.id}")
    except KeyNameError:
        flash(gettext("Donnez un nom, de 100 lettres au plus."), "error")
        return _page(), 400
    return _page(secret=key.secret)


@keys.post("/<row:key_id>/revoked")
@needs(Permission.SETTINGS)
def revoke(key_id: int) -> Any:
    """The key opens nothing any more."""
    with write()() as connection:
        if not revoke_key(connection, here().id, key_id, here().now):
            abort(404)
        note(connection, "revoked", f"key {key_id}")
    flash(gettext("La clé est retirée : elle n’ouvre plus rien."))
    return redirect(url_for("keys.page"), code=303)


@keys.post("/webhooks/<row:webhook>/resumed")
@needs(Permission.SETTINGS)
def resume_webhook(webhook: int) -> Any:
    """An address that failed is told again."""
    with write()() as connection:
        if find_webhook(connection, here().id, webhook) is None:
            abort(404)
        resume(connection, webhook)
        note(connection, "changed", f"webhook {webhook} resumed")
    flash(gettext("Cette adresse est de nouveau prévenue."))
    return redirect(url_for("keys.page"), code=303)


@keys.post("/webhooks/<row:webhook>/removed")
@needs(Permission.SETTINGS)
def remove(webhook: int) -> Any:
    """An address is told nothing any more."""
    with write()() as connection:
        if find_webhook(connection, here().id, webhook) is None:
            abort(404)
        remove_webhook(connection, webhook)
        note(connection, "removed", f"webhook {webhook}")
    flash(gettext("Cette adresse n’est plus prévenue."))
    return redirect(url_for("keys.page"), code=303)


def _page(secret: str = "") -> str:
    with read()() as connection:
        found, addresses = keys_of(connection, here().id), webhooks_of(connection, here().id)
    return render_template(
        "site/keys.html", keys=found, webhooks=addresses, scopes=SCOPES, events=EVENTS, secret=secret
    )
