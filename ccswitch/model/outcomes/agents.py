"""Agents: who is on the list, what they say, and their time after a call."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, Seconds
from ccswitch.model.nouns import Agent, AgentStatus
from ccswitch.model.value import value


@value
class AgentAdded:
    """A person is on the list, or his name, phone or queues changed."""

    agent: Agent
    author: str


@value
class AgentRemoved:
    """A person is no longer on the list."""

    agent: AgentId
    why: str


@value
class AgentStatusChanged:
    """The agent's status, with who changed it and why."""

    agent: AgentId
    status: AgentStatus
    reason: str
    author: str


@value
class AgentRested:
    """No offers to this agent until `until` (his phone was busy, declined, rang out or could not be reached)."""

    agent: AgentId
    until: Seconds
    why: str


@value
class WrapupStarted:
    """After-call work until `deadline`."""

    agent: AgentId
    call: CallId
    deadline: Seconds


@value
class WrapupEnded:
    """After-call work is over."""

    agent: AgentId
    why: str
