"""Practice files (INTERFACE.md 5): every fault at once with its place and remedy, and dumps that change nothing."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, insert, select

from db.base import Base
from db.engine import reading
from db.models.chores import ChoreRow
from db.queries.practices import find_practice
from ivr.actions.load_practice import conflicts, dump_practice, load_practice
from ivr.demo import DEMO_FILE
from ivr.hours import overlaps, weekly
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.writing import write_practice
from ivr.proving import Proof, prove
from ivr.routing import Switchboard
from ivr.vocabulary import WEEKDAYS
from tests.files.documents import BASE, INSTEAD, Installation, Table, a_file, checked, faults_of


def rows(engine: Engine) -> int:
    """How many rows there are in all tables but the access log, which tells of each dump."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "access_log"]
    with reading(engine)() as connection:
        counts = (select(func.count()).select_from(table) for table in tables)
        return sum(connection.scalar(count) or 0 for count in counts)


# --- one fault each --------------------------------------------------------------------------------------

ONE_FAULT = [
    pytest.param({"practice__nmae": "X"}, "practice.nmae", "no such setting", id="unknown key"),
    pytest.param({"doctors": []}, "doctors", "no such setting", id="unknown section"),
    pytest.param({"practitioners__colour": "red"}, "practitioners[0] (martin).colour", "no such setting", id="deep"),
    pytest.param({"practice": {}}, "practice.key", "missing; add it", id="missing key"),
    pytest.param(
        {"practice__key": "Cabinet Pasteur"}, "practice.key", "small letters, digits and dashes", id="bad key"
    ),
    pytest.param({"practice__key": "p" * 65}, "practice.key", "", id="a key too long to be stored"),
    pytest.param({"practice__name": ""}, "practice.name", "must not be empty", id="empty name"),
    pytest.param({"practice__name": "x" * 201}, "practice.name", "200 characters at most", id="long name"),
    pytest.param({"practice__name": "a\u0000b"}, "practice.name", "", id="a NUL, which PostgreSQL cannot store"),
    pytest.param({"practice__lines": []}, "practice.lines", "at least one", id="no line"),
    pytest.param({"practice__lines": ["12"]}, "practice.lines[0]", "01 99 00 12 34", id="bad line"),
    pytest.param({"practice__lines": [199001234]}, "practice.lines[0]", "in quotes", id="line without quotes"),
    pytest.param(
        {"practice__lines": ["01 99 00 12 34", "+33199001234"]}, "practice.lines", "", id="the same line twice"
    ),
    pytest.param({"practice__nuisance": ["01 99 00 66 66"] * 2}, "practice.nuisance", "", id="a nuisance twice"),
    pytest.param({"practice__country": "France"}, "practice.country", "such as FR", id="bad country"),
    pytest.param({"practice__country": "XX"}, "practice.country", "", id="no such country"),
    pytest.param({"practice__holidays": "FR-99"}, "practice.holidays", "FR-57", id="no such territory"),
    pytest.param({"practice__holidays": ""}, "practice.holidays", "FR-57", id="empty territory"),
    pytest.param({"practice__timezone": "Paris"}, "practice.timezone", "Europe/Paris", id="no such zone"),
    pytest.param({"practice__good_friday": "maybe"}, "practice.good_friday", "true or false", id="text for a switch"),
    pytest.param({"practice__languages": ["de"]}, "practice.languages[0]", "'fr' or 'en'", id="another language"),
    pytest.param({"practice__languages": []}, "practice.languages", "at least one", id="no language"),
    pytest.param({"practice__emergency": "fifteen"}, "practice.emergency", "not a telephone number", id="emergency"),
    pytest.param({"practice__unknown_callers": "drop"}, "practice.unknown_callers", "'ring' or 'message'", id="choice"),
    pytest.param({"practice__relatives": "as-practice"}, "practice.relatives", "open", id="relatives of a practice"),
    pytest.param({"practice__open_holidays": ["6 mai"]}, "practice.open_holidays[0]", "2026-12-04", id="bad date"),
    pytest.param(
        {"practice__open_holidays": ["2027-02-30"]}, "practice.open_holidays[0]", "not a date", id="no such day"
    ),
    pytest.param({"practice__announcement": {"text": "X"}}, "practice.announcement.until", "missing", id="no end date"),
    pytest.param(
        {"practice__announcement": {"text": "un " * 40, "until": "2026-12-04"}},
        "practice.announcement.text",
        "15 at most",
        id="an announcement outside the limits of the voice",
    ),
    pytest.param({"practitioners": []}, "practitioners", "at least one", id="nobody works there"),
    pytest.param(
        {"practitioners__ring_seconds": 61}, "practitioners[0] (martin).ring_seconds", "60 at most", id="long"
    ),
    pytest.param(
        {"practitioners__ring_seconds": 4}, "practitioners[0] (martin).ring_seconds", "5 at least", id="short"
    ),
    pytest.param(
        {"practitioners__ring_seconds": 20.5}, "practitioners[0] (martin).ring_seconds", "whole number", id="½"
    ),
    pytest.param({"practitioners__phone": ""}, "practitioners[0] (martin).phone", "not a telephone", id="empty phone"),
    pytest.param({"practitioners__contact": "fax"}, "practitioners[0] (martin).contact", "'calls'", id="contact"),
    pytest.param(
        {"practitioners__working_hours": {"mon": ["9-12"]}},
        "practitioners[0] (martin).working_hours",
        "09:00-12:00",
        id="bad hours",
    ),
    pytest.param(
        {"practitioners__working_hours": {"monday": ["09:00-12:00"]}},
        "practitioners[0] (martin).working_hours",
        "mon, tue",
        id="no such day of the week",
    ),
    pytest.param(
        {"practitioners__working_hours": {"mon": "09:00-12:00"}},
        "practitioners[0] (martin).working_hours",
        'mon = ["09:00-12:00"]',
        id="hours without a list",
    ),
    pytest.param(
        {"practitioners__contact_hours": {"mon": ["25:00-26:00"]}},
        "practitioners[0] (martin).contact_hours",
        "24:00 only as an end",
        id="bad contact hours",
    ),
    pytest.param(
        {"practitioners__contact_hours": "never"}, "practitioners[0] (martin).contact_hours", "table", id="contact word"
    ),
    pytest.param(
        {"practitioners__dated_hours": [{"date": "2026-12-05", "hours": ["9h-11h"]}]},
        "practitioners[0] (martin).dated_hours[0].hours[0]",
        "09:00-12:00",
        id="bad dated hours",
    ),
    pytest.param(
        {"practitioners__dated_hours": [{"date": "2026-12-05", "hours": []}] * 2},
        "practitioners[0] (martin).dated_hours",
        "",
        id="the same date twice",
    ),
    pytest.param(
        {"practitioners__weeks": {"every": 2, "from": "2026-01-06"}},
        "practitioners[0] (martin).weeks",
        "not a Monday",
        id="weeks from a Tuesday",
    ),
    pytest.param(
        {"practitioners__weeks": {"every": 0, "from": "2026-01-05"}},
        "practitioners[0] (martin).weeks.every",
        "1 at least",
        id="every no week",
    ),
    pytest.param(
        {"practitioners__leave": [{"from": "2026-12-24T12:00", "until": "2026-12-24T08:00", "instead": INSTEAD}]},
        "practitioners[0] (martin).leave[0]",
        "before it starts",
        id="leave that ends before it starts",
    ),
    pytest.param(
        {"practitioners__leave": [{"from": "2026-12-24", "until": "2027-01-04"}]},
        "practitioners[0] (martin).leave[0].instead",
        "missing; add it",
        id="leave without instead",
    ),
    pytest.param(
        {"practitioners__leave": [{"from": "2026-12-24", "until": "2027-01-04", "instead": {"name": "Petit"}}]},
        "practitioners[0] (martin).leave[0].instead.phone",
        "missing; add it",
        id="somebody without a phone",
    ),
    pytest.param(
        {"practitioners__leave": [{"from": "2026-12-24", "until": "2027-01-04T08:00", "instead": INSTEAD}]},
        "practitioners[0] (martin).leave[0]",
        "both the same way",
        id="half a time",
    ),
    pytest.param(
        {"practitioners__leave": [{"from": "24/12/2026", "until": "2027-01-04", "instead": INSTEAD}]},
        "practitioners[0] (martin).leave[0].from",
        "2026-12-24T12:00",
        id="bad start",
    ),
    pytest.param(
        {"practitioners__overrides": [{"kind": "nap", "from": "2026-12-01T20:00", "until": "2026-12-01T21:00"}]},
        "practitioners[0] (martin).overrides[0].kind",
        "'open'",
        id="kind of override",
    ),
    pytest.param(
        {"practitioners__acts": [{"key": "a", "name": "A", "minutes": 0}]},
        "practitioners[0] (martin).acts[0] (a).minutes",
        "1 at least",
        id="an act of no length",
    ),
    pytest.param(
        {"practitioners__acts": [{"key": "a", "name": "A", "minutes": 15}] * 2},
        "practitioners[0] (martin).acts",
        "used 2 times",
        id="duplicate key of an act",
    ),
    pytest.param({"practitioners": BASE["practitioners"] * 2}, "practitioners", "used 2 times", id="duplicate doctor"),
    pytest.param({"patients": BASE["patients"] * 2}, "patients", "used 2 times", id="duplicate patient"),
    pytest.param(
        {"secretaries": [{"key": "a", "phone": "01 99 00 12 40", "hours": {}}] * 2},
        "secretaries",
        "used 2 times",
        id="duplicate secretary",
    ),
    pytest.param(
        {"secretaries": [{"key": "a", "hours": {}}]}, "secretaries[0] (a).phone", "missing", id="desk without a phone"
    ),
    pytest.param({"patients__born": "5 mars 1941"}, "patients[0] (durand).born", "not a date", id="bad birth date"),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 1"}]},
        "patients[0] (durand).phones[0].number",
        "not a telephone number",
        id="bad phone",
    ),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 11"}] * 2},
        "patients[0] (durand).phones",
        "",
        id="the same phone twice",
    ),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 11", "reach": {"petit": "always"}}]},
        "patients[0] (durand).phones[0].reach",
        "known: martin",
        id="list of nobody",
    ),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 11", "reach": {"martin": "vip"}}]},
        "patients[0] (durand).phones[0].reach.martin",
        "'priority' or 'always'",
        id="no such list",
    ),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 11", "until": {"martin": "2026-12-31"}}]},
        "patients[0] (durand).phones[0].until",
        "on no list of 'martin'",
        id="end of no list",
    ),
    pytest.param(
        {
            "patients__phones": [
                {"number": "06 39 98 11 11", "reach": {"martin": "always"}, "until": {"martin": "9999-12-31"}}
            ]
        },
        "patients[0] (durand).phones[0].until.martin",
        "too far away",
        id="end of all days",
    ),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 11", "assisted": ["petit"]}]},
        "patients[0] (durand).phones[0].assisted",
        "known: martin",
        id="assisted with nobody",
    ),
    pytest.param(
        {"patients__phones": [{"number": "06 39 98 11 11", "assisted": [["martin"]]}]},
        "patients[0] (durand).phones[0].assisted",
        "",
        id="a list in a list",
    ),
    pytest.param(
        {"patients__acts": {"martin": {"on": ["opera"]}}},
        "patients[0] (durand).acts.martin.on",
        "known: consultation",
        id="no such act",
    ),
    pytest.param(
        {"patients__acts": {"martin": {"off": [{"act": "opera", "until": "2027-01-31"}]}}},
        "patients[0] (durand).acts.martin.off",
        "known: consultation",
        id="no such act, with an end",
    ),
    pytest.param(
        {"patients__acts": {"martin": {"on": [{"act": "consultation", "until": "31/01/2027"}]}}},
        "patients[0] (durand).acts.martin.on[0].until",
        "2026-12-04",
        id="an exception with an end that is no date",
    ),
    pytest.param(
        {"practitioners__acts": [{"key": "a", "name": "un suivi " * 8, "minutes": 15}]},
        "practitioners[0] (martin).acts[0] (a).name",
        "15 at most",
        id="an act nobody can say",
    ),
    pytest.param(
        {"practitioners__acts": [{"key": "a", "name": "Parler, tapez 7", "minutes": 15}]},
        "practitioners[0] (martin).acts[0] (a).name",
        "announces a key",
        id="an act that announces a key",
    ),
    pytest.param({"practice__reminder_time": "21:30"}, "practice.reminder_time", "at night", id="reminders at night"),
    pytest.param(
        {"practice__reminder_time": "25:00"}, "practice.reminder_time", '"18:00"', id="reminders at no time of day"
    ),
    pytest.param(
        {"practice__relatives_notice": "un " * 60}, "practice.relatives_notice", "20 at most", id="a notice too long"
    ),
    pytest.param(
        {"practitioners__booking": {"horizon_days": 3_000_000}},
        "practitioners[0] (martin).booking.horizon_days",
        "1095",
        id="a horizon beyond the calendar",
    ),
    pytest.param(
        {"patients__relative_of": ["nobody"]}, "patients[0] (durand).relative_of", "no patient", id="relative"
    ),
    pytest.param(
        {"patients__documents": {"petit": "2026-12-31"}},
        "patients[0] (durand).documents",
        "known: martin",
        id="documents",
    ),
    pytest.param(
        {"patients__last_name": "D" * 101}, "patients[0] (durand).last_name", "", id="a surname too long to be stored"
    ),
    pytest.param({"prompts": {"fr": {"G2": "Bonjour."}}}, "prompts.fr.G2", "cannot be reworded", id="locked prompt"),
    pytest.param({"prompts": {"fr": {"V1": "Parlez."}}}, "prompts.fr.V1", "cannot be reworded", id="locked notice"),
    pytest.param({"prompts": {"fr": {"Z1": "un " * 60}}}, "prompts.fr.Z1", "20 at most", id="long prompt"),
    pytest.param({"prompts": {"fr": {"Z9": "X."}}}, "prompts.fr.Z9", "no prompt", id="no such prompt"),
    pytest.param({"prompts": {"de": {"G1": "Hallo."}}}, "prompts.de", "'fr' or 'en'", id="no such language"),
    pytest.param(
        {"practice__nuisance": ["+33 6 39 98 11 11"]},
        "practice.nuisance",
        "patients[0] (durand)",
        id="nuisance number that is a patient's",
    ),
    pytest.param(
        {"practitioners": [{"key": "martin", "name": "Martin"}], "patients": []},
        "practitioners[0] (martin)",
        'contact = "messages"',
        id="no phone to ring",
    ),
    pytest.param(
        {
            "practitioners": [{"key": "martin", "name": "Martin", "contact": "messages"}],
            "patients__phones": [{"number": "06 39 98 11 11", "reach": {"martin": "priority"}}],
        },
        "practitioners[0] (martin)",
        "no phone to ring for the list of durand",
        id="no phone to ring for a list",
    ),
    pytest.param(
        {"appointments": [{"practitioner": "x", "act": "y", "patient": "z", "at": "2026-12-02T09:15"}]},
        "appointments[0].practitioner",
        "known: martin",
        id="appointment with nobody",
    ),
    pytest.param(
        {"appointments": [{"practitioner": "martin", "act": "y", "patient": "durand", "at": "2026-12-02T09:15"}]},
        "appointments[0].act",
        "known: consultation",
        id="appointment for no act",
    ),
    pytest.param(
        {"appointments": [{"practitioner": "martin", "act": ["y"], "patient": "durand", "at": "2026-12-02T09:15"}]},
        "appointments[0].act",
        "",
        id="appointment for a list of acts",
    ),
    pytest.param(
        {"appointments": [{"practitioner": "martin", "act": "consultation", "patient": "durand", "at": "2026-12-02"}]},
        "appointments[0].at",
        "2026-12-02T09:15",
        id="appointment without a time",
    ),
    pytest.param(
        {
            "appointments": [
                {"practitioner": "martin", "act": "consultation", "patient": "durand", "at": "0001-01-01T00:00"}
            ]
        },
        "appointments[0].at",
        "",
        id="appointment at the beginning of time",
    ),
]


