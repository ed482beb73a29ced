"""What a PDF must not hold; each is made by the library and looked into as in service, in a process apart."""

import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, PdfObject, TextStringObject

from ivr.inspection import acting_names, is_harmless_pdf


def a_pdf(spoil: Callable[[PdfWriter], object] = lambda _: None) -> bytes:
    """A PDF of one empty page, spoilt."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    spoil(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def script(writer: PdfWriter) -> None:
    open_with(writer, {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")})


def launch(writer: PdfWriter) -> None:
    open_with(writer, {"/S": NameObject("/Launch"), "/F": TextStringObject("cmd.exe")})


def open_with(writer: PdfWriter, action: dict[str, PdfObject]) -> None:
    """What happens when it is opened."""
    named = DictionaryObject({NameObject(key): value for key, value in action.items()})
    writer.root_object[NameObject("/OpenAction")] = named


CATALOG = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 7 0 R>>endobj\n"
PAGES = b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
HIDDEN = zlib.compress(b"7 0 <</S/JavaScript/JS(app.alert\\(1\\))>>")


def packed() -> bytes:
    """A PDF with its script in a compressed stream, where no search of the bytes finds it."""
    packing = f"5 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(HIDDEN)}>>stream\n".encode()
    objects = packing + HIDDEN + b"\nendstream endobj\n"
    fifth = len(CATALOG) + len(PAGES)
    table = fifth + len(objects)
    rows = [(0, 0, 255), (1, 9, 0), (1, len(CATALOG), 0), (0, 0, 0), (0, 0, 0), (1, fifth, 0), (1, table, 0), (2, 5, 0)]
    places = b"".join(bytes([kind]) + place.to_bytes(2, "big") + bytes([last]) for kind, place, last in rows)
    head = f"6 0 obj<</Type/XRef/Size 8/W[1 2 1]/Root 1 0 R/Length {len(places)}>>stream\n".encode()
    end = f"\nendstream endobj\nstartxref\n{table}\n%%EOF".encode()
    return CATALOG + PAGES + objects + head + places + end


SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def by_hand(catalog: bytes, *more: tuple[int, int, bytes], unlisted: frozenset[int] = frozenset()) -> bytes:
    """A PDF of one page as no library writes it; `more` are objects by number and generation, some in no table."""
    objects = [
        (1, 0, b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>"),
        (2, 0, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, 0, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        *more,
    ]
    written, table = b"%PDF-1.5\n", b"0000000000 65535 f \n"
    for number, generation, body in objects:
        is_listed = number not in unlisted
        table += b"%010d %05d n \n" % (len(written), generation) if is_listed else b"0000000000 00000 f \n"
        written += b"%d %d obj" % (number, generation) + body + b"\nendobj\n"
    size, end = len(objects) + 1, b"startxref\n%d\n%%%%EOF" % len(written)
    return written + b"xref\n0 %d\n" % size + table + b"trailer<</Size %d/Root 1 0 R>>\n" % size + end


def a_pack(packed: bytes) -> bytes:
    """A stream of packed objects."""
    kept = zlib.compress(packed)
    head = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(kept)
    return head + kept + b"\nendstream"


FILE = (4, 0, b"<</F(run.exe)/EF<</F 5 0 R>>>>"), (5, 0, b"<</Length 2>>stream\nMZ\nendstream")
HIDDEN_TWICE = b"7 0 <</OpenAction[]/OpenAction" + SCRIPT + b">>"
FIT = b"/OpenAction[3 0 R/Fit]"
TO_A_PAGE = b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"


def with_link(writer: PdfWriter) -> None:
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://labo.example"))


@pytest.mark.parametrize("spoil", [lambda _: None, with_link], ids=["a page", "a page with a link"])
def test_an_ordinary_pdf_is_taken(spoil: Callable[[PdfWriter], object]) -> None:
    assert is_harmless_pdf(a_pdf(spoil))


@pytest.mark.parametrize("catalog", [FIT, TO_A_PAGE, b"/OpenAction<</S/Named/N/Print>>"])
def test_one_that_opens_at_a_page_or_to_be_printed_is_taken(catalog: bytes) -> None:
    assert is_harmless_pdf(by_hand(catalog))


def test_one_whose_objects_are_packed_is_taken() -> None:
    assert is_harmless_pdf(by_hand(b"", (4, 0, a_pack(b"7 0 <</Title(Analyse)>>"))))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(a_pdf(script), id="a script"),
        pytest.param(a_pdf(launch), id="a program to start"),
        pytest.param(a_pdf(lambda writer: writer.add_attachment("run.exe", b"MZ")), id="a file inside"),
        pytest.param(a_pdf(lambda writer: writer.encrypt("secret")), id="a password"),
        pytest.param(packed(), id="a script in a compressed stream"),
        pytest.param(a_pdf(script).replace(b"/JavaScript", b"/J#61vaScript"), id="a name in disguise"),
        pytest.param(by_hand(b"/OpenAction 4 1 R", (4, 1, SCRIPT)), id="a script of a later generation"),
        pytest.param(by_hand(FIT + b"/OpenAction" + SCRIPT), id="a script behind a key that is there twice"),
        pytest.param(by_hand(b"/OpenAction 4 0 R", (4, 0, SCRIPT), unlisted=frozenset({4})), id="a script in no table"),
        pytest.param(by_hand(b"", (4, 0, a_pack(HIDDEN_TWICE))), id="a script twice behind a key, in a stream"),
        pytest.param(by_hand(b"", (4, 0, a_pack(b"")), unlisted=frozenset({4})), id="a stream of objects in no table"),
        pytest.param(by_hand(b"/AF[4 0 R]", *FILE), id="a file that is not called one"),
        pytest.param(by_hand(b"/OpenAction<</S/URI/URI(https://x.example/)>>"), id="a page that opens by itself"),
        pytest.param(by_hand(b"/AA<</WC<</S/URI/URI(https://x.example/)>>>>"), id="a page that opens at the end"),
        pytest.param(by_hand(b"", (4, 0, b"<</Type/3D/OnInstantiate 5 0 R>>")), id="a script of a 3D drawing"),
        pytest.param(by_hand(b"", (4, 0, a_pack(bytes(300_000_000)))), id="far more than it seems"),
        pytest.param(b"%PDF-1.7\nnothing of the kind", id="no PDF at all"),
        pytest.param(a_pdf()[:200], id="a PDF cut off"),
    ],
)
def test_a_pdf_that_acts_hides_or_cannot_be_read_is_not(content: bytes) -> None:
    assert not is_harmless_pdf(content)


def test_a_script_in_a_compressed_stream_is_found_as_such() -> None:
    assert "/JavaScript" in set(acting_names(packed()))
