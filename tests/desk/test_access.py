"""Who may: tokens that outlive a database for a while, and the table of rights."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from ccswitch.clock import ManualClock
from ccswitch.desk.access import ASK_AGAIN, FRESH, KEPT, MOST, Right, Tokens, demand
from ccswitch.desk.errors import Declined
from ccswitch.errors import StoreError
from tests.desk.conftest import client_of
from tests.desk.fakes import FakeRecords, Fakes, Holder


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def records() -> FakeRecords:
    return FakeRecords()


@pytest.fixture
def tokens(records: FakeRecords, clock: ManualClock) -> Tokens:
    return Tokens(records.token_holder, clock.now)


def test_a_good_token_is_asked_for_once_in_half_a_minute(tokens: Tokens, records: FakeRecords, clock: ManualClock):
    for _ in range(3):
        assert tokens.holder("good") == Holder("wang", "supervisor")
        clock.advance(FRESH / 4)
    assert records.asked_tokens == ["good"]
    clock.advance(FRESH)
    tokens.holder("good")
    assert records.asked_tokens == ["good", "good"]


def test_a_revoked_token_ends_within_half_a_minute(tokens: Tokens, records: FakeRecords, clock: ManualClock):
    tokens.holder("good")
    del records.tokens["good"]
    clock.advance(FRESH)
    assert tokens.holder("good") is None
    assert tokens.holder("good") is None


def test_an_unknown_token_is_never_remembered(tokens: Tokens, records: FakeRecords):
    assert tokens.holder("new") is None
    records.tokens["new"] = Holder("chen", "supervisor")
    assert tokens.holder("new") == Holder("chen", "supervisor")


def test_a_database_that_is_away_does_not_stop_who_was_here_lately(
    tokens: Tokens, records: FakeRecords, clock: ManualClock
):
    # Given a token that was good, and then no database
    tokens.holder("good")
    records.away = True
    clock.advance(FRESH)
    # When it is shown again, it is good, and the database is left in peace for a moment
    assert tokens.holder("good") == Holder("wang", "supervisor")
    assert tokens.holder("good") == Holder("wang", "supervisor")
    assert len(records.asked_tokens) == 2
    clock.advance(ASK_AGAIN)
    tokens.holder("good")
    assert len(records.asked_tokens) == 3
    # Then a token that nobody has seen cannot be judged, and after an hour the old one neither
    with pytest.raises(StoreError):
        tokens.holder("other")
    clock.advance(KEPT)
    with pytest.raises(StoreError):
        tokens.holder("good")


def test_so_many_tokens_are_remembered_and_no_more(tokens: Tokens, records: FakeRecords):
    for serial in range(MOST + 1):
        records.tokens[f"t{serial}"] = Holder(f"n{serial}", "agent")
        tokens.holder(f"t{serial}")
    before = len(records.asked_tokens)
    tokens.holder(f"t{MOST}")
    assert len(records.asked_tokens) == before
    tokens.holder("t0")
    assert len(records.asked_tokens) == before + 1


@pytest.mark.parametrize("role", ["admin", "supervisor"])
@pytest.mark.parametrize("right", list(Right))
def test_admins_and_supervisors_may_everything(role: str, right: Right):
    demand(Holder("x", role), right, "li")
    demand(Holder("x", role), right)


def test_an_agent_may_only_what_is_about_himself():
    li = Holder("li", "agent")
    demand(li, Right.STATUS, "li")
    demand(li, Right.LOOK, "li")
    for right, about in [(Right.STATUS, "zhao"), (Right.LOOK, ""), (Right.STAFF, "li"), (Right.CALLS, "")]:
        with pytest.raises(Declined) as refused:
            demand(li, right, about)
        assert refused.value.status_code == 403


def test_a_role_that_nobody_knows_may_nothing():
    with pytest.raises(Declined):
        demand(Holder("li", "caller"), Right.LOOK, "li")


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic good", "Bearer bad", "Bearer g\u00f6od", "Bearer " + "x" * 300]
)
def test_without_a_good_token_nothing_is_shown(fakes: Fakes, header: str | None):
    client = TestClient(client_of(fakes).app)
    answer = client.simulate_get("/api/v1/queues", headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["mend"].startswith("send `Authorization: Bearer TOKEN`")


def test_a_body_is_not_looked_at_before_the_token(fakes: Fakes):
    answer = TestClient(client_of(fakes).app).simulate_post("/api/v1/agents", json={"bogus": 1})
    assert answer.status_code == 401


def test_an_agent_s_token_works_for_himself_alone(fakes: Fakes):
    client = client_of(fakes, "lis")
    assert client.simulate_post("/api/v1/agents/li/login").status_code == 200
    assert client.simulate_get("/api/v1/agents/li").status_code == 200
    for answer in (
        client.simulate_post("/api/v1/agents/zhao/login"),
        client.simulate_get("/api/v1/agents/zhao"),
        client.simulate_get("/api/v1/agents"),
        client.simulate_get("/api/v1/queues"),
        client.simulate_get("/api/v1/queues/sales"),
        client.simulate_get("/api/v1/nodes"),
        client.simulate_get("/api/v1/calls"),
        client.simulate_get("/api/v1/calls/c1"),
        client.simulate_get("/api/v1/calls/c1/trace"),
        client.simulate_get("/api/v1/calls/c1/explain"),
        client.simulate_post("/api/v1/calls/c1/hangup"),
        client.simulate_post("/api/v1/agents", json={"agent": "li"}),
    ):
        assert answer.status_code == 403, answer.text
    assert [order.author for order in fakes.floor.orders] == ["li"]


def test_supervisors_go_on_while_the_database_is_away(fakes: Fakes):
    # Given a supervisor who was here a moment ago
    client = client_of(fakes)
    assert client.simulate_get("/api/v1/queues").status_code == 200
    # When the database is away for a minute
    fakes.records.away = True
    fakes.floor.clock.advance(60)
    # Then he looks and orders as before; a newcomer is told to wait
    assert client.simulate_get("/api/v1/queues").status_code == 200
    assert client.simulate_post("/api/v1/agents/li/login").status_code == 200
    newcomer = client.simulate_get("/api/v1/queues", headers={"Authorization": "Bearer root"})
    assert (newcomer.status_code, newcomer.headers["Retry-After"]) == (503, "5")
