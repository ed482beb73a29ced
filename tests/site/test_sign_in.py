"""Signing in: a link that works once, a password, a second factor, lock-out, and sessions that can be ended."""

import base64
import email
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from ivr.actions.people import LOCKED_FOR, MOST_FAILURES
from ivr.app import make_app
from ivr.vocabulary import Language, Role
from tests.lines import Line
from tests.site.visitor import PASSWORD, PUBLIC, REFERRED, Visitor, invited, somebody, visitor

EMAIL = "martin@pasteur.example"
TODAY = "Appels du jour"
WRONG = "Échec de l'authentification"


def choose_password(browser: Visitor, password: str = PASSWORD) -> None:
    browser.get("/admin/password")
    browser.post("/admin/password", new_password=password, new_password_confirm=password)


def sign_in(line: Line, password: str = PASSWORD, address: str = EMAIL) -> Visitor:
    browser = visitor(line.app)
    browser.get("/admin/sign-in")
    browser.post("/admin/sign-in", email=address, password=password)
    return browser


@pytest.fixture
def martin(line: Line) -> Visitor:
    """A practitioner who has chosen a password."""
    browser = somebody(line, Role.PRACTITIONER, EMAIL)
    choose_password(browser)
    return browser


def test_a_link_signs_in_once_and_asks_for_a_password(line: Line) -> None:
    token = invited(line, Role.PRACTITIONER, EMAIL)
    browser = visitor(line.app)
    assert "Une practitioner" in browser.get(f"/admin/invitation/{token}").text
    browser.get(f"/admin/invitation/{token}")
    assert "mot de passe" in browser.post(f"/admin/invitation/{token}").text
    assert TODAY in browser.get("/admin/").text
    assert visitor(line.app).get(f"/admin/invitation/{token}").status_code == 404


def test_a_link_is_too_old_after_three_days(line: Line) -> None:
    token = invited(line, Role.PRACTITIONER, EMAIL)
    line.clock.pass_seconds(timedelta(days=3).total_seconds())
    assert visitor(line.app).get(f"/admin/invitation/{token}").status_code == 404


def test_a_password_signs_in_whatever_the_case_of_the_address(line: Line, martin: Visitor) -> None:
    assert TODAY in sign_in(line, address=EMAIL.upper()).get("/admin/").text
    assert TODAY in martin.get("/admin/").text


@pytest.mark.parametrize("address", [EMAIL, "nobody@pasteur.example"])
def test_who_guesses_is_not_told_whether_there_is_an_account(line: Line, martin: Visitor, address: str) -> None:
    told = sign_in(line, "pas la bonne phrase", address).reads()
    assert WRONG in told
    assert "Aujourd’hui" not in told


def test_ten_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(line: Line, martin: Visitor) -> None:
    for _ in range(MOST_FAILURES):
        sign_in(line, "pas la bonne phrase")
    assert WRONG in sign_in(line).reads()
    line.clock.pass_seconds(LOCKED_FOR.total_seconds())
    assert TODAY in sign_in(line).get("/admin/").text


def test_a_right_password_forgets_the_wrong_ones(line: Line, martin: Visitor) -> None:
    for _ in range(2):
        for _ in range(MOST_FAILURES - 1):
            sign_in(line, "pas la bonne phrase")
        assert TODAY in sign_in(line).get("/admin/").text


def test_signing_out_everywhere_ends_every_session(line: Line, martin: Visitor) -> None:
    other = sign_in(line)
    martin.get("/admin/account")
    assert "déconnecté partout" in martin.post("/admin/account/sessions").text
    for browser in (martin, other):
        assert "Mot de passe" in browser.get("/admin/").text


def test_a_form_without_its_token_is_refused(line: Line, martin: Visitor) -> None:
    for address in ("/admin/account/language", "/admin/sign-out", "/admin/tasks/1/done"):
        assert martin.post_blindly(address, language="en").status_code == 400


def test_a_forgotten_password_is_chosen_anew_by_a_link_in_the_mail(line: Line, martin: Visitor) -> None:
    browser = visitor(line.app)
    browser.get("/admin/forgotten")
    for address in (EMAIL, "nobody@pasteur.example"):
        browser.post("/admin/forgotten", email=address)
        browser.get("/admin/forgotten")
    (link,) = re.findall(r"https://ivr\.example\.test(/admin/forgotten/\S+)", mail_of(line))
    browser.get(link)
    browser.post(link, password="une autre phrase longue", password_confirm="une autre phrase longue")
    assert WRONG in sign_in(line).reads()
    assert TODAY in sign_in(line, "une autre phrase longue").get("/admin/").text


def mail_of(line: Line) -> str:
    """All that was sent: without a server it lies in a folder."""
    found = [email.message_from_bytes(f.read_bytes(), policy=policy.default) for f in mail_folder(line).iterdir()]
    return "\n".join(message.get_content() for message in found)


def mail_folder(line: Line) -> Path:
    return line.settings.data_dir / "mail"


