"""Whole calls at full load: how fast they are answered, and what one takes of processors and disk."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, text

from bench.load import measure, whole_calls
from bench.patients import number_of
from bench.servers import processor_seconds
from db.engine import open_engine, reading

CALLERS = 1000


def whole_figures(port: int, pid: int, url: str, database_pid: int | None, calls: int) -> dict[str, Any]:
    """`pid` is our server; `database_pid` that of the database, None for one that is embedded."""
    engine = open_engine(url)
    sent = whole_calls(calls, [number_of(place) for place in range(CALLERS)])
    before = processor_seconds(pid), processor_seconds(database_pid), stored_bytes(engine)
    figures = measure(port, sent)
    after = processor_seconds(pid), processor_seconds(database_pid), stored_bytes(engine)
    engine.dispose()
    ours, databases, stored = (later - earlier for later, earlier in zip(after, before, strict=True))
    webhooks = sum(len(call) for call in sent)
    return {
        "whole": asdict(figures),
        "web_cpu_ms": ours / webhooks * 1000,
        "database_cpu_ms": databases / webhooks * 1000,
        "call_kb": stored / calls / 1024,
    }


def stored_bytes(engine: Engine) -> int:
    """The size of the database."""
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if engine.dialect.name == "postgresql":
        size = "SELECT pg_database_size(current_database())"
    with reading(engine)() as connection:
        return int(connection.execute(text(size)).scalar_one())
