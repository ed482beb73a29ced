"""Records on the site: a patient is added, corrected, given numbers and relatives, and calls know of it."""

import pytest
from sqlalchemy import insert, select

from db.models.patients import PatientRow, PhoneRow, RelativeRow
from db.models.promises import DeliveryRow
from db.queries.practices import find_practice
from ivr.actions.load_practice import load_practice
from ivr.phones import PhoneNumber
from ivr.vocabulary import Role
from tests.lines import PRIORITY, STRANGER, WEDNESDAY_MORNING, Line, all_of, lilas_practice
from tests.site.visitor import Visitor, somebody

DURAND, NEW = "/admin/patients/durand", "/admin/new-patient"
LUCIE = {"last": "Fabre", "first": "Lucie", "born": "1968-07-14", "number": "01 99 00 22 22"}


@pytest.fixture
def desk(line: Line) -> Visitor:
    line.at(WEDNESDAY_MORNING)
    return somebody(line, Role.SECRETARY)


def words(browser: Visitor) -> str:
    return browser.reads().replace("\xa0", " ")


def send(browser: Visitor, address: str, **form: str) -> str:
    browser.get(DURAND)
    browser.post(address, **form)
    return words(browser)


def heard(line: Line, caller: str) -> str:
    return " ".join(spoken.text for spoken in line.ring(caller, "1").heard)


def numbers(line: Line) -> set[str]:
    return {phone.number.e164 for phone in all_of(line.engine, PhoneRow)}


def number_form(browser: Visitor, number: str) -> str:
    browser.get(DURAND)
    forms = browser.page.xpath("//form[contains(@action, '/removed')]")
    return next(str(form.get("action")) for form in forms if number in form.text_content().replace("\xa0", " "))


def test_a_patient_is_added_and_known_by_the_number(line: Line, desk: Visitor) -> None:
    assert "Lucie" not in heard(line, STRANGER)
    told = send(desk, NEW, **LUCIE)
    assert "Le patient est ajouté." in told
    assert "Lucie Fabre" in told
    assert "né(e) le 14 juillet 1968" in told
    assert "01 99 00 22 22" in told
    assert "pour Lucie" in heard(line, STRANGER)
    assert "C’est déjà enregistré." in send(desk, NEW, **LUCIE)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"last": ""}, "le nom ou le prénom manque"),
        ({"first": "R2D2"}, "ce n’est pas un nom"),
        ({"last": "x" * 101}, "ce n’est pas un nom"),
        ({"born": "2030-01-01"}, "la date de naissance n’est pas lisible"),
        ({"number": "06"}, "un numéro n’est pas lisible"),
        ({"number": "01 99 00 12 34"}, "c’est le numéro du cabinet"),
        ({"number": "01 99 00 66 66"}, "ce numéro est parmi les indésirables"),
    ],
)
def test_who_cannot_be_is_refused_in_a_sentence_and_stays_on_the_sheet(
    line: Line, desk: Visitor, changes: dict[str, str], told: str
) -> None:
    before = len(all_of(line.engine, PatientRow))
    assert told in send(desk, NEW, **LUCIE | changes)
    assert desk.page.xpath("//input[@name='first' or @name='last']/@value")
    assert len(all_of(line.engine, PatientRow)) == before


def test_a_name_is_corrected_heard_and_found(line: Line, desk: Visitor) -> None:
    told = send(desk, f"{DURAND}/name", last="Dûrand-Petit", first="Jeanne-Marie", born="")
    assert "Jeanne-Marie Dûrand-Petit" in told
    assert "nom : Durand Jeanne → Dûrand-Petit Jeanne-Marie" in told
    assert "né(e) le" not in told
    desk.get("/admin/patients?q=durand petit")
    assert DURAND in desk.links()
    assert "Jeanne-Marie" in heard(line, PRIORITY)
    assert "ce n’est pas un nom" in send(desk, f"{DURAND}/name", last="1", first="2")


