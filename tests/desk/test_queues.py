"""Queues over HTTP."""

from __future__ import annotations

from falcon.testing import TestClient

from tests.desk.fakes import Fakes


def test_queues_are_listed_as_they_are_configured(desk: TestClient, fakes: Fakes):
    fakes.floor.arrives("a")
    boards = desk.simulate_get("/api/v1/queues").json["queues"]
    assert [(board["queue"], board["waiting"]) for board in boards] == [("sales", 1), ("support", 0)]


def test_one_queue_has_callers_agents_rules_and_its_day(desk: TestClient, fakes: Fakes):
    fakes.floor.arrives("a", number="13800138000")
    shown = desk.simulate_get("/api/v1/queues/sales").json
    assert shown["queue"]["callers"][0]["caller_number"] == "13800138000"
    assert [agent["agent"] for agent in shown["queue"]["agents"]] == ["li", "zhao"]
    assert shown["queue"]["rules"]["ring_timeout"] == 20.0
    assert shown["today"]["offered"] == 12.0
    assert desk.simulate_get("/api/v1/queues/support").json["today"] == {}


def test_without_the_database_a_queue_has_no_day(desk: TestClient, fakes: Fakes):
    desk.simulate_get("/api/v1/queues")
    fakes.records.away = True
    assert desk.simulate_get("/api/v1/queues/sales").json["today"] is None


def test_a_queue_that_is_not_there_is_not_found(desk: TestClient):
    assert desk.simulate_get("/api/v1/queues/nope").status_code == 404
