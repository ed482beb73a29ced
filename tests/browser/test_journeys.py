"""What a practice does every day, from one end to the other: in both languages, at a telephone and at a desk."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, expect

from ivr.vocabulary import Language
from tests.browser.person import Person
from tests.browser.pictures import PHONE
from tests.browser.practice import Practice, be_quick_to_prove
from tests.browser.steps import close_for_the_afternoon, give_a_list, plan_a_leave, take_the_leave_out
from tests.browser.visits import at_a_browser, signed_in
from tests.site.visitor import PASSWORD

NEW_PATIENTS = """Nom;Prénom;Date de naissance;Téléphone
Fabre;Lucie;14/07/1968;06 39 98 60 01
Durand;Jeanne;05/03/1941;06 39 98 11 12
Meunier;Hugo;02/11/2001;01 99 00 12 34
"""
"""One to create, one to complete, and one whose number is the practice's own."""


def test_she_signs_in_with_a_password_and_signs_out(newcomer: Person, practice: Practice) -> None:
    newcomer.open(practice.invitation(newcomer.language))
    newcomer.can_use_it()
    newcomer.press(newcomer.button("Entrer"))
    newcomer.page.locator("#new_password").fill(PASSWORD)
    newcomer.page.locator("#new_password_confirm").fill(PASSWORD)
    newcomer.sees("mot-de-passe")
    newcomer.press(newcomer.page.locator("main [type=submit]"))
    newcomer.open("/admin/account")
    newcomer.can_use_it()
    newcomer.press(newcomer.button("Se déconnecter").last)
    newcomer.is_at("Se connecter")
    newcomer.page.locator("#email").fill("martin@pasteur.example")
    newcomer.page.locator("#password").fill(PASSWORD)
    newcomer.sees("connexion")
    newcomer.press(newcomer.button("Se connecter"))
    newcomer.is_at("Aujourd’hui")


def test_she_hears_a_message_calls_back_and_hands_it_over(doctor: Person) -> None:
    doctor.open("/admin/")
    doctor.sees("aujourd-hui")
    message = doctor.page.get_by_role("article").filter(has_text="Claire Bernard")
    doctor.can_use_it()
    sound = message.locator("audio")
    sound.focus()
    sound.press("Space")
    expect(sound).to_have_js_property("paused", value=False)
    doctor.press(message.get_by_role("button", name=re.compile(doctor.words("Vitesse"))))
    expect(sound).to_have_js_property("playbackRate", 1.5)
    sound.press("Space")
    expect(message.get_by_role("button", name=doctor.words("Rappeler"))).to_have_attribute("href", "tel:+33639984444")
    doctor.press(message.get_by_role("button", name=doctor.words("C’est fait")))
    done = doctor.page.get_by_role("listitem").filter(has_text="Claire Bernard")
    expect(message).to_have_count(0)
    doctor.sees("message-fait", doctor.page.get_by_role("region", name=doctor.words("Fait à l’instant")))
    doctor.press(done.get_by_role("button", name=doctor.words("Annuler")))
    expect(message).to_be_visible()
    doctor.choose(message.get_by_label(doctor.words("Transmettre à")), "Dr %(name)s", name="Leroy")
    doctor.press(message.get_by_role("button", name=doctor.words("Transmettre"), exact=True))
    doctor.is_told("C’est transmis.")
    expect(message.locator("header")).to_contain_text(doctor.words("Dr %(name)s", name="Leroy"))


def test_she_closes_for_the_afternoon_by_one_touch(doctor: Person) -> None:
    doctor.has_only_a_keyboard()
    close_for_the_afternoon(doctor)


def test_she_finds_a_child_without_accents_and_gives_a_list_for_some_weeks(doctor: Person) -> None:
    doctor.has_only_a_keyboard()
    give_a_list(doctor)


def test_she_reads_when_somebody_can_reach_her_and_compares(doctor: Person) -> None:
    doctor.open("/admin/patients/durand")
    doctor.press(doctor.link("Quand cette personne peut me joindre"))
    doctor.is_at("Quand %(name)s peut joindre le cabinet", name="Jeanne Durand")
    grid = doctor.page.get_by_role("img", name=doctor.words("Grille de la semaine ; le tableau dit la même chose."))
    expect(grid).to_have_count(1)
    doctor.reads(doctor.words("liste Prioritaires"))
    doctor.can_use_it()
    doctor.write(doctor.field("Comparer avec (nom ou numéro)"), "moreau")
    doctor.press(doctor.button("Comparer"))
    expect(grid).to_have_count(2)
    doctor.reads(doctor.words("liste 24 h/24"))
    doctor.sees("semaine-comparee")
    doctor.press(doctor.link("Semaine suivante"))
    expect(grid).to_have_count(2)
    doctor.reads("2026")


def test_she_learns_why_a_call_went_there_and_makes_it_again(doctor: Person) -> None:
    doctor.open("/admin/")
    doctor.press(doctor.link("Journal"))
    doctor.is_at("Journal des appels")
    rows = doctor.page.locator("tbody tr")
    expect(rows).to_have_count(5)
    doctor.choose(doctor.field("Touche 2"), "le téléphone du docteur sonne")
    doctor.press(doctor.button("Chercher"))
    expect(rows).to_have_count(3)
    doctor.sees("journal")
    doctor.press(rows.filter(has_text="Jeanne Durand").get_by_role("link"))
    doctor.is_at("Un appel")
    doctor.reads(doctor.words("Décision"))
    doctor.sees("appel")
    doctor.press(doctor.button("Refaire cet appel à son heure"))
    doctor.is_at("Téléphone d’essai")
    doctor.reads("06 39 98 11 11")
    doctor.can_use_it()


