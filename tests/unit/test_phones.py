"""Telephone numbers at the edge: what a carrier or a person writes, as values that cannot be wrong."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ivr.phones import (
    TELEMARKETING_PREFIXES,
    PhoneNumber,
    Withheld,
    can_receive_text,
    is_telemarketing,
    line_type,
    masked,
    national,
    read_caller,
    read_number,
)
from ivr.vocabulary import LineType

FRENCH = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param("anonymous", id="Twilio's word since 2022"),
        pytest.param("Anonymous", id="a capital letter"),
        pytest.param("RESTRICTED", id="capitals"),
        pytest.param("unavailable", id="unavailable"),
        pytest.param("unknown", id="unknown"),
        pytest.param("private", id="private"),
        pytest.param("Blocked", id="blocked"),
        pytest.param("withheld", id="our own word"),
        pytest.param("+266696687", id="ANONYMOUS on a keypad"),
        pytest.param("+7378742833", id="RESTRICTED on a keypad"),
        pytest.param("+2562533", id="BLOCKED on a keypad"),
        pytest.param("+8656696", id="UNKNOWN on a keypad"),
        pytest.param("+86282452253", id="UNAVAILABLE on a keypad"),
        pytest.param("  +266696687 ", id="spaces around"),
        pytest.param("", id="nothing"),
        pytest.param(" ", id="a space"),
        pytest.param("+", id="a plus alone"),
        pytest.param("15", id="a short number"),
        pytest.param("+33", id="a country code alone"),
        pytest.param("+999123456789", id="no such country"),
        pytest.param("sip:anonymous@anonymous.invalid", id="a SIP address"),
        pytest.param("client:jeanne", id="a client of the carrier"),
        pytest.param("+331990012341234567", id="too long"),
        pytest.param("٠١٩٩٠٠١٢٣٤", id="digits of another script"),
    ],
)
def test_a_caller_without_a_plausible_number_is_withheld(raw: str) -> None:
    assert read_caller(raw, "FR") == Withheld()


@pytest.mark.parametrize(
    ("raw", "country", "e164"),
    [
        pytest.param("01 99 00 12 34", "FR", "+33199001234", id="geographic with spaces"),
        pytest.param("01.99.00.12.34", "FR", "+33199001234", id="dots"),
        pytest.param("01-99-00-12-34", "FR", "+33199001234", id="dashes"),
        pytest.param("01\u00a099\u202f00 12 34", "FR", "+33199001234", id="no-break spaces"),
        pytest.param("+33 (0)1 99 00 12 34", "FR", "+33199001234", id="a zero in brackets"),
        pytest.param("0033 1 99 00 12 34", "FR", "+33199001234", id="00 for the plus"),
        pytest.param("33199001234", "FR", "+33199001234", id="a code without its plus"),
        pytest.param("0712345678", "FR", "+33712345678", id="07 mobile"),
        pytest.param("0912345678", "FR", "+33912345678", id="09"),
        pytest.param("0590123456", "FR", "+590590123456", id="Guadeloupe, landline"),
        pytest.param("0690123456", "FR", "+590690123456", id="Guadeloupe, mobile"),
        pytest.param("0691123456", "FR", "+590691123456", id="Guadeloupe, new mobile"),
        pytest.param("0594123456", "FR", "+594594123456", id="Guyane, landline"),
        pytest.param("0694123456", "FR", "+594694123456", id="Guyane, mobile"),
        pytest.param("0596123456", "FR", "+596596123456", id="Martinique, landline"),
        pytest.param("0696123456", "FR", "+596696123456", id="Martinique, mobile"),
        pytest.param("0697123456", "FR", "+596697123456", id="Martinique, new mobile"),
        pytest.param("0262123456", "FR", "+262262123456", id="La Réunion, landline"),
        pytest.param("0692 12 34 56", "FR", "+262692123456", id="La Réunion, mobile"),
        pytest.param("0693123456", "FR", "+262693123456", id="La Réunion, new mobile"),
        pytest.param("0269123456", "FR", "+262269123456", id="Mayotte, landline"),
        pytest.param("0639123456", "FR", "+262639123456", id="Mayotte, mobile"),
        pytest.param("0639981111", "FR", "+33639981111", id="fiction, inside the 0639 of Mayotte"),
        pytest.param("06 39 98 00 01", "FR", "+33639980001", id="fiction, first number"),
        pytest.param("06 39 97 99 99", "FR", "+262639979999", id="just before fiction"),
        pytest.param("06 39 99 00 00", "FR", "+262639990000", id="just after fiction"),
        pytest.param("0692123456", "RE", "+262692123456", id="La Réunion at home"),
        pytest.param("0508 41 22 33", "FR", "+508412233", id="Saint-Pierre on the mainland"),
        pytest.param("0508 41 22 33", "PM", "+508412233", id="Saint-Pierre at home, ten digits"),
        pytest.param("41 22 33", "PM", "+508412233", id="Saint-Pierre at home, six digits"),
        pytest.param("0690123456", "RE", "+590690123456", id="Guadeloupe from La Réunion"),
        pytest.param("+262 692 12 34 56", "FR", "+262692123456", id="overseas with its code"),
        pytest.param("00262692123456", "FR", "+262692123456", id="overseas with 00"),
        pytest.param("+32 470 12 34 56", "FR", "+32470123456", id="Belgian"),
        pytest.param("0044 20 7946 0018", "FR", "+442079460018", id="British with 00"),
        pytest.param("+1 202 555 0123", "FR", "+12025550123", id="American"),
        pytest.param("0470 12 34 56", "BE", "+32470123456", id="national form in Belgium"),
        pytest.param("+687 12 34 56", "FR", "+687123456", id="Nouvelle-Calédonie"),
        pytest.param("+33 1 63 99 99 99", "FR", "+33163999999", id="a range not in the metadata"),
    ],
)
def test_a_number_is_read_by_the_plan_of_its_country(raw: str, country: str, e164: str) -> None:
    assert read_number(raw, country) == PhoneNumber(e164)
    assert read_caller(raw, country) == PhoneNumber(e164)


@pytest.mark.parametrize("country", ["RE", "GP", "MQ", "GF", "YT"])
@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        pytest.param("01 99 00 12 34", "+33199001234", id="mainland landline"),
        pytest.param("06 12 34 56 78", "+33612345678", id="mainland mobile"),
        pytest.param("06 39 98 11 11", "+33639981111", id="fiction"),
    ],
)
def test_ten_digits_of_the_mainland_stay_those_of_the_mainland_overseas(country: str, raw: str, e164: str) -> None:
    assert read_number(raw, country) == PhoneNumber(e164)


@pytest.mark.parametrize(
    "raw",
    [*("", "abc", "01 99 00", "+", "15", "+999123456789", "0199001234 ext 5"), "01 99 00 12 3", "01 99 00 12 34 5"],
)
def test_what_is_no_number_is_refused_with_the_remedy(raw: str) -> None:
    with pytest.raises(ValueError, match=re.escape("write it like 01 99 00 12 34")):
        read_number(raw, "FR")


@given(raw=st.text(), country=st.sampled_from((*FRENCH, "BE", "US")))
@example(raw="+00000000000", country="FR")
@example(raw="0" * 17, country="FR")
@example(raw="\ud800", country="FR")
@settings(max_examples=200, deadline=None)
def test_no_text_of_a_carrier_is_a_mistake(raw: str, country: str) -> None:
    assert isinstance(read_caller(raw, country), PhoneNumber | Withheld)


@given(raw=st.from_regex(r"\+?[0-9 .()-]{5,19}", fullmatch=True), country=st.sampled_from(FRENCH))
@settings(max_examples=300, deadline=None)
def test_a_number_once_read_reads_back_the_same_and_can_be_shown(raw: str, country: str) -> None:
    number = read_caller(raw, country)
    if isinstance(number, PhoneNumber):
        assert re.fullmatch(r"\+[1-9]\d{5,17}", number.e164)
        assert read_number(number.e164, country) == number
        assert re.fullmatch(r"\+?\d+", national(number, country))
        assert number.e164 not in masked(number)
        assert isinstance(can_receive_text(number), bool)
        assert isinstance(is_telemarketing(number), bool)


@pytest.mark.parametrize("prefix", TELEMARKETING_PREFIXES)
@pytest.mark.parametrize("code", ["+33", "+262", "+590"])
def test_a_telemarketing_range_is_recognised_under_every_french_code(prefix: str, code: str) -> None:
    assert is_telemarketing(PhoneNumber(f"{code}{prefix[1:]}".ljust(len(code) + 9, "7")))


@pytest.mark.parametrize(
    "e164",
    [
        pytest.param("+33161123456", id="0161, a neighbour"),
        pytest.param("+33164123456", id="0164, a neighbour"),
        pytest.param("+33947412345", id="09474, a neighbour"),
        pytest.param("+33950123456", id="0950, a neighbour"),
        pytest.param("+33199001234", id="fiction"),
        pytest.param("+33639981111", id="a mobile"),
        pytest.param("+32162123456", id="the same digits in Belgium"),
    ],
)
def test_other_numbers_are_not_taken_for_telemarketing(e164: str) -> None:
    assert not is_telemarketing(PhoneNumber(e164))


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        pytest.param(PhoneNumber("+33639981111"), True, id="mobile, fiction"),
        pytest.param(PhoneNumber("+33700000000"), True, id="07 before the metadata"),
        pytest.param(PhoneNumber("+262692123456"), True, id="mobile of La Réunion"),
        pytest.param(PhoneNumber("+590690123456"), True, id="mobile of Guadeloupe"),
        pytest.param(PhoneNumber("+262639123456"), True, id="mobile of Mayotte before the metadata"),
        pytest.param(PhoneNumber("+32470123456"), True, id="Belgian mobile"),
        pytest.param(PhoneNumber("+12025550123"), True, id="American: either kind"),
        pytest.param(PhoneNumber("+33199001234"), False, id="landline"),
        pytest.param(PhoneNumber("+262262123456"), False, id="landline of La Réunion"),
        pytest.param(PhoneNumber("+33912345678"), False, id="09"),
        pytest.param(PhoneNumber("+33800123456"), False, id="08"),
        pytest.param(Withheld(), False, id="hidden"),
    ],
)
def test_only_mobiles_are_texted(number: PhoneNumber | Withheld, answer: bool) -> None:
    assert can_receive_text(number) is answer


@pytest.mark.parametrize(
    ("e164", "country", "written"),
    [
        pytest.param("+33199001234", "FR", "0199001234", id="mainland at home"),
        pytest.param("+262692123456", "FR", "0692123456", id="overseas on the mainland"),
        pytest.param("+33199001234", "RE", "0199001234", id="mainland overseas"),
        pytest.param("+590690123456", "RE", "0690123456", id="overseas elsewhere overseas"),
        pytest.param("+508412233", "FR", "0508412233", id="Saint-Pierre on the mainland"),
        pytest.param("+32470123456", "FR", "+32470123456", id="foreign keeps its code"),
        pytest.param("+32470123456", "BE", "0470123456", id="Belgium at home"),
        pytest.param("+33199001234", "BE", "+33199001234", id="French in Belgium"),
        pytest.param("+687123456", "FR", "+687123456", id="outside the ten-digit plan"),
    ],
)
def test_a_number_is_shown_as_people_there_dial_it(e164: str, country: str, written: str) -> None:
    assert national(PhoneNumber(e164), country) == written


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        pytest.param(PhoneNumber("+33639981178"), "+336…78", id="a number"),
        pytest.param(Withheld(), "withheld", id="hidden"),
    ],
)
def test_logs_see_a_number_masked(number: PhoneNumber | Withheld, shown: str) -> None:
    assert masked(number) == shown


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        pytest.param("06 12 34 56 78", LineType.MOBILE, id="mainland mobile"),
        pytest.param("01 87 65 43 21", LineType.LANDLINE, id="mainland landline"),
        pytest.param("09 12 34 56 78", LineType.SPECIAL, id="09"),
        pytest.param("0806 00 00 00", LineType.SPECIAL, id="shared cost"),
        pytest.param("0692 12 34 56", LineType.MOBILE, id="La Réunion, mobile"),
        pytest.param("0262 12 34 56", LineType.LANDLINE, id="La Réunion, landline"),
        pytest.param("0639 12 34 56", LineType.MOBILE, id="Mayotte, mobile"),
        pytest.param("0269 60 34 56", LineType.LANDLINE, id="Mayotte, landline"),
        pytest.param("0690 12 34 56", LineType.MOBILE, id="Guadeloupe, mobile"),
        pytest.param("0590 27 34 56", LineType.LANDLINE, id="Guadeloupe, landline"),
        pytest.param("0694 12 34 56", LineType.MOBILE, id="Guyane, mobile"),
        pytest.param("0696 12 34 56", LineType.MOBILE, id="Martinique, mobile"),
        pytest.param("0508 55 12 34", LineType.MOBILE, id="Saint-Pierre-et-Miquelon, mobile"),
        pytest.param("0508 41 12 34", LineType.LANDLINE, id="Saint-Pierre-et-Miquelon, landline"),
        pytest.param("+687 75 12 34", LineType.MOBILE, id="Nouvelle-Calédonie, mobile"),
        pytest.param("+687 27 12 34", LineType.LANDLINE, id="Nouvelle-Calédonie, landline"),
        pytest.param("+689 87 12 34 56", LineType.MOBILE, id="Polynésie, mobile"),
        pytest.param("+689 40 50 12 34", LineType.LANDLINE, id="Polynésie, landline"),
        pytest.param("+32 470 12 34 56", LineType.MOBILE, id="Belgium, mobile"),
        pytest.param("+32 2 234 56 78", LineType.LANDLINE, id="Belgium, landline"),
        pytest.param("+41 79 123 45 67", LineType.MOBILE, id="Switzerland, mobile"),
        pytest.param("+49 170 1234567", LineType.MOBILE, id="Germany, mobile"),
        pytest.param("+1 212 555 2368", LineType.EITHER, id="North America"),
    ],
)
def test_the_number_plan_tells_what_kind_of_line_it_is(written: str, kind: LineType) -> None:
    number = read_number(written, "FR")
    assert line_type(number) is kind
    assert can_receive_text(number) is (kind in {LineType.MOBILE, LineType.EITHER})
