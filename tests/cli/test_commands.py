"""The `ivr` command (INTERFACE.md 4): exit status, standard output and error, what is kept."""

import gc
import json
import re
import shutil
import sqlite3
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.demo import DEMO_FILE
from tests.cli.shell import DOES_NOT_HOLD, OK, WRONG_USE, Shell, one_document
from tests.lines import LILAS_FILE

ASKED = ("--practice", "pasteur", "--from", "0639981111", "--practitioner", "martin")
LUNCH = ("--at", "2026-12-02T13:10")


def commands(group: click.Group, path: Sequence[str] = ()) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        here = (*path, name)
        found += commands(command, here) if isinstance(command, click.Group) else [here]
    return found


# --- help and wrong use ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", commands(main), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, [*path, "--help"])
    assert result.exit_code == OK
    assert f"Example: ivr {' '.join(path)}" in " ".join(result.stdout.split())


def test_the_command_tells_its_version_and_its_parts() -> None:
    assert CliRunner().invoke(main, ["--version"]).exit_code == OK
    assert {("explain",), ("week",), ("load",), ("dump",), ("call",), ("replay",), ("db", "upgrade")} <= set(
        commands(main)
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(
            ["explain", "--practice", "curie", "--from", "x"], "no practice 'curie'; known: pasteur", id="practice"
        ),
        pytest.param(["explain", *LUNCH], "--from NUMBER", id="nobody calls"),
        pytest.param(["explain", "--from", "abc", *LUNCH], "'abc' is not a telephone number", id="number"),
        pytest.param(["explain", "--from", "12", *LUNCH], "or withheld", id="short number"),
        pytest.param(["explain", "--from", "+33abc", *LUNCH], "not a telephone number", id="number with a plus"),
        pytest.param(["explain", "--from", "withheld", "--at", "noon"], "write it like 2026-12-24T20:00", id="time"),
        pytest.param(["explain", "--from", "withheld", "--at", "1900-01-01T00:00"], "year from 1971", id="long ago"),
        pytest.param(["explain", "--from", "withheld", "--at", "9999-12-31T23:59"], "year from 1971", id="far away"),
        pytest.param(
            ["explain", *ASKED[:4], "--practitioner", "petit"],
            "no practitioner 'petit'; known: martin, leroy",
            id="doctor",
        ),
        pytest.param(["explain", "--from", "withheld", "--language", "de"], "'fr', 'en'", id="language"),
        pytest.param(["explain", "--nonsense"], "No such option", id="option"),
        pytest.param(["explain", "--questions", "nowhere.jsonl"], "does not exist", id="no file of questions"),
        pytest.param(["week"], "--from", id="week of nobody"),
        pytest.param(["week", "--from", "abc"], "'abc' is not a telephone number", id="week of a bad number"),
        pytest.param(["week", *ASKED, "--on", "someday"], "'someday' is not a", id="week on a bad date"),
        pytest.param(["week", *ASKED[:4], "--practitioner", "petit"], "known: martin, leroy", id="week of nobody's"),
        pytest.param(["dump", "curie"], "no practice 'curie'; known: pasteur", id="dump of nothing"),
        pytest.param(["load"], "Missing argument", id="load nothing"),
        pytest.param(["load", "nowhere.toml"], "does not exist", id="load of no file"),
        pytest.param(["call", "--practice", "curie", "--from", "withheld"], "no practice 'curie'", id="call nobody"),
        pytest.param(
            ["call", "--from", "abc", "--keys", "1"], "'abc' is not a telephone number", id="call from a bad number"
        ),
        pytest.param(
            ["call", "--from", "withheld", "--at", "noon", "--keys", "1"], "2026-12-24T20:00", id="call at no time"
        ),
        pytest.param(["call", "--from", "withheld", "--doctor", "asleep"], "'answers'", id="a sleeping doctor"),
        pytest.param(["call", "--from", "withheld", "--keys", "1,abc"], "abc", id="keys no telephone has"),
        pytest.param(["replay"], "Missing argument", id="replay nothing"),
        pytest.param(["replay", "nowhere.json"], "does not exist", id="replay of no file"),
        pytest.param(["nonsense"], "No such command", id="no such command"),
        pytest.param(["serve", "--port", "0"], "--port", id="no such port"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(shell: Shell, arguments: list[str], told: str) -> None:
    assert told in shell.refuses(*arguments)


@pytest.mark.parametrize(
    "command", [["explain", *ASKED], ["week", *ASKED], ["dump"], ["call", *ASKED[:4], "--keys", "1"]]
)
def test_without_a_practice_the_remedy_is_to_load_one(empty: Shell, command: list[str]) -> None:
    assert "load one with: ivr load FILE" in empty.refuses(*command)


NEEDS_DATABASE = [
    pytest.param(("explain", *ASKED), id="explain"),
    pytest.param(("week", *ASKED), id="week"),
    pytest.param(("dump", "pasteur"), id="dump"),
    pytest.param(("load", str(DEMO_FILE)), id="load"),
    pytest.param(("call", *ASKED[:4], "--keys", "1"), id="call"),
    pytest.param(("serve",), id="serve"),
    pytest.param(("worker",), id="worker"),
]


@pytest.mark.parametrize("command", NEEDS_DATABASE)
def test_a_missing_database_is_not_made_by_looking_at_it(empty: Shell, command: tuple[str, ...]) -> None:
    file = empty.folder / "other.db"
    told = empty.refuses(*command, IVR_DATABASE_URL=f"sqlite:///{file}")
    assert "ivr db upgrade" in told
    assert not file.exists()


@pytest.mark.parametrize("command", NEEDS_DATABASE)
def test_a_database_without_schema_is_told(empty: Shell, command: tuple[str, ...]) -> None:
    (empty.folder / "bare.db").touch()
    told = empty.refuses(*command, IVR_DATABASE_URL=f"sqlite:///{empty.folder / 'bare.db'}")
    assert "is empty; run: ivr db upgrade" in told


def test_an_older_schema_is_told(empty: Shell) -> None:
    with sqlite3.connect(empty.folder / "ivr.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'older'")
    connection.close()
    assert "is at schema older" in empty.refuses("explain", *ASKED)


EITHER = [pytest.param(("explain", *ASKED), id="explain"), pytest.param(("db", "upgrade"), id="db upgrade")]


@pytest.mark.parametrize("command", EITHER)
@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("nonsense", "sqlite:///FILE", id="no address"),
        pytest.param("mysql://x/y", "use sqlite or postgresql", id="another database"),
        pytest.param("postgresql://nobody@127.0.0.1:1/x", "check IVR_DATABASE_URL", id="nobody listens"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(empty: Shell, command: tuple[str, ...], url: str, told: str) -> None:
    assert told in empty.refuses(*command, IVR_DATABASE_URL=url)


@pytest.mark.parametrize("command", EITHER)
def test_a_password_is_never_told(empty: Shell, command: tuple[str, ...]) -> None:
    url = "postgresql://nobody:correct-horse@127.0.0.1:1/x"
    assert "correct-horse" not in empty.refuses(*command, IVR_DATABASE_URL=url)


@pytest.mark.parametrize("command", EITHER)
def test_a_file_that_is_no_database_is_told(empty: Shell, command: tuple[str, ...]) -> None:
    file = empty.write("letter.db", "This is a letter, not a database. " * 50)
    assert "IVR_DATABASE_URL" in empty.refuses(*command, IVR_DATABASE_URL=f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("IVR_PUBLIC_URL", "abc", "https://ivr.example.org", id="no address"),
        pytest.param("IVR_PUBLIC_URL", "ftp://x.test", "https://ivr.example.org", id="no web address"),
        pytest.param("IVR_PUBLIC_URL", "https://x.test/?a=b", "https://ivr.example.org", id="a query"),
        pytest.param("IVR_PUBLIC_URL", "http://[", "IVR_PUBLIC_URL", id="half an address"),
        pytest.param("IVR_SMS_FROM", "Cabinet du Docteur", "11 letters and digits at most", id="a long sender"),
        pytest.param("IVR_SMS_FROM", "Cabinet-é", "11 letters and digits at most", id="a sender with signs"),
        pytest.param("IVR_PUBLIC_URL", "http://x.test:port", "IVR_PUBLIC_URL", id="no port number"),
        pytest.param("IVR_TWILIO_API_URL", "twilio", "IVR_TWILIO_API_URL", id="REST base"),
        pytest.param("IVR_ENV_FILE", "/nowhere/.env", "IVR_ENV_FILE names '/nowhere/.env'", id="missing env file"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(empty: Shell, name: str, value: str, told: str) -> None:
    sentence = empty.refuses("explain", *ASKED, **{name: value})
    assert told in sentence
    assert name in sentence


def test_settings_may_come_from_a_file(shell: Shell) -> None:
    file = shell.write("settings.env", f"IVR_DATABASE_URL={shell.env['IVR_DATABASE_URL']}\n")
    shell.env = {"IVR_ENV_FILE": file}
    assert shell.tells_json("explain", *ASKED, *LUNCH)["outcome"] == "ring"


def test_an_env_file_that_is_no_text_is_told(empty: Shell) -> None:
    (empty.folder / "settings.env").write_bytes(b"IVR_SMS_FROM=T\xe9l\xe9phone\n")
    assert "IVR_ENV_FILE" in empty.refuses("dump", IVR_ENV_FILE=str(empty.folder / "settings.env"))


# --- db upgrade ------------------------------------------------------------------------------------------


def test_the_schema_is_made_once(empty: Shell) -> None:
    empty.env["IVR_DATABASE_URL"] = f"sqlite:///{empty.folder / 'new' / 'ivr.db'}"
    first = empty.succeeds("db", "upgrade")
    assert "before: empty" in first
    assert first.startswith("sqlite:///")
    assert "as it was" in empty.succeeds("db", "upgrade")


# --- explain and week ------------------------------------------------------------------------------------


def test_explain_tells_a_person_what_happens_and_why(shell: Shell) -> None:
    told = " ".join(shell.succeeds("explain", *ASKED, *LUNCH).split())
    assert "le téléphone du docteur sonne." in told
    assert "R8 (priority_window)" in told
    assert "le docteur Martin, puis la messagerie" in told
    assert "2 décembre à 19 h" in told


def test_explain_answers_one_object_for_one_practitioner(shell: Shell) -> None:
    answer = shell.tells_json("explain", *ASKED, *LUNCH)
    (reason,) = answer.pop("reasons")
    assert answer == {
        "practice": "pasteur",
        "practitioner": "martin",
        "from": "+33639981111",
        "at": "2026-12-02T13:10:00+01:00",
        "caller": "known",
        "reach": "priority",
        "assisted": False,
        "outcome": "ring",
        "tries": ["practitioner:martin", "voicemail"],
        "next_opening": None,
        "until": "2026-12-02T19:00:00+01:00",
    }
    assert (reason["rule"], reason["code"]) == ("R8", "priority_window")


def test_explain_answers_a_list_in_file_order_without_a_practitioner(shell: Shell) -> None:
    answers = shell.tells_json("explain", "--from", "0639981111", *LUNCH)
    assert [answer["practitioner"] for answer in answers] == ["martin", "leroy"]


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        pytest.param("01 99 00 77 78", "assisted", id="assisted"),
        pytest.param("01 99 00 66 66", "nuisance", id="nuisance"),
    ],
)
def test_explain_answers_once_for_a_whole_line(shell: Shell, number: str, outcome: str) -> None:
    assert shell.tells_json("explain", "--from", number, *LUNCH)["outcome"] == outcome


@pytest.mark.parametrize("number", ["withheld", "anonymous", "+266696687"])
def test_a_hidden_number_may_be_asked_about(shell: Shell, number: str) -> None:
    answer = shell.tells_json("explain", "--from", number, "--practitioner", "martin", *LUNCH)
    assert (answer["from"], answer["caller"]) == (None, "withheld")


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        pytest.param("2026-12-24T20:00:30", "2026-12-24T20:00:30+01:00", id="seconds"),
        pytest.param("2026-10-25T02:30", "2026-10-25T02:30:00+02:00", id="the double hour is its first pass"),
        pytest.param("2026-10-25T02:30+02:00", "2026-10-25T02:30:00+02:00", id="first pass by its offset"),
        pytest.param("2026-10-25T02:30+01:00", "2026-10-25T02:30:00+01:00", id="second pass by its offset"),
        pytest.param("2026-03-29T02:30", "2026-03-29T03:00:00+02:00", id="a skipped time is the end of the gap"),
        pytest.param("2026-12-02T12:10+00:00", "2026-12-02T13:10:00+01:00", id="an offset of elsewhere"),
    ],
)
def test_a_time_is_local_to_the_practice(shell: Shell, at: str, shown: str) -> None:
    assert shell.tells_json("explain", *ASKED, "--at", at)["at"] == shown


def test_the_sentences_come_in_the_language_asked_for(shell: Shell) -> None:
    answer = shell.tells_json("explain", *ASKED, *LUNCH, "--language", "en")
    assert answer["reasons"][0]["text"].endswith("the doctor's phone rings.")


QUESTION = {"practice": "pasteur", "from": "0639981111", "at": "2026-12-02T13:10", "practitioner": "martin"}


def test_a_file_of_questions_is_answered_line_by_line_in_order(shell: Shell) -> None:
    asked = [QUESTION | {"at": f"2026-12-02T{hour:02d}:00"} for hour in (13, 9, 22)]
    file = shell.write("questions.jsonl", "\n".join(json.dumps(question) for question in asked) + "\n\n")
    answers = [json.loads(line) for line in shell.succeeds("explain", "--questions", file).splitlines()]
    assert [answer["at"][11:13] for answer in answers] == ["13", "09", "22"]
    assert answers[0]["reasons"][0]["code"] == "priority_window"


WRONG_QUESTIONS = [
    "not json",
    "[]",
    json.dumps(QUESTION | {"practice": "curie"}),
    json.dumps(QUESTION | {"practitioner": "petit"}),
    json.dumps(QUESTION | {"at": "noon"}),
    json.dumps(QUESTION | {"at": 5}),
    json.dumps(QUESTION | {"from": "abc"}),
    json.dumps({"practice": "pasteur"}),
    json.dumps(QUESTION | {"to": "x"}),
    json.dumps(QUESTION | {"language": "de"}),
    json.dumps(QUESTION | {"practice": {"key": "pasteur"}}),
]


def test_a_question_that_cannot_be_answered_does_not_stop_the_others(shell: Shell) -> None:
    lines = [line for wrong in WRONG_QUESTIONS for line in (wrong, json.dumps(QUESTION))]
    result = shell.ivr("explain", "--questions", shell.write("questions.jsonl", "\n".join(lines)))
    assert (result.exit_code, result.stderr) == (DOES_NOT_HOLD, "")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(lines)
    assert all(list(answer) == ["error"] and answer["error"] for answer in answers[::2])
    assert all(answer["outcome"] == "ring" for answer in answers[1::2])


def test_a_file_of_questions_that_is_no_text_is_told(shell: Shell) -> None:
    file = shell.folder / "questions.jsonl"
    file.write_bytes(b'{"practice": "caf\xe9"}\n')
    result = shell.ivr("explain", "--questions", str(file))
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code in {DOES_NOT_HOLD, WRONG_USE}


def test_a_week_is_covered_by_touching_intervals(shell: Shell) -> None:
    answer = shell.tells_json("week", *ASKED, "--on", "2026-12-02")
    intervals = answer["intervals"]
    assert answer["from"] == "+33639981111"
    assert (intervals[0]["start"], intervals[-1]["end"]) == ("2026-11-30T00:00:00+01:00", "2026-12-07T00:00:00+01:00")
    assert all(one["end"] == following["start"] for one, following in pairwise(intervals))
    assert all(set(one) == {"start", "end", "outcome", "code"} for one in intervals)


def test_a_week_is_shown_as_a_table(shell: Shell) -> None:
    assert "priority_window" in shell.succeeds("week", *ASKED, "--on", "2026-12-02")


# --- load and dump ---------------------------------------------------------------------------------------


def test_a_dump_is_loaded_without_a_change(shell: Shell) -> None:
    file = shell.write("dump.toml", shell.succeeds("dump", "pasteur"))
    assert shell.succeeds("load", file) == f"{file}: nothing to change\n"
    assert shell.tells_json("load", file) == {file: []}


def test_a_dump_as_json_is_the_same_file(shell: Shell) -> None:
    document = shell.tells_json("dump")
    assert document["practice"]["key"] == "pasteur"
    assert [part["key"] for part in document["practitioners"]] == ["martin", "leroy"]


def test_a_faulty_file_is_refused_with_status_one(shell: Shell) -> None:
    file = shell.write("bad.toml", '[practice]\nkey = "x"\nname = "X"\nlines = ["12"]\n')
    result = shell.ivr("load", file, "--json")
    assert result.exit_code == DOES_NOT_HOLD
    faults = one_document(result.stdout)["faults"]
    assert {fault["where"] for fault in faults} == {"practice.lines[0]", "practitioners"}
    assert f"{file}: 2 faults, nothing was changed" in result.stderr


def test_a_data_folder_that_cannot_be_written_is_told_and_nothing_is_loaded(empty: Shell) -> None:
    file = empty.write("occupied", "a file where a folder should be")
    assert "IVR_DATA_DIR" in empty.refuses("load", str(DEMO_FILE), IVR_DATA_DIR=file)
    assert "known: none" in empty.refuses("dump", "pasteur")


# --- call and replay -------------------------------------------------------------------------------------

CALL = ("call", "--practice", "pasteur", "--from", "0639981111", *LUNCH)


def kept(shell: Shell) -> int:
    """How many calls the installation remembers."""
    connection = sqlite3.connect(shell.folder / "ivr.db")
    (count,) = connection.execute("SELECT count(*) FROM calls").fetchone()
    connection.close()
    return int(count)


def test_a_call_shows_what_is_heard_what_rings_and_how_it_ended(shell: Shell) -> None:
    shown = shell.succeeds(*CALL, "--keys", "2,1")
    assert re.search(r"line +Bonjour", shown)
    assert re.search(r"caller +presses 2", shown)
    assert re.search(r"rings +doctor Martin \(\+33639980001\), up to 20 s", shown)
    assert "le téléphone du docteur sonne." in shown
    assert re.search(r"end +the call is over after \d+ seconds", shown)


def test_a_call_leaves_nothing_unless_it_is_to_be_kept(shell: Shell) -> None:
    shell.succeeds(*CALL, "--keys", "2,1", "--doctor", "no-answer")
    assert kept(shell) == 0
    shell.succeeds(*CALL, "--keys", "2,1", "--doctor", "no-answer", "--keep")
    assert kept(shell) == 1


def test_a_call_as_json_is_one_document(shell: Shell) -> None:
    document = shell.tells_json(*CALL, "--keys", "2,1", "--doctor", "busy")
    assert (document["from"], document["to"], document["ended"]) == ("+33639981111", "+33199001234", True)
    assert document["journal"]
    assert document["kept"]


@pytest.mark.parametrize("doctor", ["answers", "busy", "no-answer", "voicemail"])
def test_whatever_the_doctor_does_the_call_comes_to_an_end(shell: Shell, doctor: str) -> None:
    assert shell.tells_json(*CALL, "--keys", "2,1", "--doctor", doctor)["ended"]


def test_a_call_from_a_hidden_number_is_made(shell: Shell) -> None:
    assert shell.tells_json("call", "--from", "withheld", *LUNCH, "--keys", "h")["from"] is None


def test_a_typed_call_is_made_by_the_person_at_the_keyboard(shell: Shell) -> None:
    result = CliRunner().invoke(main, CALL, env=shell.env, input="h\n")
    assert result.exit_code == OK
    assert "hangs up" in result.stdout


def saved_call(shell: Shell) -> Path:
    file = shell.folder / "calls" / "one.json"
    file.parent.mkdir()
    shell.succeeds(*CALL, "--keys", "2,1", "--doctor", "no-answer", "--save", str(file))
    return file


def test_a_saved_call_is_replayed_without_a_difference(shell: Shell) -> None:
    file = saved_call(shell)
    assert "practice" not in json.loads(file.read_text()), "the demo goes without saying"
    assert shell.succeeds("replay", str(file)) == "1 calls, 0 with differences\n"
    assert shell.tells_json("replay", str(file.parent)) == {"calls": 1, "differences": {}}
    assert kept(shell) == 0


def test_a_wrong_expectation_fails_and_is_mended_by_an_update(shell: Shell) -> None:
    file = saved_call(shell)
    good = file.read_text()
    document = json.loads(good)
    document["turns"][0]["hears"] = ["Ceci n'est jamais dit."]
    document["turns"][1]["verbs"] = ["Hangup"]
    file.write_text(json.dumps(document))
    result = shell.ivr("replay", str(file))
    assert (result.exit_code, result.stdout) == (DOES_NOT_HOLD, "1 calls, 1 with differences\n")
    assert 'turn 0: not heard: "Ceci n\'est jamais dit."' in result.stderr
    assert "turn 1: verbs" in result.stderr
    assert list(one_document(shell.ivr("replay", str(file), "--json").stdout)["differences"]) == [str(file)]
    assert shell.ivr("replay", str(file), "--update").exit_code == OK
    assert shell.ivr("replay", str(file)).exit_code == OK
    assert json.loads(file.read_text()) == json.loads(good)


def test_a_call_to_a_changed_practice_is_saved_with_the_practice_beside_it(shell: Shell) -> None:
    changed = shell.write("pasteur.toml", DEMO_FILE.read_text().replace("Cabinet Pasteur", "Cabinet Curie"))
    shell.succeeds("load", changed)
    file = saved_call(shell)
    assert json.loads(file.read_text())["practice"] == "pasteur.toml"
    assert (file.parent / "pasteur.toml").exists()
    assert shell.ivr("replay", str(file)).exit_code == OK


def test_a_call_that_cannot_be_saved_is_told(shell: Shell) -> None:
    result = shell.ivr(*CALL, "--keys", "h", "--save", str(shell.folder / "nowhere" / "one.json"))
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert result.exit_code == WRONG_USE


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("not json", "is not JSON", id="no JSON"),
        pytest.param("{}", "summary", id="nothing in it"),
        pytest.param("[]", "one.json", id="a list"),
        pytest.param(
            '{"summary": "x", "source": "x", "at": "noon", "turns": [{"form": {}}]}', "one.json", id="at no time"
        ),
        pytest.param(
            '{"summary": "x", "source": "x", "at": "2026-12-02T13:10", "turns": [{"form": {}}]}',
            "one.json",
            id="a time without an offset",
        ),
        pytest.param(
            '{"summary": "x", "source": "x", "at": "2026-12-02T13:10:00+01:00", "practice": "x.toml", "turns": [{}]}',
            "no practice file",
            id="no practice",
        ),
    ],
)
def test_a_file_that_is_no_recorded_call_is_told(empty: Shell, text: str, told: str) -> None:
    assert told in empty.refuses("replay", empty.write("one.json", text))