@pytest.mark.parametrize(("changes", "where", "remedy"), ONE_FAULT)
def test_a_fault_is_told_with_its_place_and_what_would_do(changes: Table, where: str, remedy: str) -> None:
    faults = faults_of(a_file(**changes))
    assert [fault for fault in faults if fault.where.startswith(where) and remedy in fault.problem], faults


def test_the_small_file_itself_is_without_fault() -> None:
    assert checked(BASE).practice.key == "pasteur"


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "1970-01-01T00:00", "2199-12-31T23:59", "9999-12-31T23:59"])
def test_a_span_at_the_edge_of_time_is_refused_or_can_be_used(at: str, installation: Installation) -> None:
    leave = {"from": min(at, "2026-12-24T12:00"), "until": max(at, "2026-12-24T12:00"), "instead": INSTEAD}
    result = installation.load(a_file(practitioners__leave=[leave]))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    if result.exit_code == 0:
        for inside_or_not in ("2026-12-02T10:00", "2026-12-28T10:00"):
            asked = installation.run("explain", "--from", "0639981111", "--at", inside_or_not, "--json")
            assert asked.exit_code == 0, asked.exception


@pytest.mark.proven
def test_callers_are_answered_while_a_file_is_proven(
    installation: Installation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.sqlite.BUSY_SECONDS", 0.2)
    written: list[str] = []

    def prove_slowly(switchboard: Switchboard, now: datetime) -> Proof:
        with engine.begin() as connection:
            connection.execute(insert(ChoreRow).values(name="meanwhile", due_at=now))
        written.append("meanwhile")
        return prove(switchboard, now)

    monkeypatch.setattr("ivr.commands.files.prove", prove_slowly)
    installation.taken(BASE)
    assert written == ["meanwhile"]
    installation.taken(BASE)
    assert written == ["meanwhile"]


# --- all at once -----------------------------------------------------------------------------------------

MANY_FAULTS = """
colour = "red"
[practice]
key = "Cabinet Pasteur"
name = ""
lines = ["12"]
timezone = "Paris"
holidays = "FR-99"
emergency = "fifteen"
open_holidays = ["6 mai"]
nuisance = ["06 39 98 11 11"]
opening = "always"
[prompts.fr]
G2 = "Bonjour."
[[secretaries]]
key = "accueil"
hours = { lundi = ["08:30-12:30"] }
[[practitioners]]
key = "martin"
name = "Martin"
ring_seconds = 600
working_hours = { mon = ["9-12"] }
weeks = { every = 2, from = "2026-01-06" }
leave = [{ from = "2026-12-24T12:00", until = "2026-12-24T08:00" }]
[[practitioners.acts]]
key = "consultation"
name = "Consultation"
minutes = "fifteen"
[[patients]]
key = "durand"
first_name = "Jeanne"
last_name = "Durand"
born = "5 mars"
phones = [{ number = "06 39 98 11 11", reach = { petit = "vip" } }]
relative_of = ["nobody"]
[[patients]]
key = "durand"
first_name = "Paul"
last_name = "Durand"
[[appointments]]
practitioner = "martin"
act = "opera"
patient = "durand"
at = "demain"
"""
PLACES = [
    "colour",
    "practice.key",
    "practice.name",
    "practice.lines[0]",
    "practice.timezone",
    "practice.holidays",
    "practice.emergency",
    "practice.open_holidays[0]",
    "practice.nuisance",
    "practice.opening",
    "prompts.fr.G2",
    "secretaries[0] (accueil).phone",
    "secretaries[0] (accueil).hours",
    "practitioners[0] (martin)",
    "practitioners[0] (martin).ring_seconds",
    "practitioners[0] (martin).working_hours",
    "practitioners[0] (martin).weeks",
    "practitioners[0] (martin).leave[0].instead",
    "practitioners[0] (martin).acts[0] (consultation).minutes",
    "patients",
    "patients[0] (durand).born",
    "patients[0] (durand).phones[0].reach",
    "patients[0] (durand).phones[0].reach.petit",
    "patients[0] (durand).relative_of",
    "appointments[0].act",
    "appointments[0].at",
]


def test_all_faults_of_a_file_are_listed_at_once_and_nothing_is_stored(
    installation: Installation, engine: Engine
) -> None:
    stderr = installation.refused(MANY_FAULTS)
    head, *lines = stderr.splitlines()
    assert head == f"{installation.folder / 'a.toml'}: {len(lines)} faults, nothing was changed"
    places = [line.strip().split(": ")[0] for line in lines]
    assert [place for place in PLACES if place not in places] == []
    assert len(places) >= len(PLACES) >= 15
    assert rows(engine) == 0
    assert not (installation.folder / "data" / "snapshots").exists()


def test_faults_as_json_are_one_document(installation: Installation) -> None:
    result = installation.load(a_file(practice__name="", practice__emergency="x"), "--json")
    assert result.exit_code == 1
    assert result.stdout.count("\n") == 1
    assert '"where": "practice.name"' in result.stdout


def test_one_faulty_file_keeps_the_others_out(installation: Installation, engine: Engine) -> None:
    good = installation.write(BASE, "good.toml")
    bad = installation.write(a_file(practice__key="x y"), "bad.toml")
    other = installation.write("practice = ", "worse.toml")
    result = installation.run("load", good, bad, other)
    assert result.exit_code == 1
    assert "bad.toml: 1 fault, nothing was changed" in result.stderr
    assert "worse.toml: 1 fault, nothing was changed" in result.stderr
    assert rows(engine) == 0


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('[practice]\nkey = "pasteur"\nname = Cabinet\n', "line 3", id="no quotes"),
        pytest.param('[practice]\nkey = "a"\nkey = "b"\n', "line 3", id="a setting twice"),
        pytest.param('[practice]\nkey = "pasteur', "line 2", id="an open quote"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, place: str) -> None:
    (fault,) = faults_of(text)
    assert place in str(fault)


def test_what_is_not_utf8_is_told_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "latin.toml"
    file.write_bytes('[practice]\nname = "Téléphone"\n'.encode("latin-1"))
    with pytest.raises(FaultyFileError) as caught:
        parse_practice(file, "latin.toml")
    assert "save it as UTF-8" in str(caught.value.faults[0])


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "bom.toml"
    file.write_bytes(b"\xef\xbb\xbf" + tomli_w.dumps(BASE).encode())
    assert parse_practice(file, "bom.toml").check().practice.key == "pasteur"


# --- numbers ---------------------------------------------------------------------------------------------


def test_a_number_of_la_reunion_keeps_its_own_code_in_a_mainland_practice(installation: Installation) -> None:
    phones = [{"number": "0692 12 34 56"}, {"number": "0262 12 34 56"}, {"number": "+32 470 12 34 56"}]
    installation.taken(a_file(patients__phones=phones))
    numbers = re.findall(r'number = "(.+?)"', installation.dump())
    assert numbers == ["+262692123456", "+262262123456", "+32470123456"]


def test_numbers_of_a_practice_of_la_reunion_are_read_at_home() -> None:
    file = checked(a_file(practice__country="RE", practice__holidays="FR-RE", practice__lines=["0262 12 34 56"]))
    assert [str(line) for line in file.practice.lines] == ["+262262123456"]


# --- changes ---------------------------------------------------------------------------------------------


def test_loading_shows_what_changed_and_a_second_time_nothing(installation: Installation) -> None:
    assert "practice pasteur: created" in installation.taken(BASE)
    assert "nothing to change" in installation.taken(BASE)
    renamed = a_file(practice__name="Cabinet Curie", patients__first_name="Anne", practitioners__ring_seconds=25)
    shown = installation.taken(renamed)
    assert "practice.name: Cabinet Pasteur → Cabinet Curie" in shown
    assert "practitioners.martin.ring_seconds: 25" in shown
    assert "patients.durand.first_name: Jeanne → Anne" in shown
    assert "3 changes" in shown
    back = installation.taken(BASE)
    assert "practitioners.martin.ring_seconds: 25 is taken away" in back


def test_the_order_of_practitioners_is_a_change_and_is_kept(installation: Installation) -> None:
    second = BASE["practitioners"][0] | {"key": "leroy", "name": "Leroy", "phone": "06 39 98 00 02"}
    both = [*BASE["practitioners"], second]
    installation.taken(a_file(practitioners=both))
    assert "practitioners in order: martin, leroy → leroy, martin" in installation.taken(
        a_file(practitioners=both[::-1])
    )
    dumped = parse_practice(installation.dump(), "dump").check()
    assert [part.key for part in dumped.practitioners] == ["leroy", "martin"]


def test_patients_and_appointments_left_out_of_a_file_stay(installation: Installation) -> None:
    installation.taken(DEMO_FILE.read_text())
    before = installation.dump()
    without = parse_practice(before, "dump").document
    del without["patients"], without["appointments"]
    assert "nothing to change" in installation.taken(without)
    assert installation.dump() == before


def test_an_appointment_may_name_a_patient_who_is_stored_already(installation: Installation) -> None:
    installation.taken(BASE)
    appointment = {"practitioner": "martin", "act": "consultation", "patient": "durand", "at": "2026-12-02T09:15"}
    added = a_file(appointments=[appointment])
    del added["patients"]
    assert "appointments.martin.2026-12-02T09:15.durand: booked" in installation.taken(added)
    cancelled = a_file(appointments=[appointment | {"status": "cancelled"}])
    assert "durand: booked → cancelled" in installation.taken(cancelled)


def test_an_act_that_appointments_name_is_kept(installation: Installation, engine: Engine) -> None:
    appointment = {"practitioner": "martin", "act": "consultation", "patient": "durand", "at": "2026-12-02T09:15"}
    installation.taken(a_file(appointments=[appointment]))
    before = installation.dump(), rows(engine)
    told = installation.refused(a_file(practitioners__acts=[], appointments=[]))
    assert "practitioners (martin).acts: the act 'consultation' is gone but appointments name it" in told
    assert "visible = false" in told
    assert (installation.dump(), rows(engine)) == before


def test_a_nuisance_number_that_a_stored_patient_has_is_refused(installation: Installation) -> None:
    installation.taken(BASE)
    unwanted = a_file(practice__nuisance=["06 39 98 11 11"])
    del unwanted["patients"]
    assert "practice.nuisance" in installation.refused(unwanted)


def test_a_line_of_another_practice_is_refused(installation: Installation) -> None:
    installation.taken(BASE)
    told = installation.refused(a_file(practice__key="curie"))
    assert "practice.lines: +33199001234 is a line of practice 'pasteur'; take it from one of the two" in told


def test_a_second_practice_stands_beside_the_first(installation: Installation) -> None:
    installation.taken(BASE)
    first = installation.dump()
    installation.taken(a_file(practice__key="curie", practice__name="Curie", practice__lines=["01 99 00 98 76"]))
    assert installation.dump() == first
    assert parse_practice(installation.dump("curie"), "dump").check().practice.name == "Curie"
    assert "nothing to change" in installation.taken(first)


def test_two_files_of_one_call_may_pass_a_line_on(installation: Installation) -> None:
    installation.taken(BASE)
    moved = installation.write(a_file(practice__lines=["01 99 00 98 76"]), "first.toml")
    taken = installation.write(a_file(practice__key="curie"), "second.toml")
    result = installation.run("load", moved, taken)
    assert (result.exit_code, result.stderr) == (0, "")


KEPT_AS = {
    "2026-03-29T02:30": "2026-03-29T03:00",  # skipped: the end of the gap
    "2026-10-25T02:15+02:00": "2026-10-25T02:15+02:00",  # first pass
    "2026-10-25T02:30": "2026-10-25T02:30+02:00",  # without an offset: the first pass
    "2026-10-25T02:15+01:00": "2026-10-25T02:15+01:00",  # second pass
    "2026-10-25T03:00": "2026-10-25T03:00",  # after the double hour
    "2026-12-02T09:15+01:00": "2026-12-02T09:15",  # an offset nobody needs
    "2026-12-02T08:30+00:00": "2026-12-02T09:30",  # in UTC
}


def test_appointments_keep_their_instants_and_in_the_double_hour_their_offsets(installation: Installation) -> None:
    named = {"practitioner": "martin", "act": "consultation", "patient": "durand"}
    document = a_file(appointments=[named | {"at": at} for at in KEPT_AS])
    installation.taken(document)
    dumped = installation.dump()
    assert re.findall(r'at = "(.+?)"', dumped) == list(KEPT_AS.values())
    assert "nothing to change" in installation.taken(document)
    assert "nothing to change" in installation.taken(dumped)


# --- load of a dump --------------------------------------------------------------------------------------


def test_loading_a_dump_of_the_demo_changes_nothing(installation: Installation) -> None:
    installation.taken(DEMO_FILE.read_text())
    dumped = installation.dump()
    assert "nothing to change" in installation.taken(dumped)
    assert "nothing to change" in installation.taken(DEMO_FILE.read_text())
    assert installation.dump() == dumped


@st.composite
def times(draw: st.DrawFn, last: int = 23 * 60 + 59) -> str:
    minutes = draw(st.integers(0, last))
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def can_be_said(name: str) -> bool:
    """Whether the name of a doctor or a replacement leaves the sentences about them short."""
    return any(map(str.isalnum, name)) and len(re.findall(r"[\w']+", name)) <= 4


WRITING = st.characters(exclude_categories=["Cc", "Cn", "Co", "Cs", "So"], exclude_characters="<>")
NAMES = st.text(WRITING, min_size=1, max_size=12).filter(can_be_said)
PHONES = st.one_of(
    st.integers(0, 9999).map(lambda n: f"01 99 00 {n // 100:02d} {n % 100:02d}"),
    st.integers(0, 9999).map(lambda n: f"06 39 98 {n // 100:02d} {n % 100:02d}"),
    st.sampled_from(["0692 12 34 56", "+32 470 12 34 56", "0590123456"]),
)
"""Neither a line of the practice nor a doctor's own."""
DOCTORS_PHONES = st.sampled_from(["06 39 97 00 01", "0693 12 34 56", "+32 470 12 34 57"])
DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 12, 31)).map(str)
RANGES = st.tuples(times(), times(24 * 60)).map("-".join)


