"""The tables, a module for each aggregate; importing this package knows them all."""

from db.models import (
    access,
    appointments,
    calendars,
    calls,
    chores,
    documents,
    letters,
    patients,
    practices,
    promises,
    users,
    visits,
)

__all__ = [
    "access",
    "appointments",
    "calendars",
    "calls",
    "chores",
    "documents",
    "letters",
    "patients",
    "practices",
    "promises",
    "users",
    "visits",
]
