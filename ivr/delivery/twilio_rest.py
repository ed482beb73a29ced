"""Twilio's REST side of the seam: send a text, fetch and delete a recording, read the books (WIRE.md 8)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.carrier import (
    FINAL_STATUSES,
    CallReport,
    CarrierError,
    NumberAddresses,
    ReceiptEvent,
    RecordingReport,
    TextEvent,
    TextReport,
    read_wish,
)
from ivr.delivery.punctual import PunctualSession
from ivr.phones import HOME_COUNTRY, PhoneNumber, read_caller, read_line

TIMEOUT_SECONDS = 10
"""For each read."""
REQUEST_SECONDS, RECORDING_SECONDS = 30, 120
"""For a whole answer."""
LIST_SECONDS = 300
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)
"""What the library raises where an answer is JSON of another shape."""
MOST_BYTES = 64 * 1024 * 1024
GONE, TOO_MANY, SERVER_ERROR = 404, 429, 500
PERMANENT = frozenset({21211, 21214, 21408, 21606, 21608, 21610, 21612, 21614, 21617, 20003, 30005, 30006})
"""Errors that another try cannot mend: the number, the person's wish, or our own account (WIRE.md 9)."""

UNSUBSCRIBED = 21610

PASSING = frozenset({20429, 21611, 30001, 30008})
"""Errors that may pass whatever status they come with."""
MOST_LOOKED_AT = 200
PAGE_SIZE = 200
LONG_PAGE_SIZE = 1000
"""The longest there is, for lists of which little is used."""


class TwilioRest:
    """One account. Credentials go to the configured host and nowhere else."""

    def __init__(self, account: str, token: str, api_url: str) -> None:
        self._account = account
        self._auth = (account, token)
        self._api_url = api_url.rstrip("/")
        self._http = AttentiveHttpClient()
        self._client = Client(account, token, http_client=self._http, environment={})
        self._client.api.base_url = self._api_url

    def send_text(self, to: PhoneNumber, sender: str, text: str, status_callback: str) -> str:
        """See `CarrierClient`. Unless it surely was not, the text may have been sent: `was_sent` says so."""
        try:
            message = self._client.messages.create(to=to.e164, from_=sender, body=text, status_callback=status_callback)
        except TwilioRestException as error:
            raise _rest_error(error, self._http.wait) from error
        except requests.exceptions.RequestException as error:
            raise CarrierError(f"no answer: {type(error).__name__}", was_sent=not _never_left(error)) from error
        except (TwilioException, *UNREADABLE) as error:
            raise CarrierError(f"an answer nobody can read: {error}", was_sent=True) from error
        if not message.sid:
            raise CarrierError("an answer without an id", was_sent=True)
        return str(message.sid)

    def find_texts(self, to: PhoneNumber, text: str, since: datetime) -> list[str]:
        """See `CarrierClient`."""
        with self._asking("look whether it was sent"):
            sent = self._client.messages.list(to=to.e164, date_sent_after=since, limit=MOST_LOOKED_AT)
            return [str(message.sid) for message in sent if message.body == text]

    def find_receipt(self, message: str) -> ReceiptEvent | None:
        """See `CarrierClient`."""
        with self._asking("look how far the text got"):
            found = _unless_gone(self._client.messages(message).fetch)
        if found is None or not found.status:
            return None
        error = str(found.error_code) if found.error_code else None
        return ReceiptEvent(message, str(found.status), error, is_unwanted=found.error_code == UNSUBSCRIBED)

    def find_call(self, call: str) -> CallReport | None:
        """See `CarrierClient`."""
        with self._asking("look the call up"):
            found = _unless_gone(self._client.calls(call).fetch)
            if found is None or found.start_time is None:
                return None
            return CallReport(
                call=call,
                line=read_line(found.to or ""),
                caller=read_caller(found._from or "", HOME_COUNTRY),
                started_at=found.start_time,
                status=str(found.status) if found.status in FINAL_STATUSES else None,
                seconds=int(found.duration) if found.duration else None,
                is_leg=found.direction != "inbound",
            )

    def recordings_since(self, since: datetime) -> Iterator[RecordingReport]:
        """See `CarrierClient`."""
        with self._asking("list the recordings"):
            for made in _all_of(self._client.recordings.page(date_created_after=since, page_size=PAGE_SIZE)):
                if made.sid and made.call_sid and made.status == "completed":
                    yield RecordingReport(made.sid, made.call_sid, max(int(made.duration or 0), 0))

    def texts_since(self, since: datetime) -> Iterator[TextReport]:
        """See `CarrierClient`."""
        with self._asking("list the SMS that came in"):
            for text in _all_of(self._client.messages.page(date_sent_after=since, page_size=LONG_PAGE_SIZE)):
                if text.direction == "inbound" and text.date_sent is not None:
                    sender, line = read_caller(text.from_ or "", HOME_COUNTRY), read_line(text.to or "")
                    yield TextReport(TextEvent(sender, line, read_wish(text.body or "")), text.date_sent)

    def fetch_recording(self, recording: str) -> bytes:
        """See `CarrierClient`. The address is made from the id, never taken from a request."""
        with self._http.session.no_longer(RECORDING_SECONDS):
            response = self._request("GET", f"{self._recording(recording)}.wav", stream=True)
            try:
                sound = response.raw.read(MOST_BYTES + 1, decode_content=True)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise CarrierError(f"the sound broke off: {type(error).__name__}") from error
        if len(sound) > MOST_BYTES:
            raise CarrierError(f"the recording is over {MOST_BYTES} bytes", is_final=True)
        return bytes(sound)

    def delete_recording(self, recording: str) -> None:
        """See `CarrierClient`."""
        try:
            with self._http.session.no_longer(REQUEST_SECONDS):
                self._request("DELETE", f"{self._recording(recording)}.json")
        except RecordingGoneError:
            return

    def connect_number(self, number: PhoneNumber, addresses: NumberAddresses) -> NumberAddresses:
        """See `CarrierClient`. Raises a final CarrierError when the account has no such number."""
        numbers = self._client.incoming_phone_numbers
        with self._asking("set the addresses"):
            found = next((n for n in numbers.list(phone_number=number.e164) if n.phone_number == number.e164), None)
            if found is None:
                raise CarrierError(f"the account has no number {number}", is_final=True)
            numbers(found.sid).update(
                voice_url=addresses.voice,
                voice_method="POST",
                voice_fallback_url=addresses.fallback,
                voice_fallback_method="POST",
                status_callback=addresses.status,
                status_callback_method="POST",
                sms_url=addresses.sms,
                sms_method="POST",
                sms_fallback_url=addresses.sms_fallback,
                sms_fallback_method="POST",
            )
            now = numbers(found.sid).fetch()
        return NumberAddresses(
            now.voice_url, now.voice_fallback_url, now.status_callback, now.sms_url, now.sms_fallback_url
        )

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """Whatever the library raises meanwhile is a CarrierError; a failing page raises only its parent class."""
        try:
            yield
        except TwilioRestException as error:
            raise _rest_error(error, self._http.wait) from error
        except requests.exceptions.RequestException as error:  # its words hold the address, and that a number
            raise CarrierError(f"cannot {what}: {type(error).__name__}") from error
        except (TwilioException, *UNREADABLE) as error:
            raise CarrierError(f"cannot {what}: {error}") from error

    def _recording(self, recording: str) -> str:
        return f"{self._api_url}/2010-04-01/Accounts/{self._account}/Recordings/{recording}"

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        """One request with our credentials; a redirect to elsewhere is not followed with them."""
        try:
            response = self._http.session.request(
                method, url, auth=self._auth, timeout=TIMEOUT_SECONDS, allow_redirects=False, **options
            )
            if response.is_redirect and method == "GET":
                response = self._follow(response)
        except requests.exceptions.RequestException as error:
            raise CarrierError(f"{urlsplit(url).hostname} does not answer: {type(error).__name__}") from error
        if response.status_code == GONE:
            raise RecordingGoneError("the carrier has no such recording yet, or any more")
        if not response.ok or response.is_redirect:
            wait = response.headers.get("Retry-After", "")
            raise CarrierError(
                f"status {response.status_code} from the carrier",
                wait=float(wait) if wait.isdigit() else 0,
            )
        return response

    def _follow(self, response: requests.Response) -> requests.Response:
        target = response.headers["Location"]
        if urlsplit(target).scheme != "https":
            raise CarrierError("the carrier redirects to an address that is not https")
        return self._http.session.get(target, timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True)