def apart(table: dict[str, list[str]]) -> dict[str, list[str]]:
    """A weekly table without the windows that overlap another."""
    kept: dict[str, list[str]] = {}
    for day, ranges in table.items():
        kept[day] = []
        for written in ranges:
            if not list(overlaps(weekly(kept | {day: [*kept[day], written]}), is_circle=True)):
                kept[day].append(written)
    return kept


WEEKLY = st.dictionaries(st.sampled_from(WEEKDAYS), st.lists(RANGES, max_size=2), max_size=4).map(apart)
DATED = st.lists(RANGES, max_size=2).map(lambda ranges: apart({"mon": ranges})["mon"])
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2028, 12, 31)).map(str)
MOMENTS = st.tuples(DAYS, times()).map("T".join)


@st.composite
def spans(draw: st.DrawFn, **more: Any) -> Table:
    kind = DAYS if draw(st.booleans()) else MOMENTS
    start, end = sorted(draw(st.lists(kind, min_size=2, max_size=2, unique=True)))
    return {"from": start, "until": end} | {name: draw(strategy) for name, strategy in more.items()}


def one_after_the_other(leaves: list[Table]) -> list[Table]:
    """Leaves without the second one where it begins before the first has ended."""
    leaves = sorted(leaves, key=lambda leave: str(leave["from"]))
    is_apart = len(leaves) < 2 or leaves[1]["from"][:10] > leaves[0]["until"][:10]
    return leaves if is_apart else leaves[:1]


