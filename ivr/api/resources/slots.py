"""Free times, as callers are offered them or as staff may book them."""

from flask import Blueprint, Response

from ivr.actions.agenda import Agenda, find_slots, for_staff
from ivr.actions.slot_questions import may_book
from ivr.api.here import here, read, switchboard_here, switchboards
from ivr.api.operations import Operation, operation
from ivr.api.pages import after, page
from ivr.api.problems import not_found
from ivr.api.resources.exceptions import practitioner_here
from ivr.api.resources.patients import patient_here
from ivr.api.shapes.appointments import FreeSlot, Offer, SlotPage, SlotQuery
from ivr.api.shapes.common import as_instant
from ivr.clock import local
from ivr.slots import Slot
from ivr.vocabulary import Scope

slots = Blueprint("slots", __name__, url_prefix="/slots")


@slots.get("")
@operation(Operation("list_slots", Scope.APPOINTMENTS_READ, "Appointments", SlotPage, query=SlotQuery, has_pages=True))
def list_slots(query: SlotQuery) -> Response:
    """List the free times of a practitioner for an act."""
    since = after(query, str)
    last = None if since is None else as_instant(since[0])

    def is_wanted(slot: Slot) -> bool:
        is_after = last is None or slot.start > last
        begins = query.start is None or slot.start >= query.start
        return is_after and begins and (query.until is None or slot.start < query.until)

    with read()() as connection:
        owner, board = practitioner_here(connection, query.practitioner), switchboard_here(connection)
        doctor = board.practice.practitioner(query.practitioner)
        act = next((one for one in doctor.acts if one.key == query.act), None)
        if act is None:
            raise not_found()
        found: list[Slot] = []
        if query.patient is not None:
            patient_here(connection, query.patient)
        if query.patient is None or may_book(connection, here().id, doctor, act, query.patient, here().today):
            agenda = Agenda(switchboards().slots(board), doctor, owner)
            offered = for_staff(act) if query.offer is Offer.STAFF else act
            first = last or query.start
            day = None if first is None else local(here().zone, first).date()
            most = query.limit + 1
            found = find_slots(connection, agenda, offered, here().now, most, since=day, is_wanted=is_wanted)
    zone = here().zone
    return page(SlotPage, query, found, lambda slot: FreeSlot.of(slot, zone), lambda slot: (slot.start.isoformat(),))
