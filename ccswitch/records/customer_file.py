"""Customers from a CSV file: every line that is wrong is told with its number, the others are taken."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ccswitch.errors import StoreError
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import did_you_mean
from ccswitch.records.customers import Given, put
from ccswitch.records.phone_numbers import e164
from ccswitch.records.store import Store

COLUMNS = ("name", "phones", "keys", "level", "language", "tags")  # the last five may be left out
AT_ONCE = 200  # lines in one transaction: the controller writes in between
LENGTHS = {"name": 128, "level": 32, "language": 32}
_LANGUAGE = re.compile(r"([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?")
_TAG = re.compile(r"[\w.:-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line that was not taken: where it stands in the file (from 1), what it was, everything wrong with it."""

    line: int
    cells: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Imported:
    """What came of a file."""

    header: tuple[str, ...] = ()
    added: int = 0
    changed: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def import_customers(store: Store, text: str, *, region: str, now: Seconds, dry: bool = False) -> Imported:
    """Take the customers in a CSV text (its first line names the columns); nothing is kept when it is `dry`.

    Lists in a cell are divided by `;`. Raises StoreError when the database is away; what was taken before stays.
    """
    rows = _lines(text)
    _, first, why = next(rows, (1, (), ""))
    imported = Imported(header=tuple(cell.strip().lower() for cell in first))
    if wrong := (why,) if why else header_trouble(imported.header):
        imported.rejected.append(Rejected(line=1, cells=imported.header, why=wrong))
        return imported
    batch: list[tuple[int, tuple[str, ...]]] = []
    for line, cells, why in rows:
        if why:
            imported.rejected.append(Rejected(line=line, cells=cells, why=(why,)))
        elif any(cell.strip() for cell in cells):
            batch.append((line, cells))
        if len(batch) == AT_ONCE:
            _take(store, imported, batch, region, now, dry)
            batch = []
    _take(store, imported, batch, region, now, dry)
    return imported


def _lines(text: str) -> Iterator[tuple[int, tuple[str, ...], str]]:
    """Each line with its number, its cells, and why it cannot be read. No cell of ours goes over several lines, so a
    quote that is never closed costs its own line alone."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        try:
            yield number, tuple(next(csv.reader([line], skipinitialspace=True, strict=True), ())), ""
        except csv.Error as error:
            yield number, (line.rstrip("\n"),), f"its quotes or its length are wrong: {error}"


def header_trouble(header: tuple[str, ...]) -> tuple[str, ...]:
    """What is wrong with the names of the columns."""
    wrong = [f"there is no column {name!r}: {did_you_mean(name, COLUMNS)}" for name in header if name not in COLUMNS]
    wrong += [f"column {name!r} stands twice" for name in COLUMNS if header.count(name) > 1]
    if "name" not in header:
        wrong.append(f"the first line names the columns ({', '.join(COLUMNS)}), and `name` must be among them")
    return tuple(wrong)


def _take(
    store: Store, imported: Imported, batch: list[tuple[int, tuple[str, ...]]], region: str, now: Seconds, dry: bool
) -> None:
    read = [(line, cells, *read_line(imported.header, cells, region)) for line, cells in batch]
    for line, cells, _, why in read:
        if why:
            imported.rejected.append(Rejected(line=line, cells=cells, why=why))
    good = [(line, cells, given) for line, cells, given, why in read if not why]

    def work(connection: Connection) -> tuple[int, list[Rejected]]:
        """In one transaction, rolled back when `dry`: how many are new, and whom the tables refuse."""
        added, refused = 0, []
        for line, cells, given in good:
            try:
                added += put(connection, given, now)
            except StoreError as error:
                refused.append(Rejected(line=line, cells=cells, why=(str(error),)))
        if dry:
            connection.rollback()
        return added, refused

    if good:
        added, refused = store.read(work) if dry else store.write(work)
        imported.added += added
        imported.changed += len(good) - added - len(refused)
        imported.rejected += refused
    imported.rejected.sort(key=lambda one: one.line)


def read_line(header: tuple[str, ...], cells: tuple[str, ...], region: str) -> tuple[Given, tuple[str, ...]]:
    """What a line says, and everything that is wrong with it."""
    said = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    wrong = [] if len(cells) <= len(header) else [f"{len(cells)} cells, but {len(header)} columns"]
    if not said.get("name"):
        wrong.append("there is no name")
    wrong += [
        f"{name} is longer than {most} characters" for name, most in LENGTHS.items() if len(said.get(name, "")) > most
    ]
    if _LANGUAGE.fullmatch(said.get("language", "")) is None:
        wrong.append(f"{said['language']!r} is no language: write zh or en-GB")
    phones = []
    for written in _parts(said.get("phones", "")):
        if (number := e164(written, region)) is None:
            wrong.append(f"{written!r} is no phone number")
        else:
            phones.append(number)
    keys, tags = _parts(said.get("keys", "")), _parts(said.get("tags", ""))
    wrong += [f"key {key[:20]!r}… is longer than 128 characters" for key in keys if len(key) > 128]
    wrong += [f"{tag!r} is no tag: letters, digits, _ . : -, at most 64" for tag in tags if not _TAG.fullmatch(tag)]
    given = Given(
        name=said.get("name", ""),
        level=said.get("level", ""),
        language=said.get("language", ""),
        phones=tuple(phones),
        keys=keys,
        tags=tags,
    )
    return given, tuple(wrong)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def rejected_text(imported: Imported) -> str:
    """The lines that were not taken as CSV, with the line's number and the reasons in two further columns: mended, the
    file can be imported as it is once these two are gone."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*imported.header, "line", "why"])
    for one in imported.rejected:
        cells = [*one.cells, *[""] * (len(imported.header) - len(one.cells))]
        writer.writerow([*cells, one.line, "; ".join(one.why)])
    return out.getvalue()