def test_she_calls_her_own_line_up_to_the_end_and_keeps_the_call(doctor: Person) -> None:
    doctor.has_only_a_keyboard()
    doctor.open("/phone")
    doctor.write(doctor.field("Qui appelle"), "06 39 98 11 11")
    doctor.pick(doctor.field("Quand (vide : maintenant)"), "2026-12-03T13:10")
    doctor.can_use_it()
    doctor.press(doctor.button("Appeler"))
    said = doctor.page.get_by_role("log")
    for key in "21":
        doctor.press(doctor.page.get_by_role("button", name=key, exact=True))
        expect(said).to_contain_text(doctor.words("tape %(keys)s", keys=key))
    doctor.sees("telephone-sonne", doctor.page.locator(".keys form").first if doctor.size is PHONE else None)
    doctor.press(doctor.button("On décroche"))
    doctor.reads(doctor.words("L’appel est terminé."))
    doctor.can_use_it()
    with doctor.page.expect_download() as download:
        doctor.press(doctor.button("Garder cet appel comme test"))
    assert download.value.suggested_filename == "pasteur-20261203-1210.json"


def test_she_plans_a_leave_and_takes_it_out_again(doctor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    if (doctor.language, doctor.size) != (Language.FRENCH, PHONE):
        be_quick_to_prove(monkeypatch)
    plan_a_leave(doctor)
    be_quick_to_prove(monkeypatch)
    take_the_leave_out(doctor)


def test_she_goes_through_the_register_and_takes_it_along(doctor: Person) -> None:
    doctor.open("/admin/patients")
    doctor.press(doctor.link("Registre des exceptions"))
    doctor.is_at("Registre des exceptions")
    doctor.choose(doctor.field("Exception"), "listes")
    doctor.choose(doctor.field("Praticien"), "Dr %(name)s", name="Martin")
    doctor.press(doctor.button("Filtrer"))
    expect(doctor.page).to_have_url(re.compile("practitioner=martin"))
    paul = doctor.page.get_by_role("listitem").filter(has_text="Moreau Paul")
    jeanne = doctor.page.get_by_role("listitem").filter(has_text="Durand Jeanne")
    doctor.sees("registre")
    doctor.pick(jeanne.locator("input[type=date]"), "2027-06-30")
    doctor.press(jeanne.get_by_role("button", name=re.compile(doctor.words("Prolonger"))))
    doctor.is_told("C’est enregistré.")
    expect(jeanne.locator("input[type=date]")).to_have_value("2027-06-30")
    doctor.press(paul.get_by_role("button", name=re.compile(doctor.words("Terminer"))))
    doctor.is_told("C’est enregistré.")
    expect(paul).to_have_count(0)
    with doctor.page.expect_download() as download:
        doctor.press(doctor.link("Télécharger le tableau (CSV)"))
    assert "Durand Jeanne" in {row[0] for row in rows_of(download.value)}


def rows_of(download: Download) -> list[list[str]]:
    """The table that came down."""
    text = Path(download.path()).read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_she_imports_patients_after_she_has_seen_what_would_be_done(doctor: Person) -> None:
    doctor.open("/admin/patients")
    doctor.press(doctor.link("Importer des patients"))
    doctor.is_at("Importer des patients")
    doctor.can_use_it()
    file = {"name": "patients.csv", "mimeType": "text/csv", "buffer": NEW_PATIENTS.encode()}
    doctor.field("Fichier").set_input_files(file)
    doctor.press(doctor.button("Voir ce qui serait fait"))
    doctor.reads(doctor.words("Refusés : %(count)s", count=1))
    doctor.reads(doctor.words("c’est le numéro du cabinet"))
    doctor.sees("import-apercu")
    doctor.press(doctor.button("Importer"))
    told = {"created": 1, "changed": 1, "refused": 1}
    doctor.is_told("Patients créés : %(created)s, complétés : %(changed)s, refusés : %(refused)s.", **told)
    doctor.write(doctor.field("Nom, prénom ou numéro"), "fabre")
    expect(doctor.page.get_by_role("link", name="Fabre Lucie")).to_be_visible()


class TestWithoutScript:
    """On a telephone, in French, where the browser runs no script."""

    @pytest.fixture
    def doctor(self, practice: Practice, browser: Browser) -> Iterator[Person]:
        for person in at_a_browser(browser, practice, Language.FRENCH, PHONE, has_script=False):
            signed_in(person, practice)
            yield person

    def test_she_closes_for_the_afternoon(self, doctor: Person) -> None:
        close_for_the_afternoon(doctor)

    def test_she_gives_a_list(self, doctor: Person) -> None:
        give_a_list(doctor)

    def test_she_plans_a_leave(self, doctor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        be_quick_to_prove(monkeypatch)
        plan_a_leave(doctor)
        take_the_leave_out(doctor)
