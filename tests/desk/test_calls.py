"""Calls over HTTP: live from the floor, ended from the records, and what is left of that when the database is away."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from ccswitch.model import orders as d
from ccswitch.model.nouns import GuestMode
from ccswitch.model.orders import HangUpCall
from tests.desk.fakes import OLD, START, Fakes, old_call


@pytest.fixture
def callers(fakes: Fakes) -> None:
    """Two callers who wait."""
    fakes.floor.arrives("live-1", number="1001")
    fakes.floor.arrives("live-2", number="1002", entry="help")


def test_live_calls_come_first_and_ended_ones_after(desk: TestClient, callers: None):
    document = desk.simulate_get("/api/v1/calls").json
    assert [call["call"] for call in document["live"]] == ["live-1", "live-2"]
    assert [call["call_id"] for call in document["recent"]] == [OLD]
    assert document["records"] == "ok"


def test_a_call_that_is_live_is_not_listed_twice(desk: TestClient, fakes: Fakes, callers: None):
    # Given records that have the live call too, and one that ended but whose end they do not have yet
    fakes.records.rows = [
        old_call("live-1", START, result=None, ended=None, duration=None),
        old_call("just-ended", START - 1, result=None, ended=None, duration=None),
        old_call(),
    ]
    document = desk.simulate_get("/api/v1/calls").json
    # Then the floor has the last word
    assert [call["call_id"] for call in document["recent"]] == ["just-ended", OLD]


@pytest.mark.parametrize(
    ("query", "live"),
    [
        ("queue=sales", ["live-1"]),
        ("number=1002", ["live-2"]),
        ("result=live", ["live-1", "live-2"]),
        ("result=answered", []),
        (f"since={START + 1}", []),
        (f"until={START + 1}", ["live-1", "live-2"]),
        ("agent=li", []),
    ],
)
def test_the_query_chooses_among_live_calls(desk: TestClient, callers: None, query: str, live: list[str]):
    assert [call["call"] for call in desk.simulate_get(f"/api/v1/calls?{query}").json["live"]] == live


def test_pages_follow_each_other_without_gap_or_repetition(desk: TestClient, fakes: Fakes, callers: None):
    # Given seven ended calls and pages of three
    fakes.records.rows = [old_call(f"c{n}", START - n) for n in range(7)]
    seen, query = [], "limit=3"
    for _ in range(5):
        page = desk.simulate_get(f"/api/v1/calls?{query}").json
        seen += [call["call_id"] for call in page["recent"]]
        if page["next"] is None:
            break
        query = f"limit=3&after={page['next']}"
        assert desk.simulate_get(f"/api/v1/calls?{query}").json["live"] == []
    # Then every one was seen, once
    assert seen == [f"c{n}" for n in range(7)]


@pytest.mark.parametrize("query", ["limit=-1", "limit=501", "limit=x", "result=bogus", "since=nan", "after=1.2.3:x"])
@pytest.mark.parametrize("more", ["", "&bogus=1"])
def test_a_query_that_makes_no_sense_is_refused(desk: TestClient, query: str, more: str):
    answer = desk.simulate_get(f"/api/v1/calls?{query}{more}")
    assert answer.status_code == 422, answer.text


def test_without_the_database_live_calls_are_still_shown(desk: TestClient, fakes: Fakes, callers: None):
    desk.simulate_get("/api/v1/calls")
    fakes.records.away = True
    listed = desk.simulate_get("/api/v1/calls").json
    assert (len(listed["live"]), listed["recent"], listed["records"]) == (2, [], "away")
    shown = desk.simulate_get("/api/v1/calls/live-1").json
    assert (shown["live"]["call"], shown["call"], shown["records"]) == ("live-1", None, "away")
    explained = desk.simulate_get("/api/v1/calls/live-1/explain").json
    assert len(explained["now_because"]) >= 3 and (explained["so_far"], explained["records"]) == ([], "away")
    for path in (OLD, f"{OLD}/trace", f"{OLD}/explain"):
        assert desk.simulate_get(f"/api/v1/calls/{path}").status_code == 503


def test_an_ended_call_is_shown_in_full(desk: TestClient):
    shown = desk.simulate_get(f"/api/v1/calls/{OLD}").json
    assert shown["live"] is None
    assert (shown["call"]["result"], shown["call"]["caller_name"]) == ("answered", "王")
    assert [len(shown[part]) for part in ("legs", "steps", "visits", "offers", "talks")] == [1, 1, 1, 1, 1]


def test_trace_and_explanation_of_an_ended_call(desk: TestClient):
    trace = desk.simulate_get(f"/api/v1/calls/{OLD}/trace").json
    assert [line["text"] for line in trace["trace"]] == ["arrived at main", "waits in sales"]
    explained = desk.simulate_get(f"/api/v1/calls/{OLD}/explain").json
    assert explained["now_because"] == []
    assert explained["so_far"][1]["why"].startswith("the only free agent")
    assert explained["ended_because"] == "answered: talk ended by caller"


def test_a_live_call_without_records_yet_is_explained_by_the_floor(desk: TestClient, callers: None):
    assert desk.simulate_get("/api/v1/calls/live-1/trace").json["trace"] == []
    explained = desk.simulate_get("/api/v1/calls/live-1/explain").json
    assert explained["now_because"][2] == "No agent of sales is free: 2 offline."
    assert explained["ended_because"] == ""


def test_a_call_that_nobody_knows_is_not_found(desk: TestClient):
    for path in ("nope", "nope/trace", "nope/explain"):
        assert desk.simulate_get(f"/api/v1/calls/{path}").status_code == 404
    assert desk.simulate_post("/api/v1/calls/nope/hangup").status_code == 404


def test_a_live_call_is_hung_up_by_order(desk: TestClient, fakes: Fakes, callers: None):
    answer = desk.simulate_post("/api/v1/calls/live-1/hangup")
    assert (answer.status_code, answer.json["what"]) == (200, "call live-1 is being hung up")
    (order,) = fakes.floor.orders
    assert isinstance(order, HangUpCall)
    assert order.author == "wang"


@pytest.mark.parametrize(
    ("verb", "body", "order"),
    [
        ("hold", {}, d.HoldCall),
        ("unhold", {}, d.HoldCall),
        ("transfer", {"to": "queue:support"}, d.TransferCall),
        ("record", {"paused": True}, d.PauseRecording),
        ("monitor", {"agent": "chen"}, d.JoinCall),
        ("whisper", {"agent": "chen"}, d.JoinCall),
        ("barge", {"agent": "chen"}, d.JoinCall),
        ("take", {"agent": "chen"}, d.JoinCall),
        ("leave", {"agent": "chen"}, d.LeaveCall),
    ],
)
def test_orders_about_a_talk_are_asked_of_the_floor(
    desk: TestClient, fakes: Fakes, callers: None, verb: str, body: dict[str, object], order: type
):
    # When it is ordered about a caller who only waits, then the floor refuses, and knows by whom and what
    answer = desk.simulate_post(f"/api/v1/calls/live-1/{verb}", json=body)
    assert answer.status_code == 409, answer.text
    (given,) = fakes.floor.orders
    assert (type(given), given.author, given.call) == (order, "wang", "live-1")
    if isinstance(given, d.JoinCall):
        assert given.mode is GuestMode(verb)


@pytest.mark.parametrize(("verb", "body"), [("transfer", {}), ("record", {"paused": "yes"}), ("monitor", {"as": "x"})])
def test_an_order_that_lacks_its_particulars_is_not_valid(
    desk: TestClient, callers: None, verb: str, body: dict[str, object]
):
    assert desk.simulate_post(f"/api/v1/calls/live-1/{verb}", json=body).status_code == 422
