"""What the FHIR side can do, as it says itself."""

from typing import Any

from ivr.api.fhir.documents import VERSION

SEARCHES = {
    "Patient": (
        ("_id", "token"),
        ("identifier", "token"),
        ("name", "string"),
        ("phone", "token"),
        ("birthdate", "date"),
    ),
    "Practitioner": (("_id", "token"), ("identifier", "token"), ("name", "string")),
    "Schedule": (("_id", "token"), ("actor", "reference")),
    "Slot": (("schedule", "reference"), ("start", "date"), ("service-type", "token"), ("status", "token")),
    "Appointment": (
        ("_id", "token"),
        ("date", "date"),
        ("patient", "reference"),
        ("practitioner", "reference"),
        ("status", "token"),
    ),
    "Task": (("_id", "token"), ("status", "token"), ("patient", "reference"), ("owner", "reference")),
}


def capability(base: str, when: str) -> dict[str, Any]:
    """The CapabilityStatement of the service at that address, true since `when`."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": when,
        "kind": "instance",
        "software": {"name": "ivr"},
        "implementation": {"description": "The telephone switchboard of a medical practice, read-only", "url": base},
        "fhirVersion": VERSION,
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Authorization: Bearer with a key that has the scope fhir:read"},
                "resource": [_resource(kind, searches) for kind, searches in SEARCHES.items()],
            }
        ],
    }


def _resource(kind: str, searches: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": name, "type": how} for name, how in searches],
    }
