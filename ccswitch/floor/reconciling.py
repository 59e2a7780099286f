"""The switch is the truth: what a node says it has is held against the floor, and every healing is recorded.

A survey takes a few milliseconds, and events that were on their way meanwhile are true too. So a leg that is missing
is only believed gone when it was there before the question was asked, and a caller is only moved when he is parked,
which no event of a working call leaves undone.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccswitch.floor import other_calls
from ccswitch.floor.alive import LiveCall, LiveLeg, LiveNailed
from ccswitch.floor.arriving import leg_parked
from ccswitch.floor.asking import calls_on
from ccswitch.floor.consulting import voice_carried
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.dialling import agents_leg
from ccswitch.floor.dialling import start_talk as start_dialled
from ccswitch.floor.ending import end_leg
from ccswitch.floor.guests import guest_parked, guests_of, no_taker, taker_of
from ccswitch.floor.leaving import legs_gone
from ccswitch.floor.nailed_up import nailed_ended
from ccswitch.floor.offering import cancel_offer, give_up_bridge, late_bridge, offer_on, rest_while_freed
from ccswitch.floor.queueing import back_in_line
from ccswitch.floor.recording import mask
from ccswitch.floor.scripting import again
from ccswitch.floor.state import State
from ccswitch.floor.talking import found_talk, joined_past_us, start_talk, take_over
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, Seconds
from ccswitch.model.nouns import AgentState, CallPlace, GuestMode

GONE = "GONE"  # the cause of a leg whose end nobody saw
UNSEEN = "ended while nobody watched"
SOON: Seconds = 0.2  # until a node is asked again what could not be decided in one breath
HUNG_UP_WITHIN: Seconds = 5.0  # a leg that was told to end is gone
DIALLING: Seconds = 2.0  # between RingAgent and a channel at the switch


def legs_seen(state: State, fact: f.LegsSeen, now: Seconds) -> Decided:
    """Hold the node's own truth against the floor, call by call."""
    node = state.nodes.get(fact.node)
    if node is None or not node.connected or node.core != fact.core or fact.asked_at < node.since:
        return nothing()
    seen = {leg.leg: leg for leg in fact.legs}
    calls = _told_of(state, fact, seen)
    decided = together(_one_call(state, call, seen, fact, first=not node.synced, now=now) for call in calls)
    if state.nailed:
        apart = [one for one in state.nailed.values() if _stands_apart(state, one, fact, calls)]
        decided += together(_nailed(state, one, seen, fact, now) for one in apart)
    unknown = [leg for leg in fact.legs if not _is_known(state, leg, fact)]
    decided = _with_strangers(state, unknown, fact, decided, now)
    if fact.more:
        return decided
    decided += other_calls.seen(state, fact, now)
    if node.synced:
        return decided
    return decided + Decided([o.NodeSynced(node=fact.node, legs=len(fact.told) + len(fact.legs))], [])


def _is_known(state: State, leg: f.LegSeen, fact: f.LegsSeen) -> bool:
    """The floor has it, or had it lately. An agent's leg that was hung up and is there all the same was never told."""
    if leg.leg in state.legs or leg.leg in state.nailed:
        return True
    ended = state.gone.get(leg.leg)
    return ended is not None and not (leg.agent_leg and ended < fact.asked_at - HUNG_UP_WITHIN)


def _told_of(state: State, fact: f.LegsSeen, seen: Mapping[LegId, f.LegSeen]) -> list[LiveCall]:
    """The calls of which the fact tells all: with `more` those that it names, else those that none before it did. A
    nailed-up leg is told of apart, and says nothing of the call that has it."""
    if fact.more:
        named = (state.calls.get(call) for call in dict.fromkeys(leg.call for leg in fact.legs))
        return [call for call in named if call and call.node == fact.node and not seen.keys().isdisjoint(call.legs)]
    told = set(fact.told) - state.nailed.keys()
    return [call for call in calls_on(state, fact.node) if told.isdisjoint(call.legs)]


