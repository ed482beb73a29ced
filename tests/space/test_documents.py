"""Patients deposit documents, while they may; the practice takes them, and nobody else."""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from urllib3 import encode_multipart_formdata

from db.models.access import AccessRow
from db.models.appointments import AppointmentRow
from db.models.documents import DocumentRow
from db.models.patients import DocumentPermissionRow, PatientRow
from db.models.practices import PractitionerRow
from db.models.promises import TaskRow
from ivr.actions.documents import MOST_A_DAY
from ivr.app import make_app
from ivr.deposits import MOST_BYTES
from ivr.vocabulary import Role
from tests.clamd_double import EICAR, clamd
from tests.lines import Line, all_of
from tests.site.visitor import PUBLIC, REFERRED, Visitor, somebody, visitor
from tests.space.coming import CLAIRE, JEANNE, JEANNES_BIRTHDAY, PAUL, PAULS_BIRTHDAY, inside

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
HERS = "/p/documents/durand"


def send(
    browser: Visitor, address: str, *files: tuple[str, bytes], practitioner: str = "martin", **headers: str
) -> Any:
    """Send files with the form of the page."""
    browser.get("/p/documents")
    fields = {"csrf_token": browser.token(), "practitioner": practitioner}
    parts = [*fields.items(), *(("file", file) for file in files)]
    body, kind = encode_multipart_formdata(parts)  # the client's own encoder leaves files open
    browser.shown = browser.client.post(
        address, data=body, content_type=kind, follow_redirects=True, headers=REFERRED | headers, **PUBLIC
    )
    return browser.shown


def kept(line: Line) -> list[Path]:
    """The files below the data folder."""
    return sorted((line.settings.data_dir / "documents").glob("*"))


@pytest.fixture
def jeanne(line: Line) -> Visitor:
    """Documents are allowed to her by doctor Martin until the end of the year."""
    return inside(line, JEANNE, JEANNES_BIRTHDAY)


def test_a_document_is_kept_sealed_and_makes_a_task_for_its_practitioner(line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, ("Analyse de sang.png", PNG))
    assert "Analyse de sang.png : envoyé." in jeanne.reads()
    (file,) = kept(line)
    assert b"PNG" not in file.read_bytes()
    (document,), (task,) = all_of(line.engine, DocumentRow), all_of(line.engine, TaskRow)
    assert (document.kind, document.size, document.file) == ("png", len(PNG), file.name)
    assert (task.kind, task.state, task.patient_id) == ("document", "open", document.patient_id)
    assert (task.practitioner_id, task.id) == (document.practitioner_id, document.task_id)
    assert document.practitioner_id == find(line, PractitionerRow, "martin")


def find(line: Line, table: Any, key: str) -> int:
    with line.engine.connect() as connection:
        return int(connection.execute(select(table.id).where(table.key == key)).scalar_one())


def test_several_documents_of_one_sitting_make_one_task(line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, ("1.png", PNG), ("2.png", PNG))
    send(jeanne, HERS, ("3.png", PNG))
    assert (len(all_of(line.engine, DocumentRow)), len(all_of(line.engine, TaskRow))) == (3, 1)


def test_the_practice_takes_it_as_a_file_that_no_browser_shows(line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, ('<script>"x".html', PNG))
    desk = somebody(line, Role.SECRETARY)
    assert "Document déposé" in desk.get("/admin/").text
    assert "Jeanne Durand" in desk.reads()
    assert "<script>" not in desk.get("/admin/patients/durand").text
    (document,) = all_of(line.engine, DocumentRow)
    taken = desk.get(f"/admin/documents/{document.id}")
    assert taken.data == PNG
    assert taken.headers["Content-Type"] == "application/octet-stream"
    assert taken.headers["Content-Disposition"] == f'attachment; filename="durand-2026-12-02-{document.id}.png"'
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert taken.headers["Content-Security-Policy"].startswith("sandbox;")
    opened = [row.subject for row in all_of(line.engine, AccessRow) if row.action == "opened"]
    assert f"document {document.id}" in opened


