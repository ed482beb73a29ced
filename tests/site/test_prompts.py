"""Prompts on the site: all are shown in both languages, counted against their limits, reworded and heard."""

from collections import Counter

import pytest

from ivr.flows.prompts import PROMPTS
from ivr.vocabulary import Role
from ivr.web.prompts import GROUPS
from tests.lines import STRANGER, WEDNESDAY_MORNING, Line
from tests.site.test_settings import stored
from tests.site.visitor import Visitor, somebody

M1 = "Pour un rendez-vous, tapez 1. Pour le docteur, tapez 2. Pour changer un rendez-vous, tapez 3."


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Settings are read and written by the code that loads practice files, which is tried on both databases."""


@pytest.fixture
def boss(line: Line, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The administrator; the proof of leave's tests is proof enough: it takes seconds."""
    monkeypatch.setattr("ivr.actions.changing.stranded", lambda *_: [])
    line.at(WEDNESDAY_MORNING)
    return somebody(line, Role.ADMINISTRATOR)


def send(browser: Visitor, prompt: str, **form: str) -> str:
    browser.get(f"/admin/prompts/{prompt}")
    browser.post(f"/admin/prompts/{prompt}", **form)
    return browser.reads().replace("\xa0", " ")


def heard(line: Line) -> str:
    return " ".join(said.text for said in line.ring(STRANGER).heard)


def test_every_prompt_stands_in_one_part_and_on_the_page(boss: Visitor) -> None:
    assert Counter(letter for letters in GROUPS for letter in letters) == Counter({prompt[0] for prompt in PROMPTS})
    boss.get("/admin/prompts")
    assert {str(one) for one in boss.page.xpath("//li[@id]/@id")} == set(PROMPTS)
    assert "Hello. Doctor {name}'s practice." in boss.reads()


def test_a_prompt_is_reworded_heard_and_given_back(line: Line, boss: Visitor) -> None:
    assert "C’est enregistré" in send(boss, "M1", fr=M1, en="")
    assert "Pour changer un rendez-vous, tapez 3." in heard(line)
    assert stored(line).prompts == {"fr": {"M1": M1}}
    boss.get("/admin/prompts")
    assert "reformulé" in boss.page.xpath("string(//li[@id='M1'])")
    send(boss, "M1", fr="", en="")
    assert "Pour changer un rendez-vous, tapez 3." not in heard(line)
    assert "reformulé" not in boss.page.xpath("string(//li[@id='M1'])")


def test_what_is_written_is_counted_without_being_saved(line: Line, boss: Visitor) -> None:
    told = send(boss, "M1", fr=M1, en="", do="look")
    assert "Mots de la plus longue phrase : 7 / 15" in told
    assert "Choix annoncés : 3 / 3" in told
    assert "On entendra : Pour un rendez-vous, tapez 1." in told
    assert "M1" not in stored(line).prompts.get("fr", {})


@pytest.mark.parametrize(
    ("prompt", "text", "told"),
    [
        ("M1", "Pour un rendez-vous, tapez 1.", "Touches à annoncer, chacune une fois : 1, 2, 3"),
        ("M1", M1.replace("Pour le docteur, tapez 2.", "Tapez 2 pour le docteur."), "avant la touche"),
        ("D1", "Je vous passe le docteur.", "À dire aussi : {nom}"),
        ("D1", "Je vous passe le docteur {nom}, {prénom}.", "Inconnu ici : {prénom}"),
        ("D1", "Je vous passe le docteur {nom.", "Les accolades ne vont pas par paires."),
        ("D1", "Je vous passe le docteur {nom!r}.", "sans rien d’autre entre les accolades"),
        ("D1", "Je vous passe le docteur {nom}. {{", "Ceci ne se dit pas : {{"),
        ("Z1", "mot " * 40, "Mots de la plus longue phrase : 40 / 15"),
        ("Z1", "Merci beaucoup de votre appel. " * 9, "/ 20"),
        ("Z1", "…", "ne peut pas être dite"),
        ("Z1", "Merci 😀.", "Ceci ne se dit pas : 😀"),
    ],
)
def test_what_cannot_be_said_is_refused_and_stays_in_the_form(
    line: Line, boss: Visitor, prompt: str, text: str, told: str
) -> None:
    page = send(boss, prompt, fr=text, en="")
    assert told in page
    assert "ne peut pas être dite" in page
    assert boss.shown is not None
    assert boss.shown.status_code == 400
    assert boss.page.xpath("string(//textarea[@name='fr'])").strip() == " ".join(text.split())
    assert stored(line).prompts == {}


def test_what_the_law_fixes_is_shown_and_not_changed(boss: Visitor) -> None:
    boss.get("/admin/prompts/G2")
    assert "fixée par la loi" in boss.reads()
    assert boss.page.xpath("//main//button[not(@hidden)]") == []
    assert boss.post("/admin/prompts/G2", fr="Bonjour.").status_code == 400
    assert boss.get("/admin/prompts/Q9").status_code == 404


@pytest.mark.parametrize("prompt", ["M1", "D4", "B5", "S3"])
def test_a_prompt_saved_as_it_is_shown_changes_nothing(line: Line, boss: Visitor, prompt: str) -> None:
    before = stored(line)
    boss.get(f"/admin/prompts/{prompt}")
    texts = {name: boss.page.xpath(f"string(//textarea[@name='{name}'])") for name in ("fr", "en")}
    send(boss, prompt, **texts)
    assert stored(line) == before
