"""Nouns: what people configure, and the words for where things stand."""

from __future__ import annotations

from dataclasses import is_dataclass
from enum import Enum

import pytest

from ccswitch.model import nouns
from tests.model.words import classes_of, is_a_word

CLASSES = classes_of(nouns)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if is_dataclass(cls)])
def test_it_is_a_value_that_says_what_it_is(cls: type) -> None:
    is_a_word(cls)


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if issubclass(cls, Enum)])
def test_its_words_are_plain_and_each_stands_once(cls: type[Enum]) -> None:
    values = [member.value for member in cls]
    assert all(isinstance(value, str) and value.isidentifier() and value.islower() for value in values)
    assert len(set(values)) == len(cls.__members__)


def test_the_words_of_agents_are_those_of_the_vocabulary() -> None:
    assert {status.value for status in nouns.AgentStatus} == {"offline", "ready", "break"}
    states = {"idle", "calling", "offered", "ringing", "talking", "holding", "wrapup", "assisting"}
    assert {state.value for state in nouns.AgentState} == states
