"""Twilio's published description of its REST, which every request and every answer of the double is held against."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

FILE = Path(__file__).parent / "twilio" / "api_v2010.json"


class _Asked:
    """A request as the library reads it."""

    host_url = "https://api.twilio.com"

    def __init__(self, method: str, path: str, query: Mapping[str, str], form: Mapping[str, str], kind: str) -> None:
        self.method, self.path, self.content_type = method.lower(), path, kind
        self.body = urlencode(form).encode()
        headers = Headers({"Authorization": "Basic eDp5"})
        self.parameters = RequestParameters(query=ImmutableMultiDict(query), header=headers)


class _Answered:
    """An answer as the library reads it."""

    content_type = "application/json"
    headers: Mapping[str, Any] = {}

    def __init__(self, status: int, data: bytes) -> None:
        self.status_code, self.data = status, data


def _is_a_date(value: str) -> bool:
    return parsedate_to_datetime(value) is not None


FORMATS: dict[str, Callable[[Any], bool]] = {
    "phone-number": bool,
    "endpoint": bool,
    "http-method": lambda value: value in {"GET", "POST", "PUT", "DELETE", "HEAD"},
    "currency": lambda value: re.fullmatch("[A-Z]{3}", value.upper()) is not None,
    "date-time-rfc-2822": _is_a_date,
    "uri-map": lambda value: isinstance(value, dict),
}
"""Twilio's own kinds of text, which the library does not know. A sender may be a name where it says phone-number."""


@cache
def _api() -> OpenAPI:
    ours: dict[str, Callable[[Any], Any]] = dict.fromkeys(FORMATS, lambda value: value)
    config = Config(extra_format_validators=FORMATS, extra_format_unmarshallers=ours)
    return OpenAPI.from_file_path(str(FILE), config)


@cache
def _document() -> dict[str, Any]:
    return json.loads(FILE.read_text())


def complaints(
    method: str, path: str, query: Mapping[str, str], form: Mapping[str, str], kind: str = ""
) -> Iterator[str]:
    """What Twilio would not understand: the address, a value, or a name it does not know."""
    path = path.removesuffix(".wav") + ".json" if path.endswith(".wav") else path
    result = _api().unmarshal_request(_Asked(method, path, query, form, kind))
    yield from (f"{error}: {error.__cause__}" for error in result.errors)
    operation = _operation(method, path)
    if operation is None:
        return
    known = {parameter["name"] for parameter in operation.get("parameters", ())}
    content = operation.get("requestBody", {}).get("content", {})
    fields = content.get("application/x-www-form-urlencoded", {}).get("schema", {}).get("properties", {})
    yield from (f"{name} is no parameter of {method} {path}" for name in query if name not in known)
    yield from (f"{name} is no field of {method} {path}" for name in form if name not in fields)


def faults_of_answer(method: str, path: str, status: int, body: bytes) -> list[str]:
    """How an answer of the double differs from Twilio's."""
    asked = _Asked(method, path, {}, {}, "application/x-www-form-urlencoded")
    result = _api().unmarshal_response(asked, _Answered(status, body))
    return [f"{error}: {error.__cause__}" for error in result.errors]


def _operation(method: str, path: str) -> dict[str, Any] | None:
    parts = path.split("/")
    for template, operations in _document()["paths"].items():
        names = template.split("/")
        if len(names) == len(parts) and all(
            name == part or (name.startswith("{") and name.endswith(".json") == part.endswith(".json"))
            for name, part in zip(names, parts, strict=True)
        ):
            found: dict[str, Any] | None = operations.get(method.lower())
            return found
    return None
