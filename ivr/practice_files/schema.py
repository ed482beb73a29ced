"""The sections of the practice file (INTERFACE.md 5) and what each may say."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    StrictInt,
    StringConstraints,
    field_validator,
    model_validator,
)

from ivr.hours import MOST_A_DAY
from ivr.practice_files.fields import (
    FIRST_YEAR,
    LAST_YEAR,
    ClockTime,
    Country,
    Day,
    Hours,
    Key,
    Name,
    PersonName,
    Phone,
    Reason,
    SpecialNumber,
    Territory,
    Wall,
    Weekly,
    ZoneName,
)
from ivr.retention import Retention
from ivr.vocabulary import (
    ActPlace,
    AppointmentStatus,
    ContactMode,
    Language,
    OverrideKind,
    RelativesRule,
    TakesCalls,
    UnknownCallers,
)

ALL_ACTS = "all"


DEFAULTS = Retention()
LONGEST_SOUND = 183
"""Days; FRANCE.md 10 has six months at most."""
LONGEST_LOG = 1830


class Section(BaseModel):
    """A table of the file: unknown keys are faults, so that a typing mistake never goes unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


EARLIEST_REMINDER, LATEST_REMINDER = "08:00", "20:00"


class AnnouncementPart(Section):
    """The notice of the moment and its last day."""

    text: Name
    until: Day


class RetentionPart(Section):
    """`[practice.retention]`: days each kind of personal data is kept."""

    sound_days: StrictInt = Field(default=DEFAULTS.sound_days, ge=1, le=LONGEST_SOUND)
    longest_sound_days: StrictInt = Field(default=DEFAULTS.longest_sound_days, ge=1, le=LONGEST_SOUND)
    caller_days: StrictInt = Field(default=DEFAULTS.caller_days, ge=1, le=DEFAULTS.call_days)
    call_days: StrictInt = Field(default=DEFAULTS.call_days, ge=30, le=LONGEST_LOG)
    task_days: StrictInt = Field(default=DEFAULTS.task_days, ge=30, le=LONGEST_LOG)
    text_days: StrictInt = Field(default=DEFAULTS.text_days, ge=30, le=LONGEST_LOG)
    document_days: StrictInt = Field(default=DEFAULTS.document_days, ge=30, le=LONGEST_LOG)
    waiting_days: StrictInt = Field(default=DEFAULTS.waiting_days, ge=1, le=LONGEST_LOG)
    access_days: StrictInt = Field(default=DEFAULTS.access_days, ge=180, le=LONGEST_LOG)


def _each_once(languages: list[Language]) -> list[Language]:
    if len(set(languages)) < len(languages):
        message = "a language is written twice; write each once"
        raise ValueError(message)
    return languages


class PracticePart(Section):
    """`[practice]`."""

    key: Key
    name: Name
    lines: list[Phone] = Field(min_length=1)
    country: Country = "FR"
    holidays: Territory = "FR"
    good_friday: StrictBool = False
    open_holidays: list[Day] = []
    closed_days: list[Day] = []
    timezone: ZoneName = "Europe/Paris"
    languages: Annotated[list[Language], AfterValidator(_each_once)] = Field(default=[Language.FRENCH], min_length=1)
    emergency: SpecialNumber = "15"
    on_duty: SpecialNumber | None = None
    unknown_callers: UnknownCallers = UnknownCallers.RING
    secretary_first: StrictBool = False
    accepts_new_patients: StrictBool = True
    relatives: Literal[RelativesRule.OPEN, RelativesRule.CLOSED] = RelativesRule.OPEN
    relatives_notice: str | None = None
    check_birthday: StrictBool = True
    reminder_time: ClockTime | None = None
    telemarketing_filter: StrictBool = False
    nuisance: list[Phone] = []
    announcement: AnnouncementPart | None = None
    fallback: Phone | None = None
    call_back_delay: dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=60)]] = {}
    keep_recordings_at_carrier: StrictBool = False
    retention: RetentionPart = RetentionPart()

    @field_validator("reminder_time")
    @classmethod
    def _is_by_day(cls, value: str | None) -> str | None:
        if value is not None and not EARLIEST_REMINDER <= value <= LATEST_REMINDER:
            message = f"{value} is at night; write a time from {EARLIEST_REMINDER} to {LATEST_REMINDER}"
            raise ValueError(message)
        return value


