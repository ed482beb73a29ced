"""Proving that no path of keys strands a caller: the whole graph of a practice's dialogues is walked.

Every key, silence, wrong key, outcome of ringing and answer of the books is tried in every state that can be reached,
for every kind of caller and every kind of moment. Two things keep the graph small: the rounds a menu allows are skipped
over, and once times are offered it no longer matters of whom and for what, nor which date a time has.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeAlias

from ivr.flows.assisted import RingingForAssisted
from ivr.flows.books import Next
from ivr.flows.confirmation import Booked
from ivr.flows.contact import ChoosingDoctor, RingingDoctor
from ivr.flows.desk import DeskBusy, RingingDesk
from ivr.flows.dialogue import KEPT, proceed, read_state, write_state
from ivr.flows.keys import MOST_ROUNDS, MenuState
from ivr.flows.message import Recording
from ivr.flows.offer import Offered
from ivr.flows.prompts import PROMPTS
from ivr.flows.refusal import Refused
from ivr.flows.scene import Scene
from ivr.flows.times import ChoosingPart, Confirming, NoTime, Offering
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
    Step,
    Turn,
)
from ivr.flows.welcome import MainMenu, welcome
from ivr.flows.wording import OPTION, limit_faults, say
from ivr.imagined import imagined_answers, imagined_callers
from ivr.practice import Caller
from ivr.routing import Switchboard
from ivr.schedules import Moment
from ivr.vocabulary import Language

MOST_STEPS = 120
"""A call that takes more answers than this goes on for ever, for somebody who holds a receiver."""
MOST_SILENT_SECONDS, MOST_SILENT_SECONDS_SLOW = 15, 20
A_YEAR = timedelta(days=366)
MOST_STRETCHES = 3000

DECIDED_STATES = (MainMenu, ChoosingDoctor, RingingDoctor, RingingForAssisted, Offered)
"""States whose answers depend on what was decided about key 2; all others only on who answers at the desk."""
ALIKE_STATES = (Offering, ChoosingPart, Confirming, NoTime, Booked, Recording, RingingDesk, DeskBusy, Refused)
"""States that go on in the same way whoever they are about."""
GOODBYES = frozenset({"Z1", "V2", "A3", "B7", "B7f", "B8k", "B8f", "C2k", "C3", "D1x", "D4k", "S4", "T1", "X0"})
"""Prompts that end with a goodbye, or with thanks."""

KEYS = [Digits(key) for key in "0123456789*#"]
WRONG = "7"
"""A key that no menu has."""
TYPED = [Digits(keys) for keys in ("05", "0503", "9999", "05031950", "99999999", "0639981111", "*")]
RINGS = [DialEnded(result) for result in DialResult]
RECORDINGS: list[Heard] = [Recorded("RE1", 9), Recorded("RE2", 0), Silence()]
RINGING_WORDS = {
    DialResult.REACHED: "they speak with each other",
    DialResult.BUSY: "it is busy",
    DialResult.NO_ANSWER: "nobody answers",
    DialResult.REFUSED: "the call is not taken",
    DialResult.FAILED: "it cannot be rung",
    DialResult.CALLER_LEFT: "the caller hangs up while it rings",
}

Node: TypeAlias = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Offence:
    """What is wrong, and the shortest way there in words."""

    problem: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.problem}: {', then '.join(self.path)}"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the walk saw: how many states and ways, the longest call in answers, and what is wrong."""

    states: int
    ways: int
    longest: int
    offences: tuple[Offence, ...]


@dataclass
class _Graph:
    """States by their node, with the ways out of each and the first way in."""

    ways: dict[Node, list[Node]] = field(default_factory=dict)
    came_from: dict[Node, tuple[Node | None, str]] = field(default_factory=dict)
    offences: dict[str, Offence] = field(default_factory=dict)
    met: dict[tuple[str, bytes], tuple[State | None, str]] = field(default_factory=dict)
    """Each state as it is written, with another that stands for it, if one does, and the key (`_with_key`)."""
    checked: set[tuple[Language, str, frozenset[tuple[str, str]]]] = field(default_factory=set)
    """What was said and kept all limits."""

    def path(self, node: Node | None) -> tuple[str, ...]:
        words: list[str] = []
        while node is not None:
            node, said = self.came_from[node]
            words.append(said)
        return tuple(reversed(words))

    def refuse(self, problem: str, *path: str) -> None:
        known = self.offences.get(problem)
        if known is None or len(path) < len(known.path):
            self.offences[problem] = Offence(problem, path)


def prove(switchboard: Switchboard, now: datetime, callers: Mapping[str, Caller] | None = None) -> Proof:
    """Walk everything that can happen to `callers` (all kinds, by their names) in the year from `now` (UTC) on."""
    graph = _Graph()
    practice = switchboard.practice
    starts = _starts(switchboard, now)
    for name, caller in (callers or imagined_callers(practice)).items():
        for moment in _moments(switchboard, caller, starts):
            scene = Scene(switchboard, caller, practice.lines[0], practice.languages[0], moment)
            _walk(graph, scene, f"{name} calls on {scene.local_now:%A %d %B at %H:%M}")
    longest = _longest(graph)
    ways = sum(len(following) for following in graph.ways.values())
    return Proof(len(graph.ways), ways, longest, tuple(graph.offences.values()))


def _starts(switchboard: Switchboard, now: datetime) -> list[datetime]:
    """The first instant of each combination of what the calendars say in the year from `now` on."""
    practitioners, calendar = switchboard.practice.practitioners, switchboard.calendar
    starts = {
        max(stretch.span.start, now)
        for practitioner in practitioners
        for stretch in islice(calendar.stretches(practitioner, now), MOST_STRETCHES)
        if stretch.span.start < now + A_YEAR
    }
    first: dict[tuple[Moment, ...], datetime] = {}
    for start in sorted(starts):
        first.setdefault(tuple(calendar.moment(practitioner, start) for practitioner in practitioners), start)
    return list(first.values())


def _moments(switchboard: Switchboard, caller: Caller, starts: Iterable[datetime]) -> Iterator[datetime]:
    """An instant for each combination of decisions and open desks that this caller can meet.

    Raises:
        ValueError: lists that end make decisions depend on the date too, and are not walked.
    """
    if caller.temporary:
        message = "a caller of a proof has no list that ends"
        raise ValueError(message)
    seen = set()
    for start in starts:
        met = _weather(Scene(switchboard, caller, switchboard.practice.lines[0], Language.FRENCH, start))
        if met not in seen:
            seen.add(met)
            yield start


def _weather(scene: Scene) -> tuple[object, ...]:
    """All that a dialogue's course depends on besides its state."""
    decisions = [scene.decide(practitioner) for practitioner in scene.practice.practitioners]
    rulings = tuple((d.ruling.outcome, d.ruling.tries, d.ruling.code) for d in decisions)
    replacements = tuple(d.moment.leave and d.moment.leave.instead for d in decisions)
    return rulings, replacements, scene.moment().secretaries


def _walk(graph: _Graph, scene: Scene, beginning: str) -> None:
    weather = (id(scene.caller), _weather(scene))
    desks = (scene.is_withheld, bool(scene.moment().secretaries))

    queue: deque[tuple[Node, Turn]] = deque()

    def reach(turn: Turn, origin: Node | None, said: str, spoken_before: tuple[Step, ...]) -> None:
        turn, key = _with_key(graph, turn)
        where = weather if isinstance(turn.state, DECIDED_STATES) else desks
        node = key, (where, _waits_for(turn))
        for problem in (*_faults(scene, turn, spoken_before, said), *_said_faults(graph, scene, turn)):
            graph.refuse(problem, *graph.path(origin), said)
        if origin is not None:
            graph.ways[origin].append(node)
        if node not in graph.ways:
            graph.ways[node], graph.came_from[node] = [], (origin, said)
            queue.append((node, turn))

    reach(welcome(scene), None, beginning, ())
    while queue:
        node, turn = queue.popleft()
        for words, heard in _possible(turn):
            for more, following in _settled(scene, proceed(scene, turn.state, heard)):
                reach(following, node, " and ".join((words, *more)), turn.steps)


def _settled(scene: Scene, following: Next) -> Iterator[tuple[tuple[str, ...], Turn]]:
    """Every turn that may come of it, with what the books said in words."""
    if isinstance(following, Turn):
        yield (), following
        return
    for words, answer in imagined_answers(following.question, scene):
        for more, turn in _settled(scene, following.then(answer)):
            yield (words, *more), turn


def _possible(turn: Turn) -> Iterator[tuple[str, Heard]]:
    """What can be heard after that answer, with its words."""
    match turn.steps[-1] if turn.steps else None:
        case Ask(digits=digits) as asked:
            for keys in TYPED if digits > 1 else _keys(turn, asked):
                yield f"presses {keys.keys}", keys
            yield "says nothing", Silence()
        case Ring():
            yield from ((RINGING_WORDS[ended.result], ended) for ended in RINGS)
        case Record():
            for recorded in RECORDINGS:
                spoke = isinstance(recorded, Recorded) and recorded.seconds > 0
                yield ("leaves a message" if spoke else "leaves no message"), recorded


def _keys(turn: Turn, asked: Ask) -> Iterable[Digits]:
    """Every key at the first try; later those that are announced and one of each kind that is not."""
    written = turn.state
    if isinstance(written, MainMenu) or (isinstance(written, MenuState) and not written.missed and not written.rounds):
        return KEYS
    announced = {key for said in asked.says for wording in PROMPTS[said.prompt] for key in OPTION.findall(wording)}
    return [key for key in KEYS if key.keys in announced | {"0", "*", WRONG}]


