"""May this patient deposit a document now, for whom, and what may it be? (ROUTING.md 7)"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MOST_BYTES = 20 * 1024 * 1024
"""Of one document."""


@dataclass(frozen=True, slots=True)
class DepositRight:
    """A practitioner (a key) takes documents about the patient: until the end of an appointment (UTC), or of a date."""

    practitioner: str
    until: datetime | date


def deposit_rights(
    planned: Iterable[tuple[str, datetime]], allowed: Mapping[str, date], now: datetime, today: date
) -> tuple[DepositRight, ...]:
    """One for each practitioner who takes documents, the longest; `planned` are appointments that are not cancelled.

    An appointment counts until its end (UTC), a permission to the end of its local date. An appointment is named before
    a permission, since that is what patients know of.
    """
    rights: dict[str, DepositRight] = {}
    for practitioner, end in sorted(planned, key=lambda one: one[1]):
        if end >= now:
            rights[practitioner] = DepositRight(practitioner, end)
    for practitioner, until in allowed.items():
        if today <= until and practitioner not in rights:
            rights[practitioner] = DepositRight(practitioner, until)
    return tuple(rights.values())


class DocumentKind(StrEnum):
    """What a document may be: pictures as telephones make them, and PDF."""

    PDF = "pdf"
    JPEG = "jpg"
    PNG = "png"
    HEIC = "heic"
    WEBP = "webp"
    TIFF = "tiff"


class Objection(StrEnum):
    """Why a document is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN_KIND = "unknown-kind"
    ACTIVE = "active"
    """It would do something by itself when it is opened, hides files, or cannot be looked into."""
    INFECTED = "infected"
    NOT_SCANNED = "not-scanned"
    NOT_ALLOWED = "not-allowed"
    TOO_MANY = "too-many"


SIGNATURES: tuple[tuple[bytes, DocumentKind], ...] = (
    (b"%PDF-", DocumentKind.PDF),
    (b"\xff\xd8\xff", DocumentKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", DocumentKind.PNG),
    (b"II*\x00", DocumentKind.TIFF),
    (b"MM\x00*", DocumentKind.TIFF),
)
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})


def recognise(content: bytes) -> DocumentKind | Objection:
    """The kind, by the content and never by the name."""
    if not content:
        return Objection.EMPTY
    if len(content) > MOST_BYTES:
        return Objection.TOO_LARGE
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return DocumentKind.WEBP
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return DocumentKind.HEIC
    return next((kind for begins, kind in SIGNATURES if content.startswith(begins)), Objection.UNKNOWN_KIND)


LONGEST_NAME = 120


def plain_name(name: str) -> str:
    """What somebody called a file, without folders and signs that no one reads."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(letter for letter in last if letter.isprintable()).split())[:LONGEST_NAME]
