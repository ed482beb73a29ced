"""A program that uses the API with a key, against the whole application."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import Client, TestResponse

from ivr.actions.access import Made
from ivr.actions.api_keys import make_key
from ivr.vocabulary import Scope
from tests.lines import Line
from tests.site.visitor import id_of_practice

V1 = "/api/v1"
PUBLIC = {"base_url": "https://ivr.example.test"}


@dataclass
class Program:
    """What asks, and how it is known."""

    line: Line
    secret: str = ""
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.line.app, use_cookies=False)

    def ask(self, method: str, address: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; addresses are those after `/api/v1`, or whole ones."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            named.setdefault("Authorization", f"Bearer {self.secret}")
        path = address if address.startswith(("/api", "https://")) else V1 + address
        sent = {} if body is None else {"json": body}
        return self.client.open(path, method=method, headers=named, **sent, **PUBLIC)

    def get(self, address: str, **headers: str) -> Any:
        """The body of what is there."""
        answer = self.ask("GET", address, **headers)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, address: str, body: Any = None, **headers: str) -> TestResponse:
        return self.ask("POST", address, body, **headers)

    def mark(self, address: str) -> str:
        """The ETag of what is there."""
        return str(self.ask("GET", address).headers["ETag"])

    def change(self, method: str, address: str, body: Any = None, read_at: str | None = None) -> TestResponse:
        """A change of what was read just now."""
        return self.ask(method, address, body, If_Match=self.mark(read_at or address))

    def everything(self, address: str) -> list[Any]:
        """All entries of a list, page by page."""
        found: list[Any] = []
        while True:
            page = self.get(address)
            found += page["items"]
            if page["next"] is None:
                return found
            base = address.partition("cursor=")[0].rstrip("?&")
            address = f"{base}{'&' if '?' in base else '?'}cursor={page['next']}"


def program(line: Line, scopes: Iterable[Scope] = tuple(Scope), practice: str = "pasteur", **given: Any) -> Program:
    """A program with a key of that practice."""
    made = Made(line.clock.now, "user 1")
    with line.engine.begin() as connection:
        key = make_key(connection, id_of_practice(line.engine, practice), "Logiciel", set(scopes), made, **given)
    return Program(line, key.secret)


def do_at_once(works: Sequence[Callable[[], None]]) -> None:
    """Each in a thread of its own, and none before all are there."""
    ready = threading.Barrier(len(works))

    def begin(work: Callable[[], None]) -> None:
        ready.wait()
        work()

    threads = [threading.Thread(target=begin, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
