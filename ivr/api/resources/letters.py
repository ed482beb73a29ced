"""What patients wrote, and the answers to it."""

from flask import Blueprint, Response, url_for
from sqlalchemy import Connection, Row

from db.queries.letters import find_letter, letters_after
from ivr.actions.letters import answer_letter, find_correspondence
from ivr.api.answers import CREATED, answered, marked
from ivr.api.here import asking, here, note, note_read, read, switchboard_here
from ivr.api.once import once
from ivr.api.operations import Operation, operation
from ivr.api.pages import after_id, page
from ivr.api.problems import Kind, ProblemError, not_found
from ivr.api.resources.exceptions import check_whom
from ivr.api.shapes.letters import Answered, Letter, LetterPage, LetterQuery, NewAnswer
from ivr.vocabulary import Scope

TAG = "Letters"
READ, WRITE = Scope.LETTERS_READ, Scope.LETTERS_WRITE
NOTHING_TO_ANSWER = "The patient wrote nothing to this practitioner, or the answer is empty; call the patient instead."

letters = Blueprint("letters", __name__, url_prefix="/letters")


@letters.get("")
@operation(Operation("list_letters", READ, TAG, LetterPage, query=LetterQuery, has_pages=True))
def list_letters(query: LetterQuery) -> Response:
    """List what patients wrote and the answers, the latest first."""
    with read()() as connection:
        check_whom(connection, query.patient, query.practitioner)
        asked = here().id, after_id(query), query.limit
        rows = letters_after(connection, *asked, patient=query.patient, practitioner=query.practitioner)
    note_read("listed", "letters", [row.id for row in rows[: query.limit]])
    return page(LetterPage, query, rows, Letter.of, lambda row: (row.id,))


@letters.get("/<row:letter>")
@operation(Operation("get_letter", READ, TAG, Letter, has_mark=True))
def get(letter: int) -> Response:
    """Read a letter."""
    with read()() as connection:
        row = _found(connection, letter)
    note_read("opened", f"patient {row.patient_id}")
    return marked(Letter.of(row))


@letters.post("")
@operation(Operation("answer_letter", WRITE, TAG, Answered, 201, body=NewAnswer, creates=True))
def answer(body: NewAnswer) -> Response:
    """Answer what a patient wrote.

    The task is done with it; an SMS tells the patient that an answer waits, never what it says.
    """

    def work(connection: Connection) -> Response:
        pair = find_correspondence(connection, here().id, body.patient, body.practitioner)
        if pair is None:
            raise not_found()
        practice = switchboard_here(connection).practice
        written = answer_letter(connection, practice, pair, body.text, asking().actor, here().now)
        if written is None:
            raise ProblemError(Kind.CONFLICT, NOTHING_TO_ANSWER)
        note(connection, "answered", f"patient {pair.patient}")
        given = Answered(letter=Letter.of(_found(connection, written.id)), told=written.is_told)
        return answered(given, CREATED, {"Location": url_for("letters.get", letter=written.id)})

    return once(work)


def _found(connection: Connection, letter: int) -> Row[tuple[object, ...]]:
    found = find_letter(connection, here().id, letter)
    if found is None:
        raise not_found()
    return found
