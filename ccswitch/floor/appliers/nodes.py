"""Nodes come, go, and are in step with the floor."""

from __future__ import annotations

from ccswitch.floor.alive import LiveNode
from ccswitch.floor.appliers.lines import match_now
from ccswitch.floor.appliers.moves import phone_is_free
from ccswitch.floor.appliers.table import Appliers, changes_nothing
from ccswitch.floor.state import UNHEARD, State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import Seconds


def _node_connected(state: State, outcome: o.NodeConnected, at: Seconds) -> None:
    state.nodes[outcome.node] = LiveNode(node=outcome.node, core=outcome.core, connected=True, since=at)
    state.deadlines.clear("unheard", outcome.node)


def _node_lost(state: State, outcome: o.NodeLost, at: Seconds) -> None:
    node = state.nodes.setdefault(outcome.node, LiveNode(node=outcome.node))
    node.connected, node.synced, node.since = False, False, at
    state.deadlines.clear("survey", outcome.node)
    if any(one.node == outcome.node for one in state.others.values()):
        state.deadlines.set("unheard", outcome.node, at + UNHEARD)


def _node_synced(state: State, outcome: o.NodeSynced, at: Seconds) -> None:
    state.nodes[outcome.node].synced = True
    for agent in state.agents.values():
        phone_is_free(state, agent, at)
    match_now(state, at)


def _survey_asked(state: State, outcome: o.SurveyAsked, at: Seconds) -> None:
    state.deadlines.set("survey", outcome.node, outcome.next_at)


APPLIERS: Appliers = {
    o.NodeConnected: _node_connected,
    o.NodeLost: _node_lost,
    o.NodeSynced: _node_synced,
    o.SurveyAsked: _survey_asked,
    o.Healed: changes_nothing,
}