def test_nobody_of_another_practice_takes_it(lilas: Line, line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, ("1.png", PNG))
    (document,) = all_of(line.engine, DocumentRow)
    other = somebody(line, Role.ADMINISTRATOR, practice="lilas")
    assert other.get(f"/admin/documents/{document.id}").status_code == 404
    assert jeanne.ask(f"/admin/documents/{document.id}").status_code == 302


def test_without_a_right_nothing_is_taken(line: Line) -> None:
    paul = inside(line, PAUL, PAULS_BIRTHDAY)
    assert "quand un rendez-vous est prévu" in paul.get("/p/documents").text
    for content in (PNG, b"a program"):  # it is not even looked into
        send(paul, "/p/documents/moreau", ("1.png", content))
        assert "ne prend pas de documents" in paul.reads()
    assert kept(line) == []


def test_a_right_with_one_practitioner_is_none_with_another(line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, ("1.png", PNG), practitioner="leroy")
    assert "ne prend pas de documents" in jeanne.reads()


def test_the_right_of_a_planned_appointment_ends_with_it_or_when_it_is_cancelled(line: Line) -> None:
    with line.engine.begin() as connection:
        connection.execute(DocumentPermissionRow.__table__.delete())  # type: ignore[attr-defined]
    ended = "2026-12-02T09:31:00+01:00"
    jeanne = inside(line.at("2026-12-02T09:29:00+01:00"), JEANNE, JEANNES_BIRTHDAY)
    send(jeanne, HERS, ("1.png", PNG))
    line.at(ended)
    send(jeanne, HERS, ("2.png", PNG))
    assert len(kept(line)) == 1
    line.at("2026-12-02T09:29:30+01:00")
    with line.engine.begin() as connection:
        connection.execute(update(AppointmentRow).values(status="cancelled"))
    send(jeanne, HERS, ("3.png", PNG))
    assert len(kept(line)) == 1


def test_for_a_relative_the_relatives_own_right_decides(line: Line) -> None:
    claire = inside(line)
    send(claire, "/p/documents/bernard-leo", ("1.png", PNG))
    send(claire, "/p/documents/bernard", ("2.png", PNG))
    (document,) = all_of(line.engine, DocumentRow)
    assert document.patient_id == find(line, PatientRow, "bernard-leo")
    assert document.depositor_id == find(line, PatientRow, "bernard")


def test_who_books_for_somebody_does_not_read_what_they_sent_themselves(line: Line) -> None:
    leo, claire = inside(line, CLAIRE, date(2019, 6, 21)), inside(line)
    send(leo, "/p/documents/bernard-leo", ("Analyse.png", PNG))
    send(claire, "/p/documents/bernard-leo", ("Carnet.png", PNG))
    assert ("Analyse" in claire.get("/p/documents").text, "Carnet" in claire.reads()) == (False, True)
    assert ("Analyse" in leo.get("/p/documents").text, "Carnet" in leo.reads()) == (True, True)


def test_nobody_deposits_for_somebody_else(line: Line) -> None:
    paul = inside(line, PAUL, PAULS_BIRTHDAY)
    assert send(paul, HERS, ("1.png", PNG)).status_code == 404
    assert kept(line) == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        pytest.param("photo.png", b"MZ\x90\x00", "ni une photo ni un PDF", id="a program that is called a photo"),
        pytest.param("page.pdf", b"<html>", "ni une photo ni un PDF", id="a page"),
        pytest.param("vide.pdf", b"", "est vide", id="nothing"),
        pytest.param("gros.png", PNG + bytes(MOST_BYTES), "trop lourd", id="too large"),
        pytest.param("faux.pdf", b"%PDF-1.7\nnothing", "protégé, abîmé", id="a broken PDF"),
    ],
)
def test_what_is_dangerous_or_useless_is_refused_in_a_sentence(
    line: Line, jeanne: Visitor, name: str, content: bytes, why: str
) -> None:
    send(jeanne, HERS, (name, content), ("bon.png", PNG))
    assert why in jeanne.reads()
    assert "bon.png : envoyé." in jeanne.reads()
    assert len(kept(line)) == 1


