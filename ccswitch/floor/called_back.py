"""A customer who is called back has answered and is in park: he is joined to his agent, or waits for another."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.queueing import play_music
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import Seconds


def customer_parked(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """From now on he is a caller of his queue, at the place that was kept for him; his agent is there already, unless
    he was gone in the same moment."""
    rules = state.queue_rules(call.queue)
    leg = state.legs.get(call.leg)
    decided = Decided([], [])
    if leg is not None and not leg.answered:
        decided.outcomes.append(o.LegConnected(call=call.call, leg=call.leg))
    waits = o.CallEnqueued(
        call=call.call,
        queue=call.queue,
        priority=call.priority,
        since=call.waiting_since,
        why="called back",
        target=rules.target,
        short_abandon=rules.short_abandon,
        requires=call.requires,
        prefers=call.prefers,
        also=call.also,
        only=call.only,
        head_start=call.head_start,
    )
    decided.outcomes.append(waits)
    offer = state.offers.get(call.offer)
    if offer is None or not offer.answered or offer.leg not in state.legs:
        return decided if state.asks(call.queue) else decided + play_music(call, rules)  # else: relaxing.py
    deadline = now + state.settings.bridge_within
    answered = o.OfferAnswered(offer=offer.offer, call=call.call, agent=offer.agent, deadline=deadline)
    return decided + Decided([answered], [r.Bridge(node=call.node, leg=call.leg, other=offer.leg)])
