"""Practitioners with their acts, hours and leave, by the words of the practice file."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from ivr.api.shapes.common import EXAMPLES, WALL, Day, Key, Number, Shape, Words
from ivr.practice_files import fields
from ivr.practice_files.schema import ActPart, PractitionerPart
from ivr.vocabulary import ActPlace, ContactMode, TakesCalls

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Range = Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]$", examples=["09:00-12:00"])]
Ranges = Annotated[list[Range], Field(max_length=24)]
Weekly = dict[Weekday, Ranges]


def _is_a_wall_time(value: str) -> str:
    return WALL_TIME.validate_python(value)


WALL_TIME: TypeAdapter[str] = TypeAdapter(fields.Wall)
Wall = Annotated[str, Field(pattern=f"^{WALL}$", examples=["2026-12-24T12:00"]), AfterValidator(_is_a_wall_time)]


class Booking(Shape):
    """A practitioner's limits for booking."""

    notice_minutes: int
    horizon_days: int
    step_minutes: int
    at_once: int


class Practitioner(Shape):
    """A practitioner; `phone` is where key 2 rings."""

    key: Key
    name: str
    phone: str | None
    ring_seconds: int
    contact: ContactMode
    booking: Booking

    @classmethod
    def of(cls, part: PractitionerPart) -> "Practitioner":
        phone = part.phone.e164 if part.phone else None
        same = {name: getattr(part, name) for name in ("key", "name", "ring_seconds", "contact")}
        return cls(phone=phone, booking=Booking(**part.booking.model_dump()), **same)


class PractitionerList(Shape):
    """All practitioners, in their order."""

    items: list[Practitioner]
    next: None = None


class Act(Shape):
    """An act of a practitioner; limits that are empty are the practitioner's."""

    practitioner: Key
    key: Key
    name: str
    minutes: int
    visible: bool = Field(description="To patients; others book it only where it is switched on for them.")
    ask_first: bool = Field(description="It becomes a request, not a booking.")
    where: ActPlace
    step_minutes: int | None
    notice_minutes: int | None
    horizon_days: int | None
    before_minutes: int
    after_minutes: int
    hours: Weekly | None = Field(description="They cut down the practitioner's.")
    cancel_minutes: int | None

    @classmethod
    def of(cls, practitioner: str, part: ActPart) -> "Act":
        return cls(practitioner=practitioner, **part.model_dump())


class ActList(Shape):
    """The acts of a practitioner, in their order."""

    items: list[Act]
    next: None = None


class Weeks(Shape):
    """Hours of every so many weeks, counted from a Monday."""

    every: Annotated[int, Field(ge=1, le=53)]
    start: Day = Field(alias="from")


class WeekHours(Shape):
    """When a practitioner works and takes calls, every week; days that are left out are closed."""

    working_hours: Weekly
    contact_hours: Literal["working"] | Weekly
    priority_hours: Weekly | None = Field(description="Of the list Prioritaires; the usual ones without them.")
    weeks: Weeks | None = Field(description="Without it the working hours are those of every week.")

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "WeekHours":
        """Of the table of a practitioner, where what is usual is left out."""
        weeks = table.get("weeks")
        return cls(
            working_hours=table.get("working_hours", {}),
            contact_hours=table.get("contact_hours", "working"),
            priority_hours=table.get("priority_hours"),
            weeks=None if weeks is None else Weeks.model_validate({"every": 1} | weeks),
        )

    @property
    def table(self) -> dict[str, Any]:
        """As the table of a practitioner holds them."""
        return self.model_dump(mode="json", by_alias=True)


class DayHours(Shape):
    """Hours of one date in place of the weekly ones; none closes it."""

    hours: Ranges
    holiday: bool = Field(default=False, description="They hold on a public holiday, too.")


class DatedHours(DayHours):
    """The same with its date."""

    day: Annotated[date, Field(alias="date")]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "DatedHours":
        """Of an entry of the settings."""
        return cls(day=date.fromisoformat(entry["date"]), hours=entry["hours"], holiday=entry.get("holiday", False))


class DatedHoursPage(Shape):
    """A page of dates with hours of their own."""

    items: list[DatedHours]
    next: str | None


class Instead(Shape):
    """Whom patients call meanwhile: a person or a service; a locum who `takes_calls` is rung by key 2."""

    name: Annotated[Words, Field(min_length=1, max_length=100)]
    phone: Number
    takes_calls: TakesCalls | None = None


class NewLeave(Shape):
    """A leave, in wall times of the practice; two dates cover whole days."""

    start: Wall = Field(alias="from")
    until: Wall
    instead: Instead

    @property
    def table(self) -> dict[str, Any]:
        """As the settings write it."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Leave(NewLeave):
    """A leave that is planned or past."""

    id: str

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Leave":
        """Of the entry of the settings."""
        return cls.model_validate(dict(table) | {"id": f"{table['from']}_{table['until']}"})


class LeavePage(Shape):
    """A page of leaves, by their beginning."""

    items: list[Leave]
    next: str | None


EXAMPLES |= {
    "put_hours": {
        "working_hours": {"mon": ["09:00-12:00", "14:00-18:00"], "wed": ["09:00-12:00"]},
        "contact_hours": "working",
        "priority_hours": None,
        "weeks": None,
    },
    "put_day": {"hours": ["09:00-11:00"], "holiday": False},
    "plan_leave": {
        "from": "2027-02-08",
        "until": "2027-02-12",
        "instead": {"name": "Docteur Petit", "phone": "+33199005555"},
    },
}
