"""The agenda and the settings, from one end to the other: in both languages, at a telephone and at a desk."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.person import Person
from tests.browser.practice import Practice, be_quick_to_prove

OUTSIDE = "https://agenda.example.org/prive-0123456789abcdef/basic.ics"
WHIT_MONDAY = "2027-05-17"


def test_a_secretary_keeps_the_agenda(secretary: Person, practice: Practice) -> None:
    practice.has_a_full_week()
    secretary.open("/admin/")
    secretary.press(secretary.link("Agenda"))
    expect(secretary.page.get_by_role("heading", level=1)).to_contain_text(secretary.words("Agenda"))
    secretary.press(secretary.link("Semaine suivante"))
    expect(in_the_week(secretary, "Paul Moreau")).to_be_visible()
    secretary.sees("agenda-semaine")
    secretary.press(secretary.button("Prendre rendez-vous"))
    secretary.is_at("Prendre rendez-vous")
    choose_whom(secretary, "moreau", "Moreau Paul")
    consultation = secretary.page.get_by_role("link", name="Consultation", exact=True)
    expect(consultation).to_be_visible()
    secretary.can_use_it()
    secretary.press(consultation)
    expect(times(secretary).first).to_be_visible()
    secretary.sees("rendez-vous-heures")
    secretary.press(times(secretary).first)
    secretary.is_told("Le rendez-vous est pris.")
    secretary.sees("rendez-vous")
    secretary.press(secretary.link("Agenda du Dr %(name)s", name="Martin"))
    expect(in_the_week(secretary, "Paul Moreau")).to_be_visible()


def test_a_secretary_adds_moves_cancels_and_restores(secretary: Person) -> None:
    secretary.open("/admin/agenda/new?practitioner=martin&on=2026-12-09")
    choose_whom(secretary, "durand", "Durand Jeanne")
    secretary.press(secretary.page.get_by_role("link", name="Consultation", exact=True))
    secretary.pick(secretary.page.locator("input[name=on][type=date]"), "2026-12-09")
    secretary.page.locator("input[name=at][type=time]").fill("10:00")
    secretary.press(secretary.button("Réserver cette heure"))
    at_ten = secretary.words("10 h") if secretary.language == "fr" else "10:00"
    secretary.is_refused("Cela chevauche le rendez-vous de %(name)s à %(time)s.", name="Léo Bernard", time=at_ten)
    secretary.sees("rendez-vous-refuse")
    secretary.tick(secretary.field("Ajouter quand même (surréservation)"))
    secretary.press(secretary.button("Ajouter"))
    secretary.is_told("Le rendez-vous est pris.")
    secretary.reads(secretary.words("en plus"))
    secretary.press(secretary.button("Déplacer"))
    secretary.is_at("Déplacer le rendez-vous")
    secretary.can_use_it()
    secretary.press(times(secretary).first)
    secretary.is_told("Le rendez-vous est déplacé.")
    expect(secretary.page.get_by_role("heading", level=1)).to_have_text("Jeanne Durand")
    secretary.press(secretary.button("Annuler le rendez-vous"))
    secretary.can_use_it()
    secretary.press(secretary.button("Oui, annuler"))
    secretary.is_told("Le rendez-vous est annulé. Vous pouvez le rétablir.")
    secretary.sees("rendez-vous-annule")
    secretary.press(secretary.button("Rétablir ce rendez-vous"))
    secretary.is_told("Le rendez-vous est rétabli.")


def choose_whom(secretary: Person, begins: str, name: str) -> None:
    """A patient by the beginning of a name."""
    secretary.write(secretary.field("Nom, prénom ou numéro"), begins)
    secretary.press(secretary.button("Chercher"))
    secretary.press(secretary.page.get_by_role("link", name=name))


def times(secretary: Person) -> Locator:
    """The free times that are offered."""
    return secretary.page.locator("button[name=start]")


def in_the_week(secretary: Person, name: str) -> Locator:
    """That patient in the list of a day."""
    return secretary.page.locator(".agenda-days").get_by_role("link", name=name)


def test_she_changes_a_weekday_and_gives_a_date_its_own_hours(doctor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick_to_prove(monkeypatch)
    doctor.has_only_a_keyboard()
    doctor.open("/admin/")
    doctor.press(doctor.link("Réglages"))
    doctor.press(doctor.link("Horaires : Dr %(name)s", name="Martin"))
    doctor.is_at("Horaires")
    wednesday = doctor.page.locator("#working-wed")
    doctor.write(wednesday, "10h30-12h, 14h-17h")
    weekly = doctor.page.locator("details").filter(has=wednesday)
    doctor.sees("horaires", weekly)
    doctor.press(weekly.get_by_role("button", name=doctor.words("Voir ce qui changerait")))
    doctor.is_at("Ce qui va changer")
    doctor.reads(doctor.words("Rendez-vous pris hors de ces nouveaux horaires"))
    doctor.reads("Léo Bernard")
    doctor.sees("horaires-apercu")
    doctor.press(doctor.button("Enregistrer les horaires"))
    doctor.is_told("Les horaires sont enregistrés.")
    doctor.pick(doctor.field("Jour"), "2026-12-19")
    doctor.write(doctor.field("Heures de ce jour"), "9h-11h")
    own = doctor.page.locator("form").filter(has=doctor.field("Heures de ce jour"))
    doctor.press(own.get_by_role("button", name=doctor.words("Voir ce qui changerait")))
    doctor.is_at("Ce qui va changer")
    doctor.can_use_it()
    doctor.press(doctor.button("Enregistrer les horaires"))
    doctor.is_told("Les horaires sont enregistrés.")
    expect(doctor.page.get_by_role("listitem").filter(has_text="19")).to_be_visible()


def test_she_opens_on_a_public_holiday(doctor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick_to_prove(monkeypatch)
    doctor.has_only_a_keyboard()
    doctor.open("/admin/settings")
    doctor.press(doctor.link("Jours fériés"))
    doctor.is_at("Jours fériés")
    box = doctor.page.locator(f"input[value='{WHIT_MONDAY}']")
    doctor.tick(box)
    doctor.sees("jours-feries")
    doctor.press(doctor.button("Voir ce qui changerait").first)
    doctor.is_at("Ce qui va changer")
    doctor.can_use_it()
    doctor.press(doctor.button("Enregistrer les jours fériés"))
    doctor.is_told("Les jours fériés sont enregistrés.")
    expect(box).to_be_checked()


def test_an_administrator_announces_something_and_adds_an_act(
    administrator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_quick_to_prove(monkeypatch)
    administrator.has_only_a_keyboard()
    administrator.open("/admin/")
    administrator.press(administrator.link("Réglages"))
    administrator.is_at("Réglages")
    administrator.sees("reglages")
    administrator.press(administrator.link("Annonce du moment"))
    administrator.is_at("Annonce du moment")
    administrator.write(administrator.field("Une phrase courte"), "Le vaccin contre la grippe est arrivé au cabinet.")
    administrator.pick(administrator.field("Dernier jour"), "2026-12-18")
    administrator.sees("annonce")
    administrator.press(administrator.button("Enregistrer"))
    administrator.is_told("C’est enregistré.")
    administrator.press(administrator.link("Revenir aux réglages"))
    administrator.press(administrator.link("Actes : Dr %(name)s", name="Martin"))
    administrator.is_at("Actes : Dr %(name)s", name="Martin")
    administrator.press(administrator.page.locator("summary"))
    administrator.write(administrator.field("Nom, tel qu’on le dit au téléphone"), "Vaccination")
    administrator.write(administrator.field("Durée (minutes)"), "10")
    administrator.sees("actes")
    administrator.press(administrator.button("Ajouter"))
    administrator.is_told("C’est enregistré.")
    expect(administrator.page.get_by_role("link", name="Vaccination")).to_be_visible()


def test_she_gives_her_agenda_to_her_telephone_and_names_another(doctor: Person) -> None:
    doctor.open("/admin/settings")
    doctor.press(doctor.link("Agendas ailleurs"))
    doctor.is_at("Agendas ailleurs")
    martin = doctor.page.get_by_role("region", name=doctor.words("Dr %(name)s", name="Martin"))
    doctor.press(martin.get_by_role("button", name=re.compile(doctor.words("Créer une adresse"))))
    expect(doctor.field("Adresse de l’agenda")).to_have_value(re.compile(r"/calendar/[\w-]+\.ics$"))
    doctor.can_use_it()
    doctor.write(martin.get_by_label(doctor.words("Adresse de l’autre agenda")), OUTSIDE)
    doctor.press(martin.get_by_role("button", name=doctor.words("Enregistrer l’adresse")))
    doctor.is_told("L’adresse est enregistrée. L’agenda sera lu dans les minutes qui viennent.")
    doctor.sees("agendas-ailleurs", martin)
