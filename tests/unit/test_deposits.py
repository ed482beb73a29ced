"""May a document be deposited now, and what is it? (ROUTING.md 7)"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.deposits import MOST_BYTES, DepositRight, DocumentKind, Objection, deposit_rights, plain_name, recognise
from tests.builders import paris

NOW = paris("2026-12-02T10:00")
TODAY = date(2026, 12, 2)
A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("end", "may"),
    [
        pytest.param(NOW + A_SECOND, True, id="it goes on"),
        pytest.param(NOW, True, id="it ends now"),
        pytest.param(NOW - A_SECOND, False, id="it is over"),
    ],
)
def test_an_appointment_counts_until_its_end(end: datetime, may: bool) -> None:
    assert bool(deposit_rights([("martin", end)], {}, NOW, TODAY)) is may


@pytest.mark.parametrize(("until", "may"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_a_permission_counts_to_the_end_of_its_date(until: date, may: bool) -> None:
    assert bool(deposit_rights([], {"martin": until}, NOW, TODAY)) is may


def test_each_practitioner_is_named_once_with_the_last_appointment() -> None:
    later = NOW + timedelta(days=3)
    planned = [("martin", later), ("martin", NOW + A_SECOND), ("leroy", later)]
    assert deposit_rights(planned, {"martin": TODAY, "petit": TODAY}, NOW, TODAY) == (
        DepositRight("martin", later),
        DepositRight("leroy", later),
        DepositRight("petit", TODAY),
    )


BEGINNINGS = {
    b"%PDF-1.7\n": DocumentKind.PDF,
    b"\xff\xd8\xff\xe0\x00\x10JFIF": DocumentKind.JPEG,
    b"\x89PNG\r\n\x1a\n": DocumentKind.PNG,
    b"\x00\x00\x00\x18ftypheic": DocumentKind.HEIC,
    b"RIFF\x00\x00\x00\x00WEBPVP8 ": DocumentKind.WEBP,
    b"II*\x00": DocumentKind.TIFF,
}


@pytest.mark.parametrize(("begins", "kind"), BEGINNINGS.items(), ids=lambda one: str(one)[:12])
def test_a_document_is_what_it_begins_like(begins: bytes, kind: DocumentKind) -> None:
    assert recognise(begins + b"anything") is kind


@pytest.mark.parametrize(
    ("content", "objection"),
    [
        pytest.param(b"", Objection.EMPTY, id="nothing"),
        pytest.param(b"%PDF-" + bytes(MOST_BYTES), Objection.TOO_LARGE, id="a byte too many"),
        pytest.param(b"MZ\x90\x00", Objection.UNKNOWN_KIND, id="a program"),
        pytest.param(b"\x7fELF", Objection.UNKNOWN_KIND, id="a program of Linux"),
        pytest.param(b"<html><script>", Objection.UNKNOWN_KIND, id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'>", Objection.UNKNOWN_KIND, id="a drawing with scripts"),
        pytest.param(b"PK\x03\x04", Objection.UNKNOWN_KIND, id="an archive, or a text with macros"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Objection.UNKNOWN_KIND, id="an old text with macros"),
        pytest.param(b"#!/bin/sh\n", Objection.UNKNOWN_KIND, id="a script"),
        pytest.param(b"<html>%PDF-1.4", Objection.UNKNOWN_KIND, id="a page that is a PDF further on"),
        pytest.param(b"RIFF\x00\x00\x00\x00WAVE", Objection.UNKNOWN_KIND, id="a sound"),
        pytest.param(b"\x00\x00\x00\x18ftypmp42", Objection.UNKNOWN_KIND, id="a film"),
    ],
)
def test_anything_else_is_not_taken(content: bytes, objection: Objection) -> None:
    assert recognise(content) is objection


@given(st.text())
def test_the_name_of_a_file_is_one_line_without_folders(name: str) -> None:
    plain = plain_name(name)
    assert len(plain) <= 120
    assert not set(plain) & set("/\\\n\r\t\0")
    assert plain.isprintable()
