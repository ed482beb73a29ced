"""The way into the patient space: nobody comes in by a link alone."""

from datetime import date, timedelta
from ipaddress import ip_network

import pytest
from sqlalchemy import delete, func, select

from db.engine import reading
from db.models.access import AccessRow
from db.models.patients import PatientRow, PhoneRow
from db.models.promises import TextRefusalRow
from db.models.visits import VisitRow
from ivr.actions.proofs import MOST_A_DAY
from ivr.actions.visits import CODES_A_DAY, IDLE, LINKS_A_DAY, LONGEST_VISIT, MOST_TRIES
from ivr.app import make_app
from ivr.phones import PhoneNumber
from ivr.security.limits import TRIES
from ivr.vocabulary import Language, Role
from tests.lines import Line, all_of
from tests.site.visitor import Visitor, id_of_practice, somebody, visitor
from tests.space.coming import (
    ANN,
    ANNS_BIRTHDAY,
    CLAIRE,
    CLAIRES_BIRTHDAY,
    JEANNE,
    JEANNES_BIRTHDAY,
    PAUL,
    PAULS_BIRTHDAY,
    a_link,
    a_link_by_telephone,
    inside,
    tell_birthday,
    texts,
)

WRONG = date(1985, 4, 13)
TRIES_A_MINUTE = int(TRIES.partition(" ")[0])


def status(browser: Visitor) -> int:
    assert browser.shown is not None
    return browser.shown.status_code


def is_inside(browser: Visitor) -> bool:
    """Whether that browser is shown its appointments."""
    return browser.ask("/p/appointments").status_code == 200


def code_sent(line: Line) -> str:
    return texts(line, "SMS-CODE")[-1].fields["code"]


def test_the_link_of_a_call_and_the_birth_date_lead_to_ones_own_pages(line: Line) -> None:
    browser = tell_birthday(visitor(line.app), a_link_by_telephone(line, PAUL), PAULS_BIRTHDAY)
    assert "Vos rendez-vous" in browser.reads()


def test_whoever_opens_the_link_of_another_sees_no_name_and_no_appointment(line: Line) -> None:
    browser = visitor(line.app)
    browser.get(a_link(line))
    for told in ("Claire", "Léo", "Bernard", "décembre", "06 39"):
        assert told not in browser.reads()
    assert not is_inside(browser)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        pytest.param("13", "4", "1985", id="another day"),
        pytest.param("31", "2", "1985", id="no day"),
        pytest.param("", "", "", id="nothing"),
        pytest.param("٠٥", "4", "1985", id="digits of another script"),
        pytest.param("12", "4", "99999", id="a year too long"),
        pytest.param("0", "0", "0", id="zeros"),
        pytest.param("-1", "4", "1985", id="a sign"),
    ],
)
def test_a_wrong_birth_date_lets_nobody_in(line: Line, day: str, month: str, year: str) -> None:
    browser, link = visitor(line.app), a_link(line)
    browser.get(link)
    browser.post(link, day=day, month=month, year=year)
    assert status(browser) in {400, 403}
    assert not is_inside(browser)


def test_the_birth_date_of_a_relative_on_another_number_opens_nothing(line: Line) -> None:
    browser = tell_birthday(visitor(line.app), a_link(line, JEANNE), CLAIRES_BIRTHDAY)
    assert status(browser) == 403


def test_a_right_date_after_too_many_wrong_ones_is_not_looked_at(line: Line) -> None:
    browser, link = visitor(line.app), a_link(line)
    for _ in range(MOST_A_DAY):
        assert status(tell_birthday(browser, link, WRONG)) == 403
    assert status(tell_birthday(browser, link, CLAIRES_BIRTHDAY)) == 429
    line.clock.now += timedelta(days=1, seconds=1)
    assert is_inside(tell_birthday(visitor(line.app), a_link(line), CLAIRES_BIRTHDAY))


def test_two_patients_of_one_number_each_come_to_their_own(line: Line) -> None:
    browser = tell_birthday(visitor(line.app), a_link(line), date(2019, 6, 21))
    assert is_inside(browser)
    assert "Claire" not in browser.reads()


def test_who_comes_back_in_the_same_browser_is_asked_nothing(line: Line) -> None:
    link = a_link(line)
    browser = tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    browser.get(link)
    assert "Vos rendez-vous" in browser.reads()


