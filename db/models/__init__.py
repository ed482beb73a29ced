"""The tables, a module for each aggregate; importing this package knows them all."""

from db.models import (
    access,
    api,
    appointments,
    calendars,
    calls,
    chores,
    patients,
    practices,
    promises,
    users,
    webhooks,
)

__all__ = [
    "access",
    "api",
    "appointments",
    "calendars",
    "calls",
    "chores",
    "patients",
    "practices",
    "promises",
    "users",
    "webhooks",
]