def _one_call(
    state: State, call: LiveCall, seen: dict[LegId, f.LegSeen], fact: f.LegsSeen, *, first: bool, now: Seconds
) -> Decided:
    """First the legs, then the caller. What is still wrong then is put right by the next survey."""
    caller = seen.get(call.leg)
    gone = [leg for leg in call.legs if leg not in seen and _should_be_there(state.legs[leg], fact.asked_at)]
    gone = [leg for leg in gone if leg not in state.nailed or _is_missing(leg, fact)]
    if call.leg in gone:
        return _heal(call, call.leg, "caller's leg is gone") + _unseen_end(state, call.leg, now)
    of_guests = [leg for leg in gone if leg in state.guests]
    if of_guests:
        return together(_heal(call, leg, "a guest's leg is gone") + _unseen_end(state, leg, now) for leg in of_guests)
    unneeded = [leg for leg in call.legs if leg in seen and _is_unneeded(state, call, seen[leg])]
    healed = together(_free(state, call, leg, now) for leg in unneeded)
    if call.place is CallPlace.LEAVING and call.leg not in call.legs:  # the last of them ends the call
        healed += together(_heal(call, leg, "agent's leg is gone") for leg in gone)
        return healed + legs_gone(call, gone, GONE)
    spare = [leg for leg in gone[1:] if not _is_needed(state, call, leg)]
    closed = (_heal(call, leg, "agent's leg is gone") + _unseen_end(state, leg, now) for leg in spare)
    healed += together(closed)
    if gone:
        healed += _heal(call, gone[0], "agent's leg is gone") + _agent_gone(state, call, gone[0], caller, seen, now)
        waits = call.place is CallPlace.WAITING and caller is not None and caller.parked and caller.peer is None
        if _is_needed(state, call, gone[0]) and not waits:  # what becomes of the caller is decided with it
            return healed
    return healed + _caller_too(state, call, seen, fact, first=first, now=now)


# ---- nailed-up legs -----------------------------------------------------------------------------------------


def _stands_apart(state: State, nailed: LiveNailed, fact: f.LegsSeen, calls: list[LiveCall]) -> bool:
    """Nothing of the fact's calls has the leg, so it is looked at by itself."""
    return nailed.node == fact.node and state.call_of(nailed.leg) not in calls


def _is_missing(leg: LegId, fact: f.LegsSeen) -> bool:
    """All was told, and it was not among it. A leg that waits is told of apart from its call."""
    return not fact.more and leg not in fact.told


def _nailed(
    state: State, nailed: LiveNailed, seen: Mapping[LegId, f.LegSeen], fact: f.LegsSeen, now: Seconds
) -> Decided:
    """A leg that is gone, was answered unseen, waits for a call that needs it no more, or waits where nothing reaches
    it."""
    leg, call = seen.get(nailed.leg), state.call_of(nailed.leg)
    if leg is None:
        since = nailed.stands_since or nailed.rung_at + DIALLING
        if not _is_missing(nailed.leg, fact) or max(since, _lent_at(state, nailed)) >= fact.asked_at:
            return nothing()
        gone = o.Healed(node=nailed.node, what="a nailed-up leg is gone", leg=nailed.leg)
        return Decided([gone], []) + _unseen_end(state, nailed.leg, now)
    if not nailed.stands and leg.parked and leg.answered:
        parked = f.LegParked(leg=leg.leg, node=nailed.node, call=leg.call, agent_leg=True, answered=True)
        answered = o.Healed(node=nailed.node, what="a nailed-up leg was answered unseen", leg=leg.leg)
        return Decided([answered], []) + leg_parked(state, parked, now)
    if call is not None:
        return _free(state, call, leg.leg, now) if _is_unneeded(state, call, leg) else nothing()
    if leg.stranded:
        freed = o.Healed(node=nailed.node, what="a nailed-up leg was stranded", leg=leg.leg)
        return Decided([freed], [r.ParkLeg(node=nailed.node, leg=leg.leg)])
    return nothing()


def _lent_at(state: State, nailed: LiveNailed) -> Seconds:
    """When its call got it; 0: none has it."""
    lent = state.legs.get(nailed.leg)
    return lent.opened_at if lent is not None else 0.0


def _caller_too(
    state: State, call: LiveCall, seen: dict[LegId, f.LegSeen], fact: f.LegsSeen, *, first: bool, now: Seconds
) -> Decided:
    if call.leg not in call.legs:  # he is gone, or not dialled yet: only an agent's leg is there
        return _answer_found(state, call, seen, now) if call.calls_back else nothing()
    if call.place_since >= fact.asked_at:  # he moved while the question was on its way: the answer is too old
        return nothing()
    answer = _answer_found(state, call, seen, now) + _guests_found(state, call, seen, now)
    caller = seen.get(call.leg)
    if caller is None or any(isinstance(request, r.Bridge) for request in answer.requests):
        return answer
    late = late_bridge(state, call, fact.asked_at)
    if late is not None and caller.peer is None:
        why = "no bridge in time"
        return _heal(call, late.leg, why) + give_up_bridge(state, late, why, now)
    if caller.peer is not None:
        past_us = _past_us(state, call, caller.peer, now)
        if past_us.outcomes:
            return answer + past_us
        return answer + _bridged(state, call, seen.get(caller.peer), now) + _as_ordered(state, call, seen, first=first)
    return answer + _caller_alone(state, call, caller, first=first, now=now)


