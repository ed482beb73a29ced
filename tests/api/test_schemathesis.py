"""Every operation does what its description says, for requests that fit it and requests that do not."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from limits import RateLimitItemPerMinute
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from ivr.api.api import make_api
from ivr.api.guard import Limits
from tests.api.addresses import things
from tests.api.program import Program
from tests.lines import Line

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EXAMPLES = 3
REFUSED_KINDLY = ["2xx", "304", "401", "403", "404", "409", "412", "415", "422", "428"]
"""What the description cannot say in full, such as that a number is possible, is refused as a problem."""
REFUSED = ["400", "401", "403", "404", "405", "412", "415", "422", "428"]
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": REFUSED_KINDLY},
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "406", "412", "415", "422", "428"]
    },
    "missing_required_header": {"expected-statuses": ["401", "428", "404", "422", "400"]},
}


def api_of(line: Line) -> Flask:
    often = RateLimitItemPerMinute(1_000_000)
    return make_api(line.settings, line.engine, line.clock, Limits(often, often))


def description_of(app: Flask) -> Any:
    config = SchemathesisConfig.from_dict({"checks": CHECKS})
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)


def operations_of(app: Flask) -> Iterator[Any]:
    for result in description_of(app).get_all_operations():
        yield result.ok()


def try_all(app: Flask, mode: GenerationMode, secret: str, known: dict[str, Any]) -> None:
    """Some requests to each operation; those that fit are about what there is."""
    for operation in operations_of(app):
        cases = operation.as_strategy(generation_mode=mode)

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases)
        def try_one(case: Any) -> None:
            if mode is GenerationMode.POSITIVE:
                case.path_parameters.update({name: known[name] for name in case.path_parameters})
                case.query.pop("cursor", None)
                if "If-Match" in case.headers:
                    case.headers["If-Match"] = "*"
            case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

        try_one()


@on_one_database
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_keeps_to_the_description(
    line: Line, ours: Program, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    try_all(api_of(line), mode, ours.secret, things(ours))
