"""`@value` and `@mutable`: dataclasses that are cheap to make.

A decision makes some five values, a call some forty. A frozen dataclass sets each field by `object.__setattr__`,
because its own `__setattr__` refuses, and a class of Python's is called through a tuple and a dictionary of what it is
given. msgspec's `Struct` is made in C, for a fifth of what that call alone costs, and promises the same: slotted,
keyword-only, equal by value; a value is frozen and hashable as well. Who asks (`fields`, `replace`, `asdict`, wire.py)
is told of a dataclass.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields
from typing import Any, NoReturn, TypeVar, dataclass_transform

import msgspec

T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=True)
def value(cls: type[T]) -> type[T]:
    """`cls` as `@dataclass(frozen=True, slots=True, kw_only=True)`. Defaults are plain values; no `__post_init__`."""
    plain: Any = dataclass(frozen=True, kw_only=True, init=False)(cls)
    if hasattr(plain, "__post_init__") or any(one.default_factory is not MISSING for one in fields(plain)):
        raise TypeError(f"{plain.__name__}: a value has plain defaults and no __post_init__")
    made = _struct(plain, frozen=True)
    made.__setattr__ = made.__delattr__ = _is_frozen  # said as dataclasses do
    frozen: type[T] = made
    return frozen


@dataclass_transform(kw_only_default=True, eq_default=True)
def mutable(cls: type[T]) -> type[T]:
    """`cls` as `@dataclass(slots=True, kw_only=True)`, all of whose fields may be given when it is made."""
    plain: Any = dataclass(kw_only=True, init=False)(cls)
    made: type[T] = _struct(plain, frozen=False)
    return made


# Of the dataclass: `Struct` has its own.
_MADE_ANEW = frozenset({"__dict__", "__weakref__", "__annotations__", "__module__", "__repr__", "__eq__"})


def _struct(plain: Any, *, frozen: bool) -> Any:
    known = fields(plain)
    kept = {name: what for name, what in vars(plain).items() if name not in _MADE_ANEW}
    for one in known:
        kept.pop(one.name, None)  # its default
    return msgspec.defstruct(
        plain.__name__,
        [_field(one) for one in known],
        namespace=kept,
        module=plain.__module__,
        frozen=frozen,
        kw_only=True,
        gc=False,  # what it holds holds nothing that could hold it: names, numbers, values
    )


def _field(one: Field[Any]) -> tuple[str, Any] | tuple[str, Any, Any]:
    if one.default_factory is not MISSING:
        return one.name, one.type, msgspec.field(default_factory=one.default_factory)
    return (one.name, one.type) if one.default is MISSING else (one.name, one.type, one.default)


def _is_frozen(self: object, name: str, *to: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")