def _should_be_there(leg: LiveLeg, asked_at: Seconds) -> bool:
    """It was there when the question was asked; a leg that is only being dialled may not have a channel yet."""
    dialled = leg.leg != LegId(leg.call) and not leg.answered
    return leg.opened_at < asked_at - (DIALLING if dialled else 0.0)


def _agent_gone(
    state: State, call: LiveCall, leg: LegId, caller: f.LegSeen | None, seen: dict[LegId, f.LegSeen], now: Seconds
) -> Decided:
    """As if its hang-up had been heard, and the caller's park behind it, when he is parked already."""
    if leg == call.agent_leg and caller is not None and caller.peer is not None:
        taken = _bridged(state, call, seen.get(caller.peer), now)
        if taken.outcomes:  # by a guest
            return Decided([o.LegClosed(call=call.call, leg=leg, cause=GONE)], []) + taken
    joined = _is_needed(state, call, leg) and call.place in (CallPlace.TALKING, CallPlace.BRIDGING)
    if joined and caller is not None and caller.parked:
        closed = Decided([o.LegClosed(call=call.call, leg=leg, cause=GONE)], [])
        if leg in state.nailed:
            ended = f.LegEnded(leg=leg, cause=GONE, by_phone=True)
            closed += nailed_ended(state, state.nailed[leg], ended, now)
        return closed + leg_parked(state, _as_parked(call, caller), now)
    # the caller is still there, so it was the agent who went
    return _unseen_end(state, leg, now, by_phone=True)


def _unseen_end(state: State, leg: LegId, now: Seconds, *, by_phone: bool = False) -> Decided:
    return end_leg(state, f.LegEnded(leg=leg, cause=GONE, by_phone=by_phone), UNSEEN, now)


def _is_unneeded(state: State, call: LiveCall, leg: f.LegSeen) -> bool:
    """An agent's leg that talks to nobody and is neither offered to nor in a talk: it will never be needed again."""
    return leg.peer is None and leg.leg != call.leg and not _is_needed(state, call, leg.leg)


def _is_needed(state: State, call: LiveCall, leg: LegId) -> bool:
    known = leg in (call.agent_leg, call.own_leg, call.outside, *call.dialled_legs) or leg in state.guests
    return known or offer_on(state, leg) is not None


def _free(state: State, call: LiveCall, leg: LegId, now: Seconds) -> Decided:
    hang_up = r.HangUp(node=call.node, leg=leg, cause="NORMAL_CLEARING")
    healed = _heal(call, leg, "an agent's leg that nobody needs any more is freed")
    return healed + Decided(rest_while_freed(state, leg, now), [hang_up])


def _answer_found(state: State, call: LiveCall, seen: dict[LegId, f.LegSeen], now: Seconds) -> Decided:
    """An agent who answered unseen is joined to his caller, or freed when that is too late."""
    answered = _answered_unseen(state, call, seen)
    if answered is None:
        return nothing()
    return _heal(call, answered.leg, "the agent answered unseen") + leg_parked(state, answered, now)


def _guests_found(state: State, call: LiveCall, seen: dict[LegId, f.LegSeen], now: Seconds) -> Decided:
    """Guests who answered unseen; and those who wait in park for a talk that they should hear."""
    decided = nothing()
    for guest in guests_of(state, call):
        leg = seen.get(guest.leg)
        if leg is None or not leg.parked or not leg.answered:
            continue
        if not guest.joined and guest.leg in state.nailed:  # he hears the tone, and its deadline is short
            continue
        if not guest.joined:
            parked = f.LegParked(leg=leg.leg, node=call.node, call=call.call, agent_leg=True, answered=True)
            decided += _heal(call, leg.leg, "a guest answered unseen") + guest_parked(state, call, parked, now)
        elif guest.mode is not GuestMode.TAKE and call.agent_leg:
            listen = r.Listen(node=call.node, leg=leg.leg, other=call.agent_leg, mode=guest.mode)
            decided += _heal(call, leg.leg, "a guest heard nothing") + Decided([], [listen])
    return decided


