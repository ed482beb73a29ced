"""The practice's books as the visitor may open them: their own appointments and those of their relatives."""

from collections.abc import Sequence

from flask import abort, current_app
from sqlalchemy import Connection

from ivr.actions.books import Books
from ivr.actions.own_bookings import OwnBooks
from ivr.flows.books import FindAppointments
from ivr.flows.scene import Scene
from ivr.patients import Appointment, Patient
from ivr.practice import Caller
from ivr.web.here import here, switchboard_here
from ivr.web.space.guest import guest


def own_books(connection: Connection) -> OwnBooks:
    """For this request, as a call from the visitor's number would open them."""
    board = switchboard_here(connection)
    slots = current_app.extensions["ivr.switchboards"].slots(board)
    language = board.practice.language_for(guest().language)
    scene = Scene(board, Caller(guest().number), board.practice.lines[0], language, here().now)
    return OwnBooks(Books(connection, here().id, None, scene, slots), guest().actor, guest().number)


def planned_for(books: OwnBooks, patients: Sequence[Patient]) -> tuple[Appointment, ...]:
    """What is planned for these patients, nearest first."""
    found: tuple[Appointment, ...] = books.books.answer(FindAppointments(tuple(one.key for one in patients)))
    return found


def planned_asked(books: OwnBooks, patients: Sequence[Patient], appointment: int) -> Appointment:
    """The one of that id; 404 where it is nobody's of these, or planned no more."""
    return next((one for one in planned_for(books, patients) if one.id == appointment), None) or abort(404)


def patient_asked(patients: Sequence[Patient], key: str) -> Patient:
    """The one of these with that key; 404 for anybody else."""
    return next((one for one in patients if one.key == key), None) or abort(404)