def test_a_name_that_climbs_out_of_its_folder_is_only_a_name(line: Line, jeanne: Visitor, tmp_path: Path) -> None:
    send(jeanne, HERS, ("../../../etc/cron.d/x.png", PNG))
    assert [row.name for row in all_of(line.engine, DocumentRow)] == ["x.png"]
    assert [file.parent for file in kept(line)] == [line.settings.data_dir / "documents"]


def test_a_day_holds_few_documents_of_a_patient(line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, ("1.png", PNG))
    (one,) = all_of(line.engine, DocumentRow)
    again = {name: value for name, value in one._mapping.items() if name != "id"}
    with line.engine.begin() as connection:
        connection.execute(insert(DocumentRow), [again] * (MOST_A_DAY - 1))
    send(jeanne, HERS, ("2.png", PNG))
    assert "trop de documents" in jeanne.reads()


def test_a_stranger_cannot_even_send_much(line: Line, jeanne: Visitor) -> None:
    stranger = visitor(line.app)
    body, kind = encode_multipart_formdata([("file", ("1.png", bytes(3 * 1024 * 1024)))])
    shown = stranger.client.post(HERS, data=body, content_type=kind, headers=REFERRED, **PUBLIC)
    assert shown.status_code in {302, 303, 413}
    assert kept(line) == []


def test_more_than_two_large_files_in_one_form_are_refused_in_a_sentence(line: Line, jeanne: Visitor) -> None:
    large = PNG + os.urandom(MOST_BYTES - 200)
    shown = send(jeanne, HERS, *((f"{n}.png", large) for n in range(3)))
    assert shown.status_code == 413
    assert "envoyez les fichiers un par un" in jeanne.reads()


def test_what_one_form_holds_beyond_ten_files_is_told_of(line: Line, jeanne: Visitor) -> None:
    send(jeanne, HERS, *((f"{n}.png", PNG) for n in range(12)))
    assert "Les autres n’ont pas été pris" in jeanne.reads()
    assert len(kept(line)) == 10


def test_what_became_of_ten_files_with_long_names_is_told(jeanne: Visitor) -> None:
    names = ["".join(map(chr, range(0x4E00 + 400 * n, 0x4E00 + 400 * (n + 1)))) for n in range(10)]
    send(jeanne, HERS, *((f"{name}.png", PNG) for name in names))
    assert all(f"{name[:60]} : envoyé." in jeanne.page.text_content() for name in names)
    assert jeanne.shown is not None
    cookies = [one for shown in jeanne.shown.history for one in shown.headers.getlist("Set-Cookie")]
    assert max(map(len, cookies)) < 4000  # browsers keep no longer one


def test_with_script_each_file_is_told_of_apart(line: Line, jeanne: Visitor) -> None:
    told = send(jeanne, HERS, ("1.png", PNG), Accept="application/json").json
    assert told == {"told": ["1.png\u00a0: envoyé."], "is_taken": True}
    told = send(jeanne, HERS, ("1.png", b"MZ"), Accept="application/json").json
    assert told["is_taken"] is False


def test_what_the_scanner_finds_is_not_kept_nor_what_it_cannot_see(line: Line) -> None:
    with clamd() as address:
        jeanne = scanned(line, address)
        send(jeanne, HERS, ("virus.png", PNG + EICAR), ("bon.png", PNG))
        assert "contient un virus" in jeanne.reads()
        assert len(kept(line)) == 1
    send(jeanne, HERS, ("bon.png", PNG))
    assert "n’a pas pu être vérifié" in jeanne.reads()
    assert len(kept(line)) == 1


def scanned(line: Line, address: str) -> Visitor:
    """Jeanne, at an installation with a scanner."""
    line.settings = line.settings.model_copy(update={"clamd_url": address})
    line.app = make_app(line.settings, line.engine, line.clock)
    return inside(line, JEANNE, JEANNES_BIRTHDAY)


def test_a_disk_that_is_full_keeps_nothing_and_says_so(
    line: Line, jeanne: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ivr.actions.archive.replace_file", full)
    assert send(jeanne, HERS, ("1.png", PNG)).status_code == 503
    assert (all_of(line.engine, DocumentRow), all_of(line.engine, TaskRow)) == ([], [])
