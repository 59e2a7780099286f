"""Agents: who is on the list, what they say, and their time after a call."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, Seconds
from ccswitch.model.nouns import Agent, AgentChange, AgentStatus
from ccswitch.model.value import value


@value
class AgentAdded:
    """A person who is not in the files is on the list, or is changed."""

    agent: Agent
    author: str


@value
class AgentChanged:
    """These fields of an agent are as an order says, whatever the files have: until `until`, or for good (0)."""

    agent: AgentId
    changes: tuple[AgentChange, ...]
    author: str
    until: Seconds = 0.0


@value
class AgentFollowsFiles:
    """These fields of an agent are as the files have them again."""

    agent: AgentId
    fields: tuple[str, ...]
    why: str


@value
class AgentRemoved:
    """A person is no longer on the list."""

    agent: AgentId
    why: str


@value
class AgentStatusChanged:
    """The agent's status, with who changed it and why. A break whose reason has a limit may last until `until`."""

    agent: AgentId
    status: AgentStatus
    reason: str
    author: str
    until: Seconds = 0.0


@value
class AgentRested:
    """No offers to this agent until `until`: his phone was busy, declined, rang out or could not be reached, or he has
    only just said ready or wrapped up (the guard time)."""

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
class WrapupExtended:
    """After-call work goes on until `deadline`."""

    agent: AgentId
    deadline: Seconds
    author: str


@value
class WrapupEnded:
    """After-call work is over."""

    agent: AgentId
    why: str
