"""What the pages tell one to type is real: shell that is shell, commands and options that there are."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from ivr.cli import main
from tests.docs.pages import DEPLOY, DOCS, IN_LINE, PAGES, commands, shell_blocks

BASH = shutil.which("bash") or "bash"
SCRIPTS = [file for file in sorted(DEPLOY.iterdir()) if file.read_bytes().startswith(b"#!/bin/sh")]
WITH_SHELL = [page for page in PAGES if shell_blocks(page)]
LEFT_OUT = "…"


def named(page: Path) -> str:
    return str(page.relative_to(DOCS.parent))


def found(arguments: list[str]) -> tuple[click.Command, click.Context, list[str]]:
    """The command that such words call, and what is left of them for it."""
    command: click.Command = main
    context = click.Context(command, info_name="ivr")
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        sub = command.commands.get(name)
        assert sub is not None, f"there is no ivr {name}"
        command, context = sub, click.Context(sub, parent=context, info_name=name)
    return command, context, arguments


def check_whole(arguments: list[str]) -> None:
    """A command as it is typed: nothing that it needs is missing, nothing is written that it does not take."""
    command, context, rest = found(arguments)
    values, left_over, _ = command.make_parser(context).parse_args(list(rest))
    assert left_over == []
    assert rest or not isinstance(command, click.Group), "it names no command"
    for parameter in command.params:
        value = values.get(parameter.name or "")
        assert value or not parameter.required, f"{parameter.name} is missing"
        if value and isinstance(parameter.type, click.Choice | click.IntRange):
            parameter.type_cast_value(context, value)


def check_named(words: list[str]) -> None:
    """A command that a sentence names, with or without what it needs: it is one, and has such options."""
    command, _, rest = found([word for word in words if word != LEFT_OUT])
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
    assert {word.partition("=")[0] for word in rest if word.startswith("-")} <= known


@pytest.mark.parametrize("page", WITH_SHELL, ids=named)
def test_what_is_to_be_typed_is_shell(page: Path) -> None:
    for block in shell_blocks(page):
        checked = subprocess.run([BASH, "-n"], input=block, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, ""), block


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_for_servers_are_shell_and_can_be_run(script: Path) -> None:
    checked = subprocess.run(["/bin/sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize("page", WITH_SHELL, ids=named)
def test_commands_that_are_to_be_typed_are_commands(page: Path) -> None:
    for block in shell_blocks(page):
        for arguments in commands(block):
            try:
                check_whole(arguments)
            except (click.ClickException, AssertionError) as error:
                pytest.fail(f"{page.name}: ivr {' '.join(arguments)}: {error}")


def test_there_is_something_to_type_on_the_pages() -> None:
    typed = [arguments for page in WITH_SHELL for block in shell_blocks(page) for arguments in commands(block)]
    assert len(typed) > 40


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_that_a_sentence_names_are_commands(page: Path) -> None:
    for command in IN_LINE.findall(page.read_text(encoding="utf-8")):
        try:
            check_named(command.split()[1:])
        except AssertionError as error:
            pytest.fail(f"{page.name}: {command}: {error}")


def started_by(file: Path) -> Iterator[list[str]]:
    """What a unit, the image or the compose file gives to `ivr`."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".service":
        yield from (
            line.split() for line in re.findall(r"^ExecStart=/opt/ivr/current/bin/ivr (.+)", text, re.MULTILINE)
        )
    elif file.name == "Dockerfile":
        assert 'ENTRYPOINT ["ivr"]' in text
        yield from (json.loads(words) for words in re.findall(r"^CMD (.+)", text, re.MULTILINE))
    else:
        services = yaml.safe_load(text)["services"].values()
        yield from (service["command"] for service in services if service["image"] == "ivr")


@pytest.mark.parametrize(
    ("file", "number"), [("ivr-web.service", 1), ("ivr-worker.service", 1), ("Dockerfile", 1), ("compose.yaml", 3)]
)
def test_services_run_commands_that_there_are(file: str, number: int) -> None:
    started = list(started_by(DEPLOY / file))
    assert len(started) == number
    for arguments in started:
        check_whole(arguments)


def test_containers_may_do_no_more_than_they_need() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    for name in ("upgrade", "web", "worker"):
        assert (services[name]["read_only"], services[name]["cap_drop"]) == (True, ["ALL"]), name
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes" in dockerfile
    assert dockerfile.rindex("\nUSER 10001") > dockerfile.rindex("\nRUN ")


def test_every_file_for_servers_is_on_a_page() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert [file.name for file in DEPLOY.iterdir() if file.name not in text] == []
