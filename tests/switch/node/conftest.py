"""A node held over a real link to a simulated switch, and the floor that it tells of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import TypeVar

import pytest

from ccswitch.clock import SystemClock
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import Entry
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch import node as module
from ccswitch.switch.dialplan import Site, render
from ccswitch.switch.link import LinkTimes
from ccswitch.switch.node import Account, Node, NodeAddress
from tests.switch.fake_peer import soon

F = TypeVar("F")
NODE = NodeName("a")
QUICK = LinkTimes(backoff=0.01, backoff_most=0.05)
SITE = Site(entries=(Entry(name="support", dids=("7300",), queue=QueueName("support")),))


class Floor:
    """What a node tells, and what it is given."""

    def __init__(self) -> None:
        self.facts: list[f.Fact] = []
        self.known: dict[str, Account] = {}
        self.away: Exception | None = None
        self.asked_for: list[str | None] = []
        self.alive, self.asked_alive = True, 0

    def accounts(self, agent: str | None) -> Iterable[Account]:
        """The accounts of all, or of one agent; raises `away` when the store is."""
        self.asked_for.append(agent)
        if self.away is not None:
            raise self.away
        return [account for name, account in self.known.items() if agent in (None, name)]

    def is_alive(self) -> bool:
        """Whether the engine is, which the node asks before each beat."""
        self.asked_alive += 1
        return self.alive

    def of(self, cls: type[F]) -> list[F]:
        """Every fact of that class so far."""
        return [fact for fact in self.facts if isinstance(fact, cls)]

    def first(self, cls: type[F], after: int = 0) -> F:
        """The fact of that class with so many before it, when it comes."""
        soon(lambda: len(self.of(cls)) > after)
        return self.of(cls)[after]


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    """A simulated switch with the rendered dialplan of `SITE`."""
    plan = [text for path, text in render(SITE).items() if path.startswith("dialplan/")]
    with SimulatedSwitch(dialplan=plan, seed=3) as running:
        yield running


@pytest.fixture
def floor() -> Floor:
    """Nothing told yet, and no accounts."""
    return Floor()


def address(switch: SimulatedSwitch, name: NodeName = NODE) -> NodeAddress:
    """The simulated switch as a node called `name`."""
    return NodeAddress(
        name=name,
        host="127.0.0.1",
        port=switch.port,
        password="ClueCon",
        sip_domain="127.0.0.1",
        sip_profile="internal",
    )


@pytest.fixture
def node(switch: SimulatedSwitch, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    """A node that is not started; it beats fifty times a second."""
    monkeypatch.setattr(module, "BEAT_EVERY", 0.02)
    one = Node(
        address(switch),
        on_fact=floor.facts.append,
        accounts=floor.accounts,
        alive=floor.is_alive,
        clock=SystemClock(),
        random=Random(1),
        times=QUICK,
    )
    yield one
    one.stop(hand_over=0)


@pytest.fixture
def up(node: Node, floor: Floor) -> Node:
    """A node that is up."""
    node.start()
    floor.first(f.NodeUp)
    return node


def arrived(switch: SimulatedSwitch, floor: Floor, name: str = "Li Lei") -> LegId:
    """A caller who is parked; gives his leg."""
    before = len(floor.of(f.LegParked))
    switch.call(number="13800138000", to="7300", name=name)
    return floor.first(f.LegParked, before).leg


def ring(leg: str, phone: str = "1001") -> r.RingAgent:
    """A request to ring the agent li for the caller on `leg`."""
    return r.RingAgent(
        node=NODE, call=CallId(leg), leg=LegId(f"{leg}-a1"), agent=AgentId("li"), phone=phone,
        queue=QueueName("support"), caller_number="138", caller_name="Li Lei", timeout=5.0,
    )  # fmt: skip
