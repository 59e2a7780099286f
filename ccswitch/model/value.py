"""`@value`: a frozen dataclass that is cheap to make.

A decision makes some three values, a call some fifty. A frozen dataclass sets each field by `object.__setattr__`,
because its own `__setattr__` refuses; for eight fields that is three quarters of what the value costs. Here the fields
are set while the new object still is of an open class with the same slots, and its class is changed last: the same
promises (frozen, slotted, keyword-only, hashable, equal by value) for a third of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=True)
def value(cls: type[T]) -> type[T]:
    """`cls` as `@dataclass(frozen=True, slots=True, kw_only=True)`. Defaults are plain values; no `__post_init__`."""
    frozen: Any = dataclass(frozen=True, slots=True, kw_only=True)(cls)
    known = fields(frozen)
    if hasattr(frozen, "__post_init__") or any(one.default_factory is not MISSING for one in known):
        raise TypeError(f"{frozen.__name__}: a value has plain defaults and no __post_init__")
    slots = tuple(one.name for one in known)
    twin = type(frozen.__name__, (), {"__slots__": slots})  # of the same shape, and it lets fields be set
    init = _init(known, frozen, twin)
    init.__qualname__ = f"{frozen.__qualname__}.__init__"
    init.__annotations__ = frozen.__init__.__annotations__
    frozen.__init__ = init
    made: type[T] = frozen
    return made


def _init(known: tuple[Field[Any], ...], frozen: type, twin: type) -> Callable[..., None]:
    """`__init__` as source, as dataclasses make theirs: nothing but the names differs from class to class."""
    takes = [one.name if one.default is MISSING else f"{one.name}=default_{one.name}" for one in known]
    lines = [
        f"def __init__({', '.join(['self', *(['*'] if takes else []), *takes])}):",
        "    set_class(self, '__class__', twin)",
        *(f"    self.{one.name} = {one.name}" for one in known),
        "    self.__class__ = frozen",
    ]
    names: dict[str, Any] = {f"default_{one.name}": one.default for one in known}
    names |= {"set_class": object.__setattr__, "twin": twin, "frozen": frozen}
    exec("\n".join(lines), names)
    made: Callable[..., None] = names["__init__"]
    return made
