"""Who is connected to whom: the rules of ROUTING.md 2 to 5, as pure functions of values.

`route` decides for one moment. `Switchboard` asks it at an instant and along the calendar, so that a decision
can also say until when it holds and when this caller may call again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice, zip_longest

from ivr.clock import local, start_of_day
from ivr.intervals import Interval
from ivr.phones import CallerNumber, PhoneNumber, is_telemarketing
from ivr.practice import Caller, Practice, Practitioner, TemporaryList
from ivr.schedules import Calendar, Moment
from ivr.vocabulary import (
    SHUT,
    CallerKind,
    ContactMode,
    Outcome,
    Reach,
    ReasonCode,
    TakesCalls,
    UnknownCallers,
)

VOICEMAIL = "voicemail"
A_SEASON = 1000
"""Stretches looked at for the next contact hours: some months of them."""
ONE_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Profile:
    """What routing may look at of a caller, towards one practitioner."""

    kind: CallerKind
    reach: Reach
    is_assisted: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """What happens and by which rule; `tries` are rung in order, `voicemail` last."""

    outcome: Outcome
    tries: tuple[str, ...]
    rule: str
    code: ReasonCode


@dataclass(frozen=True, slots=True)
class Decision:
    """A ruling for one call at one instant, with all it was taken from (INTERFACE.md 6).

    `at` is local to the practice. `practitioner` is None only where no practitioner matters.
    """

    practice: str
    practitioner: str | None
    number: CallerNumber
    at: datetime
    profile: Profile
    ruling: Ruling
    moment: Moment
    next_opening: datetime | None
    until: datetime | None

    @property
    def outcome(self) -> Outcome:
        return self.ruling.outcome


@dataclass(frozen=True, slots=True)
class Phase:
    """A span of a week during which outcome and code stay the same, and whom patients are put through or sent to.

    `whom` is the name of who is rung first, or replaces the practitioner on leave; empty where it is nobody.
    """

    span: Interval
    outcome: Outcome
    code: ReasonCode
    whom: str = ""


def route(practice: Practice, practitioner: Practitioner, profile: Profile, moment: Moment) -> Ruling:
    """What key 2 does, the first rule that applies (ROUTING.md 3); assisted numbers press no key (5)."""
    practitioner = on_duty(practitioner, moment)
    if profile.is_assisted:
        return _assisted(practitioner, profile, moment)
    if moment.is_gone:
        code = ReasonCode.AWAY if moment.away else ReasonCode.ON_LEAVE
        return Ruling(Outcome.LEAVE, (VOICEMAIL,), "R2", code)
    opening = _window(profile.reach, moment)
    if opening is None:
        return _shut(profile, moment)
    if practitioner.phone is None:
        return Ruling(Outcome.MESSAGE, (VOICEMAIL,), "R4", ReasonCode.NO_PHONE)
    if profile.reach is Reach.NONE:
        filtered = _filtered(practice, practitioner, profile, moment)
        if filtered is not None:
            return filtered
    return Ruling(Outcome.RING, (_doctor(practitioner), VOICEMAIL), "R8", opening)


def on_duty(practitioner: Practitioner, moment: Moment) -> Practitioner:
    """The practitioner or, under the same key, the locum who takes the calls (case 35)."""
    locum = moment.locum
    return practitioner if locum is None else replace(practitioner, name=locum.doctor or locum.name, phone=locum.phone)


def screen(practice: Practice, caller: Caller) -> ReasonCode | None:
    """Why a call ends before the menu: nuisance list or telemarketing (L2 to L4); None lets it pass."""
    if caller.kind is not CallerKind.UNKNOWN or not isinstance(caller.number, PhoneNumber):
        return None
    if caller.number in practice.nuisance:
        return ReasonCode.NUISANCE_LIST
    if practice.telemarketing_filter and is_telemarketing(caller.number):
        return ReasonCode.TELEMARKETING
    return None


def doctor_of_assisted(practice: Practice, caller: Caller, on: date) -> Practitioner:
    """Whom the doctor's step of an assisted number rings: the widest reach, then file order (case 19)."""
    candidates = [p for p in practice.practitioners if p.key in caller.assisted(on)]
    return max(candidates, key=lambda p: caller.reach(p.key, on))


