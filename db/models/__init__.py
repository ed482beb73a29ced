"""The tables, a module for each aggregate; importing this package knows them all."""

from db.models import appointments, calls, chores, patients, practices, promises

__all__ = ["appointments", "calls", "chores", "patients", "practices", "promises"]
