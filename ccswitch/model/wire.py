"""Values as plain dicts, lists, strings and numbers, fit for JSON: the journal, snapshots and the API speak this.

A class is read once: its type hints become a table of (field, converter), so that an outcome costs about a
microsecond. The shape on the wire:

=================================  ==================================================================
in Python                          on the wire
=================================  ==================================================================
str, int, float, bool, None        itself
Enum                               its value
dataclass                          a dict of its fields; `"is"` names the class where several may stand
tuple, NamedTuple, list, deque     a list
set, frozenset                     a sorted list
dict keyed by strings              a dict
dict with other keys (as tuples)   a list of [key, value] pairs
=================================  ==================================================================

Reading is lenient where releases differ (unknown fields are ignored, missing ones take their defaults) and strict
where nothing sensible can be made of it: an unknown class, a missing field without a default, a value outside its
enum are a JournalError that names class and field. Fields with `init=False` or a name that begins with `_` are
derived from the others and do not travel.
"""

from __future__ import annotations

import types
from collections import deque
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

from ccswitch.errors import JournalError
from ccswitch.model.facts import Fact
from ccswitch.model.orders import Order
from ccswitch.model.outcomes import Outcome

T = TypeVar("T")
Plain = dict[str, Any]
Convert = Callable[[Any], Any]
Codec = tuple[Convert | None, Convert | None]  # encode, decode; None: the value travels as it is

TAG = "is"
CLASSES: dict[str, type] = {cls.__name__: cls for cls in get_args(Fact) + get_args(Order) + get_args(Outcome)}
AS_IS: Codec = (None, None)
ATOMS = (str, int, float, bool, type(None))
SEQUENCES = (tuple, list, deque, set, frozenset)


def to_wire(obj: object) -> Plain:
    """`obj` (a fact, an order, an outcome or any other dataclass) as a dict whose `"is"` names its class."""
    cls: Any = type(obj)
    return {TAG: cls.__name__, **encoder(cls)(obj)}


def from_wire(data: Plain) -> Any:
    """The fact, order or outcome that `to_wire` made `data` of; JournalError when its class is not known here."""
    cls = _class_of(data, CLASSES)
    return decoder(cls)(data)


def to_plain(obj: object) -> Any:
    """A dataclass as a dict without `"is"`; the reader has to know the class (`from_wire_as`)."""
    cls: Any = type(obj)
    return encoder(cls)(obj)


def from_wire_as(cls: type[T], data: Any) -> T:
    """Read `data` as a `cls`; `"is"` is not needed. JournalError when it cannot be one."""
    kind: Any = cls
    value: T = decoder(kind)(data)
    return value


@cache
def encoder(cls: Any) -> Convert:
    """The function that turns a `cls` (a dataclass) into a plain dict, compiled once."""
    plan = tuple((name, _codec(hint)[0]) for name, hint in _travelling(cls))

    def encode(obj: Any) -> Plain:
        """One `cls` as a dict, by the plan."""
        return {name: getattr(obj, name) if convert is None else convert(getattr(obj, name)) for name, convert in plan}

    return encode


@cache
def decoder(cls: Any) -> Convert:
    """The function that turns a plain dict into a `cls` (a dataclass), compiled once."""
    plan = tuple((name, _codec(hint)[1]) for name, hint in _travelling(cls))
    required = {f.name for f in _own(cls) if f.default is MISSING and f.default_factory is MISSING}

    def decode(data: Any) -> Any:
        """A `cls` of a dict, by the plan. JournalError when a field is missing or cannot be read."""
        if not isinstance(data, dict):
            raise JournalError(f"{cls.__name__}: expected an object, found {data!r:.80}")
        if not required <= data.keys():
            raise JournalError(f"{cls.__name__}: {', '.join(sorted(required - data.keys()))} missing in {data!r:.200}")
        values = {}
        for name, convert in plan:
            if name in data:
                value = data[name]
                values[name] = value if convert is None else _converted(cls, name, convert, value)
        return cls(**values)

    return decode