def _waits_for(turn: Turn) -> str:
    """What the state waits for, where one state is asked about in two ways."""
    last = turn.steps[-1] if turn.steps else None
    return f"{type(last).__name__}{last.digits if isinstance(last, Ask) else ''}"


def _faults(scene: Scene, turn: Turn, before: tuple[Step, ...], said: str) -> Iterator[str]:
    """What is wrong with an answer, whatever led to it."""
    ends = [step for step in turn.steps if isinstance(step, Ask | Ring | Record | HangUp)]
    if len(ends) != 1 or ends[0] is not turn.steps[-1]:
        yield f"{_name(turn)} does not end with one thing to wait for"
    if isinstance(turn.state, Ended) != (bool(ends) and isinstance(ends[-1], HangUp)):
        yield f"{_name(turn)} hangs up on somebody, or never does"
    longest = MOST_SILENT_SECONDS_SLOW if scene.caller.is_slow else MOST_SILENT_SECONDS
    if any(step.wait > longest for step in turn.steps if isinstance(step, Ask)):
        yield f"{_name(turn)} is silent for more than {longest} seconds"
    has_left = said.startswith(RINGING_WORDS[DialResult.CALLER_LEFT])
    if (
        isinstance(turn.state, Ended)
        and not has_left
        and not GOODBYES & {s.prompt for s in _says((*before, *turn.steps))}
    ):
        yield f"{_name(turn)} ends the call without a goodbye"


def _said_faults(graph: _Graph, scene: Scene, turn: Turn) -> Iterator[str]:
    """Which limits the answer's prompts break."""
    for prompt in _says(turn.steps):
        for language in (prompt.language,) if prompt.language else scene.practice.languages:
            words = language, prompt.prompt, frozenset(prompt.fields.items())
            if words in graph.checked:
                continue
            problems = [*limit_faults(say(scene.practice, language, prompt.prompt, prompt.fields))]
            yield from (f"{prompt.prompt} in {language}: {problem}" for problem in problems)
            if not problems:
                graph.checked.add(words)


def _says(steps: Iterable[Step]) -> Iterator[Say]:
    for step in steps:
        if isinstance(step, Ask):
            yield from step.says
        elif isinstance(step, Say):
            yield step


def _name(turn: Turn) -> str:
    return f"the state {type(turn.state).__name__}"


def _with_key(graph: _Graph, turn: Turn) -> tuple[Turn, str]:
    """The turn, and a key that is equal for states that go on in the same way.

    Somebody who goes round once might as well have gone round as often as is allowed: so the state is made.
    """
    name = type(turn.state).__name__
    written = name, KEPT[name].dump_json(turn.state)
    if written not in graph.met:
        graph.met[written] = _standing_for(turn.state)
    state, key = graph.met[written]
    return turn if state is None else replace(turn, state=state), key


def _standing_for(state: State) -> tuple[State | None, str]:
    written = write_state(state)
    skipped = _with_last_round(written)
    essence = _essence(skipped) if isinstance(state, ALIKE_STATES) else skipped
    return None if skipped == written else read_state(skipped), json.dumps(essence, sort_keys=True)


def _essence(written: Any) -> Any:
    """What such a state's course depends on: kinds of task, how many times, and whether something is moved."""
    if not isinstance(written, dict):
        return written
    kept = {name: _essence(value) for name, value in written.items() if name not in {"slot", "fields"}}
    for name in ("after", "since", "until", "first", "before", "moved"):
        if name in kept:
            kept[name] = kept[name] is not None
    if "wish" in kept:
        kept["wish"] = {name: kept["wish"][name] for name in ("is_any_doctor", "moved")}
    if "task" in kept:
        kept["task"] = kept["task"]["kind"]
    if "slots" in kept:
        kept["slots"] = len(kept["slots"])
    return kept


def _with_last_round(written: Any) -> Any:
    if isinstance(written, dict):
        return {
            name: MOST_ROUNDS if name == "rounds" and value else _with_last_round(value)
            for name, value in written.items()
        }
    return [_with_last_round(entry) for entry in written] if isinstance(written, list) else written


def _longest(graph: _Graph) -> int:
    """The longest way through the graph in answers; a circle is an offence, and so is a way that is too long."""
    lengths: dict[Node, int] = {}
    for start in graph.ways:
        stack, path = [(start, iter(graph.ways[start]))], {start}
        while stack and start not in lengths:
            node, ways = stack[-1]
            following = next((way for way in ways if way not in lengths), None)
            if following is None:
                lengths[node] = 1 + max((lengths.get(way, 0) for way in graph.ways[node]), default=0)
                path.discard(node)
                stack.pop()
            elif following in path:
                graph.refuse("the caller can go round for ever", *graph.path(following), "and comes back there")
                lengths[following] = 0
            else:
                path.add(following)
                stack.append((following, iter(graph.ways[following])))
    longest = max(lengths.values(), default=0)
    if longest > MOST_STEPS:
        graph.refuse(f"a call can take {longest} answers, {MOST_STEPS} at most", "by asking for everything")
    return longest
