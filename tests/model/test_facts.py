"""Facts: what the world did."""

from __future__ import annotations

from typing import get_args

import pytest

from ccswitch.model import facts
from tests.model.words import classes_of, is_a_word


@pytest.mark.parametrize("cls", classes_of(facts))
def test_it_is_a_value_that_says_what_it_is(cls: type) -> None:
    is_a_word(cls)


def test_every_fact_is_an_input_and_only_a_part_of_one_is_not() -> None:
    assert set(classes_of(facts)) - set(get_args(facts.Fact)) == {facts.LegSeen}