def _converted(cls: type, name: str, convert: Convert, value: Any) -> Any:
    """`convert(value)`, with an error that says where."""
    try:
        return convert(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise JournalError(f"{cls.__name__}.{name}: cannot read {value!r:.80} ({error})") from error


def _travelling(cls: type) -> list[tuple[str, Any]]:
    """The fields of a dataclass that go over the wire, with their resolved types."""
    if not is_dataclass(cls):
        raise JournalError(f"{cls.__name__} is not a dataclass and has no shape on the wire")
    hints = get_type_hints(cls)
    return [(f.name, hints[f.name]) for f in _own(cls)]


def _own(cls: Any) -> list[Field[Any]]:
    """The fields that are not derived from others."""
    return [f for f in fields(cls) if f.init and not f.name.startswith("_")]


def _class_of(data: Any, classes: dict[str, type]) -> type:
    """The class that `data["is"]` names."""
    name = data.get(TAG) if isinstance(data, dict) else None
    if not isinstance(name, str) or name not in classes:
        raise JournalError(f"unknown class {name!r} in {data!r:.200}; was it written by a newer release?")
    return classes[name]


# ---- one codec for each kind of type hint ---------------------------------------------------------------------


def _codec(hint: Any) -> Codec:
    """The pair of converters for one type hint."""
    while isinstance(hint, NewType):
        hint = hint.__supertype__
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union_codec(args)
    if origin in SEQUENCES:
        return _sequence_codec(origin, args)
    if origin is dict:
        return _dict_codec(*args)
    if hint in ATOMS:
        return AS_IS
    if isinstance(hint, type) and issubclass(hint, Enum):
        return (lambda member: member.value), hint
    if is_dataclass(hint):
        return _dataclass_codec(hint)
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        return _named_tuple_codec(hint)
    raise JournalError(f"no shape on the wire for the type {hint!r}")


def _dataclass_codec(cls: Any) -> Codec:
    """Resolved at the first value, so that a class may hold its own kind."""
    return (lambda value: encoder(cls)(value)), (lambda data: decoder(cls)(data))


def _union_codec(args: tuple[Any, ...]) -> Codec:
    """`X | None` is X or null; where several dataclasses may stand, each is tagged, and a text or number beside them is
    itself."""
    known = [arg for arg in args if arg is not type(None)]
    if len(known) == 1:
        return _or_none(_codec(known[0]))
    if all(_codec(arg) == AS_IS for arg in known):
        return AS_IS
    classes: dict[str, Any] = {arg.__name__: arg for arg in known if isinstance(arg, type) and is_dataclass(arg)}
    if all(arg in ATOMS for arg in known if arg not in classes.values()):
        return _or_none(_tagged_codec(classes))
    raise JournalError(f"a union of {known} cannot be told apart on the wire")


def _tagged_codec(classes: dict[str, Any]) -> Codec:
    """One of these dataclasses, or something that is itself."""

    def encode(value: Any) -> Any:
        """Tagged with its class, unless it is itself."""
        return value if isinstance(value, ATOMS) else to_wire(value)

    def decode(data: Any) -> Any:
        """By its tag, which has to name one of `classes`. JournalError for any other."""
        return data if isinstance(data, ATOMS) else decoder(_class_of(data, classes))(data)

    return encode, decode


def _or_none(codec: Codec) -> Codec:
    """`codec`, or null."""

    def skip_none(convert: Convert | None) -> Convert | None:
        """`convert` that lets None through; None where there is nothing to convert."""
        return convert and (lambda value: None if value is None else convert(value))

    return skip_none(codec[0]), skip_none(codec[1])


def _sequence_codec(origin: Any, args: tuple[Any, ...]) -> Codec:
    """Tuples (of one kind, or of fixed kinds), lists, deques and sets."""
    if origin is tuple and Ellipsis not in args:
        return _record_codec([_codec(arg) for arg in args])
    encode, decode = _codec(args[0])
    gather = sorted if origin in (set, frozenset) else list

    def encode_all(values: Any) -> list[Any]:
        """Each one encoded, as a list; of a set, sorted."""
        return gather(values if encode is None else map(encode, values))

    def decode_all(data: Any) -> Any:
        """Each one decoded, in the kind of sequence that is wanted. TypeError when it is no list."""
        if not isinstance(data, list):
            raise TypeError("not a list")
        return origin(data if decode is None else map(decode, data))

    return encode_all, decode_all


def _record_codec(codecs: list[Codec]) -> Codec:
    """`tuple[A, B]`: each place has its own kind."""

    def encode_each(values: Any) -> list[Any]:
        """Each place by its own codec. ValueError when there are more or fewer."""
        return [v if encode is None else encode(v) for v, (encode, _) in zip(values, codecs, strict=True)]

    def decode_each(data: Any) -> tuple[Any, ...]:
        """Each place by its own codec. ValueError when there are more or fewer."""
        return tuple(v if decode is None else decode(v) for v, (_, decode) in zip(data, codecs, strict=True))

    return encode_each, decode_each


def _named_tuple_codec(cls: Any) -> Codec:
    """A list in the order of the fields; new fields belong at the end and need defaults."""
    hints = get_type_hints(cls)
    codecs = [_codec(hints[name]) for name in cls._fields]

    def encode_fields(values: Any) -> list[Any]:
        """Its fields in their order, each by its own codec."""
        return [v if encode is None else encode(v) for v, (encode, _) in zip(values, codecs, strict=True)]

    def decode_fields(data: Any) -> Any:
        """Fields that an earlier release did not write take their defaults; a newer one's are left out."""
        return cls(*(v if decode is None else decode(v) for v, (_, decode) in zip(data, codecs, strict=False)))

    return encode_fields, decode_fields


def _dict_codec(key: Any, value: Any) -> Codec:
    """Keyed by strings: a dict; keyed by anything else: a list of pairs, in the dict's order."""
    while isinstance(key, NewType):
        key = key.__supertype__
    if key is not str:
        encode_pairs, decode_pairs = _sequence_codec(list, (tuple[key, value],))
        assert encode_pairs and decode_pairs
        return (lambda mapping: encode_pairs(mapping.items())), (lambda data: dict(decode_pairs(data)))
    encode, decode = _codec(value)

    def convert_values(convert: Convert | None) -> Convert:
        """A function that converts a dict's values; without `convert`, one that copies it."""
        if convert is None:
            return dict
        return lambda mapping: {name: convert(item) for name, item in mapping.items()}

    return convert_values(encode), convert_values(decode)
