"""`ivr run`: everything a first look needs, in one go; what `make run` calls."""

import click
from sqlalchemy import Engine, select, update

from db.engine import reading
from db.models.promises import DeliveryRow
from db.models.users import UserRow
from db.queries.practices import find_practice, practice_keys, practitioner_ids
from db.upgrade import upgrade
from ivr.actions.people import add_user, invite
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.actions.visits import promise_link
from ivr.clock import system_clock
from ivr.commands.common import connect, settings
from ivr.commands.service import port_option, serve
from ivr.demo import DEMO_FILE
from ivr.phones import PhoneNumber
from ivr.practice_files.reading import parse_practice
from ivr.vocabulary import Language, Role

DEMO_PRACTICE, DEMO_EMAIL = "pasteur", "martin@pasteur.example"
DEMO_PATIENT = PhoneNumber("+33639981111")

WELCOME = """
The switchboard is starting on {address}; Ctrl-C stops it.

The practice's site is at {address}/admin/ ; this link signs the demo practitioner in, once:

  {address}/admin/invitation/{token}

Signed in, call the demo practice from the browser at {address}/phone ; or from another terminal (no Twilio account is
needed):

  .venv/bin/ivr call --practice pasteur --from 0639981111

Jeanne Durand (06 39 98 11 11) is on the list Prioritaires. Press 2, then 1, to reach Doctor Martin; 1 to book.
She was born on 5 March 1941, and this link of an SMS leads to her own pages for a day:

  {address}/p/{link}
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
    tokens = _invite_demo(engine)
    engine.dispose()
    if tokens is not None:
        token, link = tokens
        click.echo(WELCOME.format(address=f"http://127.0.0.1:{port}", token=token, link=link))
    context.invoke(serve, port=port)


def _invite_demo(engine: Engine) -> tuple[str, str] | None:
    """Links for the demo practitioner, who is made when there is none, and for a patient; None without the practice."""
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
        link = promise_link(connection, practice.id, DEMO_PATIENT, Language.FRENCH, "Martin", "15", now)
        printed = {"state": "dropped", "due_at": None}  # it is printed, and goes to nobody's telephone
        connection.execute(update(DeliveryRow).where(DeliveryRow.token == link).values(printed))
        return invite(connection, known, now), link