class Switchboard:
    """The decisions of one version of a practice."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.calendar = Calendar(practice)
        self._outlooks: dict[tuple[str, Profile, tuple[TemporaryList, ...]], _Outlook] = {}

    def decide(self, caller: Caller, practitioner: Practitioner, now: datetime) -> Decision:
        """What this caller gets from `practitioner` at `now` (UTC).

        An assisted or nuisance number gets the same answer whatever practitioner is asked for.
        """
        unwanted = screen(self.practice, caller)
        if unwanted is not None:
            return self._refuse(caller, unwanted, now)
        at = local(self.calendar.zone, now)
        practitioner, profile = self._meant(caller, practitioner, at.date())
        moment = self.calendar.moment(practitioner, now)
        ruling = route(self.practice, practitioner, profile, moment)
        outlook = self._outlook(caller, practitioner, ruling, now, profile)
        return Decision(
            practice=self.practice.key,
            practitioner=practitioner.key,
            number=caller.number,
            at=at,
            profile=profile,
            ruling=ruling,
            moment=moment,
            next_opening=outlook.next_opening,
            until=outlook.until,
        )

    def decisions(self, caller: Caller, now: datetime) -> tuple[Decision, ...]:
        """One decision for each practitioner in order, or one for the line where it is the same for all."""
        first, *others = self.practice.practitioners
        decision = self.decide(caller, first, now)
        if decision.outcome in {Outcome.NUISANCE, Outcome.ASSISTED}:
            return (decision,)
        return (decision, *(self.decide(caller, other, now) for other in others))

    def week(self, caller: Caller, practitioner: Practitioner, now: datetime) -> tuple[Phase, ...]:
        """The local week around `now`, Monday to Monday, as spans that touch and cover it."""
        zone = self.calendar.zone
        day = local(zone, now).date()
        monday = day - timedelta(days=day.weekday())
        return self.phases(caller, practitioner, start_of_day(zone, monday), start_of_day(zone, monday + A_WEEK))

    def phases(self, caller: Caller, practitioner: Practitioner, start: datetime, end: datetime) -> tuple[Phase, ...]:
        """All that happens from `start` on (UTC), as spans that touch; the last one may end after `end`."""
        unwanted = screen(self.practice, caller)
        if unwanted is not None:
            return (Phase(Interval(start, end), Outcome.NUISANCE, unwanted),)
        phases: list[Phase] = []
        for span, ruling, moment in self._rulings(caller, practitioner, start):
            if span.start >= end:
                break
            found = Phase(span, ruling.outcome, ruling.code, _whom(practitioner, ruling, moment))
            last = phases[-1] if phases else None
            if last and replace(last, span=span) == found:
                phases[-1] = replace(found, span=Interval(last.span.start, span.end))
            else:
                phases.append(found)
        return tuple(phases)

    def gone_until(self, practitioner: Practitioner, now: datetime) -> datetime | None:
        """The end of the absence that holds at `now`; None if it never ends."""
        stretches = self.calendar.stretches(practitioner, now)
        return next((s.span.start for s in stretches if not s.moment.is_gone), None)

    def back_at(self, practitioner: Practitioner, now: datetime) -> datetime | None:
        """The first contact hours after the absence that holds at `now`; its bare end when there are none."""
        end = self.gone_until(practitioner, now)
        if end is None:
            return None
        season = islice(self.calendar.stretches(practitioner, end), A_SEASON)
        present = (s for s in season if s.moment.in_ordinary_hours and not s.moment.is_gone)
        return max(end, next((s.span.start for s in present), end))

    def _refuse(self, caller: Caller, code: ReasonCode, now: datetime) -> Decision:
        only = self.practice.practitioners[0].key if len(self.practice.practitioners) == 1 else None
        rule = "L3" if code is ReasonCode.NUISANCE_LIST else "L4"
        return Decision(
            practice=self.practice.key,
            practitioner=only,
            number=caller.number,
            at=local(self.calendar.zone, now),
            profile=Profile(caller.kind, Reach.NONE, is_assisted=False),
            ruling=Ruling(Outcome.NUISANCE, (), rule, code),
            moment=Moment(),
            next_opening=None,
            until=None,
        )

    def _meant(self, caller: Caller, practitioner: Practitioner, on: date) -> tuple[Practitioner, Profile]:
        """Whom the caller gets on that date who asks for `practitioner`, and as what."""
        assisted = bool(caller.assisted(on))
        if assisted:
            practitioner = doctor_of_assisted(self.practice, caller, on)
        return practitioner, Profile(caller.kind, caller.reach(practitioner.key, on), assisted)

    def _rulings(
        self, caller: Caller, practitioner: Practitioner, since: datetime
    ) -> Iterator[tuple[Interval, Ruling, Moment]]:
        """Every ruling from `since` on, and what it was taken from.

        After the last day of a list the caller is somebody else.
        """
        zone = self.calendar.zone
        today = local(zone, since).date()
        last_days = sorted({one.until_on for one in caller.temporary if one.until_on >= today})
        starts = [since, *(start_of_day(zone, day + ONE_DAY) for day in last_days)]
        for start, end in zip_longest(starts, starts[1:]):
            doctor, profile = self._meant(caller, practitioner, local(zone, start).date())
            for stretch in self.calendar.stretches(doctor, start):
                if end is not None and stretch.span.start >= end:
                    break
                span = stretch.span if end is None else Interval(stretch.span.start, min(stretch.span.end, end))
                yield span, route(self.practice, doctor, profile, stretch.moment), stretch.moment

    def _outlook(
        self, caller: Caller, practitioner: Practitioner, ruling: Ruling, now: datetime, profile: Profile
    ) -> "_Outlook":
        """What comes next, remembered as long as outcome and tries stay the same."""
        key = (practitioner.key, profile, caller.temporary)
        known = self._outlooks.get(key)
        if known is None or not known.holds_at(now):
            known = self._outlooks[key] = _look_ahead(ruling, self._rulings(caller, practitioner, now))
        return known


@dataclass(frozen=True, slots=True)
class _Outlook:
    """From `since` to `until` (None: for good) nothing changes; then or later comes the next opening."""

    since: datetime
    until: datetime | None
    next_opening: datetime | None

    def holds_at(self, now: datetime) -> bool:
        return self.since <= now and (self.until is None or now < self.until)


def _whom(practitioner: Practitioner, ruling: Ruling, moment: Moment) -> str:
    if ruling.outcome is Outcome.RING:
        return on_duty(practitioner, moment).name
    return moment.leave.instead.name if ruling.outcome is Outcome.LEAVE and moment.leave else ""


def _look_ahead(ruling: Ruling, rulings: Iterator[tuple[Interval, Ruling, Moment]]) -> _Outlook:
    first, _, _ = next(rulings)
    until = None
    for span, later, _ in rulings:
        if until is None and (later.outcome, later.tries) != (ruling.outcome, ruling.tries):
            until = span.start
        if until is not None and (ruling.outcome not in SHUT or later.outcome not in SHUT):
            return _Outlook(first.start, until, span.start if ruling.outcome in SHUT else None)
    return _Outlook(first.start, until, None)


def _window(reach: Reach, moment: Moment) -> ReasonCode | None:
    """Why the caller's window is open (R3), or None; leave and away are judged before."""
    if moment.open_now and (moment.leave or moment.pause):
        return ReasonCode.OPEN_NOW
    paused = moment.pause is not None and moment.open_now is None
    if moment.in_ordinary_hours and not paused:
        return ReasonCode.ORDINARY_HOURS
    if reach is Reach.ALWAYS and _rings_at_any_hour(moment):
        return ReasonCode.ALWAYS_LIST
    if reach is Reach.PRIORITY and moment.in_priority_hours and not paused:
        return ReasonCode.PRIORITY_WINDOW
    return ReasonCode.OPEN_NOW if moment.open_now else None


