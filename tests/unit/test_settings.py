"""Settings are parsed into what the carrier takes."""

from pathlib import Path

import pytest

from ivr.settings import Settings, SettingsError, read_settings
from tests.lines import settings_for


@pytest.mark.parametrize(
    ("written", "sender"),
    [("Cabinet", "Cabinet"), ("Dr Martin 2", "Dr Martin 2"), ("01 99 00 12 34", "+33199001234"), ("", None)],
)
def test_a_sender_of_sms_is_a_short_name_or_a_number(written: str, sender: str | None, tmp_path: Path) -> None:
    assert settings_for(tmp_path, IVR_SMS_FROM=written).sms_from == sender


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IVR_SMTP_URL", "mail.example.org"),
        ("IVR_SMTP_URL", "imap://mail.example.org"),
        ("IVR_SMTP_URL", "smtp://:2525"),
        ("IVR_MAIL_FROM", "standard"),
        ("IVR_MAIL_FROM", "a@b\r\nBcc: c@d"),
        ("IVR_CLAMD_URL", "127.0.0.1:3310"),
        ("IVR_CLAMD_URL", "http://127.0.0.1"),
        ("IVR_CLAMD_URL", "unix:"),
    ],
)
def test_what_names_no_server_and_no_sender_is_refused_without_being_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: .*write ") as refused:
        read_settings()
    assert name != "IVR_SMTP_URL" or value not in str(refused.value)


def test_mail_is_from_the_host_of_the_public_address_unless_told_otherwise() -> None:
    public = {"IVR_PUBLIC_URL": "https://ivr.example.org/prefix"}
    assert read_settings(**public).sender_of_mail == "ivr@ivr.example.org"
    assert read_settings(**public, IVR_MAIL_FROM="cabinet@example.org").sender_of_mail == "cabinet@example.org"


def test_proxies_are_addresses_and_networks_with_commas_between_them() -> None:
    written = Settings(_env_file=None, IVR_TRUSTED_PROXIES=" 10.0.0.7, 172.16.0.0/12,")
    assert [str(one) for one in written.trusted_proxies] == ["10.0.0.7/32", "172.16.0.0/12"]


def test_a_proxy_that_is_no_address_is_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_TRUSTED_PROXIES", "proxy.example")
    with pytest.raises(SettingsError, match=r"IVR_TRUSTED_PROXIES: 'proxy.example' does not .*; write addresses"):
        read_settings()