class SpanPart(Section):
    """A span in wall time; dates alone cover whole days."""

    start: Wall = Field(alias="from")
    until: Wall

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if ("T" in self.start) != ("T" in self.until):
            message = "from and until must both be dates, or both have a time; write both the same way"
            raise ValueError(message)
        too_short = self.until < self.start or ("T" in self.start and self.until == self.start)
        if too_short:
            message = f"it ends ({self.until}) before it starts ({self.start}); correct one of the two"
            raise ValueError(message)
        return self


class SecretaryPart(Section):
    """`[[secretaries]]`."""

    key: Key
    phone: Phone
    hours: Weekly
    absences: list[SpanPart] = []


class InsteadPart(Section):
    """Whom patients call during a leave; `takes_calls`: a locum in the same rooms, whose phone key 2 rings."""

    name: Name
    phone: Phone
    takes_calls: TakesCalls | None = None


class LeavePart(SpanPart):
    """`[[practitioners.leave]]`."""

    instead: InsteadPart


class OverridePart(SpanPart):
    """`[[practitioners.overrides]]`."""

    kind: OverrideKind


class WeeksPart(Section):
    """Alternate weeks: every so many weeks, counted from a Monday."""

    every: Annotated[StrictInt, Field(ge=1, le=53)] = 1
    start: Annotated[Day, Field(alias="from")]

    @model_validator(mode="after")
    def _starts_on_a_monday(self) -> Self:
        if self.start.weekday():
            message = f"{self.start} is not a Monday; alternate weeks are counted from a Monday"
            raise ValueError(message)
        return self


class DatedHoursPart(Section):
    """Hours of one date; `[]` closes it."""

    date: Day
    hours: list[Hours] = Field(max_length=MOST_A_DAY)
    holiday: StrictBool = False


MOST_DAYS, A_DAY = 1095, 24 * 60
Horizon: TypeAlias = Annotated[StrictInt, Field(ge=0, le=MOST_DAYS)]
Notice: TypeAlias = Annotated[StrictInt, Field(ge=0, le=MOST_DAYS * 24 * 60)]
Step: TypeAlias = Annotated[StrictInt, Field(ge=1, le=24 * 60)]


def _check_time_to_book(notice_minutes: int | None, horizon_days: int | None) -> None:
    """Raises ValueError where nothing could be booked: later than the notice, and sooner than the horizon's end."""
    if notice_minutes is not None and horizon_days is not None and notice_minutes >= (horizon_days + 1) * A_DAY:
        message = f"nothing could be booked: notice_minutes = {notice_minutes} is beyond horizon_days = {horizon_days}"
        raise ValueError(message)


class BookingPart(Section):
    """The practitioner's limits for booking."""

    notice_minutes: Notice = 120
    horizon_days: Horizon = 60
    step_minutes: Step = 15
    at_once: Annotated[StrictInt, Field(ge=1, le=100)] = 2

    @model_validator(mode="after")
    def _leaves_time_to_book(self) -> Self:
        _check_time_to_book(self.notice_minutes, self.horizon_days)
        return self


class ActPart(Section):
    """`[[practitioners.acts]]`; limits left out are the practitioner's."""

    key: Key
    name: Name
    minutes: Annotated[StrictInt, Field(ge=1, le=24 * 60)]
    visible: StrictBool = True
    ask_first: StrictBool = False
    where: ActPlace = ActPlace.PRACTICE
    step_minutes: Step | None = None
    notice_minutes: Notice | None = None
    horizon_days: Horizon | None = None
    before_minutes: Annotated[StrictInt, Field(ge=0, le=24 * 60)] = 0
    after_minutes: Annotated[StrictInt, Field(ge=0, le=24 * 60)] = 0
    hours: Weekly | None = None
    cancel_minutes: Notice | None = None

    @model_validator(mode="after")
    def _leaves_time_to_book(self) -> Self:
        _check_time_to_book(self.notice_minutes, self.horizon_days)
        return self


