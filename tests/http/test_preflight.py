"""`ivr preflight` beside a running service: what it finds, and what it finds when something is wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from ivr.actions.snapshots import Snapshots, save_practice
from ivr.preflight import checks
from tests.http.test_service import service
from tests.lines import TOKEN, demo_practice, settings_for


@pytest.fixture
def address(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[str]:
    """A running service on a database with the demo practice."""
    save_practice(engine, Snapshots(tmp_path), demo_practice())
    with service(database_url, tmp_path) as (address, _):
        yield address


def verdicts(folder: Path, database_url: str, address: str, **given: Any) -> dict[str, str]:
    """The verdict of each check, and for those that do not pass what they say."""
    settings = settings_for(folder, database_url, IVR_PUBLIC_URL=address, **given)
    return {
        check.name: check.verdict if check.verdict == "pass" else f"{check.verdict}: {check.told}"
        for check in checks(settings)
    }


def test_an_installation_as_it_should_be(address: str, database_url: str, tmp_path: Path) -> None:
    found = verdicts(tmp_path, database_url, address)
    assert found.pop("encryption").startswith("warn: ")
    assert set(found.values()) == {"pass"}, found
    assert len(found) > 8


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_one_database
def test_a_public_address_that_is_not_the_one_signed_for(address: str, database_url: str, tmp_path: Path) -> None:
    found = verdicts(tmp_path, database_url, address.replace("127.0.0.1", "localhost"))
    assert "it refuses our own signature" in found["public address"]
    assert found["strangers"] == "pass"


@on_one_database
def test_a_public_address_too_long_for_an_sms(database_url: str, tmp_path: Path) -> None:
    found = verdicts(tmp_path, database_url, f"http://127.0.0.1:9/{'standard/' * 3}")
    assert found["links"].startswith("warn: ")
    assert "letters of a name" in found["links"]


@on_one_database
def test_another_token_than_the_services(address: str, database_url: str, tmp_path: Path) -> None:
    found = verdicts(tmp_path, database_url, address, TWILIO_AUTH_TOKEN=TOKEN + "x")
    assert "or the token does" in found["public address"]


@on_one_database
def test_what_else_can_be_wrong_is_told_with_its_remedy(engine: Engine, database_url: str, tmp_path: Path) -> None:
    save_practice(engine, Snapshots(tmp_path / "elsewhere"), demo_practice())
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
    found = verdicts(tmp_path, database_url, "http://127.0.0.1:9", TWILIO_ACCOUNT_SID=None)
    assert "run: ivr db upgrade" in found["migrations"]
    assert "set it beside the token" in found["token"]
    assert "start `ivr serve`" in found["public address"]


@on_one_database
def test_missing_snapshots_and_a_database_that_is_away(engine: Engine, database_url: str, tmp_path: Path) -> None:
    save_practice(engine, Snapshots(tmp_path / "elsewhere"), demo_practice())
    assert "ivr load" in verdicts(tmp_path, database_url, "http://127.0.0.1:9")["fallback snapshots"]
    away = "postgresql://nobody@127.0.0.1:9/ivr"
    assert "cannot be opened" in verdicts(tmp_path, away, "http://127.0.0.1:9")["database"]
