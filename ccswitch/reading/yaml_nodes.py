"""Reads YAML into nodes that know where they stand.

Only what a script or a scenario needs: mappings with plain keys, lists, and text. Every scalar stays the text that was
written (`1:`, `on`, `1:30`, `+86…` keep their meaning), a key written twice is an error, and so are anchors, aliases
and tags (`&`, `*`, `!`), with which a few lines can stand for gigabytes. Built from the parser's events, so neither
size nor depth of the input can exhaust memory or stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

from ccswitch.reading.findings import Findings, Place, shown

SIZE_LIMIT = 256 * 1024  # characters of one file
DEPTH_LIMIT = 10

_UNSEEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what YAML does not allow
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser wherever PyYAML was built with it


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar as it was written. `quoted` tells `""` from nothing at all."""

    value: str
    at: Place
    quoted: bool = False


@dataclass(slots=True)
class Many:
    """A list."""

    at: Place
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A mapping; keys in the order in which they were written."""

    at: Place
    entries: dict[str, tuple[Text, Node]] = field(default_factory=dict)


Node = Text | Many | Table


def read_yaml(text: str, findings: Findings, *, kind: str = "script", file: str = "") -> Node | None:
    """The one document in `text`; None when there is none or it is too broken, with the reason in `findings`.

    `kind` is what messages call the document. `file` is given when it is not the one that `findings` are about.
    """
    if len(text) > SIZE_LIMIT:
        findings.add(Place(file=file), f"a {kind} of {len(text):,} characters", f"at most {SIZE_LIMIT:,}; split it")
        return None
    if (hidden := _UNSEEN.search(text)) is not None:
        at = _offset(text, hidden.start(), file)
        findings.add(at, f"character {hidden[0]!r} is no text", "remove it, and save the file as UTF-8")
        return None
    try:
        return _Builder(findings, kind, file).build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as broken:
        findings.add(_place(broken.problem_mark, file), f"not YAML: {_reason(broken)}", _cure(str(broken.problem)))
    return None


def read_table(
    text: str, findings: Findings, *, empty: str, mend: str, kind: str = "script", file: str = ""
) -> Table | None:
    """The one mapping that `text` is, as `read_yaml` reads it. Of anything else `findings` say that it is `empty`."""
    root = read_yaml(text, findings, kind=kind, file=file)
    if isinstance(root, Table):
        return root
    if not findings:
        findings.add(Place(file=file), empty, mend)
    return None


class _Builder:
    """Turns parser events into one node; keeps going behind everything that it refuses."""

    def __init__(self, findings: Findings, kind: str, file: str) -> None:
        self._findings, self._kind, self._file = findings, kind, file
        self._open: list[Table | Many] = []
        self._keys: list[Text | None] = []  # per open mapping: the key that waits for its value
        self._root: Node | None = None
        self._documents = 0

    def build(self, events: Iterator[yaml.Event]) -> Node | None:
        """The tree of the only document; None when there is none, or reading on made no sense."""
        for event in events:
            if not self._take(event):
                return None
        return self._root

    def _take(self, event: yaml.Event) -> bool:
        """Use one event; False when reading on makes no sense."""
        at = _place(event.start_mark, self._file)
        match event:
            case yaml.ScalarEvent():  # nearly all are
                self._refuse_marks(event, at)
                self._put(Text(event.value, at, quoted=bool(event.style)))
            case yaml.DocumentStartEvent():
                return self._one_document(at)
            case yaml.AliasEvent():
                self._findings.add(at, f"alias *{event.anchor}", f"write the value out; {self._kind}s have no aliases")
                self._put(Text("", at))
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_marks(event, at)
                return self._enter(Table(at) if isinstance(event, yaml.MappingStartEvent) else Many(at))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self._open.pop()
                self._keys.pop()
        return True

    def _one_document(self, at: Place) -> bool:
        self._documents += 1
        if self._documents > 1:
            self._findings.add(at, "a second document", f"one {self._kind} a file: remove the `---`")
        return self._documents == 1

    def _refuse_marks(self, event: yaml.NodeEvent, at: Place) -> None:
        if event.anchor:
            self._findings.add(at, f"anchor &{event.anchor}", f"remove it; {self._kind}s have no anchors")
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self._findings.add(at, f"tag {shown(tag)}", "remove it; every value is plain text")

    def _enter(self, node: Table | Many) -> bool:
        if len(self._open) >= DEPTH_LIMIT:
            self._findings.add(node.at, f"nested more than {DEPTH_LIMIT} deep", f"a {self._kind} needs half of that")
            return False
        self._put(node)
        self._open.append(node)
        self._keys.append(None)
        return True

    def _put(self, node: Node) -> None:
        """Give `node` to whatever is open: as the root, an item, a key, or the value of the key before it."""
        if not self._open:
            self._root = node
            return
        parent = self._open[-1]
        if isinstance(parent, Many):
            parent.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = self._key(node)
        else:
            self._keys[-1] = None
            self._pair(parent, key, node)

    def _key(self, node: Node) -> Text:
        if isinstance(node, Text):
            return node
        self._findings.add(node.at, "a list or a table where a name should stand", "write NAME: VALUE")
        return Text("", node.at)

    def _pair(self, table: Table, key: Text, value: Node) -> None:
        known = table.entries.get(key.value)
        if known is not None:
            self._findings.add(
                key.at, f"{shown(key.value)} is written twice", f"the first one is in line {known[0].at.line}"
            )
            return
        table.entries[key.value] = (key, value)


class _Mark(Protocol):
    """What the C parser's and the Python parser's marks have in common; both count from 0."""

    line: int
    column: int


def _place(mark: _Mark | None, file: str) -> Place:
    return Place(file=file) if mark is None else Place(mark.line + 1, mark.column + 1, file)


def _offset(text: str, position: int, file: str) -> Place:
    before = text[:position]
    return Place(before.count("\n") + 1, len(before) - before.rfind("\n"), file)


def _reason(broken: yaml.MarkedYAMLError) -> str:
    return " ".join(part for part in (broken.context, broken.problem) if part)


_CURES = (
    ("cannot start any token", "indent with blanks, not tabs, and quote text that begins with @, ` or %"),
    ("mapping values are not allowed", "quote text that contains a colon and a blank"),
    ("did not find expected ',' or", "close the bracket, or quote text that contains { } [ ] or ,"),
    ("could not find expected ':'", "write NAME: VALUE, with a blank after the colon"),
    ("did not find expected key", "check the indentation of this line and the one above"),
    ("unexpected end of stream", "close the quote"),
    ("expected alphabetic or numeric character", 'the star key needs quotes: "*"'),
)


def _cure(problem: str) -> str:
    return next((cure for sign, cure in _CURES if sign in problem), "")
