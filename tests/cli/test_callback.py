"""`ccswitch callback`."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ccswitch.model.ids import OrderId
from ccswitch.model.orders import AddCallback
from tests.cli.conftest import Run
from tests.desk.fakes import NODE, START, Fakes


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


def test_one_that_is_over_is_listed_shown_and_explained(run: Run, fakes: Fakes) -> None:
    # Given one that stands, and one that was kept late
    later = AddCallback(order=OrderId("o1"), author="w", queue="support", number="13900139000", at=START + 3600.0)
    fakes.floor.ask(later)
    row = {"promise_id": "p9", "started": START, "ended": START + 60, "queue": "support", "number": "137"}
    row |= {"result": "kept", "in_time": START + 50, "attempts": 1, "end_why": "at try 1"}
    fakes.records.promises = [row]
    told = run("callback", "list", "--past", "5").stdout
    assert "later" in told and "137" in told and "late" in told.splitlines()[-1]
    shown = run("callback", "show", "p9").stdout
    assert "result\tkept" in shown and "answered" in shown.splitlines()[-1]
    assert "It is over, kept: at try 1." in run("callback", "explain", "p9").stdout
    [promise] = fakes.floor.state().promises
    assert "Its time comes in" in run("callback", "explain", promise).stdout


def test_when_and_in_how_long_are_the_same_thing(run: Run) -> None:
    assert run("callback", "add", "139", "--queue", "support", "--at", "14:30", "--in", "5").exit_code == 2
    assert run("callback", "add", "139", "--queue", "support", "--at", "soon").exit_code == 2


def test_a_queue_shows_whom_it_has_promised_a_call(run: Run) -> None:
    run("callback", "add", "13900139000", "--queue", "support")
    head, *rows = run("queue", "list").stdout.splitlines()
    column = head.split("\t").index("promised")
    assert [row.split("\t")[column] for row in rows] == ["0", "1"]
    assert "13900139000" in run("queue", "show", "support").stdout
