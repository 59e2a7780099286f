"""Nodes over HTTP."""

from __future__ import annotations

from falcon.testing import TestClient

from ccswitch.model import facts as f
from tests.desk.fakes import NODE, START, Fakes


def test_nodes_are_listed_with_their_links_and_calls(desk: TestClient, fakes: Fakes):
    fakes.floor.arrives("a")
    node = {"node": "pbx1", "state": "up", "since": START, "calls": 1, "core": "core-1"}
    assert desk.simulate_get("/api/v1/nodes").json == {"now": START, "nodes": [node]}
    fakes.floor.give(f.NodeDown(node=NODE, why="reset"))
    assert desk.simulate_get("/api/v1/nodes").json["nodes"][0]["state"] == "down"
