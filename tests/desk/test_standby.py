"""The desk of a standby: its health, and whom to ask for everything else."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from falcon.testing import TestClient

from ccswitch.desk.standby import make_standby_app


@dataclass
class Someone:
    name: str = "pbx-a"
    token: int = 7
    since: float = 1000.0
    desk: str = "http://pbx-a:8470"


@dataclass
class Waiting:
    active: Someone | None = field(default_factory=Someone)
    reasons: list[str] = field(default_factory=list)


def test_health_says_standby_and_who_is_active() -> None:
    answer = TestClient(make_standby_app(Waiting())).simulate_get("/health")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    active = {"name": "pbx-a", "token": 7, "since": 1000.0, "desk": "http://pbx-a:8470"}
    assert answer.json == {"status": "standby", "reasons": [], "active": active}


def test_health_says_what_keeps_it_from_taking_over() -> None:
    answer = TestClient(make_standby_app(Waiting(None, ["the journal cannot be followed"]))).simulate_get("/health")
    assert answer.status_code == 503
    assert answer.json == {"status": "standby", "reasons": ["the journal cannot be followed"], "active": None}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/api/v1/agents/li/ready", "/api/v1/calls", "/metrics", "/"])
def test_everything_else_is_refused_in_a_sentence_that_names_the_active_one(method: str, path: str) -> None:
    answer = TestClient(make_standby_app(Waiting())).simulate_request(method, path)
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "1"
    assert answer.json["what"] == "This controller is a standby"
    assert (answer.json["why"], answer.json["mend"]) == ("pbx-a is active", "ask http://pbx-a:8470")


def test_with_nobody_active_it_says_so() -> None:
    answer = TestClient(make_standby_app(Waiting(None))).simulate_post("/api/v1/agents/li/ready")
    assert (answer.status_code, answer.json["why"]) == (503, "no controller is active yet")
