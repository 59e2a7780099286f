"""`return`: back to the script that runs this one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from ccswitch.ivr.expressions import Template
from ccswitch.ivr.fields import Fields
from ccswitch.ivr.step import Here, Returning, TimelessStep
from ccswitch.reading.findings import Place
from ccswitch.reading.yaml_nodes import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnStep(TimelessStep):
    """Go back to the script that runs this one, with values. In a script that the call began in, the call ends."""

    WORD: ClassVar[str] = "return"
    DESCRIBED: ClassVar[Mapping[str, Any]] = {
        "return": {"anyOf": [{"enum": [None, ""]}, {"type": "object", "minProperties": 1}]}
    }

    values: tuple[tuple[str, Template], ...] = ()
    at: Place = field(default=Place(), compare=False)

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """`return:` alone, or with names and values."""
        node = fields.node("return")
        if isinstance(node, Text) and not node.value:
            return cls(at=fields.at)
        return cls(values=fields.templates("return", "order: '{{ order }}'"), at=fields.at)

    def asks(self) -> frozenset[str]:
        """What stands in the values."""
        return frozenset[str]().union(*(value.names for _, value in self.values))

    def does(self) -> str:
        """The names and values."""
        return " ".join([self.WORD, ", ".join(f"{name} = {value.text}" for name, value in self.values)]).strip()

    def passing(self, here: Here) -> Returning:
        """Back."""
        scope = here.scope()
        worked = [(name, value.filled(scope)) for name, value in self.values]
        told = [f"{name} failed: {one.trouble}" if one.trouble else f"{name} = {one.value}" for name, one in worked]
        return Returning(tuple((name, str(one.value)) for name, one in worked), "; ".join(told))
