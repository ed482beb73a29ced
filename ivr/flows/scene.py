"""All a dialogue may look at: who calls which line, when, and what the practice decided about it."""

from dataclasses import dataclass
from datetime import datetime

from ivr.clock import local
from ivr.phones import PhoneNumber, Withheld
from ivr.practice import Caller, Practice, Practitioner
from ivr.routing import Decision, Switchboard, on_duty
from ivr.schedules import Moment
from ivr.speech import spoken_date, spoken_time, spoken_weekday, text_start
from ivr.vocabulary import Language

WAIT = 6
LONGER_WAIT = 10
SLOW_FACTOR = 2


@dataclass(frozen=True, slots=True)
class Scene:
    """One turn's surroundings. `now` is UTC."""

    switchboard: Switchboard
    caller: Caller
    line: PhoneNumber
    language: Language
    now: datetime

    @property
    def practice(self) -> Practice:
        return self.switchboard.practice

    @property
    def local_now(self) -> datetime:
        return local(self.switchboard.calendar.zone, self.now)

    @property
    def is_assisted(self) -> bool:
        """Whether the number is assisted today, with whomever."""
        return bool(self.caller.assisted(self.local_now.date()))

    @property
    def is_withheld(self) -> bool:
        return isinstance(self.caller.number, Withheld)

    def decide(self, practitioner: Practitioner) -> Decision:
        return self.switchboard.decide(self.caller, practitioner, self.now)

    def on_duty(self, key: str) -> Practitioner:
        """The practitioner with that key, or the locum who takes the calls now."""
        practitioner = self.practice.practitioner(key)
        return on_duty(practitioner, self.switchboard.calendar.moment(practitioner, self.now))

    def moment(self) -> Moment:
        """What the calendars say now, where only the secretaries matter."""
        return self.switchboard.calendar.moment(self.practice.practitioners[0], self.now)

    def wait(self, tries: int) -> int:
        """Seconds to wait for a key: longer on the second try, twice as long in slow mode (CALLS.md)."""
        seconds = LONGER_WAIT if tries else WAIT
        return seconds * SLOW_FACTOR if self.caller.is_slow else seconds

    def spoken_start(self, start: datetime, suffix: str = "") -> dict[str, str]:
        """The fields that say when an appointment starts: day, date and time, apart."""
        at = local(self.switchboard.calendar.zone, start)
        return {
            f"day{suffix}": spoken_weekday(at.date(), self.language),
            f"date{suffix}": spoken_date(at.date(), self.language),
            f"time{suffix}": spoken_time(at, self.language),
        }

    def text_about(self, first_name: str, practitioner: str, start: datetime) -> dict[str, str]:
        """The fields of an SMS about an appointment; neither act nor surname of the patient."""
        at = local(self.switchboard.calendar.zone, start)
        name = self.practice.practitioner(practitioner).name
        return {"name": name, "first_name": first_name} | text_start(at, self.language)

    @property
    def name(self) -> str:
        """The doctor's name for prompts about the practice."""
        return self.practice.practitioners[0].name
