"""E-mail of the site: by SMTP, or into a folder where none is set (INTERFACE.md 2)."""

import re
import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import structlog
from flask import current_app
from flask_security import MailUtil

from ivr.whole_files import create_file

SECONDS = 5
Post: TypeAlias = Callable[[EmailMessage], None]
"""Sends a message. Raises OSError (SMTP's own errors are some)."""

log = structlog.get_logger()


class SiteMail(MailUtil):
    """What the library sends: resets, notices of changes."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,  # noqa: ARG002 plain text says it all
        **_: Any,
    ) -> None:
        """One plain message; one that cannot be sent is logged, and the page says the same as ever."""
        message = EmailMessage()
        message["Subject"], message["To"], message["From"] = str(subject), str(recipient), str(sender)
        message["Date"], message["Message-ID"] = localtime(), make_msgid(domain="ivr.invalid")
        message.set_content(body or "")
        try:
            current_app.extensions["ivr.post"](message)
        except OSError as error:
            log.error("mail_not_sent", template=template, reason=type(error).__name__)


def post_of(smtp_url: str | None, folder: Path) -> Post:
    """How mail leaves: `smtp://user:password@host:port`, `smtps://…`, or files in `folder`."""
    if smtp_url is None:
        return lambda message: _keep(folder, message)
    return lambda message: _send(smtp_url, message)


def _keep(folder: Path, message: EmailMessage) -> None:
    name = re.sub(r"\W", "", str(message["Message-ID"]))[:60]
    create_file(folder / f"{name}.eml", message.as_bytes())


def _send(smtp_url: str, message: EmailMessage) -> None:
    parts = urlsplit(smtp_url)
    context = ssl.create_default_context()
    host = parts.hostname or ""
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
    with server:
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
