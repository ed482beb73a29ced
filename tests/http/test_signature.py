"""The guard over /twilio/: signed for the public address, by us, for our account, or nothing at all."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.app import make_app
from ivr.telephony.addresses import ASKED
from ivr.telephony.signature import SignatureGuard
from tests.lines import ACCOUNT, LINE, TOKEN, Line, demo_line, settings_for

VECTORS = json.loads((Path(__file__).parents[1] / "twilio" / "signature_vectors.json").read_text())["vectors"]
CALL = {"CallSid": "CA" + "1" * 32, "From": "+33199002222", "To": LINE, "AccountSid": ACCOUNT}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_published_vectors_are_judged_as_they_say(vector: dict[str, Any]) -> None:
    base, _, query = vector["url"].partition("?")
    scheme, _, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    guard = SignatureGuard(f"{scheme}://{host}", [vector["token"]])
    form = {name: [value] if isinstance(value, str) else value for name, value in (vector["params"] or {}).items()}
    accepted = guard.accepts(slash + path, query, form if vector["method"] == "POST" else {}, vector["signature"])
    assert accepted is vector["valid"]


def signed(url: str, form: dict[str, str], token: str = TOKEN) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}


def post(line: Line, path: str, form: dict[str, str], headers: dict[str, str]) -> Any:
    return line.app.test_client().post(path, data=form, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no signature"),
        pytest.param({"X-Twilio-Signature": "AAAA"}, id="a wrong one"),
        pytest.param(signed("https://elsewhere.test/twilio/voice", CALL), id="for another address"),
        pytest.param(signed("https://ivr.example.test/twilio/voice", CALL, "no"), id="by another account"),
        pytest.param(signed("https://ivr.example.test/twilio/voice", CALL | {"From": "+331"}), id="for another form"),
    ],
)
def test_a_forged_request_gets_403_an_empty_body_and_leaves_no_trace(line: Line, headers: dict[str, str]) -> None:
    response = post(line, "/twilio/voice", CALL, headers)
    assert (response.status_code, response.data) == (403, b"")
    assert line.calls() == []


@pytest.mark.parametrize("account", ["", "AC" + "0" * 32], ids=["none", "another"])
def test_a_signed_request_for_no_account_of_ours_gets_403(line: Line, account: str) -> None:
    form = {name: value for name, value in (CALL | {"AccountSid": account}).items() if value}
    response = post(line, "/twilio/voice", form, signed("https://ivr.example.test/twilio/voice", form))
    assert (response.status_code, response.data) == (403, b"")


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/sms", "/twilio/nowhere", "/twilio/voice/status"])
def test_every_address_below_twilio_is_guarded(line: Line, path: str) -> None:
    assert line.app.test_client().get(path).status_code == 403
    assert line.app.test_client().post(path).status_code == 403


def test_the_standard_port_may_be_in_the_signed_address_or_not(line: Line) -> None:
    for url in ("https://ivr.example.test/twilio/voice", "https://ivr.example.test:443/twilio/voice"):
        assert post(line, "/twilio/voice", CALL, signed(url, CALL)).status_code == 200


def test_a_proxy_may_change_host_and_scheme(line: Line) -> None:
    headers = signed("https://ivr.example.test/twilio/voice", CALL) | {"Host": "127.0.0.1:8000"}
    assert post(line, "/twilio/voice", CALL, headers).status_code == 200


def test_headers_a_stranger_may_write_do_not_move_the_public_address(line: Line) -> None:
    forged = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"}
    headers = signed("https://evil.test/twilio/voice", CALL) | forged
    assert post(line, "/twilio/voice", CALL, headers).status_code == 403


@pytest.mark.parametrize("arrives_at", ["/prefix/twilio/voice", "/twilio/voice"], ids=["with it", "stripped"])
def test_a_prefix_of_the_public_address_may_arrive_or_be_stripped(
    engine: Engine, tmp_path: Path, arrives_at: str
) -> None:
    line = demo_line(engine, tmp_path)
    app = make_app(settings_for(tmp_path, IVR_PUBLIC_URL="https://ivr.example.test/prefix"), engine, line.clock)
    headers = signed("https://ivr.example.test/prefix/twilio/voice", CALL)
    response = app.test_client().post(arrives_at, data=CALL, headers=headers)
    assert response.status_code == 200
    assert b'action="/prefix/twilio/voice/turns/1#' in response.data


def test_a_get_is_signed_with_its_query_exactly_as_sent(line: Line) -> None:
    query = "CallSid=CA1&From=%2B33199002222&To=%2B33199001234&AccountSid=" + ACCOUNT + "&Accent=%c3%a9+%20~"
    url = f"https://ivr.example.test/twilio/voice?{query}"
    client = line.app.test_client()
    response = client.get(f"/twilio/voice?{query}", headers=signed(url, {}))
    assert response.status_code == 200
    assert b"Cabinet Pasteur" in response.data
    other = client.get(f"/twilio/voice?{query}&x=1", headers=signed(url, {}))
    assert other.status_code == 403


def test_a_query_on_a_post_belongs_to_the_address(line: Line) -> None:
    url = "https://ivr.example.test/twilio/voice?line=1"
    assert post(line, "/twilio/voice?line=1", CALL, signed(url, CALL)).status_code == 200


def test_both_tokens_count_during_a_rotation(engine: Engine, tmp_path: Path) -> None:
    line = demo_line(engine, tmp_path)
    settings = settings_for(tmp_path, TWILIO_AUTH_TOKEN="new", IVR_TWILIO_PREVIOUS_AUTH_TOKEN="old")
    client = make_app(settings, engine, line.clock).test_client()
    answers = {}
    for token in ("new", "old", "older"):
        headers = signed("https://ivr.example.test/twilio/voice", CALL, token)
        answers[token] = client.post("/twilio/voice", data=CALL, headers=headers).status_code
    assert answers == {"new": 200, "old": 200, "older": 403}


def test_a_repeated_parameter_is_signed_with_all_its_values(line: Line) -> None:
    form = MultiDict([*CALL.items(), ("Extra", "b"), ("Extra", "a"), ("Extra", "b"), ("Blank", "")])
    signature = RequestValidator(TOKEN).compute_signature("https://ivr.example.test/twilio/voice", form)
    response = line.app.test_client().post("/twilio/voice", data=form, headers={"X-Twilio-Signature": signature})
    assert response.status_code == 200


def test_without_a_token_one_is_made_up_and_kept(engine: Engine, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, TWILIO_AUTH_TOKEN="", TWILIO_ACCOUNT_SID="")
    make_app(settings, engine)
    token, account = ((tmp_path / name).read_text() for name in ("twilio-auth-token", "twilio-account-sid"))
    demo_line(engine, tmp_path)
    form = CALL | {"AccountSid": f"AC{account}"}
    headers = signed("https://ivr.example.test/twilio/voice", form, token)
    again = make_app(settings, engine).test_client().post("/twilio/voice", data=form, headers=headers)
    assert again.status_code == 200
    assert (tmp_path / "twilio-auth-token").stat().st_mode & 0o077 == 0


def test_a_carrier_may_sign_the_fragment_we_gave_and_no_other() -> None:
    guard = SignatureGuard("https://ivr.example.test", [TOKEN])
    for fragment, is_ours in ((ASKED, True), ("#rc=5", False)):
        signature = signed(f"https://ivr.example.test/twilio/voice{fragment}", CALL)["X-Twilio-Signature"]
        form = {name: [value] for name, value in CALL.items()}
        assert guard.accepts("/twilio/voice", "", form, signature) is is_ours
