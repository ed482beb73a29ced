"""Patients' files of other programs: every entry is read or refused with the reason, whatever is in it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.patient_files import Entry, FileTrouble, PatientFileError, Refusal, Trouble, read_patient_file
from ivr.phones import PhoneNumber

TODAY = date(2026, 12, 2)
JEANNE = Entry(2, "Jeanne", "Durand", date(1941, 3, 5), (PhoneNumber("+33639981111"), PhoneNumber("+33199007777")))


def read(text: str | bytes) -> list[Entry | Refusal]:
    content = text if isinstance(text, bytes) else text.encode()
    return read_patient_file(content, "FR", TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Nom;Prénom;Date de naissance;Téléphone\nDurand;Jeanne;05/03/1941;06 39 98 11 11 / 01 99 00 77 77",
        "nom,prenom,né le,Mobile,Fixe\nDurand,Jeanne,1941-03-05,0639981111,0199007777\n",
        "Last name\tFirst name\tBorn\tPhone 1\tPhone 2\nDurand\tJeanne\t5.3.1941\t+33639981111\t+33 1 99 00 77 77",
        "Téléphone;Ville;NOM;Prénom;Naissance;Tel 2\r\n06-39-98-11-11;Lyon;Durand;Jeanne;5/3/1941;0199007777\r\n\r\n",
        'Nom;Prénom;Naissance;Tel\n"Durand";" Jeanne ";05/03/1941;"0639981111,0199007777"',
        "\tNom\tPrénom\tNaissance\tTel\nMme\tDurand\tJeanne\t05/03/1941\t0639981111/0199007777",
        "\ufeffNom;Prénom;Naissance;Tel\nDurand;Jeanne;05/03/1941;0639981111|0199007777",
    ],
    ids=["French", "commas", "tabs, English", "any order", "quotes", "a nameless column", "with a mark"],
)
def test_a_table_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == [JEANNE]


def test_what_windows_writes_is_read() -> None:
    assert read("Nom;Prénom\nLefèvre;Zoé".encode("cp1252")) == [Entry(2, "Zoé", "Lefèvre")]


CARDS = """BEGIN:VCARD
VERSION:3.0
N:Durand;Jeanne;;;
FN:Jeanne Durand
BDAY:1941-03-05
TEL;TYPE=CELL:06 39 98 11 11
TEL;TYPE=HOME:+33 1 99 00 77 77
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Paul Moreau
TEL;VALUE=uri:tel:+33-6-39-98-22-22
BDAY:19800203
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8vre;Zo=C3=A9;;;
TEL;CELL:0639985503
END:VCARD
BEGIN:VCARD
N:
"""


def test_what_cannot_be_read_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    read("BEGIN:VCARD\nVERSION:3.0\nN:Durand;Jeanne;;;\nÀ Durand\nEND:VCARD\n")
    assert caplog.text == ""


def test_an_address_book_is_read_in_every_version() -> None:
    assert read(CARDS) == [
        replace(JEANNE, place=1),
        Entry(9, "Paul", "Moreau", date(1980, 2, 3), (PhoneNumber("+33639982222"),)),
        Entry(15, "Zoé", "Lefèvre", None, (PhoneNumber("+33639985503"),)),
        Refusal(20, "", Trouble.UNREADABLE),
    ]


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        (";Jeanne;;", Trouble.NO_NAME),
        ("Durand;;;", Trouble.NO_NAME),
        ("=SUM(A1);Jeanne;;", Trouble.BAD_NAME),
        ("<b>;Jeanne;;", Trouble.BAD_NAME),
        ("Durand;😀;;", Trouble.BAD_NAME),
        ("Durand;Jeanne;31/02/1941;", Trouble.BAD_DATE),
        ("Durand;Jeanne;05/03/2041;", Trouble.BAD_DATE),
        ("Durand;Jeanne;05/03/41;", Trouble.BAD_DATE),
        ("Durand;Jeanne;;06 39", Trouble.BAD_NUMBER),
        ("Durand;Jeanne;;voir dossier", Trouble.BAD_NUMBER),
        (f"{'D' * 101};Jeanne;;", Trouble.BAD_NAME),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason(row: str, trouble: Trouble) -> None:
    (found,) = read(f"Nom;Prénom;Naissance;Tel\n{row}")
    assert isinstance(found, Refusal)
    assert found.trouble is trouble


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("", FileTrouble.EMPTY),
        ("  \n", FileTrouble.EMPTY),
        ("Durand;Jeanne\n", FileTrouble.NO_COLUMNS),
        ("\x00\x01\x02", FileTrouble.NO_COLUMNS),
        ("Nom;Prénom\n" + "A;B\n" * 5001, FileTrouble.TOO_LONG),
        ("Nom;Prénom\n" + "A" * 200_000, FileTrouble.TOO_LONG),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(content: str, trouble: FileTrouble) -> None:
    with pytest.raises(PatientFileError) as refused:
        read(content)
    assert refused.value.trouble is trouble


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.sampled_from([b"", b"Nom;Pr\xc3\xa9nom;Tel\n", b"BEGIN:VCARD\nVERSION:3.0\n", CARDS[:200].encode()]),
    st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)),
)
def test_no_file_breaks_anything(head: bytes, rest: bytes) -> None:
    try:
        found = read(head + rest)
    except PatientFileError:
        return
    assert all(isinstance(one, Entry | Refusal) for one in found)


def test_several_given_names_and_a_birthday_without_a_year_are_no_fault() -> None:
    card = "BEGIN:VCARD\nVERSION:4.0\nN:Durand;Jeanne,Marie;;;\nBDAY:--0203\nEND:VCARD\n"
    assert read(card) == [Entry(1, "Jeanne Marie", "Durand")]
