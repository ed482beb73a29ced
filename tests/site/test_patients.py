"""Patients: found by name or number, their numbers given lists, and the week that follows from them."""

import re

import pytest

from db.engine import reading
from db.models.access import AccessRow
from db.models.patients import ContactExceptionRow
from ivr.actions.load_practice import load_practice
from ivr.actions.patient_rows import patient_ids, read_patients
from ivr.practice_files.schema import AllActsPart, PatientPart
from ivr.vocabulary import RelativesRule, Role
from tests.lines import PRIORITY, SUNDAY, WEDNESDAY_LUNCH, Line, all_of, demo_practice
from tests.site.visitor import Visitor, id_of_practice, somebody

DURAND = "/admin/patients/durand"


@pytest.fixture
def martin(line: Line) -> Visitor:
    return somebody(line, Role.PRACTITIONER)


def found(browser: Visitor, wanted: str) -> list[str]:
    """The patients whom a search shows, by key."""
    browser.get(f"/admin/patients?q={wanted}")
    return [link.rpartition("/")[2] for link in browser.links() if re.fullmatch(r"/admin/patients/[\w-]+", link)]


@pytest.mark.parametrize("wanted", ["durand", "DUR", "jeanne d", "Jéànne", "06 39 98 11 11", "0639981111", "98 11 11"])
def test_a_patient_is_found_by_the_beginning_of_a_name_or_a_number(martin: Visitor, wanted: str) -> None:
    assert "durand" in found(martin, wanted)


@pytest.mark.parametrize("wanted", ["", "urand", "durand x", "%", "_____", "99999999", "<script>"])
def test_nobody_is_found_by_anything_else(martin: Visitor, wanted: str) -> None:
    assert found(martin, wanted) == []
    assert "<script>" not in martin.shown.text.split("<main", 1)[1]  # type: ignore[union-attr]


def form_of(browser: Visitor) -> str:
    """Where the first number's form is sent."""
    return str(browser.page.xpath("//form[contains(@action, '/phones/')]/@action")[0])


def outcome(line: Line, caller: str) -> str:
    """What key 2 for doctor Martin leads to."""
    return type(line.ring(caller, "2", "1").stop).__name__


def test_a_list_given_on_the_page_holds_for_the_next_call(line: Line, martin: Visitor) -> None:
    assert outcome(line.at(SUNDAY), PRIORITY) != "Dial"
    martin.get(DURAND)
    shown = martin.post(form_of(martin), **{"reach-martin": "always", "reach-leroy": "none"})
    assert "C’est enregistré" in shown.text
    assert martin.page.xpath("//select[@name='reach-martin']/option[@selected]/@value") == ["always"]
    assert "Contacter Prioritaires → Contacter 24 h/24" in martin.reads().replace("\xa0", " ")
    assert outcome(line.at(SUNDAY), PRIORITY) == "Dial"
    martin.get(DURAND)
    martin.post(form_of(martin), **{"reach-martin": "none", "reach-leroy": "none"})
    assert outcome(line.at(WEDNESDAY_LUNCH), PRIORITY) != "Dial"


