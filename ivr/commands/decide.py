"""`ivr explain` and `ivr week`: what key 2 does for a caller, and why."""

import re
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine

from db.engine import reading
from ivr.actions.act_questions import ActQuestion, answer_acts
from ivr.actions.questions import Question, QuestionError, Situation, find_situation
from ivr.actions.switchboards import Switchboards
from ivr.clock import local, system_clock
from ivr.commands.common import (
    Refused,
    answer_file,
    json_option,
    open_database,
    practice_option,
    print_json,
    questions_option,
    settings,
)
from ivr.reasons import local_iso, sentence, tries_in_words
from ivr.routing import Decision, Phase
from ivr.speech import written_moment, written_span_end
from ivr.vocabulary import SHUT, Language

caller_help = "Who calls; `withheld` for a hidden number."
language_option = click.option(
    "--language",
    type=click.Choice([language.value for language in Language]),
    help="Language of the sentences; the practice's first one when left out.",
)

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

LABELS = {
    Language.FRENCH: ("Règle\u00a0:", "On appelle\u00a0:", "Prochaine ouverture\u00a0:", "Valable jusqu'au"),
    Language.ENGLISH: ("Rule:", "Rings:", "Next opening:", "Holds until"),
}

NEXT = {
    Language.FRENCH: ("Prochaine place\u00a0:", "Aucune place n'est libre pour le moment."),
    Language.ENGLISH: ("Next free time:", "No time is free at the moment."),
}


@click.command()
@practice_option
@click.option("--from", "caller", metavar="NUMBER", help=caller_help)
@click.option("--at", metavar="TIME", help="Local time of the practice, such as 2026-12-24T20:00; now when left out.")
@click.option("--practitioner", metavar="KEY", help="With whom; all of them when left out.")
@click.option("--patient", metavar="KEY", help="Instead of --from: which acts key 1 offers this patient, and why.")
@click.option("--act", metavar="KEY", help="With --patient: this act only.")
@questions_option
@language_option
@json_option
def explain(questions: Path | None, as_json: bool, patient: str | None, act: str | None, **asked: str | None) -> None:
    """What key 2 does for this caller at that time, and why; or which acts key 1 offers a patient.

    Example: ivr explain --practice pasteur --from 0639981111 --at 2026-12-02T13:10

    Example: ivr explain --practice pasteur --patient durand --act longue
    """
    engine = open_database(settings())
    if questions is not None:
        _explain_file(engine, questions)
        return
    if patient is not None or act is not None:
        caller = asked.pop("caller")
        if caller is not None:
            raise Refused("--from asks about key 2 and --patient about key 1; give one of the two")
        _explain_acts(engine, ActQuestion(patient=patient, act=act, **asked), as_json)
        return
    situation = _find(engine, Question(**asked))
    if as_json:
        print_json(situation.answer())
        return
    for decision in situation.decisions():
        _print_decision(situation, decision)


@click.command()
@practice_option
@click.option("--from", "caller", metavar="NUMBER", required=True, help=caller_help)
@click.option("--practitioner", metavar="KEY", help="With whom; the first one when left out.")
@click.option("--on", metavar="DATE", help="A day of the week wanted, such as 2026-12-02; today when left out.")
@language_option
@json_option
def week(on: str | None, as_json: bool, **asked: str | None) -> None:
    """When a number reaches the practitioner in one week, in exact intervals.

    Example: ivr week --practice pasteur --from 0639981111 --on 2026-12-02
    """
    engine = open_database(settings())
    if on is not None and not DATE.fullmatch(on):
        raise Refused(f"{on!r} is not a date; write it like 2026-12-02")
    situation = _find(engine, Question(**asked, at=f"{on}T12:00" if on else None))
    practitioner = situation.practitioner or situation.switchboard.practice.practitioners[0]
    phases = situation.switchboard.week(situation.caller, practitioner, situation.now)
    if as_json:
        print_json(_week_json(situation, phases))
        return
    title = f"{situation.caller.number} → {practitioner.name}"
    Console().print(_week_table(situation, phases, title))


def _find(engine: Engine, question: Question) -> Situation:
    with reading(engine)() as connection:
        try:
            return find_situation(connection, Switchboards(), question, system_clock())
        except QuestionError as error:
            raise Refused(str(error)) from None


def _explain_file(engine: Engine, questions: Path) -> None:
    switchboards, now = Switchboards(), system_clock()

    def answer(connection: Connection, line: str) -> Any:
        if '"patient"' in line:
            return answer_acts(connection, switchboards, ActQuestion.read(line), now).as_json()
        return find_situation(connection, switchboards, Question.read(line), now).answer()

    answer_file(engine, questions, answer)


def _explain_acts(engine: Engine, question: ActQuestion, as_json: bool) -> None:
    with reading(engine)() as connection:
        try:
            answer = answer_acts(connection, Switchboards(), question, system_clock())
        except QuestionError as error:
            raise Refused(str(error)) from None
    if as_json:
        print_json(answer.as_json())
        return
    following, nothing = NEXT[answer.language]
    for ruling, slot in answer.found:
        click.echo(answer.sentence(ruling))
        if slot is not None:
            click.echo(f"  {following} {written_moment(local(answer.zone, slot.start), answer.language)}")
        elif ruling.is_open and not ruling.act.asks_first:
            click.echo(f"  {nothing}")


def _print_decision(situation: Situation, decision: Decision) -> None:
    practice, zone = situation.switchboard.practice, situation.switchboard.calendar.zone
    rule, rings, opening, holds = LABELS[situation.language]
    console = Console(highlight=False)
    if len(practice.practitioners) > 1 and decision.practitioner:
        console.print(f"[bold]{practice.practitioner(decision.practitioner).name}[/bold]")
    console.print(sentence(decision, practice, situation.language))
    console.print(f"  {rule} {decision.ruling.rule} ({decision.ruling.code.value})")
    console.print(f"  {rings} {tries_in_words(decision, practice, situation.language)}")
    for label, moment in ((opening, decision.next_opening), (holds, decision.until)):
        if moment is not None:
            console.print(f"  {label} {written_moment(local(zone, moment), situation.language)}")


def _week_json(situation: Situation, phases: tuple[Phase, ...]) -> dict[str, Any]:
    phone, zone = situation.caller.phone, situation.switchboard.calendar.zone
    return {
        "from": phone.e164 if phone else None,
        "intervals": [
            {
                "start": local_iso(phase.span.start, zone),
                "end": local_iso(phase.span.end, zone),
                "outcome": phase.outcome.value,
                "code": phase.code.value,
            }
            for phase in phases
        ],
    }


def _week_table(situation: Situation, phases: tuple[Phase, ...], title: str) -> Table:
    zone, language = situation.switchboard.calendar.zone, situation.language
    table = Table("from", "until", "outcome", "why", title=title)
    for phase in phases:
        table.add_row(
            written_moment(local(zone, phase.span.start), language),
            written_span_end(local(zone, phase.span.end), language),
            phase.outcome.value,
            phase.code.value,
            style="dim" if phase.outcome in SHUT else "green",
        )
    return table
