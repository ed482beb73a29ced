"""The tables, a module for each aggregate; importing this package knows them all."""

from db.models import (
    access,
    api,
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
    webhooks,
)

__all__ = [
    "access",
    "api",
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
    "webhooks",
]
