"""Turns the YAML of one file into a `Script`, or says everything that is wrong with it. The language: docs/ivr.md."""

from __future__ import annotations

import re

from ccswitch.ivr.fields import Fields
from ccswitch.ivr.lint import check
from ccswitch.ivr.saying import read_languages
from ccswitch.ivr.script import Parameter, Script, script_hash
from ccswitch.ivr.step import END, Step, Way
from ccswitch.ivr.steps import BY_WORD
from ccswitch.ivr.steps.hang_up import HangUpStep
from ccswitch.reading.findings import Findings, all_or_nothing, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Many, Table, Text, read_table

STEPS_LIMIT = 1000

_NAME = re.compile(r"\w[\w-]{0,63}")


def parse_script(text: str, file: str, *, name: str) -> Script:
    """The script `name` written in `text`, whose file is called `file` in messages.

    Raises ConfigError with every problem found, each with line, column and a hint; never anything else.
    """
    return all_or_nothing(file, lambda findings: _script(text, name, findings))


def _script(text: str, name: str, findings: Findings) -> Script | None:
    root = read_table(text, findings, empty="there is no script in this file", mend="begin with `steps:`")
    if root is None:
        return None
    fields = Fields(root, "script", findings)
    _check_name(fields, name)
    fields.anything("description")
    parameters = _parameters(fields)
    start = fields.way("start")
    fields.languages = read_languages(fields)
    steps = _steps(fields, findings)
    fields.finish()
    first = start or Way(next(iter(steps), END), fields.at)
    check(steps, first, findings, fields.languages, [one.name for one in parameters])
    return Script(
        name=name,
        hash=script_hash(text),
        steps=steps,
        start=first.to,
        languages=fields.languages,
        parameters=parameters,
        file=findings.file,
    )


def _check_name(fields: Fields, name: str) -> None:
    """The name in the file is for its reader; it must not contradict the name that the file gives the script."""
    written = fields.text("name", _NAME, "one word", name)
    if written and written != name:
        fields.report(
            fields.place("name"), f"`name` is {shown(written)}, but the file's is {shown(name)}", "name both alike"
        )


def _parameters(fields: Fields) -> tuple[Parameter, ...]:
    """A list of names; `NAME: TEXT` has a default."""
    node = fields.node("parameters")
    items = node.items if isinstance(node, Many) else []
    if node is not None and not items:
        fields.report(fields.place("parameters"), "`parameters` needs a list of names", "as [order, {tries: 3}]")
    found: dict[str, Parameter] = {}
    for item in items:
        entries = list(item.entries.values()) if isinstance(item, Table) else []
        name, value = (item, None) if isinstance(item, Text) else entries[0] if len(entries) == 1 else (None, None)
        if name is None or not isinstance(value, Text | None):
            fields.report(item.at, "a parameter is a name, or a name with a default", "as [order, {tries: 3}]")
        elif name.value in found:
            fields.report(name.at, f"parameter {shown(name.value)} is named twice", "once is enough")
        else:
            default = None if value is None else value.value
            found[name.value] = Parameter(fields.free_name(name), default, name.at)
    return tuple(found.values())


def _steps(fields: Fields, findings: Findings) -> dict[str, Step]:
    table = fields.node("steps")
    if not isinstance(table, Table) or not table.entries:
        fields.report(
            fields.place("steps"), "`steps` needs at least one step", "as `hello: {answer: , then: end}` below it"
        )
        return {}
    if len(table.entries) > STEPS_LIMIT:
        findings.add(table.at, f"{len(table.entries)} steps", f"at most {STEPS_LIMIT}; split the script")
        return {}
    return {key.value: _step(key, node, findings, fields.languages) for key, node in table.entries.values()}


def _step(key: Text, node: object, findings: Findings, languages: tuple[str, ...]) -> Step:
    """One step; a stand-in where there is nothing to read, so that ways to it are not reported as well."""
    stand_in = HangUpStep(at=key.at)
    if key.value == END:
        findings.add(key.at, f"a step cannot be called {END}", "ways to `end` end the call; choose another name")
    elif _NAME.fullmatch(key.value) is None:
        findings.add(key.at, f"a step cannot be called {shown(key.value)}", "use letters, digits, - and _")
    if not isinstance(node, Table):
        findings.add(key.at, f"step {shown(key.value)} does nothing", f"give it one of {', '.join(BY_WORD)}")
        return stand_in
    kinds = _kinds(node)
    if len(kinds) != 1:
        findings.add(key.at, *_kind_trouble(key.value, kinds, node))
        return stand_in
    fields = Fields(Table(key.at, node.entries), f"{kinds[0]} step {shown(key.value)}", findings, languages)
    step = BY_WORD[kinds[0]].read(fields)
    fields.finish()
    return step


def _kinds(table: Table) -> list[str]:
    """The words that say what a step does; not those that are keys of another kind beside them."""
    words = [word for word in table.entries if word in BY_WORD]
    beside = {other for word in words for other in BY_WORD[word].BESIDE}
    return [word for word in words if word not in beside]


def _kind_trouble(name: str, kinds: list[str], table: Table) -> tuple[str, str]:
    if kinds:
        return f"step {shown(name)} does {len(kinds)} things: {', '.join(kinds)}", "make a step of each"
    return f"step {shown(name)} does nothing that is known", did_you_mean(next(iter(table.entries), ""), BY_WORD)
