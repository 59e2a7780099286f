"""The log that an engineer reads at night: one line per outcome, with its call_id."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, TextIO

import gevent
import structlog

from ccswitch.clock import Seconds
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.nouns import VisitResult

# Left out of a line: a script's cursor is machine talk, settings are long.
HIDDEN = frozenset({"cursor", "settings", "serial", "script_hash", "execute"})
# Of interest only when something is looked for.
QUIET: tuple[type, ...] = (o.DeadlinePassed, o.SurveyAsked, o.MusicStarted, o.LegOpened)
LONGEST = 200
OUTCOMES = "outcome"  # the logger's name
GATHER: Seconds = 0.1
AT_ONCE = 50  # decisions; to tell more would hold the hub for longer than a millisecond or two
# What could move a terminal's cursor, or turn the direction of writing: C0, C1, line separators, bidi controls.
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class _Lines:
    """Where outcomes go: to the stream, past `logging` and past structlog's chain, which cost more than the line does.

    A stream that takes nothing (its disk is full, its reader is gone) costs the lines and no more, as with `logging`.
    """

    def __init__(self, stream: TextIO, level: int, render: Callable[[dict[str, Any]], str]) -> None:
        self.level, self.render = level, render
        self._stream = stream

    def write(self, lines: list[str]) -> None:
        """Write some lines in one piece, or lose them."""
        with suppress(OSError):
            self._stream.write("\n".join(lines) + "\n")
            self._stream.flush()


_lines: _Lines | None = None  # as `configure` said; before that outcomes are not told


class OutcomeLog:
    """A listener of the engine that tells each decision at once."""

    def __call__(self, decision: Decision) -> None:
        self.tell([(time.time(), decision)])

    def tell(self, decisions: Sequence[tuple[Seconds, Decision]]) -> None:
        """Tell decisions, each with the time at which it was heard of, in one piece."""
        out = _lines
        if out is None:
            return
        lines = [line for at, decision in decisions for line in _told(decision, at, out)]
        if lines:
            out.write(lines)


class GatheredLog(OutcomeLog):
    """The same for a process that has calls to serve: what is told together costs half, and no offer waits for it.

    A process that is killed has told all but the last `GATHER` seconds; the journal has those.
    """

    def __init__(self) -> None:
        self._waiting: list[tuple[Seconds, Decision]] = []
        self._soon: gevent.Greenlet | None = None

    def __call__(self, decision: Decision) -> None:
        self._waiting.append((time.time(), decision))
        if len(self._waiting) >= AT_ONCE:
            self.flush()
        elif self._soon is None:
            self._soon = gevent.spawn_later(GATHER, self._tell_soon)

    def flush(self) -> None:
        """Tell what waits."""
        told, self._waiting = self._waiting, []
        self.tell(told)

    def _tell_soon(self) -> None:
        self._soon = None
        self.flush()


def _told(decision: Decision, at: Seconds, out: _Lines) -> Iterator[str]:
    timestamp = datetime.fromtimestamp(at).isoformat()
    for outcome in decision.outcomes:
        level = _level(outcome)
        if level >= out.level:
            event = type(outcome).__name__
            said: dict[str, Any] = {"timestamp": timestamp, "level": _LEVELS[level], "event": event}
            if call := getattr(outcome, "call", ""):
                said["call_id"] = call
            said["n"] = decision.n
            said |= words(outcome)
            said["logger"] = OUTCOMES
            yield out.render(said)


_LEVELS = {logging.DEBUG: "debug", logging.INFO: "info", logging.WARNING: "warning"}


def _level(outcome: o.Outcome) -> int:
    if isinstance(outcome, QUIET):
        return logging.DEBUG
    if isinstance(outcome, o.VisitEnded) and outcome.result is VisitResult.REMOVED:
        return logging.WARNING  # who took the queue from the files may not have thought of those who waited in it
    return logging.INFO


def words(outcome: object) -> dict[str, Any]:
    """An outcome's fields as a log shows them, without empty ones and numbers that say nothing (0, as they are unless
    somebody says otherwise); `call` goes first, as `call_id`."""
    said: dict[str, Any] = {}
    if call := getattr(outcome, "call", ""):
        said["call_id"] = call
    cls: Any = type(outcome)
    for name, nothing in _shown(cls):
        value = getattr(outcome, name)
        if value not in nothing:
            said[name] = value[:LONGEST] if type(value) is str else _short(value)
    return said


@cache
def _shown(cls: Any) -> tuple[tuple[str, tuple[object, ...]], ...]:
    """The fields of an outcome that a line shows, without `call`; each with the values that are not worth it."""
    return tuple(
        (field.name, (None, "", (), 0) if type(field.default) in (int, float) and not field.default else (None, "", ()))
        for field in fields(cls)
        if field.name not in HIDDEN and field.name != "call"
    )


def _short(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, float):
        return round(value, 3)
    return value if isinstance(value, int | bool) else str(value)[:LONGEST]


def say_no_more() -> None:
    """Outcomes are told no longer, until `configure` says where."""
    global _lines
    _lines = None


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send every log of the process to `stream` or standard error, as `text` (for people) or `json` (for machines).

    Control characters in values are escaped by both, so a caller's name cannot forge a line.
    """
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
    ]
    last: list[Any] = [structlog.processors.JSONRenderer()] if form == "json" else [_LOGFMT, _escaped]
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

    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=logging.getLogger,
        cache_logger_on_first_use=True,
    )
    global _lines
    _lines = _Lines(out, root.level, json.dumps if form == "json" else _as_text)


_LOGFMT = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event", "call_id"], drop_missing=True)
_CARE = re.compile(r"[\s=\"\\]")  # with one of these in it a value is not left as it is by logfmt


def _as_text(fields: dict[str, Any]) -> str:
    """`fields` as `_LOGFMT` renders them; most values need none of its care."""
    said = []
    for name, value in fields.items():
        if value is True or value is False or (type(value) is str and _CARE.search(value)):
            said.append(_LOGFMT(None, "", {name: value}))
        else:
            said.append(f"{name}={value}")
    line = " ".join(said)
    return line if line.isprintable() else _escaped(None, "", line)


def _escaped(_logger: object, _method: str, line: str) -> str:
    """A finished line, of which the terminal will show every character and obey none."""
    return _UNSHOWABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", line)
