"""What State says of itself."""

from __future__ import annotations

import pytest

from ccswitch.floor.alive import LiveAgent, LiveNode
from ccswitch.floor.state import State
from ccswitch.model.ids import LegId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, AgentStatus, Queue
from ccswitch.model.wire import from_wire_as, to_plain
from tests.floor.floors import MENU, STAGES, a_floor, an_agent, script, stage


@pytest.mark.parametrize(
    ("change", "free"),
    [
        ({}, True),
        ({"status": AgentStatus.BREAK}, False),
        ({"status": AgentStatus.OFFLINE}, False),
        ({"state": AgentState.WRAPUP}, False),
        ({"state": AgentState.OFFERED}, False),
        ({"rest_until": 100.0}, True),
        ({"rest_until": 100.1}, False),
        ({"agent": an_agent("li", phone="")}, False),
    ],
)
def test_who_is_free(change: dict[str, object], free: bool) -> None:
    known: dict[str, object] = {"agent": an_agent("li"), "status": AgentStatus.READY}
    assert LiveAgent(**{**known, **change}).is_free(100.0) is free  # type: ignore[arg-type]


@pytest.mark.parametrize(("connected", "synced"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_node_can_be_asked_when_it_is_there_and_in_step(connected: bool, synced: bool) -> None:
    node = LiveNode(node=NodeName("a"), connected=connected, synced=synced)
    assert State(nodes={node.node: node}).reachable(node.node) is (connected and synced)


def test_a_node_that_nobody_knows_cannot_be_asked() -> None:
    assert not State().reachable(NodeName("a"))


def test_a_queue_that_the_settings_do_not_have_follows_the_defaults() -> None:
    assert State().queue_rules(QueueName("x")) == Queue(name=QueueName("x"))


def test_the_call_of_a_leg_is_known_by_every_leg_of_it() -> None:
    floor = stage("talking")
    call = floor.call("L1")
    assert floor.state.call_of(call.leg) is floor.state.call_of(call.agent_leg) is call
    assert floor.state.call_of(LegId("x")) is None


def test_an_entry_is_found_by_its_name() -> None:
    state = stage("waiting").state
    found = state.entry("vip")
    assert found is not None and found.priority == 5
    assert state.entry("100") is None


@pytest.mark.parametrize("name", STAGES)
def test_who_waits(name: str) -> None:
    # In line, rung for, about to be joined; but not once the way out has him
    assert stage(name).call("L1").waits is (name in ("waiting", "ringing", "bridging"))


def test_a_pool_that_was_opened_and_left_is_no_difference() -> None:
    # Given a caller with a requirement who came and went: agents who come later stand in a line for his like
    text = MENU.replace("priority: 3,", "priority: 3, skills: zh >= 3,")
    floor = a_floor(an_agent("li", skills=("zh=5",)), ready=False, scripts=(script(text=text),))
    floor.parked("L1", entry="menu")
    floor.pressed("L1", "1")
    floor.ended("L1")
    floor.ready("li")
    # When the floor is read from its snapshot, where no such line is: then it is the same floor
    assert from_wire_as(State, to_plain(floor.state)) == floor.state
