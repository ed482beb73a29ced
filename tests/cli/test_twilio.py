"""`ivr twilio connect`: the addresses of a number, set at the carrier and read back."""

from collections.abc import Iterator

import pytest

from ivr.telephony.addresses import ASKED, TOLD
from tests.cli.shell import DOES_NOT_HOLD, Shell
from tests.lines import ACCOUNT, LINE, PUBLIC_URL, TOKEN
from tests.rest_double import Refuse, RestDouble, Route


@pytest.fixture
def double() -> Iterator[RestDouble]:
    with RestDouble(ACCOUNT, TOKEN, numbers=("+33199009999", LINE)) as running:
        yield running


@pytest.fixture
def ours(shell: Shell, double: RestDouble) -> Shell:
    """An installation with an account and a public address."""
    account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "IVR_TWILIO_API_URL": double.url}
    shell.env |= account | {"IVR_PUBLIC_URL": PUBLIC_URL}
    return shell


def test_a_number_is_pointed_at_us_and_read_back(ours: Shell, double: RestDouble) -> None:
    told = ours.succeeds("twilio", "connect", "01 99 00 12 34")
    assert told.startswith("+33199001234 is connected\n")
    (number,) = (number for number in double.numbers.values() if number["phone_number"] == LINE)
    assert number == {
        "phone_number": LINE,
        "voice_url": f"{PUBLIC_URL}/twilio/voice{ASKED}",
        "voice_method": "POST",
        "voice_fallback_url": f"{PUBLIC_URL}/twilio/voice/fallback{ASKED}",
        "voice_fallback_method": "POST",
        "status_callback": f"{PUBLIC_URL}/twilio/voice/status{TOLD}",
        "status_callback_method": "POST",
        "sms_url": f"{PUBLIC_URL}/twilio/sms{TOLD}",
        "sms_method": "POST",
        "sms_fallback_url": f"{PUBLIC_URL}/twilio/sms/fallback",
        "sms_fallback_method": "POST",
    }
    assert len(double.asked(Route.READ_NUMBER)) == 1


def test_the_fallback_may_be_another_hosts(ours: Shell, double: RestDouble) -> None:
    elsewhere = "https://elsewhere.example.test/33199001234.xml"
    document = ours.tells_json("twilio", "connect", LINE, "--fallback", elsewhere)
    assert (document["number"], document["fallback"]) == (LINE, elsewhere)
    assert len(double.asked(Route.SET_NUMBER)) == 1


def test_a_number_the_account_does_not_have(ours: Shell, double: RestDouble) -> None:
    double.numbers.clear()
    assert "the account has no number" in ours.refuses("twilio", "connect", LINE, status=DOES_NOT_HOLD)


def test_an_account_that_is_refused(ours: Shell) -> None:
    told = ours.refuses("twilio", "connect", LINE, status=DOES_NOT_HOLD, TWILIO_AUTH_TOKEN="wrong")
    assert "20003" in told


def test_an_address_that_did_not_stay(ours: Shell, double: RestDouble) -> None:
    double.fail(Route.SET_NUMBER, Refuse(500, 20500))
    assert "20500" in ours.refuses("twilio", "connect", LINE, status=DOES_NOT_HOLD)


@pytest.mark.parametrize(
    ("number", "env", "remedy"),
    [
        pytest.param("0199009999", {}, "load the practice first", id="no line of ours"),
        pytest.param("12", {}, "is not a telephone number", id="no number"),
        pytest.param(LINE, {"TWILIO_AUTH_TOKEN": ""}, "no Twilio account is set", id="no account"),
        pytest.param(LINE, {"IVR_PUBLIC_URL": "http://127.0.0.1:8000"}, "cannot reach", id="not public"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_asked(
    ours: Shell, double: RestDouble, number: str, env: dict[str, str], remedy: str
) -> None:
    assert remedy in ours.refuses("twilio", "connect", number, **env)
    assert double.requests == []