def test_an_assisted_number_hears_no_menu(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    martin.post(form_of(martin), **{"reach-martin": "priority", "assisted-martin": "on"})
    assert type(line.ring(PRIORITY).stop).__name__ == "Dial"


def test_a_secretary_sees_the_lists_and_changes_none(line: Line, martin: Visitor) -> None:
    secretary = somebody(line, Role.SECRETARY)
    secretary.get(DURAND)
    assert secretary.page.xpath("//select[@name='reach-martin']/@disabled")
    assert secretary.post(form_of(secretary), **{"reach-martin": "always"}).status_code == 403
    martin.get(DURAND)
    assert martin.page.xpath("//select[@name='reach-martin']/option[@selected]/@value") == ["priority"]


def test_who_shares_a_number_is_told_beside_it(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    assert "Ce numéro sert aussi à" not in martin.reads()
    child = {"key": "lou", "first_name": "Lou", "last_name": "Durand", "phones": [{"number": PRIORITY}]}
    practice = demo_practice().model_copy(update={"patients": [PatientPart.model_validate(child)], "appointments": []})
    with line.engine.begin() as connection:
        load_practice(connection, practice)
    martin.get(DURAND)
    assert "Ce numéro sert aussi à Lou" in martin.reads()


def test_another_number_than_the_patients_own_is_not_changed(line: Line, martin: Visitor) -> None:
    martin.get("/admin/patients/moreau")
    other = form_of(martin).rpartition("/")[2]
    martin.get(DURAND)
    assert martin.post(f"{DURAND}/phones/{other}", **{"reach-martin": "none"}).status_code == 404


def test_the_week_says_when_the_number_rings(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    words = martin.get(f"{DURAND}/week?practitioner=martin&on=2026-12-02").text
    wednesday = martin.page.xpath("//tr[th[contains(., 'mercredi')]]")[0].text_content()
    assert "12:00–19:00" in wednesday
    assert "liste Prioritaires" in wednesday
    assert words.count("<rect") >= 7 * 2
    assert "Semaine du 30 novembre 2026" in words


@pytest.mark.parametrize("query", ["on=x", "on=9999-12-31", "on=0001-01-01", "practitioner=nobody", "on=2027-03-28"])
def test_a_week_that_cannot_be_shown_is_this_one(martin: Visitor, query: str) -> None:
    assert martin.get(f"{DURAND}/week?{query}").status_code == 200


def test_every_look_at_a_patient_is_in_the_access_log(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    entry = all_of(line.engine, AccessRow)[-1]
    assert (entry.action, entry.actor) == ("opened", "user 1")
    assert entry.subject.startswith("patient ")


def acts_form(doctor: str = "martin") -> str:
    return f"{DURAND}/acts/{doctor}"


def state(browser: Visitor, act: str) -> tuple[str, str]:
    """Which switch of an act with the first doctor is chosen, and whether it can be booked now."""
    (row,) = browser.page.xpath(f"(//select[@name='state-{act}'])[1]/ancestor::tr")
    chosen = row.xpath(".//option[@selected]/@value")
    return (chosen or [""])[0], str(row.xpath("./th/span/text()")[0]).replace("\xa0", " ")


def test_an_act_is_taken_away_until_a_day_and_given_back(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    before = state(martin, "consultation")
    martin.post(
        acts_form(), **{"state-consultation": "off", "until-consultation": "2026-12-31", "reason-consultation": "x"}
    )
    assert state(martin, "consultation") == ("off", "pas réservable")
    assert "consultation, martin : comme pour tous → retiré jusqu’au 31 décembre 2026" in martin.reads().replace(
        "\xa0", " "
    )
    line.clock.pass_seconds(60 * 24 * 3600)
    martin = somebody(line, Role.PRACTITIONER, "again@pasteur.example")
    martin.get(DURAND)
    assert state(martin, "consultation")[1] == before[1]
    martin.post(acts_form())
    assert state(martin, "consultation")[0] == ""


def test_all_acts_off_holds_for_the_next_call_with_that_doctor_only(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    martin.post(acts_form(), all="off", **{"reason-all": "Conflit"})
    assert state(martin, "consultation")[1] == "pas réservable"
    assert martin.page.xpath("//input[@name='all'][@checked]")
    opened = martin.page.xpath("//table[contains(@class, 'acts')][.//input[@name='all'][not(@checked)]]//span/text()")
    assert "réservable" in opened


@pytest.mark.parametrize("until", ["2020-01-01", "tomorrow", "2026-13-01"])
def test_a_date_that_cannot_be_changes_nothing(martin: Visitor, until: str) -> None:
    martin.get(DURAND)
    before = state(martin, "consultation")
    martin.post(acts_form(), **{"state-consultation": "off", "until-consultation": until})
    assert "Rien n’a été changé" in martin.reads()
    assert state(martin, "consultation") == before


def test_acts_of_nobody_are_not_there(martin: Visitor) -> None:
    martin.get(DURAND)
    assert martin.post(acts_form("nobody")).status_code == 404
    martin.get(DURAND)
    assert martin.post("/admin/patients/nobody/acts/martin").status_code == 404


def test_all_acts_off_beside_one_that_was_off_leaves_a_patient_that_can_be_read(line: Line, martin: Visitor) -> None:
    """A practice file writes either; all of them say what the one says."""
    martin.get(DURAND)
    martin.post(acts_form(), all="off", **{"state-urgence": "off", "state-longue": "on"})
    assert state(martin, "consultation")[1] == "pas réservable"
    practice = id_of_practice(line.engine, "pasteur")
    with reading(line.engine)() as connection:
        (part,) = read_patients(connection, patient_ids(connection, practice, ["durand"]).values())
    assert isinstance(part.acts["martin"].off, AllActsPart)
    assert [switch.act for switch in part.acts["martin"].on] == ["longue"]


def give(browser: Visitor, **chosen: str) -> str:
    """Send the first number's form with this of it changed; what the page tells."""
    browser.get(DURAND)
    browser.post(form_of(browser), **{"reach-martin": "none", "reach-leroy": "none"} | chosen)
    return browser.reads()


def test_a_list_with_an_end_holds_to_the_end_of_that_day(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    told = give(
        martin, **{"reach-martin": "always", "until-martin": "2026-12-05", "reason-martin": "Suites opératoires"}
    )
    assert "jusqu’au 5 décembre 2026" in told
    assert martin.page.xpath("//input[@name='until-martin']/@value")[0] == "2026-12-05"
    assert martin.page.xpath("//input[@name='reason-martin']/@value")[0] == "Suites opératoires"
    assert outcome(line.at("2026-12-05T23:50:00+01:00"), PRIORITY) == "Dial"
    assert outcome(line.at("2026-12-06T00:10:00+01:00"), PRIORITY) != "Dial"
    martin.get(DURAND)
    assert martin.page.xpath("//input[@name='until-martin']/@value")[0] == ""


def test_the_week_shows_where_a_list_ends(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    give(martin, **{"reach-martin": "always", "until-martin": "2026-12-03"})
    martin.get(f"{DURAND}/week?on=2026-12-02")
    days = [" ".join(day.text_content().split()) for day in martin.page.xpath("(//tbody)[1]/tr")]
    assert "liste 24 h/24" in days[3].replace("\xa0", " ")
    assert "liste" not in days[4]


@pytest.mark.parametrize("until", ["2026-12-01", "demain", "3000-01-01", "2026-02-30"])
def test_a_list_cannot_end_in_the_past_or_never_never(line: Line, martin: Visitor, until: str) -> None:
    line.at(WEDNESDAY_LUNCH)
    assert "Une date ne va pas" in give(martin, **{"reach-martin": "always", "until-martin": until})
    assert outcome(line.at(SUNDAY), PRIORITY) != "Dial"


def test_one_list_is_given_to_all_numbers_of_a_patient_at_once(line: Line, martin: Visitor) -> None:
    numbers = [{"number": PRIORITY}, {"number": "+33639981112"}]
    jeanne = {"key": "durand", "first_name": "Jeanne", "last_name": "Durand", "phones": numbers}
    practice = demo_practice().model_copy(update={"patients": [PatientPart.model_validate(jeanne)], "appointments": []})
    with line.engine.begin() as connection:
        load_practice(connection, practice)
    give(martin, **{"reach-martin": "always", "others": "on"})
    lists = martin.page.xpath("//select[@name='reach-martin']/option[@selected]/@value")
    assert len(lists) == len(martin.page.xpath("//form[contains(@action, '/phones/')]")) > 1
    assert set(lists) == {"always"}


def test_who_gave_a_list_and_since_when_stays_when_only_its_end_is_changed(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    give(martin, **{"reach-martin": "always"})
    began = line.clock.now
    line.at("2026-12-03T10:00:00+01:00")
    give(martin, **{"reach-martin": "always", "until-martin": "2027-01-31"})
    (row,) = [row for row in all_of(line.engine, ContactExceptionRow) if row.until_on]
    assert (row.since_at, row.made_by) == (began, "user 1")
    line.at("2026-12-04T10:00:00+01:00")
    give(martin, **{"reach-martin": "priority", "until-martin": "2027-01-31"})
    (row,) = [row for row in all_of(line.engine, ContactExceptionRow) if row.until_on]
    assert row.since_at == line.clock.now


def test_documents_are_allowed_until_a_day_and_taken_back(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    martin.get(DURAND)
    martin.post(f"{DURAND}/documents/martin", **{"until-documents": "2027-01-15"})
    assert "martin : jusqu’au 31 décembre 2026 → jusqu’au 15 janvier 2027" in martin.reads().replace("\xa0", " ")
    assert part_of(line, "durand").documents["martin"].isoformat() == "2027-01-15"
    martin.post(f"{DURAND}/documents/martin", **{"until-documents": ""})
    assert "martin" not in part_of(line, "durand").documents
    martin.post(f"{DURAND}/documents/martin", **{"until-documents": "2026-12-01"})
    assert "Une date ne va pas" in martin.reads()
    assert martin.post(f"{DURAND}/documents/nobody", **{"until-documents": "2027-01-15"}).status_code == 404


def test_whether_relatives_may_be_added_is_chosen_for_one_patient(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    martin.post(f"{DURAND}/relatives", relatives="closed")
    assert part_of(line, "durand").relatives is RelativesRule.CLOSED
    assert "→ fermé" in martin.reads()
    assert martin.post(f"{DURAND}/relatives", relatives="everybody").status_code == 400


def test_the_page_shows_appointments_and_relatives(line: Line, martin: Visitor) -> None:
    child = {"key": "lou", "first_name": "Lou", "last_name": "Durand", "relative_of": ["durand"]}
    practice = demo_practice().model_copy(update={"patients": [PatientPart.model_validate(child)], "appointments": []})
    with line.engine.begin() as connection:
        load_practice(connection, practice)
    line.at("2026-12-02T09:00:00+01:00")
    martin.get(DURAND)
    assert "À venir aujourd’hui à 9 h 15 · Consultation" in martin.reads().replace("\xa0", " ")
    assert "Ce patient peut réserver pour : Lou Durand" in martin.reads().replace("\xa0", " ")
    line.at("2026-12-02T09:30:00+01:00")
    martin.get(DURAND)
    assert "Passés aujourd’hui à 9 h 15 · Consultation" in martin.reads().replace("\xa0", " ")
    assert "dernier rendez-vous : aujourd’hui à 9 h 15" in martin.reads().replace("\xa0", " ")
    martin.get("/admin/patients/lou")
    assert "Peuvent réserver pour ce patient Jeanne Durand" in martin.reads().replace("\xa0", " ")


def part_of(line: Line, key: str) -> PatientPart:
    """The patient as a practice file tells it."""
    with reading(line.engine)() as connection:
        ids = patient_ids(connection, id_of_practice(line.engine, "pasteur"), [key])
        (part,) = read_patients(connection, ids.values())
    return part


def test_what_a_list_would_change_is_shown_before_it_is_saved(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    martin.get(DURAND)
    chosen = {"reach-martin": "always", "reach-leroy": "none", "until-martin": "2026-12-06"}
    martin.post(f"{form_of(martin)}/preview", **chosen)
    told = martin.reads().replace("\xa0", " ")
    assert "fermé : message → le téléphone du docteur sonne" in told
    assert "Dr Leroy" not in told
    assert outcome(line.at(SUNDAY), PRIORITY) != "Dial"
    confirm = martin.page.xpath("//form[contains(@action, '/phones/')]")[0]
    hidden = {field.get("name"): field.get("value") for field in confirm.xpath(".//input")}
    line.at(WEDNESDAY_LUNCH)
    martin.post(confirm.get("action"), **hidden)
    assert "C’est enregistré" in martin.reads()
    assert outcome(line.at(SUNDAY), PRIORITY) == "Dial"


def test_a_list_that_stays_changes_nothing(line: Line, martin: Visitor) -> None:
    martin.get(DURAND)
    martin.post(f"{form_of(martin)}/preview", **{"reach-martin": "priority", "reach-leroy": "none"})
    assert "Rien ne change pour les appels" in martin.reads()


def test_a_list_that_would_be_refused_is_refused_in_the_preview(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    martin.get(DURAND)
    martin.post(f"{form_of(martin)}/preview", **{"reach-martin": "always", "until-martin": "2026-12-01"})
    assert "Une date ne va pas" in martin.reads()


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        ("moreau", "Paul Moreau 06 39 98 22 22"),
        ("06 39 98 22 22", "Ce numéro 06 39 98 22 22"),
        ("06 12 34 56 78", "Ce numéro 06 12 34 56 78"),
    ],
)
def test_two_people_are_seen_side_by_side(martin: Visitor, beside: str, told: str) -> None:
    martin.get(f"{DURAND}/week?beside={beside}")
    heads = [" ".join(head.text_content().split()).replace("\xa0", " ") for head in martin.page.xpath("//h2")]
    assert heads == ["Jeanne Durand 06 39 98 11 11", told]
    assert len(martin.page.xpath("//table")) == 2


@pytest.mark.parametrize("beside", ["nobody", "%", "e"])
def test_who_cannot_be_told_is_not_compared(martin: Visitor, beside: str) -> None:
    martin.get(f"{DURAND}/week?beside={beside}")
    assert "précisez" in martin.reads()
    assert len(martin.page.xpath("//table")) == 1


def test_a_reason_holds_nothing_that_a_practice_file_could_not(line: Line, martin: Visitor) -> None:
    line.at(WEDNESDAY_LUNCH)
    give(martin, **{"reach-martin": "always", "reason-martin": "Suites\x00 \x1b😀 opératoires \x7f"})
    assert part_of(line, "durand").phones[0].reason == {"martin": "Suites opératoires"}


def test_the_preview_is_of_all_numbers_that_would_change(line: Line, martin: Visitor) -> None:
    numbers = [{"number": PRIORITY}, {"number": "+33639981112", "reach": {"martin": "always"}}]
    jeanne = {"key": "durand", "first_name": "Jeanne", "last_name": "Durand", "phones": numbers}
    practice = demo_practice().model_copy(update={"patients": [PatientPart.model_validate(jeanne)], "appointments": []})
    with line.engine.begin() as connection:
        load_practice(connection, practice)
    martin.get(DURAND)
    martin.post(f"{form_of(martin)}/preview", **{"reach-martin": "none", "reach-leroy": "none", "others": "on"})
    assert "06 39 98 11 12" in martin.reads().replace("\xa0", " ")


def test_whose_weeks_are_seen_is_in_the_access_log(line: Line, martin: Visitor) -> None:
    martin.get(f"{DURAND}/week?beside=06 39 98 22 22")
    opened = {entry.subject for entry in all_of(line.engine, AccessRow) if entry.action == "opened"}
    assert len(opened) == 2
