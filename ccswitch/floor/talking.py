"""The talk: the bridge stands, is held, is over; then the agent's wrap-up."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall, LiveGuest, LiveLeg, LiveOffer
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.guests import OUTSIDE_LOOK, asked_by_agent, heir_of, no_taker, taken, taker_of, talk_over
from ccswitch.floor.offering import offer_to
from ccswitch.floor.promises import kept
from ccswitch.floor.recording import recording_path
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, QueueName, Seconds
from ccswitch.model.nouns import CallPlace, CallResult, OfferResult, VisitResult

SHORTEST_WRAPUP: Seconds = 0.5  # the phone is still saying BYE
_ANSWERED, _TALKED = VisitResult.ANSWERED, OfferResult.TALKED
LATEST_NEWS: Seconds = 300.0  # behind the event; what differs by more is a clock that was set (`fsctl sync_clock`)


def legs_joined(state: State, call: LiveCall, fact: f.LegsJoined, now: Seconds) -> Decided:
    """CHANNEL_BRIDGE: of the offer that was answered, or of a phone's own doing. News that was overtaken by the end of
    the agent's leg is left alone."""
    taker = taker_of(state, call) if state.guests else None
    if taker is not None and {fact.leg, fact.other} == {call.leg, taker.leg}:
        return take_over(state, call, taker, now, fact.at_switch)
    other = fact.other if fact.leg == call.leg else fact.leg
    offer = offer_to(state, call, other)
    if offer is None or {fact.leg, fact.other} != {call.leg, offer.leg}:
        of_caller = call.leg in (fact.leg, fact.other)
        return joined_past_us(state, call, other, now, fact.at_switch) if of_caller else nothing()
    if offer.leg not in state.legs:
        return nothing()
    return start_talk(state, call, offer, now, fact.at_switch)


def start_talk(state: State, call: LiveCall, offer: LiveOffer, now: Seconds, at_switch: Seconds) -> Decided:
    """Caller and agent hear each other: the offer and the stay in the queue have their result."""
    ended = o.OfferEnded(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        result=_TALKED,
        cause="",
        why=f"answered after {now - offer.made_at:.1f} s",
    )
    leg = state.legs[offer.leg]
    began = _begin(state, call, leg, offer.queue, now, at_switch, waited=now - call.waiting_since)
    began.outcomes.insert(0, ended)
    return began


def found_talk(state: State, call: LiveCall, leg: LiveLeg, now: Seconds, at_switch: Seconds) -> Decided:
    """They hear each other, though that was given up: their node was away for too long, and now it says so."""
    before = _others_go(state, call, by=leg.agent, now=now, at_switch=at_switch)  # a guest may have taken him
    if call.recording:
        before.requests.append(r.StopRecording(node=call.node, leg=call.leg, path=call.recording))
    waited = now - call.waiting_since if call.visiting else None
    return before + _begin(state, call, leg, call.queue, now, at_switch, waited=waited)


def joined_past_us(state: State, call: LiveCall, other: LegId, now: Seconds, at_switch: Seconds = 0.0) -> Decided:
    """A phone has joined the caller to the leg of another call by its own keys (REFER with Replaces, docs/engineer.md).
    What is said there is not ours, and nobody parts the two: the call is as one that was handed out and answered."""
    after_talk = call.place in (CallPlace.TALKING, CallPlace.RETURNING) and not call.visiting
    if not after_talk or not _is_of_elsewhere(state, call, other):
        return nothing()
    why = f"the phone of {call.agent or call.last_agent} joined him to another call"
    over = no_taker(state, call, now, why)
    if call.place is CallPlace.TALKING:
        over += end_talk(state, call, by="agent", now=now, at_switch=at_switch)
        over.requests.append(r.HangUp(node=call.node, leg=call.agent_leg, cause="NORMAL_CLEARING"))
    if call.recording:
        over.requests.append(r.StopRecording(node=call.node, leg=call.leg, path=call.recording))
    over.outcomes.append(
        o.CallLeaving(
            call=call.call, result=CallResult.TRANSFERRED, why=why, deadline=now + OUTSIDE_LOOK, outside=other
        )
    )
    return over


def _is_of_elsewhere(state: State, call: LiveCall, leg: LegId) -> bool:
    """None of the legs that the call has or had."""
    ours = state.call_of(leg) is call or leg.startswith(f"{call.call}-")
    return not (ours or leg in state.nailed or leg in state.gone)


