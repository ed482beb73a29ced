"""A call to a practice with everything around it: the application, the journal, what was kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from db.engine import reading
from db.models.calls import CallRow, TurnRow
from db.queries.practices import find_practice
from ivr.actions.leavings import leavings
from ivr.actions.load_practice import dump_practice
from ivr.app import make_app
from ivr.phones import WITHHELD_SENDER, CallerNumber, PhoneNumber
from ivr.practice_files.schema import PracticeFile
from ivr.routing import Switchboard
from ivr.settings import Credentials, Settings
from ivr.telephone.telephone import Telephone, VirtualClock
from ivr.telephone.wire import Wire, through_app


class CallSession:
    """One call from `caller`, starting at `now` (UTC), through the real webhooks of an application in this process."""

    def __init__(
        self, engine: Engine, settings: Settings, switchboard: Switchboard, caller: CallerNumber, now: datetime
    ) -> None:
        clock = VirtualClock(now)
        credentials = Credentials(settings)
        wire = Wire(settings.public_url, credentials.token, through_app(make_app(settings, engine, clock)))
        self.engine = engine
        self.switchboard = switchboard
        self.caller = caller
        self.began = now
        self.phone = Telephone(
            wire=wire,
            account=credentials.account_sid or "",
            sender=caller.e164 if isinstance(caller, PhoneNumber) else WITHHELD_SENDER,
            line=switchboard.practice.lines[0].e164,
            clock=clock,
        )

    def practice_file(self) -> PracticeFile:
        """The practice called, as a file."""
        with reading(self.engine)() as connection:
            practice = find_practice(connection, self.switchboard.practice.key)
            if practice is None:
                raise KeyError(self.switchboard.practice.key)
            return dump_practice(connection, practice.id)

    def journal(self) -> list[dict[str, Any]]:
        """The turns kept of this call: step, heard, prompts, decision."""
        query = (
            select(TurnRow.step, TurnRow.heard, TurnRow.prompts, TurnRow.decision)
            .join(CallRow, CallRow.id == TurnRow.call_id)
            .where(CallRow.carrier_id == self.phone.call)
            .order_by(TurnRow.id)
        )
        with reading(self.engine)() as connection:
            return [dict(row._mapping) for row in connection.execute(query)]

    def decisions(self) -> list[dict[str, Any]]:
        """The decisions taken so far, as data (INTERFACE.md 6)."""
        return [turn["decision"] for turn in self.journal() if turn["decision"]]

    def name_of(self, number: str) -> str:
        """Whose phone that is."""
        practice = self.switchboard.practice
        for practitioner in practice.practitioners:
            if practitioner.phone and practitioner.phone.e164 == number:
                return f"doctor {practitioner.name}"
        return next((f"secretary {s.key}" for s in practice.secretaries if s.phone.e164 == number), "somebody")

    def kept(self) -> list[str]:
        """What the call left behind, in words."""
        found = leavings(self.engine, self.phone.call)
        return [f"{name}: {entry}" for name, entries in found.items() for entry in entries]

    def summary(self) -> dict[str, Any]:
        """The whole call as data."""
        return {
            "call": self.phone.call,
            "from": self.caller.e164 if isinstance(self.caller, PhoneNumber) else None,
            "to": self.phone.line,
            "heard": [spoken.text for spoken in self.phone.heard],
            "journal": self.journal(),
            "kept": leavings(self.engine, self.phone.call),
            "ended": self.phone.is_over,
        }
