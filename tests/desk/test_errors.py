"""Every error has one shape, and ours is never told in detail to whoever asked."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from tests.desk.fakes import Fakes


def test_an_error_of_ours_is_500_without_its_particulars(
    desk: TestClient, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fakes.floor, "state", lambda: 1 / 0)
    answer = desk.simulate_get("/api/v1/queues")
    assert answer.status_code == 500
    assert answer.json["why"] == "ZeroDivisionError; its log has the rest"
    assert "division by zero" not in answer.text


def test_a_database_that_is_away_is_503_with_its_reason(desk: TestClient, fakes: Fakes):
    fakes.records.away = True
    answer = desk.simulate_get("/api/v1/queues")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "the database is away" in answer.json["why"]
    assert answer.headers["Content-Type"] == "application/json"
