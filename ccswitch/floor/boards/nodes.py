"""Boards of nodes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ccswitch.floor.alive import LiveNode
from ccswitch.floor.state import State
from ccswitch.model.ids import NodeName, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBoard:
    """One FreeSWITCH server. `state` is `up`, `syncing` (its truth is being asked for) or `down`."""

    node: NodeName
    state: str
    since: Seconds
    calls: int
    core: str


def node_boards(state: State) -> list[NodeBoard]:
    """Every node of the settings, and any other that still has calls."""
    calls = Counter(call.node for call in state.calls.values())
    names = sorted({*state.settings.nodes, *state.nodes, *calls})
    return [_node_board(state.nodes.get(name) or LiveNode(node=name), calls[name]) for name in names]


def _node_board(node: LiveNode, calls: int) -> NodeBoard:
    state = "down" if not node.connected else "up" if node.synced else "syncing"
    return NodeBoard(node=node.node, state=state, since=node.since, calls=calls, core=node.core)
