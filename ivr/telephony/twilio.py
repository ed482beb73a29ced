"""Twilio as a carrier: the three functions of the seam that a webhook needs."""

from urllib.parse import urlencode, urlsplit

from ivr.carrier import Event, Setting, WebRequest
from ivr.flows.turns import Turn
from ivr.settings import Credentials
from ivr.telephony.events import HELD, KEPT, MOST_COUNTED, Form, parse, with_what_was_kept
from ivr.telephony.signature import SignatureGuard
from ivr.telephony.twiml import Renderer


class Twilio:
    """Twilio's webhooks for one account at one public address."""

    def __init__(self, public_url: str, credentials: Credentials) -> None:
        self.prefix = urlsplit(public_url).path.rstrip("/")
        self._account = credentials.account_sid
        self._guard = SignatureGuard(public_url, credentials.tokens)
        self._renderer = Renderer(public_url, self.prefix)

    def verify(self, request: WebRequest) -> bool:
        """Signed by us, and for our account: `AccountSid` is signed with the rest (WIRE.md 2)."""
        signature = request.headers.get("X-Twilio-Signature", "")
        is_form = request.method == "POST"
        query = request.query
        if not self._guard.accepts(request.path, query, request.form if is_form else {}, signature):
            return False
        account = Form(request.form).text("AccountSid")
        return account == self._account if self._account else bool(account)

    def parse(self, request: WebRequest) -> Event | None:
        """See `Carrier.parse`."""
        return parse(request, Form(request.form))

    def render(self, turn: Turn, setting: Setting) -> str:
        """See `Carrier.render`."""
        return self._renderer.render(turn, setting)

    def hold(self, request: WebRequest, turn: Turn, setting: Setting) -> str:
        """See `Carrier.hold`. What was heard is kept in the address, which Twilio signs with the rest."""
        form = with_what_was_kept(Form(request.form), request.query)
        kept = {name: form.text(name) for name in KEPT if form.text(name)}
        query = urlencode(kept | {HELD: str((form.number(HELD, MOST_COUNTED) or 0) + 1)})
        return self._renderer.hold(turn, setting, f"{request.path}?{query}")
