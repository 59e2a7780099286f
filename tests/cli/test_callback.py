"""`ccswitch callback`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.cli.conftest import Run
from tests.desk.fakes import NODE, Fakes


@pytest.fixture(autouse=True)
def gateway(fakes: Fakes) -> None:
    """The node has a gateway."""
    state = fakes.floor.state()
    state.take(replace(state.settings, trunks=(NODE,)))


def test_a_promise_is_added_listed_shown_and_cancelled(run: Run) -> None:
    # Given nothing at first
    assert len(run("callback", "list").stdout.splitlines()) == 1
    # When a supervisor promises one
    assert "13900139000" in run("callback", "add", "13900139000", "--queue", "support", "--name", "Wang").stdout
    # Then it is listed
    head, row = run("callback", "list").stdout.splitlines()
    assert head.split("\t") == ["queue", "number", "name", "state", "since", "expires", "tries", "promise"]
    assert row.startswith("support\t13900139000\tWang\t")
    promise = row.split("\t")[-1]
    assert "number\t13900139000" in run("callback", "show", promise).stdout
    assert json.loads(run("callback", "show", promise, "--json").stdout)["callback"]["promise"] == promise
    # And gone once it is cancelled
    assert "cancelled" in run("callback", "cancel", promise).stdout
    assert json.loads(run("callback", "list", "--json").stdout)["callbacks"] == []
    assert run("callback", "cancel", promise).exit_code == 4
    assert run("callback", "add", "anonymous", "--queue", "support").exit_code == 1