def _answered_unseen(state: State, call: LiveCall, seen: dict[LegId, f.LegSeen]) -> f.LegParked | None:
    """The leg of who is rung, by an offer or by name, when it is parked and nobody told us."""
    offers = [offer for offer in state.offers_of(call) if not offer.answered]
    rung = [leg for offer in offers for leg in offer.legs if leg not in state.nailed]
    if call.dialled and not call.reached:
        rung = call.dialled_legs
    for leg in map(seen.get, rung):
        if leg is not None and leg.parked and leg.answered:
            return f.LegParked(leg=leg.leg, node=call.node, call=call.call, agent_leg=leg.agent_leg, answered=True)
    return None


def _caller_alone(state: State, call: LiveCall, caller: f.LegSeen, *, first: bool, now: Seconds) -> Decided:
    if caller.stranded and call.place_since < now - 1.0:
        repark = Decided([], [r.Repark(node=call.node, leg=call.leg)])
        return _heal(call, call.leg, "stranded outside every application") + repark
    if caller.orphaned and not caller.parked:
        return _at_way_out(state, call, now)
    if not caller.parked:
        return nothing()
    rung_first = call.place is CallPlace.DIALLING and call.by and not call.dialled
    if caller.orphaned or call.place in _NOT_IN_PARK or rung_first or call.calls_back:
        fact = _as_parked(call, caller)
        return _heal(call, call.leg, f"parked while {call.place.value}") + leg_parked(state, fact, now)
    return _resume(state, call, now) if first else nothing()


# Places in which a caller is not parked, unless an event was missed.
_NOT_IN_PARK = frozenset({CallPlace.TALKING, CallPlace.RETURNING, CallPlace.WAYOUT, CallPlace.LEAVING})


def _bridged(state: State, call: LiveCall, peer: f.LegSeen | None, now: Seconds) -> Decided:
    """The agent's leg tells since when: it is joined only once, the caller's may have been before."""
    if call.reached and peer is not None and peer.leg == agents_leg(call):
        return _heal(call, peer.leg, "the bridge stands") + start_dialled(state, call, now, peer.bridged_at_switch)
    offer = offer_on(state, peer.leg) if peer is not None else None
    if offer is not None and peer is not None and peer.leg in state.legs:
        stands = _heal(call, peer.leg, "the bridge stands")
        return stands + start_talk(state, call, offer, now, peer.bridged_at_switch)
    taker = taker_of(state, call)
    if taker is not None and peer is not None and peer.leg == taker.leg:
        stands = _heal(call, peer.leg, "the bridge stands")
        return stands + take_over(state, call, taker, now, peer.bridged_at_switch)
    if peer is not None and (leg := _given_up(state, call, peer.leg)) is not None:
        stands = _heal(call, peer.leg, "they talk, though that was given up")
        return stands + found_talk(state, call, leg, now, peer.bridged_at_switch)
    return nothing()


def _past_us(state: State, call: LiveCall, peer: LegId, now: Seconds) -> Decided:
    """A phone has joined the caller to another call by its own keys, and nobody told us."""
    joined = joined_past_us(state, call, peer, now)
    return _heal(call, call.leg, "joined to another call by a phone") + joined if joined.outcomes else joined


def _given_up(state: State, call: LiveCall, peer: LegId) -> LiveLeg | None:
    """Somebody else than the floor believes talks with the caller: who was not joined in time and is free since."""
    leg = state.legs.get(peer)
    if leg is None or leg.call != call.call or peer == call.agent_leg or call.bound_for:
        return None
    agent = state.agents.get(leg.agent)
    free = agent is not None and agent.state is AgentState.IDLE
    return leg if free and call.place in (CallPlace.TALKING, CallPlace.RETURNING) else None


def _as_ordered(state: State, call: LiveCall, seen: dict[LegId, f.LegSeen], *, first: bool) -> Decided:
    """Of a talk: hold that was told to nobody, and a pause of the recording that may never have reached the switch."""
    agent = seen.get(call.agent_leg)
    if call.place is not CallPlace.TALKING or agent is None:
        return nothing()
    masked = Decided([], [mask(call, on=True)] if first and call.paused and call.recording else [])
    masked += voice_carried(state, call) if first else nothing()
    if call.music or agent.held is (state.agents[call.agent].state is AgentState.HOLDING):
        return masked
    held = o.TalkHeld(call=call.call, agent=call.agent, on=agent.held)
    return masked + _heal(call, agent.leg, "on hold" if agent.held else "no longer on hold") + Decided([held], [])


