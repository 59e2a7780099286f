"""From person to person: the other side is rung, answers, and is joined to the one who called.

`call.leg` is the one who called: an agent's own phone, or a customer who dialled an agent's number. `call.dialled` is
the other side: an agent's leg, or that of an outside number, which is the call's customer once it has answered.
"""

from __future__ import annotations

from ccswitch.acd.refusal import result_of
from ccswitch.floor import devices, offering, talking
from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.decided import Decided, nothing, together
from ccswitch.floor.farewell import refused
from ccswitch.floor.leaving import hang_up
from ccswitch.floor.loose_ends import dial_over, own_call_over
from ccswitch.floor.recording import recording_path
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import (
    AgentId,
    CallId,
    LegId,
    QueueName,
    Seconds,
    agent_leg_id,
    customer_leg_id,
    execute_id,
)
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, LegRole, OfferResult


def dial_customer(state: State, call: LiveCall, number: str, shown: str, why: str, now: Seconds) -> Decided:
    """Ring an outside number for the agent whose phone is `call.leg`."""
    rules, serial = state.settings.dialling, call.serial + 1
    leg = customer_leg_id(call.call, serial)
    deadline = now + rules.ring_timeout + devices.RING_GRACE
    dialled = o.Dialled(call=call.call, leg=leg, serial=serial, number=number, deadline=deadline, why=why, shown=shown)
    opened = o.LegOpened(call=call.call, leg=leg, role=LegRole.CUSTOMER, number=number)
    ring = r.RingCustomer(
        node=call.node,
        call=call.call,
        leg=leg,
        number=number,
        caller_number=shown,
        caller_name=shown,
        timeout=rules.ring_timeout,
    )
    return Decided([dialled, opened], [ring])


def ring_agent(state: State, call: LiveCall, agent: LiveAgent, why: str, now: Seconds) -> Decided:
    """Ring an agent who is called by his own number: his devices, together or in turn as for an offer."""
    phones, serial, name = devices.rung_first(agent.agent), call.serial + 1, agent.agent.agent
    legs = [agent_leg_id(call.call, serial + place) for place in range(len(phones))]
    dialled = o.Dialled(
        call=call.call,
        leg=legs[0],
        serial=serial + len(phones) - 1,
        number=phones[0],
        agent=name,
        deadline=now + state.settings.dialling.agent_timeout + devices.RING_GRACE,
        why=why,
        beside=tuple(legs[1:]),
    )
    return Decided([dialled], []) + together(
        _ring_device(state, call, name, phone, leg) for phone, leg in zip(phones, legs, strict=True)
    )


def _ring_device(state: State, call: LiveCall, agent: AgentId, phone: str, leg: LegId) -> Decided:
    opened = o.LegOpened(call=call.call, leg=leg, role=LegRole.AGENT, number=phone, agent=agent)
    ring = r.RingAgent(
        node=call.node,
        call=call.call,
        leg=leg,
        agent=agent,
        phone=phone,
        queue=QueueName(""),
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        timeout=state.settings.dialling.agent_timeout,
    )
    return Decided([opened], [ring])


def rings_on(state: State, call: LiveCall, leg: LegId, cause: str, now: Seconds) -> Decided | None:
    """One device of an agent did not take it: what follows when others ring on, or another is to be rung; None when it
    was the last."""
    live = state.agents.get(call.dialled_agent)
    if live is None or call.reached:
        return None
    agent = live.agent
    refused = o.DialRefused(call=call.call, agent=agent.agent, leg=leg, cause=cause)
    if call.dialled_legs != [leg]:
        return Decided([refused], [])
    left = agent.devices[call.devices_rung :] if agent.ring == "in_turn" else ()
    if not left or not state.reachable(call.node):
        return None
    serial = call.serial + 1
    rung = o.DialRung(
        call=call.call,
        agent=agent.agent,
        leg=agent_leg_id(call.call, serial),
        serial=serial,
        deadline=now + state.settings.dialling.agent_timeout + devices.RING_GRACE,
    )
    return Decided([refused, rung], []) + _ring_device(state, call, agent.agent, left[0], rung.leg)


def said_together(call: LiveCall, last: str) -> str:
    """Of the causes of all devices, `last` being the last one, that which says most of the agent."""
    return min([*call.devices_said, last], key=lambda cause: devices.SAYS_MORE.index(result_of(cause)))


# ---- it rings, and is answered ------------------------------------------------------------------------------


def leg_ringing(state: State, fact: f.LegRinging, now: Seconds) -> Decided:
    """A phone rings: that of an offer, or of an agent who is called by his number."""
    call = state.call_of(fact.leg)
    if call is None:
        return nothing()
    if fact.leg not in call.dialled_legs or not call.dialled_agent:
        return offering.leg_ringing(state, call, fact.leg)
    if state.agents[call.dialled_agent].state is not AgentState.OFFERED:  # 180 may be followed by 183
        return nothing()
    return Decided([o.DialRinging(call=call.call, agent=call.dialled_agent)], [])


