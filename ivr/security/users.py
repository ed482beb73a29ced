"""The people who sign in, as Flask-Security wants them: its own classes on our tables."""

from datetime import datetime
from typing import Any

from flask import current_app
from flask_security import RoleMixin, SQLAlchemySessionUserDatastore, UserMixin, WebAuthnMixin
from sqlalchemy import Engine, UpdateBase
from sqlalchemy.orm import Session, registry, relationship, scoped_session, sessionmaker

from db.base import table_of
from db.engine import open_reader
from db.models.users import PasskeyRow, UserRow
from ivr.security.roles import PERMISSIONS
from ivr.vocabulary import Permission, Role

LOCKED = "locked"
"""Never shown: a page answers a locked account as it does a wrong password."""


class NamedRole(RoleMixin):
    """A role in the library's eyes: a name."""

    def __init__(self, role: Role) -> None:
        self.name = role.value


class User(UserMixin):
    """Somebody who signs in; the columns are those of `UserRow`."""

    practice_id: int | None
    practitioner_id: int | None
    role: str
    name: str
    email: str
    password: str | None
    active: bool
    language: str
    fs_uniquifier: str
    failures: int
    locked_until_at: datetime | None
    invitation: str | None
    invited_until_at: datetime | None

    tf_phone_number = None
    """The library asks for it; no codes are sent by SMS."""

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # a column in the library's own models
        """The one role, as the library asks for it."""
        return [NamedRole(Role(self.role))]

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether nobody may sign in as this user for now; the library asks after it has looked at the password."""
        now: datetime = current_app.extensions["ivr.clock"]()
        locked = self.locked_until_at is not None and self.locked_until_at > now
        if locked and form_error is not None:
            form_error.append(LOCKED)
        return locked

    def may(self, permission: Permission) -> bool:
        """Whether the role has that permission."""
        return permission in PERMISSIONS[Role(self.role)]


class Passkey(WebAuthnMixin):
    """A passkey; the columns are those of `PasskeyRow`."""

    user_id: int

    def get_user_mapping(self) -> dict[str, Any]:
        """How the library finds whose it is."""
        return {"id": self.user_id}


_mappers = registry()
_mappers.map_imperatively(Passkey, table_of(PasskeyRow))
_mappers.map_imperatively(
    User,
    table_of(UserRow),
    properties={"webauthn": relationship(Passkey, backref="user", cascade="all, delete-orphan")},
)


class SiteSession(Session):
    """A session that takes SQLite's write lock only while it writes: whoever reads a page must not hold up a caller."""

    def __init__(self, reader: Engine, writer: Engine, **options: Any) -> None:
        super().__init__(**options)
        self._reader, self._writer = reader, writer

    def get_bind(self, *_: Any, clause: Any = None, **__: Any) -> Engine:
        """The library of the session asks where each statement goes."""
        writes = self._flushing or isinstance(clause, UpdateBase)
        return self._writer if writes else self._reader


def open_users(engine: Engine) -> SQLAlchemySessionUserDatastore:
    """The users of that database; one session to a thread, to be removed after each request."""
    make = sessionmaker(class_=SiteSession, expire_on_commit=False, reader=open_reader(engine), writer=engine)
    sessions = scoped_session(make)
    return SQLAlchemySessionUserDatastore(sessions, User, NamedRole, Passkey)
