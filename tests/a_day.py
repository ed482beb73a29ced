"""A Thursday at the demo practice, until twenty to two: who called, and what they said after the beep.

The calls are made by the built-in telephone through the real webhooks, and the worker's own steps fetch what was said.
"""

import secrets
from datetime import datetime

from ivr.actions.archive import archive_of
from ivr.delivery.recordings import fetch_one
from tests.lines import ACCOUNT, ALWAYS, ENGLISH, PRIORITY, STRANGER, TOKEN, Line
from tests.rest_double import RestDouble, wav

MOTHER = "+33639984444"
"""Claire Bernard, whose son Léo has the same number."""
DAY = "2026-12-03"


def have_a_day(line: Line) -> None:
    """The morning's calls; it is twenty to two when it ends."""
    with RestDouble(ACCOUNT, TOKEN) as carrier:
        _speaks_with_the_doctor(line, "08:20", ALWAYS)
        _books(line, "08:45", ENGLISH)
        _leaves_a_message(line, carrier, "09:35", MOTHER, 23)
        _hangs_up(line, "10:05", STRANGER)
        _leaves_a_message(line, carrier, "12:50", PRIORITY, 14)
        line.clock.now = twenty_to_two()
        while fetch_one(line.engine.begin, carrier.client(), archive_of(line.settings), line.clock.now):
            pass


def twenty_to_two() -> datetime:
    """When the morning's calls are over, and the doctor looks at the site."""
    return datetime.fromisoformat(_at("13:40"))


def _at(time: str) -> str:
    return f"{DAY}T{time}:00+01:00"


def _speaks_with_the_doctor(line: Line, time: str, caller: str) -> None:
    phone = line.at(_at(time)).ring(caller, "2", "1")
    leg = phone.pick_up()
    leg.press("1")
    line.clock.pass_seconds(150)
    phone.ringing_ends("completed", leg)
    phone.hang_up()


def _books(line: Line, time: str, caller: str) -> None:
    line.at(_at(time)).ring(caller, *"111111").hang_up()


def _hangs_up(line: Line, time: str, caller: str) -> None:
    line.at(_at(time)).ring(caller, "2").hang_up()


def _leaves_a_message(line: Line, carrier: RestDouble, time: str, caller: str, seconds: int) -> None:
    recording = f"RE{secrets.token_hex(16)}"
    phone = line.at(_at(time)).ring(caller, "2", "1")
    phone.ringing_ends("no-answer")
    phone.speak(seconds, RecordingSid=recording)
    carrier.keep(recording, wav(seconds), seconds=seconds)
