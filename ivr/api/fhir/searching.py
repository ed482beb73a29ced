"""What may be looked for in FHIR, and how its dates and references are written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ivr.api.fhir.documents import SYSTEMS
from ivr.api.pages import LONGEST_CURSOR, MOST, USUAL, PageQuery
from ivr.api.shapes.common import KEY, Key, Query, Words
from ivr.clock import Edge, Zone, instant, start_of_day

DATE = re.compile(
    r"(?P<how>eq|ge|gt|le|lt)?(?P<day>\d{4}-\d\d-\d\d)"
    r"(T(?P<time>\d\d:\d\d(:\d\d(\.\d{1,9})?)?)(?P<zone>Z|[+-]\d\d:\d\d)?)?"
)
LONGEST_DATE = 40
SPAN = {True: timedelta(minutes=1), False: timedelta(days=1)}


def _is_a_date(value: str) -> str:
    found = DATE.fullmatch(value)
    if not found:
        message = "is no date; write it like ge2026-12-02, or with a time"
        raise ValueError(message)
    year = datetime.fromisoformat(f"{found['day']}T{found['time'] or '00:00'}{found['zone'] or 'Z'}").year
    if not 1971 <= year <= 2198:  # noqa: PLR2004 what practice files take for a date
        message = "is too far away"
        raise ValueError(message)
    return value


def _after(begins: str) -> AfterValidator:
    """A key before which that may stand, as kinds do in references and systems in tokens; the bare key is kept."""

    def read(value: str) -> str:
        return value.removeprefix(begins)

    return AfterValidator(read)


def _pattern(begins: str) -> str:
    return f"^({begins.replace('|', '[|]')})?{KEY.strip('^$')}$"


PATIENT, PRACTITIONER, ACT = (f"{SYSTEMS[name]}|" for name in ("patient", "practitioner", "act"))


FhirDate = Annotated[str, Field(max_length=LONGEST_DATE, examples=["ge2026-12-02"]), AfterValidator(_is_a_date)]
PatientReference = Annotated[str, Field(pattern=_pattern("Patient/"), examples=["Patient/durand"]), _after("Patient/")]
PractitionerReference = Annotated[
    str, Field(pattern=_pattern("Practitioner/"), examples=["Practitioner/martin"]), _after("Practitioner/")
]
ScheduleReference = Annotated[
    str, Field(pattern=_pattern("Schedule/"), examples=["Schedule/martin"]), _after("Schedule/")
]
PatientIdentifier = Annotated[str, Field(pattern=_pattern(PATIENT), examples=[f"{PATIENT}durand"]), _after(PATIENT)]
PractitionerIdentifier = Annotated[
    str, Field(pattern=_pattern(PRACTITIONER), examples=[f"{PRACTITIONER}martin"]), _after(PRACTITIONER)
]
ServiceType = Annotated[str, Field(pattern=_pattern(ACT), examples=[f"{ACT}consultation"]), _after(ACT)]


class Search(Query):
    """What all searches take."""

    count: int = Field(default=USUAL, ge=1, le=MOST, alias="_count")
    cursor: str | None = Field(default=None, max_length=LONGEST_CURSOR, description="From the link `next`.")

    @property
    def page(self) -> PageQuery:
        """The part of the list that is meant."""
        return PageQuery(limit=self.count, cursor=self.cursor)


class Keyed(Search):
    """What has a key."""

    id: Key | None = Field(default=None, alias="_id")
    identifier: str | None = None

    @property
    def keys(self) -> set[str]:
        """The keys that are meant; all of them where there is none."""
        return {key for key in (self.id, self.identifier) if key is not None}


class PatientSearch(Keyed):
    """Patients."""

    identifier: PatientIdentifier | None = None
    name: Words | None = Field(default=None, max_length=100)
    phone: Annotated[str, Field(max_length=20, examples=["+33639981111"])] | None = None
    birthdate: date | None = None


class PractitionerSearch(Keyed):
    """Practitioners."""

    identifier: PractitionerIdentifier | None = None
    name: Words | None = Field(default=None, max_length=100)


class ScheduleSearch(Search):
    """Schedules."""

    id: Key | None = Field(default=None, alias="_id")
    actor: PractitionerReference | None = None


class SlotSearch(Search):
    """Free times of one schedule."""

    schedule: ScheduleReference
    start: list[FhirDate] = Field(default=[], max_length=4)
    service_type: ServiceType | None = Field(default=None, alias="service-type")
    status: Literal["free"] | None = None


class AppointmentSearch(Search):
    """Appointments."""

    id: Annotated[str, Field(pattern="^[0-9]{1,9}$")] | None = Field(default=None, alias="_id")
    dates: list[FhirDate] = Field(default=[], max_length=4, alias="date")
    patient: PatientReference | None = None
    practitioner: PractitionerReference | None = None
    status: Literal["booked", "pending", "cancelled"] | None = None


class TaskSearch(Search):
    """Tasks."""

    id: Annotated[str, Field(pattern="^[0-9]{1,9}$")] | None = Field(default=None, alias="_id")
    status: Literal["requested", "completed"] | None = None
    patient: PatientReference | None = None
    owner: PractitionerReference | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """From when on, and before when (UTC); open where there is None."""

    start: datetime | None = None
    end: datetime | None = None

    def holds(self, moment: datetime) -> bool:
        """Whether it lies there."""
        return (self.start is None or moment >= self.start) and (self.end is None or moment < self.end)


def between(dates: Iterable[str], zone: Zone) -> Between:
    """What several dates leave together; one without an offset is of the practice's clock."""
    found = Between()
    for text in dates:
        how, first, last = _read(text, zone)
        start = {"ge": first, "gt": last, "eq": first}.get(how)
        end = {"lt": first, "le": last, "eq": last}.get(how)
        if start is not None:
            found = replace(found, start=max(start, found.start or start))
        if end is not None:
            found = replace(found, end=min(end, found.end or end))
    return found


def _read(text: str, zone: Zone) -> tuple[str, datetime, datetime]:
    """How it is meant, and the day or the minute that is named."""
    found = DATE.fullmatch(text)
    assert found is not None  # noqa: S101 the shape has looked at it
    how, day = found["how"] or "eq", datetime.fromisoformat(found["day"])
    if found["time"] is None:
        return how, start_of_day(zone, day.date()), start_of_day(zone, (day + SPAN[False]).date())
    wall = datetime.fromisoformat(f"{found['day']}T{found['time']}")
    if found["zone"] is None:
        first = instant(zone, wall, Edge.START)
    else:
        first = datetime.fromisoformat(f"{wall.isoformat()}{found['zone']}").astimezone(UTC)
    return how, first, first + SPAN[True]
