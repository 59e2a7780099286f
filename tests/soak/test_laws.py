"""Each law finds its breach, and nothing in records that are as they should be."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.soak import laws
from tests.soak.laws import Records


def visit(call: str, since: float, ended: float | None, queue: str = "sales") -> dict[str, Any]:
    return {"call_id": call, "queue": queue, "since": since, "started": since, "ended": ended, "result": "answered"}


def offer(call: str, agent: str, started: float, ended: float | None, rang: float | None = 1.0) -> dict[str, Any]:
    times = {"started": started, "ended": ended, "rang": rang}
    return {"offer_id": f"{call}-o", "call_id": call, "agent": agent, "queue": "sales", "result": "talked", **times}


def span(agent: str, started: float, ended: float | None) -> dict[str, Any]:
    return {"agent": agent, "started": started, "ended": ended}


def good() -> Records:
    """Two callers, the first of whom was served first."""
    return Records(
        calls=[{"call_id": call, "ended": 60.0, "result": "answered"} for call in "ab"],
        legs=[],
        visits=[visit("a", 0.0, 20.0), visit("b", 5.0, 40.0)],
        offers=[offer("a", "li", 18.0, 20.0), offer("b", "li", 38.0, 40.0)],
        talks=[],
        spans=[span("li", 0.0, 18.0), span("li", 18.0, None)],
        resumed=[],
    )


def breaches(records: Records) -> list[str]:
    return [sentence for law in laws.AMONG_THEMSELVES for sentence in law(records)]


def test_good_records_break_no_law() -> None:
    assert breaches(good()) == []


@pytest.mark.parametrize(
    ("table", "row", "change"),
    [
        ("calls", 0, {"result": None}),
        ("offers", 1, {"ended": None}),
        ("offers", 1, {"started": 19.0}),  # Li was offered two calls at once
        ("spans", 1, {"started": 18.5}),  # a gap
        ("spans", 0, {"ended": None}),
        ("visits", 0, {"since": 1.0, "started": 1.0, "ended": 45.0}),  # a waits on, and b is offered
        ("visits", 1, {"queue": "support"}),  # an offer without a visit
    ],
)
def test_a_breach_is_found(table: str, row: int, change: dict[str, Any]) -> None:
    records = deepcopy(good())
    getattr(records, table)[row].update(change)
    assert breaches(records)


@pytest.mark.parametrize(("back_at", "fits"), [(None, True), (39.0, True), (30.0, False)])
def test_who_is_on_his_way_back_from_a_bridge_that_did_not_stand_is_passed(back_at: float | None, fits: bool) -> None:
    # Given a caller whose agent was gone before the bridge stood, and another who is offered at 38 s
    records = good()
    records.visits[0]["ended"] = 50.0
    records.offers[0]["result"] = "dropped"
    records.resumed.extend([{"call_id": "a", "at": back_at}] if back_at else [])
    # Then that breaks the law only when the first one was back in line long before
    assert (not breaches(records)) is fits


class Rung:
    def __init__(self, rung: int) -> None:
        self.rung = rung


@pytest.mark.parametrize(("rung", "fits"), [(1, False), (2, True), (3, False)])
def test_a_phone_rings_for_offers_and_for_nothing_else(rung: int, fits: bool) -> None:
    found = list(laws.phones_rang_as_it_says(good(), {"li": Rung(rung)}))  # type: ignore[dict-item]
    assert (not found) is fits


def test_an_offer_that_was_taken_back_need_not_have_rung() -> None:
    records = good()
    records.offers[1]["rang"] = None
    assert not list(laws.phones_rang_as_it_says(records, {"li": Rung(1)}))  # type: ignore[dict-item]