class PractitionerPart(Section):
    """`[[practitioners]]`. `contact_hours` is "working" or a weekly table of its own."""

    key: Key
    name: Name
    phone: Phone | None = None
    ring_seconds: Annotated[StrictInt, Field(ge=5, le=60)] = 20
    contact: ContactMode = ContactMode.BOTH
    working_hours: Weekly = {}
    contact_hours: Literal["working"] | Weekly = "working"
    priority_hours: Weekly | None = None
    weeks: WeeksPart | None = None
    dated_hours: list[DatedHoursPart] = []
    booking: BookingPart = BookingPart()
    acts: list[ActPart] = []
    leave: list[LeavePart] = []
    overrides: list[OverridePart] = []

    @field_validator("dated_hours")
    @classmethod
    def _in_order(cls, hours: list[DatedHoursPart]) -> list[DatedHoursPart]:
        return sorted(hours, key=lambda entry: entry.date)


def _not_for_ever(day: date) -> date:
    if day.year > LAST_YEAR:
        message = f"{day} is too far away; write a day until {LAST_YEAR}, or leave it out"
        raise ValueError(message)
    return day


class PhonePart(Section):
    """A number of a patient, and its lists by practitioner key; `until` is the last day of a list."""

    number: Phone
    reach: dict[str, Literal["priority", "always"]] = {}
    assisted: list[str] = []
    until: dict[str, Annotated[Day, AfterValidator(_not_for_ever)]] = {}
    reason: dict[str, Reason] = {}
    slow: StrictBool = False
    language: Language | None = None


class AllActsPart(Section):
    """Every act switched off, written as "all" where nothing more is said; `until` is the last day."""

    until: Day | None = None
    reason: Reason | None = None


class ActSwitchPart(AllActsPart):
    """One act switched on or off, written as its key alone where nothing more is said."""

    act: str


def _read_switch(value: Any) -> Any:
    return {"act": value} if isinstance(value, str) else value


def _read_off(value: Any) -> Any:
    return {} if value == ALL_ACTS else value


def _written_switch(part: ActSwitchPart) -> str | dict[str, Any]:
    return part.act if part == ActSwitchPart(act=part.act) else _told(part)


def _written_off(off: "list[ActSwitchPart] | AllActsPart") -> Any:
    if isinstance(off, list):
        return [_written_switch(part) for part in off]
    return _told(off) or ALL_ACTS


def _told(part: AllActsPart) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_none=True)


SwitchPart: TypeAlias = Annotated[ActSwitchPart, BeforeValidator(_read_switch), PlainSerializer(_written_switch)]


class ActExceptionsPart(Section):
    """Acts switched on and off with one practitioner; off may be "all"."""

    on: list[SwitchPart] = []
    off: Annotated[list[SwitchPart] | AllActsPart, BeforeValidator(_read_off), PlainSerializer(_written_off)] = []


class PatientPart(Section):
    """`[[patients]]`."""

    key: Key
    first_name: PersonName
    last_name: PersonName
    born: Day | None = None
    language: Language | None = None
    relatives: RelativesRule = RelativesRule.AS_PRACTICE
    phones: list[PhonePart] = []
    acts: dict[str, ActExceptionsPart] = {}
    documents: dict[str, Day] = {}
    relative_of: list[str] = []


def _read_at(value: Any) -> str:
    """A local time, with its offset where the clock shows it twice."""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or len(text) <= len("2026-12-02") or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        message = f"{value!r} is not a local time; write it like 2026-12-02T09:15"
        raise ValueError(message)
    return moment.isoformat(timespec="minutes" if not moment.second else "seconds")


class AppointmentPart(Section):
    """`[[appointments]]`; everybody is named by key."""

    practitioner: str
    act: str
    patient: str
    at: Annotated[str, BeforeValidator(_read_at)]
    status: AppointmentStatus = AppointmentStatus.BOOKED


class PracticeFile(Section):
    """The whole file. `prompts` rewords the assistant, by language and prompt id."""

    practice: PracticePart
    prompts: dict[Language, dict[str, str]] = {}
    secretaries: list[SecretaryPart] = []
    practitioners: list[PractitionerPart] = Field(min_length=1)
    patients: list[PatientPart] = []
    appointments: list[AppointmentPart] = []
