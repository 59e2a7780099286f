"""Whose node it is: the mark in its `ccs_owner`, and what a controller without the right says to it: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from ccswitch.clock import SystemClock
from ccswitch.model import facts as f
from ccswitch.model.ids import NodeName
from ccswitch.simulator.switch import SimulatedSwitch
from ccswitch.switch import node as module
from ccswitch.switch import strings
from ccswitch.switch.link import LinkTimes
from ccswitch.switch.node import OWNER, Node
from tests.switch.fake_peer import soon
from tests.switch.node.conftest import address

BEAT = "expand global_setvar ccs_beat"


class Right:
    """A claim that ends when a greater mark is seen, or when the test says so."""

    def __init__(self, mark: str) -> None:
        self.stands, self._mark = True, mark
        self.marks: list[tuple[str, str]] = []

    def allows(self) -> bool:
        return self.stands

    def mark(self) -> str:
        return self._mark

    def seen(self, node: str, mark: str) -> None:
        self.marks.append((node, mark))
        self.stands = self.stands and mark <= self._mark


@pytest.fixture
def switch() -> Iterator[SimulatedSwitch]:
    with SimulatedSwitch(seed=3) as running:
        yield running


@pytest.fixture
def facts() -> list[f.Fact]:
    return []


@pytest.fixture
def right() -> Right:
    return Right("5:a")


@pytest.fixture
def node(switch: SimulatedSwitch, right: Right, facts: list[f.Fact], monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    """A node that is not started; it beats fifty times a second."""
    monkeypatch.setattr(module, "BEAT_EVERY", 0.02)
    one = Node(
        address(switch, NodeName("pbx1")),
        on_fact=facts.append,
        accounts=lambda agent: [],
        alive=right.allows,
        clock=SystemClock(),
        random=Random(1),
        times=LinkTimes(backoff=0.01, backoff_most=0.05),
        claim=right,
    )
    yield one
    one.drop()


@pytest.mark.parametrize("before", ["", "4:b"])
def test_a_node_that_we_take_up_is_marked_and_asked_with_each_beat(
    switch: SimulatedSwitch, node: Node, right: Right, facts: list[f.Fact], before: str
) -> None:
    # Given a node that nobody drove, or an older one
    if before:
        switch.variables[OWNER] = before
    # When we take it up
    node.start()
    soon(lambda: facts)
    # Then it is ours
    soon(lambda: switch.variables.get(OWNER) == "5:a")
    assert right.marks[0] == ("pbx1", before)
    # And is asked again and again, and told again when it forgot, as after a restart
    soon(lambda: right.marks[-1] == ("pbx1", "5:a"))
    del switch.variables[OWNER]
    soon(lambda: switch.variables.get(OWNER) == "5:a")


def test_a_node_of_a_newer_one_is_left_alone_from_the_first_word(
    switch: SimulatedSwitch, node: Node, right: Right, facts: list[f.Fact]
) -> None:
    # Given a node that a newer controller drives
    switch.variables[OWNER] = "6:b"
    # When we come to it
    node.start()
    soon(lambda: not right.stands)
    # Then nothing was said but the question, and no fact reaches the floor
    node.tell(strings.set_global("x", "y"))
    node.provision(None)
    soon(lambda: len(right.marks) == 1)
    said = [command for command in switch.commands if command.startswith("api")]
    assert not [command for command in said if "setvar" in command or "sched" in command or "db " in command]
    assert switch.variables[OWNER] == "6:b" and facts == []


def test_a_newer_one_that_comes_is_seen_at_the_next_beat_and_nothing_more_is_said(
    switch: SimulatedSwitch, node: Node, right: Right, facts: list[f.Fact]
) -> None:
    # Given a node of ours
    node.start()
    soon(lambda: facts and switch.variables.get(OWNER) == "5:a")
    # When a newer one takes it
    switch.variables[OWNER] = "6:b"
    soon(lambda: not right.stands)
    # Then we are silent: commands go nowhere, and neither does a beat, once what was on its way has come
    node.link.api(strings.uptime())
    said = len(switch.commands)
    node.tell(strings.set_global("x", "y"))
    node.drop()
    assert not [
        command for command in switch.commands[said:] if BEAT in command or "x=y" in command or "exit" in command
    ]
    assert "x" not in switch.variables and switch.variables[OWNER] == "6:b"
    assert not node.link.connected
