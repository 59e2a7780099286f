"""FreeSWITCH's XML dialplan: contexts, extensions, conditions, actions; the part that contact centres use.

Read once into plain data; `hunt` walks it for one caller and gives the applications to run.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from re import Match

from ccswitch.errors import ConfigError, Problem
from ccswitch.simulator.text import is_true, matches, substitute


@dataclass(frozen=True, slots=True)
class Action:
    """One `<action>` or `<anti-action>`."""

    application: str
    data: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """One `<condition>` with what it does and what is nested in it."""

    field: str | None
    expression: str
    stop: str
    regex: str | None
    regexes: tuple[tuple[str, str], ...]
    actions: tuple[Action, ...]
    anti_actions: tuple[Action, ...]
    nested: tuple[Condition, ...]
    require_nested: bool


@dataclass(frozen=True, slots=True)
class Extension:
    """One `<extension>`."""

    name: str
    carry_on: bool
    conditions: tuple[Condition, ...]


Step = tuple[str, str]


@dataclass(slots=True)
class Caller:
    """What a hunt needs to know about a channel."""

    field: Callable[[str], str]
    expand: Callable[[str], str]
    run_inline: Callable[[str, str], None]


@dataclass(slots=True)
class Dialplan:
    """All contexts by name."""

    contexts: dict[str, list[Extension]] = field(default_factory=dict)

    def hunt(self, context: str, caller: Caller) -> list[Step]:
        """The applications for `caller` in `context`; inline ones have been run. Empty when nothing matched."""
        steps: list[Step] = []
        for extension in self.contexts.get(context, self.contexts.get("global", ())):
            if _walk(extension.conditions, caller, steps) and not extension.carry_on:
                break
        return steps


def _walk(conditions: tuple[Condition, ...], caller: Caller, steps: list[Step]) -> bool:
    """Whether the extension is taken, by the switch's own rule: an anti-action counts as a match."""
    proceed = False
    for condition in conditions:
        held, match = _holds(condition, caller)
        chosen = condition.actions if held else condition.anti_actions
        proceed = held or bool(chosen)
        for action in chosen:
            _take(action, match, caller, steps)
        if condition.stop == "always" or condition.stop == ("on-true" if held else "on-false"):
            break
        if proceed and condition.nested:
            proceed = _walk(condition.nested, caller, steps) or not condition.require_nested
            if not proceed and condition.stop != "never":
                break
    return proceed


def _take(action: Action, match: Match[str] | None, caller: Caller, steps: list[Step]) -> None:
    data = substitute(action.data, match)
    if action.inline:
        caller.run_inline(action.application, data)
    else:
        steps.append((action.application, data))


def _holds(condition: Condition, caller: Caller) -> tuple[bool, Match[str] | None]:
    if condition.regex is not None:
        return _any_or_all(condition, caller)
    if condition.field is None:
        return True, None
    match = _test(condition.field, condition.expression, caller)
    return match is not None, match if "(" in condition.expression else None


def _any_or_all(condition: Condition, caller: Caller) -> tuple[bool, Match[str] | None]:
    found = [_test(name, expression, caller) for name, expression in condition.regexes]
    hits = [match for match in found if match is not None]
    held = {"all": len(hits) == len(found), "xor": len(hits) == 1}.get(condition.regex or "", bool(hits))
    return held, hits[-1] if hits else None


def _test(name: str, expression: str, caller: Caller) -> Match[str] | None:
    value = caller.expand(name) if "$" in name else caller.field(name)
    return matches(caller.expand(expression), value)


def load(source: str | Path | Iterable[str | Path]) -> Dialplan:
    """A dialplan from XML text, a file, a directory of files, or several of these. Raises ConfigError."""
    plan = Dialplan()
    problems: list[Problem] = []
    for name, text in _texts(source):
        try:
            root = ElementTree.fromstring(f"<all>{_without_declaration(text)}</all>")
        except ElementTree.ParseError as error:
            line, column = error.position
            problems.append(Problem(name, line, column + 1, f"not XML: {error.msg}"))
            continue
        for context in root.iter("context"):
            _add(plan, context.get("name", ""), context)
        # An include without a context of its own is made to be included into `public`.
        for part in [root, *root.iter("include")]:
            _add(plan, "public", part)
    if problems:
        raise ConfigError(problems)
    return plan


def _add(plan: Dialplan, context: str, parent: ElementTree.Element) -> None:
    found = parent.findall("extension")
    if found:
        plan.contexts.setdefault(context, []).extend(map(_extension, found))


def _texts(source: str | Path | Iterable[str | Path]) -> list[tuple[str, str]]:
    if isinstance(source, str) and "<" in source:
        return [("<text>", source)]
    if isinstance(source, str | Path):
        path = Path(source)
        files = sorted(path.rglob("*.xml")) if path.is_dir() else [path]
        return [(str(file), file.read_text(encoding="utf-8")) for file in files]
    return [pair for part in source for pair in _texts(part)]


def _without_declaration(text: str) -> str:
    stripped = text.lstrip()
    return stripped.partition("?>")[2] if stripped.startswith("<?xml") else stripped


def _extension(node: ElementTree.Element) -> Extension:
    return Extension(
        node.get("name", ""), is_true(node.get("continue")), tuple(map(_condition, node.findall("condition")))
    )


def _condition(node: ElementTree.Element) -> Condition:
    return Condition(
        field=node.get("field"),
        expression=_expression(node),
        stop=node.get("break", "on-false"),
        regex=node.get("regex"),
        regexes=tuple((one.get("field", ""), _expression(one)) for one in node.findall("regex")),
        actions=tuple(map(_action, node.findall("action"))),
        anti_actions=tuple(map(_action, node.findall("anti-action"))),
        nested=tuple(map(_condition, node.findall("condition"))),
        require_nested=node.get("require-nested", "true") != "false",
    )


def _expression(node: ElementTree.Element) -> str:
    child = node.find("expression")
    return (child.text or "") if child is not None else node.get("expression", "")


def _action(node: ElementTree.Element) -> Action:
    data = (node.text or "").strip() or node.get("data", "")
    return Action(node.get("application", ""), data, is_true(node.get("inline")))
