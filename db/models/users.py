"""Who signs in to the site, and their passkeys; some names of columns are those Flask-Security looks for."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Json, UtcDateTime


class UserRow(Base):
    """A person who signs in, for one practice; an operator of the installation belongs to none (decision 22).

    `fs_uniquifier` is what sessions hold: a new one ends them all. Too many wrong passwords lock the account until
    `locked_until_at`. `invitation` is the hash of a link that signs in once, until `invited_until_at`.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int | None] = mapped_column(ForeignKey("practices.id", ondelete="CASCADE"), index=True)
    practitioner_id: Mapped[int | None] = mapped_column(ForeignKey("practitioners.id", ondelete="SET NULL"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(100))
    email: Mapped[str] = mapped_column(String(255), unique=True)
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool]
    language: Mapped[str] = mapped_column(String(2))
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(Json))
    failures: Mapped[int]
    locked_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasskeyRow(Base):
    """A passkey or security key of a user; it is asked for beside the password."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None]
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(Json))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(Text)
    create_datetime: Mapped[datetime] = mapped_column(UtcDateTime, default=lambda: datetime.now(UTC))
    lastuse_datetime: Mapped[datetime] = mapped_column(UtcDateTime)


class EndedSessionRow(Base):
    """A session that was signed out of: its cookie opens nothing any more, whoever kept a copy. Known by its hash."""

    __tablename__ = "ended_sessions"

    session: Mapped[str] = mapped_column(String(64), primary_key=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
