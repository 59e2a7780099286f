"""A file language as data: what may stand where, how it is read, and the JSON Schema that says the same to editors.

A `Kind` reads a node and describes itself; a language is a `Record` of kinds. Both the reader and the schema come from
that one table, so they cannot disagree. A value that does not fit is reported with place, path and how to mend it,
and reading goes on.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ccswitch.reading.findings import Findings, Place, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Many, Node, Table, Text

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a document a value stands, as messages name it: `types.sales.service`."""

    findings: Findings
    path: str = ""

    def report(self, at: Place, what: str, mend: str = "") -> None:
        """Something is wrong here."""
        self.findings.add(at, f"{self.path}: {what}" if self.path else what, mend)

    def inside(self, key: str) -> Spot:
        """What stands under `key`."""
        return Spot(self.findings, f"{self.path}.{key}" if self.path else key)


class Kind(ABC):
    """What may stand in a place. `needs` says it to people: "a duration, as 20s"."""

    needs: str

    @abstractmethod
    def read(self, node: Node, spot: Spot) -> Any:
        """The value of `node`; None when it does not fit, which is then reported."""

    @abstractmethod
    def schema(self) -> Schema:
        """The same as JSON Schema (2020-12), for the document as YAML 1.2 reads it."""


@dataclass(frozen=True, slots=True)
class Scalar(Kind):
    """One word or number. `parse` raises ValueError, with how to mend it where `needs` does not say enough."""

    needs: str
    parse: Callable[[str], Any]
    json: Schema

    def read(self, node: Node, spot: Spot) -> Any:
        """What `parse` makes of the text."""
        if not isinstance(node, Text):
            spot.report(node.at, "a list or a table where one value should stand", f"write {self.needs}")
            return None
        if not node.value.strip():
            spot.report(node.at, "there is no value", f"write {self.needs}")
            return None
        try:
            return self.parse(node.value.strip())
        except ValueError as wrong:
            spot.report(node.at, f"this cannot be {shown(node.value)}", str(wrong) or f"write {self.needs}")
        return None

    def schema(self) -> Schema:
        """As it was given."""
        return dict(self.json)


@dataclass(frozen=True, slots=True)
class ListOf(Kind):
    """Several of a kind, at least one. With `alone` a single value may stand without its list."""

    item: Kind
    most: int
    alone: bool = True

    @property
    def needs(self) -> str:  # type: ignore[override]
        """As the item."""
        return f"a list: {self.item.needs}"

    def read(self, node: Node, spot: Spot) -> Any:
        """A tuple of what fits."""
        if not isinstance(node, Many):
            if not self.alone:
                spot.report(node.at, "this is no list", f"write {self.needs}")
                return None
            node = Many(node.at, [node])
        if not node.items:
            spot.report(node.at, "the list is empty", f"write {self.item.needs}, or leave the key out")
        if len(node.items) > self.most:
            spot.report(node.at, f"{len(node.items)} values", f"at most {self.most:,}")
            return None
        values = tuple(self.item.read(item, spot) for item in node.items)
        return None if None in values or not values else values

    def schema(self) -> Schema:
        """An array, or the item alone."""
        array = {"type": "array", "items": self.item.schema(), "minItems": 1, "maxItems": self.most}
        return {"anyOf": [self.item.schema(), array]} if self.alone else array


@dataclass(frozen=True, slots=True)
class Field:
    """What a table may have under a key: its kind, what it means, and what holds when it is not there (None: nothing,
    or what `says` tells). `default` is the value as it was parsed; `written` is how a person would write it."""

    kind: Kind
    says: str
    default: Any = None
    written: str | int | None = None
    required: bool = False


@dataclass(slots=True)
class Taken:
    """A table that was read: values by key (defaults among them), and where each key was written."""

    at: Place
    values: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def place(self, key: str) -> Place:
        """Where `key` stands, or the table when it was left out."""
        return self.places.get(key, self.at)

    def has(self, key: str) -> bool:
        """Whether `key` was written."""
        return key in self.places


