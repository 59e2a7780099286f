"""Calls at agents' phones in which we have no part: who is in one is offered nothing, and nobody holds that against
him. The switch tells of them; what it does not tell is found by the survey."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.floor.alive import LiveAgent, LiveOtherCall
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.offering import FREEING, cancel_one
from ccswitch.floor.own_calls import whose
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace

LISTED: Seconds = 2.0  # between the first event of a leg and the switch's list of them, at most
GONE = "GONE"  # the cause of a leg whose end nobody saw
LIVES_ON = ""  # that of a call which is over for us alone


def heard(state: State, fact: f.OtherCallHeard, now: Seconds) -> Decided:
    """A phone of the house rings, calls or talks without us. What is offered to him meanwhile is offered elsewhere once
    he talks, or has dialled himself; where it only rings he may take either."""
    news = _news(state, fact)
    if news is None:
        return nothing()
    decided = Decided([news], [])
    if fact.answered or fact.outgoing:
        decided += together(_offered_elsewhere(state, agent, now) for agent in state.at_phone(fact.user))
    return decided


def _news(state: State, fact: f.OtherCallHeard) -> o.OtherCallBegan | o.OtherCallAnswered | None:
    """What is new of it; None where nothing is, or it is at nobody's phone."""
    if not state.at_phone(fact.user) or fact.leg in state.gone or fact.leg in state.legs:
        return None
    known = state.others.get(fact.leg)
    if known is not None:
        return o.OtherCallAnswered(call=CallId(fact.leg)) if fact.answered and not known.answered_at else None
    agent = whose(state, fact.user)
    return o.OtherCallBegan(
        call=CallId(fact.leg),
        node=fact.node,
        user=fact.user,
        number=fact.number,
        agent=agent.agent.agent if agent else AgentId(""),
        outgoing=fact.outgoing,
        answered=fact.answered,
    )


def _offered_elsewhere(state: State, agent: LiveAgent, now: Seconds) -> Decided:
    """What rings at his phone for a queue; not what he has answered."""
    offer = state.offers.get(agent.offer)
    if offer is None or offer.answered:
        return nothing()
    call = state.calls[offer.call]
    if call.place is not CallPlace.WAITING and not call.calls_back:
        return nothing()
    return cancel_one(state, call, offer, f"the phone of {agent.agent.agent} is in another call", now)


def over(state: State, fact: f.OtherCallOver, now: Seconds) -> Decided:
    """The phone is done with it."""
    known = state.others.get(fact.leg)
    return nothing() if known is None else _ended(state, known, fact.cause, "hung up", fact.talked, now)


def taken_up(state: State, leg: LegId, now: Seconds) -> Decided:
    """Its leg was handed to us: from now on it is a call of ours, if it is any."""
    known = state.others.get(leg)
    if known is None:
        return nothing()
    why, talked = "it is a call of ours now", _talked(known, now)
    return Decided([o.OtherCallEnded(call=CallId(leg), cause=LIVES_ON, why=why, talked=talked)], [])


def node_lost_them(state: State, node: NodeName, why: str, now: Seconds) -> Decided:
    """Whatever the phones did at a node is over with it."""
    return together(_unseen_end(state, one, why, now) for one in state.others.values() if one.node == node)


def unheard_due(state: State, subject: str, now: Seconds) -> Decided:
    """The node is away for long. Who may be free again is offered calls: a phone that is still busy says so. What lives
    on there begins anew when the node is back and tells of it."""
    node, why = state.nodes.get(NodeName(subject)), "the node has long been away"
    if node is not None and node.connected:
        return nothing()
    given_up = (one for one in state.others.values() if one.node == subject)
    return together(_ended(state, one, LIVES_ON, why, _talked(one, now), now) for one in given_up)


def seen(state: State, fact: f.LegsSeen, now: Seconds) -> Decided:
    """The node's own list of them: those that are over unseen end, those that began unseen begin. An offer that is out
    to one of them is left to what else the survey says of it."""
    listed = {one.leg: one for one in fact.others}
    decided = nothing()
    for known in state.others.values():
        if known.node == fact.node and known.leg not in listed and known.since < fact.asked_at - LISTED:
            decided += _heal(known.node, known.leg, "a phone's other call is over")
            decided += _unseen_end(state, known, "ended while nobody watched", now)
    for one in fact.others:
        news = _news(state, one)
        if news is not None:
            decided += _heal(one.node, one.leg, f"the phone {one.user} is in another call") + Decided([news], [])
    return decided


def _heal(node: NodeName, leg: LegId, what: str) -> Decided:
    return Decided([o.Healed(node=node, what=what, leg=leg)], [])


def _unseen_end(state: State, one: LiveOtherCall, why: str, now: Seconds) -> Decided:
    return _ended(state, one, GONE, why, _talked(one, now), now)


def _ended(state: State, one: LiveOtherCall, cause: str, why: str, talked: Seconds, now: Seconds) -> Decided:
    ended = o.OtherCallEnded(call=CallId(one.leg), cause=cause, why=why, talked=talked)
    return Decided([ended, *_rests(state.at_phone(one.user), now)], [])


def _talked(one: LiveOtherCall, now: Seconds) -> Seconds:
    return now - one.answered_at if one.answered_at else 0.0


def _rests(agents: Iterable[LiveAgent], now: Seconds) -> list[o.Outcome]:
    """A moment for the phone to be free."""
    return [
        o.AgentRested(agent=one.agent.agent, until=now + FREEING, why="his phone is being freed")
        for one in agents
        if one.status is AgentStatus.READY and one.state is AgentState.IDLE and one.rest_until < now + FREEING
    ]
