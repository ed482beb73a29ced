"""Fetching a calendar from an address that somebody wrote: over https, from the public internet and nowhere else."""

from dataclasses import dataclass
from urllib.parse import urljoin

import requests
import urllib3

from ivr.calendars import CalendarError
from ivr.delivery.network import CONNECT_SECONDS, PUBLIC, READ_SECONDS, Network, NotAllowedError
from ivr.vocabulary import CalendarTrouble

MOST_BYTES = 2 * 1024 * 1024
PIECE_BYTES = 64 * 1024
MOST_REDIRECTS = 3
LONGEST_ETAG = 200
OK, NOT_MODIFIED, SERVER_ERROR = 200, 304, 500
GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document with its mark; no text where it is as it was."""

    text: str | None
    etag: str | None


def fetch(address: str, etag: str | None, network: Network = PUBLIC) -> Fetched:
    """What stands there, unless it has that `etag` still.

    Raises:
        CalendarError: nothing can be had, or must not be.
    """
    with network.session() as session:
        for _ in range(MOST_REDIRECTS + 1):
            with _ask(session, address, etag, network) as response:
                if not response.is_redirect:
                    return _fetched(response, etag)
                address = _led_to(address, response.headers["Location"])
    raise CalendarError(CalendarTrouble.REDIRECTS)


def _ask(session: requests.Session, address: str, etag: str | None, network: Network) -> requests.Response:
    headers = {"Accept": "text/calendar", "Accept-Encoding": "identity", "User-Agent": "ivr"}
    if etag is not None:
        headers["If-None-Match"] = etag
    try:
        network.check_scheme(address)
        return session.get(
            address,
            headers=headers,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        )
    except NotAllowedError:
        raise CalendarError(CalendarTrouble.ADDRESS) from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError):
        raise CalendarError(CalendarTrouble.ADDRESS) from None
    except (requests.exceptions.RequestException, OSError):  # its words hold the address
        raise CalendarError(CalendarTrouble.NO_ANSWER) from None
    except ValueError:
        raise CalendarError(CalendarTrouble.ADDRESS) from None


def _led_to(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise CalendarError(CalendarTrouble.ADDRESS) from None


def _fetched(response: requests.Response, etag: str | None) -> Fetched:
    if response.status_code == NOT_MODIFIED and etag is not None:
        return Fetched(None, etag)
    if response.status_code in GONE:
        raise CalendarError(CalendarTrouble.GONE)
    if response.status_code >= SERVER_ERROR:
        raise CalendarError(CalendarTrouble.NO_ANSWER)
    if response.status_code != OK:
        raise CalendarError(CalendarTrouble.REFUSED)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CalendarError(CalendarTrouble.NOT_A_CALENDAR)
    found = _body(response)
    mark = response.headers.get("ETag", "")
    is_kept = 0 < len(mark) <= LONGEST_ETAG and mark.isascii() and mark.isprintable()
    return Fetched(found.decode("utf-8-sig", errors="replace"), mark if is_kept else None)


def _body(response: requests.Response) -> bytes:
    found = bytearray()
    try:
        while piece := response.raw.read(PIECE_BYTES, decode_content=False):
            found += piece
            if len(found) > MOST_BYTES:
                raise CalendarError(CalendarTrouble.TOO_LARGE)
    except (urllib3.exceptions.HTTPError, OSError):
        raise CalendarError(CalendarTrouble.NO_ANSWER) from None
    return bytes(found)
