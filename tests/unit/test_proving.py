"""No path of keys strands a caller, in any practice we know; and a dialogue that would is caught, in words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ivr.demo import DEMO_FILE
from ivr.flows import dialogue
from ivr.flows.desk import to_the_desk
from ivr.flows.keys import MenuState, speak
from ivr.flows.message import Recording
from ivr.flows.refusal import Refused
from ivr.flows.scene import Scene
from ivr.flows.times import Confirming, Offering, offer_again
from ivr.flows.turns import Ask, Ended, HangUp, Heard, Record, Say, State, Turn, goodbye
from ivr.flows.welcome import MainMenu
from ivr.imagined import imagined_callers
from ivr.practice import Leave, Practice, Replacement, WallSpan
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.values import as_practice
from ivr.proving import Proof, prove
from ivr.routing import Switchboard
from ivr.vocabulary import Language

NOW = datetime.fromisoformat("2026-11-30T07:00:00+00:00")
PRACTICES = [DEMO_FILE, *sorted((Path(__file__).parents[2] / "fixtures" / "practices").glob("*.toml"))]
FEWEST_STATES = 300
ONE_CALLER = "a patient of the list Prioritaires"

Handler = Callable[[Scene, Any, Heard], Turn]


def practice_in(file: Path) -> Practice:
    return as_practice(parse_practice(file, file.name).check())


@pytest.mark.parametrize("file", PRACTICES, ids=lambda file: file.stem)
def test_nobody_is_stranded(file: Path) -> None:
    proof = prove(Switchboard(practice_in(file)), NOW)
    assert [str(offence) for offence in proof.offences] == []
    assert proof.states > FEWEST_STATES


def proof_with(monkeypatch: pytest.MonkeyPatch, state: type[State], handler: Handler) -> Proof:
    """The smallest practice, one caller, with one dialogue broken."""
    monkeypatch.setattr(dialogue, "HANDLERS", dict(dialogue.HANDLERS) | {state: handler})
    practice = practice_in(next(file for file in PRACTICES if file.stem == "solo"))
    callers: Mapping[str, Any] = {ONE_CALLER: imagined_callers(practice)[ONE_CALLER]}
    return prove(Switchboard(practice), NOW, callers)


def hangs_up(_scene: Scene, _state: MenuState, _heard: Heard) -> Turn:
    return goodbye()


def goes_round(scene: Scene, state: Confirming, _heard: Heard) -> Turn:
    return offer_again(scene, state.offering)


def never_counts(scene: Scene, state: MainMenu, _heard: Heard) -> Turn:
    return speak(scene, replace(state, missed=0), Say("M1"))


def is_silent(scene: Scene, state: Offering, _heard: Heard) -> Turn:
    return replace(to_the_desk(scene), state=state, steps=(Ask((Say("M1"),), wait=30),))


def says_too_much(_scene: Scene, _state: Refused, _heard: Heard) -> Turn:
    return goodbye(Say("G3", {"current_notice": "Un très long message. " * 30}), Say("Z1"))


def waits_for_nothing(_scene: Scene, state: Recording, _heard: Heard) -> Turn:
    return Turn(state, (Say("V2", {"emergency": "15"}), HangUp()))


def ends_open(_scene: Scene, _state: Recording, _heard: Heard) -> Turn:
    return Turn(Ended(), (Say("Z1"), Record()))


@pytest.mark.parametrize(
    ("state", "handler", "problem"),
    [
        pytest.param(MainMenu, hangs_up, "without a goodbye", id="hangs up without a word"),
        pytest.param(Confirming, goes_round, "round for ever", id="goes round between two menus"),
        pytest.param(MainMenu, never_counts, "round for ever", id="asks the same for ever"),
        pytest.param(Offering, is_silent, "silent for more than 15 seconds", id="is silent"),
        pytest.param(Refused, says_too_much, "20 at most", id="says too much"),
        pytest.param(Recording, waits_for_nothing, "hangs up on somebody", id="hangs up in the middle"),
        pytest.param(Recording, ends_open, "or never does", id="never hangs up"),
    ],
)
def test_a_broken_dialogue_is_caught(
    monkeypatch: pytest.MonkeyPatch, state: type[State], handler: Handler, problem: str
) -> None:
    proof = proof_with(monkeypatch, state, handler)
    found = [offence for offence in proof.offences if problem in offence.problem]
    assert found, proof.offences


def test_the_shortest_way_there_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = proof_with(monkeypatch, MainMenu, hangs_up)
    (offence,) = (offence for offence in proof.offences if "without a goodbye" in offence.problem)
    called, pressed = offence.path
    assert called.startswith("a patient of the list Prioritaires calls on")
    assert pressed == "presses 0"


def test_every_prompt_is_walked_in_every_language_of_the_practice(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: set[Language] = set()

    def remembered(practice: Practice, language: Language, *_: object) -> str:
        heard.add(language)
        return practice.name

    monkeypatch.setattr("ivr.proving.say", remembered)
    prove(Switchboard(practice_in(DEMO_FILE)), NOW, {"x": imagined_callers(practice_in(DEMO_FILE))["somebody unknown"]})
    assert heard == set(Language)


def test_each_leave_is_walked() -> None:
    """The second sends patients to somebody whose name takes longer to say than a prompt may last."""
    practice = practice_in(next(file for file in PRACTICES if file.stem == "solo"))
    (doctor,) = practice.practitioners
    (leave,) = doctor.leaves
    far_away = Replacement("le service " + "des urgences " * 20, leave.instead.phone)
    later = WallSpan(datetime(2027, 2, 1, 8), datetime(2027, 2, 8, 8))  # noqa: DTZ001 wall time
    doctor = replace(doctor, leaves=(leave, Leave(later, far_away)))
    callers = {ONE_CALLER: imagined_callers(practice)[ONE_CALLER]}
    proof = prove(Switchboard(replace(practice, practitioners=(doctor,))), NOW, callers)
    assert any("D4b in fr" in offence.problem and "February" in offence.path[0] for offence in proof.offences)
