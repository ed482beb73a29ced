"""Every address of the site as every role and as a stranger; nobody sees another practice."""

import pytest
from flask import Flask

from ivr.actions.load_practice import load_practice
from ivr.security.guard import HOME, NEEDED, OPEN_ENDPOINTS
from ivr.security.roles import PERMISSIONS
from ivr.vocabulary import Role
from ivr.web.site import make_site
from tests.lines import STRANGER, SUNDAY, Line, lilas_practice
from tests.site.visitor import Visitor, somebody, visitor

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The roles know nothing of databases."""


def site_of(line: Line) -> Flask:
    return make_site(line.settings, line.engine, line.clock, line.app.extensions["ivr.line"].carrier.render)


def our_rules(site: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and an address of every page that is not the library's."""
    rules = []
    for rule in site.url_map.iter_rules():
        if rule.endpoint.startswith("security.") or rule.endpoint in OPEN_ENDPOINTS:
            continue
        address = rule.build(dict.fromkeys(rule.arguments, 1))
        assert address is not None
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        rules.append((rule.endpoint, method, address[1]))
    return rules


@on_one_database
def test_every_page_says_who_may_see_it(line: Line) -> None:
    site = site_of(line)
    assert [name for name, _, _ in our_rules(site) if not hasattr(site.view_functions[name], NEEDED)] == []


@on_one_database
def test_a_stranger_is_sent_to_sign_in_from_everywhere(line: Line) -> None:
    browser = visitor(line.app)
    for _, method, address in our_rules(site_of(line)):
        answer = browser.ask(address) if method == "GET" else browser.post_blindly(address)
        assert answer.status_code in {302, 400}, address
        if method == "GET":
            assert answer.headers["Location"].startswith("/admin/sign-in"), address


@on_one_database
@pytest.mark.parametrize("role", list(Role))
def test_each_role_sees_what_it_may_and_nothing_else(line: Line, role: Role) -> None:
    site, browser = site_of(line), somebody(line, role)
    browser.get("/admin/account")
    token = browser.token()
    for name, method, address in our_rules(site):
        if name == "account.sign_out_everywhere":
            continue
        permission = getattr(site.view_functions[name], NEEDED)
        if name == HOME and role is Role.OPERATOR:
            assert browser.ask(address).headers["Location"] == "/admin/installation"
            continue
        form = {"csrf_token": token}
        answer = browser.ask(address) if method == "GET" else browser.post_blindly(address, **form)
        may = permission in PERMISSIONS[role]
        assert (answer.status_code == 403) != may, (address, role, answer.status_code)
        assert "sign-in" not in answer.headers.get("Location", ""), (address, role)


def message_of(line: Line) -> int:
    """A stranger leaves a message; the task it makes."""
    phone = line.at(SUNDAY).ring(STRANGER, "2", "1", "1")
    phone.speak(9)
    return 1


@pytest.fixture
def neighbour(line: Line) -> Visitor:
    """An administrator of another practice in the same installation."""
    with line.engine.begin() as connection:
        load_practice(connection, lilas_practice())
    return somebody(line, Role.ADMINISTRATOR, practice="lilas")


def test_a_neighbour_sees_and_changes_nothing_of_ours(line: Line, neighbour: Visitor) -> None:
    task = message_of(line)
    ours = somebody(line, Role.PRACTITIONER)
    neighbour.get("/admin/")
    assert "Rien n’attend" in neighbour.reads()
    assert "01 99 00 22 22" not in neighbour.reads().replace("\xa0", " ")
    for act in ("done", "open", "owner"):
        neighbour.post(f"/admin/tasks/{task}/{act}", practitioner="")
        neighbour.get("/admin/")
    assert neighbour.get("/admin/messages/1/sound").status_code == 404
    ours.get("/admin/")
    assert "Message vocal" in ours.reads()
