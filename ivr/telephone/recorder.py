"""A call that was made, as a recorded call with what really happened as its expectations."""

from sqlalchemy import Engine

from ivr.settings import Settings
from ivr.telephone.fixtures import RecordedCall, RecordedTurn
from ivr.telephone.replay import play, updated
from ivr.telephone.session import CallSession


def record(session: CallSession, practice: str, engine: Engine, settings: Settings) -> RecordedCall:
    """The call of `session`, played once more on `engine`, a fresh copy of its practice.

    `practice` is how the record names it.
    """
    turns = [RecordedTurn(leg=act.leg, form=dict(act.form), hangs_up=act.hangs_up) for act in session.phone.script]
    call = RecordedCall(
        summary=f"A call to {session.switchboard.practice.name}.",
        source="written: ivr call --save",
        practice=practice,
        at=session.began.isoformat(),
        turns=turns,
    )
    return updated(call, play(call, engine, settings))
