"""Each request goes to its node; nodes with calls are kept awake."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, NodeName
from ccswitch.switch.nodes import Nodes

A, B = NodeName("a"), NodeName("b")


class FakeNode:
    """A node that notes what it is asked."""

    def __init__(self, name: NodeName) -> None:
        self.name = name
        self.notes: list[Any] = []

    def start(self) -> None:
        self.notes.append("start")

    def stop(self, *, hand_over: float) -> None:
        self.notes.append(("stop", hand_over))

    def carry(self, request: r.Request) -> None:
        self.notes.append(request)


@pytest.fixture
def a() -> FakeNode:
    return FakeNode(A)


@pytest.fixture
def b() -> FakeNode:
    return FakeNode(B)


@pytest.fixture
def nodes(a: FakeNode, b: FakeNode) -> Nodes:
    return Nodes([a, b])  # type: ignore[list-item]


def test_a_request_goes_to_its_node_and_no_other(nodes: Nodes, a: FakeNode, b: FakeNode) -> None:
    request = r.Quiet(node=B, leg=LegId("L1"))
    nodes.carry(request)
    assert (a.notes, b.notes) == ([], [request])


def test_an_account_goes_to_all(nodes: Nodes, a: FakeNode, b: FakeNode) -> None:
    request = r.ProvisionPhone(agent=AgentId("li"), phone="1001")
    nodes.carry(request)
    assert a.notes == b.notes == [request]


def test_a_request_for_a_node_that_is_not_configured_any_more_is_logged(
    nodes: Nodes, a: FakeNode, caplog: pytest.LogCaptureFixture
) -> None:
    nodes.carry(r.Quiet(node=NodeName("old"), leg=LegId("L1")))
    assert a.notes == [] and "no node named 'old'" in caplog.text


def test_all_are_started_and_stopped(nodes: Nodes, a: FakeNode, b: FakeNode) -> None:
    nodes.start()
    nodes.stop(hand_over=30.0)
    assert a.notes == b.notes == ["start", ("stop", 30.0)]
