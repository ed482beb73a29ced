"""The documentation site is built without a complaint, and loads nothing from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from tests.docs.pages import DOCS, ROOT

LOADED = (
    "//link[not(@rel='canonical')]/@href | //script/@src | //img/@src | //iframe/@src | //source/@src | //video/@src"
    " | //object/@data | //form/@action"
)
IN_STYLES = re.compile(r"(?:url\(|@import\s+)[\"']?((?:https?:)?//[^\"')]+)")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONWARNINGS": "default"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_built_and_every_link_leads_somewhere(built: Path) -> None:
    """The strict build refuses a link that leads nowhere."""
    pages = {page.relative_to(DOCS).with_suffix(".html") for page in DOCS.rglob("*.md")}
    for page in pages:
        as_built = page.with_name("index.html") if page.name == "README.html" else page
        assert (built / as_built).is_file(), page


def test_every_address_within_the_site_is_a_file_of_it(built: Path) -> None:
    """Also where a page is written in HTML, which the build does not look at."""
    for page in built.rglob("*.html"):
        for address in html.parse(page).xpath("//a/@href | //img/@src | //link/@href | //script/@src"):
            path = urlsplit(address)
            if not path.scheme and path.path and page.name != "404.html":  # which is served at any address
                assert (page.parent / unquote(path.path)).exists(), f"{page.relative_to(built)} leads to {address}"


def test_pages_load_nothing_from_elsewhere(built: Path) -> None:
    pages = sorted(built.rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        for address in html.parse(page).xpath(LOADED):
            assert not urlsplit(address).netloc, f"{page.name} loads {address}"


def test_styles_load_nothing_from_elsewhere(built: Path) -> None:
    for style in built.rglob("*.css"):
        assert IN_STYLES.findall(style.read_text(encoding="utf-8")) == [], style.name


def test_no_program_text_is_on_the_site(built: Path) -> None:
    assert list(built.rglob("*.py")) == []


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []
