"""From a practice file to the values the decisions are taken from."""

from datetime import datetime, time

from ivr.acts import ActSwitch
from ivr.hours import read_day, weekly
from ivr.patients import Patient
from ivr.practice import (
    PRIORITY_HOURS,
    Act,
    Announcement,
    DatedHours,
    Leave,
    Override,
    Practice,
    Practitioner,
    Replacement,
    Secretary,
    WallSpan,
    Weeks,
)
from ivr.practice_files.schema import (
    ActExceptionsPart,
    ActPart,
    AllActsPart,
    BookingPart,
    PatientPart,
    PracticeFile,
    PractitionerPart,
    SpanPart,
)


def as_practice(file: PracticeFile) -> Practice:
    """The practice as a call sees it, patients apart."""
    part = file.practice
    notice = part.announcement
    return Practice(
        key=part.key,
        name=part.name,
        lines=tuple(part.lines),
        practitioners=tuple(_practitioner(entry) for entry in file.practitioners),
        secretaries=tuple(
            Secretary(entry.key, entry.phone, weekly(entry.hours), tuple(map(as_span, entry.absences)))
            for entry in file.secretaries
        ),
        country=part.country,
        territory=part.holidays,
        good_friday=part.good_friday,
        open_holidays=frozenset(part.open_holidays),
        closed_days=frozenset(part.closed_days),
        timezone=part.timezone,
        languages=tuple(part.languages),
        emergency=part.emergency,
        on_duty=part.on_duty,
        unknown_callers=part.unknown_callers,
        secretary_first=part.secretary_first,
        accepts_new_patients=part.accepts_new_patients,
        relatives=part.relatives,
        relatives_notice=part.relatives_notice,
        checks_birthday=part.check_birthday,
        reminder_time=None if part.reminder_time is None else time.fromisoformat(part.reminder_time),
        telemarketing_filter=part.telemarketing_filter,
        nuisance=frozenset(part.nuisance),
        announcement=Announcement(notice.text, notice.until) if notice else None,
        fallback=part.fallback,
        prompts=file.prompts,
        call_back_delay=part.call_back_delay,
        keeps_recordings_at_carrier=part.keep_recordings_at_carrier,
    )


def as_patient(part: PatientPart, *, owns_number: bool = True) -> Patient:
    """The patient as the dialogues of booking see them."""
    return Patient(
        key=part.key,
        first_name=part.first_name,
        born_on=part.born,
        owns_number=owns_number,
        relatives=part.relatives,
        switches={key: _switches(exceptions) for key, exceptions in part.acts.items()},
    )


def _switches(part: ActExceptionsPart) -> tuple[ActSwitch, ...]:
    on = [ActSwitch(switch.act, is_on=True, reason=switch.reason, until_on=switch.until) for switch in part.on]
    if isinstance(part.off, AllActsPart):
        return (*on, ActSwitch(None, is_on=False, reason=part.off.reason, until_on=part.off.until))
    return (*on, *(ActSwitch(s.act, is_on=False, reason=s.reason, until_on=s.until) for s in part.off))


def as_span(part: SpanPart) -> WallSpan:
    """Dates alone are midnights that cover whole days."""
    start, end = datetime.fromisoformat(part.start), datetime.fromisoformat(part.until)
    return WallSpan(start, end, whole_days="T" not in part.start)


def _practitioner(part: PractitionerPart) -> Practitioner:
    return Practitioner(
        key=part.key,
        name=part.name,
        phone=part.phone,
        ring_seconds=part.ring_seconds,
        contact=part.contact,
        working_hours=weekly(part.working_hours),
        contact_hours=None if part.contact_hours == "working" else weekly(part.contact_hours),
        priority_hours=PRIORITY_HOURS if part.priority_hours is None else weekly(part.priority_hours),
        weeks=Weeks(part.weeks.every, part.weeks.start) if part.weeks else None,
        dated_hours=tuple(DatedHours(d.date, read_day(d.hours), d.holiday) for d in part.dated_hours),
        leaves=tuple(
            Leave(as_span(leave), Replacement(leave.instead.name, leave.instead.phone, leave.instead.takes_calls))
            for leave in part.leave
        ),
        overrides=tuple(Override(override.kind, as_span(override)) for override in part.overrides),
        acts=tuple(_act(act, part.booking) for act in part.acts),
        at_once=part.booking.at_once,
    )


def _act(part: ActPart, booking: BookingPart) -> Act:
    """Limits left out are the practitioner's."""
    return Act(
        key=part.key,
        name=part.name,
        minutes=part.minutes,
        is_visible=part.visible,
        asks_first=part.ask_first,
        place=part.where,
        step_minutes=booking.step_minutes if part.step_minutes is None else part.step_minutes,
        notice_minutes=booking.notice_minutes if part.notice_minutes is None else part.notice_minutes,
        horizon_days=booking.horizon_days if part.horizon_days is None else part.horizon_days,
        before_minutes=part.before_minutes,
        after_minutes=part.after_minutes,
        hours=None if part.hours is None else weekly(part.hours),
        cancel_minutes=part.cancel_minutes,
    )