@dataclass(frozen=True, slots=True)
class Record(Kind):
    """A table with known keys."""

    fields: Mapping[str, Field]
    needs: str = "a table of keys with values"

    def read(self, node: Node, spot: Spot) -> Taken | None:
        """Every key's value; required keys that are missing and keys that nobody knows are reported."""
        if not isinstance(node, Table):
            spot.report(node.at, "this is no table", f"write {self.needs}, as `{next(iter(self.fields))}: …`")
            return None
        taken = Taken(node.at)
        for key, (written, value) in node.entries.items():
            taken.places[key] = value.at if isinstance(value, Text) else written.at
            if key not in self.fields:
                spot.report(written.at, f"there is no {shown(key)} here", did_you_mean(key, self.fields))
        for key, known in self.fields.items():
            taken.values[key] = known.default
            if key in node.entries:
                value = known.kind.read(node.entries[key][1], spot.inside(key))
                taken.values[key] = known.default if value is None else value
            elif known.required:
                spot.report(node.at, f"{shown(key)} is missing", f"add `{key}: …`, {known.kind.needs}")
        return taken

    def schema(self) -> Schema:
        """An object without other keys."""
        described = {key: _described(known) for key, known in self.fields.items()}
        required = [key for key, known in self.fields.items() if known.required]
        schema: Schema = {"type": "object", "properties": described, "additionalProperties": False}
        return schema | ({"required": required} if required else {})


def _described(known: Field) -> Schema:
    schema = known.kind.schema() | {"description": known.says}
    return schema if known.written is None else schema | {"default": known.written}


@dataclass(frozen=True, slots=True)
class Named(Kind):
    """A table whose keys are names that the author gives, at least one: name → `item`."""

    item: Kind
    name: re.Pattern[str]
    most: int
    needs: str = "names with a table below each"

    def read(self, node: Node, spot: Spot) -> dict[str, Any] | None:
        """By name, in the order of the file; names whose value does not fit are left out (and reported)."""
        if not isinstance(node, Table) or not node.entries:
            spot.report(node.at, "there is nothing here", f"write {self.needs}")
            return None
        if len(node.entries) > self.most:
            spot.report(node.at, f"{len(node.entries)} names", f"at most {self.most:,}")
            return None
        found = {}
        for key, (written, value) in node.entries.items():
            if self.name.fullmatch(key) is None:
                spot.report(written.at, f"{shown(key)} is no name", "use letters, digits, - and _, at most 64")
            taken = self.item.read(value, spot.inside(key))
            if taken is not None:
                found[key] = taken
        return found

    def schema(self) -> Schema:
        """An object of items."""
        return {
            "type": "object",
            "additionalProperties": self.item.schema(),
            "propertyNames": {"maxLength": 64},  # editors' regular expressions know only Latin letters
            "minProperties": 1,
            "maxProperties": self.most,
        }


@dataclass(frozen=True, slots=True)
class Cases(Kind):
    """A table of which one key, `key`, says what the others are. With `short`, a single value stands for the case
    `(word, key)` with nothing else: `20s` for `{law: deterministic, mean: 20s}`."""

    key: str
    cases: Mapping[str, Record]
    needs: str
    short: tuple[str, str] | None = None

    def read(self, node: Node, spot: Spot) -> Taken | None:
        """The table of its case, which is among its values under `key`."""
        if isinstance(node, Text) and self.short is not None:
            return self._alone(node, spot)
        if not isinstance(node, Table):
            spot.report(node.at, "this cannot be a list", f"write {self.needs}")
            return None
        if self.key not in node.entries:
            spot.report(
                node.at, f"{shown(self.key)} is missing", f"add `{self.key}: …`, one of {', '.join(self.cases)}"
            )
            return None
        word = node.entries[self.key][1]
        record = self.cases.get(word.value) if isinstance(word, Text) else None
        if record is None or not isinstance(word, Text):
            told = word.value if isinstance(word, Text) else ""
            spot.inside(self.key).report(word.at, f"there is no {shown(told)}", did_you_mean(told, self.cases))
            return None
        others = {key: entry for key, entry in node.entries.items() if key != self.key}
        taken = record.read(Table(node.at, others), spot)
        return None if taken is None else _with(taken, self.key, word.value)

    def _alone(self, node: Text, spot: Spot) -> Taken | None:
        assert self.short is not None
        word, key = self.short
        value = self.cases[word].fields[key].kind.read(node, spot)
        if value is None:
            return None
        defaults = {name: known.default for name, known in self.cases[word].fields.items()}
        return Taken(node.at, defaults | {self.key: word, key: value}, {key: node.at})

    def schema(self) -> Schema:
        """One object for each case, and the single value."""
        found = [self._case(word, record) for word, record in self.cases.items()]
        if self.short is not None:
            found.insert(0, self.cases[self.short[0]].fields[self.short[1]].kind.schema())
        return {"anyOf": found}

    def _case(self, word: str, record: Record) -> Schema:
        schema = record.schema()
        properties = {self.key: {"const": word}} | schema["properties"]
        return schema | {"properties": properties, "required": [self.key, *schema.get("required", ())]}


def _with(taken: Taken, key: str, value: object) -> Taken:
    taken.values[key] = value
    return taken