def test_a_folder_without_recorded_calls_is_told(empty: Shell) -> None:
    (empty.folder / "calls").mkdir()
    assert "no recorded calls" in empty.refuses("replay", str(empty.folder / "calls"))


def test_a_backup_can_be_used_in_place_of_the_database(shell: Shell) -> None:
    before = shell.succeeds("dump", "pasteur")
    copy = shell.folder / "copy.db"
    assert shell.succeeds("db", "backup", str(copy)).startswith(f"{copy}: ")
    assert Shell(shell.folder, shell.env | {"IVR_DATABASE_URL": f"sqlite:///{copy}"}).succeeds("dump") == before
    assert "exists already" in shell.refuses("db", "backup", str(copy), status=DOES_NOT_HOLD)


def test_a_backup_is_put_back_by_its_own_command(shell: Shell) -> None:
    copy = shell.folder / "copy.db"
    shell.succeeds("db", "backup", str(copy))
    before = shell.succeeds("dump")
    shell.succeeds("load", str(LILAS_FILE))
    gc.collect()  # each command would be a process of its own, gone with its connections
    assert "as it was when" in shell.succeeds("db", "restore", str(copy))
    assert shell.succeeds("dump") == before
    assert "was not put back" in shell.refuses("db", "restore", shell.write("x.db", "x" * 999), status=DOES_NOT_HOLD)


def test_an_outgrown_database_moves_with_one_command(empty: Shell, sqlite_demo: Path) -> None:
    file = shutil.copy(sqlite_demo, empty.folder / "old.db")
    assert " tables from " in empty.succeeds("db", "import", str(file))
    assert empty.succeeds("dump") == empty.ivr("dump", IVR_DATABASE_URL=f"sqlite:///{file}").stdout
    assert "is not empty" in empty.refuses("db", "import", str(file), status=DOES_NOT_HOLD)
