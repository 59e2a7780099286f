"""Messages over HTTP: who sees which, and that they are dealt with once."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from ccswitch.floor.standing import LiveMessage
from ccswitch.model.ids import CallId, MessageId, QueueName
from tests.desk.conftest import client_of
from tests.desk.fakes import NODE, START, Fakes

API = "/api/v1/messages"


@pytest.fixture(autouse=True)
def messages(fakes: Fakes) -> None:
    """One for sales, one for support, one that is still being recorded."""
    for name, box, seconds in (("m1", "sales", 12.0), ("m2", "support", 7.0), ("m3", "sales", None)):
        fakes.floor.state().messages[MessageId(name)] = LiveMessage(
            message=MessageId(name),
            call=CallId("c1"),
            box=QueueName(box),
            node=NODE,
            path=f"/rec/{name}.wav",
            caller_number="13800138000",
            caller_name="王",
            begun=START - 60,
            seconds=seconds,
        )


def test_a_supervisor_sees_all_that_are_whole(desk: TestClient) -> None:
    found = desk.simulate_get(API).json["messages"]
    assert [(one["message"], one["box"], one["seconds"], one["path"]) for one in found] == [
        ("m1", "sales", 12.0, "/rec/m1.wav"),
        ("m2", "support", 7.0, "/rec/m2.wav"),
    ]


def test_an_agent_sees_and_ends_those_of_his_queues_alone(fakes: Fakes) -> None:
    # Given Li, who serves sales alone
    li = client_of(fakes, "lis")
    assert [one["message"] for one in li.simulate_get(API).json["messages"]] == ["m1"]
    # Then he deals with his own, once, and not with support's
    done = li.simulate_post(f"{API}/m1/done", json={})
    assert (done.status_code, done.json["author"]) == (200, "li")
    assert li.simulate_post(f"{API}/m1/done", json={}).status_code == 404
    assert li.simulate_post(f"{API}/m2/done", json={}).status_code == 404
    assert MessageId("m2") in fakes.floor.state().messages


def test_a_message_that_is_still_recorded_cannot_be_dealt_with(desk: TestClient) -> None:
    assert desk.simulate_post(f"{API}/m3/done", json={}).status_code == 404


def test_boards_count_them(desk: TestClient) -> None:
    boards = {board["queue"]: board["messages"] for board in desk.simulate_get("/api/v1/queues").json["queues"]}
    assert boards == {"sales": 1, "support": 1}
