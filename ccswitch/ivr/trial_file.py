"""Turns the YAML of `NAME.ivrtest.yaml` into the tests of script NAME, or says everything that is wrong with it."""

from __future__ import annotations

import re

from ccswitch.ivr.answers import answer_trouble, is_answer
from ccswitch.ivr.around import given_trouble
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.rehearsal import WORDS
from ccswitch.ivr.script import Script
from ccswitch.ivr.trial import Trial, Trials
from ccswitch.reading.findings import Findings, Place, all_or_nothing, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Many, Node, Table, Text, read_table

SUFFIX = ".ivrtest.yaml"
SILENCE = "silence"
OUTCOMES = ("queue", "transfer", "hangup", "left")

_KEYS = re.compile(r"[0-9*#]{1,32}", re.ASCII)
_OUTCOME = re.compile(rf"({'|'.join(OUTCOMES)}) \S+|return")


def parse_trials(text: str, file: str, *, script: Script) -> Trials:
    """The tests of `script` written in `text`, whose file is called `file` in messages.

    Raises ConfigError with every problem found, each with line, column and a hint; never anything else.
    """
    return all_or_nothing(file, lambda findings: _trials(text, script, findings))


def _trials(text: str, script: Script, findings: Findings) -> Trials | None:
    root = read_table(text, findings, empty="there are no tests in this file", mend="begin with `calls:`")
    if root is None:
        return None
    fields = Fields(root, "tests", findings)
    least = fields.table("coverage")
    steps, ways = (
        least.whole(word, usual, 0, 100) if least else usual for word, usual in (("steps", 100), ("ways", 0))
    )
    if least:
        least.finish()
    calls = _calls(fields, script, findings)
    fields.finish()
    return Trials(script=script.name, calls=calls, steps=steps / 100, ways=ways / 100, file=findings.file)


def _calls(fields: Fields, script: Script, findings: Findings) -> tuple[Trial, ...]:
    table = fields.node("calls")
    if not isinstance(table, Table) or not table.entries:
        mend = "as `sales with 1: {keys: 1, outcome: queue sales}` below it"
        fields.report(fields.place("calls"), "`calls` needs at least one call", mend)
        return ()
    return tuple(_call(key, node, script, findings) for key, node in table.entries.values())


def _call(key: Text, node: Node, script: Script, findings: Findings) -> Trial:
    if not isinstance(node, Table):
        findings.add(key.at, f"call {shown(key.value)} does nothing", "give it `keys` and `outcome`")
        return Trial(name=key.value, at=key.at)
    fields = Fields(node, f"call {shown(key.value)}", findings)
    trial = Trial(
        name=key.value,
        at=key.at,
        given=_given(fields),
        keys=_keys(fields),
        outcome=_outcome(fields, script),
        steps=_steps(fields, script),
        says=tuple(text.value for text in _texts(fields, "says", apart=False)),
        variables=_named(fields, "variables"),
        parameters=_parameters(fields, script),
        returns=_named(fields, "returns"),
    )
    fields.finish()
    return trial


def _given(fields: Fields) -> tuple[tuple[str, str], ...]:
    """`{caller: 138…, queue.sales.waiting: 7}`."""
    pretended = _pairs(fields, "given", "as `given: {queue.sales.waiting: 7}`")
    for name, value, at in pretended:
        if trouble := _given_trouble(name, value):
            fields.report(at, f"{shown(name)} cannot be {shown(value)}", trouble)
    return tuple((name, value) for name, value, at in pretended if not _given_trouble(name, value))


def _given_trouble(name: str, value: str) -> str:
    return answer_trouble(name, value) if is_answer(name) else given_trouble(name, value)


def _keys(fields: Fields) -> tuple[str, ...]:
    """`1, silence, 2` or a list of these."""
    said = []
    for text in _texts(fields, "keys"):
        if text.value in (SILENCE, ""):
            said.append("")
        elif text.value in WORDS or _KEYS.fullmatch(text.value):
            said.append(text.value)
        else:
            known = did_you_mean(text.value, [SILENCE, *WORDS])
            fields.report(text.at, f"{shown(text.value)} is nothing that a caller does", f"keys, or a word: {known}")
    return tuple(said)


def _outcome(fields: Fields, script: Script) -> str:
    needs = "one of queue NAME, transfer NUMBER, hangup CAUSE, left STEP, return"
    written = fields.text("outcome", _OUTCOME, needs)
    kind, _, what = written.partition(" ")
    if kind == "left" and "/" not in what and what not in script.steps:
        fields.report(fields.place("outcome"), f"there is no step {shown(what)}", did_you_mean(what, script.steps))
    return written


def _steps(fields: Fields, script: Script) -> tuple[str, ...] | None:
    texts = _texts(fields, "steps")
    for text in texts:
        if "/" not in text.value and text.value not in script.steps:
            fields.report(text.at, f"there is no step {shown(text.value)}", did_you_mean(text.value, script.steps))
    return tuple(text.value for text in texts) or None


def _named(fields: Fields, key: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value, _ in _pairs(fields, key, f"as `{key}: {{order: 123456}}`"))


def _parameters(fields: Fields, script: Script) -> tuple[tuple[str, str], ...]:
    """`with: {order: 123456}`: what the script is given by the script that runs it."""
    pairs = _pairs(fields, "with", "as `with: {order: 123456}`")
    known = [one.name for one in script.parameters]
    for name, _, at in pairs:
        if name not in known:
            mend = did_you_mean(name, known) or "it takes none"
            fields.report(at, f"the script takes no parameter {shown(name)}", mend)
    given = {name for name, _, _ in pairs}
    if missing := [one.name for one in script.parameters if one.default is None and one.name not in given]:
        fields.report(fields.at, f"the script needs {', '.join(missing)}", f"write `with: {{{missing[0]}: …}}`")
    return tuple((name, value) for name, value, _ in pairs)


def _pairs(fields: Fields, key: str, mend: str) -> list[tuple[str, str, Place]]:
    """Names with texts under `key`, and where each stands."""
    node = fields.node(key)
    if node is None:
        return []
    if not isinstance(node, Table):
        fields.report(node.at, f"`{key}` needs names with values", mend)
        return []
    found = []
    for name, value in node.entries.values():
        if isinstance(value, Text):
            found.append((name.value, value.value, name.at))
        else:
            fields.report(value.at, f"{shown(name.value)} takes a text", mend)
    return found


def _texts(fields: Fields, key: str, *, apart: bool = True) -> list[Text]:
    """The texts under `key`: a list, or one text that commas may divide (`apart`)."""
    node = fields.node(key)
    if node is None:
        return []
    found: list[Text] = []
    for item in node.items if isinstance(node, Many) else [node]:
        if not isinstance(item, Text):
            fields.report(item.at, f"`{key}` takes a text or a list of texts", "")
        elif apart:
            found += [Text(part.strip(), item.at) for part in item.value.split(",")]
        else:
            found.append(item)
    return found
