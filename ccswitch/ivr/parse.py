"""Turns the YAML of one file into a `Script`, or says everything that is wrong with it. The language: docs/ivr.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from ccswitch.errors import ConfigError
from ccswitch.ivr.around import CALL_NAMES
from ccswitch.ivr.expressions import Condition, Template, WrongExpression, condition, template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.lint import check
from ccswitch.ivr.script import (
    END,
    AnswerStep,
    BranchStep,
    Case,
    CollectStep,
    HangUpStep,
    MenuStep,
    Missed,
    PlayStep,
    QueueStep,
    Script,
    SetStep,
    Step,
    TransferStep,
    Way,
    script_hash,
)
from ccswitch.reading.findings import Findings, Place, TooMany, did_you_mean, shown
from ccswitch.reading.yaml_nodes import Many, Node, Table, Text, read_yaml

STEPS_LIMIT = 1000
KEYS_LIMIT = 200  # of one menu
CASES_LIMIT = 100  # of one branch
DIGITS_LIMIT = 32  # of one collection
CAUSES = (
    "NORMAL_CLEARING",
    "USER_BUSY",
    "NO_ANSWER",
    "CALL_REJECTED",
    "UNALLOCATED_NUMBER",
    "NO_ROUTE_DESTINATION",
    "DESTINATION_OUT_OF_ORDER",
    "INVALID_NUMBER_FORMAT",
    "FACILITY_REJECTED",
    "NORMAL_UNSPECIFIED",
    "NORMAL_CIRCUIT_CONGESTION",
    "NORMAL_TEMPORARY_FAILURE",
    "SWITCH_CONGESTION",
    "SERVICE_UNAVAILABLE",
    "OUTGOING_CALL_BARRED",
    "INCOMING_CALL_BARRED",
    "BEARERCAPABILITY_NOTAVAIL",
    "NO_USER_RESPONSE",
    "RECOVERY_ON_TIMER_EXPIRE",
)

_NAME = re.compile(r"\w[\w-]{0,63}")
_ANYTHING = re.compile(r".{0,500}", re.DOTALL)
_QUEUE = re.compile(r"\w[\w.-]{0,63}")
_VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
_NUMBER = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)
_CAUSE = re.compile("|".join(CAUSES))
_KEY = re.compile(r"[0-9*#]{1,4}", re.ASCII)
_RANGE = re.compile(r"([0-9]{1,4})-([0-9]{1,4})", re.ASCII)
_DIGITS = re.compile(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", re.ASCII)
_END_KEY = re.compile(r"[0-9*#]|none", re.ASCII)
_PATTERN = re.compile(r"[0-9*#.|()\[\]{},?+^$:\\d-]{1,200}", re.ASCII)


def parse_script(text: str, file: str, *, name: str) -> Script:
    """The script `name` written in `text`, whose file is called `file` in messages.

    Raises ConfigError with every problem found, each with line, column and a hint; never anything else.
    """
    findings = Findings(file)
    with suppress(TooMany):
        script = _script(text, name, findings)
        if not findings and script is not None:
            return script
    raise ConfigError(findings.sorted())


def _script(text: str, name: str, findings: Findings) -> Script | None:
    root = read_yaml(text, findings)
    if not isinstance(root, Table):
        if not findings:
            findings.add(Place(), "there is no script in this file", "begin with `steps:`")
        return None
    fields = Fields(root, "script", findings)
    _check_name(fields, name)
    fields.text("description", _ANYTHING, "a text of at most 500 characters", "")
    start = fields.way("start")
    steps = _steps(fields, findings)
    fields.finish()
    first = start or Way(next(iter(steps), END), fields.at)
    check(steps, first, findings)
    return Script(name=name, hash=script_hash(text), steps=steps, start=first.to, file=findings.file)


def _check_name(fields: Fields, name: str) -> None:
    """The name in the file is for its reader; it must not contradict the name that the file gives the script."""
    written = fields.text("name", _NAME, "one word", name)
    if written and written != name:
        fields.report(
            fields.place("name"), f"`name` is {shown(written)}, but the file's is {shown(name)}", "name both alike"
        )


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
    return {key.value: _step(key, node, findings) for key, node in table.entries.values()}


def _step(key: Text, node: object, findings: Findings) -> Step:
    """One step; a stand-in where there is nothing to read, so that ways to it are not reported as well."""
    stand_in = HangUpStep(at=key.at)
    if key.value == END:
        findings.add(key.at, f"a step cannot be called {END}", "ways to `end` end the call; choose another name")
    elif _NAME.fullmatch(key.value) is None:
        findings.add(key.at, f"a step cannot be called {shown(key.value)}", "use letters, digits, - and _")
    if not isinstance(node, Table):
        findings.add(key.at, f"step {shown(key.value)} does nothing", f"give it one of {', '.join(_READERS)}")
        return stand_in
    kinds = [word for word in node.entries if word in _READERS]
    if len(kinds) != 1:
        findings.add(key.at, *_kind_trouble(key.value, kinds, node))
        return stand_in
    fields = Fields(Table(key.at, node.entries), f"{kinds[0]} step {shown(key.value)}", findings)
    step = _READERS[kinds[0]](fields)
    fields.finish()
    return step


def _kind_trouble(name: str, kinds: list[str], table: Table) -> tuple[str, str]:
    if kinds:
        return f"step {shown(name)} does {len(kinds)} things: {', '.join(kinds)}", "make a step of each"
    return f"step {shown(name)} does nothing that is known", did_you_mean(next(iter(table.entries), ""), _READERS)


# -- one reader for each kind of step ------------------------------------------------------------------------------


def _answer(fields: Fields) -> Step:
    fields.bare("answer")
    return AnswerStep(then=fields.onward("then"), at=fields.at)


def _play(fields: Fields) -> Step:
    return PlayStep(files=fields.prompts("play"), then=fields.onward("then"), at=fields.at)


def _menu(fields: Fields) -> Step:
    files, keys = fields.prompts("menu"), _menu_keys(fields)
    no_input, wrong_input = _misses(fields)
    return MenuStep(
        files=files,
        keys=keys,
        timeout=fields.seconds("timeout", 5.0, 1.0, 60.0),
        between=fields.seconds("between", 2.0, 0.2, 30.0),
        tries=fields.whole("tries", 3, 1, 10),
        no_input=no_input,
        wrong_input=wrong_input,
        at=fields.at,
    )


def _collect(fields: Fields) -> Step:
    files, (least, most) = fields.prompts("collect"), _digits(fields)
    no_input, wrong_input = _misses(fields)
    end_key = fields.text("end_key", _END_KEY, 'one key, as "#", or none', "#")
    return CollectStep(
        files=files,
        least=least,
        most=most,
        timeout=fields.seconds("timeout", 5.0, 1.0, 60.0),
        between=fields.seconds("between", 3.0, 0.2, 30.0),
        terminators="" if end_key == "none" else end_key,
        pattern=_pattern(fields, f"[0-9]{{{least},{most}}}"),
        masked=fields.flag("masked"),
        into=_into(fields),
        tries=fields.whole("tries", 3, 1, 10),
        then=fields.onward("then"),
        no_input=no_input,
        wrong_input=wrong_input,
        at=fields.at,
    )


def _into(fields: Fields) -> str:
    name = fields.text("into", _VARIABLE, "the name of a variable in small letters")
    if name in CALL_NAMES:
        fields.report(fields.place("into"), f"{shown(name)} is {CALL_NAMES[name]}", "choose another name")
    return name


def _queue(fields: Fields) -> Step:
    return QueueStep(
        queue=fields.text("queue", _QUEUE, "the name of a queue"),
        priority=fields.whole("priority", 0, 0, 100),
        then=fields.way("then") or Way(END, fields.at),
        otherwise=fields.way("otherwise"),
        at=fields.at,
    )


def _transfer(fields: Fields) -> Step:
    number = fields.text("transfer", _NUMBER, "a number of digits only, as +862112345678")
    return TransferStep(number=number, otherwise=fields.way("otherwise"), at=fields.at)


def _hang_up(fields: Fields) -> Step:
    node = fields.node("hangup")
    if isinstance(node, Text) and not node.value:
        return HangUpStep(at=fields.at)
    if isinstance(node, Text) and node.value not in CAUSES:
        fields.report(node.at, f"{shown(node.value)} is no cause to hang up", did_you_mean(node.value, CAUSES))
        return HangUpStep(at=fields.at)
    return HangUpStep(cause=fields.text("hangup", _CAUSE, "a cause, as NORMAL_CLEARING"), at=fields.at)


def _set(fields: Fields) -> Step:
    node = fields.node("set")
    entries = node.entries if isinstance(node, Table) else {}
    if not entries:
        fields.report(fields.place("set"), "`set` needs names with values", "as `set: {language: zh}`")
    return SetStep(
        values=tuple(_value(fields, key, value) for key, value in entries.values()),
        then=fields.onward("then"),
        at=fields.at,
    )


def _value(fields: Fields, key: Text, node: Node) -> tuple[str, Template]:
    """One variable and its value, which may have `{{ … }}` in it."""
    if _VARIABLE.fullmatch(key.value) is None or key.value in CALL_NAMES:
        mend = "small letters, digits and _; not " + ", ".join(CALL_NAMES)
        fields.report(key.at, f"a variable cannot be called {shown(key.value)}", mend)
    if not isinstance(node, Text):
        fields.report(node.at, f"{shown(key.value)} takes a text", "as `language: zh`")
        return key.value, Template("")
    try:
        return key.value, template(node.value)
    except WrongExpression as wrong:
        fields.report(node.at, f"{shown(node.value)}: {wrong}", "as `Order {{ order }}`")
        return key.value, Template("")


def _branch(fields: Fields) -> Step:
    node = fields.node("branch")
    items = node.items if isinstance(node, Many) else []
    if not items:
        mend = "as `- {if: language == 'zh', then: STEP}` below it"
        fields.report(fields.place("branch"), "`branch` needs a list of cases", mend)
    if len(items) > CASES_LIMIT:
        fields.report(items[CASES_LIMIT].at, f"{len(items)} cases", f"at most {CASES_LIMIT}")
    cases = tuple(_case(fields, item) for item in items)
    return BranchStep(cases=cases, otherwise=fields.onward("otherwise"), at=fields.at)


def _case(fields: Fields, node: Node) -> Case:
    inner = fields.inner(node, "case")
    if inner is None:
        return Case(Condition(""), Way(END, node.at))
    written = inner.text("if", _ANYTHING, "a condition, as language == 'zh'")
    way = inner.onward("then")
    inner.finish()
    try:
        return Case(condition(written) if written else Condition(""), way)
    except WrongExpression as wrong:
        inner.report(inner.place("if"), f"{shown(written)}: {wrong}", "as language == 'zh' and queue.sales.waiting > 5")
        return Case(Condition(""), way)


_READERS: dict[str, Callable[[Fields], Step]] = {
    "answer": _answer,
    "play": _play,
    "menu": _menu,
    "collect": _collect,
    "queue": _queue,
    "transfer": _transfer,
    "hangup": _hang_up,
    "set": _set,
    "branch": _branch,
}


# -- parts of menus and collections --------------------------------------------------------------------------------


def _menu_keys(fields: Fields) -> dict[str, Way]:
    """Each key with its way; ranges and lists (`1-3`, `7,9`) are spread out."""
    table = fields.node("keys")
    if not isinstance(table, Table) or not table.entries:
        fields.report(fields.place("keys"), "`keys` needs at least one key", "as `1: STEP` below it")
        return {}
    keys: dict[str, Way] = {}
    first: dict[str, Text] = {}
    for key, node in table.entries.values():
        way = fields.target(key.value, node)
        for digit in _spread(fields, key):
            if digit in keys:
                where = f"{shown(first[digit].value)} in line {first[digit].at.line}"
                fields.report(key.at, f"key {digit} is bound twice", f"{where} has it already")
            keys[digit], first[digit] = way, key
    if len(keys) > KEYS_LIMIT:
        fields.report(table.at, f"{len(keys)} keys", f"at most {KEYS_LIMIT}; use a collect step")
    return keys


def _spread(fields: Fields, key: Text) -> Iterator[str]:
    """The single keys that `1-3`, `7,9` or `0` stand for."""
    for part in key.value.replace(" ", "").split(","):
        span = _RANGE.fullmatch(part)
        if span is not None and len(span[1]) == len(span[2]) and int(span[1]) < int(span[2]):
            yield from (str(number).zfill(len(span[1])) for number in range(int(span[1]), int(span[2]) + 1))
        elif _KEY.fullmatch(part) is not None:
            yield part
        else:
            fields.report(key.at, f"{shown(key.value)} is no key", 'keys are 0-9, "*" and "#"; several: 1-3 or 7,9')


def _misses(fields: Fields) -> tuple[Missed, Missed]:
    """What follows no input and wrong input: their own ways, else `otherwise`."""
    otherwise = fields.way("otherwise")
    found = [(fields.table(word), word) for word in ("no_input", "wrong_input")]
    missed, silent = [], []
    for own, word in found:
        way = own.way("then") if own else None
        files = own.prompts("play", required=False) if own else ()
        missed.append(Missed(files=files, then=way or otherwise or Way(END, fields.at)))
        if not (way or otherwise):
            silent.append(word)
        if own:
            own.finish()
    if silent:
        fields.missing("otherwise", f"say where the call goes on after the last try ({' or '.join(silent)})")
    return missed[0], missed[1]


def _digits(fields: Fields) -> tuple[int, int]:
    """`4` or `4-6`."""
    written = fields.text("digits", _DIGITS, "how many keys, as 4 or 4-6")
    if (found := _DIGITS.fullmatch(written)) is None:
        return 1, 1
    least, most = int(found[1]), int(found[2] or found[1])
    if not 1 <= least <= most <= DIGITS_LIMIT:
        fields.report(
            fields.place("digits"), f"`digits` is {written}", f"write between 1 and {DIGITS_LIMIT}, the smaller first"
        )
    return least, most


def _pattern(fields: Fields, default: str) -> str:
    pattern = fields.text("pattern", _PATTERN, "a regular expression over keys, as 1[0-9]{3}", default)
    if "${" in pattern:
        fields.report(
            fields.place("pattern"), "`pattern` has `${`", "the switch takes that for a variable; leave it out"
        )
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as wrong:
        fields.report(fields.place("pattern"), f"`pattern` is no regular expression: {wrong}", "as 1[0-9]{3}")
    return pattern
