"""One touch of the practice: pause, away, open now, secretary absent; each with its end (ROUTING.md 1, case 33)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from db.queries.practices import lock_practice
from ivr.actions.load_practice import load_practice
from ivr.actions.practice_rows import read_settings
from ivr.clock import local, zone_named
from ivr.practice_files.schema import OverridePart, PracticeFile, SpanPart
from ivr.vocabulary import OverrideKind

LONGEST = timedelta(hours=12)
LONGEST_AWAY = timedelta(days=2)
"""Longer absences are leaves, which say whom to call instead."""

DOCTORS, DESKS = ("practitioners", "overrides"), ("secretaries", "absences")
"""Where the settings keep whose spans."""


def override(
    connection: Connection, practice_id: int, practitioner: str, kind: OverrideKind, until: datetime, now: datetime
) -> PracticeFile:
    """From now on, until then (UTC), in place of any other override of that practitioner that holds now.

    The settings as they are now, for the snapshots. They are not proven anew: every kind of override is walked in the
    proof of each practice's settings as they stand.

    Raises:
        KeyError: there is no such practitioner.
        ValueError: it would end before it begins, or last longer than such an act may.
    """
    longest = LONGEST_AWAY if kind is OverrideKind.AWAY else LONGEST
    if not now < until <= now + longest:
        message = f"{kind} until {until} does not begin before it ends, or lasts longer than {longest}"
        raise ValueError(message)
    return _change(connection, practice_id, DOCTORS, practitioner, now, until, kind)


def end_override(connection: Connection, practice_id: int, practitioner: str, now: datetime) -> PracticeFile:
    """What holds for that practitioner ends now. Raises KeyError."""
    return _change(connection, practice_id, DOCTORS, practitioner, now)


def be_absent(connection: Connection, practice_id: int, secretary: str, until: datetime, now: datetime) -> PracticeFile:
    """That secretary does not answer from now on, until then (UTC). Raises KeyError or ValueError, as `override`."""
    if not now < until <= now + LONGEST_AWAY:
        message = f"an absence until {until} does not begin before it ends, or lasts longer than {LONGEST_AWAY}"
        raise ValueError(message)
    return _change(connection, practice_id, DESKS, secretary, now, until)


def be_back(connection: Connection, practice_id: int, secretary: str, now: datetime) -> PracticeFile:
    """That secretary answers again. Raises KeyError."""
    return _change(connection, practice_id, DESKS, secretary, now)


def _change(
    connection: Connection,
    practice_id: int,
    whose: tuple[str, str],
    key: str,
    now: datetime,
    until: datetime | None = None,
    kind: OverrideKind | None = None,
) -> PracticeFile:
    """What holds now ends for one of `whose` part of the settings; until then something new holds, if that is given."""
    lock_practice(connection, practice_id)
    (parts, spans), file = whose, read_settings(connection, practice_id)
    everyone, wall = list(getattr(file, parts)), _wall(file, now)
    place = {part.key: number for number, part in enumerate(everyone)}[key]
    kept = _ended(getattr(everyone[place], spans), wall)
    if until is not None:
        span = {"from": wall, "until": _wall(file, until)}
        kept.append(
            SpanPart.model_validate(span) if kind is None else OverridePart.model_validate(span | {"kind": kind})
        )
    everyone[place] = everyone[place].model_copy(update={spans: kept})
    changed = file.model_copy(update={parts: everyone})
    load_practice(connection, changed)
    return changed


def _ended(spans: Sequence[SpanPart], wall: str) -> list[SpanPart]:
    """The spans without what is left of those that hold at that wall time; whole days end as they are written."""
    kept: list[SpanPart] = []
    for span in spans:
        holds = "T" in span.start and span.start <= wall < span.until
        if not holds:
            kept.append(span)
        elif span.start < wall:
            kept.append(span.model_copy(update={"until": wall}))
    return kept


def _wall(file: PracticeFile, moment: datetime) -> str:
    """By the practice's clock, to the minute."""
    return local(zone_named(file.practice.timezone), moment).strftime("%Y-%m-%dT%H:%M")
