"""What is excepted for one patient: lists of numbers, acts switched, documents; and the register of all of it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Row

from ivr.actions.act_switches import ALL, Switches
from ivr.actions.contacts import Contact
from ivr.actions.register import Exempted, Kind, Standing
from ivr.acts import ActSwitch
from ivr.api.pages import PageQuery
from ivr.api.shapes.common import EXAMPLES, Day, Id, Key, Reason, Shape, Shown
from ivr.vocabulary import Language, Reach

ReachWord = Literal["priority", "always"]
WORDS: Mapping[Reach, ReachWord] = {Reach.PRIORITY: "priority", Reach.ALWAYS: "always"}
REACHES: Mapping[str, Reach] = {word: reach for reach, word in WORDS.items()}


class NumberLists(Shape):
    """The lists of a number, by practitioner, as the practice file writes them; `slow` is for all of them."""

    reach: dict[Key, ReachWord] = Field(default={}, description="How far the number reaches each practitioner.")
    assisted: list[Key] = Field(default=[], description="Practitioners with whom it is assisted.")
    until: dict[Key, Day] = Field(default={}, description="The last day of a list; for good without one.")
    reason: dict[Key, Reason] = Field(default={})
    slow: bool = False

    def wanted(self, doctors: Iterable[str]) -> dict[str, Contact]:
        """The list with each of these practitioners."""
        return {doctor: self._with(doctor) for doctor in doctors}

    @property
    def named(self) -> set[str]:
        """The practitioners that it names."""
        return {*self.reach, *self.assisted, *self.until, *self.reason}

    def _with(self, doctor: str) -> Contact:
        reach = REACHES.get(self.reach.get(doctor, ""), Reach.NONE)
        return Contact(reach, doctor in self.assisted, self.until.get(doctor), self.reason.get(doctor))


class ListedNumber(NumberLists):
    """A number of a patient with its lists."""

    id: Id
    number: Shown
    language: Language | None

    @classmethod
    def of(cls, phone: Row[Any], lists: Mapping[str, Row[Any]]) -> "ListedNumber":
        """Of the row of a number, and those of its lists by practitioner."""
        return cls(
            id=phone.id,
            number=phone.number.e164,
            language=phone.language,
            slow=phone.is_slow,
            reach={key: WORDS[Reach(row.reach)] for key, row in lists.items() if row.reach != Reach.NONE},
            assisted=[key for key, row in lists.items() if row.is_assisted],
            until={key: row.until_on for key, row in lists.items() if row.until_on is not None},
            reason={key: row.reason for key, row in lists.items() if row.reason},
        )


class AllActs(Shape):
    """Every act switched off, until the end of a day or for good."""

    until: Day | None = None
    reason: Reason | None = None


class SwitchedAct(AllActs):
    """One act, switched on or off."""

    act: Key


class ActSwitches(Shape):
    """What is switched for one patient with one practitioner; where `all_off` is given, `off` must be empty."""

    on: list[SwitchedAct] = Field(default=[])
    off: list[SwitchedAct] = Field(default=[])
    all_off: AllActs | None = Field(default=None, description="Every act that is not switched on is off.")

    @classmethod
    def of(cls, switches: Switches) -> "ActSwitches":
        sides: dict[bool, list[SwitchedAct]] = {True: [], False: []}
        for key, one in switches.items():
            if key is not ALL:
                sides[one.is_on].append(SwitchedAct(act=key, until=one.until_on, reason=one.reason))
        every = switches.get(ALL)
        all_off = AllActs(until=every.until_on, reason=every.reason) if every else None
        return cls(on=sides[True], off=sides[False], all_off=all_off)

    @property
    def switches(self) -> dict[str | None, ActSwitch]:
        """As the records take them."""
        found: dict[str | None, ActSwitch] = {}
        if self.all_off is not None:
            found[ALL] = ActSwitch(None, is_on=False, reason=self.all_off.reason, until_on=self.all_off.until)
        for is_on, acts in ((True, self.on), (False, self.off)):
            for one in acts:
                found[one.act] = ActSwitch(one.act, is_on=is_on, reason=one.reason, until_on=one.until)
        return found

    @property
    def acts(self) -> list[str]:
        """The acts that it names."""
        return [one.act for one in (*self.on, *self.off)]

    @property
    def days(self) -> list[date]:
        """The last days that it gives."""
        given = (*self.on, *self.off, *([self.all_off] if self.all_off else []))
        return [one.until for one in given if one.until is not None]


class Documents(Shape):
    """Until the end of which day a patient may hand in documents without an appointment; not at all without one."""

    until: Day | None


class ExceptionQuery(PageQuery):
    """Which exceptions."""

    kind: Kind | None = None
    practitioner: Key | None = None
    standing: Standing | None = Field(default=None, description="`holds` includes those that end soon.")


class ExceptionEntry(Shape):
    """One entry of the register; who gave it is empty for what a file or a program brought."""

    kind: Kind
    patient: Key
    practitioner: Key
    number: str | None
    reach: ReachWord | None
    assisted: bool
    act: str | None
    switched_on: bool | None
    until: date | None
    reason: str | None
    since: datetime | None
    made_by: str | None

    @classmethod
    def of(cls, one: Exempted, since: datetime | None) -> "ExceptionEntry":
        """With its beginning as it is shown."""
        contact, switch = one.contact, one.switch
        return cls(
            kind=one.kind,
            patient=one.patient,
            practitioner=one.practitioner,
            number=one.number.e164 if one.number else None,
            reach=WORDS.get(contact.reach) if contact else None,
            assisted=contact is not None and contact.is_assisted,
            act=switch.act if switch else None,
            switched_on=switch.is_on if switch else None,
            until=one.until_on,
            reason=one.reason,
            since=since,
            made_by=one.made_by,
        )


class ExceptionPage(Shape):
    """A page of the register."""

    items: list[ExceptionEntry]
    next: str | None


EXAMPLES |= {
    "put_number_lists": {
        "reach": {"martin": "priority"},
        "until": {"martin": "2027-06-30"},
        "reason": {"martin": "Suivi après l’hôpital"},
    },
    "put_act_switches": {"on": [{"act": "longue", "until": "2027-06-30"}], "off": [{"act": "urgence"}]},
    "put_documents": {"until": "2027-06-30"},
}
