"""Every TwiML answer of the whole suite goes through here: the schema, and the limits of WIRE.md 4 and 5."""

from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from lxml import etree

SCHEMA = etree.XMLSchema(etree.parse(str(Path(__file__).parent / "twilio" / "twiml.xsd")))
MOST_BYTES = 64 * 1024
MOST_CHARACTERS = 3000
MOST_SILENT_SECONDS = 20


def check_twiml(body: bytes) -> etree._Element:
    """The document, after everything that Twilio could object to was looked for."""
    assert 0 < len(body) <= MOST_BYTES
    document = etree.fromstring(body)
    SCHEMA.assertValid(document)
    for said in document.iter("Say"):
        assert 0 < len("".join(said.itertext())) <= MOST_CHARACTERS
        assert said.get("voice")
        assert said.get("language")
    verbs = list(document)
    for verb, following in zip_longest(verbs, verbs[1:]):
        if verb.tag in {"Gather", "Record"}:
            assert verb.get("action"), "a Gather or Record without action loops"
            assert following is not None, "nothing follows a Gather or Record"
    for gather in document.iter("Gather"):
        assert 1 <= int(gather.get("timeout", "5")) <= MOST_SILENT_SECONDS
    for dial in document.iter("Dial"):
        assert dial.get("action")
        assert 1 <= int(dial.get("timeout", "30")) <= 600
        caller_id = dial.get("callerId", "")
        assert caller_id[0] == "+"
        assert caller_id[1:].isdigit()
    return document


check_once = lru_cache(maxsize=4096)(check_twiml)
"""The same for a document that is sent over and over: it is looked at when it is new."""


def check_response(_sender: object, response: Any, **_: object) -> None:
    """Receives every response of every application in this process."""
    if response.mimetype == "text/xml":
        assert response.content_type == "text/xml; charset=utf-8"
        check_once(response.get_data())
