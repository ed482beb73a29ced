"""Webhooks: where programs of the practice are told of what happens."""

from typing import Any

from flask import Blueprint, Response, current_app, json, url_for
from sqlalchemy import Connection, Row

from ivr.actions.outside_calendars import AddressError, calendar_address
from ivr.actions.webhooks import (
    MOST,
    TooManyError,
    add_webhook,
    find_webhook,
    remove_webhook,
    resume,
    rotate_secret,
    webhooks_of,
)
from ivr.api.answers import answered, check_mark, created, done, marked
from ivr.api.here import here, made, note, read, write
from ivr.api.once import once
from ivr.api.operations import Operation, operation
from ivr.api.problems import Kind, ProblemError, invalid, not_found
from ivr.api.shapes.webhooks import NewWebhook, Webhook, WebhookList, WebhookWithSecret
from ivr.vocabulary import Scope
from ivr.webhook_signatures import secret_from

WRITE, TAG = Scope.WEBHOOKS_WRITE, "Webhooks"

webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@webhooks.get("")
@operation(Operation("list_webhooks", WRITE, TAG, WebhookList))
def list_webhooks() -> Response:
    """List the addresses that are told of events."""
    with read()() as connection:
        rows = webhooks_of(connection, here().id)
    return answered(WebhookList(items=[Webhook.of(row) for row in rows]))


@webhooks.get("/<row:webhook>")
@operation(Operation("get_webhook", WRITE, TAG, Webhook, has_mark=True))
def get(webhook: int) -> Response:
    """Read an address that is told of events."""
    with read()() as connection:
        return marked(Webhook.of(_found(connection, webhook)))


@webhooks.post("")
@operation(
    Operation("create_webhook", WRITE, TAG, WebhookWithSecret, 201, body=NewWebhook, creates=True, has_mark=True)
)
def create(body: NewWebhook) -> Response:
    """Have an address told of events.

    The answer holds the secret of its signatures, which is not shown again.
    """
    try:
        address = calendar_address(body.address)
    except AddressError:
        raise invalid("/address", "is no https address with the name of a host on the internet") from None

    def work(connection: Connection) -> Response:
        try:
            row = add_webhook(connection, here().id, address, set(body.events), made())
        except TooManyError:
            told = f"The practice has {MOST} of them, as many as there may be; delete one first."
            raise ProblemError(Kind.CONFLICT, told) from None
        note(connection, "added", f"webhook {row.id}")
        return created(Webhook.of(row), url_for("webhooks.get", webhook=row.id))

    return _with_secret(once(work))


@webhooks.delete("/<row:webhook>")
@operation(Operation("delete_webhook", WRITE, TAG, None, 204, needs_mark=True))
def delete(webhook: int) -> Response:
    """Tell an address nothing any more."""
    with write()() as connection:
        check_mark(Webhook.of(_found(connection, webhook)))
        remove_webhook(connection, webhook)
        note(connection, "removed", f"webhook {webhook}")
    return done()


@webhooks.post("/<row:webhook>/rotate")
@operation(Operation("rotate_webhook_secret", WRITE, TAG, WebhookWithSecret, needs_mark=True))
def rotate(webhook: int) -> Response:
    """Give an address a new secret.

    The old one signs beside it for a day.
    """
    with write()() as connection:
        row = _found(connection, webhook)
        check_mark(Webhook.of(row))
        salt = rotate_secret(connection, row, here().now)
        note(connection, "changed", f"webhook {webhook} secret")
    return answered(WebhookWithSecret(**_fields(row), secret=_secret(salt)))


@webhooks.post("/<row:webhook>/resume")
@operation(Operation("resume_webhook", WRITE, TAG, Webhook, has_mark=True, needs_mark=True))
def resume_telling(webhook: int) -> Response:
    """Tell a failing address again of what happens from now on."""
    with write()() as connection:
        check_mark(Webhook.of(_found(connection, webhook)))
        resume(connection, webhook)
        note(connection, "changed", f"webhook {webhook} resumed")
        return marked(Webhook.of(_found(connection, webhook)))


def _with_secret(answer: Response) -> Response:
    """The same with the secret, which is kept with no answer: whoever asks again is given the one in force."""
    told = json.loads(answer.get_data())
    with read()() as connection:
        row = _found(connection, told["id"])
    answer.set_data(json.dumps(told | {"secret": _secret(row.salt)}))
    return answer


def _secret(salt: str) -> str:
    return secret_from(current_app.extensions["ivr.installation"], salt)


def _fields(row: Row[Any]) -> dict[str, Any]:
    return Webhook.of(row).model_dump()


def _found(connection: Connection, webhook: int) -> Row[Any]:
    found = find_webhook(connection, here().id, webhook)
    if found is None:
        raise not_found()
    return found
