"""Looking into a PDF for what acts by itself, in a process of its own, which alone reads what patients send."""

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
)
"""Keys and kinds of objects that run something, bring files along, or send what is typed elsewhere."""


def is_harmless_pdf(content: bytes) -> bool:
    """Whether the PDF can be looked into, and holds nothing that acts by itself or hides a file."""
    try:
        return run_confined("ivr.inspection", content, LONGEST_SECONDS).returncode == HARMLESS
    except subprocess.TimeoutExpired:
        return False


def acting_names(content: bytes) -> Iterator[str]:
    """What acts in it. Raises whatever the library does for what it cannot read."""
    from pypdf import PdfReader  # noqa: PLC0415 only the other process reads what patients send

    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        yield "/Encrypt"
        return
    ids = {number for generation in reader.xref.values() for number in generation} | set(reader.xref_objStm)
    for number in sorted(ids):
        yield from _names_in(reader.get_object(number))
    yield from _names_in(reader.trailer)


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