def test_a_link_that_was_used_asks_elsewhere_for_a_code_too(line: Line) -> None:
    link = a_link(line)
    tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    other = tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    assert not is_inside(other)
    assert texts(line, "SMS-CODE")[0].to == PhoneNumber(CLAIRE)
    other.post(f"{link}/code", code=f" {code_sent(line)[:3]} {code_sent(line)[3:]}")
    assert "Vos rendez-vous" in other.reads()


def test_a_code_is_good_once_for_ten_minutes_and_for_few_tries(line: Line) -> None:
    link = a_link(line)
    tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    for spoil in ("tries", "time", "use"):
        other = tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
        right = code_sent(line)
        if spoil == "tries":
            for _ in range(MOST_TRIES):
                other.post(f"{link}/code", code=wrong(right))
        if spoil == "time":
            line.clock.now += timedelta(minutes=10)
        if spoil == "use":
            keeper = other.client.get_cookie("__Secure-ivr-patient", "ivr.example.test", "/p")
            other.post(f"{link}/code", code=right)
            assert keeper is not None
            other.client.set_cookie("__Secure-ivr-patient", keeper.value, domain="ivr.example.test", path="/p")
            other.get(f"{link}/code")
        other.post(f"{link}/code", code=right)
        assert (spoil, status(other)) == (spoil, 403)
        assert not is_inside(other)


def wrong(code: str) -> str:
    return str((int(code) + 1) % 1_000_000).zfill(6)


def test_visitors_behind_our_proxy_are_counted_apart(line: Line) -> None:
    behind = line.settings.model_copy(update={"trusted_proxies": (ip_network("10.0.0.0/8"),)})
    app = make_app(behind, line.engine, line.clock)

    def from_address(address: str) -> Visitor:
        browser = visitor(app)
        browser.client.environ_base |= {"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": address}
        return browser

    guesser, guessed = from_address("198.51.100.7"), a_link(line, JEANNE)
    for _ in range(TRIES_A_MINUTE):
        tell_birthday(guesser, guessed, WRONG)
    assert status(tell_birthday(guesser, a_link(line), CLAIRES_BIRTHDAY)) == 429
    assert is_inside(tell_birthday(from_address("203.0.113.9"), a_link(line), CLAIRES_BIRTHDAY))


def test_a_number_is_sent_few_codes_a_day(line: Line) -> None:
    link = a_link(line)
    for _ in range(CODES_A_DAY + 1):
        tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    refused = tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    assert status(refused) == 429
    assert len(texts(line, "SMS-CODE")) == CODES_A_DAY


def test_a_link_is_good_for_a_day_then_a_new_one_goes_to_the_same_number(line: Line) -> None:
    link = a_link(line)
    line.clock.now += timedelta(days=1)
    browser = tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    assert "Ce lien n’est plus valable" in browser.reads()
    browser.post(f"{link}/again")
    new = texts(line, "SMS-SPACE")[-1]
    assert new.to == PhoneNumber(CLAIRE)
    assert is_inside(tell_birthday(browser, f"/p/{new.token}", CLAIRES_BIRTHDAY))
    for _ in range(LINKS_A_DAY):
        browser.post(f"{link}/again")
    assert len(texts(line, "SMS-SPACE")) == 1 + LINKS_A_DAY


def test_nothing_is_sent_to_who_wrote_stop(line: Line) -> None:
    link = a_link(line)
    tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)
    with line.engine.begin() as connection:
        refused = {"practice_id": id_of_practice(line.engine, "pasteur"), "number": PhoneNumber(CLAIRE)}
        connection.execute(TextRefusalRow.__table__.insert().values(refused | {"since_at": line.clock.now}))  # type: ignore[attr-defined]
    assert status(tell_birthday(visitor(line.app), link, CLAIRES_BIRTHDAY)) == 429
    assert texts(line, "SMS-CODE") == []


