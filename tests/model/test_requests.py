"""Requests: what is asked of the world."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from ccswitch.model import requests
from tests.model.words import classes_of, is_a_word


@pytest.mark.parametrize("cls", classes_of(requests))
def test_it_is_a_value_that_says_what_it_is(cls: type) -> None:
    is_a_word(cls)


def test_every_request_can_be_asked() -> None:
    assert set(classes_of(requests)) == set(get_args(requests.Request))


def test_every_request_names_its_node_but_the_one_for_all() -> None:
    without = {cls for cls in get_args(requests.Request) if "node" not in {field.name for field in fields(cls)}}
    assert without == {requests.ProvisionPhone}
