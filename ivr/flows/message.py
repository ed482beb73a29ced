"""Taking a voice message: the beep, one more try after silence, the thanks (CALLS.md 9)."""

from dataclasses import dataclass, replace

from ivr.flows.scene import Scene
from ivr.flows.turns import (
    Heard,
    MessageLeft,
    NewTask,
    NothingSaid,
    Record,
    Recorded,
    Say,
    State,
    TaskKind,
    Turn,
    goodbye,
)

SHORTEST_SECONDS = 2
"""A recording shorter than this holds a click or a breath, no message."""


@dataclass(frozen=True, slots=True)
class Recording(State):
    """A message is being recorded, for the task it will make."""

    task: NewTask
    tries: int = 1


def take_message(scene: Scene, task: NewTask, *says: Say) -> Turn:
    """Invite to speak (V1 unless something else is said) and record.

    A hidden number is asked for (N4), unless it is known who calls.
    """
    invitation = says or (Say("V1"),)
    if scene.is_withheld and task.patient is None:
        invitation = (Say("N4"), *invitation)
    return Turn(Recording(task), (*invitation, Record()))


def after_recording(scene: Scene, state: Recording, heard: Heard) -> Turn:
    """Keep what was said; ask once more when nothing was."""
    match heard:
        case Recorded(recording, seconds) if seconds >= SHORTEST_SECONDS:
            return _saved(scene, state).also(MessageLeft(recording, seconds, state.task))
        case _ if state.tries == 1:
            return Turn(replace(state, tries=2), (Say("V3"), Record()))
        case _:
            return _nothing_said(state)


def _saved(scene: Scene, state: Recording) -> Turn:
    if state.task.kind is TaskKind.ASSISTED:
        return goodbye(Say("A3"))
    return goodbye(Say("V2", {"emergency": scene.practice.emergency}))


def _nothing_said(state: Recording) -> Turn:
    """An assisted caller who cannot speak to a machine is called back all the same."""
    if state.task.kind is TaskKind.ASSISTED:
        return goodbye(Say("A3"), effects=(NothingSaid(), state.task))
    return goodbye(Say("Z1"), effects=(NothingSaid(),))
