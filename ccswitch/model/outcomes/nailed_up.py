"""Nailed-up legs: an agent's leg that stands between calls, so that a caller is joined to him without any ringing."""

from __future__ import annotations

from ccswitch.model.ids import AgentId, LegId, NodeName, Seconds
from ccswitch.model.value import value


@value
class NailedRung:
    """The agent's phone is rung on `node` for a leg that is to stand, until `deadline`."""

    leg: LegId
    agent: AgentId
    node: NodeName
    phone: str
    serial: int
    deadline: Seconds


@value
class NailedStands:
    """He answered: his leg is parked, and calls may be put on it."""

    leg: LegId
    agent: AgentId


@value
class NailedEnded:
    """The leg is over, or was never answered. It is rung again at `again_at` while he is ready; 0: when he says so."""

    leg: LegId
    agent: AgentId
    cause: str
    why: str
    again_at: Seconds = 0.0
