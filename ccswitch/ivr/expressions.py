"""Conditions and templates in scripts: a small, closed part of Jinja2's expressions, and nothing that could harm.

    language == 'zh' and queue.sales.waiting > 5        a condition
    Order {{ order }} of {{ caller }}                   a template

Taken are names, text, numbers, `and or not in == < + - * / // % ~`, `x if y else z`, items (`a.b`, `a['b']`), the
filters in `FILTERS` and the tests in `TESTS`; no calls, no loops, no statements. What a caller typed is text that
compares with numbers as a number (`age >= 18`). An expression is checked when the script is read; at a call it never
raises: whatever cannot be worked out is told, and is no (a condition) or empty (a template).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import ChainableUndefined, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import do_round
from jinja2.sandbox import ImmutableSandboxedEnvironment

LENGTH_LIMIT = 500  # characters of one expression
DEPTH_LIMIT = 50  # parts within parts: more would take Python's compiler seconds, or too deep
PLACES_LIMIT = 15  # of `round`: all that a float has
FILTERS = ("abs", "default", "first", "float", "int", "last", "length", "lower", "round", "trim", "upper")
TESTS = ("defined", "even", "none", "number", "odd", "undefined")
TAKEN: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.List,
    nodes.Tuple,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.Pos,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Filter,
    nodes.Test,
)
TROUBLE = (TemplateError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError, RecursionError)

Scope = Mapping[str, Any]


class WrongExpression(Exception):
    """The text is no expression, or uses what scripts do not have. The message says what. Never leaves this room."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What an expression gave; `trouble` says why it gave nothing, empty when it did."""

    value: Any
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition. `names` are the names it asks for, with the part of each (`queue`, `queue.sales`)."""

    text: str
    names: frozenset[str] = field(default=frozenset(), compare=False)

    def holds(self, scope: Scope) -> Worked:
        """Yes or no in `scope`; no, with the reason, when it cannot be told."""
        try:
            return Worked(bool(_condition(self.text)(**_scope(scope))))
        except TROUBLE as error:
            return Worked(False, _why(error))


@dataclass(frozen=True, slots=True)
class Template:
    """A checked text with `{{ … }}` in it. `names` are the names it asks for, with the part of each."""

    text: str
    names: frozenset[str] = field(default=frozenset(), compare=False)

    def filled(self, scope: Scope) -> Worked:
        """The text for `scope`; empty, with the reason, when it cannot be told."""
        if not self.names and "{{" not in self.text:
            return Worked(self.text)
        try:
            return Worked(_template(self.text).render(_scope(scope)))
        except TROUBLE as error:
            return Worked("", _why(error))


def condition(text: str) -> Condition:
    """Check a condition. Raises WrongExpression."""
    return Condition(text, _checked("{{ " + text + " }}", one=True))


def template(text: str) -> Template:
    """Check a template. Raises WrongExpression."""
    return Template(text, _checked(text, one=False))


class Typed(str):
    """What a caller typed, or a variable: text, and a number where it stands beside one."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self._number() == other if isinstance(other, int | float) else str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return self._number() < other if isinstance(other, int | float) else str.__lt__(self, other)

    def __le__(self, other: Any) -> bool:
        return self._number() <= other if isinstance(other, int | float) else str.__le__(self, other)

    def __gt__(self, other: Any) -> bool:
        return self._number() > other if isinstance(other, int | float) else str.__gt__(self, other)

    def __ge__(self, other: Any) -> bool:
        return self._number() >= other if isinstance(other, int | float) else str.__ge__(self, other)

    __hash__ = str.__hash__

    def _number(self) -> float:
        """Raises ValueError for what is no number, so that the condition is no and says why."""
        return float(self)


class _Sandbox(ImmutableSandboxedEnvironment):
    """Arithmetic is for numbers alone: a text times a number could fill the memory."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Add, subtract … two numbers. Raises TypeError for anything else."""
        numbers = [float(one) if isinstance(one, Typed) else one for one in (left, right)]
        if not all(isinstance(one, int | float) for one in numbers):
            raise TypeError(f"{operator} is for numbers; texts are joined by ~")
        return super().call_binop(context, operator, *numbers)


