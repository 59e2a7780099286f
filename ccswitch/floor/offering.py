"""Offers are leases: one call to one agent until a deadline. A late answer frees the leg and does no more."""

from __future__ import annotations

from ccswitch.acd.matching import Match
from ccswitch.acd.refusal import BLAMES_AGENT, WORDS, result_of
from ccswitch.acd.strategies import words
from ccswitch.floor.alive import LiveAgent, LiveCall, LiveOffer
from ccswitch.floor.asking import ask, legs_on
from ccswitch.floor.breaks import HOUSE, goes_on_break
from ccswitch.floor.callback_hours import is_closed
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.devices import RING_GRACE, dial, rings_on, rung_first, said_together, stop_others
from ccswitch.floor.on_nailed import is_tone_of, put_on, tone_over_at
from ccswitch.floor.ringing_customer import agent_gone, ring_customer
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, OfferId, QueueName, Seconds, agent_leg_id, offer_id
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, OfferResult, Queue

FREEING: Seconds = 0.5  # a phone whose ringing was cancelled takes a moment to be free
NEWS: Seconds = 0.3  # within which the end of a leg is heard that a refusal was about
ASKED_WITHIN: Seconds = 5.0  # a node that was asked about an overdue bridge and says nothing is asked again
UNSYNCED_GRACE: Seconds = 10.0  # how long an offer may outlive its deadline while its node cannot be asked
UNSEEN_AT_MOST: Seconds = 120.0  # the same of a bridge: they probably talk


def make_offer(state: State, call: LiveCall, match: Match, now: Seconds, *, besides: int = 0) -> Decided:
    """Propose the call to the agent and dial his phone from the caller's node (both legs of a bridge live there).
    `besides`: so many legs are dialled for the call in the same breath."""
    serial = call.serial + 1 + besides
    live, rules = state.agents[match.agent], state.queue_rules(call.queue)
    agent = live.agent
    nailed = state.nailed_leg(match.agent, call.node) if live.nailed else None
    phones = () if nailed else rung_first(agent)
    last = serial + len(phones) - 1 if len(phones) > 1 else serial
    made = o.OfferMade(
        offer=offer_id(call.call, serial),
        serial=last,
        call=call.call,
        agent=match.agent,
        queue=call.queue,
        leg=nailed or agent_leg_id(call.call, serial),
        beside=_beside(call, serial, last) if last > serial else (),
        deadline=tone_over_at(state, now) if nailed else now + rules.ring_timeout + RING_GRACE,
        why=f"{_choice(live, rules, match, now)}; caller is next by arrival, {place_words(call, now)}",
        fitting=match.fitting,
        second=match.second,
        others=_others(state, call.queue, match, now),
    )
    if nailed:
        return Decided([made], []) + put_on(state, call, nailed, serial)
    decided = dial(state, call, agent, call.queue, phones, serial)
    decided.outcomes.insert(0, made)
    return decided


def _beside(call: LiveCall, first: int, last: int) -> tuple[LegId, ...]:
    """The legs of the agent's further devices."""
    return tuple([agent_leg_id(call.call, number) for number in range(first + 1, last + 1)])


def _choice(agent: LiveAgent, rules: Queue, match: Match, now: Seconds) -> str:
    idle = f"idle {now - agent.idle_since:.0f} s"
    if match.fitting == 1:
        return f"the only free agent, {idle}"
    return f"{words(rules.strategy, agent)} of {match.fitting}, {idle}"


def _others(state: State, queue: QueueName, match: Match, now: Seconds) -> tuple[tuple[str, int], ...]:
    """Why the other agents of his queue were not it: what they do, and how many do that. Those who are free and fit are
    in `fitting`; of the idle ones the rest cannot do what is required, or rest."""
    counts = state.census.by_queue.get(queue)
    if not counts:
        return ()
    others = [(what, many) for what, many in counts.items() if many and what != "idle"]
    resting = state.idle.resting(now)
    if resting and (rest := sum([match.pool in one.lines for one in resting])):
        others.append(("rests", rest))
    unfit = counts.get("idle", 0) - len(state.idle.lines.get(match.pool, ()))
    if unfit > 0:
        others.append(("cannot do what is required", unfit))
    return tuple(others)


