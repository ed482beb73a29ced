"""The fallback as files for another host, so that a call is helped when ours cannot be reached at all.

A file knows neither the hour nor how ringing ended: it rings the practice's fallback number or its first secretary,
and takes a message when that ends, which Twilio keeps until it is reconciled.
"""

from collections.abc import Iterable
from pathlib import Path

from twilio.twiml.voice_response import Dial, VoiceResponse

from ivr.carrier import Setting
from ivr.flows.trouble import RING_SECONDS
from ivr.flows.turns import Record, Say
from ivr.phones import PhoneNumber
from ivr.practice import Practice
from ivr.telephony.twiml import record, spoken
from ivr.whole_files import replace_file


def fallback_name(line: PhoneNumber) -> str:
    """The file of a line: its digits, since a plus means a space in addresses."""
    return f"{line.e164.removeprefix('+')}.xml"


def write_static_fallback(folder: Path, practice: Practice, public_url: str) -> list[Path]:
    """One document for each line of the practice, and the thanks after a message; the files written."""
    written = []
    for line in practice.lines:
        setting = Setting("", None, line, practice, practice.languages[0])
        thanks = f"{line.e164.removeprefix('+')}-thanks.xml"
        written.append(_write(folder / fallback_name(line), _help(setting, public_url, thanks)))
        written.append(_write(folder / thanks, _thanks(setting)))
    return written


def _help(setting: Setting, public_url: str, thanks: str) -> VoiceResponse:
    practice = setting.practice
    emergency = {"emergency": practice.emergency}
    response = VoiceResponse()
    phone = practice.fallback or next((secretary.phone for secretary in practice.secretaries), None)
    if phone is not None:
        _say(response, setting, (Say("G2", emergency), Say("X1")))
        response.append(Dial(phone.e164, timeout=RING_SECONDS, caller_id=setting.line.e164 if setting.line else None))
    _say(response, setting, (Say("X2", emergency),))
    record(response, Record(), thanks, public_url, method="GET")
    return response


def _thanks(setting: Setting) -> VoiceResponse:
    response = VoiceResponse()
    _say(response, setting, (Say("V2", {"emergency": setting.practice.emergency}),))
    response.hangup()
    return response


def _say(response: VoiceResponse, setting: Setting, says: Iterable[Say]) -> None:
    for said in says:
        response.append(spoken(said, setting))


def _write(file: Path, response: VoiceResponse) -> Path:
    """Readable by whoever copies the folder to another host."""
    replace_file(file, str(response).encode(), mode=0o644)
    return file
