"""What can be looked up is all there, and nothing else: commands, settings, addresses, keys of practice files."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask

from db.engine import open_engine
from db.upgrade import upgrade
from docs.reference import write_commands
from ivr.api.api import make_api
from ivr.app import make_app
from ivr.cli import main
from ivr.clock import system_clock
from ivr.practice_files import schema
from ivr.settings import Settings
from ivr.telephony import addresses
from ivr.web.site import make_site
from ivr.web.space.space import make_space
from tests.docs.pages import DEPLOY, DOCS, PAGES, ROOT, first_column, read, section

OF_THE_PROCESS = {"IVR_ENV_FILE", "PORT", "WEB_CONCURRENCY"}
"""In the environment alone: the file of settings, and what `ivr serve` takes as options too."""
ENVIRONMENT = re.compile(r"\b(?:IVR|TWILIO)_[A-Z_]+[A-Z]\b")
VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
BELOW, DESCRIBED = "/…", "/api/v1/"
PARTS = {
    schema.PracticePart: "## `[practice]`",
    schema.AnnouncementPart: "## `[practice]`",
    schema.RetentionPart: "### `[practice.retention]`",
    schema.SecretaryPart: "## `[[secretaries]]`",
    schema.PractitionerPart: "## `[[practitioners]]`",
    schema.WeeksPart: "## `[[practitioners]]`",
    schema.DatedHoursPart: "## `[[practitioners]]`",
    schema.BookingPart: "### `[practitioners.booking]`",
    schema.ActPart: "### `[[practitioners.acts]]`",
    schema.LeavePart: "### `[[practitioners.leave]]`",
    schema.InsteadPart: "### `[[practitioners.leave]]`",
    schema.OverridePart: "### `[[practitioners.overrides]]`",
    schema.PatientPart: "## `[[patients]]`",
    schema.PhonePart: "### `phones`",
    schema.ActExceptionsPart: "### `acts`",
    schema.AllActsPart: "### `acts`",
    schema.ActSwitchPart: "### `acts`",
    schema.AppointmentPart: "## `[[appointments]]`",
    schema.SpanPart: "## How values are written",
    schema.PracticeFile: "# Practice file",
}
"""Where the page tells of each section of a practice file."""


def commands_below(command: click.Command) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for sub in command.commands.values():
            yield from commands_below(sub)


def test_the_page_of_commands_tells_what_the_commands_tell() -> None:
    assert write_commands.PAGE.read_text(encoding="utf-8") == write_commands.page(), "run: make docs"


def test_every_command_is_on_the_page_of_commands() -> None:
    told = re.findall(r"^#+ `ivr (.+)`$", write_commands.page(), re.MULTILINE)
    assert {name.split()[-1] for name in told} == {found.name for found in commands_below(main)} - {main.name}


def test_every_command_has_an_example_and_every_option_a_meaning() -> None:
    for command in commands_below(main):
        if not isinstance(command, click.Group):
            assert "Example: ivr " in (command.help or ""), command.name
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, (command.name, option.name)


def settings_there_are() -> set[str]:
    return {str(field.validation_alias) for field in Settings.model_fields.values()} | OF_THE_PROCESS


def test_the_page_of_settings_has_every_setting_and_an_example_of_each() -> None:
    text = read("reference/settings.md")
    assert set(first_column(text)) == settings_there_are()
    examples = section(text, "## Examples")
    assert [name for name in settings_there_are() - OF_THE_PROCESS if f"\n{name}=" not in examples] == []


def test_the_file_of_settings_to_copy_has_every_setting() -> None:
    text = (DEPLOY / "env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)) == settings_there_are() - OF_THE_PROCESS


@pytest.mark.parametrize("page", [*PAGES, *sorted(DEPLOY.iterdir())], ids=lambda page: page.name)
def test_no_page_names_a_setting_that_is_none(page: Path) -> None:
    assert set(ENVIRONMENT.findall(page.read_text(encoding="utf-8"))) <= settings_there_are()


def applications(folder: Path) -> tuple[Flask, ...]:
    configured = Settings(IVR_DATA_DIR=folder)
    engine = open_engine("sqlite://")
    site = make_site(configured, engine, system_clock, lambda *_: "")
    space, api = make_space(configured, engine, system_clock), make_api(configured, engine, system_clock)
    return make_app(configured, engine), site, space, api


def addresses_there_are(folder: Path) -> dict[str, bool]:
    """Every address with its variables by name alone, and whether it can be opened and not only sent to."""
    found: dict[str, bool] = {}
    for application in applications(folder):
        for rule in application.url_map.iter_rules():
            address = VARIABLE.sub(r"<\1>", rule.rule)
            found[address] = found.get(address, False) or "GET" in (rule.methods or ())
    return found


def addresses_told() -> set[str]:
    """In the first column of the tables of the page of addresses."""
    return {word for word in first_column(read("reference/addresses.md")) if word.startswith("/")}


def addresses_of_the_api() -> set[str]:
    """Wherever the page of the JSON API names them, with a method before them or without; there may be no such page."""
    page = DOCS / "api.md"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    return {re.sub(r"\{(\w+)\}", r"<\1>", address) for address in re.findall(r"/api/[^\s`?#\"\')]*", text)}


def is_told(address: str, opens: bool, told: set[str]) -> bool:
    """Forms may be told of together, as what lies below a page; operations of the API stand in its own description."""
    if address.startswith(DESCRIBED):
        return True
    folders = {word.removesuffix(BELOW) for word in told if word.endswith(BELOW)}
    return address in told or (not opens and any(address.startswith(f"{folder}/") for folder in folders))


def test_every_address_is_on_the_page_of_addresses(tmp_path: Path) -> None:
    told = addresses_told() | addresses_of_the_api()
    there_are = {address: opens for address, opens in addresses_there_are(tmp_path).items() if "_rest" not in address}
    assert [address for address, opens in there_are.items() if not is_told(address, opens, told)] == []


def test_every_address_of_the_page_is_one(tmp_path: Path) -> None:
    there_are = addresses_there_are(tmp_path)
    for address in addresses_told():
        if address.startswith("/twilio/"):
            continue
        begins = address.removesuffix("…")
        assert address in there_are or (begins != address and any(known.startswith(begins) for known in there_are)), (
            address
        )


def test_every_address_under_twilio_is_told_twice() -> None:
    named = [value for name, value in vars(addresses).items() if name.isupper() and str(value).startswith("/twilio/")]
    there_are = {str(address).rstrip("/") for address in named}
    for page in ("reference/addresses.md", "integrators/twilio.md"):
        told = {re.sub(r"/<\w+>$", "", word) for word in first_column(read(page)) if word.startswith("/twilio/")}
        assert told == there_are, page


def sections_of_the_schema() -> set[type[schema.Section]]:
    waiting, found = [schema.Section], set()
    while waiting:
        for below in waiting.pop().__subclasses__():
            found.add(below)
            waiting.append(below)
    return found


def test_every_section_of_a_practice_file_has_its_place() -> None:
    assert sections_of_the_schema() == set(PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_of_a_practice_file_is_told(part: type[schema.Section]) -> None:
    text = "\n" + read("integrators/practice-file.md")
    told = section(text, PARTS[part])
    keys = [field.alias or name for name, field in part.model_fields.items()]
    assert [key for key in keys if not re.search(rf"\b{key}\b", told)] == []


def test_every_key_that_is_told_is_one() -> None:
    known = {field.alias or name for part in PARTS for name, field in part.model_fields.items()}
    tables = section(read("integrators/practice-file.md"), "## `[practice]`")
    assert tables
    for part, heading in PARTS.items():
        if heading.startswith("# ") or part is schema.SpanPart:
            continue
        told = section(read("integrators/practice-file.md"), heading)
        assert {word.rpartition(".")[2] for word in first_column(told)} <= known, heading


def test_every_figure_is_on_the_page_of_monitoring(tmp_path: Path) -> None:
    application, *_ = applications(tmp_path)
    upgrade(application.extensions["ivr.engine"])
    told = application.test_client().get("/metrics").text
    figures = re.findall(r"^# TYPE (ivr_\w+) (?:counter|gauge|histogram)", told, re.MULTILINE)
    counted = {name for name in figures if not name.endswith("_created")}  # which several processes do not tell
    assert set(first_column(section(read("operators/monitoring.md"), "## Figures"))) == counted


def test_alerts_ask_for_figures_that_there_are() -> None:
    text = read("operators/monitoring.md")
    known = set(first_column(section(text, "## Figures"))) | {"ivr_turn_seconds_bucket"}
    assert set(re.findall(r"\bivr_\w+", section(text, "## Alerts worth having"))) <= known


def test_every_event_of_the_page_of_monitoring_is_logged() -> None:
    logged = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "ivr").rglob("*.py"))
    events = list(first_column(section(read("operators/monitoring.md"), "## Logs")))
    assert len(events) > 5
    assert [event for event in events if f'"{event}"' not in logged] == []
