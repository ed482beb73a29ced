"""Keys 1 and 3, until appointments are booked by key: a secretary, or a message marked as a request."""

from ivr.flows.desk import to_the_desk
from ivr.flows.scene import Scene
from ivr.flows.turns import NewTask, Record, Say, TaskKind, Turn


def request_appointment(scene: Scene) -> Turn:
    """Somebody at the desk when it is open; else the wish is recorded as a request."""
    turn = to_the_desk(scene, NewTask(TaskKind.REQUEST))
    return turn.after(Say("H0")) if any(isinstance(step, Record) for step in turn.steps) else turn
