"""Writes commands.md beside this file: every command of `ivr` as the command itself tells it.

`make docs` runs it; a test refuses a page that tells something else than the commands do.
"""

from collections.abc import Iterator
from pathlib import Path
from textwrap import fill

import click

from ivr.cli import PRACTICES as PRACTICE_COMMANDS
from ivr.cli import PRIVACY as DATA_COMMANDS
from ivr.cli import SERVICE

PAGE = Path(__file__).with_name("commands.md")
HEAD = """# Commands

Every command has `--help`. It exits 0 on success, 1 when what it checks does not hold, 2 on wrong use. With `--json`
it prints one JSON document on standard output and nothing else there. Errors go to standard error, in one sentence with
the remedy.

On a server that was set up as [Install on Debian](../operators/install.md) tells, write `ivr`; in a clone of the
source, `.venv/bin/ivr`. Times are local to the practice: `2026-12-24T20:00`, or with an offset for the hour that a
clock shows twice.

<!-- Written by write_commands.py from the commands themselves: change their help, then run `make docs`. -->
"""
PARTS = (
    ("The service", SERVICE),
    ("Practices and calls", PRACTICE_COMMANDS),
    ("People and personal data", DATA_COMMANDS),
)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, commands in PARTS:
        parts.append(f"## {title}\n")
        for command in commands:
            parts += described(command, f"ivr {command.name}")
    return "\n".join(parts)


def described(command: click.Command, name: str, level: int = 3) -> Iterator[str]:
    """A command with its arguments and options; a group with its subcommands."""
    told, examples = help_of(command)
    yield f"{'#' * level} `{name}`\n\n{told}\n"
    if isinstance(command, click.Group):
        for sub in command.commands.values():
            yield from described(sub, f"{name} {sub.name}", level + 1)
        return
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    context = click.Context(command)
    arguments = [found.make_metavar(context) for found in command.params if isinstance(found, click.Argument)]
    usage = " ".join((name, *(["[OPTIONS]"] if options else []), *arguments))
    yield f"```text\n{usage}\n```\n"
    yield from (f"Example: `{example}`\n" for example in examples)
    if options:
        yield "| option | meaning | default |\n|---|---|---|\n" + "".join(row(option) for option in options)


def help_of(command: click.Command) -> tuple[str, list[str]]:
    """The paragraphs of a help text, and its examples without the word."""
    told, examples = [], []
    for paragraph in (command.help or "").split("\n\n"):
        text, _, example = " ".join(paragraph.split()).partition("Example: ")
        told += [fill(text.strip(), 120, break_long_words=False, break_on_hyphens=False)] if text.strip() else []
        examples += [example] if example else []
    return "\n\n".join(told), examples


def row(option: click.Option) -> str:
    """One option: how it is written, what it does, what holds without it."""
    default = "–"
    if option.required:
        default = "required"
    elif not option.is_flag and isinstance(option.default, str | int):
        default = f"`{option.default}`"
    if option.envvar:
        default = f"`{option.envvar}` of the environment, else {default}"
    written = " ".join((", ".join(option.opts), *value_of(option)))
    return f"| `{written}` | {meaning_of(option)} | {default} |\n"


def value_of(option: click.Option) -> Iterator[str]:
    """What is written after the name of an option; nothing after a switch."""
    if option.is_flag:
        return
    if isinstance(option.type, click.Choice):
        yield "CHOICE"
    elif isinstance(option.type, click.types.IntParamType):
        yield option.metavar or "N"
    else:
        yield option.metavar or ("FILE" if isinstance(option.type, click.Path) else "TEXT")


def meaning_of(option: click.Option) -> str:
    """Its help, with what it may be."""
    meaning = option.help or ""
    if isinstance(option.type, click.Choice):
        meaning += f" One of {', '.join(f'`{choice}`' for choice in option.type.choices)}."
    if isinstance(option.type, click.IntRange):
        meaning += f" From {option.type.min:,} to {option.type.max:,}."
    return meaning.strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
