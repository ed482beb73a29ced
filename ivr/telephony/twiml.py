"""Turns as TwiML: the one renderer (WIRE.md 4 and 5)."""

import re
from collections.abc import Iterable

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Gather, Number, SsmlBreak, SsmlProsody, VoiceResponse
from twilio.twiml.voice_response import Say as SayVerb

from ivr.carrier import Setting
from ivr.flows.turns import Ask, HangUp, Join, Record, Ring, Say, Turn
from ivr.flows.wording import pause_before, say, sentences, without_pauses
from ivr.practice import Practice
from ivr.telephony.addresses import ASKED, FALLBACK_NEXT, RECORDINGS, TOLD, turn_address, whisper_address
from ivr.vocabulary import Language

VOICES = {Language.FRENCH: ("Polly.Lea", "fr-FR"), Language.ENGLISH: ("Polly.Amy", "en-GB")}
MOST_KEPT = 1000
HOLD_SECONDS = 2
RATE, SLOW_RATE = "90%", "75%"
UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters XML 1.0 forbids; one makes the whole document unparseable (error 12100)."""


class Renderer:
    """Renders for one public address: paths carry its prefix, callbacks its host."""

    def __init__(self, public_url: str, prefix: str) -> None:
        self._public_url = public_url
        self._prefix = prefix
        self._kept: dict[tuple[object, ...], tuple[Practice, str]] = {}

    def render(self, turn: Turn, setting: Setting) -> str:
        """The document, with something after each verb that may fall through.

        One that does not name the call is the same for every caller who gets there, and is made once.
        """
        if any(isinstance(step, Ring) for step in turn.steps):
            return self._document(turn, setting)
        place = (setting.next_step, setting.language, setting.is_slow)
        key = (id(setting.practice), turn.steps, *place)
        practice, document = self._kept.get(key, (None, ""))
        if practice is not setting.practice:
            document = self._document(turn, setting)
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (setting.practice, document)
        return document

    def hold(self, turn: Turn, setting: Setting, path: str) -> str:
        """What is said, a pause, and the same request again."""
        response = VoiceResponse()
        for step in turn.steps:
            if isinstance(step, Say):
                response.append(spoken(step, setting))
        response.pause(length=HOLD_SECONDS)
        response.redirect(self._prefix + path + ASKED, method="POST")
        return str(response)

    def _document(self, turn: Turn, setting: Setting) -> str:
        response = VoiceResponse()
        address = FALLBACK_NEXT if setting.next_step is None else turn_address(setting.next_step)
        action = self._prefix + address + ASKED
        for step in turn.steps:
            match step:
                case Say():
                    response.append(spoken(step, setting))
                case Ask():
                    self._gather(response, step, setting, action)
                case Ring():
                    response.append(self._dial(step, setting, action))
                case Record():
                    record(response, step, action, self._public_url)
                case HangUp():
                    response.hangup()
                case Join():
                    """Falling off the end of the called leg's document joins it."""
        return str(response)

    def _gather(self, response: VoiceResponse, step: Ask, setting: Setting, action: str) -> None:
        gather = Gather(
            action=action,
            method="POST",
            input="dtmf",
            num_digits=step.digits,
            timeout=step.wait,
            finish_on_key="",
        )
        for said in step.says:
            gather.append(spoken(said, setting))
        response.append(gather)
        response.redirect(action, method="POST")

    def _dial(self, step: Ring, setting: Setting, action: str) -> Dial:
        dial = Dial(
            action=action, method="POST", timeout=step.seconds, caller_id=setting.line.e164 if setting.line else None
        )
        url = self._prefix + whisper_address(setting.call) + ASKED if step.whisper else None
        dial.append(Number(step.phone.e164, url=url, method="POST" if url else None))
        return dial


def record(response: VoiceResponse, step: Record, action: str, public_url: str, method: str = "POST") -> None:
    """Take a message, which our public address hears of, and go on at `action` even when nothing was recorded."""
    response.record(
        action=action,
        method=method,
        max_length=step.longest,
        timeout=step.silence,
        play_beep=True,
        trim="do-not-trim",
        recording_status_callback=public_url + RECORDINGS + TOLD,
        recording_status_callback_event="completed absent",
    )
    response.redirect(action, method=method)


def spoken(step: Say, setting: Setting) -> TwiML:
    """One prompt: its sentences at an easy rate, with a pause before each but the first."""
    tongue = step.language or setting.language
    voice, language = VOICES[tongue]
    text = UNSPEAKABLE.sub("", say(setting.practice, tongue, step.prompt, step.fields))
    prosody = SsmlProsody(rate=SLOW_RATE if setting.is_slow else RATE)
    for part in _paced(sentences(text)):
        prosody.append(part)
    return SayVerb(voice=voice, language=language).append(prosody)


def _paced(parts: Iterable[str]) -> Iterable[TwiML | str]:
    for place, sentence in enumerate(parts):
        if place:
            yield SsmlBreak(time=f"{pause_before(sentence) * 1000:.0f}ms")
        yield without_pauses(sentence)
