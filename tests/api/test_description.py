"""The description alone is enough: a client made of it gets what it expects, and it says all there is to say."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from openapi_core import Config, OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from werkzeug.test import EnvironBuilder, TestResponse

from ivr.api.problems import KINDS, NAMESPACE
from ivr.app import make_app
from ivr.vocabulary import Scope
from tests.api.addresses import addresses
from tests.api.program import Program
from tests.lines import Line

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
READERS = {
    "application/problem+json": json.loads,
    "application/fhir+json": json.loads,
    "audio/wav": lambda sound: sound.decode("latin-1"),
    "application/octet-stream": lambda content: content.decode("latin-1"),
}
"""The library reads plain JSON by itself."""
QUERIES = {
    "list_slots": {"practitioner": "martin", "act": "consultation"},
    "fhir_search_slots": {"schedule": "Schedule/martin"},
}


class MadeClient:
    """Knows nothing but the description: calls operations by name, and holds every answer against it."""

    def __init__(self, ours: Program) -> None:
        self.ours = ours
        self.told = ours.ask("GET", "/api/openapi.json").json
        self.openapi = OpenAPI.from_dict(self.told, config=Config(extra_media_type_deserializers=READERS))
        self.known = {one.name: one for one in addresses(ours)}

    def call(self, name: str, mark: str | None = None, **query: str) -> TestResponse:
        """One operation, with the body of its example."""
        one = self.known[name]
        headers = {"If-Match": mark} if mark is not None else {}
        path = one.path + (f"?{urlencode(query)}" if query else "")
        answer = self.ours.ask(one.method, path, one.body, **headers)
        sent = EnvironBuilder(path, "https://ivr.example.test", method=one.method, json=one.body, headers=headers)
        request = WerkzeugOpenAPIRequest(sent.get_request())
        self.openapi.validate_response(request, WerkzeugOpenAPIResponse(answer))
        return answer


def test_the_description_is_valid_openapi(ours: Program) -> None:
    validate(ours.ask("GET", "/api/openapi.json").json, cls=OpenAPIV31SpecValidator)


ASKED_AT_ONCE = """
import json, sys
from pathlib import Path
from db.engine import open_engine
from ivr.api.api import make_api
from ivr.api.description import describe
from ivr.clock import system_clock
from tests.api.program import do_at_once
from tests.lines import settings_for

