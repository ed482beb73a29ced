"""`ivr slots`: what a caller would be offered."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from db.engine import reading
from ivr.actions.questions import QuestionError
from ivr.actions.slot_questions import DEFAULT_COUNT, MOST_SLOTS, SlotAnswer, SlotQuestion, answer_slots
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
from ivr.speech import written_day, written_time
from ivr.vocabulary import Language


@click.command()
@practice_option
@click.option("--practitioner", metavar="KEY", help="With whom; may be left out when there is only one.")
@click.option("--act", metavar="KEY", help="For what.")
@click.option("--patient", metavar="KEY", help="For whom; their exceptions then count. Nobody in particular else.")
@click.option("--at", metavar="TIME", help="As if it were this local time, such as 2026-12-24T20:00; else now.")
@click.option("--count", type=click.IntRange(1, MOST_SLOTS), default=DEFAULT_COUNT, show_default=True, help="How many.")
@questions_option
@json_option
def slots(questions: Path | None, as_json: bool, count: int, **asked: str | None) -> None:
    """The next free slots of a practitioner for an act, earliest first.

    Example: ivr slots --practice pasteur --practitioner martin --act consultation --count 5
    """
    engine = open_database(settings())
    switchboards, now = Switchboards(), system_clock()
    if questions is not None:
        answer_file(
            engine,
            questions,
            lambda connection, line: answer_slots(connection, switchboards, SlotQuestion.read(line), now).as_json(),
        )
        return
    with reading(engine)() as connection:
        try:
            answer = answer_slots(connection, switchboards, SlotQuestion(count=count, **asked), now)
        except QuestionError as error:
            raise Refused(str(error)) from None
    if as_json:
        print_json(answer.as_json())
    else:
        _print_slots(answer)


def _print_slots(answer: SlotAnswer) -> None:
    console = Console(highlight=False)
    if not answer.slots:
        console.print("No slot is free, or the act is not open to this patient.")
        return
    table = Table("day", "from", "to", "act")
    language = Language.FRENCH
    for slot in answer.slots:
        start, end = local(answer.zone, slot.start), local(answer.zone, slot.end)
        times = [written_time(moment, language) for moment in (start, end)]
        table.add_row(f"{written_day(start.date(), language)} {start.year}", *times, slot.act)
    console.print(table)
