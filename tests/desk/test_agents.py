"""Agents over HTTP: what they say, and how one is taken on without his password being seen twice."""

from __future__ import annotations

import hashlib

import pytest
from falcon.testing import TestClient

from ccswitch.model.nouns import AgentStatus
from ccswitch.model.orders import AddAgent, LogIn, LogOut, MakeReady, TakeBreak
from ccswitch.model.wire import to_wire
from tests.desk.fakes import Fakes


def a1(user: str, password: str) -> str:
    return hashlib.md5(f"{user}:ccswitch:{password}".encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("verb", "body", "kind", "status"),
    [
        ("login", None, LogIn, AgentStatus.BREAK),
        ("ready", {}, MakeReady, AgentStatus.READY),
        ("break", {"reason": "lunch"}, TakeBreak, AgentStatus.BREAK),
        ("logout", {}, LogOut, AgentStatus.OFFLINE),
    ],
)
def test_what_an_agent_says_is_an_order_with_author_and_id(
    desk: TestClient, fakes: Fakes, verb: str, body: dict | None, kind: type, status: AgentStatus
):
    answer = desk.simulate_post(f"/api/v1/agents/li/{verb}", **({} if body is None else {"json": body}))
    (order,) = fakes.floor.orders
    assert answer.status_code == 200
    assert (type(order), order.author, order.agent) == (kind, "wang", "li")
    assert answer.json["order"] == order.order
    assert answer.json["what"].startswith(f"agent li: {status.value}")
    assert fakes.floor.state().agents["li"].status is status


def test_two_orders_never_have_the_same_id(desk: TestClient, fakes: Fakes):
    desk.simulate_post("/api/v1/agents/li/login")
    desk.simulate_post("/api/v1/agents/li/login")
    assert len({order.order for order in fakes.floor.orders}) == 2


def test_an_agent_who_is_not_there_is_not_found(desk: TestClient):
    for answer in (desk.simulate_post("/api/v1/agents/nobody/ready"), desk.simulate_get("/api/v1/agents/nobody")):
        assert answer.status_code == 404
        assert "no agent named 'nobody'" in answer.json["why"]


def test_an_order_that_the_floor_refuses_says_why(desk: TestClient):
    desk.simulate_post("/api/v1/agents", json={"agent": "sun"})
    answer = desk.simulate_post("/api/v1/agents/sun/ready")
    assert (answer.status_code, answer.json["why"]) == (409, "agent sun has no phone")


def test_a_new_agent_gets_a_password_that_is_shown_once(desk: TestClient, fakes: Fakes):
    # When an agent is taken on without a password
    body = {"agent": "sun", "name": "Sun Li", "phone": "1009", "queues": ["sales"]}
    answer = desk.simulate_post("/api/v1/agents", json=body)
    # Then one is made, and its hash is kept
    password = answer.json["password"]
    assert answer.status_code == 200
    assert (answer.json["sip_user"], len(password)) == ("1009", 20)
    assert answer.headers["Cache-Control"] == "no-store"
    assert fakes.records.secrets["sun"] == ("1009", "ccswitch", a1("1009", password))
    # And the agent is on the floor, but his password is neither in the order nor in the audit trail
    (order,) = fakes.floor.orders
    assert isinstance(order, AddAgent)
    assert fakes.floor.state().agents["sun"].agent.queues == ("sales",)
    secrets = (password, a1("1009", password))
    assert not any(secret in f"{to_wire(order)} {fakes.records.notes}" for secret in secrets)
    assert fakes.records.notes == [
        {
            "author": "wang",
            "kind": "sip password",
            "what": {"agent": "sun", "sip_user": "1009"},
            "accepted": True,
            "said": "password made",
        }
    ]
    # And the next change of him keeps it and shows none
    again = desk.simulate_post("/api/v1/agents", json=body | {"name": "Sun"})
    assert (again.status_code, again.json["password"]) == (200, "")
    assert fakes.records.secrets["sun"][2] == a1("1009", password)


def test_a_password_that_is_given_is_kept_and_not_shown(desk: TestClient, fakes: Fakes):
    body = {"agent": "sun", "phone": "1009", "password": "correct-horse"}
    answer = desk.simulate_post("/api/v1/agents", json=body)
    assert (answer.status_code, answer.json["password"]) == (200, "")
    assert "correct-horse" not in answer.text
    assert fakes.records.secrets["sun"][2] == a1("1009", "correct-horse")


def test_a_new_phone_or_a_wish_makes_a_new_password(desk: TestClient, fakes: Fakes):
    desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1009"})
    moved = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1010"})
    assert moved.json["password"] != ""
    assert fakes.records.secrets["sun"][0] == "1010"
    wished = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1010", "new_password": True})
    assert wished.json["password"] not in ("", moved.json["password"])


def test_a_phone_elsewhere_ends_the_account_of_the_one_before(desk: TestClient, fakes: Fakes):
    desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1009"})
    desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "sip:sun@127.0.0.1:6070"})
    assert fakes.records.secrets == {}
    assert fakes.records.notes[-1]["said"] == "account dropped"


