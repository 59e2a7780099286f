"""Ask a node what it has: the survey, whose answer `reconciling` holds against the floor."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, NodeName, Seconds


def ask(node: NodeName, expected: tuple[LegId, ...], again: Seconds) -> Decided:
    """Ask now, and at `again` once more. `expected`: legs to be asked for by name, `show channels` being late."""
    return Decided([o.SurveyAsked(node=node, next_at=again)], [r.Survey(node=node, expected=expected)])


def calls_on(state: State, node: NodeName) -> list[LiveCall]:
    """The calls of a node."""
    return [call for call in state.calls.values() if call.node == node]


def legs_on(state: State, node: NodeName) -> tuple[LegId, ...]:
    """The legs that the floor has on a node, those at agents' phones that are not ours among them."""
    ours: list[LegId] = []
    for call in state.calls.values():
        if call.node == node:
            ours += call.legs
    nailed = [leg for leg, one in state.nailed.items() if one.node == node and leg not in state.legs]
    return (*ours, *nailed, *(one.leg for one in state.others.values() if one.node == node))
