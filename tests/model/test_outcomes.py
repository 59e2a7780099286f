"""Outcomes: what was decided."""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from typing import get_args

import pytest

from ccswitch.model import outcomes
from tests.model.words import classes_of, is_a_word

TOPICS = [import_module(f"{outcomes.__name__}.{found.name}") for found in iter_modules(outcomes.__path__)]
DEFINED = [cls for topic in TOPICS for cls in classes_of(topic)]


@pytest.mark.parametrize("cls", DEFINED)
def test_it_is_a_value_that_says_what_it_is(cls: type) -> None:
    is_a_word(cls)


def test_every_outcome_is_kept() -> None:
    assert set(DEFINED) == set(get_args(outcomes.Outcome))


@pytest.mark.parametrize("cls", DEFINED)
def test_every_outcome_is_known_by_one_name(cls: type) -> None:
    assert getattr(outcomes, cls.__name__) is cls


NOTED = {"arrived", "wayout", "ended"}  # by a node, of a call that was over before any decision


def test_outcomes_carry_no_instant_of_their_own_decision() -> None:
    # The journal stamps them; an instant in an outcome is one that is still to come, or one that is kept.
    # `at_switch` is by another clock, and means something only beside another of that clock.
    instants = {field.name for cls in get_args(outcomes.Outcome) for field in fields(cls) if field.type == "Seconds"}
    assert (
        instants
        == {
            "next_at",
            "deadline",
            "since",
            "joined",
            "again_at",
            "waited",
            "talked",
            "until",
            "at_switch",
            "seconds",
            "only_until",
            "head_start",
            "due",
            "expires",
        }
        | NOTED
    )