class RecordingGoneError(CarrierError):
    """The carrier answers 404: not there yet, or deleted."""


class AttentiveHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the library is not typed
    """The library's client, which remembers how long the carrier asked us to wait, and waits for no answer for ever."""

    wait = 0.0

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS)
        self.session = PunctualSession()

    def request(self, *args: Any, **kwargs: Any) -> Any:
        with self.session.no_longer(REQUEST_SECONDS):
            response = super().request(*args, **kwargs)
        asked = str((response.headers or {}).get("Retry-After", ""))
        self.wait = float(asked) if asked.isdigit() else 0.0
        return response


def _all_of(page: Any) -> Iterator[Any]:
    """What is on that page and those that follow. Raises CarrierError when they go on, as when one names itself."""
    ends_at = time.monotonic() + LIST_SECONDS
    while page is not None:
        yield from page
        if time.monotonic() > ends_at:
            raise CarrierError(f"a list that does not end within {LIST_SECONDS} seconds")
        page = page.next_page()


def _unless_gone(fetch: Callable[[], Any]) -> Any:
    """What is fetched; None when the carrier has it no more, or never had."""
    try:
        return fetch()
    except TwilioRestException as error:
        if error.status == GONE:
            return None
        raise


def _never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether the request cannot have reached the carrier: no connection was made."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), urllib3.exceptions.NewConnectionError)


def _rest_error(error: TwilioRestException, wait: float) -> CarrierError:
    may_pass = error.status == TOO_MANY or error.status >= SERVER_ERROR or error.code in PASSING
    is_final = not may_pass and (error.code in PERMANENT or error.status < TOO_MANY)
    told = f"carrier error {error.code}: {error.msg}"
    return CarrierError(told, is_final=is_final, wait=wait, is_unwanted=error.code == UNSUBSCRIBED)
