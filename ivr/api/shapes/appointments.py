"""Appointments and free times."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import Row

from ivr.api.pages import PageQuery
from ivr.api.shapes.common import EXAMPLES, Id, Instant, Key, Shape
from ivr.clock import Zone, local
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus


def _is_whole(value: datetime) -> datetime:
    if value.second or value.microsecond:
        message = "is no whole minute; write it like 2026-12-02T09:15:00+01:00"
        raise ValueError(message)
    return value


Start = Annotated[Instant, AfterValidator(_is_whole)]


class AppointmentQuery(PageQuery):
    """Which appointments; `from` and `until` are about when they begin."""

    practitioner: Key | None = None
    patient: Key | None = None
    status: AppointmentStatus | None = None
    start: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, description="They begin before it.")


class Appointment(Shape):
    """An appointment, by the keys of the practice file; `phone` is the number it was booked from by telephone."""

    id: Id
    practitioner: Key
    act: Key
    patient: Key
    start: datetime
    end: datetime
    status: AppointmentStatus
    overbooked: bool = Field(description="It lies over another.")
    phone: str | None

    @classmethod
    def of(cls, row: Row[Any], zone: Zone) -> "Appointment":
        return cls(
            id=row.id,
            practitioner=row.practitioner,
            act=row.act,
            patient=row.patient,
            start=local(zone, row.start_at),
            end=local(zone, row.end_at),
            status=row.status,
            overbooked=row.is_overbooked,
            phone=row.phone.e164 if row.phone else None,
        )


class AppointmentPage(Shape):
    """A page of appointments, earliest first."""

    items: list[Appointment]
    next: str | None


class Wish(Shape):
    """How an appointment is written."""

    overbook: bool = Field(
        default=False,
        description="Write it even outside hours or over another one; a past day is refused all the same.",
    )
    tell: bool = Field(default=False, description="Tell the patient by SMS, where one can be sent.")


class NewAppointment(Wish):
    """An appointment to be booked; it takes as long as its act."""

    practitioner: Key
    act: Key
    patient: Key
    start: Start


class Move(Wish):
    """Another time for an appointment."""

    start: Start


class Telling(Shape):
    """Whether the patient is told."""

    tell: bool = Field(default=False, description="Tell the patient by SMS, where one can be sent.")


class Offer(StrEnum):
    """To whom times are offered."""

    CALLERS = "callers"
    """Within notice and horizon of the act."""
    STAFF = "staff"
    """From now on, for a year."""


class SlotQuery(PageQuery):
    """Which free times."""

    practitioner: Key
    act: Key
    patient: Key | None = Field(default=None, description="Nothing is free for whom the act is not open.")
    start: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, description="They begin before it.")
    offer: Offer = Offer.CALLERS


class FreeSlot(Shape):
    """A time that is free."""

    start: datetime
    end: datetime
    practitioner: Key
    act: Key

    @classmethod
    def of(cls, slot: Slot, zone: Zone) -> "FreeSlot":
        start, end = local(zone, slot.start), local(zone, slot.end)
        return cls(start=start, end=end, practitioner=slot.practitioner, act=slot.act)


class SlotPage(Shape):
    """A page of free times, earliest first."""

    items: list[FreeSlot]
    next: str | None


EXAMPLES |= {
    "book_appointment": {
        "practitioner": "martin",
        "act": "consultation",
        "patient": "durand",
        "start": "2026-12-09T10:00:00+01:00",
        "overbook": True,
    },
    "move_appointment": {"start": "2026-12-10T10:00:00+01:00", "overbook": True},
    "cancel_appointment": {"tell": False},
    "confirm_appointment": {"tell": False},
    "restore_appointment": {"tell": False},
}