def test_an_authenticator_is_asked_for_once_it_is_set_up(line: Line, martin: Visitor) -> None:
    martin.get("/admin/tf-setup")
    martin.post("/admin/tf-setup", setup="authenticator")
    (secret,) = re.findall(r"(?:[A-Z2-7]{4}-){7}[A-Z2-7]{4}", martin.reads())
    confirm = martin.page.xpath("//form[contains(@action, 'tf-setup/')]/@action")[0]
    martin.post(confirm, code=code_of(secret))
    browser = sign_in(line)
    assert TODAY not in browser.get("/admin/").text
    browser = sign_in(line)
    browser.post("/admin/tf-validate", code="000000")
    assert TODAY not in browser.reads()
    browser.post("/admin/tf-validate", code=code_of(secret))
    assert TODAY in browser.get("/admin/").text


def code_of(secret: str) -> str:
    """What the authenticator shows now, by the machine's own clock as the library reads it."""
    key = base64.b32decode(secret.replace("-", ""))
    return TOTP(key, 6, SHA1(), 30, enforce_key_length=False).generate(int(time.time())).decode()  # noqa: S303 the standard


def test_the_only_second_factor_there_is_stands_chosen(martin: Visitor) -> None:
    martin.get("/admin/tf-setup")
    assert martin.page.xpath("//input[@name='setup'][@value='authenticator'][@checked]")


def test_english_is_a_choice(line: Line) -> None:
    browser = visitor(line.app)
    token = invited(line, Role.PRACTITIONER, EMAIL, language=Language.ENGLISH)
    browser.get(f"/admin/invitation/{token}")
    browser.post(f"/admin/invitation/{token}")
    assert "Calls of the day" in browser.get("/admin/").text
    browser.get("/admin/account")
    browser.post("/admin/account/language", language="fr")
    assert TODAY in browser.get("/admin/").text


def test_every_answer_forbids_what_is_foreign_or_inline(line: Line, martin: Visitor) -> None:
    for address in ("/admin/sign-in", "/admin/", "/admin/account", "/admin/static/site.css", "/admin/nowhere"):
        headers = visitor(line.app).get(address).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Strict-Transport-Security"]
    cookies = martin.get("/admin/sign-in").request.headers.get("Cookie", "")
    assert "__Host-ivr=" in cookies


def test_many_guesses_at_once_lock_the_account_too(line: Line, martin: Visitor) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sign_in(line, "pas la bonne phrase"), range(MOST_FAILURES)))
    assert WRONG in sign_in(line).reads()


def test_links_in_mails_are_made_of_the_public_address_alone(line: Line, martin: Visitor) -> None:
    browser = visitor(line.app)
    browser.get("/admin/forgotten", Host="evil.test")
    form = {"csrf_token": browser.token(), "email": EMAIL}
    headers = REFERRED | {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    browser.client.post("/admin/forgotten", data=form, headers=headers, **PUBLIC)
    assert "evil.test" not in mail_of(line)
    assert "https://ivr.example.test/admin/forgotten/" in mail_of(line)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_stripped", [False, True])
def test_the_site_lives_below_a_public_path(line: Line, is_stripped: bool) -> None:
    """The proxy hands the path on as it came, or without the prefix."""
    settings = line.settings.model_copy(update={"public_url": "https://ivr.example.test/prefix"})
    browser = visitor(make_app(settings, line.engine, line.clock))
    base = "" if is_stripped else "/prefix"
    asked = browser.client.get(f"{base}/admin/leave?a=b", **PUBLIC)
    assert asked.headers["Location"] == "/prefix/admin/sign-in?next=/prefix/admin/leave?a%3Db"
    page = browser.client.get(f"{base}/admin/sign-in", **PUBLIC).text
    assert 'action="/prefix/admin/sign-in"' in page
    assert 'href="/prefix/admin/static/site.css"' in page


@pytest.mark.parametrize("address", ["/admin/tasks/9223372036854775808/done", "/admin/tasks/0/done"])
def test_a_task_that_cannot_be_is_not_there(martin: Visitor, address: str) -> None:
    martin.get("/admin/account")
    assert martin.post(address).status_code in {200, 404}
    assert martin.get("/admin/messages/99999999999999999999999/sound").status_code == 404


def test_a_cookie_that_was_kept_opens_nothing_after_signing_out(line: Line, martin: Visitor) -> None:
    cookie = martin.client.get_cookie("__Host-ivr", domain="ivr.example.test")
    assert cookie is not None
    martin.get("/admin/account")
    martin.post("/admin/sign-out")
    thief = visitor(line.app)
    thief.client.set_cookie("__Host-ivr", cookie.value, domain="ivr.example.test", secure=True)
    for address in ("/admin/", "/admin/account", "/admin/password"):
        assert thief.ask(address).headers["Location"].startswith("/admin/sign-in"), address
    assert TODAY in sign_in(line).get("/admin/").text


def test_a_page_that_renews_itself_keeps_nobody_signed_in(martin: Visitor) -> None:
    assert "Set-Cookie" in martin.ask("/admin/").headers
    assert "Set-Cookie" not in martin.ask("/admin/today/live").headers


def test_who_was_signed_out_while_a_page_was_open_comes_back_to_that_page(line: Line) -> None:
    parts = {"/admin/today/live": "/admin/", "/admin/patients?q=du": "/admin/patients"}
    for part, shown in parts.items():
        headers = {"HX-Request": "true", "HX-Current-URL": f"https://ivr.example.test{shown}"}
        answer = visitor(line.app).client.get(part, headers=headers, **PUBLIC)
        assert answer.headers["HX-Redirect"] == f"/admin/sign-in?next={shown}"