sys.setswitchinterval(0.00001)
found = []
app = make_api(settings_for(Path(sys.argv[1])), open_engine("sqlite://"), system_clock)
do_at_once([lambda: found.append(json.dumps(describe(app, "https://ivr.example.test")))] * 4)
print(len(set(found)), found[0].count("MessageState"))
"""


def test_it_is_whole_for_those_who_ask_for_it_first_at_once(tmp_path: Path, database_url: str) -> None:
    """In a process of its own, where nobody has asked before."""
    command = [sys.executable, "-c", ASKED_AT_ONCE, str(tmp_path)]
    asked = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    number, named = map(int, asked.stdout.split())
    assert (number, named > 1) == (1, True), database_url


def test_no_client_is_made_that_sends_null_for_what_it_leaves_out(ours: Program) -> None:
    shapes = ours.ask("GET", "/api/openapi.json").json["components"]["schemas"]
    told = {(shape, name): field for shape in shapes for name, field in shapes[shape].get("properties", {}).items()}
    assert [place for place, field in told.items() if field.get("default", "") is None] == []
    assert told["Move", "overbook"]["default"] is False


def test_it_is_given_without_a_key_and_knows_its_own_address(ours: Program) -> None:
    told = Program(ours.line).ask("GET", "/api/openapi.json")
    assert (told.status_code, told.json["openapi"]) == (200, "3.1.0")
    assert told.json["servers"] == [{"url": "https://ivr.example.test"}]
    assert told.json["components"]["securitySchemes"]["key"]["scheme"] == "bearer"


def test_every_operation_that_reads_answers_as_described(ours: Program) -> None:
    client = MadeClient(ours)
    for name, one in client.known.items():
        if one.method == "GET":
            assert client.call(name, **QUERIES.get(name, {})).status_code == 200, name


def test_every_operation_that_changes_answers_as_described(ours: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    client = MadeClient(ours)
    changing = [one for one in client.known.values() if one.method != "GET"]
    changing.sort(key=lambda one: one.method == "DELETE")
    answers = {one.name: client.call(one.name, mark="*") for one in changing}
    refused = {name: answer.text for name, answer in answers.items() if answer.status_code >= 400}
    assert refused.keys() == {"confirm_appointment"}, refused


def test_every_operation_has_a_name_words_a_tag_and_every_error(ours: Program) -> None:
    told: dict[str, Any] = ours.ask("GET", "/api/openapi.json").json
    operations = [one for methods in told["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) > 50
    for one in operations:
        assert one["summary"].endswith(".")
        assert len(one["tags"]) == 1
        assert {"400", "401", "403", "404", "422", "429", "500"} <= one["responses"].keys()
        if "requestBody" in one:
            assert "example" in one["requestBody"]["content"]["application/json"], one["operationId"]
    assert {one["x-scope"] for one in operations} == set(Scope)


@pytest.mark.parametrize(
    ("method", "address", "sent", "kind"),
    [
        pytest.param("GET", "/nothing", {}, "not-found", id="no such address"),
        pytest.param("GET", "/patients/Durand", {}, "not-found", id="no key of a patient"),
        pytest.param("GET", "/tasks/2147483648", {}, "not-found", id="no id of a row"),
        pytest.param("PUT", "/patients", {}, "method-not-allowed", id="another method"),
        pytest.param("POST", "/patients", {"data": "{", "content_type": "application/json"}, "malformed", id="no JSON"),
        pytest.param("POST", "/patients", {"data": "a=b"}, "unsupported-media-type", id="no media type"),
        pytest.param("POST", "/patients", {"json": []}, "invalid", id="a list"),
        pytest.param("POST", "/patients", {"json": {"a": "x" * 2**20}}, "too-large", id="more than a megabyte"),
        pytest.param("GET", "/patients?limit=0", {}, "invalid", id="too few"),
        pytest.param("GET", "/patients?limit=1&limit=2", {}, "invalid", id="twice"),
        pytest.param("GET", "/patients?page=2", {}, "invalid", id="no such parameter"),
    ],
)
def test_every_error_is_a_problem(ours: Program, method: str, address: str, sent: dict[str, Any], kind: str) -> None:
    headers = {"Authorization": f"Bearer {ours.secret}"}
    answer = ours.client.open(f"/api/v1{address}", method=method, headers=headers, **sent)
    about = next(about for word, about in KINDS.items() if word == kind)
    assert (answer.status_code, answer.content_type) == (about.status, "application/problem+json"), answer.text
    assert (answer.json["type"], answer.json["status"], answer.json["title"]) == (
        NAMESPACE + kind,
        about.status,
        about.title,
    )
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_error_of_ours_tells_nothing_of_itself(ours: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "a secret thing"
        raise RuntimeError(message)

    monkeypatch.setattr("ivr.api.resources.patients.patients_after", broken)
    answer = ours.ask("GET", "/patients")
    assert (answer.status_code, answer.json["type"]) == (500, "urn:ivr:problem:internal-error")
    assert "secret" not in answer.text


def test_addresses_have_the_path_of_the_public_one(line: Line, ours: Program) -> None:
    settings = line.settings.model_copy(update={"public_url": "https://host.example.test/ivr"})
    behind = Program(replace(line, app=make_app(settings, line.engine, line.clock)), ours.secret)
    for path in ("/ivr/api/v1/patients?limit=1", "/api/v1/patients?limit=1"):
        answer = behind.client.get(path, headers={"Authorization": f"Bearer {ours.secret}"})
        assert answer.headers["Link"].startswith("<https://host.example.test/ivr/api/v1/patients?limit=1&cursor=")
    assert behind.get("/fhir/Patient?_id=durand")["entry"][0]["fullUrl"].startswith(
        "https://host.example.test/ivr/api/"
    )
    assert behind.ask("GET", "/fhir/Patient/nobody").json["resourceType"] == "OperationOutcome"
    assert behind.ask("GET", "/api/openapi.json").json["servers"] == [{"url": "https://host.example.test/ivr"}]


def test_cookies_are_neither_read_nor_set(ours: Program) -> None:
    assert "Set-Cookie" not in ours.ask("GET", "/patients").headers
    assert Program(ours.line).ask("GET", "/patients", Cookie="__Host-ivr=x").status_code == 401