def _begin(
    state: State,
    call: LiveCall,
    leg: LiveLeg,
    queue: QueueName,
    now: Seconds,
    at_switch: Seconds,
    *,
    waited: Seconds | None,
) -> Decided:
    """The talk, and the end of the stay in the queue of `waited` seconds, if there was one."""
    recording = recording_path(state, call, agent=leg.agent, queue=queue, now=now)
    started = o.TalkStarted(
        call=call.call,
        agent=leg.agent,
        leg=leg.leg,
        queue=queue,
        waited=waited or 0.0,
        recording=recording,
        at_switch=at_switch,
        offered=waited is not None,
    )
    decided = Decided([started], [])
    if waited is not None:
        ended = o.VisitEnded(call=call.call, queue=queue, result=_ANSWERED, waited=waited, agent=leg.agent)
        decided.outcomes.insert(0, ended)
    if call.promise:
        decided += kept(state, call)
    if recording:
        decided.requests.append(r.Record(node=call.node, leg=call.leg, path=recording))
    return decided


def take_over(state: State, call: LiveCall, guest: LiveGuest, now: Seconds, at_switch: Seconds) -> Decided:
    """The caller talks with a guest who took him: the agent is freed. Maybe his leg's end was heard already."""
    if call.place not in (CallPlace.TALKING, CallPlace.RETURNING):
        return nothing()
    began = _passed_on(call, guest) + taken(state, call, guest, now, at_switch)
    began = _others_go(state, call, by=guest.by, now=now, at_switch=at_switch) + began
    if call.place is CallPlace.TALKING:
        began.requests.append(r.HangUp(node=call.node, leg=call.agent_leg, cause="NORMAL_CLEARING"))
    return began


def _others_go(state: State, call: LiveCall, *, by: str, now: Seconds, at_switch: Seconds) -> Decided:
    """The caller talks with somebody else now: the talk before is over. Where it was already, whom its agent asked
    stood by for the caller until now."""
    if call.place is CallPlace.TALKING:
        return end_talk(state, call, by=by, now=now, at_switch=at_switch)
    return talk_over(state, call, "the caller talks with somebody else", now)


def _passed_on(call: LiveCall, guest: LiveGuest) -> Decided:
    """That his agent, who asked there first, passed him on."""
    if not guest.asked:
        return nothing()
    agent = call.agent or call.last_agent
    to = guest.passes_to
    passed = o.TalkTransferred(call=call.call, agent=agent, queue=call.queue, target=to, by=guest.by, attended=True)
    return Decided([passed], [])


def left_on_hold(state: State, call: LiveCall) -> bool:
    """Whom his agent leaves now has a place to go back to: he was put on hold for a question, and not taken back."""
    return call.queue != "" and (call.aside != "" or asked_by_agent(state, call) is not None)


def talk_length(call: LiveCall, now: Seconds, at_switch: Seconds) -> Seconds:
    """How long the talk is that ends now: by the node's own clock where both ends are known, else by ours.

    On a host that comes round late we may hear of both ends at once, and would take a talk for none.
    """
    by_ours = now - call.talking_since
    if not at_switch or not call.talking_since_at_switch:
        return by_ours
    by_node = at_switch - call.talking_since_at_switch
    return by_node if by_node >= 0 and abs(by_node - by_ours) < LATEST_NEWS else by_ours


def end_talk(
    state: State, call: LiveCall, *, by: str, now: Seconds, at_switch: Seconds = 0.0, agent_went: bool = False
) -> Decided:
    """The talk is over: wrap-up begins; where the caller goes is another's decision. Whom the agent was asking stays
    for the caller when it was the agent who went (`agent_went`)."""
    ended = o.TalkEnded(
        call=call.call,
        agent=call.agent,
        leg=call.agent_leg,
        talked=talk_length(call, now, at_switch),
        by=by,
        deadline=now + state.settings.return_within,
        waits_on=agent_went and left_on_hold(state, call),
    )
    length = max(_wrapup_of(state, call), SHORTEST_WRAPUP)
    wrapup = o.WrapupStarted(agent=call.agent, call=call.call, deadline=now + length)
    held = [r.Quiet(node=call.node, leg=call.leg)] if call.music else []
    decided = Decided([ended, wrapup], [*held])
    if state.guests:
        decided += talk_over(state, call, "the talk is over", now, heir_of(state, call) if agent_went else None)
    return decided


def _wrapup_of(state: State, call: LiveCall) -> Seconds:
    """By the queue that he came from; between agents there is none."""
    if call.queue:
        return state.queue_rules(call.queue).wrapup
    return 0.0 if call.is_internal else state.settings.dialling.wrapup


def return_due(state: State, subject: str, now: Seconds) -> Decided:
    """A caller who should be back in park is not: bring him there and ask the switch where he is."""
    call = state.calls.get(CallId(subject))
    if call is None or call.place is not CallPlace.RETURNING:
        return nothing()
    if not state.reachable(call.node):  # when it is back it says where he is, and maybe that he talks
        return Decided([o.DeadlinePassed(kind="return", subject=subject, again_at=now + 1.0)], [])
    again = o.DeadlinePassed(kind="return", subject=subject, again_at=now + state.settings.return_within)
    survey = r.Survey(node=call.node, expected=tuple(call.legs))
    return Decided([again], [r.Repark(node=call.node, leg=call.leg), survey])
