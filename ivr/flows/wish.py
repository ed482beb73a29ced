"""What somebody would like to book, as it becomes known in the course of the call."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ivr.flows.books import Kind
from ivr.flows.turns import NewTask, TaskKind
from ivr.patients import Appointment, Patient


@dataclass(frozen=True, slots=True)
class Wish:
    """For whom, and which kinds of appointment would do: one, once practitioner and act are chosen.

    `is_proven`: the birth date was typed in this call. `is_any_doctor`: the caller has no preference. `moved` is the
    appointment that a new time is wanted for.
    """

    patient: Patient
    is_proven: bool = False
    kinds: tuple[Kind, ...] = ()
    is_any_doctor: bool = False
    moved: Appointment | None = None

    @property
    def moved_id(self) -> int | None:
        return None if self.moved is None else self.moved.id

    @property
    def practitioners(self) -> tuple[str, ...]:
        """Whom it may be with, in the order of the practice."""
        return tuple(dict.fromkeys(practitioner for practitioner, _ in self.kinds))

    def only(self, kinds: Iterable[Kind]) -> "Wish":
        """The same wish with fewer kinds that would do."""
        return replace(self, kinds=tuple(kinds))

    def as_task(self) -> NewTask:
        """What the practice must do when it does not work out by telephone."""
        acts = {act for _, act in self.kinds}
        return NewTask(
            TaskKind.REQUEST,
            practitioner=self.practitioners[0] if len(self.practitioners) == 1 else None,
            patient=self.patient.key,
            act=acts.pop() if len(acts) == 1 else None,
            appointment=self.moved_id,
        )
