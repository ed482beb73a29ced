"""What the documentation site works out when it is built: the list of decisions, and which pages are French."""

from pathlib import Path
from typing import Any

DECISIONS, GUIDE = "decisions", "guide/"


def on_config(config: Any) -> Any:
    """The decisions stand in the navigation in their order, a new one by itself."""
    found = sorted(Path(config["docs_dir"], DECISIONS).glob("[0-9]*.md"))
    pages = [f"{DECISIONS}/{file.name}" for file in found]
    for door in config["nav"]:
        for entries in door.values():
            if isinstance(entries, list) and {DECISIONS: DECISIONS} in entries:
                entries[entries.index({DECISIONS: DECISIONS})] = {"Decisions": pages}
    return config


def on_page_content(content: str, page: Any, **_: Any) -> str:
    """The guide is read aloud, and broken into lines, as French."""
    return f'<div lang="fr">{content}</div>' if page.file.src_uri.startswith(GUIDE) else content
