"""Logs: one JSON object a line on standard error for services, warnings only for commands.

Numbers are masked wherever they turn up, in the messages of libraries and databases too.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog
from structlog.types import Processor

NUMBER = re.compile(r"(?<![\w.:-])((?:\+|%2B)\d{3}|0\d)([\d \u00a0]{5,14})(\d{2})(?![\w-])")
"""A telephone number in E.164, also as addresses hold it, or as people in France write it."""

DETAIL = re.compile(r"DETAIL:.*")
"""Where PostgreSQL tells the values of a row it refused."""

GUNICORN_LOGS: Mapping[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"service": {"()": "ivr.logs.library_handler"}},
    "root": {"level": "WARNING", "handlers": ["service"]},
    "loggers": {
        name: {"level": "WARNING", "handlers": [], "propagate": True} for name in ("gunicorn.error", "gunicorn.access")
    },
}
"""The web server's own messages go where all others go. It sets up the root logger too, which would print otherwise."""


class Unfailing:
    """A stream that loses what cannot be written, as on a full disk: no call is lost for a line of its log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write it if that can be done."""
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Bring it out if that can be done."""
        with suppress(OSError):
            self._stream.flush()


def log_as_service(stream: TextIO | None = None, *, keep: bool = True) -> None:
    """Everything from `info` on, as JSON with UTC times; libraries' own logs from `warning` on.

    With `keep` it holds for the life of the process, which spares each logger to be made anew.
    """
    out = cast(TextIO, Unfailing(stream or sys.stderr))
    logging.basicConfig(level=logging.WARNING, handlers=[library_handler(out)], force=True)
    structlog.configure(
        processors=[*_shared(), _render()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=keep,
    )


def library_handler(stream: TextIO | None = None) -> logging.Handler:
    """Writes what libraries log as our own lines."""
    bare = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler(stream or Unfailing(sys.stderr))
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=[bare, _render()]))
    return handler


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask_numbers,
    ]


def _render() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def log_as_command() -> None:
    """Only what goes wrong, so that a command's own words are read."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def mask_numbers(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Telephone numbers in any text become `+336…78`; what a database tells of a row is left out."""
    for name, value in event.items():
        if isinstance(value, str) and name not in {"timestamp", "call"}:
            event[name] = NUMBER.sub(r"\1…\3", DETAIL.sub("DETAIL: …", value))
    return event
