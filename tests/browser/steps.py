"""Journeys that must also be possible without script: each may be walked by anybody, with anything."""

from playwright.sync_api import Locator, expect

from tests.browser.hands import PATIENCE
from tests.browser.person import Person

EVERY_PAGE = {
    "Journal": "Journal des appels",
    "Téléphone": "Téléphone d’essai",
    "Aujourd’hui": "Aujourd’hui",
    "Patients": "Patients",
}
"""The menu, and the heading of the page that each entry leads to."""


def close_for_the_afternoon(doctor: Person) -> None:
    """One touch from the page of the day; every page tells it until it is ended."""
    doctor.open("/admin/")
    doctor.press(doctor.button("Pause, absence, ouverture exceptionnelle"))
    form = doctor.page.locator("form").filter(has_text=doctor.words("Dr %(name)s", name="Martin")).first
    doctor.choose(form.get_by_label(doctor.words("Pour combien de temps")), "4 heures")
    doctor.sees("fermer", doctor.page.locator("details.now"))
    doctor.press(form.get_by_role("button", name=doctor.words("Absent"), exact=True))
    for menu, heading in EVERY_PAGE.items():
        doctor.press(doctor.link(menu))
        doctor.is_at(heading)
        expect(afternoon_off(doctor)).to_be_visible()
    doctor.sees("ferme")
    doctor.press(doctor.button("Terminer"))
    expect(afternoon_off(doctor)).to_have_count(0)


def afternoon_off(doctor: Person) -> Locator:
    """The banner that tells it."""
    begins, _, _ = doctor.words("Dr %(name)s : absence, fin %(until)s", name="Martin", until="§").partition("§")
    return doctor.page.get_by_role("status").filter(has_text=begins)


def give_a_list(doctor: Person) -> None:
    """A child's number is put on Prioritaires for some weeks; what that changes is read before it is saved."""
    doctor.open("/admin/patients")
    doctor.write(doctor.field("Nom, prénom ou numéro"), "leo")
    if not doctor.has_script:
        doctor.press(doctor.button("Chercher"))
    expect(doctor.page.get_by_role("link", name="Bernard Léo")).to_be_visible()
    doctor.can_use_it()
    doctor.press(doctor.page.get_by_role("link", name="Bernard Léo"))
    card = doctor.page.locator("fieldset").filter(has_text="06 39 98 44 44")
    martin = doctor.words("Dr %(name)s", name="Martin")
    doctor.choose(card.get_by_label(martin, exact=True), "Contacter Prioritaires")
    doctor.pick(card.get_by_label(f"{doctor.words('Jusqu’au')} ({martin})"), "2027-01-15")
    doctor.write(card.get_by_label(f"{doctor.words('Motif')} ({martin})"), "Suites d’une opération")
    doctor.sees("liste", card)
    doctor.press(card.get_by_role("button", name=doctor.words("Voir ce qui changerait")))
    doctor.is_at("Ce qui va changer")
    doctor.reads(doctor.words("le téléphone du docteur sonne"))
    doctor.sees("liste-apercu")
    doctor.press(doctor.button("Enregistrer"))
    doctor.is_told("C’est enregistré.")
    expect(card.get_by_label(martin, exact=True)).to_have_value("priority")
    expect(card.get_by_label(f"{doctor.words('Jusqu’au')} ({martin})")).to_have_value("2027-01-15")


def plan_a_leave(doctor: Person) -> None:
    """A week away, with somebody to call, shown before it is saved."""
    doctor.open("/admin/")
    doctor.press(doctor.button("Pause, absence, ouverture exceptionnelle"))
    doctor.press(doctor.link("Plusieurs jours : déclarer un congé"))
    doctor.is_at("Congés")
    doctor.pick(doctor.field("Premier jour"), "2027-02-08")
    doctor.pick(doctor.field("Dernier jour (compris)"), "2027-02-12")
    doctor.write(doctor.field("Qui appeler à la place"), "Docteur Simon")
    doctor.write(doctor.field("Son téléphone"), "01 99 00 55 66")
    doctor.sees("conge", doctor.page.locator("main > form"))
    doctor.press(doctor.button("Voir ce qui changerait"))
    doctor.is_at("Ce qui va changer")
    doctor.sees("conge-apercu")
    doctor.press(doctor.button("Enregistrer le congé"))
    doctor.is_told("Le congé est enregistré.", PATIENCE)
    expect(planned(doctor)).to_be_visible()


def take_the_leave_out(doctor: Person) -> None:
    """She stays after all."""
    doctor.press(planned(doctor).get_by_role("button"))
    doctor.press(doctor.button("Supprimer le congé"))
    doctor.is_told("Le congé est supprimé.", PATIENCE)
    expect(planned(doctor)).to_have_count(0)


def planned(doctor: Person) -> Locator:
    """The leave, among those to come."""
    return doctor.page.get_by_role("listitem").filter(has_text="Docteur Simon")
