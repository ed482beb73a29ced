"""Keys of the API on the site: shown once, told by name and scope, revoked; failing addresses are told again."""

import pytest
from sqlalchemy import update

from db.models.api import ApiKeyRow
from db.models.webhooks import WebhookRow
from ivr.actions.load_practice import load_practice
from ivr.vocabulary import Role
from tests.api.program import Program
from tests.lines import Line, all_of, lilas_practice
from tests.site.visitor import Visitor, somebody

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEYS = "/admin/settings/keys"
NEW = {"name": "Agenda", "scope": ["patients:read", "webhooks:write"], "until-key": "2027-01-31"}


@pytest.fixture
def boss(line: Line) -> Visitor:
    return somebody(line, Role.ADMINISTRATOR)


def make_key(boss: Visitor) -> str:
    boss.get(KEYS)
    boss.post(KEYS, **NEW)
    return str(boss.page.xpath("//input[@readonly]/@value")[0])


def test_a_key_is_shown_once_and_opens_what_was_ticked(line: Line, boss: Visitor) -> None:
    program = Program(line, make_key(boss))
    assert program.ask("GET", "/patients").status_code == 200
    assert program.ask("GET", "/calls").status_code == 403
    told = boss.get(KEYS).text
    assert program.secret not in told
    assert "lire les patients et leurs numéros" in told
    assert "31 janvier 2027" in told
    assert all_of(line.engine, ApiKeyRow)[0].created_by.startswith("user ")


def test_a_key_that_is_revoked_opens_nothing(line: Line, boss: Visitor) -> None:
    program = Program(line, make_key(boss))
    boss.post(f"{KEYS}/1/revoked")
    assert "Aucun logiciel n’est relié." in boss.reads()
    assert program.ask("GET", "/patients").status_code == 401


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param({"scope": []}, "Cochez au moins une chose", id="nothing"),
        pytest.param({"name": " "}, "Donnez un nom", id="no name"),
        pytest.param({"until-key": "2026-12-01"}, "Une date ne va pas", id="a past day"),
    ],
)
def test_what_cannot_be_is_refused(line: Line, boss: Visitor, wrong: dict[str, str], told: str) -> None:
    boss.get(KEYS)
    boss.post(KEYS, **NEW | wrong)
    assert told in boss.reads()
    assert all_of(line.engine, ApiKeyRow) == []


def test_an_address_that_failed_is_seen_and_told_again_or_taken_off(line: Line, boss: Visitor) -> None:
    hook = {"address": "https://agenda.example.org/hooks", "events": ["call.ended"]}
    Program(line, make_key(boss)).post("/webhooks", hook)
    with line.engine.begin() as connection:
        connection.execute(update(WebhookRow).values(failing_since=line.clock.now, trouble="status 503"))
    boss.get(KEYS)
    assert "n’est plus prévenue depuis le" in boss.reads()
    boss.post(f"{KEYS}/webhooks/1/resumed")
    assert "status 503" not in boss.reads()
    boss.post(f"{KEYS}/webhooks/1/removed")
    assert all_of(line.engine, WebhookRow) == []


def test_a_neighbour_neither_sees_nor_revokes_ours(line: Line, boss: Visitor) -> None:
    make_key(boss)
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    neighbour = somebody(line, Role.ADMINISTRATOR, practice="lilas")
    assert "Aucun logiciel n’est relié." in neighbour.get(KEYS).text
    assert neighbour.post_blindly(f"{KEYS}/1/revoked", csrf_token=neighbour.token()).status_code == 404
