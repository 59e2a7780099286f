"""Who did what, over HTTP."""

from __future__ import annotations

from falcon.testing import TestClient

from tests.desk.conftest import client_of
from tests.desk.fakes import Fakes

API = "/api/v1/audit"


def test_pages_the_newest_first(desk: TestClient, fakes: Fakes) -> None:
    # Given three notes
    for said in ("one", "two", "three"):
        fakes.records.audit(author="ann", kind="token add", what={"name": said}, accepted=True, said=said)
    # When they are asked for, two at a time
    first = desk.simulate_get(API, params={"limit": 2}).json
    # Then the newest go first, and the next page begins behind them
    assert [(row["said"], row["what"]) for row in first["audit"]] == [
        ("three", {"name": "three"}),
        ("two", {"name": "two"}),
    ]
    rest = desk.simulate_get(API, params={"limit": 2, "before": first["next"]}).json
    assert [row["said"] for row in rest["audit"]] == ["one"] and rest["next"] is None


def test_one_author(desk: TestClient, fakes: Fakes) -> None:
    for author in ("ann", "wu"):
        fakes.records.audit(author=author, kind="k", what={}, accepted=False, said="no")
    assert [row["author"] for row in desk.simulate_get(API, params={"author": "wu"}).json["audit"]] == ["wu"]


def test_agents_may_not_and_a_database_that_is_away_is_told(fakes: Fakes, desk: TestClient) -> None:
    assert client_of(fakes, "lis").simulate_get(API).status_code == 403
    assert desk.simulate_get(API, params={"limit": 0}).status_code == 422
    assert desk.simulate_get(API, params={"colour": "red"}).status_code == 422
    fakes.records.away = True
    assert desk.simulate_get(API).status_code == 503
