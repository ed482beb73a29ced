"""The addresses under /twilio/ (INTERFACE.md 3); every one but the entries is given in our TwiML."""

from urllib.parse import quote

VOICE = "/twilio/voice"
FALLBACK = "/twilio/voice/fallback"
FALLBACK_NEXT = "/twilio/voice/fallback/next"
STATUS = "/twilio/voice/status"
RECORDINGS = "/twilio/voice/recordings"
TURNS = "/twilio/voice/turns/"
WHISPER = "/twilio/voice/whisper/"
SMS = "/twilio/sms"
SMS_STATUS = "/twilio/sms/status"
SMS_FALLBACK = "/twilio/sms/fallback"


def turn_address(step: int) -> str:
    """Where the answer to step `step` of a call goes."""
    return f"{TURNS}{step}"


def whisper_address(call: str) -> str:
    """What the called person's leg of `call` is asked."""
    return WHISPER + quote(call, safe="")


ASKED = "#ct=2000&rt=6000&rc=1&rp=ct,rt,5xx"
"""How Twilio asks for a document (WIRE.md 1): it waits 6 s, longer than we ever take, and asks once more."""
TOLD = "#rc=3&rp=ct,rt,5xx"
"""How Twilio tells us what nobody waits for: again until we have taken it."""


def needs_database(path: str) -> bool:
    """Whether a request to that path is one of the carrier's that the database is asked about."""
    return path.startswith("/twilio/") and not path.startswith(FALLBACK) and path != SMS_FALLBACK
