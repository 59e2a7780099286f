"""`@value`: a frozen dataclass that is cheap to make.

A decision makes some three values, a call some fifty. A frozen dataclass sets each field by `object.__setattr__`,
because its own `__setattr__` refuses; for eight fields that is three quarters of what the value costs. Here an object
of an open class with the same slots is made, its fields are set, and its class is changed last: the same promises
(frozen, slotted, keyword-only, hashable, equal by value) for a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from functools import partial
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=True)
def value(cls: type[T]) -> type[T]:
    """`cls` as `@dataclass(frozen=True, slots=True, kw_only=True)`. Defaults are plain values; no `__post_init__`."""
    frozen: Any = dataclass(frozen=True, slots=True, kw_only=True, init=False)(cls)
    known = fields(frozen)
    if hasattr(frozen, "__post_init__") or any(one.default_factory is not MISSING for one in known):
        raise TypeError(f"{frozen.__name__}: a value has plain defaults and no __post_init__")
    slots = tuple(one.name for one in known)
    twin = type(frozen.__name__, (), {"__slots__": slots})  # of the same shape, and it lets fields be set
    frozen.__new__ = _new(known, frozen, twin)
    frozen.__reduce__ = _reduce
    made: type[T] = frozen
    return made


def _new(known: tuple[Field[Any], ...], frozen: type, twin: type) -> Callable[..., Any]:
    """`__new__` as source, as dataclasses make their `__init__`: nothing but the names differs from class to class."""
    takes = [one.name if one.default is MISSING else f"{one.name}=default_{one.name}" for one in known]
    lines = [
        f"def __new__({', '.join(['cls', *(['*'] if takes else []), *takes])}):",
        "    self = twin()",
        *(f"    self.{one.name} = {one.name}" for one in known),
        "    self.__class__ = frozen",
        "    return self",
    ]
    names: dict[str, Any] = {f"default_{one.name}": one.default for one in known}
    names |= {"twin": twin, "frozen": frozen}
    exec(compile("\n".join(lines), f"<value {frozen.__qualname__}>", "exec"), names)
    made: Callable[..., Any] = names["__new__"]
    made.__qualname__ = f"{frozen.__qualname__}.__init__"  # what is wrong with its fields is said as dataclasses do
    made.__annotations__ = {one.name: one.type for one in known}
    return made


def _reduce(self: Any) -> tuple[Callable[[], Any], tuple[Any, ...]]:
    """Copies and pickles are made of the fields by name."""
    kind: Callable[..., Any] = type(self)
    return partial(kind, **{one.name: getattr(self, one.name) for one in fields(self)}), ()
