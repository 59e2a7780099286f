"""A value is what a frozen, slotted, keyword-only dataclass is; only its making is another."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from ccswitch.model.value import value


@value
class Point:
    """Where something is."""

    x: int
    y: int = 0
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The same, made by the standard library alone."""

    x: int
    y: int = 0
    label: str | None = None


@value
class Nothing:
    """Has no fields."""


def test_it_is_made_as_a_dataclass_is() -> None:
    # Given a value with defaults
    made, plain = Point(x=1, label="here"), Plain(x=1, label="here")
    # Then it reads, shows, compares and hashes as the plain one does
    assert (made.x, made.y, made.label) == (plain.x, plain.y, plain.label)
    assert repr(made) == repr(plain).replace("Plain", "Point")
    assert made == Point(x=1, y=0, label="here") and hash(made) == hash(plain)
    assert made != Point(x=2, label="here") and made != plain
    assert type(made) is Point and Nothing() == Nothing()


def test_it_cannot_be_changed() -> None:
    made = Point(x=1)
    with pytest.raises(FrozenInstanceError):
        made.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del made.x
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        made.z = 3  # type: ignore[attr-defined]
    assert made == Point(x=1)


def test_it_can_be_copied_replaced_and_pickled() -> None:
    made = Point(x=1, y=2, label="there")
    assert replace(made, y=3) == Point(x=1, y=3, label="there")
    assert copy.deepcopy(made) == made == pickle.loads(pickle.dumps(made))


def test_wrong_fields_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match="Missing required argument 'x'"):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="Unexpected keyword argument 'z'"):
        Point(x=1, z=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional"):
        Point(1)  # type: ignore[misc]


def test_what_it_cannot_be_is_said_where_the_class_is_made() -> None:
    with pytest.raises(TypeError, match="Many: a value has plain defaults"):

        @value
        class Many:
            """Would share one list, or need a call for each."""

            all: list[int] = field(default_factory=list)
