"""Webhooks: what happens is told once, signed, to public addresses only, and again with growing pauses."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from db.models.webhooks import WebhookEventRow, WebhookRow
from ivr.actions.webhooks import MOST
from ivr.commands.service import webhook_jobs
from ivr.delivery.network import PUBLIC
from ivr.delivery.webhooks import PAUSES, Message, Taken, post_outside, tell_one
from ivr.vocabulary import EventKind
from tests.a_day import have_a_day
from tests.api.hook_host import HookHost, Told, hook_host
from tests.api.program import Program, do_at_once
from tests.lines import SECRET_KEY, STRANGER, Line, all_of

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HOOK = {"address": "https://agenda.example.org/hooks", "events": list(EventKind)}


@pytest.fixture
def host(tmp_path: Path) -> Iterator[HookHost]:
    with hook_host(tmp_path) as running:
        yield running


def hook(ours: Program, line: Line, host: HookHost | None = None) -> Any:
    """A webhook; where there is a host, it leads there: no program could ask for an address of this machine."""
    made = ours.post("/webhooks", HOOK).json
    if host is not None:
        with line.engine.begin() as connection:
            connection.execute(update(WebhookRow).values(address=host.address))
    return made


def tell_all(line: Line, host: HookHost) -> int:
    post = partial(post_outside, network=host.network)
    told = 0
    while tell_one(line.engine.begin, SECRET_KEY, line.clock.now, post):
        told += 1
    return told


def is_signed(told: Told, secret: str) -> bool:
    """As a program checks it, by the words of the scheme."""
    signed = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.{told.body}"
    key = b64decode(secret.removeprefix("whsec_"))
    expected = b64encode(hmac.new(key, signed.encode(), sha256).digest()).decode()
    return f"v1,{expected}" in told.headers["webhook-signature"].split()


def kinds_of(line: Line) -> list[str]:
    return [row.kind for row in all_of(line.engine, WebhookEventRow)]


def test_a_day_at_the_practice_is_told_in_kinds_and_ids(line: Line, ours: Program, host: HookHost) -> None:
    made = hook(ours, line, host)
    have_a_day(line)
    assert {*kinds_of(line)} == {"call.ended", "task.created", "message.received", "appointment.booked"}
    number = len(kinds_of(line))
    assert (tell_all(line, host), tell_all(line, host)) == (number, 0)
    for told in host.told:
        assert is_signed(told, made["secret"])
        (about,) = json.loads(told.body)["data"].items()
        assert isinstance(about[1], int)
    assert len({told.headers["webhook-id"] for told in host.told}) == number


def test_what_the_desk_does_with_an_appointment_is_told(line: Line, ours: Program) -> None:
    hook(ours, line)
    slots = ours.get("/slots?practitioner=martin&act=consultation&limit=30")["items"]
    wish = {"practitioner": "martin", "act": "consultation", "patient": "durand", "start": slots[0]["start"]}
    address = ours.post("/appointments", wish).headers["Location"]
    ours.change("POST", f"{address}/move", {"start": slots[-1]["start"]}, address)
    ours.change("POST", f"{address}/cancel", {}, address)
    ours.change("POST", f"{address}/restore", {}, address)
    did = ("booked", "moved", "cancelled", "booked")
    assert kinds_of(line) == [f"appointment.{what}" for what in did]


def test_a_pending_appointment_that_is_confirmed_is_told_as_booked(line: Line, ours: Program) -> None:
    hook(ours, line)
    address = f"/appointments/{ours.get('/appointments?status=pending')['items'][0]['id']}"
    assert ours.change("POST", f"{address}/confirm", {}, address).status_code == 200
    assert ours.change("POST", f"{address}/confirm", {}, address).status_code == 409
    assert kinds_of(line) == ["appointment.booked"]


@on_one_database
def test_nothing_is_written_where_nobody_asked(line: Line, ours: Program) -> None:
    ours.post("/webhooks", HOOK | {"events": ["appointment.moved"]})
    line.ring(STRANGER, "2").hang_up()
    assert kinds_of(line) == []


@on_one_database
def test_what_is_not_taken_is_told_again_for_about_a_day_then_the_address_is_failing(line: Line, ours: Program) -> None:
    made = hook(ours, line)
    line.ring(STRANGER).hang_up()
    sent: list[Message] = []

    def post(message: Message) -> Taken:
        sent.append(message)
        return Taken(503)

    begun = line.clock.now
    for pause in (*PAUSES, timedelta()):
        assert tell_one(line.engine.begin, SECRET_KEY, line.clock.now, post)
        assert not tell_one(line.engine.begin, SECRET_KEY, line.clock.now, post)
        line.clock.now += pause
    assert timedelta(hours=20) < line.clock.now - begun < timedelta(hours=30)
    assert len({message.headers["webhook-id"] for message in sent}) == 1
    told = ours.get(f"/webhooks/{made['id']}")
    assert (told["trouble"], told["failing_since"] is None) == ("status 503", False)
    line.ring(STRANGER).hang_up()
    assert len(kinds_of(line)) == 1
    assert (
        ours.change("POST", f"/webhooks/{made['id']}/resume", None, f"/webhooks/{made['id']}").json["trouble"] is None
    )
    line.ring(STRANGER).hang_up()
    assert len(kinds_of(line)) == 2


def test_a_program_that_is_away_does_not_hold_up_the_others(line: Line, ours: Program) -> None:
    away = "https://away.example.org/hooks"
    ours.post("/webhooks", HOOK | {"address": away, "events": ["call.ended"]})
    line.ring(STRANGER).hang_up()
    assert tell_one(line.engine.begin, SECRET_KEY, line.clock.now, lambda _: Taken(None, "ConnectTimeout"))
    line.clock.now += PAUSES[0] * 2
    ours.post("/webhooks", HOOK | {"events": ["call.ended"]})
    line.ring(STRANGER).hang_up()
    asked: list[str] = []

    def post(message: Message) -> Taken:
        asked.append(message.address)
        return Taken(204)

    while tell_one(line.engine.begin, SECRET_KEY, line.clock.now, post):
        pass
    assert asked == [away, HOOK["address"], away]


@on_one_database
def test_a_worker_that_was_too_slow_settles_nothing(line: Line, ours: Program) -> None:
    hook(ours, line)
    line.ring(STRANGER).hang_up()
    later = line.clock.now + timedelta(minutes=3)

    def slow(_: Message) -> Taken:
        assert tell_one(line.engine.begin, SECRET_KEY, later, lambda _: Taken(200))
        return Taken(500)

    assert tell_one(line.engine.begin, SECRET_KEY, line.clock.now, slow)
    assert [row.state for row in all_of(line.engine, WebhookEventRow)] == ["sent"]


@on_one_database
def test_the_worker_tells_where_there_is_a_secret_to_sign_with(line: Line, ours: Program) -> None:
    hook(ours, line)
    line.ring(STRANGER).hang_up()
    with line.engine.begin() as connection:
        connection.execute(update(WebhookRow).values(address="https://localhost:1/"))
        connection.execute(update(WebhookEventRow).values(due_at=datetime(2020, 1, 1, tzinfo=UTC)))
    (job,) = webhook_jobs(line.settings, line.engine)
    assert job()
    assert [(row.attempts, row.state) for row in all_of(line.engine, WebhookEventRow)] == [(1, "waiting")]
    unset = line.settings.model_copy(update={"secret_key": None, "database_url": "postgresql://x"})
    assert webhook_jobs(unset, line.engine) == ()


@on_one_database
def test_for_a_day_after_a_rotation_both_secrets_sign(line: Line, ours: Program, host: HookHost) -> None:
    made = hook(ours, line, host)
    address = f"/webhooks/{made['id']}"
    fresh = ours.change("POST", f"{address}/rotate", None, address).json["secret"]
    assert fresh != made["secret"]
    for hours, secrets in ((0, [made["secret"], fresh]), (24, [fresh])):
        line.clock.now += timedelta(hours=hours)
        line.ring(STRANGER).hang_up()
        tell_all(line, host)
        assert [one for one in (made["secret"], fresh) if is_signed(host.told[-1], one)] == secrets


def test_a_practice_has_ten_addresses_though_more_are_added_at_once(line: Line, ours: Program) -> None:
    for _ in range(MOST - 2):
        assert ours.post("/webhooks", HOOK).status_code == 201
    answers: list[int] = []
    do_at_once([lambda: answers.append(Program(line, ours.secret).post("/webhooks", HOOK).status_code)] * 6)
    assert sorted(answers) == [201, 201, 409, 409, 409, 409]


@on_one_database
def test_the_secret_is_in_no_table(line: Line, ours: Program) -> None:
    made = ours.post("/webhooks", HOOK, Idempotency_Key="once").json
    assert ours.post("/webhooks", HOOK, Idempotency_Key="once").json == made
    assert "secret" not in ours.get(f"/webhooks/{made['id']}")
    with line.engine.connect() as connection:
        for table in WebhookRow.metadata.tables.values():
            rows = str(connection.execute(table.select()).all())
            assert made["secret"] not in rows, table.name


def test_nothing_inside_the_network_is_reached(host: HookHost) -> None:
    message = Message(host.address, {}, "{}")
    assert post_outside(message, replace(PUBLIC, authorities=host.network.authorities)).status is None
    plain = Message(host.address.replace("https", "http"), {}, "{}")
    assert post_outside(plain, host.network).status is None
    assert host.told == []


def test_an_answer_in_drops_is_not_waited_for(host: HookHost) -> None:
    host.is_dripping = True
    hurried = replace(host.network, seconds=0.5)
    assert post_outside(Message(host.address, {}, "{}"), hurried) == Taken(None, "ConnectionError")


def test_a_redirect_is_not_followed(host: HookHost) -> None:
    host.status = 307
    assert post_outside(Message(host.address, {}, "{}"), host.network) == Taken(307)
    assert len(host.told) == 1


@on_one_database
@pytest.mark.parametrize(
    "address",
    ["http://agenda.example.org", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "ftp://x.org", "x"],
)
def test_only_public_names_over_https_are_taken(ours: Program, address: str) -> None:
    refused = ours.post("/webhooks", HOOK | {"address": address})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/address")
