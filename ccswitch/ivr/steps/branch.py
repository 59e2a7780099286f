"""`branch`: the way of the first case that holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from ccswitch.ivr.expressions import Condition
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.step import END, Exit, Here, Passing, TimelessStep, Way
from ccswitch.reading.findings import Place
from ccswitch.reading.yaml_nodes import Many, Node

CASES_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Case:
    """A way that is taken when a condition holds."""

    holds: Condition
    then: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchStep(TimelessStep):
    """Take the way of the first case that holds, else `otherwise`."""

    WORD: ClassVar[str] = "branch"
    DESCRIBED: ClassVar[Mapping[str, Any]] = {
        "branch": {
            "type": "array",
            "minItems": 1,
            "maxItems": CASES_LIMIT,
            "items": {
                "type": "object",
                "properties": {"if": {"type": ["string", "boolean"]}, "then": {"type": ["string", "number"]}},
                "required": ["if", "then"],
                "additionalProperties": False,
            },
        }
    }

    cases: tuple[Case, ...]
    otherwise: Way
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """A list of cases, and where the rest goes."""
        node = fields.node("branch")
        items = node.items if isinstance(node, Many) else []
        if not items:
            mend = "as `- {if: language == 'zh', then: STEP}` below it"
            fields.report(fields.place("branch"), "`branch` needs a list of cases", mend)
        if len(items) > CASES_LIMIT:
            fields.report(items[CASES_LIMIT].at, f"{len(items)} cases", f"at most {CASES_LIMIT}")
        cases = tuple(_case(fields, item) for item in items)
        return cls(cases=cases, otherwise=fields.onward("otherwise"), at=fields.at)

    def exits(self) -> Iterable[Exit]:
        """Each case's, and the rest."""
        yield from (Exit(case.holds.text, case.then, silent=True) for case in self.cases)
        yield Exit("otherwise", self.otherwise, silent=True)

    def asks(self) -> frozenset[str]:
        """What stands in the conditions."""
        return frozenset[str]().union(*(case.holds.names for case in self.cases))

    def passing(self, here: Here) -> Passing:
        """The first case that holds; one that cannot be worked out does not."""
        scope = here.scope()
        told: list[str] = []
        for case in self.cases:
            worked = case.holds.holds(scope)
            if worked.value:
                return Passing(here.cursor, case.then.to, "; ".join([case.holds.text, *told]))
            if worked.trouble:
                told.append(f"{case.holds.text} failed: {worked.trouble}")
        return Passing(here.cursor, self.otherwise.to, "; ".join(["otherwise", *told]))


def _case(fields: Fields, node: Node) -> Case:
    inner = fields.inner(node, "case")
    if inner is None:
        return Case(Condition(""), Way(END, node.at))
    case = Case(inner.condition("if", "language == 'zh' and queue.sales.waiting > 5"), inner.onward("then"))
    inner.finish()
    return case
