"""`ivr reconcile`: what it says, and what it says when Twilio's books cannot be read."""

import secrets
from collections.abc import Iterator

import pytest

from ivr.telephone.telephone import new_call_id
from tests.cli.shell import DOES_NOT_HOLD, Shell
from tests.lines import ACCOUNT, LINE, STRANGER, TOKEN
from tests.rest_double import Refuse, RestDouble, Route, wav


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN) as running:
        yield running


@pytest.fixture
def ours(shell: Shell, double: RestDouble) -> Shell:
    shell.env |= {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "IVR_TWILIO_API_URL": double.url}
    return shell


def test_it_tells_what_it_mended(ours: Shell, double: RestDouble) -> None:
    call = new_call_id()
    double.keep_call(call, STRANGER, LINE)
    double.keep(f"RE{secrets.token_hex(16)}", wav(9), call=call)
    assert ours.succeeds("reconcile").splitlines() == [
        "Calls ended: 0",
        "Voice messages found: 1",
        "SMS receipts found: 0",
        "STOP or START by SMS found: 0",
    ]
    assert ours.tells_json("reconcile", "--days", "1") == {
        "calls": 0,
        "messages": 0,
        "receipts": 0,
        "wishes": 0,
    }


def test_books_that_cannot_be_read_are_told_with_the_remedy(ours: Shell, double: RestDouble) -> None:
    double.fail(Route.LIST_RECORDINGS, Refuse(503, 20503))
    told = ours.refuses("reconcile", status=DOES_NOT_HOLD)
    assert "Twilio's books cannot be read" in told
    assert told.endswith("try again later")


def test_without_an_account_there_are_no_books(shell: Shell) -> None:
    assert "TWILIO_ACCOUNT_SID" in shell.refuses("reconcile")
