"""What holds otherwise than the files say, over HTTP."""

from __future__ import annotations

from falcon.testing import TestClient

from tests.desk.conftest import client_of
from tests.desk.fakes import Fakes


def test_a_floor_as_the_files_have_it_has_none(desk: TestClient):
    assert desk.simulate_get("/api/v1/overrides").json["overrides"] == []


def test_what_orders_changed_is_told_with_author_and_what_the_files_say(desk: TestClient, fakes: Fakes):
    # Given a queue that is paused for a while, and an agent who was taken on and one who was changed
    until = fakes.floor.now() + 600
    desk.simulate_post("/api/v1/queues/sales/pause", json={"reason": "drill", "until": until})
    desk.simulate_post("/api/v1/agents", json={"agent": "new", "phone": "1099", "queues": ["sales"]})
    was = next(one for one in desk.simulate_get("/api/v1/agents").json["agents"] if one["agent"] == "li")
    desk.simulate_post("/api/v1/agents", json={"agent": "li", "phone": was["phone"], "skills": ["billing=7"]})
    # When a supervisor asks what holds otherwise than the files say
    found = desk.simulate_get("/api/v1/overrides").json
    # Then each thing is there
    told = {(one["noun"], one["name"], one["field"]): one for one in found["overrides"]}
    paused = told["queue", "sales", "mode"]
    assert (paused["files"], paused["now"], paused["author"]) == ("open", "paused", "wang")
    assert (paused["until"], paused["reason"]) == (until, "drill")
    assert told["agent", "li", "skills"]["now"] == "billing=7"
    assert told["agent", "li", "queues"]["files"] == ", ".join(was["queues"])
    assert told["agent", "new", "phone"]["now"] == "1099"
    # And the agents as the files would have them
    assert {one["agent"]: one["phone"] for one in found["agents"]} == {"new": "1099", "li": was["phone"]}


def test_a_skill_by_order_is_told_with_its_author_and_its_end(desk: TestClient, fakes: Fakes):
    # Given a skill for a while
    until = fakes.floor.now() + 600
    assert desk.simulate_post("/api/v1/agents/li/skills", json={"set": {"vip": 3}, "until": until}).status_code == 200
    # Then it is told, and nothing else of the agent
    (one,) = desk.simulate_get("/api/v1/overrides").json["overrides"]
    assert (one["name"], one["field"], one["files"], one["now"]) == ("li", "skills", "", "vip=3")
    assert (one["author"], one["until"]) == ("wang", until) and one["since"]


def test_an_agent_is_not_told(fakes: Fakes):
    assert client_of(fakes, "lis").simulate_get("/api/v1/overrides").status_code == 403
