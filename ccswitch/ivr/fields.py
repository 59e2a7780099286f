"""Reads the values of one table of a script: each reader takes a key, checks its value and reports what is wrong.

A reader that finds nothing usable reports it and returns a stand-in of the right type, so that reading goes on and
the author sees everything at once; a script with a report is never run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ccswitch.ivr.around import CALL_NAMES
from ccswitch.ivr.expressions import Condition, Template, WrongExpression, condition, template
from ccswitch.ivr.prompts import Prompt
from ccswitch.ivr.saying import read_prompts
from ccswitch.ivr.step import END, Way
from ccswitch.model.ids import Seconds
from ccswitch.reading.findings import Findings, Place, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Many, Node, Table, Text

_SECONDS = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m)?", re.ASCII)
_UNITS: Mapping[str, float] = {"ms": 0.001, "s": 1.0, "m": 60.0}
_ANYTHING = re.compile(r".{0,500}", re.DOTALL)
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_WHOLE = re.compile(r"[0-9]{1,6}", re.ASCII)
_FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


class Fields:
    """The keys of `table`, which belongs to `where` (as an error message names it)."""

    def __init__(self, table: Table, where: str, findings: Findings, languages: tuple[str, ...] = ()) -> None:
        """`languages`: of the script."""
        self.at = table.at
        self.where = where
        self.languages = languages
        self._entries = table.entries
        self._asked: list[str] = []
        self._findings = findings

    def report(self, at: Place, what: str, mend: str = "") -> None:
        """Something is wrong at `at` in this table."""
        self._findings.add(at, f"{self.where}: {what}", mend)

    def node(self, key: str) -> Node | None:
        """Whatever stands under `key`."""
        self._asked.append(key)
        entry = self._entries.get(key)
        return None if entry is None else entry[1]

    def place(self, key: str) -> Place:
        """Where `key` stands, or the table when it is missing."""
        entry = self._entries.get(key)
        return self.at if entry is None else entry[0].at

    def missing(self, key: str, mend: str) -> None:
        """Report that `key` is not there."""
        self.report(self.at, f"`{key}` is missing", mend)

    def finish(self) -> None:
        """Report every key that nobody asked for; call when all readers have run."""
        for key, _ in self._entries.values():
            if key.value not in self._asked:
                self.report(key.at, f"there is no {shown(key.value)} here", did_you_mean(key.value, self._asked))

    def text(self, key: str, form: re.Pattern[str], needs: str, default: str | None = None) -> str:
        """A text of the form `form`, described by `needs`; required when there is no default."""
        node = self.node(key)
        if node is None and default is not None:
            return default
        if node is None or (isinstance(node, Text) and not node.value):
            self.report(self.place(key), f"`{key}` needs {needs}", f"write `{key}: …`")
        elif not isinstance(node, Text):
            self.report(node.at, f"`{key}` takes {needs}, not a list or a table")
        elif form.fullmatch(node.value) is None:
            self.report(node.at, f"`{key}` cannot be {shown(node.value)}", f"write {needs}")
        else:
            return node.value
        return default or ""

    def words(
        self, key: str, form: re.Pattern[str], most: int, example: str, *, required: bool = True
    ) -> tuple[str, ...]:
        """One word or a list of them, each of the form `form`; a word that is written twice counts once."""
        node = self.node(key)
        if node is None and not required:
            return ()
        items = node.items if isinstance(node, Many) else [node]
        texts = [item for item in items if isinstance(item, Text) and item.value]
        if not texts or len(texts) < len(items):
            self.report(self.place(key), f"`{key}` needs a word, or a list of them", f"as `{key}: {example}`")
        if len(texts) > most:
            self.report(texts[most].at, f"`{key}` has {len(texts)} words", f"at most {most}")
        for text in texts:
            if form.fullmatch(text.value) is None:
                self.report(text.at, f"`{key}` cannot be {shown(text.value)}", "letters, digits, - and _ only")
        return tuple(dict.fromkeys(text.value for text in texts))

    def unwanted(self, key: str, why: str) -> None:
        """Report `key` when it is there."""
        if self.node(key) is not None:
            self.report(self.place(key), f"`{key}` has no meaning here", why)

    def bare(self, key: str) -> None:
        """A key that stands alone, as `answer:`."""
        node = self.node(key)
        if not isinstance(node, Text) or node.value:
            self.report(self.place(key), f"`{key}` takes no value", f"write `{key}:`")

    def seconds(self, key: str, default: Seconds, least: Seconds, most: Seconds) -> Seconds:
        """A duration as `5`, `5s`, `500ms` or `1m`."""
        written = self.text(key, _SECONDS, "a time, as 5s or 500ms", str(default))
        if (found := _SECONDS.fullmatch(written)) is None:
            return default
        value = float(found[1]) * _UNITS[found[2] or "s"]
        if not least <= value <= most:
            self.report(self.place(key), f"`{key}` is {written}", f"write between {least:g}s and {most:g}s")
        return value

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number."""
        value = int(self.text(key, _WHOLE, "a whole number", str(default)))
        if not least <= value <= most:
            self.report(self.place(key), f"`{key}` is {value}", f"write between {least} and {most}")
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """`yes` or `no`."""
        return _FLAGS[self.text(key, re.compile("|".join(_FLAGS)), "yes or no", "yes" if default else "no")]

    def anything(self, key: str) -> str:
        """A text for its reader, empty without `key`."""
        return self.text(key, _ANYTHING, "a text of at most 500 characters", "")

    def variable(self, key: str, *, required: bool = True) -> str:
        """The name of a variable that the step sets; empty without `key`, unless it is required."""
        default = None if required else ""
        name = self.text(key, _VARIABLE, "the name of a variable in small letters", default)
        if name in CALL_NAMES:
            self.report(self.place(key), f"{shown(name)} is {CALL_NAMES[name]}", "choose another name")
        return name

    def condition(self, key: str, example: str) -> Condition:
        """A condition over the call, the queues and the script's variables."""
        written = self.text(key, _ANYTHING, f"a condition, as {example}")
        try:
            return condition(written) if written else Condition("")
        except WrongExpression as wrong:
            self.report(self.place(key), f"{shown(written)}: {wrong}", f"as {example}")
            return Condition("")

    def templates(self, key: str, example: str) -> tuple[tuple[str, Template], ...]:
        """Variables with their values, which may have `{{ … }}` in them."""
        pairs = self.pairs(key, example)
        return tuple((self.free_name(name), self.template(value)) for name, value in pairs)

    def pairs(self, key: str, example: str, *, required: bool = True) -> list[tuple[Text, Text]]:
        """Names with texts; required ones are at least one."""
        node = self.node(key)
        entries = node.entries if isinstance(node, Table) else {}
        if not entries and (required or node is not None):
            self.report(self.place(key), f"`{key}` needs names with values", f"as `{key}: {{{example}}}`")
        found = []
        for name, value in entries.values():
            if isinstance(value, Text):
                found.append((name, value))
            else:
                self.report(value.at, f"{shown(name.value)} takes a text", f"as `{example}`")
        return found

    def free_name(self, name: Text) -> str:
        """`name`, which a variable may have."""
        if _VARIABLE.fullmatch(name.value) is None or name.value in CALL_NAMES:
            mend = "small letters, digits and _; not " + ", ".join(CALL_NAMES)
            self.report(name.at, f"a variable cannot be called {shown(name.value)}", mend)
        return name.value

    def template(self, node: Text) -> Template:
        """A text which may have `{{ … }}` in it."""
        try:
            return template(node.value)
        except WrongExpression as wrong:
            self.report(node.at, f"{shown(node.value)}: {wrong}", "as `Order {{ order }}`")
            return Template("")

    def filled(self, key: str) -> Template:
        """A text which may have `{{ … }}` in it; empty without `key`."""
        written = self.anything(key)
        return self.template(Text(written, self.place(key))) if written else Template("")

    def way(self, key: str) -> Way | None:
        """The name of a step to go on with, None without `key`. Whether the step exists is `lint`'s matter."""
        node = self.node(key)
        return None if node is None else self.target(key, node)

    def onward(self, key: str) -> Way:
        """A way that must be there: without it the caller would be left in a dead end."""
        way = self.way(key)
        if way is None:
            self.missing(key, f"say where the call goes on: `{key}: STEP`, or `{key}: {END}`")
        return way or Way(END, self.at)

    def target(self, key: str, node: Node) -> Way:
        """`node` as the name of a step."""
        if isinstance(node, Text) and node.value:
            return Way(node.value, node.at)
        self.report(node.at, f"`{key}` needs the name of a step", f"write `{key}: STEP`, or `{key}: {END}`")
        return Way(END, node.at)

    def table(self, key: str) -> Fields | None:
        """The table under `key`, None when there is none."""
        node = self.node(key)
        if isinstance(node, Table):
            return self.within(node, f"`{key}`")
        if node is not None:
            self.report(node.at, f"`{key}` needs names with values, indented below it")
        return None

    def within(self, table: Table, what: str) -> Fields:
        """A table inside this one."""
        return Fields(table, f"{self.where}, {what}", self._findings, self.languages)

    def inner(self, node: Node, what: str) -> Fields | None:
        """The table `node`, one of a list; None, and a report, when it is none."""
        if isinstance(node, Table):
            return self.within(node, what)
        self.report(node.at, f"a {what} needs names with values", "indented below `-`")
        return None

    def prompts(self, key: str, *, required: bool = True, words: bool = False) -> tuple[Prompt, ...]:
        """One prompt or a list of them; a bare one is a file or stream of the switch, or with `words` to be spoken."""
        return read_prompts(self, key, required=required, words=words)