def other_parked(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """The other side answered: it is joined to the one who called, who is answered first."""
    if call.reached:  # an event overtaken by a survey; a bridge that fails has its own deadline
        return nothing()
    known = state.legs[fact.leg]
    near = state.legs[call.leg]
    decided = Decided([] if known.answered else [o.LegConnected(call=call.call, leg=fact.leg)], [])
    serial = call.serial if near.answered else call.serial + 1
    deadline = now + state.settings.bridge_within
    decided.outcomes.append(o.DialAnswered(call=call.call, leg=fact.leg, serial=serial, deadline=deadline))
    others = [leg for leg in call.dialled_legs if leg != fact.leg and leg in state.legs]
    decided.requests += [r.HangUp(node=call.node, leg=leg, cause=devices.ELSEWHERE) for leg in others]
    if not call.dialled_agent:
        decided.requests.append(r.Claim(node=call.node, leg=fact.leg))
        decided.requests.append(r.Adopt(node=call.node, leg=call.leg, agent=call.by))
    if near.answered:
        first, second = (call.leg, fact.leg) if call.dialled_agent else (fact.leg, call.leg)
        decided.requests.append(r.Bridge(node=call.node, leg=first, other=second))
    else:
        decided.requests.append(r.Answer(node=call.node, leg=call.leg, execute=execute_id(call.call, serial)))
    return decided


def leg_answered(state: State, fact: f.LegAnswered, now: Seconds) -> Decided:
    """A leg was answered; where the other side waits for that, they are joined."""
    answered = offering.leg_answered(state, fact, now)
    call = state.call_of(fact.leg)
    if call is None or not answered.outcomes or not call.reached or call.place is not CallPlace.DIALLING:
        return answered
    if fact.leg != near_leg(call):
        return answered
    return answered + Decided([], [r.Bridge(node=call.node, leg=call.leg, other=agents_leg(call))])


def near_leg(call: LiveCall) -> LegId:
    """The leg of the one who called, whoever is the customer."""
    return call.leg if call.dialled_agent or not call.reached else call.own_leg


def agents_leg(call: LiveCall) -> LegId:
    """Of two who are being joined, the one who talks as an agent."""
    return call.dialled if call.dialled_agent else call.own_leg


def legs_joined(state: State, fact: f.LegsJoined, now: Seconds) -> Decided:
    """CHANNEL_BRIDGE: of an offer, or of two who were dialled together."""
    call = state.call_of(fact.leg) or state.call_of(fact.other)
    if call is None:
        return nothing()
    if not call.reached or call.place is not CallPlace.DIALLING:
        return talking.legs_joined(state, call, fact, now)
    if {fact.leg, fact.other} != {call.leg, agents_leg(call)}:
        return nothing()
    return start_talk(state, call, now, fact.at_switch)


def start_talk(state: State, call: LiveCall, now: Seconds, at_switch: Seconds) -> Decided:
    """They hear each other."""
    agent = call.dialled_agent or call.by
    path = recording_path(state, call, agent=agent, queue=QueueName(""), now=now)
    started = o.TalkStarted(
        call=call.call,
        agent=agent,
        leg=agents_leg(call),
        queue=QueueName(""),
        waited=0.0,
        recording=path,
        at_switch=at_switch,
    )
    return Decided([started], [r.Record(node=call.node, leg=call.leg, path=path)] if path else [])


# ---- it is not reached --------------------------------------------------------------------------------------


def give_up(state: State, call: LiveCall, cause: str, why: str, now: Seconds) -> Decided:
    """The other side is not rung any more; its legs are hung up, where they are there."""
    legs = [leg for leg in call.dialled_legs if leg in state.legs]
    ends: list[r.Request] = [r.HangUp(node=call.node, leg=leg, cause=cause) for leg in legs]
    rested = []
    if call.dialled_agent:
        until = now + offering.FREEING
        rested = [o.AgentRested(agent=call.dialled_agent, until=until, why="his phone is being freed")]
    return Decided([*dial_over(call, cause, why), *rested], ends)


def own_phone_gone(state: State, call: LiveCall, leg: LegId, cause: str, now: Seconds) -> Decided:
    """The agent hung up as his customer was being joined to him: the customer is let go."""
    closed = o.LegClosed(call=call.call, leg=leg, cause=cause)
    over = own_call_over(state, call, "hung up before they were joined")
    gone = dial_over(call, cause, "the agent hung up")
    left = hang_up(call, CallResult.UNREACHED, "NORMAL_CLEARING", "the agent hung up before they were joined", now)
    return Decided([closed, *over, *gone], []) + left


def tell_why(state: State, call: LiveCall, cause: str, now: Seconds) -> Decided:
    """The agent hears that the other side was not reached."""
    said = "phone-busy" if result_of(cause) is OfferResult.BUSY else "phone-unreached"
    quiet = Decided([], [r.Quiet(node=call.node, leg=call.leg)] if call.answered else [])
    return quiet + refused(state, call, said, f"not reached: {cause}", now, CallResult.UNREACHED)


def is_overdue(state: State, subject: str, now: Seconds) -> LiveCall | None:
    """The call whose dialling is over by time; None when it is over anyway."""
    call = state.calls.get(CallId(subject))
    return call if call is not None and call.place is CallPlace.DIALLING else None
