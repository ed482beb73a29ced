"""Patients who come to their space: the link that a call brought, the birth date, and then their pages."""

from datetime import date

from sqlalchemy import select

from db.engine import reading
from db.models.promises import DeliveryRow
from ivr.actions.visits import promise_link
from ivr.phones import PhoneNumber
from ivr.vocabulary import Language
from tests.lines import WEDNESDAY_LUNCH, Line
from tests.site.visitor import Visitor, id_of_practice, visitor

CLAIRE, CLAIRES_BIRTHDAY = "+33639984444", date(1985, 4, 12)
"""She has a son, Léo, on the same number, and may book for him."""
JEANNE, JEANNES_BIRTHDAY = "+33639981111", date(1941, 3, 5)
PAUL, PAULS_BIRTHDAY = "+33639982222", date(1955, 11, 20)
ANN, ANNS_BIRTHDAY = "+33639983333", date(1980, 9, 30)


def a_link(line: Line, number: str = CLAIRE, practice: str = "pasteur", language: Language = Language.FRENCH) -> str:
    """The address of a link that was sent to that number just now."""
    with line.engine.begin() as connection:
        owner = id_of_practice(line.engine, practice)
        promise_link(connection, owner, PhoneNumber(number), language, "Martin", "15", line.clock.now)
    return f"/p/{texts(line, 'SMS-SPACE')[-1].token}"


def a_link_by_telephone(line: Line, number: str) -> str:
    """The address of the link that somebody gets who presses 1 where the doctor answers in writing."""
    line.at(WEDNESDAY_LUNCH).ring(number, "2", "2", "1")
    return f"/p/{texts(line, 'SMS-LINK')[-1].token}"


def tell_birthday(browser: Visitor, address: str, born: date, **form: str) -> Visitor:
    """Open the link and tell a birth date."""
    browser.get(address)
    browser.post(address, day=str(born.day), month=str(born.month), year=str(born.year), **form)
    return browser


def inside(line: Line, number: str = CLAIRE, born: date = CLAIRES_BIRTHDAY, practice: str = "pasteur") -> Visitor:
    """A patient who has come in."""
    browser = tell_birthday(visitor(line.app), a_link(line, number, practice), born)
    assert browser.shown is not None
    assert browser.shown.request.path == "/p/appointments", browser.reads()
    return browser


def texts(line: Line, template: str) -> list[DeliveryRow]:
    """The SMS of that template, oldest first."""
    with reading(line.engine)() as connection:
        query = select(DeliveryRow.__table__).where(DeliveryRow.template == template).order_by(DeliveryRow.id)
        return list(connection.execute(query))  # type: ignore[arg-type]
