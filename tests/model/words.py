"""What holds of every word of the model: a frozen value with a sentence that says what it is."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from types import ModuleType
from typing import Any

import pytest


def classes_of(module: ModuleType) -> list[type]:
    """The classes that a module defines itself."""
    return [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]


def is_a_word(cls: Any) -> None:
    """Fails unless `cls` is a frozen, slotted, keyword-only dataclass with a docstring of its own."""
    assert is_dataclass(cls)
    assert cls.__doc__ and not cls.__doc__.startswith(f"{cls.__name__}("), "says nothing of itself"
    assert "__slots__" in vars(cls)
    assert all(field.kw_only for field in fields(cls))
    one = cls(**{field.name: None for field in fields(cls)})
    for field in fields(cls):
        with pytest.raises(FrozenInstanceError):
            setattr(one, field.name, None)
