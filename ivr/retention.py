"""How long each kind of personal data is kept (FRANCE.md 10), and which column holds which kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Retention:
    """Days, for one practice.

    A voice message is deleted so many days after its task is done, and at the latest `longest_sound_days` after it was
    left, a document so many days after it was deposited. Of a call the numbers and keys go first, then the whole entry.
    Done tasks, SMS, ended waits and the access log go when their time is over; what is open stays until somebody has
    done it.
    """

    sound_days: int = 30
    longest_sound_days: int = 183
    caller_days: int = 92
    call_days: int = 365
    task_days: int = 365
    text_days: int = 92
    document_days: int = 365
    waiting_days: int = 92
    access_days: int = 365


class Kind(StrEnum):
    """Kinds of personal data; each says by what it ends."""

    RECORD = "record"
    """Kept by the practice as it keeps its records, until it erases the patient."""
    STAFF = "staff"
    """Of the practice's own people, until the practice changes its settings."""
    CALL = "call"
    TASK = "task"
    TEXT = "text"
    WAITING = "waiting"
    PROOF = "proof"
    """Birth dates tried: the number only, a week."""
    ACCESS = "access"
    DAY = "day"
    """What a program asked for, so that it may ask again: a day."""
    SOUND = "sound"
    DOCUMENT = "document"


PERSONAL: Mapping[str, Mapping[str, Kind]] = {
    "access_log": dict.fromkeys(("actor", "subject", "detail"), Kind.ACCESS),
    "act_exceptions": dict.fromkeys(("reason", "since_at", "made_by"), Kind.RECORD),
    "api_answers": dict.fromkeys(("fingerprint", "headers", "body"), Kind.DAY),
    "api_keys": dict.fromkeys(("name", "created_by"), Kind.STAFF),
    "appointments": dict.fromkeys(("start_at", "end_at", "wall_time", "phone"), Kind.RECORD),
    "calendar_feeds": dict.fromkeys(("token_hash", "made_by"), Kind.STAFF),
    "calls": dict.fromkeys(("caller", "caller_shown", "state"), Kind.CALL),
    "contact_exceptions": dict.fromkeys(
        ("reach", "is_assisted", "reason", "until_on", "since_at", "made_by"), Kind.RECORD
    ),
    "deliveries": dict.fromkeys(("to", "fields", "token", "dedupe_key", "failure"), Kind.TEXT),
    "document_permissions": {"until_on": Kind.RECORD},
    "documents": dict.fromkeys(("name", "file"), Kind.DOCUMENT),
    "failed_proofs": {"number": Kind.PROOF},
    "leaves": dict.fromkeys(("instead_name", "instead_phone"), Kind.STAFF),
    "letters": dict.fromkeys(("author", "number", "text"), Kind.TASK),
    "nuisance_numbers": {"number": Kind.STAFF},
    "outside_calendars": {"address": Kind.STAFF},
    "patients": dict.fromkeys(("key", "first_name", "last_name", "folded", "born_on", "language"), Kind.RECORD),
    "phones": dict.fromkeys(("number", "is_slow", "language"), Kind.RECORD),
    "practitioners": dict.fromkeys(("key", "name", "phone"), Kind.STAFF),
    "secretaries": dict.fromkeys(("key", "phone"), Kind.STAFF),
    "tasks": dict.fromkeys(("caller", "note", "token"), Kind.TASK),
    "text_refusals": {"number": Kind.RECORD},
    "turns": dict.fromkeys(("heard", "decision", "acts", "answer"), Kind.CALL),
    "users": dict.fromkeys(
        ("name", "email", "password", "fs_uniquifier", "tf_totp_secret", "mf_recovery_codes", "invitation"), Kind.STAFF
    ),
    "passkeys": dict.fromkeys(("name", "credential_id", "public_key"), Kind.STAFF),
    "visits": dict.fromkeys(("number", "secret_hash", "created_at", "seen_at"), Kind.ACCESS),
    "visit_codes": {"code_hash": Kind.PROOF},
    "voice_messages": dict.fromkeys(("recording", "file"), Kind.SOUND),
    "waiting_list": dict.fromkeys(("phone", "kinds"), Kind.WAITING),
    "webhooks": dict.fromkeys(("address", "created_by"), Kind.STAFF),
}
"""Columns that tell something of a person, by table. A test refuses a column that may and is named nowhere."""

IMPERSONAL_TEXTS: Mapping[str, frozenset[str]] = {
    "acts": frozenset({"key", "name", "place", "hours"}),
    "access_log": frozenset({"action"}),
    "api_answers": frozenset({"token"}),
    "api_keys": frozenset({"shown", "secret_hash", "scopes", "expires_on"}),
    "appointments": frozenset({"timezone", "status"}),
    "calls": frozenset({"carrier_id", "parent", "line", "language", "status", "abandoned_at"}),
    "chores": frozenset({"name"}),
    "dated_hours": frozenset({"on", "hours"}),
    "documents": frozenset({"kind"}),
    "deliveries": frozenset({"template", "language", "state", "carrier_id", "carrier_status"}),
    "heartbeats": frozenset({"worker"}),
    "act_exceptions": frozenset({"until_on"}),
    "leaves": frozenset({"from_time", "until_time", "instead_takes_calls"}),
    "lines": frozenset({"number"}),
    "outside_calendars": frozenset({"etag", "trouble"}),
    "overrides": frozenset({"kind", "from_time", "until_time"}),
    "patients": frozenset({"relatives"}),
    "practices": frozenset(
        {
            "key", "name", "country", "territory", "open_holidays", "closed_days", "timezone", "languages", "emergency",
            "on_duty", "unknown_callers", "relatives", "reminder_time", "relatives_notice", "announcement_text",
            "announcement_until_on", "fallback", "call_back_delay", "prompts", "retention",
        }
    ),
    "practitioners": frozenset({"contact", "working_hours", "contact_hours", "priority_hours", "weeks_from"}),
    "secretaries": frozenset({"hours", "absences"}),
    "tasks": frozenset({"kind", "state", "outcome"}),
    "turns": frozenset({"prompts"}),
    "ended_sessions": frozenset({"session"}),
    "users": frozenset({"role", "language", "tf_primary_method", "fs_webauthn_user_handle"}),
    "passkeys": frozenset({"usage", "transports", "device_type", "extensions"}),
    "voice_messages": frozenset({"state", "failure"}),
    "waiting_list": frozenset({"language", "state"}),
    "webhook_events": frozenset({"token", "kind", "about", "state"}),
    "webhooks": frozenset({"kinds", "salt", "old_salt", "trouble"}),
}  # fmt: skip
"""Columns of a type that could hold something personal, and do not."""
