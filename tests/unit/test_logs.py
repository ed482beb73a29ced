"""Logs are JSON, name the call, and tell no number, name or key; the whole log of the suite is searched at its end."""

import io
import json
import logging
from typing import Any

import pytest
import structlog

from ivr.logs import log_as_service
from tests.discretion import faults_of
from tests.lines import TOKEN


def logged(name: str, **fields: Any) -> dict[str, Any]:
    stream = io.StringIO()
    log_as_service(stream, keep=False)
    structlog.get_logger().warning(name, **fields)
    entry: dict[str, Any] = json.loads(stream.getvalue())
    return entry


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("cannot ring +33639981111", "cannot ring +336…11"),
        ("06 39 98 11 11 is busy", "06…11 is busy"),
        ("Key (number)=(+33199001234) exists", "Key (number)=(+331…34) exists"),
        ("0639981111", "06…11"),
        ("url: /Messages.json?To=%2B33639983333&PageSize=50", "url: /Messages.json?To=%2B336…33&PageSize=50"),
        ("twice\nDETAIL:  Key (heard)=(digits:0503) exists.\nmore", "twice\nDETAIL: …\nmore"),
        ("CA00336399811110000000000000000000", "CA00336399811110000000000000000000"),
        ("2026-12-02T13:10:00+01:00", "2026-12-02T13:10:00+01:00"),
        ("carrier error 21211", "carrier error 21211"),
        ("took 0.0123456789 s", "took 0.0123456789 s"),
    ],
)
def test_a_number_is_masked_wherever_it_turns_up(told: str, shown: str) -> None:
    assert logged("trouble", reason=told)["reason"] == shown


def test_what_libraries_log_has_the_same_form() -> None:
    stream = io.StringIO()
    log_as_service(stream, keep=False)
    logging.getLogger("sqlalchemy").warning("no answer for %s", "+33639981111")
    logging.getLogger("gunicorn.error").info("not worth telling")
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["level"]) == ("no answer for +336…11", "warning")


def test_an_exception_is_told_on_the_same_line_without_its_numbers() -> None:
    stream = io.StringIO()
    log_as_service(stream, keep=False)
    try:
        raise ValueError("+33639981111")
    except ValueError:
        structlog.get_logger().exception("trouble", call="CA1")
    (line,) = stream.getvalue().splitlines()
    assert "ValueError: +336…11" in json.loads(line)["exception"]


GOOD = '{"event": "turn_answered", "level": "info", "timestamp": "2026-12-02T12:10:00Z", "call": "CA1"}'


def test_the_search_of_the_log_finds_nothing_in_a_discreet_line() -> None:
    assert list(faults_of(GOOD)) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (GOOD.replace("CA1", "+33639981111"), "a number"),
        (GOOD.replace("CA1", "06 39 98 11 11"), "a number"),
        (GOOD.replace("CA1", "Digits=0503"), "keys"),
        (GOOD.replace("CA1", "Jeanne"), "a name"),
        (GOOD.replace("CA1", "Durand rang"), "a name"),
        (GOOD.replace("CA1", TOKEN), "a secret"),
        (GOOD.replace(', "call": "CA1"', ""), "no call"),
        (GOOD.replace('"level": "info", ', ""), "no level"),
        ("Traceback (most recent call last):", "no JSON"),
    ],
)
def test_the_search_of_the_log_finds_what_must_not_be_there(line: str, fault: str) -> None:
    assert fault in list(faults_of(line))


def test_what_cannot_be_written_disturbs_nobody() -> None:
    with io.TextIOWrapper(io.FileIO("/dev/full", "w"), write_through=True) as full:
        log_as_service(full, keep=False)
        structlog.get_logger().warning("call_held", call="CA1")
        logging.getLogger("sqlalchemy").warning("no answer")
