"""Every path of keys, silence and failed ringing is walked, for every kind of caller: none goes on for ever.

Each path ends with a person, a message or a goodbye, and says at most twenty seconds at a time.
"""

from datetime import datetime
from functools import cache

import pytest

from ivr.demo import DEMO_FILE
from ivr.flows.dialogue import proceed, read_state, write_state
from ivr.flows.scene import Scene
from ivr.flows.turns import (
    Ask,
    DialEnded,
    DialResult,
    Digits,
    Ended,
    HangUp,
    Heard,
    Record,
    Recorded,
    Ring,
    Say,
    Silence,
    State,
    Turn,
)
from ivr.flows.welcome import welcome
from ivr.flows.wording import limit_faults, say
from ivr.phones import CallerNumber, PhoneNumber, Withheld
from ivr.practice import Caller, Practice
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.values import as_practice
from ivr.routing import Switchboard
from ivr.vocabulary import Language, Reach

DEMO = as_practice(parse_practice(DEMO_FILE, "demo").check())
SOLO = Practice("solo", "Cabinet Martin", DEMO.lines, DEMO.practitioners[:1], languages=DEMO.languages)
TRIO = Practice(
    "trio", "Cabinet Curie", DEMO.lines, (*DEMO.practitioners, DEMO.practitioners[0]), secretaries=DEMO.secretaries
)
MOST_STEPS = 80

MOBILE, LANDLINE = PhoneNumber("+33639981111"), PhoneNumber("+33199002222")
TIMES = {
    "working": "2026-12-02T09:30:00+01:00",
    "lunch": "2026-12-02T13:10:00+01:00",
    "sunday": "2026-12-06T15:00:00+01:00",
    "leave": "2026-12-29T10:00:00+01:00",
    "away": "2026-12-10T15:00:00+01:00",
    "pause": "2026-12-01T15:30:00+01:00",
}
KEYS = [Digits(key) for key in "0123456789*#"]
RINGS = [DialEnded(result) for result in DialResult]
RECORDINGS = [Recorded("RE1", 9), Recorded("RE2", 0), Silence()]


def a_caller(number: CallerNumber, reach: Reach, *, assisted: bool, slow: bool) -> Caller:
    return Caller(
        number=number,
        first_names=() if isinstance(number, Withheld) else ("Jeanne",),
        reaches={"martin": reach},
        assisted_with=frozenset({"martin"} if assisted else ()),
        is_slow=slow,
    )


CALLERS = {
    "withheld": Caller(Withheld()),
    "unknown": Caller(LANDLINE),
    "known": a_caller(MOBILE, Reach.NONE, assisted=False, slow=True),
    "priority": a_caller(MOBILE, Reach.PRIORITY, assisted=False, slow=False),
    "always": a_caller(LANDLINE, Reach.ALWAYS, assisted=False, slow=False),
    "assisted": a_caller(LANDLINE, Reach.ALWAYS, assisted=True, slow=False),
}


def possible(turn: Turn) -> list[Heard]:
    """What can be heard after that answer."""
    match turn.steps[-1] if turn.steps else None:
        case Ask():
            return [*KEYS, Silence()]
        case Ring():
            return [*RINGS]
        case Record():
            return [*RECORDINGS]
        case _:
            return []


def spoken(turn: Turn) -> list[Say]:
    said: list[Say] = []
    for step in turn.steps:
        said += step.says if isinstance(step, Ask) else [step] if isinstance(step, Say) else []
    return said


def walk(scene: Scene, turn: Turn, known: dict[State, int], path: tuple[State, ...]) -> int:
    """The longest way to the end from here; known states are not walked again, cycles are refused."""
    check(scene, turn)
    state = turn.state
    if isinstance(state, Ended):
        assert isinstance(turn.steps[-1], HangUp)
        return 1
    assert state not in path, f"a circle without progress: {[type(s).__name__ for s in path]}"
    if state not in known:
        ways = [walk(scene, proceed(scene, state, heard), known, (*path, state)) for heard in possible(turn)]
        assert ways, f"{state} waits for nothing"
        known[state] = 1 + max(ways)
    return known[state]


@cache
def faults(text: str) -> tuple[str, ...]:
    return tuple(limit_faults(text))


def check(scene: Scene, turn: Turn) -> None:
    assert read_state(write_state(turn.state)) == turn.state
    assert sum(isinstance(step, Ask | Ring | Record | HangUp) for step in turn.steps) == 1
    for said in spoken(turn):
        if said.prompt != "G3":
            text = say(scene.practice, scene.language, said.prompt, said.fields)
            assert "{" not in text
            assert faults(text) == ()


@pytest.mark.parametrize("language", list(Language)[:1])
@pytest.mark.parametrize("time", TIMES)
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("practice", [DEMO, SOLO, TRIO], ids=lambda practice: practice.key)
def test_every_path_ends(practice: Practice, caller: str, time: str, language: Language) -> None:
    now = datetime.fromisoformat(TIMES[time])
    scene = Scene(Switchboard(practice), CALLERS[caller], practice.lines[0], language, now)
    assert walk(scene, welcome(scene), {}, ()) <= MOST_STEPS
