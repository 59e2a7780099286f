"""CSV files beside a scenario: durations for an empirical law, and traces of calls. Hostile until checked.

Every error names file and line. A trace's columns, in any order, named in its first line:

| column | what |
|---|---|
| `arrival` | seconds since the scenario's start, a duration (`1h30m`), or a local time (`2026-11-23 09:01:30`) |
| `type` | a type of the scenario; may be left out when there is only one |
| `service`, `patience` | durations; an empty cell, or no such column: drawn by the type's laws |
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ccswitch.model.ids import Seconds
from ccswitch.planning import notation
from ccswitch.planning.scenario import TracedCall
from ccswitch.reading.findings import Findings, Place, did_you_mean, shown

BYTES_LIMIT = 64 * 1024 * 1024
LINES_LIMIT = 500_000
COLUMNS = ("arrival", "type", "service", "patience")

Line = tuple[int, list[str]]  # where it stands in the file, its cells


def read_durations(path: Path, column: str | None, findings: Findings) -> tuple[Seconds, ...]:
    """One duration from each line: of `column`, else of the first one. A first line of words is a head."""
    lines = list(_lines(path, findings))
    if not lines:
        findings.add(Place(file=str(path)), "there is no duration in this file", "write one in each line")
        return ()
    at, first = 0, lines[0][1]
    if column is not None:
        if column not in first:
            findings.add(Place(file=str(path)), f"there is no column {shown(column)}", did_you_mean(column, first))
            return ()
        at = first.index(column)
    head = column is not None or first[0].strip()[:1].isalpha()
    values = tuple(
        value
        for number, cells in (lines[1:] if head else lines)
        for value in [_cell(notation.duration, cells, at, Place(number, 1, str(path)), findings, "a duration")]
        if value is not None
    )
    if len(lines) == head:
        findings.add(Place(file=str(path)), "there is only a head in this file", "write a duration in each line below")
    return values


def read_trace(
    path: Path, types: Sequence[str], start: datetime, length: Seconds, findings: Findings
) -> tuple[TracedCall, ...]:
    """The calls of a trace in the order in which they came. `start` is a local time, `length` of the whole run."""
    lines = _lines(path, findings)
    _, head = next(lines, (1, []))
    known = {name.strip().lower(): at for at, name in enumerate(head)}
    if not _head_is_right(known, head, types, Place(file=str(path)), findings):
        return ()
    calls = [
        call
        for number, cells in lines
        for call in [_call(cells, known, types, start, length, Place(number, 1, str(path)), findings)]
        if call is not None
    ]
    return tuple(sorted(calls, key=lambda call: call.at))


def _head_is_right(known: dict[str, int], head: list[str], types: Sequence[str], at: Place, findings: Findings) -> bool:
    needed = ["arrival"] if len(types) == 1 else ["arrival", "type"]
    for name in needed:
        if name not in known:
            findings.add(at, f"there is no column {shown(name)}", f"begin with a line such as {','.join(COLUMNS)}")
    for name in known:
        if name not in COLUMNS:
            findings.add(at, f"nobody knows the column {shown(name)}", did_you_mean(name, COLUMNS))
    if len(known) < len(head):
        findings.add(at, "a column stands there twice", "remove one")
    return len(known) == len(head) and set(needed) <= set(known) <= set(COLUMNS)


def _call(
    cells: list[str],
    known: dict[str, int],
    types: Sequence[str],
    start: datetime,
    length: Seconds,
    place: Place,
    findings: Findings,
) -> TracedCall | None:
    """One line of a trace; None when it is wrong."""

    def cell(name: str, parse: Callable[[str], float], needs: str) -> float | None:
        """The value of a column, None when the file or the line does not have it or it is wrong, which is told."""
        return _cell(parse, cells, known[name], place, findings, needs) if _filled(cells, known.get(name)) else None

    def arrival(text: str) -> Seconds:
        """Seconds after the trace's start, of an instant or of a duration. ValueError says what is wrong."""
        if re.fullmatch(notation.INSTANT, text, re.ASCII):
            return (notation.instant(text) - start).total_seconds()
        return notation.duration(text)

    call_type = cells[known["type"]].strip() if _filled(cells, known.get("type")) else ""
    if not call_type and len(types) == 1:
        call_type = types[0]
    if call_type not in types:
        findings.add(place, f"there is no type {shown(call_type)}", did_you_mean(call_type, types))
        return None
    at = _cell(arrival, cells, known["arrival"], place, findings, "when the call came")
    if at is not None and not 0.0 <= at < length:
        findings.add(place, "the call is outside the run", "let it come between the scenario's start and its end")
        at = None
    service = cell("service", notation.duration, "a duration")
    patience = cell("patience", notation.duration, "a duration")
    return None if at is None else TracedCall(at=at, call_type=call_type, service=service, patience=patience)


def _filled(cells: list[str], at: int | None) -> bool:
    return at is not None and at < len(cells) and bool(cells[at].strip())


def _cell(
    parse: Callable[[str], float], cells: list[str], at: int, place: Place, findings: Findings, needs: str
) -> float | None:
    text = cells[at].strip() if at < len(cells) else ""
    try:
        return parse(text)
    except ValueError as wrong:
        findings.add(place, f"this cannot be {shown(text)}", str(wrong) or f"write {needs}, as 90 or 1m30s")
    return None


def _lines(path: Path, findings: Findings) -> Iterator[Line]:
    """The lines that are not empty, each with its number; the reason in `findings` when there are none to be had."""
    try:
        text = _text(path)
    except ValueError as wrong:
        findings.add(Place(file=str(path)), str(wrong), "save it as CSV in UTF-8")
        return
    except OSError as wrong:
        findings.add(
            Place(file=str(path)), f"cannot be read: {wrong.strerror}", "names of files count from the scenario"
        )
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cells in reader:
            if reader.line_num > LINES_LIMIT:
                findings.add(Place(reader.line_num, 1, str(path)), "the file goes on", f"at most {LINES_LIMIT:,} lines")
                return
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as wrong:
        findings.add(Place(reader.line_num, 1, str(path)), f"this is no CSV: {wrong}", "check the quotes")


def _text(path: Path) -> str:
    if not path.is_file():
        raise OSError(0, "there is no such file" if not path.exists() else "this is no file")
    if path.stat().st_size > BYTES_LIMIT:
        raise ValueError(f"more than {BYTES_LIMIT // 2**20} MB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ValueError(f"byte {wrong.start} is not UTF-8") from None
