"""`ivr user`: the people who sign in to the site."""

import click
from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import IntegrityError

from db.engine import reading
from db.models.practices import PracticeRow
from db.models.users import UserRow
from db.queries.practices import practitioner_ids
from ivr.actions.access import note_access
from ivr.actions.people import INVITED_FOR, add_user, invite, read_email, remove_user
from ivr.clock import system_clock
from ivr.commands.common import (
    Refused,
    find_practice_or_refuse,
    json_option,
    open_database,
    practice_option,
    print_json,
    settings,
    this_user,
)
from ivr.settings import Settings
from ivr.vocabulary import Language, Role

EMAIL = "EMAIL"


@click.group()
def user() -> None:
    """The people who sign in to the practice's site."""


@user.command()
@click.argument("email", metavar=EMAIL)
@practice_option
@click.option("--name", required=True, help="As colleagues read it, such as “Dr Martin”.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do.")
@click.option("--practitioner", metavar="KEY", help="The practitioner this person is.")
@click.option(
    "--language",
    type=click.Choice([language.value for language in Language]),
    default="fr",
    show_default=True,
    help="Of the pages they see.",
)
@json_option
def add(
    email: str, practice: str | None, name: str, role: str, practitioner: str | None, language: str, as_json: bool
) -> None:
    """Let somebody sign in, and print the link they begin with: it works once, within three days.

    Example: ivr user add martin@example.org --practice pasteur --name "Dr Martin" --role practitioner
    --practitioner martin
    """
    configured = settings()
    engine = open_database(configured)
    address = _read_email(email)
    practice_id = None if role == Role.OPERATOR else find_practice_or_refuse(engine, practice)[1].id
    now = system_clock()
    try:
        with engine.begin() as connection:
            owner = _practitioner(connection, practice_id, practitioner)
            person = add_user(connection, address, name, Role(role), now, practice_id, owner, Language(language))
            token = invite(connection, person, now)
            _note(connection, practice_id, "added", person)
    except IntegrityError:
        raise Refused(f"{address} signs in already; for a new link: ivr user invite {address}") from None
    _tell_link(configured, address, token, as_json)


@user.command(name="invite")
@click.argument("email", metavar=EMAIL)
@json_option
def invite_again(email: str, as_json: bool) -> None:
    """Print a new link for somebody who cannot sign in; it works once, within three days.

    Example: ivr user invite martin@example.org
    """
    configured = settings()
    engine, now = open_database(configured), system_clock()
    with engine.begin() as connection:
        person = _find(connection, _read_email(email))
        token = invite(connection, person.id, now)
        _note(connection, person.practice_id, "invited", person.id)
    _tell_link(configured, email, token, as_json)


@user.command()
@click.argument("email", metavar=EMAIL)
def remove(email: str) -> None:
    """Take somebody off; they are signed out at once.

    Example: ivr user remove martin@example.org
    """
    engine = open_database(settings())
    with engine.begin() as connection:
        person = _find(connection, _read_email(email))
        remove_user(connection, person.id)
        _note(connection, person.practice_id, "removed", person.id)
    click.echo(f"{email} cannot sign in any more")


@user.command(name="list")
@json_option
def list_users(as_json: bool) -> None:
    """Who signs in, to which practice, as what.

    Example: ivr user list
    """
    columns = (UserRow.email, UserRow.name, UserRow.role, PracticeRow.key.label("practice"))
    query = select(*columns).outerjoin(PracticeRow, PracticeRow.id == UserRow.practice_id).order_by(UserRow.email)
    with reading(open_database(settings()))() as connection:
        people = [row._asdict() for row in connection.execute(query)]
    if as_json:
        print_json(people)
        return
    for person in people:
        click.echo(f"{person['email']}  {person['role']}  {person['practice'] or '-'}  {person['name']}")


def _read_email(text: str) -> str:
    """The address as sign-in compares it. Raises Refused."""
    try:
        return read_email(text)
    except ValueError as error:
        raise Refused(f"{text!r} is no e-mail address: {error}") from None


def _practitioner(connection: Connection, practice_id: int | None, key: str | None) -> int | None:
    """The practitioner of that key. Raises Refused with those there are."""
    if key is None:
        return None
    known = practitioner_ids(connection, practice_id) if practice_id is not None else {}
    if key not in known:
        raise Refused(f"there is no practitioner {key!r}; known: {', '.join(known) or 'none'}")
    return known[key]


def _find(connection: Connection, email: str) -> Row[int, int | None]:
    query = select(UserRow.id, UserRow.practice_id).where(UserRow.email == email)
    found = connection.execute(query).first()
    if found is None:
        raise Refused(f"nobody signs in as {email}; look with: ivr user list")
    return found


def _note(connection: Connection, practice_id: int | None, action: str, person: int) -> None:
    if practice_id is not None:
        note_access(connection, practice_id, this_user(), action, f"user {person}", system_clock())


def _tell_link(configured: Settings, email: str, token: str, as_json: bool) -> None:
    link = f"{configured.public_url}/admin/invitation/{token}"
    if as_json:
        print_json({"email": email, "link": link})
        return
    click.echo(f"{email} signs in once with this link, within {INVITED_FOR.days} days:\n{link}")
