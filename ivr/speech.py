"""Days, hours, numbers and names in words, as the assistant says them and as SMS and pages write them."""

from datetime import date, datetime, timedelta

from ivr.hours import DayRange
from ivr.phones import PhoneNumber, national
from ivr.vocabulary import Language

FRENCH_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FRENCH_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NOON = 12
SHORT_NUMBER = 3
NO_BREAK = "\u00a0"


def spoken_day(day: date, language: Language) -> str:
    """`mardi 12 mai`, and `premier` as people say it; the year is left out."""
    return f"{spoken_weekday(day, language)} {spoken_date(day, language)}"


def spoken_weekday(day: date, language: Language) -> str:
    """`mardi`, `Tuesday`."""
    return (FRENCH_DAYS if language is Language.FRENCH else ENGLISH_DAYS)[day.weekday()]


def spoken_date(day: date, language: Language) -> str:
    """`12 mai`, `premier décembre`; the weekday and the year are left out."""
    if language is Language.FRENCH:
        return f"{'premier' if day.day == 1 else day.day} {FRENCH_MONTHS[day.month - 1]}"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1]}"


def spoken_time(moment: datetime, language: Language) -> str:
    """`14 heures 30`, `2:30 PM`; midnight and noon by their names."""
    if language is Language.FRENCH:
        hour = {0: "minuit", 1: "1 heure", NOON: "midi"}.get(moment.hour, f"{moment.hour} heures")
        return f"{hour} {moment.minute}" if moment.minute else hour
    if moment.minute == 0 and moment.hour in {0, NOON}:
        return "noon" if moment.hour else "midnight"
    half = "AM" if moment.hour < NOON else "PM"
    hour_number = moment.hour % NOON or NOON
    return f"{hour_number}:{moment.minute:02d} {half}" if moment.minute else f"{hour_number} {half}"


def spoken_moment(moment: datetime, now: datetime, language: Language) -> str:
    """When something happens, seen from `now`: today, tomorrow, or the day by its name; both local."""
    at = spoken_time(moment, language)
    days_ahead = (moment.date() - now.date()).days
    if language is Language.FRENCH:
        day = {0: "aujourd'hui", 1: "demain"}.get(days_ahead, f"{spoken_day(moment.date(), language)},")
        return f"{day} à {at}"
    day = {0: "today", 1: "tomorrow"}.get(days_ahead, f"on {spoken_day(moment.date(), language)},")
    return f"{day} at {at}"


def spoken_until(moment: datetime, now: datetime, language: Language) -> str:
    """An end seen from `now`: only the hour when it is the same day; both local."""
    if moment.date() == now.date():
        return spoken_time(moment, language)
    return spoken_moment(moment, now, language)


def spoken_phone(number: PhoneNumber, country: str) -> str:
    """In pairs, with commas where the voice breathes: `01, 99, 00, 12, 34`."""
    digits = national(number, country)
    return spoken_digits(digits)


def spoken_digits(digits: str) -> str:
    """A number in pairs from the right; 15 and 112 stay whole, 116117 is said as 116, 117."""
    if len(digits) <= SHORT_NUMBER:
        return digits
    if len(digits) == 2 * SHORT_NUMBER:
        return f"{digits[:SHORT_NUMBER]}, {digits[SHORT_NUMBER:]}"
    plus, digits = digits[: digits.startswith("+")], digits.removeprefix("+")
    odd = len(digits) % 2
    pairs = [digits[:odd]] if odd else []
    pairs += [digits[i : i + 2] for i in range(odd, len(digits), 2)]
    return plus + ", ".join(pairs)


def text_day(day: date, language: Language) -> str:
    """The day as an SMS has room for it: `04/01`, and `4 Jan` where 04/01 could be April."""
    if language is Language.FRENCH:
        return f"{day.day:02d}/{day.month:02d}"
    return f"{day.day} {ENGLISH_MONTHS[day.month - 1][:3]}"


def text_start(start: datetime, language: Language) -> dict[str, str]:
    """When an appointment starts, as the fields `day`, `date` and `time` of an SMS; `start` is local.

    The field `start` is the instant itself, in seconds since 1970, to tell whether it is still so.
    """
    return {
        "day": spoken_weekday(start.date(), language),
        "date": text_day(start.date(), language),
        "time": written_time(start, language),
        "start": f"{start.timestamp():.0f}",
    }


def written_day(day: date, language: Language) -> str:
    """`mardi 1er décembre`, `Tuesday 1 December`, for the eye."""
    if language is Language.FRENCH:
        number = "1er" if day.day == 1 else str(day.day)
        return f"{FRENCH_DAYS[day.weekday()]} {number}{NO_BREAK}{FRENCH_MONTHS[day.month - 1]}"
    return spoken_day(day, language)


def written_time(moment: datetime, language: Language) -> str:
    """`13 h 10`, `13:10`, for the eye, with no-break spaces."""
    if language is Language.FRENCH:
        return _french_time(moment.hour, moment.minute)
    return f"{moment.hour:02d}:{moment.minute:02d}"


def written_moment(moment: datetime, language: Language) -> str:
    """`mercredi 2 décembre à 13 h 10`, for the eye."""
    joint = "à" if language is Language.FRENCH else "at"
    return f"{written_day(moment.date(), language)} {joint} {written_time(moment, language)}"


def written_span_end(end: datetime, language: Language) -> str:
    """The end of a span for the eye; midnight belongs to the evening before."""
    if (end.hour, end.minute) == (0, 0):
        before = end.date() - timedelta(days=1)
        midnight = "à minuit" if language is Language.FRENCH else "at midnight"
        return f"{written_day(before, language)} {midnight}"
    return written_moment(end, language)


def written_range(span: DayRange, language: Language) -> str:
    """`entre 9 h et 19 h`, `between 09:00 and 19:00`, for the eye."""
    (start, start_minutes), (end, end_minutes) = divmod(span.start, 60), divmod(span.end, 60)
    if language is Language.FRENCH:
        return f"entre {_french_time(start, start_minutes)} et {_french_time(end, end_minutes)}"
    return f"between {start:02d}:{start_minutes:02d} and {end:02d}:{end_minutes:02d}"


def _french_time(hour: int, minutes: int) -> str:
    return f"{hour}{NO_BREAK}h{NO_BREAK}{minutes:02d}" if minutes else f"{hour}{NO_BREAK}h"
