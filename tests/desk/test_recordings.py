"""Recordings are held and released, over HTTP."""

from __future__ import annotations

from falcon.testing import TestClient

from tests.desk.conftest import client_of
from tests.desk.fakes import OLD, Fakes

KEEP = f"/api/v1/calls/{OLD}/keep"


def test_recordings_are_held_and_released(desk: TestClient, fakes: Fakes) -> None:
    # When a supervisor holds a call's recordings
    told = desk.simulate_post(KEEP, json={"on": True, "why": "case 7"}).json
    assert told["held"] and told["call_id"] == OLD
    # Then the call says so, and so does the audit trail
    held = desk.simulate_get(f"/api/v1/calls/{OLD}").json["held"]
    assert (held["author"], held["why"]) == ("wang", "case 7")
    assert fakes.records.notes[-1]["kind"] == "call keep"
    # When they are released, then it does no more
    assert not desk.simulate_post(KEEP, json={"on": False}).json["held"]
    assert desk.simulate_get(f"/api/v1/calls/{OLD}").json["held"] is None
    assert desk.simulate_post(KEEP, json={"on": False}).status_code == 404


def test_who_may_and_of_what(desk: TestClient, fakes: Fakes) -> None:
    assert client_of(fakes, "lis").simulate_post(KEEP, json={}).status_code == 403
    assert desk.simulate_post("/api/v1/calls/nobody/keep", json={}).status_code == 404
    assert desk.simulate_post(KEEP, json={"colour": "red"}).status_code == 422
    assert fakes.records.notes == []
