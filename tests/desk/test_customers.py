"""Customers over HTTP: who may, what is found, what is noted."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from ccswitch.records.customers import Customer
from tests.desk.conftest import client_of
from tests.desk.fakes import Fakes

API = "/api/v1/customers"


@pytest.fixture(autouse=True)
def known(fakes: Fakes) -> None:
    fakes.records.known = {7: Customer(id=7, name="Li Wei", phones=("+8613800138000",), tags=("late",))}


def test_a_customer_is_found_and_shown(desk: TestClient) -> None:
    (found,) = desk.simulate_get(API, params={"find": "li"}).json["customers"]
    assert (found["id"], found["name"], found["phones"], found["tags"]) == (7, "Li Wei", ["+8613800138000"], ["late"])
    assert desk.simulate_get(f"{API}/7").json["customer"] == found
    assert desk.simulate_get(API, params={"find": "nobody"}).json["customers"] == []
    assert desk.simulate_get(f"{API}/8").status_code == 404
    assert desk.simulate_get(f"{API}/x").status_code == 404
    assert desk.simulate_get(API).status_code == 422


def test_tags_are_changed_and_noted(desk: TestClient, fakes: Fakes) -> None:
    changed = desk.simulate_post(f"{API}/7/tags", json={"add": ["vip"], "remove": ["late"]})
    assert changed.json["customer"]["tags"] == ["vip"]
    assert fakes.records.notes[-1]["kind"] == "customer tag" and fakes.records.notes[-1]["said"] == "tags: vip"
    assert desk.simulate_post(f"{API}/8/tags", json={"add": ["vip"]}).status_code == 404
    assert desk.simulate_post(f"{API}/7/tags", json={"add": ["a b"]}).status_code == 422


def test_agents_may_not_and_a_database_that_is_away_is_told(fakes: Fakes, desk: TestClient) -> None:
    agent = client_of(fakes, "lis")
    assert agent.simulate_get(f"{API}/7").status_code == 403
    assert agent.simulate_post(f"{API}/7/tags", json={"add": ["vip"]}).status_code == 403
    fakes.records.away = True
    assert desk.simulate_get(API, params={"find": "li"}).status_code == 503