def _rings_at_any_hour(moment: Moment) -> bool:
    """The promise of *24h/24* is the practitioner's; a locum keeps it in the windows, or has taken it on (case 35)."""
    locum = moment.locum
    if locum is None or locum.takes_calls is TakesCalls.ALWAYS:
        return True
    return moment.in_ordinary_hours or moment.in_priority_hours


def _shut(profile: Profile, moment: Moment) -> Ruling:
    """Paused when the pause is the only reason, else closed (R3)."""
    in_window = moment.in_ordinary_hours or (profile.reach is Reach.PRIORITY and moment.in_priority_hours)
    if moment.pause and in_window:
        return Ruling(Outcome.PAUSED, (VOICEMAIL,), "R3", ReasonCode.PAUSE)
    code = ReasonCode.HOLIDAY if moment.is_holiday else ReasonCode.CLOSED_HOURS
    return Ruling(Outcome.CLOSED, (VOICEMAIL,), "R3", code)


def _filtered(practice: Practice, practitioner: Practitioner, profile: Profile, moment: Moment) -> Ruling | None:
    """What the practice put between callers without a list and the doctor (R5 to R7)."""
    if practitioner.contact is ContactMode.MESSAGES:
        return Ruling(Outcome.WRITE, (VOICEMAIL,), "R5", ReasonCode.MESSAGES_ONLY)
    if profile.kind is not CallerKind.KNOWN and practice.unknown_callers is UnknownCallers.MESSAGE:
        return Ruling(Outcome.MESSAGE, (VOICEMAIL,), "R6", ReasonCode.UNKNOWN_LEAVE_MESSAGE)
    if not practice.secretary_first:
        return None
    if moment.secretaries:
        tries = (*_desks(moment), VOICEMAIL)
        return Ruling(Outcome.SECRETARY, tries, "R7", ReasonCode.SECRETARY_FIRST)
    return Ruling(Outcome.MESSAGE, (VOICEMAIL,), "R7", ReasonCode.SECRETARY_CLOSED)


def _assisted(practitioner: Practitioner, profile: Profile, moment: Moment) -> Ruling:
    """Secretary, then the doctor as far as the reach goes, then voicemail (ROUTING.md 5)."""
    tries = [*_desks(moment)]
    may_ring = profile.reach is not Reach.NONE and practitioner.phone is not None and not moment.is_gone
    if may_ring and _window(profile.reach, moment) is not None:
        tries.append(_doctor(practitioner))
    code = ReasonCode.ASSISTED_RINGS if tries else ReasonCode.ASSISTED_MESSAGE
    return Ruling(Outcome.ASSISTED, (*tries, VOICEMAIL), "L5", code)


def _doctor(practitioner: Practitioner) -> str:
    return f"practitioner:{practitioner.key}"


def _desks(moment: Moment) -> Iterator[str]:
    return (f"secretary:{key}" for key in moment.secretaries)