def tables(**optional: Any) -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries({}, optional=optional)


ACTS = tables(
    visible=st.booleans(),
    ask_first=st.booleans(),
    where=st.sampled_from(["practice", "video", "home"]),
    step_minutes=st.integers(1, 60),
    notice_minutes=st.integers(0, 999),
    horizon_days=st.integers(0, 99),
    before_minutes=st.integers(0, 30),
    after_minutes=st.integers(0, 30),
    hours=WEEKLY,
    cancel_minutes=st.integers(0, 999),
)
PRACTITIONERS = tables(
    ring_seconds=st.integers(5, 60),
    contact=st.sampled_from(["calls", "messages", "both"]),
    working_hours=WEEKLY,
    contact_hours=st.one_of(st.just("working"), WEEKLY),
    priority_hours=WEEKLY,
    weeks=st.fixed_dictionaries({"from": st.just("2026-01-05")}, optional={"every": st.integers(1, 4)}),
    dated_hours=st.lists(
        st.fixed_dictionaries({"date": DAYS, "hours": DATED}, optional={"holiday": st.booleans()}),
        max_size=3,
        unique_by=lambda entry: entry["date"],
    ).map(lambda entries: sorted(entries, key=lambda entry: entry["date"])),
    booking=tables(
        notice_minutes=st.integers(0, 999),
        horizon_days=st.integers(0, 99),
        step_minutes=st.integers(1, 60),
        at_once=st.integers(1, 3),
    ),
    leave=st.lists(
        spans(
            instead=st.fixed_dictionaries(
                {"name": NAMES, "phone": PHONES}, optional={"takes_calls": st.sampled_from(["days", "always"])}
            )
        ),
        max_size=2,
    ).map(one_after_the_other),
    overrides=st.lists(spans(kind=st.sampled_from(["open", "away"])), max_size=2),
)
PRACTICES = tables(
    good_friday=st.booleans(),
    holidays=st.sampled_from(["FR", "FR-57", "FR-6AE", "FR-GP"]),
    open_holidays=st.lists(DAYS, max_size=2),
    closed_days=st.lists(st.dates(min_value=date(2029, 1, 1), max_value=date(2030, 12, 31)).map(str), max_size=2),
    timezone=st.sampled_from(["Europe/Paris", "Indian/Reunion"]),
    languages=st.sampled_from([["fr"], ["en"], ["en", "fr"]]),
    emergency=st.sampled_from(["15", "112", "01 99 00 00 15"]),
    on_duty=st.sampled_from(["116117", "15"]),
    unknown_callers=st.sampled_from(["ring", "message"]),
    secretary_first=st.booleans(),
    accepts_new_patients=st.booleans(),
    relatives=st.sampled_from(["open", "closed"]),
    relatives_notice=st.just("Seuls les parents et les enfants."),
    check_birthday=st.booleans(),
    reminder_time=st.sampled_from(["08:00", "18:30"]),
    telemarketing_filter=st.booleans(),
    nuisance=st.just(["01 88 00 66 66"]),
    announcement=st.fixed_dictionaries({"text": st.just("Le cabinet est fermé vendredi."), "until": DAYS}),
    fallback=PHONES,
    call_back_delay=st.dictionaries(st.sampled_from(["fr", "en"]), NAMES),
    keep_recordings_at_carrier=st.booleans(),
)


