"""Patients write when the practitioner takes messages, inside their window; the answer is never in the SMS itself."""

import pytest
from sqlalchemy import delete, insert, update

from db.models.letters import LetterRow
from db.models.patients import PhoneRow
from db.models.practices import PractitionerRow
from db.models.promises import DeliveryRow, TaskRow, TextRefusalRow
from ivr.actions.letters import MOST_A_DAY
from ivr.phones import PhoneNumber
from ivr.texts import compose
from ivr.vocabulary import Language, Role
from tests.lines import SUNDAY, WEDNESDAY_LUNCH, Line, all_of
from tests.site.visitor import Visitor, id_of_practice, somebody, visitor
from tests.space.coming import PAUL, PAULS_BIRTHDAY, inside, tell_birthday

LEROY = "/p/messages/leroy"
HIS_PAGE = "/admin/patients/moreau/messages/leroy"
PRIVATE = "Ma toux revient\n<la nuit> & le matin"


@pytest.fixture
def paul(line: Line) -> Visitor:
    """He is on a list of doctor Martin; doctor Leroy answers in writing, on weekdays from nine to five."""
    return inside(line.at(WEDNESDAY_LUNCH), PAUL, PAULS_BIRTHDAY)


def write(browser: Visitor, text: str = PRIVATE, address: str = LEROY) -> str:
    browser.get("/p/messages")
    browser.post(address, text=text)
    return browser.reads()


def answer(line: Line, text: str = "Passez demain.") -> Visitor:
    desk = somebody(line, Role.PRACTITIONER)
    desk.get(HIS_PAGE)
    desk.post(HIS_PAGE, text=text)
    return desk


def test_a_message_is_a_task_until_it_is_answered(line: Line, paul: Visitor) -> None:
    assert "Votre message est arrivé." in write(paul)
    write(paul, "Et mon ordonnance ?")
    (task,) = all_of(line.engine, TaskRow)
    assert (task.kind, task.state, task.note, task.caller.e164) == ("written", "open", None, PAUL)
    desk = somebody(line, Role.SECRETARY)
    desk.get("/admin/")
    assert HIS_PAGE in desk.links()
    assert "<la nuit> & le matin" in desk.get(HIS_PAGE).text.replace("&lt;", "<").replace("&gt;", ">").replace(
        "&amp;", "&"
    )
    assert "<la nuit>" not in desk.get(HIS_PAGE).text
    answer(line)
    (task,) = all_of(line.engine, TaskRow)
    assert (task.state, task.outcome) == ("done", "answered")


def test_the_sms_brings_a_link_and_not_a_word_of_the_answer(line: Line, paul: Visitor) -> None:
    write(paul)
    assert "un SMS prévient le patient" in answer(line, "Résultat normal.").reads()
    (told,) = [row for row in all_of(line.engine, DeliveryRow) if row.template == "SMS-ANSWER"]
    text = compose(told.template, Language(told.language), told.fields | {"link": "https://x.test/p/a"})
    assert told.to.e164 == PAUL
    assert "normal" not in text
    assert "toux" not in text
    browser = tell_birthday(visitor(line.app), f"/p/{told.token}", PAULS_BIRTHDAY)
    browser.get("/p/messages")
    assert "Résultat normal." in browser.reads()
    assert "lue" in somebody(line, Role.SECRETARY).get(HIS_PAGE).text


def test_without_sms_the_practice_is_told_to_call(line: Line, paul: Visitor) -> None:
    write(paul)
    with line.engine.begin() as connection:
        refused = {"practice_id": id_of_practice(line.engine, "pasteur"), "number": PhoneNumber(PAUL)}
        connection.execute(insert(TextRefusalRow).values(refused | {"since_at": line.clock.now}))
    assert "rappelez-le" in answer(line).reads()


@pytest.mark.parametrize(
    ("moment", "may"),
    [
        pytest.param(WEDNESDAY_LUNCH, True, id="within his window"),
        pytest.param(SUNDAY, False, id="closed"),
        pytest.param("2026-12-29T10:00:00+01:00", False, id="on leave"),
    ],
)
def test_messages_are_taken_inside_the_window_of_the_patient(line: Line, moment: str, may: bool) -> None:
    paul = inside(line.at(moment), PAUL, PAULS_BIRTHDAY)
    paul.get("/p/messages")
    forms = paul.page.xpath("//form/@action")
    assert (LEROY in forms) is may
    write(paul)
    assert bool(all_of(line.engine, LetterRow)) is may


def test_who_takes_calls_only_takes_no_messages(line: Line, paul: Visitor) -> None:
    with line.engine.begin() as connection:
        connection.execute(update(PractitionerRow).values(contact="calls"))
        connection.exec_driver_sql("UPDATE practices SET version = version + 1")
    assert "Personne ne répond par écrit" in paul.get("/p/messages").text
    paul.get("/p/book")
    assert paul.post(LEROY, text="Bonjour").status_code == 404


def test_a_list_that_reaches_further_writes_further(line: Line) -> None:
    evening = "2026-12-02T21:00:00+01:00"
    paul = inside(line.at(evening), PAUL, PAULS_BIRTHDAY)
    paul.get("/p/messages")
    assert [form for form in paul.page.xpath("//form/@action") if form.startswith("/p/messages")] == [
        "/p/messages/martin"
    ]


def test_nothing_and_too_much_are_no_messages(line: Line, paul: Visitor) -> None:
    assert "n’a pas été pris" in write(paul, "  ")
    for place in range(MOST_A_DAY):
        write(paul, f"Message {place}")
    assert "n’a pas été pris" in write(paul)
    assert len(all_of(line.engine, LetterRow)) == MOST_A_DAY


def test_nobody_is_told_of_an_answer_on_a_number_that_is_somebody_elses_now(line: Line, paul: Visitor) -> None:
    write(paul)
    with line.engine.begin() as connection:
        connection.execute(delete(PhoneRow).where(PhoneRow.number == PhoneNumber(PAUL)))
    assert "rappelez-le" in answer(line).reads()
    assert [row for row in all_of(line.engine, DeliveryRow) if row.template == "SMS-ANSWER"] == []


def test_an_answer_needs_a_letter(line: Line, paul: Visitor) -> None:
    assert "Rien n’a été envoyé" in answer(line).reads()
    assert all_of(line.engine, LetterRow) == []


def test_letters_of_another_practice_are_out_of_reach(lilas: Line, line: Line, paul: Visitor) -> None:
    write(paul)
    other = somebody(line, Role.ADMINISTRATOR, practice="lilas")
    assert other.get(HIS_PAGE).status_code == 404
    other.get("/admin/")
    assert other.post(HIS_PAGE, text="Bonjour").status_code == 404


def test_a_patient_reads_no_letters_of_another(line: Line, paul: Visitor) -> None:
    write(paul)
    claire = inside(line)
    assert "toux" not in claire.get("/p/messages").text
