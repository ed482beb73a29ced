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