@st.composite
def appointments(draw: st.DrawFn) -> Table:
    return {
        "practitioner": draw(st.sampled_from(["martin", "leroy"])),
        "act": draw(st.sampled_from(["un", "deux"])),
        "patient": draw(st.sampled_from(["p0", "p1"])),
        "at": draw(st.one_of(MOMENTS, st.sampled_from(["2026-10-25T02:30+01:00", "2026-03-29T02:30"]))),
        "status": draw(st.sampled_from(["booked", "pending", "cancelled"])),
    }


def with_ends(phone: Table) -> st.SearchStrategy[Table]:
    """The number, perhaps with the ends of its lists and their reasons."""
    listed = sorted({*phone.get("reach", {}), *phone.get("assisted", [])})
    if not listed:
        return st.just(phone)
    told = {name: st.dictionaries(st.sampled_from(listed), kind) for name, kind in (("until", DAYS), ("reason", NAMES))}
    return st.fixed_dictionaries({}, optional=told).map(lambda more: phone | more)


@st.composite
def patients(draw: st.DrawFn, key: str) -> Table:
    keys = st.sampled_from(["martin", "leroy"])
    told = {"until": DAYS, "reason": NAMES}
    switch = st.sampled_from(["un", "deux"]).flatmap(
        lambda act: st.just(act) | st.fixed_dictionaries({"act": st.just(act)}, optional=told)
    )
    acts = st.lists(switch, max_size=2, unique_by=lambda entry: entry if isinstance(entry, str) else entry["act"])
    phone = st.fixed_dictionaries(
        {"number": PHONES},
        optional={
            "reach": st.dictionaries(keys, st.sampled_from(["priority", "always"])),
            "assisted": st.lists(keys, max_size=2, unique=True),
            "slow": st.booleans(),
            "language": st.sampled_from(["fr", "en"]),
        },
    ).flatmap(with_ends)
    exceptions = st.one_of(
        acts.map(lambda on: {"on": on}),
        acts.map(lambda off: {"off": off}),
        st.just({"on": ["un"], "off": "all"}),
        st.fixed_dictionaries({}, optional=told).map(lambda off: {"on": ["un"], "off": off}),
    )
    return {"key": key, "first_name": draw(NAMES), "last_name": draw(NAMES)} | draw(
        tables(
            born=DATES,
            language=st.sampled_from(["fr", "en"]),
            relatives=st.sampled_from(["open", "closed", "as-practice"]),
            phones=st.lists(phone, max_size=2, unique_by=lambda entry: entry["number"]),
            acts=st.dictionaries(keys, exceptions),
            documents=st.dictionaries(keys, DAYS),
            relative_of=st.lists(st.just("p1" if key == "p0" else "p0"), max_size=1),
        )
    )


