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
