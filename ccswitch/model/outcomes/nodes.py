"""Nodes: their links, and what was found when their truth was held against the floor."""

from __future__ import annotations

from ccswitch.model.ids import CallId, LegId, NodeName, Seconds
from ccswitch.model.value import value


@value
class NodeConnected:
    """The link to a node stands. `restarted`: it is another FreeSWITCH process than before."""

    node: NodeName
    core: str
    restarted: bool


@value
class NodeLost:
    """The link to a node is gone."""

    node: NodeName
    why: str


@value
class NodeSynced:
    """The node's own truth was held against the floor after the link came up; offers for its callers go out again."""

    node: NodeName
    legs: int


@value
class SurveyAsked:
    """The switch's own truth was asked for; due again at `next_at`."""

    node: NodeName
    next_at: Seconds


@value
class Healed:
    """Floor and switch disagreed and the floor was put right (or the leg was)."""

    node: NodeName
    what: str
    call: CallId = CallId("")
    leg: LegId = LegId("")
