"""Settings of a practice between its tables and the sections of the practice file, both ways side by side."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, select

from db.models.practices import (
    ActRow,
    DatedHoursRow,
    LeaveRow,
    LineRow,
    NuisanceRow,
    OverrideRow,
    PracticeRow,
    PractitionerRow,
    SecretaryRow,
)
from db.queries.practices import owned_rows
from ivr.practice_files.schema import (
    ActPart,
    DatedHoursPart,
    LeavePart,
    OverridePart,
    PracticeFile,
    PractitionerPart,
    SecretaryPart,
    SpanPart,
)

Columns: TypeAlias = dict[str, Any]


def practice_columns(file: PracticeFile) -> Columns:
    """The row of the practice itself, without its version."""
    part = file.practice
    notice = part.announcement
    return {
        "name": part.name,
        "country": part.country,
        "territory": part.holidays,
        "good_friday": part.good_friday,
        "open_holidays": [day.isoformat() for day in part.open_holidays],
        "closed_days": [day.isoformat() for day in part.closed_days],
        "timezone": part.timezone,
        "languages": [language.value for language in part.languages],
        "emergency": part.emergency,
        "on_duty": part.on_duty,
        "unknown_callers": part.unknown_callers.value,
        "secretary_first": part.secretary_first,
        "accepts_new_patients": part.accepts_new_patients,
        "relatives": part.relatives.value,
        "relatives_notice": part.relatives_notice,
        "checks_birthday": part.check_birthday,
        "reminder_time": part.reminder_time,
        "telemarketing_filter": part.telemarketing_filter,
        "announcement_text": notice.text if notice else None,
        "announcement_until_on": notice.until if notice else None,
        "fallback": part.fallback,
        "call_back_delay": {language.value: text for language, text in part.call_back_delay.items()},
        "keeps_recordings_at_carrier": part.keep_recordings_at_carrier,
        "retention": part.retention.model_dump(exclude_defaults=True),
        "prompts": {language.value: dict(texts) for language, texts in file.prompts.items()},
    }


def _practice_part(row: Row[Any], lines: Iterable[Row[Any]], nuisance: Iterable[Row[Any]]) -> Columns:
    same = (
        "key", "name", "country", "good_friday", "open_holidays", "closed_days", "timezone", "languages",
        "emergency", "on_duty", "unknown_callers", "secretary_first", "accepts_new_patients", "relatives",
        "relatives_notice", "reminder_time", "telemarketing_filter", "fallback", "retention",
    )  # fmt: skip
    part = {name: getattr(row, name) for name in same}
    part["call_back_delay"] = {language: row.call_back_delay[language] for language in sorted(row.call_back_delay)}
    if row.announcement_text is not None:
        part["announcement"] = {"text": row.announcement_text, "until": row.announcement_until_on}
    return part | {
        "holidays": row.territory,
        "check_birthday": row.checks_birthday,
        "keep_recordings_at_carrier": row.keeps_recordings_at_carrier,
        "lines": [line.number for line in lines],
        "nuisance": [unwanted.number for unwanted in nuisance],
    }


def secretary_columns(part: SecretaryPart) -> Columns:
    absences = [{"from": span.start, "until": span.until} for span in part.absences]
    return {"key": part.key, "phone": part.phone, "hours": part.hours, "absences": absences}


def _secretary_part(row: Row[Any]) -> Columns:
    return {"key": row.key, "phone": row.phone, "hours": row.hours, "absences": row.absences}


def practitioner_columns(part: PractitionerPart) -> Columns:
    return {
        "key": part.key,
        "name": part.name,
        "phone": part.phone,
        "ring_seconds": part.ring_seconds,
        "contact": part.contact.value,
        "working_hours": part.working_hours,
        "contact_hours": None if part.contact_hours == "working" else part.contact_hours,
        "priority_hours": part.priority_hours,
        "weeks_every": part.weeks.every if part.weeks else 1,
        "weeks_from": part.weeks.start if part.weeks else None,
        "notice_minutes": part.booking.notice_minutes,
        "horizon_days": part.booking.horizon_days,
        "step_minutes": part.booking.step_minutes,
        "at_once": part.booking.at_once,
    }


def _practitioner_part(row: Row[Any], owned: Mapping[str, list[Columns]]) -> Columns:
    same = ("key", "name", "phone", "ring_seconds", "contact", "working_hours", "priority_hours")
    booking = ("notice_minutes", "horizon_days", "step_minutes", "at_once")
    part: Columns = {name: getattr(row, name) for name in same} | dict(owned)
    part["contact_hours"] = "working" if row.contact_hours is None else row.contact_hours
    part["booking"] = {name: getattr(row, name) for name in booking}
    if row.weeks_from is not None:
        part["weeks"] = {"every": row.weeks_every, "from": row.weeks_from}
    return part


def dated_hours_columns(part: DatedHoursPart) -> Columns:
    return {"on": part.date, "hours": part.hours, "for_holiday": part.holiday}


def _dated_hours_part(row: Row[Any]) -> Columns:
    return {"date": row.on, "hours": row.hours, "holiday": row.for_holiday}


def span_columns(part: SpanPart) -> Columns:
    return {"from_time": part.start, "until_time": part.until}


def _span_part(row: Row[Any]) -> Columns:
    return {"from": row.from_time, "until": row.until_time}


def leave_columns(part: LeavePart) -> Columns:
    instead = part.instead
    return span_columns(part) | {
        "instead_name": instead.name,
        "instead_phone": instead.phone,
        "instead_takes_calls": instead.takes_calls and instead.takes_calls.value,
    }


def _leave_part(row: Row[Any]) -> Columns:
    instead = {"name": row.instead_name, "phone": row.instead_phone, "takes_calls": row.instead_takes_calls}
    return _span_part(row) | {"instead": instead}


def override_columns(part: OverridePart) -> Columns:
    return span_columns(part) | {"kind": part.kind.value}


def _override_part(row: Row[Any]) -> Columns:
    return _span_part(row) | {"kind": row.kind}


SAME_IN_ACTS = (
    "key", "name", "minutes", "ask_first", "step_minutes", "notice_minutes", "horizon_days",
    "before_minutes", "after_minutes", "hours", "cancel_minutes",
)  # fmt: skip


def act_columns(part: ActPart) -> Columns:
    same = {name: getattr(part, name) for name in SAME_IN_ACTS}
    return same | {"is_visible": part.visible, "place": part.where.value}


def _act_part(row: Row[Any]) -> Columns:
    same = {name: getattr(row, name) for name in SAME_IN_ACTS}
    return same | {"visible": row.is_visible, "where": row.place}


def read_settings(connection: Connection, practice_id: int) -> PracticeFile:
    """The practice as its file says it, without patients and appointments."""
    row = connection.execute(select(PracticeRow.__table__).where(PracticeRow.id == practice_id)).one()
    lines = owned_rows(connection, LineRow, LineRow.practice_id, [practice_id])
    nuisance = owned_rows(connection, NuisanceRow, NuisanceRow.practice_id, [practice_id])
    secretaries = owned_rows(connection, SecretaryRow, SecretaryRow.practice_id, [practice_id])
    return PracticeFile.model_validate(
        {
            "practice": _practice_part(row, lines, nuisance),
            "prompts": row.prompts,
            "secretaries": [_secretary_part(secretary) for secretary in secretaries],
            "practitioners": _practitioners(connection, practice_id),
        },
        context={"country": row.country},
    )


def _practitioners(connection: Connection, practice_id: int) -> list[Columns]:
    rows = owned_rows(connection, PractitionerRow, PractitionerRow.practice_id, [practice_id])
    owned: dict[int, dict[str, list[Columns]]] = {row.id: {} for row in rows}
    for name, table, part in (
        ("dated_hours", DatedHoursRow, _dated_hours_part),
        ("leave", LeaveRow, _leave_part),
        ("overrides", OverrideRow, _override_part),
        ("acts", ActRow, _act_part),
    ):
        for entry in owned_rows(connection, table, table.practitioner_id, list(owned)):
            owned[entry.practitioner_id].setdefault(name, []).append(part(entry))
    return [_practitioner_part(row, owned[row.id]) for row in rows]
