"""A customer is rung: only when an agent is on the line for him, and no longer than that agent is."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall, LiveOffer
from ccswitch.floor.asking import ask, legs_on
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.promises import tried
from ccswitch.floor.ringback import ringback
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, Seconds, execute_id
from ccswitch.model.nouns import AttemptResult, CallResult, LegRole

DIAL_GRACE: Seconds = 2.0  # the switch's own originate_timeout comes first; ours is for when it does not come
ASKED_WITHIN: Seconds = 5.0  # a node that was asked what became of a customer and says nothing is asked again
END_WITHIN: Seconds = 5.0


def ring_customer(state: State, call: LiveCall, offer: LiveOffer, agent_leg: LegId, now: Seconds) -> Decided:
    """The agent is parked: now the customer's phone is rung, from the same node, and he hears that it is."""
    serial = call.serial + 1
    rules = state.queue_rules(call.queue)
    opened = o.LegOpened(call=call.call, leg=call.leg, role=LegRole.CALLER, number=call.caller_number)
    rung = o.CustomerRung(
        promise=call.promise,
        call=call.call,
        offer=offer.offer,
        agent=offer.agent,
        leg=call.leg,
        agent_leg=agent_leg,
        number=call.caller_number,
        deadline=now + rules.callback_ring + DIAL_GRACE,
        serial=serial,
    )
    ring = r.RingCustomer(
        node=call.node,
        call=call.call,
        leg=call.leg,
        number=call.caller_number,
        caller_number=rules.callback_shows,
        caller_name="",
        timeout=rules.callback_ring,
    )
    heard = ringback(call, agent_leg, execute_id(call.call, serial))
    return Decided([opened, rung], [ring, heard])


def agent_gone(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The agent is gone while the customer is rung. Who has just answered is parked in a moment and waits in the queue;
    else his phone stops ringing, and the promise has its turn again."""
    leg = state.legs.get(call.leg)
    promise = state.promises.get(call.promise)
    if leg is None or leg.answered:
        return nothing()
    why = "the agent was gone before the customer answered"
    decided = nothing()
    if promise is not None:
        decided = tried(state, promise, AttemptResult.CANCELLED, "ORIGINATOR_CANCEL", why, now)
    leaving = o.CallLeaving(call=call.call, result=CallResult.UNREACHED, why=why, deadline=now + END_WITHIN)
    return decided + Decided([leaving], [r.HangUp(node=call.node, leg=call.leg, cause="ORIGINATOR_CANCEL")])


def customer_due(state: State, subject: str, now: Seconds) -> Decided:
    """The switch should have given him up by now: it is told to, and asked."""
    call = state.calls.get(CallId(subject))
    if call is None or not call.calls_back or call.leg not in state.legs:
        return nothing()
    if not state.reachable(call.node):
        return Decided([o.DeadlinePassed(kind="customer", subject=subject, again_at=now + 1.0)], [])
    again = o.DeadlinePassed(kind="customer", subject=subject, again_at=now + ASKED_WITHIN)
    stop = r.HangUp(node=call.node, leg=call.leg, cause="NO_ANSWER")
    return Decided([again], [stop]) + ask(call.node, legs_on(state, call.node), now + ASKED_WITHIN)
