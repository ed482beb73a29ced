"""Nobody sees a page unless it says who may: a view names its permission, and one that names none is shut."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask_security import current_user
from flask_security.utils import logout_user

from ivr.security.sessions import has_ended
from ivr.vocabulary import Permission

View = TypeVar("View", bound=Callable[..., Any])

OPEN_ENDPOINTS = frozenset({"static", "invitations.invitation", "invitations.accept", "feed.agenda"})
"""What a stranger may ask for, the library's own pages apart, which guard themselves."""
NEEDED = "needed_permission"
HOME = "today.page"
"""Where everybody begins; an operator, who has no practice, goes on to the page of the installation."""


def needs(permission: Permission) -> Callable[[View], View]:
    """The permission a view needs."""

    def named(view: View) -> View:
        setattr(view, NEEDED, permission)
        return view

    return named


def guard(app: Flask) -> None:
    """Look at every request before its view does."""

    @app.before_request
    def look() -> Response | None:
        endpoint = request.endpoint or ""
        if endpoint == "static":
            return None
        if current_user.is_authenticated and has_ended():
            logout_user()
            return _to_sign_in()
        if endpoint in OPEN_ENDPOINTS or endpoint.startswith("security."):
            return None
        if not current_user.is_authenticated:
            return _to_sign_in()
        if endpoint == HOME and current_user.may(Permission.INSTALLATION):
            return redirect(url_for("installation.page"))  # type: ignore[return-value]
        permission = getattr(current_app.view_functions.get(endpoint), NEEDED, None)
        if endpoint and (permission is None or not current_user.may(permission)):
            abort(403)
        return None


def _to_sign_in() -> Response:
    """To sign in, and then back to what was shown.

    A part that htmx asks for must not become a form in the middle of a page, nor a page of its own afterwards.
    """
    if request.headers.get("HX-Request"):
        shown = urlsplit(request.headers.get("HX-Current-URL", ""))
        address = url_for("security.login", next=shown._replace(scheme="", netloc="", fragment="").geturl() or None)
        return Response(status=204, headers={"HX-Redirect": address})
    here = request.root_path + request.full_path.rstrip("?")
    return redirect(url_for("security.login", next=here if request.method == "GET" else None))  # type: ignore[return-value]
