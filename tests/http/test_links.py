"""The link of the SMS about a missed call, for the doctor."""

from sqlalchemy import select

from db.engine import reading
from db.models.access import AccessRow
from db.models.promises import DeliveryRow, TaskRow
from ivr.app import make_app
from tests.lines import PRIORITY, WEDNESDAY_LUNCH, Line


def token_of(line: Line, template: str) -> str:
    with reading(line.engine)() as connection:
        query = select(DeliveryRow.token).where(DeliveryRow.template == template)
        return connection.execute(query).scalar_one() or ""


def tasks(line: Line) -> list[tuple[str, str, str | None]]:
    with reading(line.engine)() as connection:
        query = select(TaskRow.kind, TaskRow.state, TaskRow.note).order_by(TaskRow.id)
        return [(row.kind, row.state, row.note) for row in connection.execute(query)]


def a_missed_call(line: Line) -> str:
    line.at(WEDNESDAY_LUNCH).ring(PRIORITY, "2", "1").ringing_ends("no-answer")
    return token_of(line, "SMS-MISSED")


def test_opening_the_doctors_link_shows_the_call_and_changes_nothing(line: Line) -> None:
    page = line.app.test_client().get(f"/t/{a_missed_call(line)}")
    assert page.status_code == 200
    assert "06 39 98 11 11" in page.text
    assert "13\u00a0h\u00a01" in page.text
    assert tasks(line) == [("missed", "open", None)]


def test_the_button_marks_the_call_as_seen(line: Line) -> None:
    token = a_missed_call(line)
    page = line.app.test_client().post(f"/t/{token}", follow_redirects=True)
    assert "vu" in page.text
    assert tasks(line) == [("missed", "done", None)]


def test_a_guessed_link_shows_nothing(line: Line) -> None:
    client = line.app.test_client()
    for address in ("/t/guessed", "/p/guessed", f"/p/{a_missed_call(line)}"):  # the patient space knows no tasks
        page = client.get(address)
        assert page.status_code == 404
        assert "06 39" not in page.text


def test_pages_are_kept_by_nobody_and_run_no_script(line: Line) -> None:
    page = line.app.test_client().get(f"/t/{a_missed_call(line)}")
    assert page.headers["Cache-Control"] == "no-store"
    assert "script" not in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_who_opens_a_link_is_in_the_access_log(line: Line) -> None:
    client = line.app.test_client()
    client.get(f"/t/{a_missed_call(line)}")
    client.get("/t/guessed")
    with reading(line.engine)() as connection:
        entries = connection.execute(select(AccessRow.actor, AccessRow.action, AccessRow.subject)).all()
    assert [tuple(entry) for entry in entries] == [("link", "opened", "task 1")]


def test_a_link_below_a_public_path_leads_back_below_it(line: Line) -> None:
    token = a_missed_call(line)
    settings = line.settings.model_copy(update={"public_url": "https://ivr.example.test/prefix"})
    app = make_app(settings, line.engine, line.clock)
    for came in (f"/prefix/t/{token}", f"/t/{token}"):
        assert app.test_client().post(came).headers["Location"] == f"/prefix/t/{token}"