def _rounded(value: Any, places: int = 0, method: str = "common") -> float:
    """Jinja2's `round`. Raises ValueError for more than `PLACES_LIMIT` places, which would be worked out digit by
    digit for hours."""
    if not -PLACES_LIMIT <= places <= PLACES_LIMIT:
        raise ValueError(f"round is to {PLACES_LIMIT} places at most")
    rounded: float = do_round(value, places, method)  # type: ignore[arg-type]
    return rounded


# Without the optimizer, which works parts out that are the same for all calls, again and again for each of its parts.
_ENVIRONMENT = _Sandbox(undefined=ChainableUndefined, autoescape=False, cache_size=0, optimized=False)
_ENVIRONMENT.filters = {name: _ENVIRONMENT.filters[name] for name in FILTERS} | {"round": _rounded}
_ENVIRONMENT.tests = {name: _ENVIRONMENT.tests[name] for name in TESTS}
_ENVIRONMENT.globals = {}


@lru_cache(maxsize=4096)  # scripts say the same things, and are read again at every change
def _checked(source: str, *, one: bool) -> frozenset[str]:
    """The names in `source`, which must be nothing but what is taken."""
    if len(source) > LENGTH_LIMIT:
        raise WrongExpression(f"it is {len(source)} characters long, at most {LENGTH_LIMIT}")
    if not one and "{" not in source:  # every sign of a template begins so
        return frozenset()
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateError as error:
        raise WrongExpression(str(error.message or error).rstrip(".")) from error
    except RecursionError as error:
        raise WrongExpression("it is nested too deep") from error
    if one and (len(tree.body) != 1 or len(getattr(tree.body[0], "nodes", ())) != 1):
        raise WrongExpression("it is more than one condition")
    names = set()
    for node, depth in _all(tree):
        _check_node(node)
        if depth > DEPTH_LIMIT:
            raise WrongExpression("it is nested too deep")
        if isinstance(node, nodes.Name):
            names.add(node.name)
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            names.add(f"{node.node.name}.{node.attr}")
    return frozenset(names)


def _all(tree: nodes.Node) -> list[tuple[nodes.Node, int]]:
    """Every part, with how deep it is within others."""
    found: list[tuple[nodes.Node, int]] = [(tree, 0)]
    for node, depth in found:
        found.extend((part, depth + 1) for part in node.iter_child_nodes())
    return found


def _check_node(node: nodes.Node) -> None:
    if not isinstance(node, TAKEN):
        raise WrongExpression(f"{_WORDS.get(type(node).__name__, type(node).__name__)} cannot be used in a script")
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        raise WrongExpression(f"there is no filter {node.name!r}; there is {', '.join(FILTERS)}")
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        raise WrongExpression(f"there is no test {node.name!r}; there is {', '.join(TESTS)}")
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        raise WrongExpression(f"{node.attr!r} cannot be asked for")


_WORDS = {"Call": "a call, as f(x),", "Pow": "**", "Dict": "a dictionary", "For": "a loop", "If": "{% if %}"}


@lru_cache(maxsize=4096)
def _condition(text: str) -> Callable[..., Any]:
    return _ENVIRONMENT.compile_expression(text, undefined_to_none=False)


@lru_cache(maxsize=4096)
def _template(text: str) -> Any:
    return _ENVIRONMENT.from_string(text)


def _scope(scope: Scope) -> dict[str, Any]:
    return {name: Typed(value) if type(value) is str else value for name, value in scope.items()}


def _why(error: Exception) -> str:
    kind = "" if isinstance(error, TemplateError | TypeError) else f"{type(error).__name__}: "
    return f"{kind}{error}"[:200] if not isinstance(error, SecurityError) else "not allowed"
