"""Answers for people and for programs: a sheet is a table on a terminal and tab-separated lines elsewhere."""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ccswitch.cli.client import Desk, Doc
from ccswitch.cli.failures import Failed
from ccswitch.cli.times import at, clean

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table
    from rich.text import Text as RichText

EVERY = 1.0  # seconds between two looks
GAP = 2  # blanks between columns
SHORT = 8  # characters of an id that tell one call from another, mostly


class Cell(NamedTuple):
    """A text with a rich style, as `bold red`."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table. Columns whose name begins with `>` stand to the right; those with `~` are ids, cut short on a terminal.

    `card`: names and values, without a head.
    """

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str | Cell]]
    title: str = ""
    empty: str = ""  # said when there are no rows
    card: bool = False


def card(title: str, *rows: tuple[str, str | Cell]) -> Sheet:
    """Names and values under each other; what has no value is left out."""
    return Sheet(columns=("", ""), rows=[row for row in rows if _text(row[1])], title=title, card=True)


Draw = Callable[[Doc], list[Sheet]]


def show(
    fetch: Callable[[], Doc], draw: Draw, *, as_json: bool, watch: bool, frames: int | None = None, desk: Desk
) -> None:
    """Show a document once, or again and again: as JSON, as tables on a terminal, as lines elsewhere."""
    if watch and not as_json and sys.stdout.isatty():
        _watch_on_terminal(fetch, draw, frames, desk)
        return
    looks = frames if watch else 1
    try:
        while looks is None or looks > 0:
            document = fetch()
            write_json(document, indent=not watch) if as_json else write(draw(document))
            looks = None if looks is None else looks - 1
            if looks is None or looks > 0:
                time.sleep(EVERY)
    except KeyboardInterrupt:
        if not watch:
            raise


def write_json(document: object, *, indent: bool = True) -> None:
    """One JSON document; on one line unless `indent`. Nothing in it can steer a terminal."""
    text = json.dumps(document, ensure_ascii=False, indent=2 if indent else None)
    text = re.sub("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", lambda found: f"\\u{ord(found[0]):04x}", text)
    click.echo(text)
    sys.stdout.flush()


def write(sheets: Sequence[Sheet]) -> None:
    """Tables on a terminal; elsewhere tab-separated lines, sheets with an empty line between them."""
    if sys.stdout.isatty():
        _console().print(_group(sheets))
        return
    for number, sheet in enumerate(sheets):
        if number:
            click.echo()
        for row in ([] if sheet.card else [[name.lstrip(">~") for name in sheet.columns]]) + list(sheet.rows):
            click.echo("\t".join(_text(cell) for cell in row))
    sys.stdout.flush()


def _text(cell: str | Cell) -> str:
    return clean(cell.text if isinstance(cell, Cell) else cell)


# ---- on a terminal ------------------------------------------------------------------------------------------


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _group(sheets: Sequence[Sheet], *, header: str = "") -> Group:
    from rich.console import Group
    from rich.text import Text

    parts: list[Any] = [part for sheet in sheets for part in _drawn(sheet)]
    return Group(Text(header, style="dim"), Text(), *parts) if header else Group(*parts)


def _drawn(sheet: Sheet) -> list[Any]:
    from rich.text import Text

    title = [Text(clean(sheet.title), style="bold")] if sheet.title else []
    if not sheet.rows:
        return [*title, Text(sheet.empty or "none", style="dim"), Text()]
    return [*title, *(part for fitting in _fitting(sheet, _console().width) for part in (_table(fitting), Text()))]


def _fitting(sheet: Sheet, width: int) -> list[Sheet]:
    """A table of figures that is too wide goes on below, with its first column again: half a figure is none.

    What is said about a figure (`±`) stays beside it. Tables with text are left alone; text can be folded.
    """
    from rich.cells import cell_len

    if sheet.card or not all(name.startswith(">") for name in sheet.columns[1:]):
        return [sheet]
    rows = [[name.lstrip(">~") for name in sheet.columns], *([_text(cell) for cell in row] for row in sheet.rows)]
    widths = [max(map(cell_len, column)) + GAP for column in zip(*rows, strict=True)]
    parts, used = [[0]], widths[0]
    for figure in _figures(sheet.columns):
        needs = sum(widths[column] for column in figure)
        if used + needs > width + GAP and len(parts[-1]) > 1:
            parts, used = [*parts, [0]], widths[0]
        parts[-1] += figure
        used += needs
    return [_columns(sheet, part) for part in parts]


def _columns(sheet: Sheet, numbers: Sequence[int]) -> Sheet:
    rows = [[row[number] for number in numbers] for row in sheet.rows]
    return replace(sheet, columns=tuple(sheet.columns[number] for number in numbers), rows=rows)


def _figures(columns: Sequence[str]) -> list[list[int]]:
    """The columns behind the first one, those that begin with ± together with the one before."""
    figures: list[list[int]] = []
    for number, name in enumerate(columns[1:], 1):
        if name.startswith(">±") and figures:
            figures[-1].append(number)
        else:
            figures.append([number])
    return figures


def _table(sheet: Sheet) -> Table:
    from rich.table import Table

    table = Table(box=None, show_header=not sheet.card, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for number, name in enumerate(sheet.columns):
        right = name.startswith(">")
        style = "dim" if sheet.card and number == 0 else ""
        table.add_column(name.lstrip(">~"), justify="right" if right else "left", style=style, overflow="fold")
    for row in sheet.rows:
        table.add_row(*(_drawn_cell(name, cell) for name, cell in zip(sheet.columns, row, strict=True)))
    return table


def _drawn_cell(column: str, cell: str | Cell) -> RichText:
    from rich.text import Text

    text = _text(cell)
    style = cell.style if isinstance(cell, Cell) else ""
    return Text(text[:SHORT] if column.startswith("~") else text, style=style)


def _watch_on_terminal(fetch: Callable[[], Doc], draw: Draw, frames: int | None, desk: Desk) -> None:
    """The whole screen, until Ctrl-C. A controller that is away for a moment leaves the last picture and its age."""
    from rich.live import Live

    sheets, looked, looks = draw(fetch()), time.time(), 1
    try:
        with Live(console=_console(), screen=True, auto_refresh=False) as live:
            trouble = ""
            while True:
                live.update(_group(sheets, header=_header(desk, looked, trouble)), refresh=True)
                if frames is not None and looks >= frames:
                    return
                time.sleep(EVERY)
                looks += 1
                try:
                    sheets, looked, trouble = draw(fetch()), time.time(), ""
                except Failed as failed:
                    trouble = failed.format_message()
    except KeyboardInterrupt:
        return


def _header(desk: Desk, looked: float, trouble: str) -> str:
    as_of = f"{desk.url}, {at(looked, time.time())}, Ctrl-C ends"
    return f"as of {at(looked, time.time())}: {trouble}" if trouble else as_of
