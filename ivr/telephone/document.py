"""TwiML as the telephone executes it; what Twilio would refuse or warn about is refused here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MOST_BYTES = 64 * 1024
MOST_TEXT = 3000

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "Response": frozenset(),
    "Say": frozenset({"voice", "language", "loop"}),
    "Pause": frozenset({"length"}),
    "Gather": frozenset({"action", "method", "input", "numDigits", "timeout", "finishOnKey"}),
    "Dial": frozenset({"action", "method", "timeout", "callerId"}),
    "Number": frozenset({"url", "method"}),
    "Record": frozenset(
        {
            "action", "method", "maxLength", "timeout", "playBeep", "trim",
            "recordingStatusCallback", "recordingStatusCallbackEvent",
        }
    ),
    "Redirect": frozenset({"method"}),
    "Hangup": frozenset(),
}  # fmt: skip
"""The verbs and attributes our documents use; anything else is a mistake of ours."""


class NotTwimlError(Exception):
    """An answer Twilio would not take, with Twilio's error number where it has one."""


@dataclass(frozen=True, slots=True)
class Say:
    """Spoken text."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Gather:
    """Keys may be typed during the prompts and for `timeout` seconds after."""

    says: tuple[Say, ...]
    action: str
    digits: int
    timeout: int
    finish: str


@dataclass(frozen=True, slots=True)
class Dial:
    """One number rings; `url` is asked on its leg when it picks up."""

    number: str
    url: str | None
    action: str
    timeout: int
    caller_id: str


@dataclass(frozen=True, slots=True)
class Record:
    """A recording, always followed by `action`."""

    action: str
    longest: int
    callback: str | None


@dataclass(frozen=True, slots=True)
class Redirect:
    """Goes on at another address."""

    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """Ends the leg."""


Verb: TypeAlias = Say | Pause | Gather | Dial | Record | Redirect | Hangup


def read_document(body: bytes, content_type: str) -> tuple[Verb, ...]:
    """The verbs of an answer, in order.

    Raises:
        NotTwimlError: Twilio would refuse it, ignore part of it or play nothing.
    """
    if content_type.partition(";")[0].strip() not in {"text/xml", "application/xml"}:
        raise NotTwimlError(f"12300: content type {content_type!r}")
    if not body:
        raise NotTwimlError("11770: the answer is empty; at least <Response/> is needed")
    if len(body) > MOST_BYTES:
        raise NotTwimlError(f"11750: {len(body)} bytes, {MOST_BYTES} at most")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 our own answer
    except ElementTree.ParseError as error:
        raise NotTwimlError(f"12100: not XML: {error}") from None
    if root.tag != "Response":
        raise NotTwimlError(f"12102: the root is <{root.tag}>")
    verbs = tuple(_verbs(root))
    _check_order(verbs)
    return verbs


def _verbs(parent: Element) -> Iterator[Verb]:
    for element in parent:
        _check_attributes(element)
        match element.tag:
            case "Say":
                yield _say(element)
            case "Pause":
                yield Pause(int(element.get("length", "1")))
            case "Gather":
                yield _gather(element)
            case "Dial":
                yield _dial(element)
            case "Record":
                yield Record(
                    _required(element, "action"),
                    int(_required(element, "maxLength")),
                    element.get("recordingStatusCallback"),
                )
            case "Redirect":
                yield Redirect(_text(element))
            case "Hangup":
                yield Hangup()
            case _:
                raise NotTwimlError(f"12200: <{element.tag}> is no verb of ours")


def _check_attributes(element: Element) -> None:
    known = ATTRIBUTES.get(element.tag)
    if known is None:
        raise NotTwimlError(f"12200: <{element.tag}> is not known")
    unknown = set(element.attrib) - known
    if unknown:
        raise NotTwimlError(f"12200: <{element.tag}> has no attribute {min(unknown)}")


def _check_order(verbs: tuple[Verb, ...]) -> None:
    """After Gather and Record something must follow; after Redirect, Hangup and Dial nothing is reached."""
    for verb, following in zip_longest(verbs, verbs[1:]):
        if isinstance(verb, Gather | Record) and following is None:
            raise NotTwimlError(f"nothing follows <{type(verb).__name__}>: the caller would be cut off")
        if isinstance(verb, Redirect | Hangup | Dial) and following is not None:
            raise NotTwimlError(f"<{type(following).__name__}> after <{type(verb).__name__}> is never reached")


def _say(element: Element) -> Say:
    text = " ".join("".join(element.itertext()).split()) if len(element) == 0 else _spoken(element)
    if not text:
        raise NotTwimlError("13520: nothing to say")
    if len(text) > MOST_TEXT:
        raise NotTwimlError(f"13521: {len(text)} characters to say, {MOST_TEXT} at most")
    _required(element, "voice")
    return Say(text, _required(element, "language"))


def _spoken(element: Element) -> str:
    """The text with its SSML, breaks as spaces."""
    parts = [element.text or ""]
    for child in element:
        parts += [_spoken(child), " " if child.tag == "break" else "", child.tail or ""]
    return " ".join("".join(parts).split())


def _gather(element: Element) -> Gather:
    says = []
    for verb in _verbs(element):
        if not isinstance(verb, Say):
            raise NotTwimlError(f"13320: <{type(verb).__name__}> inside <Gather>")
        says.append(verb)
    return Gather(
        says=tuple(says),
        action=_required(element, "action"),
        digits=_whole(element, "numDigits", 1, 64),
        timeout=_whole(element, "timeout", 1, 60),
        finish=element.get("finishOnKey", "#"),
    )


def _dial(element: Element) -> Dial:
    numbers = list(element)
    if len(numbers) != 1 or numbers[0].tag != "Number":
        raise NotTwimlError("<Dial> rings exactly one <Number>")
    _check_attributes(numbers[0])
    number, caller_id = _text(numbers[0]), _required(element, "callerId")
    for dialled in (number, caller_id):
        if not (dialled.startswith("+") and dialled[1:].isdigit() and len(dialled) <= 16):  # noqa: PLR2004 E.164
            raise NotTwimlError(f"13223: {dialled!r} is not E.164")
    timeout = _whole(element, "timeout", 1, 600)
    return Dial(number, numbers[0].get("url"), _required(element, "action"), timeout, caller_id)


def _text(element: Element) -> str:
    text = (element.text or "").strip()
    if not text:
        raise NotTwimlError(f"<{element.tag}> is empty")
    return text


def _required(element: Element, name: str) -> str:
    value = element.get(name)
    if not value:
        raise NotTwimlError(f"<{element.tag}> has no {name}")
    return value


def _whole(element: Element, name: str, least: int, most: int) -> int:
    text = _required(element, name)
    if not text.isdigit() or not least <= int(text) <= most:
        raise NotTwimlError(f"<{element.tag}> {name}={text!r} is out of range")
    return int(text)
