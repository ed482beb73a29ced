"""Acts and secretaries on the site: added, changed, put in order and taken out, with what it changes for callers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.practice_files.schema import ActPart, SecretaryPart
from ivr.vocabulary import Role
from tests.lines import WEDNESDAY_MORNING, Line
from tests.site.test_settings import confirm, fields, send, stored
from tests.site.visitor import Visitor, somebody

DESKS, ACTS = "/admin/settings/secretaries", "/admin/settings/practitioners/martin/acts"
WEEK = dict.fromkeys((f"hours-{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")), "")
NEVER = {"name": "Consultation longue", "minutes": "30", "notice_minutes": "100000", "horizon_days": "1"}


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Settings are read and written by the code that loads practice files, which is tried on both databases."""


@pytest.fixture
def boss(line: Line, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The administrator; the proof of leave's tests is proof enough: it takes seconds."""
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    line.at(WEDNESDAY_MORNING)
    return somebody(line, Role.ADMINISTRATOR)


def post(browser: Visitor, address: str, **form: str) -> str:
    browser.get("/admin/settings")
    browser.post(address, **form)
    return browser.reads().replace("\xa0", " ")


def acts(line: Line) -> list[ActPart]:
    return stored(line).practitioners[0].acts


def desks(line: Line) -> list[SecretaryPart]:
    return stored(line).secretaries


def test_an_act_is_added_at_the_end_and_changed(line: Line, boss: Visitor) -> None:
    new = {"name": "Vaccin", "minutes": "10", "where": "practice", "visible": "y", "hours-sat": "9h-12h"}
    assert "C’est enregistré" in post(boss, ACTS, **WEEK | new)
    assert acts(line)[-1].model_dump(exclude_defaults=True) == {
        "key": "vaccin",
        "name": "Vaccin",
        "minutes": 10,
        "hours": {"sat": ["09:00-12:00"]},
    }
    send(boss, f"{ACTS}/vaccin", ("visible",), minutes="20", before_minutes="5", **{"hours-sat": ""})
    act = acts(line)[-1]
    assert (act.minutes, act.visible, act.before_minutes, act.hours) == (20, False, 5, None)


def test_two_acts_of_one_name_are_told_apart(line: Line, boss: Visitor) -> None:
    for name in ("Bilan", "Bilan", "Бilan"):
        post(boss, ACTS, name=name, minutes="10", where="practice")
    assert [act.key for act in acts(line)[-3:]] == ["bilan", "bilan-2", "ilan"]


def test_an_entry_saved_as_it_is_shown_changes_nothing(line: Line, boss: Visitor) -> None:
    before = stored(line)
    addresses = [f"{ACTS}/{act.key}" for act in acts(line)] + [f"{DESKS}/{desk.key}" for desk in desks(line)]
    for address in addresses:
        assert "C’est enregistré" in send(boss, address)
        assert stored(line) == before


def test_an_entry_taken_out_meanwhile_is_not_changed(
    line: Line, boss: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(boss, ACTS, name="Vaccin", minutes="10", where="practice")

    def taken_out_by_a_colleague(*_: object) -> list[str]:
        monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
        with ThreadPoolExecutor() as elsewhere:
            elsewhere.submit(post, colleague, f"{ACTS}/vaccin/removed").result()
        return []

    colleague = somebody(line, Role.ADMINISTRATOR, "b@pasteur.example")

    for act in ("", "/earlier", "/removed"):
        if "vaccin" not in [one.key for one in acts(line)]:
            post(boss, ACTS, name="Vaccin", minutes="10", where="practice")
        monkeypatch.setattr("ivr.actions.changing.stranded", taken_out_by_a_colleague)
        form = {"name": "Vaccin", "minutes": "20", "where": "practice"}
        assert "Quelqu’un vient de le retirer" in post(boss, f"{ACTS}/vaccin{act}", **form)


def test_an_act_moves_up_and_the_first_stays(line: Line, boss: Visitor) -> None:
    keys = [act.key for act in acts(line)]
    post(boss, f"{ACTS}/{keys[1]}/earlier")
    assert [act.key for act in acts(line)] == [keys[1], keys[0], *keys[2:]]
    post(boss, f"{ACTS}/{keys[1]}/earlier")
    assert [act.key for act in acts(line)] == [keys[1], keys[0], *keys[2:]]


def test_an_act_with_appointments_is_hidden_and_not_removed(line: Line, boss: Visitor) -> None:
    assert "cachez-le aux patients" in post(boss, f"{ACTS}/consultation/removed")
    assert acts(line)[0].key == "consultation"
    post(boss, ACTS, name="Vaccin", minutes="10", where="practice")
    post(boss, f"{ACTS}/vaccin/removed")
    assert "vaccin" not in [act.key for act in acts(line)]


def test_a_secretary_is_added_and_changed_with_what_it_changes(line: Line, boss: Visitor) -> None:
    new = WEEK | {"name": "Accueil du soir", "phone": "01 99 00 12 42", "hours-wed": "18h-20h"}
    assert "C’est enregistré" in post(boss, DESKS, **new)
    assert [desk.key for desk in desks(line)] == ["accueil", "renfort", "accueil-du-soir"]
    send(boss, f"{DESKS}/accueil-du-soir", **{"hours-wed": "18h-21h"})
    assert desks(line)[-1].hours == {"wed": ["18:00-21:00"]}
    assert fields(boss, f"{DESKS}/accueil-du-soir")["hours-wed"] == "18h-21h"
    post(boss, f"{DESKS}/accueil-du-soir/removed")
    assert [desk.key for desk in desks(line)] == ["accueil", "renfort"]


def test_who_would_no_longer_answer_is_shown_before_a_secretary_goes(line: Line, boss: Visitor) -> None:
    send(boss, "/admin/settings/contact", secretary_first="y")
    confirm(boss, "/admin/settings/contact")
    told = post(boss, f"{DESKS}/accueil/removed")
    assert "le secrétariat répond → message vocal" in told
    assert len(desks(line)) == 2
    assert "C’est enregistré" in confirm(boss, f"{DESKS}/accueil/removed")
    assert len(desks(line)) == 1


@pytest.mark.parametrize(
    ("address", "form", "told"),
    [
        (ACTS, {"name": "", "minutes": "10"}, "obligatoire|requis"),
        (ACTS, {"name": "x" * 61, "minutes": "10"}, "60"),
        (ACTS, {"name": "Tapez 1", "minutes": "10"}, "Ce nom ne va pas"),
        (ACTS, {"name": "Vaccin", "minutes": "0"}, "entre 1 et 1440|compris entre"),
        (ACTS, {"name": "Vaccin", "minutes": "10", "hours-sat": "matin"}, "ne sont pas lisibles"),
        (ACTS, {"name": "Vaccin", "minutes": "10", "hours-sat": "9h-12h, 11h-13h"}, "se chevauchent"),
        (
            f"{ACTS}/longue",
            {"name": "X", "minutes": "10", "notice_minutes": "100000", "horizon_days": "1"},
            "Rien ne pourrait",
        ),
        (DESKS, {"name": "Nuit", "phone": ""}, "obligatoire|requis"),
        (DESKS, {"name": "Nuit", "phone": "01 99 00 12 34"}, "Ce téléphone ne va pas"),
        (f"{DESKS}/accueil", {"phone": "01"}, "n’est pas un numéro lisible"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    line: Line, boss: Visitor, address: str, form: dict[str, str], told: str
) -> None:
    before = stored(line)
    page = post(boss, address, where="practice", **WEEK | form)
    assert any(one in page for one in told.split("|")), page
    assert boss.shown is not None
    assert boss.shown.status_code == 400
    assert stored(line) == before


@pytest.mark.parametrize("address", [f"{ACTS}/nothing", f"{DESKS}/nothing", ACTS.replace("martin", "aubert")])
def test_what_is_not_there_is_not_found(boss: Visitor, address: str) -> None:
    assert boss.get(address).status_code == 404
    boss.get("/admin/settings")
    assert boss.post(address).status_code == 404
    if address != ACTS.replace("martin", "aubert"):
        boss.get("/admin/settings")
        assert boss.post(f"{address}/removed").status_code == 404
