"""CHANNEL_PARK: a caller arrives, comes back after a talk, was left alone by a failed bridge, or moved himself."""

from __future__ import annotations

from ccswitch.floor import other_calls, own_calls
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.called_back import customer_parked
from ccswitch.floor.consulting import pass_on, passes_himself_on
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.guests import guest_parked, no_taker
from ccswitch.floor.leaving import hang_up
from ccswitch.floor.moving import begin_at
from ccswitch.floor.nailed_up import nailed_parked
from ccswitch.floor.offering import agent_leg_parked, free_phone
from ccswitch.floor.own_calls import whose
from ccswitch.floor.queueing import Joining, back_in_line, enqueue, wait_on
from ccswitch.floor.scripting import after_talk, again, enter, not_reached
from ccswitch.floor.sites import bring, came_over
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk, left_on_hold, talk_length
from ccswitch.floor.transferring import NOWHERE, entry_of, go_on, meant, target_of, transferred
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, LegId, Seconds
from ccswitch.model.nouns import CallOrigin, CallPlace, CallResult, Entry, LegRole, OfferResult


def leg_parked(state: State, fact: f.LegParked, now: Seconds) -> Decided:
    """A leg of ours is in park. Whose, and what he did before, says what follows."""
    if fact.leg in state.nailed:
        return nailed_parked(state, state.nailed[fact.leg], fact, now)
    known = state.legs.get(fact.leg)
    call = state.calls.get(known.call) if known else None
    if call is not None and fact.leg in call.dialled_legs and fact.leg != call.leg:
        return own_calls.dialled_parked(state, call, fact, now)
    if known and call and known.role is LegRole.GUEST:
        return guest_parked(state, call, fact, now)
    if known.role is LegRole.AGENT if known else fact.agent_leg:
        return agent_leg_parked(state, call, fact, now)
    if call is None:
        return _arrive(state, fact, now)
    claim = Decided([], [r.Claim(node=fact.node, leg=fact.leg)])
    passes_on = call.place in _AFTER_TALK and not fact.transfer_to and passes_himself_on(state, call)
    if call.place in _AFTER_TALK and not passes_on:
        claim += no_taker(state, call, now, "the caller was parked before they were joined")
    if call.recording and call.place in _AFTER_TALK:
        claim.requests.append(r.StopRecording(node=fact.node, leg=fact.leg, path=call.recording))
    if passes_on:
        return claim + pass_on(state, call, fact, now)
    if fact.transfer_to and call.place in _MAY_BE_MOVED and not call.visiting:
        return claim + _moved_by_phone(state, call, fact, now)
    return claim + _WHEN_PARKED[call.place](state, call, fact, now)


def _arrive(state: State, fact: f.LegParked, now: Seconds) -> Decided:
    if fact.leg in state.gone:  # he hung up before the news of his park came through
        return nothing()
    call_id = CallId(fact.call or fact.leg)
    if (
        call_id in state.calls or LegId(call_id) in state.gone
    ):  # a further leg of a call of ours: nothing that we dialled
        return Decided([], [r.HangUp(node=fact.node, leg=fact.leg, cause="NORMAL_CLEARING")])
    by_phone = fact.user != "" and not fact.entry
    agent = whose(state, fact.user) if by_phone else None
    entry = state.entry(fact.entry)
    started = o.CallStarted(
        call=call_id,
        leg=fact.leg,
        node=fact.node,
        entry=fact.entry,
        caller_number=fact.user if by_phone else fact.caller_number,
        caller_name=agent.agent.name if agent else fact.caller_name,
        called_number=fact.called_number,
        answered=fact.answered,
        origin=CallOrigin.INTERNAL if by_phone else CallOrigin.INBOUND,
        by=agent.agent.agent if agent else AgentId(""),
        campaign=entry.campaign if entry is not None else "",
    )
    opened = o.LegOpened(
        call=call_id, leg=fact.leg, role=LegRole.CALLER, number=started.caller_number, agent=started.by
    )
    decided = Decided([started, opened], [r.Claim(node=fact.node, leg=fact.leg)])
    if fact.leg in state.others:
        decided = other_calls.taken_up(state, fact.leg, now) + decided
    if by_phone:
        return decided + _from_phone(state, _as_it_will_be(state, started, now), now)
    call, over = _as_it_will_be(state, started, now), came_over(state, fact, call_id)
    if over is not None:
        bring(state, call, over)
        decided.outcomes.append(over)
    decided += to_entry(state, call, entry, now)
    return decided


