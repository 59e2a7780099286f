"""Health and metrics need no token."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient
from prometheus_client import CollectorRegistry, Gauge

from ccswitch.desk.app import make_app
from tests.desk.fakes import Fakes


def test_health_is_ok_until_something_is_wrong(fakes: Fakes):
    client = TestClient(make_app(fakes.ports, CollectorRegistry()))
    answer = client.simulate_get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "reasons": [], "warnings": []})
    fakes.health.wrong = ["no link to pbx1: is FreeSWITCH up?"]
    answer = client.simulate_get("/health")
    assert (answer.status_code, answer.json["status"], answer.json["reasons"]) == (503, "degraded", fakes.health.wrong)


def test_a_warning_makes_nobody_unwell(fakes: Fakes):
    fakes.health.mishaps = ["a prompt is not there"]
    answer = TestClient(make_app(fakes.ports, CollectorRegistry())).simulate_get("/health")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert answer.json["warnings"] == ["a prompt is not there"]


def test_health_needs_no_database(fakes: Fakes):
    fakes.records.away = True
    assert TestClient(make_app(fakes.ports, CollectorRegistry())).simulate_get("/health").status_code == 200


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), ("unix", 403)])
def test_metrics_are_for_this_machine(fakes: Fakes, address: str, status: int):
    registry = CollectorRegistry()
    Gauge("ccswitch_calls", "Live calls", registry=registry).set(3)
    client = TestClient(make_app(fakes.ports, registry))
    answer = client.simulate_get("/metrics", remote_addr=address)
    assert answer.status_code == status
    assert ("ccswitch_calls 3.0" in answer.text) == (status == 200)


def test_metrics_can_be_opened(fakes: Fakes):
    client = TestClient(make_app(fakes.ports, CollectorRegistry(), metrics_to_all=True))
    assert client.simulate_get("/metrics", remote_addr="192.0.2.7").status_code == 200