@st.composite
def practice_files(draw: st.DrawFn) -> Table:
    """A practice file with two practitioners of two acts each, over the whole format."""
    practitioners = [
        {"key": key, "name": draw(NAMES), "phone": draw(DOCTORS_PHONES)}
        | draw(PRACTITIONERS)
        | {"acts": [{"key": act, "name": draw(NAMES), "minutes": 15} | draw(ACTS) for act in ("un", "deux")]}
        for key in ("martin", "leroy")
    ]
    desk = {"key": "accueil", "phone": draw(PHONES), "hours": draw(WEEKLY)}
    absent = {"absences": draw(st.lists(spans(), max_size=2))} if draw(st.booleans()) else {}
    return {
        "practice": {"key": "p", "name": draw(NAMES), "lines": ["01 88 00 12 34", "01 88 00 12 35"]} | draw(PRACTICES),
        "prompts": draw(st.sampled_from([{}, {"fr": {"Z1": "Merci. À bientôt."}, "en": {"Z1": "Goodbye."}}])),
        "secretaries": [desk | absent],
        "practitioners": practitioners,
        "patients": [draw(patients("p0")), draw(patients("p1"))],
        "appointments": draw(st.lists(appointments(), max_size=4)),
    }


@given(document=practice_files())
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_loading_a_dump_of_any_practice_changes_nothing(engine: Engine, document: Table) -> None:
    file = checked(document)
    with engine.connect() as connection, connection.begin() as transaction:
        load_practice(connection, file)
        stored = find_practice(connection, "p")
        assert stored is not None
        dumped = dump_practice(connection, stored.id)
        text = write_practice(dumped)
        again = parse_practice(text, "dump").check()
        assert conflicts(connection, again) == []
        assert load_practice(connection, again) == []
        assert load_practice(connection, file) == []
        assert write_practice(dump_practice(connection, stored.id)) == text
        transaction.rollback()


def test_dated_hours_in_any_order_are_loaded_once(installation: Installation) -> None:
    dates = [{"date": "2026-12-12", "hours": []}, {"date": "2026-12-05", "hours": ["09:00-11:00"]}]
    installation.taken(a_file(practitioners__dated_hours=dates))
    assert "nothing to change" in installation.taken(a_file(practitioners__dated_hours=dates))


def test_an_exception_named_twice_is_one(installation: Installation) -> None:
    document = a_file(
        patients__acts={"martin": {"on": ["consultation", "consultation"]}},
        patients__phones=[{"number": "06 39 98 11 11", "assisted": ["martin", "martin"]}],
    )
    child = {"key": "child", "first_name": "Lou", "last_name": "Durand", "relative_of": ["durand", "durand"]}
    document["patients"].append(child)
    installation.taken(document)
    assert "nothing to change" in installation.taken(installation.dump())


def test_a_dump_leaves_out_what_is_default_and_holds_the_rest(installation: Installation) -> None:
    installation.taken(BASE)
    dumped = installation.dump()
    assert "ring_seconds" not in dumped
    assert 'phone = "+33639980001"' in dumped
