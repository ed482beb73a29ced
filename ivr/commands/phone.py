"""`ivr call` and `ivr replay`: the telephone in the terminal, and recorded calls."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine

from db.engine import reading
from ivr.actions.load_practice import dump_practice
from ivr.actions.questions import QuestionError, read_asked_number, read_asked_time
from ivr.actions.rehearsal import CalledPerson
from ivr.actions.switchboards import Switchboards
from ivr.clock import system_clock
from ivr.commands.common import (
    DOES_NOT_HOLD,
    DoesNotHold,
    Refused,
    find_practice_or_refuse,
    json_option,
    note_export,
    open_database,
    practice_option,
    print_json,
    settings,
)
from ivr.commands.screen import Screen
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.writing import write_practice
from ivr.settings import Settings
from ivr.telephone.document import NotTwimlError
from ivr.telephone.faults import Fault, Faults, read_faults
from ivr.telephone.fixtures import DEMO, FixtureError, is_demo, practice_of, read_call, write_call
from ivr.telephone.people import play_out
from ivr.telephone.recorder import record
from ivr.telephone.replay import play, updated
from ivr.telephone.scratch import scratch_database, scratch_settings
from ivr.telephone.session import CallSession

KEYS = re.compile(r"[0-9*#]+|-|h")
BEHAVIOURS = click.Choice([behaviour.value for behaviour in CalledPerson])


@click.command()
@practice_option
@click.option("--from", "caller", metavar="NUMBER", required=True, help="Who calls; `withheld` for a hidden number.")
@click.option("--at", metavar="TIME", help="Local time of the practice, such as 2026-12-24T20:00; now when left out.")
@click.option(
    "--keys", metavar="KEYS", help="Keys in order, such as 2,1; - is silence, h hangs up. Typed by you when left out."
)
@click.option("--doctor", type=BEHAVIOURS, default="answers", show_default=True, help="What happens at the doctor's.")
@click.option("--secretary", type=BEHAVIOURS, default="answers", show_default=True, help="What happens at the desk.")
@click.option(
    "--fault",
    metavar="FAULT[@N]",
    help="What befalls every request, or the Nth (from 0): repeat, reorder, drop, delay.",
)
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the call as a recorded call.")
@click.option("--keep", is_flag=True, help="Keep what the call leaves behind; else it is made on a copy.")
@json_option
def call(
    practice: str | None,
    caller: str,
    at: str | None,
    keys: str | None,
    doctor: str,
    secretary: str,
    fault: str | None,
    save: Path | None,
    keep: bool,
    as_json: bool,
) -> None:
    """Call the practice from the terminal, through the real webhooks; nothing is kept unless asked for.

    Example: ivr call --practice pasteur --from 0639981111 --at 2026-12-02T13:10 --keys 2,1
    """
    typed = None if keys is None else [key for key in keys.split(",") if key]
    wrong = [key for key in typed or [] if not KEYS.fullmatch(key)]
    if wrong:
        raise Refused(f"{wrong[0]!r} is no key; write digits, * and #, - for silence, h to hang up")
    faults = _read_faults_or_refuse(fault)
    configured = settings()
    engine = open_database(configured)
    key, _ = find_practice_or_refuse(engine, practice)
    with _database(configured, engine, key, keep) as (used, used_settings):
        session = _session(used, used_settings, key, caller, at)
        session.phone.faults = faults
        screen = Screen(session, quiet=as_json)
        try:
            screen.opening()
            session.phone.start()
            people = CalledPerson(doctor), CalledPerson(secretary)
            if typed is None:
                screen.converse(*people)
            else:
                for act in play_out(session.phone, typed, *people):
                    screen.show(act)
        except NotTwimlError as error:
            raise DoesNotHold(f"the line answered what no telephone can play: {error}") from None
        screen.ending()
        if save is not None:
            screen.note(_save(engine, session, save))
        if as_json:
            print_json(session.summary())


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", type=click.Path(exists=True, path_type=Path))
@click.option("--update", is_flag=True, help="Write what really happened into the files.")
@click.option(
    "--fault",
    type=click.Choice([Fault.REPEAT.value, Fault.REORDER.value]),
    help="Deliver each request twice, or after the callbacks that follow it; nothing may differ for it.",
)
@json_option
def replay(paths: tuple[Path, ...], update: bool, fault: str | None, as_json: bool) -> None:
    """Play recorded calls again and report every difference.

    Example: ivr replay fixtures/calls
    """
    if update and fault:
        raise Refused("calls are recorded without faults; leave out --fault or --update")
    files = sorted({file for path in paths for file in ([path] if path.is_file() else path.rglob("*.json"))})
    if not files:
        raise Refused("there are no recorded calls there; name files or folders of *.json")
    found: dict[str, list[str]] = {}
    for file in files:
        found[str(file)] = _replay_one(file, update, Fault(fault) if fault else None)
    wrong = {file: differences for file, differences in found.items() if differences}
    if as_json:
        print_json({"calls": len(files), "differences": wrong})
    else:
        for name, differences in wrong.items():
            click.echo(name, err=True)
            for difference in differences:
                click.echo(f"  {difference}", err=True)
        click.echo(f"{len(files)} calls, {len(wrong)} with differences" + (", now written" if update else ""))
    if wrong and not update:
        raise click.exceptions.Exit(DOES_NOT_HOLD)


def _read_faults_or_refuse(text: str | None) -> Faults:
    try:
        return read_faults(text) if text else Faults()
    except ValueError as error:
        raise Refused(str(error)) from None


def _replay_one(file: Path, update: bool, fault: Fault | None) -> list[str]:
    try:
        recorded = read_call(file)
        practice = practice_of(recorded, file.parent)
    except FixtureError as error:
        raise Refused(str(error)) from None
    except FaultyFileError as error:
        raise Refused(f"{error.file}: {error.faults[0]}") from None
    with scratch_database(practice) as engine, scratch_settings(practice) as used:
        result = play(recorded, engine, used, fault)
    if update and updated(recorded, result) != recorded:
        write_call(file, updated(recorded, result))
    return result.differences


@contextmanager
def _database(configured: Settings, engine: Engine, key: str, keep: bool) -> Iterator[tuple[Engine, Settings]]:
    """The real database, or a copy of the practice that is gone afterwards."""
    if keep:
        yield engine, configured
        return
    _, practice = find_practice_or_refuse(engine, key)
    with reading(engine)() as connection:
        file = dump_practice(connection, practice.id)
    with scratch_database(file) as copy, scratch_settings(file) as used:
        yield copy, used


def _save(real: Engine, session: CallSession, file: Path) -> str:
    """Write the call, and beside it its practice unless that is the demo; says what was written."""
    if not file.parent.is_dir():
        raise Refused(f"there is no folder {file.parent} to save the call in; make it first")
    practice = session.practice_file()
    with scratch_database(practice) as engine, scratch_settings(practice) as used:
        if is_demo(practice):
            write_call(file, record(session, DEMO, engine, used))
            return f"saved as {file}"
        _, found = find_practice_or_refuse(real, practice.practice.key)
        note_export(real, found.id, "practice file with a call")
        beside = file.with_name(f"{practice.practice.key}.toml")
        beside.write_text(write_practice(practice), encoding="utf-8")
        write_call(file, record(session, beside.name, engine, used))
    return f"saved as {file}, its practice with all patients as {beside}"


def _session(engine: Engine, used: Settings, key: str, caller: str, at: str | None) -> CallSession:
    _, version = find_practice_or_refuse(engine, key)
    with reading(engine)() as connection:
        switchboard = Switchboards().get(connection, version)
    try:
        number = read_asked_number(caller, switchboard.practice.country)
        now = read_asked_time(switchboard, at) if at else system_clock()
    except QuestionError as error:
        raise Refused(str(error)) from None
    return CallSession(engine, used, switchboard, number, now)
