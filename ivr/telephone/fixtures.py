"""Recorded calls: one JSON file a call, what Twilio sent and what must be heard (docs/fixtures.md)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ivr.demo import DEMO_FILE
from ivr.practice_files.changes import changes_between
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.schema import PracticeFile

DEMO = "demo"


class FixtureError(Exception):
    """A file that is no recorded call, in one sentence."""


class Part(BaseModel):
    """Unknown names are mistakes."""

    model_config = ConfigDict(extra="forbid")


class RecordedTurn(Part):
    """One request and what must come back.

    `form` holds the parameters that matter; the telephone adds the standard ones. `to` names an address of its
    own (a callback, a fallback); without it the request goes where the answer before sent it. `leg` is `called`
    for what the rung person hears. `hears` are texts that must be said, in that order; `verbs` the top-level
    verbs; `status` the HTTP status when it is not 200.
    """

    form: dict[str, str] = {}
    to: str | None = None
    leg: str = "caller"
    method: str = "POST"
    hangs_up: bool = False
    hears: list[str] | None = None
    verbs: list[str] | None = None
    status: int = 200
    decision: dict[str, Any] | None = None


def _read_at(value: str) -> str:
    """A time with its offset, kept as it is written."""
    if datetime.fromisoformat(value).tzinfo is None:
        message = f"{value!r} has no offset; write it like 2026-12-02T13:10:00+01:00"
        raise ValueError(message)
    return value


class RecordedCall(Part):
    """A whole call. `practice` is `demo` or a practice file beside the call; `leaves` what is kept at the end."""

    summary: str
    source: str
    practice: str = DEMO
    at: Annotated[str, AfterValidator(_read_at)]
    turns: list[RecordedTurn] = Field(min_length=1)
    leaves: dict[str, list[str]] | None = None


def read_call(file: Path) -> RecordedCall:
    """The recorded call in `file`. Raises FixtureError."""
    try:
        return RecordedCall.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FixtureError(f"{file} is not JSON: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FixtureError(f"{file}: {where}: {first['msg']}") from None


def write_call(file: Path, call: RecordedCall) -> None:
    """Write the call as a person would: what equals its default is left out."""
    table = call.model_dump(exclude_defaults=True, exclude_none=True)
    file.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def is_demo(practice: PracticeFile) -> bool:
    """Whether this is the demo practice, unchanged."""
    demo = parse_practice(DEMO_FILE, str(DEMO_FILE)).check()
    return not changes_between(demo, practice)


def practice_of(call: RecordedCall, folder: Path) -> PracticeFile:
    """The practice the call was made to. Raises FixtureError or FaultyFileError."""
    file = DEMO_FILE if call.practice == DEMO else folder / call.practice
    if not file.is_file():
        raise FixtureError(f"there is no practice file {file}; name one, or write demo")
    return parse_practice(file, str(file)).check()
