"""What is counted of an agent's time, for queues that ring who is least occupied."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, QueueName
from ccswitch.model.nouns import Agent, Dialling, GuestMode, Queue
from tests.floor.floors import Floor, a_floor, an_agent

LEAST = Queue(name=QueueName("support"), strategy="least_occupied")
ANN = replace(an_agent("ann", phone="1009"), queues=())


def counted(*agents: Agent | str, name: str = "li") -> tuple[Floor, float, float]:
    """A floor whose queue goes by it, and what the agent's time at work and idle are as he becomes busy."""
    floor = a_floor(*agents, queues=(LEAST,), dialling=Dialling(out=(".*",)))
    return floor, floor.agent(name).worked, floor.agent(name).idled


def test_who_says_ready_twice_keeps_what_he_stands_by() -> None:
    # Given an agent who has worked and is idle
    floor, *_ = counted("li", "wang")
    floor.talking("L1")
    floor.wait(30.0)
    floor.ended(floor.call("L1").agent_leg)
    floor.ended("L1")
    floor.wait(30.0)
    before = floor.agent().worked, floor.agent().idled
    # When he says again that he is ready, Then his place in line is as it was: it is counted until he became free
    floor.wait(60.0)
    floor.ready("li")
    assert (floor.agent().worked, floor.agent().idled) == before


def test_a_call_of_his_own_is_work() -> None:
    # Given an agent who was ready for a minute
    floor, worked, _ = counted()
    floor.wait(60.0)
    # When he dials an outside number, and hangs up half a minute later
    floor.parked("P1", entry="", user="1001", called_number="5551234")
    idled = floor.agent().idled
    floor.wait(30.0)
    floor.ended("P1")
    # Then that time was work, and not idle
    assert floor.agent().worked - worked == pytest.approx(30.0)
    assert floor.agent().idled == idled


def test_to_listen_to_another_is_work() -> None:
    # Given a talk, and a supervisor who is ready
    floor, worked, _ = counted("li", ANN, name="ann")
    floor.talking("L1")
    # When she is rung for it, and goes after twenty seconds
    floor.order(d.JoinCall, call=CallId("L1"), agent=AgentId("ann"), mode=GuestMode.MONITOR)
    idled = floor.agent("ann").idled
    floor.wait(20.0)
    floor.order(d.LeaveCall, call=CallId("L1"), agent=AgentId("ann"))
    # Then that time was work, and not idle
    assert floor.agent("ann").worked - worked == pytest.approx(20.0)
    assert floor.agent("ann").idled == idled