def _at_way_out(state: State, call: LiveCall, now: Seconds) -> Decided:
    """His visit to the queue stays open until he ends: he may be on his way into park again and keeps his place."""
    if call.place in (CallPlace.WAYOUT, CallPlace.LEAVING):
        return nothing()
    decided = cancel_offer(state, call, "the caller took the way out", now)
    decided += no_taker(state, call, now, "the caller took the way out")
    why = "no controller was there in time"
    return decided + Decided([o.CallAtWayOut(call=call.call, why=why)], [])


def _resume(state: State, call: LiveCall, now: Seconds) -> Decided:
    """First look after the link came up: what was asked of the switch meanwhile may never have reached it."""
    claim = Decided([], [r.Claim(node=call.node, leg=call.leg)])
    why = "the link to the switch is back"
    if call.place is CallPlace.WAITING:
        return claim + Decided([], [r.Quiet(node=call.node, leg=call.leg)]) + back_in_line(state, call, why)
    if call.place is CallPlace.SCRIPT:
        return claim + Decided([o.CallResumed(call=call.call, why=why)], []) + again(state, call, now)
    return claim


def _one_of_each_call(legs: list[f.LegSeen]) -> list[f.LegSeen]:
    """Agents' legs, and of callers' legs in park that say they are of one call a single one: the call's own if it is
    there. The others are told of by the next survey, when the call is known."""
    parked = sorted((leg for leg in legs if leg.parked and not leg.agent_leg), key=lambda leg: str(leg.leg) != leg.call)
    first: dict[str, LegId] = {}
    for leg in parked:
        first.setdefault(leg.call or leg.leg, leg.leg)
    return [leg for leg in legs if leg.agent_leg or first.get(leg.call or leg.leg) == leg.leg]


def _with_strangers(
    state: State, unknown: list[f.LegSeen], fact: f.LegsSeen, decided: Decided, now: Seconds
) -> Decided:
    """And those whom the floor does not know. Of several who are about one agent (two who dialled his number, a phone
    with two calls) the first is taken in; the others when that is applied, by the next survey, which is asked soon."""
    later = False
    for leg in _one_of_each_call(unknown):
        stranger = _stranger(state, leg, fact, now)
        if _agents_of(stranger).isdisjoint(_agents_of(decided)):
            decided += stranger
        else:
            later = True
    again = o.SurveyAsked(node=fact.node, next_at=now + SOON)
    return decided + Decided([again], []) if later else decided


def _agents_of(decided: Decided) -> set[AgentId]:
    """Whom a decision is about."""
    named = {getattr(one, name, "") for one in decided.outcomes for name in ("agent", "by")}
    return {AgentId(name) for name in named if name}


def _stranger(state: State, leg: f.LegSeen, fact: f.LegsSeen, now: Seconds) -> Decided:
    """A leg of ours that the floor does not know: a caller who came unseen, or an agent's leg left over."""
    if leg.agent_leg:
        nailed_up = leg.leg == LegId(leg.call)  # of no call: nothing else will end it, though it only rings
        if leg.peer is not None or not (leg.parked or nailed_up):
            return nothing()
        freed = o.Healed(node=fact.node, what="an agent's leg that nobody asked for is freed", leg=leg.leg)
        return Decided([freed], [r.HangUp(node=fact.node, leg=leg.leg, cause="NORMAL_CLEARING")])
    if not leg.parked or leg.call in state.calls:
        return nothing()
    healed = Decided([o.Healed(node=fact.node, what="a caller arrived unseen", call=leg.call, leg=leg.leg)], [])
    parked = f.LegParked(
        leg=leg.leg,
        node=fact.node,
        call=leg.call,
        entry=leg.entry,
        caller_number=leg.caller_number,
        caller_name=leg.caller_name,
        called_number=leg.called_number,
        user=leg.user,
        answered=leg.answered,
    )
    return healed + leg_parked(state, parked, now)


def _as_parked(call: LiveCall, seen: f.LegSeen) -> f.LegParked:
    return f.LegParked(leg=call.leg, node=call.node, call=call.call, entry=call.entry, answered=seen.answered)


def _heal(call: LiveCall, leg: LegId, what: str) -> Decided:
    return Decided([o.Healed(node=call.node, what=what, call=call.call, leg=leg)], [])