def _as_it_will_be(state: State, started: o.CallStarted, now: Seconds) -> LiveCall:
    """The call as `apply` is about to make it, for the decisions that follow in the same breath."""
    call = LiveCall.begun(started, now)
    call.edition = state.edition
    return call


def _from_phone(state: State, call: LiveCall, now: Seconds) -> Decided:
    """A phone of the house called: its agent's wish, or an entry, which everybody who has a phone may call."""
    wish = own_calls.wish(state, call, now)
    if wish is not None:
        return wish
    entry = entry_of(state, call.called_number)
    return own_calls.outside(state, call, now) if entry is None else to_entry(state, call, entry, now)


def to_entry(state: State, call: LiveCall, entry: Entry | None, now: Seconds) -> Decided:
    """Where an entry leads: into its script or its queue; an entry that is none ends the call."""
    if entry is None:
        why = f"no entry named {call.entry!r}"
        return hang_up(call, CallResult.LOST, "NORMAL_TEMPORARY_FAILURE", why, now)
    if entry.agent and entry.agent in state.agents and not call.talked:
        return own_calls.to_agent(state, call, state.agents[entry.agent], f"entry {entry.name}", now)
    if entry.script:
        return enter(state, call, entry.script, now)
    if not entry.queue:
        return hang_up(call, CallResult.UNREACHED, "USER_BUSY", f"agent {entry.agent!r} is not on the list", now)
    return _to_queue(state, call, entry, now)


def _to_queue(state: State, call: LiveCall, entry: Entry, now: Seconds) -> Decided:
    joining = Joining(
        queue=entry.queue,
        priority=entry.priority,
        why=f"entry {entry.name}",
        requires=entry.skills,
        prefers=entry.prefers,
    )
    return enqueue(state, call, joining, now)


