"""Resources of FHIR R4 as plain dicts: values in, dict out, nothing looked up."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from ivr.practice import Act, Practitioner
from ivr.slots import Slot
from ivr.vocabulary import AppointmentStatus

Resource: TypeAlias = dict[str, Any]

VERSION = "4.0.1"
SYSTEMS = {name: f"urn:ivr:{name}" for name in ("patient", "practitioner", "act", "task-kind")}
PARTICIPATION = {
    AppointmentStatus.BOOKED: "accepted",
    AppointmentStatus.PENDING: "needs-action",
    AppointmentStatus.CANCELLED: "declined",
}
TASK_STATES = {"open": "requested", "done": "completed"}


def patient(
    key: str, first_name: str, last_name: str, born: date | None, numbers: Iterable[str], language: str | None
) -> Resource:
    """A Patient."""
    found: Resource = {
        "resourceType": "Patient",
        "id": key,
        "identifier": [{"system": SYSTEMS["patient"], "value": key}],
        "active": True,
        "name": [{"use": "official", "family": last_name, "given": [first_name]}],
        "telecom": [{"system": "phone", "value": number, "rank": rank} for rank, number in enumerate(numbers, start=1)],
        "birthDate": born.isoformat() if born else None,
    }
    if language is not None:
        spoken = {"coding": [{"system": "urn:ietf:bcp:47", "code": language}]}
        found["communication"] = [{"language": spoken, "preferred": True}]
    return _without_nothing(found)


def practitioner(doctor: Practitioner) -> Resource:
    """A Practitioner; the telephone that rings is the practice's business."""
    return {
        "resourceType": "Practitioner",
        "id": doctor.key,
        "identifier": [{"system": SYSTEMS["practitioner"], "value": doctor.key}],
        "active": True,
        "name": [{"text": doctor.name, "family": doctor.name}],
    }


def schedule(doctor: Practitioner) -> Resource:
    """The one Schedule of a practitioner, with every act."""
    return _without_nothing(
        {
            "resourceType": "Schedule",
            "id": doctor.key,
            "active": True,
            "serviceType": [service(act.key, act.name) for act in doctor.acts],
            "actor": [{"reference": f"Practitioner/{doctor.key}", "display": doctor.name}],
        }
    )


def slot(free: Slot, act: Act, start: datetime, end: datetime) -> Resource:
    """A free Slot; `start` and `end` as the practice's clock shows them."""
    return {
        "resourceType": "Slot",
        "id": slot_id(free),
        "schedule": {"reference": f"Schedule/{free.practitioner}"},
        "serviceType": [service(act.key, act.name)],
        "status": "free",
        "start": start.isoformat(),
        "end": end.isoformat(),
    }


def slot_id(free: Slot) -> str:
    """What tells a free time from all others, and finds it again."""
    return f"{free.practitioner}.{free.act}.{int(free.start.timestamp())}"


def read_slot_id(text: str) -> tuple[str, str, datetime]:
    """Whose time it is, for which act, from when on (UTC). Raises ValueError for what is none."""
    practitioner_key, act, seconds = text.split(".")
    return practitioner_key, act, datetime.fromtimestamp(int(seconds), UTC)


def appointment(
    identity: int,
    status: AppointmentStatus,
    start: datetime,
    end: datetime,
    patient_key: str,
    doctor: tuple[str, str],
    act: tuple[str, str],
) -> Resource:
    """An Appointment; `doctor` and `act` are keys with their names."""
    participation = PARTICIPATION[status]
    actors = ({"reference": f"Patient/{patient_key}"}, {"reference": f"Practitioner/{doctor[0]}", "display": doctor[1]})
    return {
        "resourceType": "Appointment",
        "id": str(identity),
        "status": status.value,
        "serviceType": [service(*act)],
        "start": start.isoformat(),
        "end": end.isoformat(),
        "minutesDuration": int((end - start).total_seconds()) // 60,
        "participant": [{"actor": actor, "status": participation} for actor in actors],
    }


def task(
    identity: int,
    kind: str,
    state: str,
    *,
    is_urgent: bool,
    created: datetime,
    due: datetime,
    done: datetime | None,
    patient_key: str | None,
    practitioner_key: str | None,
    note: str | None,
) -> Resource:
    """A Task, of the practice or of one practitioner."""
    return _without_nothing(
        {
            "resourceType": "Task",
            "id": str(identity),
            "status": TASK_STATES[state],
            "intent": "order",
            "priority": "urgent" if is_urgent else "routine",
            "code": {"coding": [{"system": SYSTEMS["task-kind"], "code": kind}]},
            "for": {"reference": f"Patient/{patient_key}"} if patient_key else None,
            "owner": {"reference": f"Practitioner/{practitioner_key}"} if practitioner_key else None,
            "authoredOn": created.isoformat(),
            "lastModified": (done or created).isoformat(),
            "restriction": {"period": {"end": due.isoformat()}},
            "note": [{"text": note}] if note else None,
        }
    )


def service(key: str, name: str) -> Resource:
    """An act as FHIR calls a kind of appointment."""
    return {"coding": [{"system": SYSTEMS["act"], "code": key, "display": name}], "text": name}


def bundle(base: str, resources: Iterable[Resource], here: str, following: str | None) -> Resource:
    """A page of what was looked for; `here` and `following` are addresses of pages."""
    entries = [
        {
            "fullUrl": f"{base}/{one['resourceType']}/{one['id']}",
            "resource": one,
            "search": {"mode": "match"},
        }
        for one in resources
    ]
    links = [{"relation": "self", "url": here}]
    if following is not None:
        links.append({"relation": "next", "url": following})
    found: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return found | ({"entry": entries} if entries else {})


def _without_nothing(resource: Resource) -> Resource:
    """FHIR has neither null nor empty lists."""
    return {name: value for name, value in resource.items() if value not in (None, [])}
