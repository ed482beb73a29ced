"""What a practice cannot have meant is refused when it is saved, with its place and what would do."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from ivr.actions.snapshots import Snapshots
from ivr.demo import DEMO_FILE
from ivr.phones import PhoneNumber
from ivr.practice_files.faults import FaultyFileError
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.writing import write_practice
from tests.files.documents import BASE, INSTEAD, Installation, Table, a_file, checked, faults_of

LINE, DOCTORS, PATIENTS = "01 99 00 12 34", "06 39 98 00 01", "06 39 98 11 11"
DESK = {"key": "accueil", "phone": "01 99 00 12 40", "hours": {"mon": ["08:30-12:30"]}}
DOCTOR = BASE["practitioners"][0]
ACT = {"key": "a", "name": "A", "minutes": 15}
COLLEAGUE = DOCTOR | {"key": "leroy", "name": "Leroy", "phone": "06 39 98 00 02"}
MARTIN = "practitioners[0] (martin)"
FIXTURES = Path(__file__).parents[2] / "fixtures" / "practices"


def a_leave(start: str = "2026-12-24", until: str = "2027-01-04", **instead: Any) -> Table:
    return {"from": start, "until": until, "instead": INSTEAD | instead}


def a_document(changes: Table) -> Table:
    """The small file changed; `secretary` or `instead` add one with these settings."""
    rest = dict(changes)
    if "secretary" in rest:
        rest["secretaries"] = [DESK | rest.pop("secretary")]
    if "instead" in rest:
        rest["practitioners__leave"] = [a_leave(**rest.pop("instead"))]
    return a_file(**rest)


def refused(changes: Table, where: str, remedy: str) -> None:
    faults = faults_of(a_document(changes))
    assert [fault for fault in faults if fault.where == where and remedy in fault.problem], faults


# --- whom to call ----------------------------------------------------------------------------------------

NOBODY_TO_CALL = [
    pytest.param({"name": " "}, f"{MARTIN}.leave[0].instead.name", "must not be empty", id="blank name"),
    pytest.param({"phone": " "}, f"{MARTIN}.leave[0].instead.phone", "not a telephone number", id="blank phone"),
    pytest.param(
        {"phone": DOCTORS}, f"{MARTIN}.leave[0].instead.phone", "whoever replaces them", id="the doctor on leave"
    ),
    pytest.param(
        {"phone": "+33639980001", "takes_calls": "always"},
        f"{MARTIN}.leave[0].instead.phone",
        "whoever replaces them",
        id="the doctor on leave as a locum",
    ),
    pytest.param(
        {"phone": "+33 1 99 00 12 34"},
        f"{MARTIN}.leave[0].instead.phone",
        "a line of this practice",
        id="the line patients have just called",
    ),
]


def test_a_leave_without_anybody_is_refused() -> None:
    leave = {"from": "2026-12-24", "until": "2027-01-04"}
    refused({"practitioners__leave": [leave]}, f"{MARTIN}.leave[0].instead", "missing; add it")


@pytest.mark.parametrize(("instead", "where", "remedy"), NOBODY_TO_CALL)
def test_a_leave_with_nobody_to_call_is_refused(instead: Table, where: str, remedy: str) -> None:
    refused({"instead": instead}, where, remedy)


def test_a_colleague_or_a_secretary_may_replace_a_doctor() -> None:
    for phone in (COLLEAGUE["phone"], DESK["phone"]):
        checked(
            a_file(
                practitioners=[DOCTOR | {"leave": [a_leave(phone=phone)]}, COLLEAGUE],
                secretaries=[DESK],
            )
        )


CALLS_ITSELF = [
    pytest.param({"practitioners__phone": LINE}, f"{MARTIN}.phone", id="doctor"),
    pytest.param({"secretary": {"phone": "+33199001234"}}, "secretaries[0] (accueil).phone", id="secretary"),
    pytest.param({"practice__fallback": LINE}, "practice.fallback", id="fallback"),
    pytest.param({"practice__on_duty": LINE}, "practice.on_duty", id="doctor on duty"),
    pytest.param({"practice__emergency": LINE}, "practice.emergency", id="emergency"),
]


@pytest.mark.parametrize(("changes", "where"), CALLS_ITSELF)
def test_a_practice_that_would_call_itself_is_refused(changes: Table, where: str) -> None:
    refused(changes, where, "+33199001234 is a line of this practice; write a number that rings elsewhere")


def test_secretary_hours_without_a_phone_are_refused() -> None:
    without = {name: value for name, value in DESK.items() if name != "phone"}
    refused({"secretaries": [without]}, "secretaries[0] (accueil).phone", "missing; add it")
    refused({"secretary": {"phone": " "}}, "secretaries[0] (accueil).phone", "not a telephone number")


# --- spans -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "until"),
    [
        pytest.param("2026-12-24T12:00", "2026-12-24T12:00", id="empty"),
        pytest.param("2026-12-24T12:00", "2026-12-24T12:00:00", id="empty, with seconds"),
        pytest.param("2026-12-24T12:00", "2026-12-24T08:00", id="backwards"),
        pytest.param("2026-12-24", "2026-12-23", id="backwards in whole days"),
    ],
)
@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"practitioners__leave": a_leave()}, f"{MARTIN}.leave[0]", id="leave"),
        pytest.param({"practitioners__overrides": {"kind": "away"}}, f"{MARTIN}.overrides[0]", id="override"),
        pytest.param({"secretaries": DESK}, "secretaries[0] (accueil).absences[0]", id="absence"),
    ],
)
def test_a_span_without_any_time_in_it_is_refused(changes: Table, where: str, start: str, until: str) -> None:
    ((name, part),) = changes.items()
    span = {"from": start, "until": until}
    entry = part | {"absences": [span]} if name == "secretaries" else part | span
    refused({name: [entry]}, where, "correct one of the two")


def test_a_whole_day_may_be_a_leave() -> None:
    checked(a_document({"practitioners__leave": [a_leave(until="2026-12-24")]}))


# --- dates -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "until"),
    [("2027-01-04", "2027-01-09"), ("2026-12-20T12:00", "2026-12-24T00:01"), ("2026-12-26", "2026-12-27")],
)
def test_leaves_that_send_patients_to_two_places_at_once_are_refused(start: str, until: str) -> None:
    leaves = [a_leave(), a_leave(start, until, phone="01 99 00 66 66")]
    refused({"practitioners__leave": leaves}, f"{MARTIN}.leave[1]", "sends patients to somebody else")


@pytest.mark.parametrize(
    ("start", "until", "other"),
    [
        pytest.param("2027-01-05", "2027-01-09", {"phone": "01 99 00 66 66"}, id="the day after"),
        pytest.param("2026-12-20T12:00", "2026-12-24T00:00", {"phone": "01 99 00 66 66"}, id="until it begins"),
        pytest.param("2026-12-30", "2027-01-09", {}, id="the same replacement"),
    ],
)
def test_leaves_that_do_not_contradict_each_other_are_taken(start: str, until: str, other: Table) -> None:
    checked(a_file(practitioners__leave=[a_leave(), a_leave(start, until, **other)]))


@pytest.mark.parametrize("born", ["2026-11-26", "2941-03-05", date(1026, 3, 5)])
def test_a_patient_who_is_not_born_yet_or_long_dead_is_refused(born: str | date) -> None:
    draft = parse_practice(tomli_w.dumps(a_file(patients__born=born)), "a.toml")
    with pytest.raises(FaultyFileError) as refusal:
        draft.check(today=date(2026, 11, 25))
    assert [fault.where for fault in refusal.value.faults] == ["patients[0] (durand).born"]
    parse_practice(tomli_w.dumps(a_file(patients__born="2026-11-25")), "a.toml").check(today=date(2026, 11, 25))


# --- numbers and letters ---------------------------------------------------------------------------------

NOT_MEANT = [
    pytest.param({"practice__on_duty": "0899 12 34 56"}, "practice.on_duty", "surcharged", id="doctor on duty"),
    pytest.param({"instead": {"phone": "0825 12 34 56"}}, f"{MARTIN}.leave[0].instead.phone", "surcharged", id="leave"),
    pytest.param({"secretary": {"phone": "+33892123456"}}, "secretaries[0] (accueil).phone", "surcharged", id="desk"),
    pytest.param(
        {"patients__phones": [{"number": LINE}]},
        "patients[0] (durand).phones[0].number",
        "a line of this practice",
        id="the line as a patient's number",
    ),
    pytest.param(
        {"patients__phones": [{"number": DOCTORS, "reach": {"martin": "always"}}]},
        "patients[0] (durand).phones[0].reach",
        "the phone it would ring",
        id="the doctor on his own list",
    ),
    pytest.param(
        {"patients__relative_of": ["durand"]}, "patients[0] (durand).relative_of", "very patient", id="own relative"
    ),
    pytest.param({"practitioners__name": "Martin 🙂"}, f"{MARTIN}.name", "“🙂”", id="a picture"),
    pytest.param({"patients__last_name": "<b>Durand"}, "patients[0] (durand).last_name", "“<”", id="a tag"),
    pytest.param({"patients__first_name": "Je\u0007anne"}, "patients[0] (durand).first_name", "U+0007", id="a bell"),
    pytest.param(
        {"practitioners__acts": [ACT | {"minutes": True}]}, f"{MARTIN}.acts[0] (a).minutes", "whole", id="true"
    ),
    pytest.param(
        {"practitioners__acts": [ACT | {"minutes": "15"}]}, f"{MARTIN}.acts[0] (a).minutes", "whole", id="text"
    ),
    pytest.param({"practice__name": "\u200b\u200b"}, "practice.name", "at least one letter", id="nothing to see"),
    pytest.param({"practitioners__name": "....."}, f"{MARTIN}.name", "at least one letter", id="dots"),
    pytest.param({"practice__call_back_delay": {"fr": "a" * 61}}, "practice.call_back_delay.fr", "60", id="endless"),
    pytest.param({"practice__languages": ["fr", "fr"]}, "practice.languages", "each once", id="a language twice"),
    pytest.param(
        {"practice__open_holidays": ["2027-05-06"], "practice__closed_days": ["2027-05-06"]},
        "practice.closed_days",
        "one of the two",
        id="open and closed",
    ),
    pytest.param(
        {"practitioners__booking": {"notice_minutes": 1440 * 4, "horizon_days": 3}},
        f"{MARTIN}.booking",
        "nothing could be booked",
        id="a notice beyond the horizon",
    ),
    pytest.param(
        {"practitioners__acts": [ACT | {"notice_minutes": 1440 * 4, "horizon_days": 3}]},
        f"{MARTIN}.acts[0] (a)",
        "nothing could be booked",
        id="an act's notice beyond its horizon",
    ),
    pytest.param({"practice__good_friday": "yes"}, "practice.good_friday", "write true or false", id="yes"),
]


@pytest.mark.parametrize(("changes", "where", "remedy"), NOT_MEANT)
def test_what_nobody_can_have_meant_is_refused(changes: Table, where: str, remedy: str) -> None:
    refused(changes, where, remedy)


def test_numbers_and_names_as_people_have_them_are_taken() -> None:
    document = a_file(practice__on_duty="0800 12 34 56", practice__name="Cabinet du 1° étage®")
    document["patients"][0] |= {"last_name": "N’Diaye-O'Connor", "first_name": "Zoë محمد"}
    checked(document)


@pytest.mark.parametrize("opening", ["[", "{a="])
def test_endless_nesting_is_refused_in_one_sentence(opening: str) -> None:
    (fault,) = faults_of("a = " + opening * 100_000)
    assert "nested too deeply" in fault.problem


# --- windows ---------------------------------------------------------------------------------------------

TABLES = [
    pytest.param(lambda table: {"practitioners__working_hours": table}, f"{MARTIN}.working_hours", id="working"),
    pytest.param(lambda table: {"practitioners__contact_hours": table}, f"{MARTIN}.contact_hours", id="contact"),
    pytest.param(lambda table: {"practitioners__priority_hours": table}, f"{MARTIN}.priority_hours", id="priority"),
    pytest.param(lambda table: {"secretary": {"hours": table}}, "secretaries[0] (accueil).hours", id="secretary"),
    pytest.param(
        lambda table: {"practitioners__acts": [ACT | {"hours": table}]},
        f"{MARTIN}.acts[0] (a).hours",
        id="act",
    ),
]
OVERLAPPING = [
    pytest.param({"mon": ["09:00-12:00", "11:00-13:00"]}, "mon", "09:00-12:00 and 11:00-13:00", id="one day"),
    pytest.param({"mon": ["11:00-13:00", "09:00-12:00"]}, "mon", "09:00-12:00 and 11:00-13:00", id="in any order"),
    pytest.param({"mon": ["09:00-18:00", "10:00-11:00"]}, "mon", "09:00-18:00 and 10:00-11:00", id="one inside"),
    pytest.param({"mon": ["09:00-12:00"] * 2}, "mon", "09:00-12:00 is written twice; write it once", id="the same"),
    pytest.param({"mon": ["14:00-02:30", "23:00-01:00"]}, "mon", "14:00-02:30 and 23:00-01:00", id="two nights"),
    pytest.param(
        {"mon": ["22:00-06:00"], "tue": ["05:00-12:00"]}, "tue", "22:00-06:00 of mon and 05:00-12:00", id="next day"
    ),
    pytest.param(
        {"mon": ["05:00-12:00"], "sun": ["22:00-06:00"]}, "mon", "22:00-06:00 of sun and 05:00-12:00", id="next week"
    ),
    pytest.param(
        {"mon": ["08:00-08:00"], "tue": ["07:00-12:00"]}, "tue", "08:00-08:00 of mon and 07:00-12:00", id="24 hours"
    ),
]
SIDE_BY_SIDE = [
    pytest.param({"mon": ["09:00-12:00", "12:00-18:00"]}, id="touching"),
    pytest.param({"mon": ["22:00-06:00"], "tue": ["06:00-12:00"]}, id="touching in the morning"),
    pytest.param({"mon": ["20:00-24:00"], "tue": ["00:00-06:00"]}, id="touching at midnight"),
    pytest.param({day: ["08:00-08:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}, id="always"),
    pytest.param({"mon": ["09:00-09:00"]}, id="24 hours, by the rule of ends at or before their start"),
    pytest.param({"mon": []}, id="a closed day"),
]


@pytest.mark.parametrize(("place", "where"), TABLES)
@pytest.mark.parametrize(("table", "day", "found"), OVERLAPPING)
def test_overlapping_windows_are_refused(place: Any, where: str, table: Table, day: str, found: str) -> None:
    refused(place(table), f"{where}.{day}", found)


@pytest.mark.parametrize(("place", "where"), TABLES)
@pytest.mark.parametrize("table", SIDE_BY_SIDE)
def test_windows_side_by_side_are_taken(place: Any, where: str, table: Table) -> None:
    checked(a_document(place(table)))


def test_overlapping_windows_of_one_date_are_refused() -> None:
    dated = [{"date": "2026-12-05", "hours": ["09:00-12:00", "11:00-13:00"]}]
    refused(
        {"practitioners__dated_hours": dated},
        f"{MARTIN}.dated_hours[0].hours",
        "09:00-12:00 and 11:00-13:00 overlap; write them as one window, or correct one of the two",
    )


def test_a_night_of_one_date_and_the_next_date_do_not_overlap() -> None:
    """The hours of a date cut off the night before (SCHEDULING.md 1)."""
    nights = [{"date": f"2026-12-0{day}", "hours": ["00:00-06:00", "20:00-08:00"]} for day in (5, 6)]
    checked(a_document({"practitioners__dated_hours": nights}))


def test_a_sunday_night_of_every_other_week_does_not_overlap_the_monday_of_that_table() -> None:
    hours = {"mon": ["05:00-12:00"], "sun": ["22:00-06:00"]}
    every_other = {"practitioners__weeks": {"every": 2, "from": "2026-01-05"}}
    checked(a_document({"practitioners__working_hours": hours, **every_other}))
    refused({"practitioners__contact_hours": hours, **every_other}, f"{MARTIN}.contact_hours.mon", "overlap")


@pytest.mark.parametrize("file", [DEMO_FILE, *sorted(FIXTURES.glob("*.toml"))], ids=lambda file: file.stem)
def test_our_own_practices_are_without_fault(file: Path) -> None:
    parse_practice(file, str(file)).check()


def test_a_snapshot_saved_before_a_rule_still_answers(tmp_path: Path) -> None:
    """The fallback needs a practice, not a good one: what was saved once is not judged again in trouble."""
    practice = checked(a_file(practice__lines=[LINE], practitioners__working_hours={"mon": ["09:00-12:00"]}))
    snapshots = Snapshots(tmp_path)
    snapshots.write(practice)
    (file,) = (tmp_path / "snapshots").iterdir()
    overlapping = write_practice(practice).replace('"09:00-12:00"', '"09:00-12:00", "11:00-13:00"')
    file.write_text(overlapping, encoding="utf-8")
    assert snapshots.find(PhoneNumber("+33199001234")) is not None


# --- lists -----------------------------------------------------------------------------------------------

WRITES = {"key": "martin", "name": "Martin", "contact": "messages"}


@pytest.mark.parametrize("reach", ["priority", "always"])
def test_a_list_of_a_doctor_without_a_phone_is_refused(reach: str) -> None:
    phones = [{"number": PATIENTS, "reach": {"martin": reach}, "assisted": ["martin"]}]
    refused({"practitioners": [WRITES], "patients__phones": phones}, MARTIN, "no phone to ring for the list of durand")


def test_a_list_rings_a_doctor_who_else_only_writes() -> None:
    """The more specific choice wins (ROUTING.md case 25)."""
    phones = [{"number": PATIENTS, "reach": {"martin": "priority"}}]
    checked(a_document({"practitioners": [WRITES | {"phone": DOCTORS}], "patients__phones": phones}))


def test_an_assisted_patient_of_a_practice_without_secretary_leaves_a_message() -> None:
    """So the practice may be set up (BRIEF.md, exception 3; ROUTING.md 5)."""
    checked(a_document({"patients__phones": [{"number": PATIENTS, "assisted": ["martin"]}]}))


def test_a_phone_that_stored_lists_need_cannot_be_taken_away(installation: Installation) -> None:
    phones = [{"number": PATIENTS, "reach": {"martin": "always"}}]
    installation.taken(a_file(practitioners__acts=[], patients__phones=phones))
    without = a_file(practitioners=[WRITES])
    del without["patients"]
    told = installation.refused(without)
    assert f"{MARTIN}: there is no phone to ring for the list of durand; add one, or empty the list" in told
    installation.taken(a_file(practitioners=[WRITES], patients__phones=[{"number": PATIENTS}]))


# --- what is said ----------------------------------------------------------------------------------------

LONG = "un " * 12
BEYOND_THE_VOICE = [
    pytest.param(
        {"practice__name": LONG + LONG, "practitioners": [DOCTOR, COLLEAGUE]}, "practice.name", "G1n in fr", id="group"
    ),
    pytest.param({"practitioners__name": LONG}, f"{MARTIN}.name", "D1 in fr", id="doctor"),
    pytest.param(
        {"practitioners__name": "un " * 10, "practice__languages": ["en"]}, f"{MARTIN}.name", "D1 in en", id="English"
    ),
    pytest.param(
        {"practitioners__name": "de La Tour du Pin", "instead": {}}, f"{MARTIN}.name", "D4 in fr", id="doctor on leave"
    ),
    pytest.param({"instead": {"name": LONG}}, f"{MARTIN}.leave[0].instead.name", "D4b in fr", id="service"),
    pytest.param(
        {"instead": {"name": f"Docteur {LONG}"}}, f"{MARTIN}.leave[0].instead.name", "D4 in fr", id="replacement"
    ),
    pytest.param(
        {"instead": {"name": "Petit, tapez 7"}}, f"{MARTIN}.leave[0].instead.name", "announces a key", id="key"
    ),
    pytest.param(
        {"practice__call_back_delay": {"fr": LONG + LONG}}, "practice.call_back_delay.fr", "S3 in fr", id="delay"
    ),
    pytest.param(
        {"practice__call_back_delay": {"fr": "bientôt, tapez 4"}},
        "practice.call_back_delay.fr",
        "announces a key",
        id="delay with a key",
    ),
    pytest.param({"practice__relatives_notice": " "}, "practice.relatives_notice", "says nothing", id="blank notice"),
    pytest.param(
        {"practice__announcement": {"text": "…", "until": "2026-12-04"}},
        "practice.announcement.text",
        "says nothing",
        id="dots",
    ),
    pytest.param({"prompts": {"fr": {"Z1": ""}}}, "prompts.fr.Z1", "says nothing", id="empty prompt"),
    pytest.param({"prompts": {"fr": {"Z1": " . "}}}, "prompts.fr.Z1", "says nothing", id="a prompt without words"),
    pytest.param(
        {
            "prompts": {"fr": {"G1": "Bonjour à vous, vous êtes bien ici au tout nouveau cabinet du docteur {nom}."}},
            "practitioners__name": "de La Tour",
        },
        "prompts.fr.G1",
        "15 at most",
        id="a prompt that only short names fit",
    ),
]


@pytest.mark.parametrize(("changes", "where", "remedy"), BEYOND_THE_VOICE)
def test_what_the_voice_cannot_say_is_refused_where_it_is_written(changes: Table, where: str, remedy: str) -> None:
    refused(changes, where, remedy)


def test_a_long_name_of_a_practice_with_one_doctor_is_never_said() -> None:
    checked(a_document({"practice__name": LONG + LONG}))


# --- SMS -------------------------------------------------------------------------------------------------

LONG_NAME = "de La Rochefoucauld-Montmorency"
TOO_LONG_FOR_A_TEXT = [
    pytest.param({"practitioners__name": f"{LONG_NAME}-Laval"}, f"{MARTIN}.name", id="doctor"),
    pytest.param({"practitioners__name": "Lecœur" * 5}, f"{MARTIN}.name", id="letters that become two"),
    pytest.param(
        {"instead": {"name": f"Maison médicale pluridisciplinaire de garde de {LONG_NAME}"}},
        f"{MARTIN}.leave[0].instead.name",
        id="service",
    ),
    pytest.param(
        {"instead": {"name": f"Maison pluridisciplinaire {LONG_NAME}"}, "practitioners__name": LONG_NAME},
        f"{MARTIN}.leave[0].instead.name",
        id="service beside a long name",
    ),
]


@pytest.mark.parametrize(("changes", "where"), TOO_LONG_FOR_A_TEXT)
def test_a_name_that_an_sms_would_cut_off_is_refused(changes: Table, where: str) -> None:
    refused(changes, where, "an SMS with it would need two parts; shorten it by")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"practitioners__name": LONG_NAME}, id="a long name of 31 letters"),
        pytest.param({"practitioners__name": "D’Hôtel-Benoît"}, id="letters that alone would halve an SMS"),
        pytest.param({"instead": {"name": "Maison médicale du Vieux Moulin de Saint-Étienne"}}, id="48 letters"),
    ],
)
def test_names_that_fit_into_an_sms_are_taken(changes: Table) -> None:
    checked(a_document(changes))


# --- the nuisance list -----------------------------------------------------------------------------------

OUR_OWN = [
    pytest.param({}, LINE, "practice.lines[0]", id="line"),
    pytest.param({}, DOCTORS, f"{MARTIN}.phone", id="doctor"),
    pytest.param({"secretary": {}}, DESK["phone"], "secretaries[0] (accueil).phone", id="secretary"),
    pytest.param({"instead": {}}, INSTEAD["phone"], f"{MARTIN}.leave[0].instead.phone", id="replacement"),
    pytest.param({"practice__fallback": "01 99 00 30 90"}, "01 99 00 30 90", "practice.fallback", id="fallback"),
    pytest.param({}, PATIENTS, "patients[0] (durand)", id="patient"),
]


@pytest.mark.parametrize(("changes", "number", "owner"), OUR_OWN)
def test_a_number_of_ours_on_the_nuisance_list_is_refused(changes: Table, number: str, owner: str) -> None:
    refused(changes | {"practice__nuisance": ["01 99 00 66 66", number]}, "practice.nuisance", f"belongs to {owner}")


def test_a_stored_patient_who_gets_a_number_of_the_nuisance_list_is_refused(installation: Installation) -> None:
    installation.taken(a_file(practice__nuisance=["01 99 00 66 66"]))
    changed = a_file(practice__nuisance=["01 99 00 66 66"], patients__phones=[{"number": "01 99 00 66 66"}])
    assert "practice.nuisance: +33199006666 belongs to patients[0] (durand)" in installation.refused(changed)


def test_a_refused_save_names_file_place_and_remedy(installation: Installation) -> None:
    told = installation.refused(tomli_w.dumps(a_document({"practitioners__phone": LINE})))
    assert told == (
        f"{installation.folder / 'a.toml'}: 1 fault, nothing was changed\n"
        f"  {MARTIN}.phone: +33199001234 is a line of this practice; write a number that rings elsewhere\n"
    )
