"""A practice as the decisions see it: plain values, whatever table or file they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from ivr.hours import NEVER, DayHours, WeeklyHours, weekly
from ivr.phones import CallerNumber, PhoneNumber, Withheld
from ivr.vocabulary import (
    WEEKDAYS,
    ActPlace,
    CallerKind,
    ContactMode,
    Language,
    OverrideKind,
    Reach,
    RelativesRule,
    TakesCalls,
    UnknownCallers,
)

PRIORITY_HOURS = weekly({day: ["09:00-19:00"] for day in WEEKDAYS[:5]})
"""When *Prioritaires* reach the practitioner beyond the ordinary window (BRIEF.md, exception 3)."""


DOCTOR_TITLES = ("docteur ", "dr ", "dr. ", "doctor ")


def doctors_name(name: str) -> str | None:
    """A person's name without `Docteur`; None for a service."""
    title = next((title for title in DOCTOR_TITLES if name.lower().startswith(title)), None)
    return None if title is None else name[len(title) :]


class GoneError(KeyError):
    """A practitioner, secretary or act that the practice has no more, or never had."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """Whom patients turn to during a leave: a person or a service; a locum in the same rooms takes the calls."""

    name: str
    phone: PhoneNumber
    takes_calls: TakesCalls | None = None

    @property
    def doctor(self) -> str | None:
        """A person's name without `Docteur`; None for a service."""
        return doctors_name(self.name)


@dataclass(frozen=True, slots=True)
class WallSpan:
    """A span written by a person, in naive wall time of the practice.

    Written as dates alone it covers whole days, both included: `whole_days` keeps that apart.
    """

    start: datetime
    end: datetime
    whole_days: bool = False


@dataclass(frozen=True, slots=True)
class Leave:
    """A planned absence; it stops everyone, whatever the list (ROUTING.md R2), unless a locum takes the calls."""

    span: WallSpan
    instead: Replacement


@dataclass(frozen=True, slots=True)
class Override:
    """A temporary act of the practitioner, with its end."""

    kind: OverrideKind
    span: WallSpan


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Hours of one date in place of the weekly ones; on a holiday they count only when marked for it."""

    on: date
    hours: DayHours
    for_holiday: bool = False


@dataclass(frozen=True, slots=True)
class Weeks:
    """Every `every`-th week counts, from the anchor Monday `start_on`, before it too."""

    every: int
    start_on: date

    def includes(self, day: date) -> bool:
        return (day - self.start_on).days // 7 % self.every == 0


@dataclass(frozen=True, slots=True)
class Act:
    """A kind of appointment of one practitioner, with the limits that hold for it.

    `hours` cut down the practitioner's working hours. `before_minutes` and `after_minutes` are kept free around
    the appointment. A start must lie `notice_minutes` ahead, and `horizon_days` at most.
    """

    key: str
    name: str
    minutes: int
    is_visible: bool = True
    asks_first: bool = False
    place: ActPlace = ActPlace.PRACTICE
    step_minutes: int = 15
    notice_minutes: int = 120
    horizon_days: int = 60
    before_minutes: int = 0
    after_minutes: int = 0
    hours: WeeklyHours | None = None
    cancel_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A practitioner's contact rules. `contact_hours` is None when they follow the working hours."""

    key: str
    name: str
    phone: PhoneNumber | None
    ring_seconds: int = 20
    contact: ContactMode = ContactMode.BOTH
    working_hours: WeeklyHours = NEVER
    contact_hours: WeeklyHours | None = None
    priority_hours: WeeklyHours = PRIORITY_HOURS
    weeks: Weeks | None = None
    dated_hours: tuple[DatedHours, ...] = ()
    leaves: tuple[Leave, ...] = ()
    overrides: tuple[Override, ...] = ()
    acts: tuple[Act, ...] = ()
    at_once: int = 2
    """How many appointments a patient may have planned at a time (ROUTING.md P8)."""

    def act(self, key: str) -> Act:
        """The act with that key. Raises GoneError when there is none."""
        for act in self.acts:
            if act.key == key:
                return act
        raise GoneError(key)


