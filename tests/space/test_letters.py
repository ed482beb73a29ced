"""Who has no record writes to the practice by the link, once, and is shown nothing."""

from datetime import timedelta
from pathlib import Path

from db.models.promises import DeliveryRow, TaskRow
from tests.lines import Line, all_of, demo_practice, line_of
from tests.site.visitor import visitor
from tests.space.coming import PAUL, a_link_by_telephone


def tasks(line: Line) -> list[tuple[str, str, str | None]]:
    return [(row.kind, row.state, row.note) for row in all_of(line.engine, TaskRow)]


def test_a_letter_becomes_a_task_once(line: Line) -> None:
    browser, sheet = visitor(line.app), f"{a_link_by_telephone(line, PAUL)}/letter"
    assert "<textarea" in browser.get(sheet).text
    for _ in range(2):
        browser.post(sheet, text="Bonjour,\r\nmon ordonnance <svp> ?")
        assert "arrivé au cabinet" in browser.reads()
        browser.get(sheet.removesuffix("/letter"))
    assert tasks(line) == [("written", "open", "Bonjour,\r\nmon ordonnance <svp> ?")]
    (task,) = all_of(line.engine, TaskRow)
    assert (task.caller.e164, task.call_id is None) == (PAUL, False)


def test_an_empty_letter_is_none(line: Line) -> None:
    browser, sheet = visitor(line.app), f"{a_link_by_telephone(line, PAUL)}/letter"
    browser.get(sheet)
    browser.post(sheet, text="  ")
    assert tasks(line) == []


def test_a_letter_can_be_written_for_a_day(line: Line) -> None:
    browser, sheet = visitor(line.app), f"{a_link_by_telephone(line, PAUL)}/letter"
    browser.get(sheet)
    line.clock.now += timedelta(hours=25)
    browser.post(sheet, text="Trop tard")
    assert tasks(line) == []


def test_the_sms_and_its_pages_tell_the_emergency_number_of_the_practice(line: Line, tmp_path: Path) -> None:
    practice = demo_practice()
    abroad = practice.practice.model_copy(update={"emergency": "144"})
    line = line_of(practice.model_copy(update={"practice": abroad}), line.engine, tmp_path)
    link = a_link_by_telephone(line, PAUL)
    for address in (link, f"{link}/letter"):
        assert "faites le 144." in visitor(line.app).get(address).text
    assert {row.fields["emergency"] for row in all_of(line.engine, DeliveryRow)} == {"144"}
