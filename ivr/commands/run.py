"""`ivr run`: everything a first look needs, in one go; what `make run` calls."""

import click

from db.engine import reading
from db.queries.practices import practice_keys
from db.upgrade import upgrade
from ivr.actions.snapshots import Snapshots, save_practice
from ivr.commands.common import connect, settings
from ivr.commands.service import port_option, serve
from ivr.demo import DEMO_FILE
from ivr.practice_files.reading import parse_practice

WELCOME = """
The switchboard is starting on http://127.0.0.1:{port}; Ctrl-C stops it.

Call the demo practice from another terminal (no Twilio account is needed):

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
    engine.dispose()
    click.echo(WELCOME.format(port=port))
    context.invoke(serve, port=port)
