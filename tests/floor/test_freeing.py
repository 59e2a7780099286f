"""A phone that is being hung up is left alone for a moment."""

from __future__ import annotations

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, NodeName
from ccswitch.model.nouns import OfferResult
from tests.floor.floors import leg_seen, stage


def test_whose_leg_is_freed_is_not_rung_in_the_same_breath() -> None:
    # Given an offer that was given up while its node was away, its agent's phone still ringing
    floor = stage("ringing")
    leg = floor.agent_leg("L1")
    floor.give(f.NodeDown(node=NodeName("a"), why="cut"))
    assert floor.wait(60.0).the(o.OfferEnded).result is OfferResult.FAILED
    # When the node is back, and the leg found there is hung up
    told = floor.node_up(synced=False)
    told.take(floor.seen(leg_seen("L1"), leg_seen(leg, agent_leg=True, call=CallId("L1"), parked=True)))
    assert leg in [request.leg for request in told.every(r.HangUp)]
    # Then the agent, who is free otherwise, is only rung once his phone had time to be free
    assert not told.every(o.OfferMade)
    assert floor.wait(0.6).the(o.OfferMade).agent == "li"
