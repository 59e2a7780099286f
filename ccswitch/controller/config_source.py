"""Reads a TOML file into dataclasses and says where everything that is wrong with it stands.

`tomllib` gives values without places; `places` finds where each table and key was written. `Reader` fills a dataclass
from a table by the dataclass's own fields: their types, their defaults, and the checks that `CHECKS` names for them.
"""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, TypeVar

from ccswitch.reading.findings import Findings, Place, did_you_mean, shown

T = TypeVar("T")
Path = tuple[str | int, ...]  # ("node", 0, "port"), ("store",), ("handover_grace",)
Check = Callable[[Any], str]  # what is wrong with a value and how to mend it, empty when nothing is
Checks = Mapping[type, Mapping[str, Check]]

_STRINGS_AND_COMMENTS = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL
)
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*[=.]")
_TEXT = "ª"  # stands for a character of a string; a letter, as bare keys may be quoted
_ITEM = re.compile(f"{_TEXT}+")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)| \(at end of document\)")
_KINDS: Mapping[type, tuple[tuple[type, ...], str]] = {
    str: ((str,), "a text in quotes"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}


def parse(text: str, findings: Findings) -> dict[str, Any]:
    """The values of a TOML text; a text that is no TOML is reported and empty."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        end = Place(text.count("\n") + 1, 1)
        at = Place(int(found[1]), int(found[2])) if found and found[1] else end
        what = _AT.sub("", str(error))
        findings.add(at, f"this is not TOML: {what[:1].lower()}{what[1:]}", "texts stand in quotes, lists in [ ]")
        return {}


def places(text: str) -> dict[Path, Place]:
    """Where each table, key and text of a list was written. Tables and texts of a list are numbered from 0."""
    found: dict[Path, Place] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    of: Path = ()  # the key whose value is being read
    items = depth = 0
    for number, line in enumerate(_STRINGS_AND_COMMENTS.sub(_blank, text).split("\n"), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if depth == 0 and header:
            table = _table(header, counts)
            found.setdefault(table, Place(number, header.start(2) + 1))
        elif depth == 0 and key:
            of, items = (*table, key[1]), 0
            found.setdefault(of, Place(number, key.start(1) + 1))
        if not (depth == 0 and header):
            begin = key.end() if depth == 0 and key else 0
            for item in _ITEM.finditer(line, begin):
                if depth or "[" in line[begin : item.start()]:
                    found.setdefault((*of, items), Place(number, item.start() + 1))
                    items += 1
            depth = max(0, depth + sum(map(line.count, "[{")) - sum(map(line.count, "]}")))
    return found


def _table(header: re.Match[str], counts: dict[str, int]) -> Path:
    name = header[2]
    if header[1] == "[":
        return (name,)
    counts[name] = counts.get(name, -1) + 1
    return (name, counts[name])


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", _TEXT if found[0][0] != "#" else " ", found[0])


class Reader:
    """Fills dataclasses from the tables of one file, and reports what does not fit at the place where it stands."""

    def __init__(self, text: str, file: str, checks: Checks) -> None:
        self.findings = Findings(file)
        self.data = parse(text, self.findings)
        self._places, self._checks = places(text), checks

    def report(self, path: Path, what: str, mend: str = "") -> None:
        """Something is wrong at `path`, or with what is missing there."""
        self.findings.add(self.place(path), what, mend)

    def place(self, path: Path) -> Place:
        """Where `path` was written, or the nearest thing around it."""
        for known in (path, *(path[:n] for n in range(len(path) - 1, 0, -1)), (*path, 0)):
            if known in self._places:
                return self._places[known]
        return Place()

    def known(self, table: Mapping[str, Any], path: Path, names: Sequence[str]) -> None:
        """Report every key of `table` that is not among `names`."""
        where = f"[{path[0]}]" if path else "this file"
        for key in table:
            if key not in names:
                self.report((*path, key), f"{where} knows no {shown(key)}", did_you_mean(key, names))

    def table(self, kind: type[T], name: str) -> T:
        """The dataclass `kind` from `[name]`, defaults where it is silent."""
        value = self.data.get(name, {})
        if not isinstance(value, dict):
            self.report((name,), f"{shown(name)} is a table", f"write [{name}] on a line of its own, its keys below")
            value = {}
        return self.fill(kind, value, (name,))

    def tables(self, kind: type[T], name: str, aliases: Mapping[str, str] | None = None) -> tuple[T, ...]:
        """One dataclass `kind` for each `[[name]]`, in their order."""
        values = self.data.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.report((name,), f"{shown(name)} is a list of tables", f"write [[{name}]] before each of them")
            return ()
        return tuple(self.fill(kind, value, (name, n), aliases) for n, value in enumerate(values))

    def fill(self, kind: type[T], table: Mapping[str, Any], path: Path, aliases: Mapping[str, str] | None = None) -> T:
        """The dataclass `kind` from a table; `aliases` (key → field) are keys that are written differently."""
        types = _types(kind)  # type: ignore[arg-type]  # every class can be hashed
        keys = {field.name: field.name for field in fields(kind)} | {v: k for k, v in (aliases or {}).items()}  # type: ignore[arg-type]
        self.known(table, path, list(keys.values()))
        given = {}
        for field in fields(kind):  # type: ignore[arg-type]
            key = keys[field.name]
            if key in table:
                given[field.name] = self._value(kind, field, types[field.name], table[key], (*path, key))
            elif field.default is MISSING and field.default_factory is MISSING:
                self.report(path, f"[[{path[0]}]] without {shown(key)}", f"add the line {key} = …")
                given[field.name] = _empty(types[field.name])
        return kind(**given)

    def scalar(self, name: str, default: float, check: Check) -> float:
        """A number at the top of the file."""
        value = self.data.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.report((name,), f"{name} is {_described(value)}", "write a number")
            return default
        if wrong := check(value):
            self.report((name,), f"{name} = {value}", wrong)
        return float(value)

    def _value(self, kind: type, field: Field[Any], hint: Any, value: Any, path: Path) -> Any:
        """A value made fit for its field; one that does not fit is reported and stands in for itself."""
        wanted = _plain(hint)
        given = tuple(value) if isinstance(value, list) else value
        if isinstance(value, dict) and wanted is tuple and all(isinstance(text, str) for text in value.values()):
            given = tuple(f"{key}={text}" for key, text in value.items())  # as { 1 = "voicemail:sales" }
        if not _fits(given, wanted):
            self.report(path, f"{path[-1]} is {_described(value)}", f"write {_wish(wanted)}")
            return _empty(hint) if field.default is MISSING else field.default
        check = self._checks.get(kind, {}).get(field.name)
        for n, item in enumerate(given if isinstance(given, tuple) else (given,)):
            if check and (wrong := check(item)):
                where = (*path, n) if isinstance(given, tuple) else path
                self.report(where, f"{path[-1]} = {shown(str(item))}", wrong)
        return float(value) if wanted is float else given


@cache  # half the time of a file with many agents
def _types(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _plain(hint: Any) -> Any:
    """`str` for `NewType("AgentId", str)`, `tuple` for `tuple[QueueName, ...]`."""
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return typing.get_origin(hint) or hint


def _fits(value: Any, wanted: Any) -> bool:
    if wanted is tuple:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    return isinstance(value, _KINDS[wanted][0]) and (wanted is bool or not isinstance(value, bool))


def _wish(wanted: Any) -> str:
    return 'a list of texts: ["…", "…"]' if wanted is tuple else _KINDS[wanted][1]


def _described(value: Any) -> str:
    names = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def _empty(hint: Any) -> Any:
    return _plain(hint)()