@dataclass(frozen=True, slots=True)
class Secretary:
    """Somebody, or a service, who answers for the practice."""

    key: str
    phone: PhoneNumber
    hours: WeeklyHours
    absences: tuple[WallSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Announcement:
    """The notice of the moment (G3), said until the end of the local date `until_on`."""

    text: str
    until_on: date


@dataclass(frozen=True, slots=True)
class Practice:
    """All that a call may look at, except the patients."""

    key: str
    name: str
    lines: tuple[PhoneNumber, ...]
    practitioners: tuple[Practitioner, ...]
    secretaries: tuple[Secretary, ...] = ()
    country: str = "FR"
    territory: str = "FR"
    good_friday: bool = False
    open_holidays: frozenset[date] = frozenset()
    closed_days: frozenset[date] = frozenset()
    timezone: str = "Europe/Paris"
    languages: tuple[Language, ...] = (Language.FRENCH,)
    emergency: str = "15"
    on_duty: str | None = None
    unknown_callers: UnknownCallers = UnknownCallers.RING
    secretary_first: bool = False
    accepts_new_patients: bool = True
    relatives: RelativesRule = RelativesRule.OPEN
    relatives_notice: str | None = None
    checks_birthday: bool = True
    """Whether the day and month of birth are asked for before an appointment is read out (CALLS.md C0)."""
    reminder_time: time | None = None
    """When reminders of the next day's appointments are sent, by the clock of the practice; None: never."""
    telemarketing_filter: bool = False
    nuisance: frozenset[PhoneNumber] = frozenset()
    announcement: Announcement | None = None
    fallback: PhoneNumber | None = None
    prompts: Mapping[Language, Mapping[str, str]] = field(default_factory=dict)
    call_back_delay: Mapping[Language, str] = field(default_factory=dict)
    keeps_recordings_at_carrier: bool = False

    def language_for(self, wanted: Language | None) -> Language:
        """The language somebody is spoken to in: theirs where the practice speaks it, else its first."""
        return wanted if wanted in self.languages else self.languages[0]

    def practitioner(self, key: str) -> Practitioner:
        """The practitioner with that key. Raises GoneError when there is none."""
        for practitioner in self.practitioners:
            if practitioner.key == key:
                return practitioner
        raise GoneError(key)

    def secretary(self, key: str) -> Secretary:
        """The secretary with that key. Raises GoneError when there is none."""
        for secretary in self.secretaries:
            if secretary.key == key:
                return secretary
        raise GoneError(key)


@dataclass(frozen=True, slots=True)
class TemporaryList:
    """A list of a number with one practitioner that holds to the end of a local date."""

    practitioner: str
    reach: Reach
    is_assisted: bool
    until_on: date


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling, as far as the number tells: lists and handling belong to the number.

    Several patients on one number: the widest reach, any "assisted" wins (ROUTING.md case 11). `reaches` and
    `assisted_with` hold for good; `temporary` lists come on top of them while they last.
    """

    number: CallerNumber
    first_names: tuple[str, ...] = ()
    reaches: Mapping[str, Reach] = field(default_factory=dict)
    assisted_with: frozenset[str] = frozenset()
    is_slow: bool = False
    language: Language | None = None
    empty_messages: int = 0
    """How often this unknown number left an empty voice message in the last hour (ROUTING.md case 48)."""
    temporary: tuple[TemporaryList, ...] = ()

    @property
    def phone(self) -> PhoneNumber | None:
        """The number when it is shown."""
        return self.number if isinstance(self.number, PhoneNumber) else None

    @property
    def kind(self) -> CallerKind:
        if isinstance(self.number, Withheld):
            return CallerKind.WITHHELD
        return CallerKind.KNOWN if self.first_names else CallerKind.UNKNOWN

    def reach(self, practitioner: str, on: date) -> Reach:
        """How far the number reaches that practitioner on a local date."""
        lasting = self.reaches.get(practitioner, Reach.NONE)
        theirs = (one.reach for one in self.temporary if one.practitioner == practitioner and on <= one.until_on)
        return max((lasting, *theirs))

    def assisted(self, on: date) -> frozenset[str]:
        """The practitioners with whom the number is assisted on a local date."""
        if not self.temporary:
            return self.assisted_with
        return self.assisted_with | {
            one.practitioner for one in self.temporary if one.is_assisted and on <= one.until_on
        }