def place_words(call: LiveCall | LivePromise, now: Seconds) -> str:
    """The arithmetic of a caller's place in the order (acd/order.py)."""
    waited = f"waiting {now - call.waiting_since:.1f} s"
    ahead = call.waiting_since - call.arrival
    if not ahead:
        return waited
    besides = f" and {call.head_start:g} s besides" if call.head_start else ""
    return f"{waited} + {ahead:g} s head start (priority {call.priority}{besides})"


def cancel_offer(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    """Take back what is offered of the call, if anything is; nobody is blamed."""
    decided = nothing()
    for offer in state.offers_of(call) if call.offers else ():
        decided += cancel_one(state, call, offer, why, now)
    return decided


def cancel_one(state: State, call: LiveCall, offer: LiveOffer, why: str, now: Seconds) -> Decided:
    """Take back one offer of the call; nobody is blamed."""
    ended = _ended(offer, OfferResult.CANCELLED, "ORIGINATOR_CANCEL", why)
    rested = o.AgentRested(agent=offer.agent, until=now + FREEING, why="his phone is being freed")
    return Decided([ended, rested], []) + free_phone(state, call, offer, "ORIGINATOR_CANCEL")


def refuse_offer(state: State, offer: LiveOffer, result: OfferResult, cause: str, now: Seconds) -> Decided:
    """The agent did not take the call: the offer ends, he rests a moment, and may be put on break."""
    agent = state.agents[offer.agent]
    if result in BLAMES_AGENT and agent.others:  # he took, or heard, another call at that phone
        result = OfferResult.BUSY
    ended = _ended(offer, result, cause, f"{offer.agent}: {WORDS[result]}")
    settings, rules = state.settings, state.queue_rules(offer.queue)
    unreachable = result is OfferResult.UNREACHABLE
    pause = settings.rest_unreachable if unreachable else settings.rest_after_refusal
    rested = o.AgentRested(agent=offer.agent, until=now + pause, why=WORDS[result])
    rang_out = agent.ronas + (result in BLAMES_AGENT)
    if result not in BLAMES_AGENT or rang_out < (rules.rona_limit or settings.rona_limit):
        return Decided([ended, rested], [])
    return Decided([ended, rested], []) + _after_ronas(state, agent, rules, now)


def rest_while_freed(state: State, leg: LegId, now: Seconds) -> list[o.Outcome]:
    """Whose leg is being hung up is offered nothing until his phone had time to be free; nothing where he has another
    call in hand, or rests longer."""
    known = state.legs.get(leg)
    agent = state.agents.get(known.agent) if known is not None else None
    if agent is None or agent.state is not AgentState.IDLE or agent.rest_until >= now + FREEING:
        return []
    return [o.AgentRested(agent=agent.agent.agent, until=now + FREEING, why="his phone is being freed")]


def free_phone(state: State, call: LiveCall, offer: LiveOffer, cause: str) -> Decided:
    """Hang up the offer's legs, unless they are over already."""
    return Decided([], [r.HangUp(node=call.node, leg=leg, cause=cause) for leg in offer.legs if leg in state.legs])


def _after_ronas(state: State, agent: LiveAgent, rules: Queue, now: Seconds) -> Decided:
    """Who let too many offers ring out in a row is probably not there: he is what his queue has for that."""
    status, name = AgentStatus(rules.rona_status), agent.agent.agent
    if agent.status is not AgentStatus.READY or status is AgentStatus.READY:
        return nothing()
    if status is AgentStatus.BREAK:
        return Decided([goes_on_break(state, name, rules.rona_reason, HOUSE, now)], [])
    return Decided([o.AgentStatusChanged(agent=name, status=status, reason=rules.rona_reason, author=HOUSE)], [])


def _ended(offer: LiveOffer, result: OfferResult, cause: str, why: str) -> o.OfferEnded:
    return o.OfferEnded(offer=offer.offer, call=offer.call, agent=offer.agent, result=result, cause=cause, why=why)


def offer_on(state: State, leg: LegId) -> LiveOffer | None:
    """The current offer whose agent leg this is, or None."""
    call = state.call_of(leg)
    return offer_to(state, call, leg) if call is not None else None


def offer_to(state: State, call: LiveCall, leg: LegId) -> LiveOffer | None:
    """The offer of the call whose agent leg this is, or None."""
    for name in call.offers:
        offer = state.offers[name]
        if leg in offer.legs:
            return offer
    return None


# ---- handlers -----------------------------------------------------------------------------------------------


def leg_ringing(state: State, call: LiveCall, leg: LegId) -> Decided:
    """The agent's phone rings."""
    offer = offer_to(state, call, leg)
    if offer is None or state.agents[offer.agent].state is not AgentState.OFFERED:  # 180 may be followed by 183
        return nothing()
    return Decided([o.OfferRinging(offer=offer.offer, call=offer.call, agent=offer.agent)], [])


def leg_answered(state: State, fact: f.LegAnswered, now: Seconds) -> Decided:
    """A leg was answered. An agent's leg is bridged once it is parked: until then the switch is still dialling."""
    known = state.legs.get(fact.leg)
    if known is None or known.answered:
        return nothing()
    return Decided([o.LegConnected(call=known.call, leg=fact.leg)], [])


def agent_leg_parked(state: State, call: LiveCall | None, fact: f.LegParked, now: Seconds) -> Decided:
    """An agent answered the call. In time he is joined to his caller; late, his leg is freed and no more. Of several
    who are rung the first is joined: the others' phones stop, and who answers after him is late."""
    leg = fact.leg
    offer = offer_to(state, call, leg) if call is not None else None
    if _is_taken(call, leg, offer):  # an event overtaken by a survey; a bridge that fails has its own deadline
        return nothing()
    known = state.legs.get(leg)
    decided = Decided([o.LegConnected(call=known.call, leg=leg)] if known and not known.answered else [], [])
    if call is None or offer is None or now > offer.deadline:
        decided.requests.append(r.HangUp(node=fact.node, leg=leg, cause="ORIGINATOR_CANCEL"))
        decided.outcomes += rest_while_freed(state, leg, now)
        return decided
    decided += taken_up(state, call, offer, leg, now)
    return decided


def tone_over(state: State, call: LiveCall, fact: f.ExecuteEnded | f.ExecuteFailed, now: Seconds) -> Decided:
    """A nailed-up agent has heard his tone, or the switch could not play it: he is joined to the caller."""
    offer = offer_to(state, call, fact.leg)
    if offer is None or offer.answered or not is_tone_of(call, fact.execute):
        return nothing()
    return taken_up(state, call, offer, fact.leg, now)


def taken_up(state: State, call: LiveCall, offer: LiveOffer, leg: LegId, now: Seconds) -> Decided:
    """The agent is on the line: he is joined to his caller, where that one still waits for him."""
    decided = nothing()
    if (
        call.place is not CallPlace.WAITING and not call.calls_back
    ):  # the caller is on his way somewhere: he is not there to be joined
        return cancel_offer(state, call, f"the caller is {call.place.value}", now)
    if len(call.offers) > 1:
        for other in state.offers_of(call):
            if other is not offer:
                decided += cancel_one(state, call, other, f"{offer.agent} answered first", now)
    if len(offer.legs) > 1:
        decided += stop_others(state, call, offer, leg)
    if call.calls_back and is_closed(state, call.queue, now):
        return decided + cancel_offer(state, call, "it is too late to ring the customer", now)
    if call.calls_back:
        return decided + ring_customer(state, call, offer, leg, now)
    deadline = now + state.settings.bridge_within
    answered = o.OfferAnswered(offer=offer.offer, call=call.call, agent=offer.agent, deadline=deadline, leg=leg)
    decided.outcomes.append(answered)
    decided.requests.append(r.Bridge(node=call.node, leg=call.leg, other=leg))
    return decided


def _is_taken(call: LiveCall | None, leg: LegId, offer: LiveOffer | None) -> bool:
    """The leg is being joined to its caller, or talks with him."""
    if offer is not None:
        return offer.answered
    return call is not None and call.agent_leg == leg


def offered_leg_ended(
    state: State, offer: LiveOffer, leg: LegId, cause: str, now: Seconds, *, by_phone: bool
) -> Decided:
    """An agent's leg of a current offer is over without a talk. The caller is parked by the switch, or still waits.

    A leg in a bridge that his phone did not end was ended by the switch: mostly because the caller has just left, and
    his end is heard next. So the offer stays until that news had its time, and the agent is not blamed before.
    """
    closed = Decided([o.LegClosed(call=offer.call, leg=leg, cause=cause)], [])
    call = state.calls[offer.call]
    if offer.answered and call.calls_back:
        result = OfferResult.DROPPED if by_phone else OfferResult.FAILED
        return closed + refuse_offer(state, offer, result, cause, now) + agent_gone(state, call, now)
    if offer.answered and not by_phone:
        return closed + _wait_for_news(offer, now)
    result = OfferResult.DROPPED if state.legs[leg].answered else result_of(cause)
    others = rings_on(state, offer, leg, result, cause, now)
    return closed + (others or refuse_offer(state, offer, said_together(offer, result), cause, now))


def bridge_failed(state: State, fact: f.BridgeFailed, now: Seconds) -> Decided:
    """The switch refused to join them: mostly one of the two has just left, and his leg's end says who.

    That news may come behind the refusal; so it is waited for, and only then the bridge is given up.
    """
    offer = offer_on(state, fact.other)
    if offer is None or not offer.answered or state.deadlines.due["bridge", offer.offer] <= now + NEWS:
        return nothing()
    return _wait_for_news(offer, now)


def _wait_for_news(offer: LiveOffer, now: Seconds) -> Decided:
    return Decided([o.DeadlinePassed(kind="bridge", subject=offer.offer, again_at=now + NEWS)], [])


def offer_due(state: State, subject: str, now: Seconds) -> Decided:
    """The lease ran out: RONA, unless the node could not be asked what became of it."""
    offer = state.offers.get(OfferId(subject))
    if offer is None:
        return nothing()
    call = state.calls[offer.call]
    free_leg = free_phone(state, call, offer, "NO_ANSWER")
    if offer.leg in state.nailed and state.reachable(call.node):  # nobody told that his tone is over, or he hears none
        return taken_up(state, call, offer, offer.leg, now)
    if not state.reachable(call.node):
        if now < offer.deadline + UNSYNCED_GRACE:
            return Decided([o.DeadlinePassed(kind="offer", subject=subject, again_at=now + 1.0)], [])
        return refuse_offer(state, offer, OfferResult.FAILED, "NODE_AWAY", now) + free_leg
    another = rings_on(state, offer, offer.leg, OfferResult.RONA, "NO_ANSWER", now) if len(offer.legs) == 1 else None
    result = said_together(offer, OfferResult.RONA)
    return free_leg + (another or refuse_offer(state, offer, result, "NO_ANSWER", now))


def bridge_due(state: State, subject: str, now: Seconds) -> Decided:
    """CHANNEL_BRIDGE did not come in time. Only the news of it may be late, and they talk: the node is asked. A node
    that is away is waited for, but not for ever: meanwhile the agent is kept from callers of other nodes.

    Before its time only a refusal or the end of the agent's leg makes it due: there is no bridge to ask about.
    """
    offer = state.offers.get(OfferId(subject))
    if offer is None:
        return nothing()
    call = state.calls[offer.call]
    node = call.node
    if not state.reachable(node):
        if now < call.place_since + state.settings.bridge_within + UNSEEN_AT_MOST:
            return Decided([o.DeadlinePassed(kind="bridge", subject=subject, again_at=now + 1.0)], [])
        return _bridge_over(offer, "NODE_AWAY", f"node {node} is away", now)  # should they talk, it will say so
    if offer.leg not in state.legs:
        return give_up_bridge(state, offer, f"the switch ended the leg of {offer.agent}", now)
    if now < call.place_since + state.settings.bridge_within:
        return give_up_bridge(state, offer, "the switch refused to join them", now)
    again = o.DeadlinePassed(kind="bridge", subject=subject, again_at=now + ASKED_WITHIN)
    return Decided([again], []) + ask(node, legs_on(state, node), now + ASKED_WITHIN)


def late_bridge(state: State, call: LiveCall, asked_at: Seconds) -> LiveOffer | None:
    """The call's offer when its bridge was already overdue at `asked_at`."""
    overdue = call.place is CallPlace.BRIDGING and call.place_since + state.settings.bridge_within <= asked_at
    return state.offers.get(call.offer) if overdue else None


def give_up_bridge(state: State, offer: LiveOffer, why: str, now: Seconds) -> Decided:
    """The agent's leg is freed and the caller brought back to park."""
    call = state.calls[offer.call]
    repark = Decided([], [r.Repark(node=call.node, leg=call.leg)])
    freed = free_phone(state, call, offer, "NORMAL_CLEARING")
    return freed + _bridge_over(offer, "BRIDGE_FAILED", why, now) + repark


def _bridge_over(offer: LiveOffer, cause: str, why: str, now: Seconds) -> Decided:
    ended = _ended(offer, OfferResult.FAILED, cause, why)
    rested = o.AgentRested(agent=offer.agent, until=now + FREEING, why="his phone is being freed")
    return Decided([ended, rested], [])
