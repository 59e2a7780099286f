"""Floors with an agent who is nailed up: his leg stands, he hears his tone, he talks, he is back in park."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId
from ccswitch.model.nouns import CallPlace
from tests.floor.floors import Floor, Given, a_floor, an_agent

NAILED = replace(an_agent("li"), connection="nailed_up")


def standing(*more: n.Agent | str, **rules: Any) -> Floor:
    """Li is ready, and his nailed-up leg stands since a minute."""
    floor = a_floor(NAILED, *more, **rules)
    answers(floor)
    floor.wait(60.0)
    return floor


def leg_of(floor: Floor, agent: str = "li") -> LegId:
    """His nailed-up leg."""
    return floor.agent(agent).nailed


def answers(floor: Floor, agent: str = "li") -> Given:
    """He answers the ring for his leg."""
    return floor.agent_parked(leg_of(floor, agent), call=CallId(leg_of(floor, agent)))


def hears_tone(floor: Floor, leg: str) -> Given:
    """The tone that announces the caller of `leg` is over."""
    plays = [x for x in floor.requests if isinstance(x, r.Play) and x.leg in floor.state.nailed]
    assert plays[-1].execute.startswith(f"{leg}-x"), plays
    return floor.give(f.ExecuteEnded(leg=plays[-1].leg, execute=plays[-1].execute))


def talking(floor: Floor, leg: str = "L1") -> LegId:
    """The caller of `leg` talks with Li on his nailed-up leg."""
    floor.parked(leg)
    hears_tone(floor, leg)
    floor.joined(leg, leg_of(floor))
    assert floor.call(leg).place is CallPlace.TALKING
    return leg_of(floor)


def back_in_park(floor: Floor, leg: LegId) -> Given:
    """The switch tells that his leg is in park."""
    return floor.agent_parked(leg, call=CallId(leg))