@pytest.mark.parametrize("pause", [IDLE, LONGEST_VISIT], ids=["an hour without a page", "half a day in all"])
def test_a_visit_ends_by_itself(line: Line, pause: timedelta) -> None:
    browser = inside(line)
    steps = 1 if pause == IDLE else 2 * (LONGEST_VISIT // IDLE)
    for _ in range(steps):
        line.clock.now += pause / steps
        is_inside(browser)
    assert not is_inside(browser)


def test_a_number_taken_from_the_patient_ends_the_visit(line: Line) -> None:
    browser = inside(line)
    with line.engine.begin() as connection:
        connection.execute(delete(PhoneRow).where(PhoneRow.number == PhoneNumber(CLAIRE)))
    assert not is_inside(browser)


def test_who_leaves_is_out_whoever_kept_the_cookie(line: Line) -> None:
    browser = inside(line)
    kept = browser.client.get_cookie("__Secure-ivr-patient", "ivr.example.test", "/p")
    assert kept is not None
    browser.post("/p/leave")
    browser.client.set_cookie("__Secure-ivr-patient", kept.value, domain="ivr.example.test", path="/p")
    assert not is_inside(browser)


def test_the_cookie_goes_to_the_patient_space_alone_and_no_script_reads_it(line: Line) -> None:
    browser = visitor(line.app)
    link = a_link(line)
    browser.get(link)
    shown = browser.client.post(
        link,
        data={"csrf_token": browser.token(), "day": "12", "month": "4", "year": "1985"},
        base_url="https://ivr.example.test",
        headers={"Referer": "https://ivr.example.test/p/"},
    )
    cookie = shown.headers["Set-Cookie"]
    for part in ("__Secure-ivr-patient=", "Secure", "HttpOnly", "Path=/p", "SameSite=Lax"):
        assert part in cookie


def test_a_form_from_elsewhere_does_nothing(line: Line) -> None:
    browser, link = visitor(line.app), a_link(line)
    born = {"day": "12", "month": "4", "year": "1985"}
    assert browser.post_blindly(link, **born).status_code == 400
    assert not is_inside(browser)


def test_every_visit_is_in_the_access_log(line: Line) -> None:
    inside(line)
    with reading(line.engine)() as connection:
        entries = connection.execute(select(AccessRow.actor, AccessRow.action, AccessRow.subject)).all()
    claire = entries[0].subject
    assert [tuple(entry) for entry in entries[:2]] == [(claire, "visited", claire), (claire, "opened", claire)]


@pytest.mark.parametrize("page", ["/p/appointments", "/p/documents", "/p/relatives"])
def test_that_a_relatives_record_was_seen_is_in_the_access_log_of_the_relative(line: Line, page: str) -> None:
    browser = inside(line)
    with line.engine.begin() as connection:
        connection.execute(delete(AccessRow))
        leo = connection.execute(select(PatientRow.id).where(PatientRow.key == "bernard-leo")).scalar_one()
    browser.get(page)
    seen = {(row.actor, row.action, row.subject) for row in all_of(line.engine, AccessRow)}
    claire = next(actor for actor, _, _ in seen)
    assert (claire, "opened", f"patient {leo}") in seen
    assert claire != f"patient {leo}"


def test_the_space_speaks_the_language_of_the_link_then_of_the_patient(line: Line) -> None:
    browser, link = visitor(line.app), a_link(line, ANN, language=Language.ENGLISH)
    browser.get(link)
    assert "Your date of birth" in browser.reads()
    tell_birthday(browser, link, ANNS_BIRTHDAY)
    assert "Your appointments" in browser.reads()


def test_the_cookie_of_the_space_opens_nothing_of_the_site_and_the_other_way_round(line: Line) -> None:
    browser = inside(line)
    kept = browser.client.get_cookie("__Secure-ivr-patient", "ivr.example.test", "/p")
    assert kept is not None
    browser.client.set_cookie("__Host-ivr", kept.value, domain="ivr.example.test")
    assert browser.ask("/admin/").status_code == 302
    doctor = somebody(line, Role.ADMINISTRATOR)
    assert not is_inside(doctor)


def test_the_links_of_the_space_are_hidden_from_addresses_elsewhere(line: Line) -> None:
    page = visitor(line.app).get(a_link(line))
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]


def test_wrong_dates_of_one_practice_do_not_count_in_another(line: Line) -> None:
    tell_birthday(visitor(line.app), a_link(line, JEANNE), WRONG)
    with reading(line.engine)() as connection:
        assert connection.execute(select(func.count()).select_from(VisitRow)).scalar_one() == 0
    assert is_inside(tell_birthday(visitor(line.app), a_link(line, JEANNE), JEANNES_BIRTHDAY))