def _parked_again(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """He was in a script: the way out had him for a moment, or the link was lost."""
    return Decided([o.CallResumed(call=call.call, why="back in park")], []) + again(state, call, now)


def _waits_again(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    return back_in_line(state, call, "back in park, keeps his place")


def _left_by_bridge(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """Parked by the switch before the bridge stood: the agent was gone (uuid_bridge_park_on_cancel)."""
    offer = state.offers[call.offer]
    ended = o.OfferEnded(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        result=OfferResult.DROPPED,
        cause="",
        why=f"{offer.agent} was gone before the bridge stood",
    )
    rest = state.settings.rest_after_refusal
    rested = o.AgentRested(agent=offer.agent, until=now + rest, why="dropped before the bridge stood")
    free_leg = free_phone(state, call, offer, "NORMAL_CLEARING")
    return Decided([ended, rested], []) + free_leg + back_in_line(state, call, "the bridge did not stand")


def _talk_is_over(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """He is parked, so nobody talks to him: the agent's hang-up is only slower in coming than the park."""
    free_leg = Decided([], [r.HangUp(node=call.node, leg=call.agent_leg, cause="NORMAL_CLEARING")])
    ended = end_talk(state, call, by="agent", now=now, at_switch=fact.at_switch, agent_went=True)
    if left_on_hold(state, call):
        return ended + free_leg + _left_on_hold(state, call)
    return ended + free_leg + _on_from_talk(state, call, talk_length(call, now, fact.at_switch), now)


def _returned(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    if call.bound_for:
        return go_on(state, call, now)
    if call.visiting:
        return back_in_line(state, call, "the bridge did not stand, keeps his place")
    if call.waits_on:
        return _left_on_hold(state, call)
    return _on_from_talk(state, call, call.last_talk, now)


def _left_on_hold(state: State, call: LiveCall) -> Decided:
    """His agent went while he asked somebody, who does not have him either."""
    why = f"{call.agent or call.last_agent} went while he asked somebody, keeps his place"
    return Decided([o.CallResumed(call=call.call, why=why)], []) + wait_on(state, call, why, again=False)


def _on_from_talk(state: State, call: LiveCall, talked: Seconds, now: Seconds) -> Decided:
    """The caller outlived the talk. When it was too short to be one (an agent can be gone just as the bridge stands),
    he waits on; else his script goes on."""
    if call.talked and call.queue and talked < state.settings.shortest_talk:
        why = f"the agent was gone after {talked:.2f} s, keeps his place"
        return wait_on(state, call, why, again=True)
    return after_talk(state, call, now)


def _came_back_from_way_out(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    if call.visiting:
        return back_in_line(state, call, "back from the way out, keeps his place")
    if call.promise:  # he answered while nobody was there
        return customer_parked(state, call, fact, now)
    if call.bound_for:
        return go_on(state, call, now)
    if call.waits_on:
        return _left_on_hold(state, call)
    if call.execute:  # a step had him
        return _parked_again(state, call, fact, now)
    return after_talk(state, call, now)


def _should_be_gone(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    if call.outside:  # whom he talked with has hung up
        return hang_up(call, CallResult.TRANSFERRED, "NORMAL_CLEARING", call.why, now)
    if call.result is CallResult.TRANSFERRED:  # who was reached outside does not come back
        return _waits_on(state, call) if call.back_to else not_reached(state, call, now)
    ended = hang_up(call, call.result or CallResult.LOST, "NORMAL_CLEARING", call.why or "parked while leaving", now)
    if call.result is None or call.farewell:  # words that he was to hear are over
        return ended
    return Decided([], ended.requests)  # he is told again; his time runs already


def _waits_on(state: State, call: LiveCall) -> Decided:
    """The number that he was sent to from his queue is not reached: nothing is lost, he has his place again."""
    why = "the outside number could not be reached, keeps his place"
    return Decided([o.CallResumed(call=call.call, why=why)], []) + wait_on(state, call, why, again=False)


def _dials(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    taken_up = customer_parked if call.origin is CallOrigin.CALLBACK else own_calls.caller_parked
    return taken_up(state, call, fact, now)


_WHEN_PARKED = {
    CallPlace.SCRIPT: _parked_again,
    CallPlace.WAITING: _waits_again,
    CallPlace.DIALLING: _dials,
    CallPlace.BRIDGING: _left_by_bridge,
    CallPlace.TALKING: _talk_is_over,
    CallPlace.RETURNING: _returned,
    CallPlace.WAYOUT: _came_back_from_way_out,
    CallPlace.LEAVING: _should_be_gone,
}


# A phone in a talk may move its partner. A caller who waits or listens moves nobody, least of all himself.
_MAY_BE_MOVED = frozenset({CallPlace.TALKING, CallPlace.RETURNING})


_AFTER_TALK = _MAY_BE_MOVED


def _moved_by_phone(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """A phone's own REFER (freeswitch-facts 14): it leads where the house allows; what is refused does not cost the
    caller his call."""
    wished, decided = fact.transfer_to, nothing()
    entry, to = entry_of(state, wished), meant(state, wished)
    leads_to = to if entry is None else target_of(entry)
    if leads_to is not None:
        decided = transferred(call, leads_to, by=call.agent or call.last_agent)
    if call.place is CallPlace.TALKING:
        decided += end_talk(state, call, by="agent", now=now, at_switch=fact.at_switch)
    why = f"a phone transferred him to {wished!r}"
    if entry is not None:
        resumed = o.CallResumed(call=call.call, why=why)
        return decided + Decided([resumed], []) + to_entry(state, call, entry, now)
    if to is not None:
        return (
            decided
            + Decided([o.CallResumed(call=call.call, why=why)], [])
            + begin_at(state, call, to, why=why, now=now)
        )
    refused = o.TransferRefused(call=call.call, agent=call.agent, target=wished, why=NOWHERE)
    resumed = o.CallResumed(call=call.call, why=f"{why}: refused, {NOWHERE}")
    back = "the transfer was refused, keeps his place"
    return decided + Decided([refused, resumed], []) + wait_on(state, call, back, again=False)
