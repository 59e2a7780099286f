"""Orders: what people want."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from ccswitch.model import orders
from tests.model.words import classes_of, is_a_word


@pytest.mark.parametrize("cls", classes_of(orders))
def test_it_is_a_value_that_says_what_it_is(cls: type) -> None:
    is_a_word(cls)


def test_every_order_has_an_id_to_answer_and_an_author_to_name() -> None:
    assert set(classes_of(orders)) == set(get_args(orders.Order))
    for cls in get_args(orders.Order):
        assert [field.name for field in fields(cls)][:2] == ["order", "author"]
