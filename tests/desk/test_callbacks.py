"""Promises to call back over HTTP: made, listed, looked at, cancelled, and by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from falcon.testing import TestClient

from tests.desk.conftest import client_of
from tests.desk.fakes import NODE, START, Fakes

API = "/api/v1/callbacks"


@pytest.fixture(autouse=True)
def gateway(fakes: Fakes) -> None:
    """The node has a gateway."""
    state = fakes.floor.state()
    state.take(replace(state.settings, trunks=(NODE,)))


def test_a_promise_is_made_listed_looked_at_and_cancelled(desk: TestClient) -> None:
    # Given a promise for in an hour
    made = desk.simulate_post(API, json={"queue": "support", "number": "139 0013-9000", "at": START + 3600.0})
    assert made.status_code == 200, made.json
    # Then it stands, for later
    [one] = desk.simulate_get(API).json["callbacks"]
    assert (one["queue"], one["number"], one["state"]) == ("support", "13900139000", "later")
    assert one["due"] == one["since"] == START + 3600.0
    promise = one["promise"]
    assert promise in made.json["what"]
    assert desk.simulate_get(f"{API}/{promise}").json["callback"] == one
    # And is gone once it is cancelled
    assert desk.simulate_post(f"{API}/{promise}/cancel", json={}).status_code == 200
    assert desk.simulate_get(API).json["callbacks"] == []
    assert desk.simulate_get(f"{API}/{promise}").status_code == 404
    assert desk.simulate_post(f"{API}/{promise}/cancel", json={}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"queue": "support", "number": "anonymous"}, 409),
        ({"queue": "none", "number": "13900139000"}, 404),
        ({"queue": "support"}, 422),
        ({"queue": "support", "number": "13900139000", "priority": 101}, 422),
        ({"queue": "support", "number": "1" * 41}, 422),
        ({"queue": "support", "number": "13900139000", "how": "soon"}, 422),
    ],
)
def test_what_cannot_be_promised_is_refused(desk: TestClient, body: dict[str, object], status: int) -> None:
    assert desk.simulate_post(API, json=body).status_code == status


def test_an_agent_promises_nothing(fakes: Fakes) -> None:
    li = client_of(fakes, "lis")
    assert li.simulate_post(API, json={"queue": "support", "number": "13900139000"}).status_code == 403
    assert li.simulate_get(API).status_code == 403
    assert li.simulate_post(f"{API}/p1/cancel", json={}).status_code == 403


def test_those_that_are_over_are_listed_if_asked_for_and_looked_at(desk: TestClient, fakes: Fakes) -> None:
    # Given one that is over in the records
    row = {"promise_id": "p9", "started": START, "ended": START + 60, "queue": "support", "result": "unreached"}
    fakes.records.promises = [row | {"attempts": 2, "end_why": "2 tries, the last: busy"}]
    # Then it is listed only if it is asked for
    assert desk.simulate_get(API).json["past"] == []
    assert [one["promise_id"] for one in desk.simulate_get(f"{API}?past=10").json["past"]] == ["p9"]
    assert desk.simulate_get(f"{API}?past=1000").status_code == 422
    # And looked at with the calls by which it was tried
    one = desk.simulate_get(f"{API}/p9").json
    assert (one["callback"], one["because"], one["record"]["result"]) == (None, [], "unreached")
    assert [call["call_id"] for call in one["calls"]] == ["p9-1", "p9-2"]


def test_while_the_database_is_away_one_that_stands_is_looked_at(desk: TestClient, fakes: Fakes) -> None:
    desk.simulate_post(API, json={"queue": "support", "number": "13900139000"})
    [promise] = fakes.floor.state().promises
    fakes.records.away = True
    one = desk.simulate_get(f"{API}/{promise}").json
    assert one["records"] == "away" and "Stands in line at place 1 of 1" in one["because"][1]
    assert desk.simulate_get(f"{API}/p9").status_code == 503
