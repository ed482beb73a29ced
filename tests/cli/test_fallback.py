"""`ivr fallback --write`: documents another host can serve, which help a caller without us."""

from pathlib import Path

from ivr.telephone.document import Dial, Record, read_document
from tests.cli.shell import WRONG_USE, Shell
from tests.lines import LILAS_FILE
from tests.twiml import SCHEMA, etree

FILTER = LILAS_FILE.with_name("filter.toml")


def written(shell: Shell, *files: Path) -> Path:
    shell.succeeds("load", *map(str, files))
    folder = shell.folder / "fallback"
    shell.succeeds("fallback", "--write", str(folder))
    return folder


def test_each_line_has_a_document_twilio_takes_and_the_thanks_after_it(empty: Shell) -> None:
    folder = written(empty, LILAS_FILE, FILTER)
    names = {"33199006000.xml", "33199006000-thanks.xml", "33199003000.xml", "33199003000-thanks.xml"}
    assert {file.name for file in folder.iterdir()} == names
    for file in folder.iterdir():
        SCHEMA.assertValid(etree.fromstring(file.read_bytes()))


def test_it_gives_the_emergency_notice_rings_the_practice_then_takes_a_message(empty: Shell) -> None:
    text = (written(empty, FILTER) / "33199003000.xml").read_text(encoding="utf-8")
    assert text.index("faites le 15") < text.index("je vous passe le cabinet") < text.index("+33199003090")
    assert text.index("</Dial>") < text.index("Parlez après le bip.") < text.index("<Record")
    assert 'action="33199003000-thanks.xml"' in text


def test_without_a_number_to_ring_it_takes_a_message(empty: Shell) -> None:
    document = (written(empty, LILAS_FILE.with_name("solo.toml")) / "33199002000.xml").read_bytes()
    verbs = read_document(document, "text/xml")
    assert not any(isinstance(verb, Dial) for verb in verbs)
    assert any(isinstance(verb, Record) for verb in verbs)


def test_a_doctors_own_phone_is_never_in_it(empty: Shell) -> None:
    folder = written(empty, LILAS_FILE, FILTER)
    assert not any("+3363998" in file.read_text(encoding="utf-8") for file in folder.iterdir())


def test_a_folder_that_cannot_be_written_is_refused(empty: Shell) -> None:
    file = empty.write("file", "")
    assert "folder" in empty.refuses("fallback", "--write", f"{file}/below", status=WRONG_USE)
