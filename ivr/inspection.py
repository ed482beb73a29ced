"""Looking into a PDF for what acts by itself, in a process of its own, which alone reads what patients send."""

import re
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from ivr.confined import confine, run_confined

LONGEST_SECONDS, PROCESSOR_SECONDS = 20, 15
HARMLESS, ACTIVE = 0, 3
ACTING_NAMES = frozenset(
    {"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm"}
    | {"/ImportData", "/Movie", "/Sound", "/Rendition", "/GoToR", "/GoToE", "/FileAttachment"}
    | {"/AA", "/EF", "/3D", "/OnInstantiate"}
)
"""Keys and kinds of objects that run something, bring files along, or send what is typed elsewhere."""
LONGER_THAN = 3
"""Shorter names come about by chance in the bytes of a picture."""
LONG_NAMES = b"|".join(name.encode() for name in sorted(ACTING_NAMES) if len(name) > LONGER_THAN)
WRITTEN = re.compile(rb"(?:%s)(?![^\s\0()<>[\]{}/%%])" % LONG_NAMES)
IN_DISGUISE = re.compile(rb"#([0-9A-Fa-f]{2})")
PACK = "/ObjStm"
"""The kind of a stream that other objects are packed into."""


def is_harmless_pdf(content: bytes) -> bool:
    """Whether the PDF can be looked into, and holds nothing that acts by itself or hides a file."""
    try:
        return run_confined("ivr.inspection", content, LONGEST_SECONDS).returncode == HARMLESS
    except subprocess.TimeoutExpired:
        return False


def acting_names(content: bytes) -> Iterator[str]:
    """What acts in it. Raises whatever the library does for what it cannot read.

    Other programs mend a broken file in other ways than the library, and find more in it: so names count wherever they
    are written, and a pack of objects that the library does not know of is one too many.
    """
    from pypdf import PdfReader  # noqa: PLC0415 only the other process reads what patients send
    from pypdf.generic import IndirectObject, StreamObject  # noqa: PLC0415

    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        yield "/Encrypt"
        return
    yield from _written(content)
    packs = _plain(content).count(PACK.encode())
    ids = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    for number, generation in sorted(ids | {(number, 0) for number in reader.xref_objStm}):
        found = reader.get_object(IndirectObject(number, generation, reader))
        yield from _names_in(found)
        if isinstance(found, StreamObject) and found.get("/Type") == PACK:
            packs -= 1
            yield from _written(found.get_data())
    if packs > 0:
        yield PACK
    yield from _names_in(reader.trailer)
    if _does_something(reader.root_object.get("/OpenAction")):
        yield "/OpenAction"


def _plain(content: bytes) -> bytes:
    """With names as they are meant: `/J#53` is `/JS`."""
    return IN_DISGUISE.sub(lambda found: bytes([int(found[1], 16)]), content)


def _written(content: bytes) -> Iterator[str]:
    return (found.decode() for found in WRITTEN.findall(_plain(content)))


def _does_something(opening: Any) -> bool:
    """Whether what happens when it is opened is more than to show a page, or to ask whether to print."""
    return isinstance(opening, dict) and (opening.get("/S") not in {"/GoTo", "/Named"} or "/Next" in opening)


def _names_in(found: Any) -> Iterator[str]:
    """Names of actions among keys and values, not following references: every object is looked at anyway."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from (key for key in one if key in ACTING_NAMES)
            waiting += [dict.__getitem__(one, key) for key in one]
        elif isinstance(one, list):
            waiting += list(one)
        elif isinstance(one, str) and one in ACTING_NAMES:
            yield one


def main() -> int:
    """The other process."""
    confine(PROCESSOR_SECONDS)
    return ACTIVE if any(acting_names(sys.stdin.buffer.read())) else HARMLESS


if __name__ == "__main__":
    sys.exit(main())
