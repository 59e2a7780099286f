"""The log that an engineer reads at night: one line per outcome, with its call_id."""

from __future__ import annotations

import logging
import re
import sys
from contextlib import suppress
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, TextIO

import structlog

from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.nouns import VisitResult

# Left out of a line: a script's cursor is machine talk, settings are long.
HIDDEN = frozenset({"cursor", "settings", "serial", "script_hash", "execute"})
# Of interest only when something is looked for.
QUIET: tuple[type, ...] = (o.DeadlinePassed, o.SurveyAsked, o.MusicStarted, o.LegOpened)
LONGEST = 200
OUTCOMES = "outcome"  # the logger's name
# What could move a terminal's cursor, or turn the direction of writing: C0, C1, line separators, bidi controls.
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class _Lines(structlog.WriteLogger):
    """Where outcomes go: to the stream, past `logging`, whose records and handlers cost more than the line does.

    A stream that takes nothing (its disk is full, its reader is gone) costs the line and no more, as with `logging`.
    """

    def __init__(self, stream: TextIO, name: str) -> None:
        super().__init__(stream)
        self.name = name

    def msg(self, message: str) -> None:
        """Write one line, or lose it."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class OutcomeLog:
    """A listener of the engine."""

    def __init__(self) -> None:
        self._log = structlog.get_logger(OUTCOMES)

    def __call__(self, decision: Decision) -> None:
        for outcome in decision.outcomes:
            level = _level(outcome)
            if self._log.is_enabled_for(level):
                self._log.log(level, type(outcome).__name__, n=decision.n, **words(outcome))


def _level(outcome: o.Outcome) -> int:
    if isinstance(outcome, QUIET):
        return logging.DEBUG
    if isinstance(outcome, o.VisitEnded) and outcome.result is VisitResult.REMOVED:
        return logging.WARNING  # who took the queue from the files may not have thought of those who waited in it
    return logging.INFO


def words(outcome: object) -> dict[str, Any]:
    """An outcome's fields as a log shows them; `call` goes first, as `call_id`."""
    said: dict[str, Any] = {}
    if call := getattr(outcome, "call", ""):
        said["call_id"] = call
    cls: Any = type(outcome)
    for name in _shown(cls):
        value = getattr(outcome, name)
        if value not in ("", None):
            said[name] = _short(value)
    return said


@cache
def _shown(cls: Any) -> tuple[str, ...]:
    """The fields of an outcome that a line shows, without `call`."""
    return tuple(field.name for field in fields(cls) if field.name not in HIDDEN and field.name != "call")


def _short(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, str):
        return value[:LONGEST]
    return value if isinstance(value, int | bool) else str(value)[:LONGEST]


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send every log of the process to `stream` or standard error, as `text` (for people) or `json` (for machines).

    Control characters in values are escaped by both, so a caller's name cannot forge a line.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
    ]
    logfmt = structlog.processors.LogfmtRenderer(
        key_order=["timestamp", "level", "event", "call_id"], drop_missing=True
    )
    last: list[Any] = [structlog.processors.JSONRenderer()] if form == "json" else [logfmt, _escaped]
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.processors.format_exc_info],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())

    def finish(logger: Any, method: str, fields: Any) -> Any:
        if not isinstance(logger, _Lines):
            return structlog.stdlib.ProcessorFormatter.wrap_for_formatter(logger, method, fields)
        for step in last:
            fields = step(logger, method, fields)
        return fields

    structlog.configure(
        processors=[*shared, finish],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=lambda name: _Lines(out, name) if name == OUTCOMES else logging.getLogger(name),
        cache_logger_on_first_use=True,
    )


def _escaped(_logger: object, _method: str, line: str) -> str:
    """A finished line, of which the terminal will show every character and obey none."""
    return _UNSHOWABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
