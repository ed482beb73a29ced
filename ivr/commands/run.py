"""`ivr run`: everything a first look needs, in one go; what `make run` calls."""

import click
from sqlalchemy import Engine, select

from db.engine import reading
from db.models.users import UserRow
from db.queries.practices import find_practice, practice_keys, practitioner_ids
from db.upgrade import upgrade
from ivr.actions.people import add_user, invite
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.clock import system_clock
from ivr.commands.common import connect, settings
from ivr.commands.service import port_option, serve
from ivr.demo import DEMO_FILE
from ivr.practice_files.reading import parse_practice
from ivr.vocabulary import Role

DEMO_PRACTICE, DEMO_EMAIL = "pasteur", "martin@pasteur.example"

WELCOME = """
The switchboard is starting on {address}; Ctrl-C stops it.

The practice's site is at {address}/admin/ ; this link signs the demo practitioner in, once:

  {address}/admin/invitation/{token}

Signed in, call the demo practice from the browser at {address}/phone ; or from another terminal (no Twilio account is
needed):

  .venv/bin/ivr call --practice pasteur --from 0639981111

Jeanne Durand (06 39 98 11 11) is on the list Prioritaires. Press 2, then 1, to reach Doctor Martin; 1 to book.
"""


@click.command()
@port_option
@click.pass_context
def run(context: click.Context, port: int) -> None:
    """Make the database, load the demo practice when there is none, and serve.

    Example: ivr run --port 8000
    """
    configured = settings()
    engine = connect(configured)
    upgrade(engine)
    with reading(engine)() as connection:
        is_empty = not practice_keys(connection)
    if is_empty:
        demo = parse_practice(DEMO_FILE, str(DEMO_FILE)).check()
        save_practice(engine, Snapshots(configured.data_dir), demo)
    token = _invite_demo(engine)
    engine.dispose()
    if token is not None:
        click.echo(WELCOME.format(address=f"http://127.0.0.1:{port}", token=token))
    context.invoke(serve, port=port)


def _invite_demo(engine: Engine) -> str | None:
    """A link for the demo practitioner, who is made when nobody signs in to the demo practice; None without it."""
    now = system_clock()
    with engine.begin() as connection:
        practice = find_practice(connection, DEMO_PRACTICE)
        if practice is None:
            return None
        known = connection.scalars(select(UserRow.id).where(UserRow.email == DEMO_EMAIL)).first()
        if known is None:
            martin = practitioner_ids(connection, practice.id).get("martin")
            name, role = "Dr Martin", Role.ADMINISTRATOR
            known = add_user(connection, DEMO_EMAIL, name, role, now, practice.id, martin)
        return invite(connection, known, now)