def test_the_password_is_kept_before_the_nodes_are_told(desk: TestClient, fakes: Fakes):
    # Given a floor that looks at the records when it is asked
    seen: list[set[str]] = []
    ask = fakes.floor.ask
    fakes.floor.ask = lambda order: (seen.append(set(fakes.records.secrets)), ask(order))[1]  # type: ignore[method-assign]
    # When an agent is taken on
    desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1009"})
    # Then his secret was there already
    assert seen == [{"sun"}]


def test_no_database_no_new_agent(desk: TestClient, fakes: Fakes):
    desk.simulate_get("/api/v1/agents")
    fakes.records.away = True
    answer = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1009"})
    assert answer.status_code == 503
    assert fakes.floor.orders == []


def test_a_phone_elsewhere_has_no_password(desk: TestClient, fakes: Fakes):
    phone = "sip:sun@127.0.0.1:6070"
    answer = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": phone})
    assert (answer.status_code, answer.json["sip_user"], answer.json["password"]) == (200, "", "")
    assert fakes.records.secrets == {}
    refused = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": phone, "password": "correct-horse"})
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        ({"agent": "sun", "phone": "1001"}, 409, "phone 1001 is li's"),
        ({"agent": "sun", "queues": ["nope", "sales"]}, 409, "no such queue: nope"),
        ({"agent": "sun", "phone": "bogus"}, 422, "is no phone"),
    ],
)
def test_a_mistake_leaves_everything_as_it_was(desk: TestClient, fakes: Fakes, body: dict, status: int, why: str):
    answer = desk.simulate_post("/api/v1/agents", json=body)
    assert answer.status_code == status
    assert why in answer.json["why"]
    assert (fakes.floor.orders, fakes.records.secrets, fakes.records.notes) == ([], {}, [])


def test_agents_are_listed_with_what_they_do(desk: TestClient):
    desk.simulate_post("/api/v1/agents/li/ready")
    listed = desk.simulate_get("/api/v1/agents").json["agents"]
    assert [(agent["agent"], agent["status"], agent["free"]) for agent in listed] == [
        ("chen", "offline", False),
        ("li", "ready", True),
        ("zhao", "offline", False),
    ]
    assert desk.simulate_get("/api/v1/agents/li").json["agent"] == listed[1]


def test_a_password_that_was_made_in_vain_is_told(desk: TestClient, fakes: Fakes):
    # Given a controller that does not answer in time
    fakes.floor.fails = TimeoutError("no answer to the order within 5 s")
    answer = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1009"})
    # Then the asker knows that the next answer will not show it
    assert answer.status_code == 503
    assert "ask for a new one" in answer.json["mend"]
    fakes.floor.fails = None
    again = desk.simulate_post("/api/v1/agents", json={"agent": "sun", "phone": "1009", "new_password": True})
    assert again.json["password"] != ""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("skills", {"set": {"billing": 11}}),
        ("skills", {"set": {"a b": 1}}),
        ("queues", {"add": "sales"}),
        ("follow", {"fields": ["secret"]}),
        ("devices", {"ring": "loud"}),
        ("devices", {"phones": "1012"}),
        ("devices", {"phones": ["user/1012"]}),
        ("devices", {"phones": [""]}),
        ("devices", {"phones": ["1012, 1013"]}),
        ("wrapup", {"change": "extend", "by": 0}),
        ("wrapup", {"change": "double"}),
        ("connection", {"connection": "by_magic"}),
        ("leg", {"up": "yes"}),
    ],
)
def test_a_change_that_is_none_is_not_valid(desk: TestClient, fakes: Fakes, path: str, body: dict):
    assert desk.simulate_post(f"/api/v1/agents/li/{path}", json=body).status_code == 422
    assert fakes.floor.orders == []


def test_an_agent_changes_his_own_wrap_up_and_not_his_skills(desk: TestClient):
    # Given the token of agent li
    li = {"Authorization": "Bearer lis"}
    # Then what he may do comes to the floor, which has nothing to end, and the rest is forbidden
    end = {"change": "end"}
    assert desk.simulate_post("/api/v1/agents/li/wrapup", json=end, headers=li).status_code == 409
    assert desk.simulate_post("/api/v1/agents/chen/wrapup", json=end, headers=li).status_code == 403
    assert desk.simulate_post("/api/v1/agents/li/leg", json={"up": False}, headers=li).status_code == 409
    nailed_up = {"connection": "nailed_up"}
    assert desk.simulate_post("/api/v1/agents/li/connection", json=nailed_up, headers=li).status_code == 403
    assert desk.simulate_post("/api/v1/agents/li/skills", json={"set": {"vip": 9}}, headers=li).status_code == 403
    assert desk.simulate_post("/api/v1/agents/li/queues", json={"add": ["sales"]}, headers=li).status_code == 403
    assert desk.simulate_post("/api/v1/agents/li/follow", json={}, headers=li).status_code == 403
