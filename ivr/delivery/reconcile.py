"""Comparing what we know with the carrier's books, and mending what callbacks failed to bring.

Everything found is brought by the same actions as a callback's, which take it once however often it comes.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Connection, exists, select

from db.engine import Transaction
from db.models.calls import CallRow
from db.models.practices import LineRow, PracticeRow
from db.models.promises import DeliveryRow, VoiceMessageRow
from ivr.actions.chores import do_when_due, last_done
from ivr.actions.endings import FINAL_RECEIPTS, end_call, note_receipt, note_recording
from ivr.actions.journal import adopt_call
from ivr.actions.texting import note_texts
from ivr.carrier import CallReport, CarrierClient, CarrierError, RecordingEvent, RecordingReport, StatusEvent
from ivr.flows.message import SHORTEST_SECONDS
from ivr.vocabulary import Language

CHORE = "reconcile"
EVERY = timedelta(minutes=10)
LOOKS_BACK = timedelta(days=1)
LONGEST_LOOK = timedelta(days=30)
CALLBACKS_TAKE = timedelta(minutes=5)
"""How long the carrier's own callbacks may take; what is younger is left to them."""
MOST_AT_ONCE = 500

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Repairs:
    """How many of each were mended: calls without an end, messages we did not have, SMS without a receipt.

    `wishes` counts STOP and START by SMS that we were not told.
    """

    calls: int
    messages: int
    receipts: int
    wishes: int

    @property
    def total(self) -> int:
        """All together."""
        return self.calls + self.messages + self.receipts + self.wishes


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One comparison of everything since `since` (UTC); the carrier is asked outside any transaction."""

    reading: Transaction
    writing: Transaction
    client: CarrierClient
    since: datetime
    now: datetime

    def run(self) -> Repairs:
        """Mend what can be mended. Raises CarrierError when the carrier cannot be asked; what was mended stays."""
        repairs = Repairs(self._end_calls(), self._find_messages(), self._find_receipts(), self._find_wishes())
        log.info("reconciled", since=self.since.isoformat(), **asdict(repairs))
        return repairs

    def _end_calls(self) -> int:
        """Calls whose end nobody told us, the called persons' legs among them."""
        is_open = (CallRow.status.is_(None), CallRow.started_at.between(self.since, self.now - CALLBACKS_TAKE))
        query = select(CallRow.carrier_id).where(*is_open).order_by(CallRow.started_at).limit(MOST_AT_ONCE)
        with self.reading() as connection:
            calls = list(connection.scalars(query))
        return sum(self._end_call(call) for call in calls)

    def _end_call(self, call: str) -> bool:
        report = self.client.find_call(call)
        if report is None or report.status is None:
            return False
        with self.writing() as connection:
            end_call(connection, StatusEvent(call, report.status, report.seconds), self.now)
        return True

    def _find_messages(self) -> int:
        """Recordings we know nothing of: of calls whose requests were lost, or that only the fallback answered."""
        return sum(self._find_message(made) for made in self.client.recordings_since(self.since))

    def _find_message(self, made: RecordingReport) -> bool:
        if made.seconds < SHORTEST_SECONDS:
            return False
        with self.reading() as connection:
            if _has(connection, VoiceMessageRow.recording == made.recording):
                return False
            has_call = _has(connection, CallRow.carrier_id == made.call)
        report = None if has_call else self.client.find_call(made.call)
        with self.writing() as connection:
            is_ours = has_call or (report is not None and _adopt(connection, report, self.now))
            if is_ours:
                event = RecordingEvent(made.call, made.recording, made.seconds, is_absent=False)
                note_recording(connection, event, self.now)
        return is_ours

    def _find_receipts(self) -> int:
        """SMS of which nobody told how far they got."""
        row, latest = DeliveryRow, self.now - CALLBACKS_TAKE
        is_open = row.carrier_status.is_(None) | row.carrier_status.not_in(FINAL_RECEIPTS)
        is_sent = (row.state == "sent", row.carrier_id.is_not(None), row.sent_at.between(self.since, latest))
        query = select(row.carrier_id, row.carrier_status).where(*is_sent, is_open).order_by(row.sent_at)
        with self.reading() as connection:
            texts = connection.execute(query.limit(MOST_AT_ONCE)).all()
        return sum(self._find_receipt(text.carrier_id, text.carrier_status) for text in texts)

    def _find_receipt(self, message: str, known: str | None) -> bool:
        receipt = self.client.find_receipt(message)
        if receipt is None or receipt.status == known:
            return False
        with self.writing() as connection:
            note_receipt(connection, receipt, self.now)
        return True

    def _find_wishes(self) -> int:
        """STOP and START that people wrote by SMS."""
        written = [text for text in self.client.texts_since(self.since) if text.event.wish is not None]
        with self.writing() as connection:
            return note_texts(connection, written)


def reconcile_when_due(reading: Transaction, writing: Transaction, client: CarrierClient, now: datetime) -> int:
    """The worker's part: every ten minutes one worker looks back to a day before it last did so, a month at most.

    How many things it mended.
    """
    since = min(last_done(reading, CHORE) or now, now) - LOOKS_BACK
    books = Reconciliation(reading, writing, client, max(since, now - LONGEST_LOOK), now)
    try:
        return do_when_due(writing, CHORE, EVERY, now, lambda: books.run().total)
    except CarrierError as error:
        log.warning("not_reconciled", error=str(error))
        return 0


def _adopt(connection: Connection, report: CallReport, now: datetime) -> bool:
    """Whether that call was for one of our lines; it is in the journal from now on."""
    if report.is_leg or report.line is None:
        return False
    query = select(PracticeRow.id, PracticeRow.languages).join(LineRow, LineRow.practice_id == PracticeRow.id)
    practice = connection.execute(query.where(LineRow.number == report.line)).first()
    if practice is None:
        return False
    if not _has(connection, CallRow.carrier_id == report.call):
        adopt_call(connection, report, practice.id, Language(practice.languages[0]), now)
    return True


def _has(connection: Connection, condition: ColumnElement[bool]) -> bool:
    return bool(connection.execute(select(exists().where(condition))).scalar_one())