def test_a_number_is_added_with_the_patients_own_lists_left_alone(line: Line, desk: Visitor) -> None:
    assert "numéro ajouté : 01 99 00 22 22" in send(desk, f"{DURAND}/numbers", number="01 99 00 22 22")
    assert "Jeanne" in heard(line, STRANGER)
    assert "C’est déjà enregistré." in send(desk, f"{DURAND}/numbers", number="01.99.00.22.22")
    assert "c’est le numéro du cabinet" in send(desk, f"{DURAND}/numbers", number="01 99 00 12 34")
    assert "un numéro n’est pas lisible" in send(desk, f"{DURAND}/numbers", number="zz")
    for last in range(19):
        send(desk, f"{DURAND}/numbers", number=f"01 99 00 30 {last:02d}")
    owner = select(PatientRow.id).where(PatientRow.key == "durand")
    with line.engine.connect() as connection:
        its = connection.scalars(select(PhoneRow.number).where(PhoneRow.patient_id == owner.scalar_subquery())).all()
    assert len(its) == 20
    assert "un patient a 20 numéros au plus" in send(desk, f"{DURAND}/numbers", number="01 99 00 31 00")
    many = ";".join(f"01 99 00 32 {last:02d}" for last in range(21))
    assert "un patient a 20 numéros au plus" in send(desk, NEW, **LUCIE | {"number": many})


def test_how_slowly_a_number_is_spoken_to_is_in_the_history(line: Line) -> None:
    doctor = somebody(line, Role.PRACTITIONER)
    doctor.get(DURAND)
    lists = str(doctor.page.xpath("//form[contains(@action, '/phones/')]/@action")[0])
    assert "06 39 98 11 11 : voix lente" in send(doctor, lists, slow="on")
    assert "voix normale" not in send(doctor, lists, slow="on")
    assert "06 39 98 11 11 : voix normale" in send(doctor, lists)


def test_a_number_is_taken_away_but_one_on_a_list_by_the_doctor_alone(line: Line, desk: Visitor) -> None:
    send(desk, f"{DURAND}/numbers", number="01 99 00 22 22")
    assert "numéro retiré : 01 99 00 22 22" in send(desk, number_form(desk, "01 99 00 22 22"))
    assert STRANGER not in numbers(line)
    listed = number_form(desk, "06 39 98 11 11")
    assert "le docteur seul peut le retirer" in send(desk, listed)
    assert PRIORITY in numbers(line)
    doctor = somebody(line, Role.PRACTITIONER)
    assert "numéro retiré : 06 39 98 11 11" in send(doctor, listed)
    assert PRIORITY not in numbers(line)


def test_a_relative_is_looked_for_let_book_and_taken_back(line: Line, desk: Visitor) -> None:
    desk.get(f"{DURAND}?booker=moreau")
    address = str(desk.page.xpath("//form[contains(@action, '/bookers/')]/@action")[0])
    assert "un proche de plus peut réserver" in send(desk, address)
    assert "Peuvent réserver pour ce patient" in words(desk)
    count = len(all_of(line.engine, RelativeRow))
    send(desk, address)
    assert len(all_of(line.engine, RelativeRow)) == count
    send(desk, f"{DURAND}/bookers/durand")
    assert len(all_of(line.engine, RelativeRow)) == count
    assert "un proche ne peut plus réserver" in send(desk, address, remove="1")
    assert len(all_of(line.engine, RelativeRow)) == count - 1
    desk.get(f"{DURAND}?booker=personne")
    assert "Personne de ce nom." in words(desk)


def test_records_of_another_practice_are_out_of_reach(line: Line, desk: Visitor) -> None:
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
        lilas = find_practice(connection, "lilas")
        assert lilas is not None
        theirs = {"practice_id": lilas.id, "key": "secret", "first_name": "A", "last_name": "B", "relatives": "open"}
        patient = connection.execute(insert(PatientRow).values(theirs).returning(PatientRow.id)).scalar_one()
        phone = {"practice_id": lilas.id, "patient_id": patient, "position": 0, "is_slow": False}
        added = insert(PhoneRow).values(phone | {"number": PhoneNumber("+33199009999")}).returning(PhoneRow.id)
        phone_id = connection.execute(added).scalar_one()
    assert desk.get("/admin/patients/secret/name").status_code == 404
    for address in ("secret/name", "secret/numbers", "durand/bookers/secret", f"durand/numbers/{phone_id}/removed"):
        desk.get(DURAND)
        assert desk.post(f"/admin/patients/{address}", **LUCIE).status_code == 404
    assert "+33199009999" in numbers(line)


def test_the_link_to_the_patient_space_goes_to_a_number_of_theirs_thrice_a_day(line: Line, desk: Visitor) -> None:
    for _ in range(3):
        assert "Le lien part par SMS" in send(desk, f"{DURAND}/space-link")
    assert "Aucun lien n’est parti" in send(desk, f"{DURAND}/space-link")
    texts = [row for row in all_of(line.engine, DeliveryRow) if row.template == "SMS-SPACE"]
    assert [text.to.e164 for text in texts] == [PRIORITY] * 3
    assert "Aucun lien n’est parti" in send(desk, "/admin/patients/petitjean/space-link")
