"""What makes a page hard to use: what the checker axe finds for who cannot see, and width for who has a telephone."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")


def faults_for_who_cannot_see(page: Page) -> list[str]:
    """What the checker finds against its own rules and best practices."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{fault['id']}: {[node['html'][:120] for node in fault['nodes']]}" for fault in found]


def is_wider_than_the_screen(page: Page) -> bool:
    """Whether one would have to move it aside to read it."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
