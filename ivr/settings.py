"""Settings from the environment or the file named by IVR_ENV_FILE, read once (INTERFACE.md 2)."""

import os
import re
import secrets
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ivr.phones import HOME_COUNTRY, read_number
from ivr.security.asking import Network
from ivr.whole_files import create_file

MAIL_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")


class SettingsError(Exception):
    """A setting that cannot be used, in one sentence with the remedy."""


class Settings(BaseSettings):
    """All settings. Secrets never show in logs or errors."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str = Field("sqlite:///var/ivr.db", validation_alias="IVR_DATABASE_URL")
    data_dir: Path = Field(Path("var"), validation_alias="IVR_DATA_DIR")
    public_url: str = Field("http://127.0.0.1:8000", validation_alias="IVR_PUBLIC_URL")
    account_sid: str | None = Field(None, validation_alias="TWILIO_ACCOUNT_SID")
    auth_token: SecretStr | None = Field(None, validation_alias="TWILIO_AUTH_TOKEN")
    previous_auth_token: SecretStr | None = Field(None, validation_alias="IVR_TWILIO_PREVIOUS_AUTH_TOKEN")
    twilio_api_url: str = Field("https://api.twilio.com", validation_alias="IVR_TWILIO_API_URL")
    sms_from: str | None = Field(None, validation_alias="IVR_SMS_FROM")
    key_file_given: Path | None = Field(None, validation_alias="IVR_KEY_FILE")
    secret_key: SecretStr | None = Field(None, validation_alias="IVR_SECRET_KEY")
    smtp_url: SecretStr | None = Field(None, validation_alias="IVR_SMTP_URL")
    mail_from: str | None = Field(None, validation_alias="IVR_MAIL_FROM")
    clamd_url: str | None = Field(None, validation_alias="IVR_CLAMD_URL")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (IPv4Network("127.0.0.1"), IPv6Network("::1")), validation_alias="IVR_TRUSTED_PROXIES"
    )

    @property
    def key_file(self) -> Path:
        """The keys for what is encrypted at rest: beside the file of settings, else in the data folder."""
        if self.key_file_given is not None:
            return self.key_file_given
        env_file = os.environ.get("IVR_ENV_FILE")
        return (Path(env_file).parent if env_file else self.data_dir) / "ivr.keys"

    @field_validator("public_url", "twilio_api_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        parts = urlsplit(value)
        _ = parts.port  # raises for what is no port
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            message = f"{value!r} is not an address; write scheme and host, such as https://ivr.example.org"
            raise ValueError(message)
        return value.rstrip("/")

    @property
    def sender_of_mail(self) -> str:
        """Whom mail of the site is from: as set, else `ivr` at the host of the public address."""
        return self.mail_from or f"ivr@{urlsplit(self.public_url).hostname}"

    @field_validator("mail_from")
    @classmethod
    def _is_an_address_of_mail(cls, value: str | None) -> str | None:
        if value is not None and not MAIL_ADDRESS.fullmatch(value):
            message = f"{value!r} is no address of mail; write for example ivr@example.org"
            raise ValueError(message)
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value() if value else "smtp://none")
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            message = "it names no mail server; write smtp://user:password@host:587 or smtps://host:465"
            raise ValueError(message)
        return value

    @field_validator("clamd_url")
    @classmethod
    def _is_a_scanner(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        is_tcp = parts.scheme == "tcp" and bool(parts.hostname) and parts.path == ""
        if value is None or is_tcp or (parts.scheme == "unix" and parts.path):
            return value
        message = f"{value!r} is no scanner; write tcp://127.0.0.1:3310 or unix:///run/clamav/clamd.ctl"
        raise ValueError(message)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _are_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError as error:
            message = f"{error}; write addresses or networks with commas between them, such as 10.0.0.7, 172.16.0.0/12"
            raise ValueError(message) from None

    @field_validator("account_sid", "sms_from", "mail_from", "clamd_url", mode="before")
    @classmethod
    def _empty_is_absent(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("sms_from")
    @classmethod
    def _is_a_sender(cls, value: str | None) -> str | None:
        """A name as SMS carry it, or a number in E.164."""
        if value is None or SENDER_NAME.fullmatch(value):
            return value
        try:
            return read_number(value, HOME_COUNTRY).e164
        except ValueError:
            message = f"{value!r} is no sender; write a name of 11 letters and digits at most, or a number"
            raise ValueError(message) from None

    @field_validator("auth_token", "previous_auth_token", "secret_key", "smtp_url", mode="before")
    @classmethod
    def _empty_secret_is_absent(cls, value: str | None) -> str | None:
        return value or None


def read_settings(**given: object) -> Settings:
    """The settings, `given` ones first; a token and account are made up and kept when none is set.

    Raises:
        SettingsError: one cannot be used.
    """
    env_file = os.environ.get("IVR_ENV_FILE")
    if env_file and not Path(env_file).is_file():
        message = f"IVR_ENV_FILE names {env_file!r}, which is not a file; correct it or unset it"
        raise SettingsError(message)
    try:
        return Settings(_env_file=env_file, **given)  # type: ignore[arg-type, call-arg]
    except UnicodeDecodeError:
        message = f"IVR_ENV_FILE {env_file!r} is not text in UTF-8; write NAME=value on each line"
        raise SettingsError(message) from None
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        problem = first["ctx"]["error"] if first["type"] == "value_error" else first["msg"]
        message = f"{name}: {problem}"
        raise SettingsError(message) from None


class Credentials:
    """The Twilio account that signs: from the settings, else one made up for the built-in telephones."""

    def __init__(self, settings: Settings) -> None:
        token = settings.auth_token
        self.is_made_up = token is None
        self.token = token.get_secret_value() if token else kept_secret(settings.data_dir, "twilio-auth-token")
        self.account_sid = settings.account_sid
        if self.account_sid is None and self.is_made_up:
            self.account_sid = "AC" + kept_secret(settings.data_dir, "twilio-account-sid")
        previous = settings.previous_auth_token
        self.tokens = (self.token, previous.get_secret_value()) if previous else (self.token,)


LEAST_SECRET = 32


def site_secret(settings: Settings) -> str:
    """What signs sessions and links: as set, else made up and kept; where several machines may serve it must be set.

    Raises:
        SettingsError: none is set where it must be, or one too short to keep a secret.
    """
    given = settings.secret_key
    if given is None:
        if not settings.database_url.startswith("sqlite"):
            message = "IVR_SECRET_KEY is missing; set 32 characters or more, the same on every machine"
            raise SettingsError(message)
        return kept_secret(settings.data_dir, "secret-key")
    if len(given.get_secret_value()) < LEAST_SECRET:
        message = f"IVR_SECRET_KEY is shorter than {LEAST_SECRET} characters; write a longer one"
        raise SettingsError(message)
    return given.get_secret_value()


def kept_secret(folder: Path, name: str) -> str:
    """32 hex digits from a file of that name in `folder`, made the first time; readable by the owner only."""
    file = folder / name
    if file.exists():
        return file.read_text().strip()
    try:
        create_file(file, secrets.token_hex(16).encode())
    except OSError as error:
        message = f"IVR_DATA_DIR: cannot write {file}: {error.strerror}; give a folder this user may write to"
        raise SettingsError(message) from None
    return file.read_text().strip()
