"""Acts switched on or off for one patient with one practitioner (BRIEF.md 1), as the patient's page gives them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, delete, insert, select

from db.models.patients import ActExceptionRow
from db.models.practices import ActRow
from ivr.actions.access import Made
from ivr.acts import ActSwitch

ALL = None
"""The key of what holds for every act of the practitioner."""

Switches = Mapping[str | None, ActSwitch]
SwitchChange: TypeAlias = tuple[str | None, ActSwitch | None, ActSwitch | None]
"""The key of an act (None for all), what was switched before, and after."""


def switches_of(connection: Connection, patient_id: int, practitioner_id: int) -> dict[str | None, ActSwitch]:
    """What is switched for that patient with that practitioner, by act key."""
    return {row.act: _as_switch(row) for row in _rows(connection, patient_id, practitioner_id)}


def set_switches(
    connection: Connection, patient_id: int, practitioner_id: int, wanted: Switches, made: Made
) -> list[SwitchChange]:
    """Make it exactly these; what changed.

    Where all are off no single one is kept off beside: a patient is read with either, as practice files write it.

    Raises:
        KeyError: the practitioner has no such act.
    """
    stored = {row.act: row for row in _rows(connection, patient_id, practitioner_id)}
    before = {key: _as_switch(row) for key, row in stored.items()}
    wanted = {key: one for key, one in wanted.items() if one.is_on or key is ALL or ALL not in wanted}
    changed = [
        (key, before.get(key), wanted.get(key))
        for key in sorted({*before, *wanted}, key=str)
        if before.get(key) != wanted.get(key)
    ]
    if not changed:
        return []
    acts = select(ActRow.key, ActRow.id).where(ActRow.practitioner_id == practitioner_id)
    ids = {row.key: row.id for row in connection.execute(acts)}
    its = (ActExceptionRow.patient_id == patient_id, ActExceptionRow.practitioner_id == practitioner_id)
    connection.execute(delete(ActExceptionRow).where(*its))
    owner = {"patient_id": patient_id, "practitioner_id": practitioner_id}
    rows = [
        owner
        | {"act_id": None if key is ALL else ids[key], "is_on": switch.is_on}
        | {"reason": switch.reason, "until_on": switch.until_on}
        | _since(stored.get(key), switch, made)
        for key, switch in wanted.items()
    ]
    if rows:
        connection.execute(insert(ActExceptionRow), rows)
    return changed


def holding(stored: Switches, today: date) -> dict[str | None, ActSwitch]:
    """Those that have not ended before that local date."""
    return {key: one for key, one in stored.items() if one.until_on is None or one.until_on >= today}


def with_ended(stored: Switches, wanted: Switches, today: date) -> dict[str | None, ActSwitch]:
    """What is wanted, and the switches that have ended: they stay in the register while nothing replaces them."""
    ended = {key: one for key, one in stored.items() if one.until_on and one.until_on < today}
    if any(not one.is_on for one in wanted.values()):
        ended.pop(ALL, None)
    return ended | dict(wanted)


def details(changes: Iterable[SwitchChange], practitioner: str) -> Iterator[dict[str, str]]:
    """The changes as the access log keeps them."""
    for act, before, after in changes:
        told = {"before": in_words(before), "after": in_words(after)}
        yield {"what": "act", "practitioner": practitioner, "act": act or "all"} | told


def in_words(switch: ActSwitch | None) -> str:
    """As the history keeps it: `usual`, `on`, `off 2026-12-31`."""
    if switch is None:
        return "usual"
    until: date | None = switch.until_on
    return f"{'on' if switch.is_on else 'off'}{f' {until.isoformat()}' if until else ''}"


def _as_switch(row: Row[Any]) -> ActSwitch:
    return ActSwitch(row.act, row.is_on, row.reason, row.until_on)


def _since(stored: Row[Any] | None, switch: ActSwitch, made: Made) -> dict[str, Any]:
    """A switch of which only the end or the reason changes is still the one that was given before."""
    if stored is None or stored.is_on != switch.is_on:
        return dict(made.columns)
    return {"since_at": stored.since_at, "made_by": stored.made_by}


def _rows(connection: Connection, patient_id: int, practitioner_id: int) -> list[Any]:
    row = ActExceptionRow
    query = select(ActRow.key.label("act"), row.is_on, row.reason, row.until_on, row.since_at, row.made_by)
    query = query.select_from(row).outerjoin(ActRow, ActRow.id == row.act_id)
    its = (row.patient_id == patient_id, row.practitioner_id == practitioner_id)
    return list(connection.execute(query.where(*its).order_by(row.id)))
