"""The pages of the documentation as tests read them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DEPLOY = DOCS / "deploy"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^([ ]*)```sh[^\n]*\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
INCLUDED = "--8<--"
IN_LINE = re.compile(r"`((?:\.venv/bin/)?ivr [^`]+)`")
ENDS, REDIRECTS = frozenset("();|&"), frozenset("<>")
NAMED = re.compile(r"(\w+)=.*", re.DOTALL)


def read(page: str) -> str:
    """A page by its path below `docs`."""
    return (DOCS / page).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, with the headings below that one."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, rest = text.partition(f"\n{heading}")
    assert found, f"there is no {heading!r}"
    return re.split(rf"^#{{1,{level}}} ", rest.partition("\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def first_column(text: str) -> Iterator[str]:
    """The words in code signs in the first column of tables."""
    for line in text.splitlines():
        if line.startswith("| `"):
            yield from re.findall(r"`([^`]+)`", line.split(" | ")[0])


def shell_blocks(page: Path) -> list[str]:
    """The blocks of a page that are to be typed; what they include is looked at for itself."""
    blocks = [block for _, block in BLOCK.findall(page.read_text(encoding="utf-8"))]
    return [block for block in blocks if INCLUDED not in block]


def commands(block: str) -> Iterator[list[str]]:
    """Every call of `ivr` in a piece of shell: its arguments."""
    for line in block.replace("\\\n", " ").splitlines():
        words = shlex.shlex(line, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        command: list[str] = []
        is_file = False
        for word in [*words, ";"]:
            if ENDS.issuperset(word):
                yield from arguments_of(command)
                command = []
            elif not REDIRECTS.issuperset(word) and not is_file and (command or not NAMED.fullmatch(word)):
                command.append(word)
            is_file = REDIRECTS.issuperset(word)


def arguments_of(command: list[str]) -> Iterator[list[str]]:
    """What `ivr` is given, called by itself or in a container; nothing where something else is called."""
    if command and Path(command[0]).name == "ivr":
        yield command[1:]
    elif command[:2] == ["docker", "compose"]:
        for how, last in (("exec", "ivr"), ("run", "web")):
            if command[2] == how and last in command:
                yield command[command.index(last) + 1 :]
