"""The baseline: a Flask view that checks Twilio's signature and answers a constant document."""

import os

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import VoiceResponse

URL = "http://127.0.0.1:8000"


def make_bare() -> Flask:
    """One view, no database."""
    app = Flask("bare", static_folder=None)
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])
    answer = VoiceResponse()
    gather = answer.gather(action="/twilio/voice/turns/1", num_digits=1, timeout=6)
    gather.say("Bonjour. Cabinet Pasteur.", voice="Polly.Lea", language="fr-FR")
    answer.redirect("/twilio/voice/turns/1", method="POST")
    document = str(answer)

    @app.post("/twilio/voice")
    def voice() -> Response:
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(f"{URL}{request.path}", request.form, signature):
            return Response(status=403)
        return Response(document, content_type="text/xml; charset=utf-8")

    return app
