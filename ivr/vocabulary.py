"""The words everyone shares: one enum for one idea, the same in code, tables, files and JSON."""

from enum import IntEnum, StrEnum


class Reach(IntEnum):
    """How far a telephone number reaches one practitioner; wider is greater (ROUTING.md 1)."""

    NONE = 0
    PRIORITY = 1
    ALWAYS = 2

    @property
    def word(self) -> str:
        """The word used in files, tables and JSON."""
        return self.name.lower()


class CallerKind(StrEnum):
    """What the carrier and the patient base know about the caller."""

    WITHHELD = "withheld"
    UNKNOWN = "unknown"
    KNOWN = "known"


class Outcome(StrEnum):
    """What key 2 leads to (INTERFACE.md 6)."""

    RING = "ring"
    SECRETARY = "secretary"
    WRITE = "write"
    MESSAGE = "message"
    CLOSED = "closed"
    PAUSED = "paused"
    LEAVE = "leave"
    ASSISTED = "assisted"
    NUISANCE = "nuisance"


SHUT = frozenset({Outcome.CLOSED, Outcome.PAUSED, Outcome.LEAVE})
"""The outcomes after which a caller is told when to call again."""


class ReasonCode(StrEnum):
    """Why a decision came out as it did; each has a sentence in `ivr.reasons`."""

    ORDINARY_HOURS = "ordinary_hours"
    PRIORITY_WINDOW = "priority_window"
    ALWAYS_LIST = "always_list"
    OPEN_NOW = "open_now"
    ON_LEAVE = "on_leave"
    AWAY = "away"
    CLOSED_HOURS = "closed_hours"
    HOLIDAY = "holiday"
    PAUSE = "pause"
    NO_PHONE = "no_phone"
    MESSAGES_ONLY = "messages_only"
    UNKNOWN_LEAVE_MESSAGE = "unknown_leave_message"
    SECRETARY_FIRST = "secretary_first"
    SECRETARY_CLOSED = "secretary_closed"
    ASSISTED_RINGS = "assisted_rings"
    ASSISTED_MESSAGE = "assisted_message"
    NUISANCE_LIST = "nuisance_list"
    TELEMARKETING = "telemarketing"


class ContactMode(StrEnum):
    """How patients may reach a practitioner, chosen at set-up."""

    CALLS = "calls"
    MESSAGES = "messages"
    BOTH = "both"


class UnknownCallers(StrEnum):
    """What key 2 does for numbers no patient has (ROUTING.md R6)."""

    RING = "ring"
    MESSAGE = "message"


class OverrideKind(StrEnum):
    """A temporary, explicit act of the practitioner, stronger than plans (ROUTING.md 1)."""

    OPEN = "open"
    PAUSE = "pause"
    AWAY = "away"


class TakesCalls(StrEnum):
    """Whether a locum's phone rings in the practitioner's place during a leave (ROUTING.md case 35)."""

    DAYS = "days"
    """In the ordinary and the *Prioritaires* windows, for everyone who has them."""
    ALWAYS = "always"
    """At any hour too, for *24h/24*."""


class Language(StrEnum):
    """Languages the assistant speaks."""

    FRENCH = "fr"
    ENGLISH = "en"


class RelativesRule(StrEnum):
    """Whether new relatives may be declared; a patient may follow the practice (ROUTING.md 7)."""

    OPEN = "open"
    CLOSED = "closed"
    AS_PRACTICE = "as-practice"


class ActPlace(StrEnum):
    """Where an act takes place."""

    PRACTICE = "practice"
    VIDEO = "video"
    HOME = "home"


class LineType(StrEnum):
    """What kind of line a number belongs to, by the number plan of its country, overseas and abroad too."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    EITHER = "either"
    """North America, where the plan does not tell them apart."""
    SPECIAL = "special"
    """Neither: shared cost, internet, or a range nobody knows of yet."""


class CalendarTrouble(StrEnum):
    """Why a practitioner's other calendar could not be read."""

    ADDRESS = "address"
    """It leads, or leads on, to a place that must not be asked: not https, or inside somebody's own network."""
    NO_ANSWER = "no-answer"
    REFUSED = "refused"
    """The other side answers, but does not hand it out."""
    GONE = "gone"
    REDIRECTS = "redirects"
    TOO_LARGE = "too-large"
    NOT_A_CALENDAR = "not-a-calendar"
    TOO_COMPLEX = "too-complex"
    """Its events repeat so often that reading them does not come to an end."""


class PartOfDay(StrEnum):
    """When on a day somebody would like to come; noon begins the afternoon."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


class AppointmentStatus(StrEnum):
    """A booked or pending appointment blocks its time; a cancelled one does not."""

    BOOKED = "booked"
    PENDING = "pending"
    CANCELLED = "cancelled"


class HoldStatus(StrEnum):
    """A slot kept for a caller while they decide; given back it blocks nothing (SCHEDULING.md 5)."""

    HELD = "held"
    RELEASED = "released"


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Keys of a weekly table, Monday first as in `date.weekday()`."""


class Role(StrEnum):
    """What somebody who signs in to the site is there for."""

    PRACTITIONER = "practitioner"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"
    """Of the practice: whatever practitioners may, and its settings and people."""
    OPERATOR = "operator"
    """Of the installation: sees that it works, and nothing of any patient."""


class Permission(StrEnum):
    """What a page of the site needs."""

    OWN_ACCOUNT = "own-account"
    TASKS = "tasks"
    """See calls and tasks, hear messages, and mark them done."""
    APPOINTMENTS = "appointments"
    """See the agenda; book, move, cancel and confirm."""
    OVERRIDES = "overrides"
    """Pause, away, open now, secretary absent."""
    PATIENTS = "patients"
    """Find patients and read their pages."""
    RECORDS = "records"
    """Add patients, correct names, numbers, and who may book for whom."""
    EXCEPTIONS = "exceptions"
    """Change what holds for one patient: lists, acts, documents, relatives."""
    SETTINGS = "settings"
    PEOPLE = "people"
    INSTALLATION = "installation"


class Scope(StrEnum):
    """What a key of the API may do."""

    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    EXCEPTIONS_READ = "exceptions:read"
    """Lists of numbers, acts switched for a patient, documents."""
    EXCEPTIONS_WRITE = "exceptions:write"
    SETTINGS_READ = "settings:read"
    """Practitioners, acts, hours and leave."""
    SETTINGS_WRITE = "settings:write"
    APPOINTMENTS_READ = "appointments:read"
    """Free slots too."""
    APPOINTMENTS_WRITE = "appointments:write"
    TASKS_READ = "tasks:read"
    """Voice messages too."""
    TASKS_WRITE = "tasks:write"
    DOCUMENTS_READ = "documents:read"
    """What patients sent."""
    LETTERS_READ = "letters:read"
    """What patients wrote, and the answers."""
    LETTERS_WRITE = "letters:write"
    CALLS_READ = "calls:read"
    WEBHOOKS_WRITE = "webhooks:write"
    FHIR_READ = "fhir:read"
    """Read-only, whatever other scopes the key has."""


class EventKind(StrEnum):
    """What programs can be told of."""

    CALL_ENDED = "call.ended"
    TASK_CREATED = "task.created"
    MESSAGE_RECEIVED = "message.received"
    """Its sound can be heard."""
    DOCUMENT_RECEIVED = "document.received"
    LETTER_RECEIVED = "letter.received"
    APPOINTMENT_BOOKED = "appointment.booked"
    APPOINTMENT_MOVED = "appointment.moved"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
