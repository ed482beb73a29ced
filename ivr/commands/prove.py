"""`ivr prove`: no path of keys strands a caller."""

import click
from sqlalchemy import Engine

from db.engine import reading
from db.queries.practices import PracticeVersion, practice_keys
from ivr.actions.switchboards import Switchboards
from ivr.clock import system_clock
from ivr.commands.common import (
    DOES_NOT_HOLD,
    find_practice_or_refuse,
    json_option,
    open_database,
    practice_option,
    print_json,
    settings,
)
from ivr.proving import Proof, prove


@click.command(name="prove")
@practice_option
@json_option
def prove_paths(practice: str | None, as_json: bool) -> None:
    """Walk every path of keys, silence, wrong keys, failed dials and lost slots; fail where a caller is stranded.

    Without --practice all practices are walked. Example: ivr prove --practice pasteur
    """
    engine = open_database(settings())
    with reading(engine)() as connection:
        keys = practice_keys(connection)
    wanted = keys if practice is None and keys else [find_practice_or_refuse(engine, practice)[0]]
    proofs = {key: _prove(engine, find_practice_or_refuse(engine, key)[1]) for key in wanted}
    if as_json:
        print_json({key: _as_json(proof) for key, proof in proofs.items()})
    else:
        for key, proof in proofs.items():
            _show(key, proof)
    if any(proof.offences for proof in proofs.values()):
        raise click.exceptions.Exit(DOES_NOT_HOLD)


def _prove(engine: Engine, version: PracticeVersion) -> Proof:
    with reading(engine)() as connection:
        switchboard = Switchboards().get(connection, version)
    return prove(switchboard, system_clock())


def _as_json(proof: Proof) -> dict[str, object]:
    return {
        "states": proof.states,
        "ways": proof.ways,
        "longest": proof.longest,
        "offences": [{"problem": offence.problem, "path": list(offence.path)} for offence in proof.offences],
    }


def _show(key: str, proof: Proof) -> None:
    click.echo(f"{key}: {proof.ways} ways between {proof.states} states, {proof.longest} answers in the longest call")
    for offence in proof.offences:
        click.echo(f"  {offence.problem}")
        for place, words in enumerate(offence.path, start=1):
            click.echo(f"    {place}. {words}")
    if not proof.offences:
        click.echo("  nobody is stranded: every path ends with a person, a booking, a message or a goodbye")
