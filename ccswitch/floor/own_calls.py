"""Calls that agents make on their own phones, and calls to an agent by his own number.

Who calls is who knew the account's password (`LegParked.user`). What he dialled is, in this order: a code, a
colleague's extension or id, an entry of the house, or an outside number that the rules allow.
"""

from __future__ import annotations

import re

from ccswitch.acd.refusal import result_of
from ccswitch.floor import farewell, feature_codes
from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.devices import RING_GRACE
from ccswitch.floor.dialling import (
    dial_customer,
    give_up,
    is_overdue,
    other_parked,
    ring_agent,
    rings_on,
    said_together,
    tell_why,
)
from ccswitch.floor.leaving import hang_up
from ccswitch.floor.loose_ends import dial_over
from ccswitch.floor.offering import cancel_offer
from ccswitch.floor.queueing import Joining, enqueue
from ccswitch.floor.ringback import ringback
from ccswitch.floor.scripting import enter
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, NodeName, QueueName, Seconds, agent_leg_id, execute_id
from ccswitch.model.nouns import (
    AgentState,
    AgentStatus,
    CallOrigin,
    CallPlace,
    CallResult,
    Dialling,
    Entry,
    LegRole,
    OfferResult,
)

NUMBER = re.compile(r"\+?[0-9*#]{2,32}", re.ASCII)
NODE_GRACE: Seconds = 10.0  # how long a dialling may be overdue while its node cannot be asked


def whose(state: State, user: str) -> LiveAgent | None:
    """The agent whose phone registers with the account `user`. Of several who share it, the one who is logged in."""
    sharing = [live for live in state.at_phone(user) if state.lists(live)]
    if len(sharing) > 1:
        sharing = [live for live in sharing if live.status is not AgentStatus.OFFLINE]
    return sharing[0] if len(sharing) == 1 else None


def colleague(state: State, digits: str) -> LiveAgent | None:
    """The agent who has this extension, or this id."""
    listed = [live for live in state.agents.values() if state.lists(live)]
    by_id = [live for live in listed if live.agent.agent == digits]
    by_phone = [live for live in listed if extension(live.agent.phone) == digits]
    if len(by_phone) > 1:
        by_phone = [live for live in by_phone if live.status is not AgentStatus.OFFLINE] or by_phone
    return next(iter(by_id + by_phone), None)


def extension(phone: str) -> str:
    """What colleagues dial for a phone: 1001 of 1001, 1001@example.com and sip:1001@192.0.2.7; nothing of a trunk's."""
    return "" if phone.startswith("trunk:") else phone.removeprefix("sip:").partition("@")[0]


# ---- what a phone dialled -----------------------------------------------------------------------------------


def wish(state: State, call: LiveCall, now: Seconds) -> Decided | None:
    """What follows from what a phone dialled; None when it is neither a code nor a colleague."""
    dialled = feature_codes.code_of(state.settings.codes, call.called_number)
    other = None if dialled else colleague(state, call.called_number)
    if dialled is None and other is None:
        return None
    if not call.by:
        return farewell.refused(state, call, "phone-not-yours", "no agent has this phone", now)
    if dialled is not None:
        return feature_codes.carry_out(state, call, call.by, dialled, now)
    assert other is not None
    busy, begun = begin(state, call, call.called_number, now)
    if busy:
        return farewell.refused(state, call, "phone-refused", busy, now)
    return begun + to_agent(state, call, other, f"{call.by} dialled {call.called_number}", now)


def outside(state: State, call: LiveCall, now: Seconds) -> Decided:
    """A phone dialled what is nothing of the house: an outside number, where the rules allow it."""
    number, why = outside_number(state.settings.dialling, call.called_number)
    if why:
        said = "phone-not-allowed" if number else "phone-unknown"
        return farewell.refused(state, call, said, why, now)
    if not call.by:
        return farewell.refused(state, call, "phone-not-yours", "no agent has this phone", now)
    busy, begun = begin(state, call, number, now)
    if busy:
        return farewell.refused(state, call, "phone-refused", busy, now)
    shown = shown_number(state, state.agents[call.by])
    return begun + dial_customer(state, call, number, shown, f"{call.by} dialled {call.called_number}", now)


def begin(state: State, call: LiveCall, number: str, now: Seconds) -> tuple[str, Decided]:
    """The agent is busy with what he dialled; why not, when he is in another call. What rings at his phone meanwhile
    is offered elsewhere."""
    agent = state.agents[call.by]
    offered = state.calls.get(agent.call) if agent.offer else None
    free, busy = nothing(), agent.own not in ("", call.call)  # what he dialled before; he may be offered beside it
    if not busy and offered is not None and offered.place is CallPlace.WAITING:
        free = cancel_offer(state, offered, f"{call.by} dialled on his own phone", now)
    elif busy or agent.state not in (AgentState.IDLE, AgentState.WRAPUP):
        return f"{call.by} is in another call", nothing()
    began = o.OwnCallBegan(call=call.call, agent=call.by, number=number)
    return "", free + Decided([began], [])


def outside_number(rules: Dialling, digits: str) -> tuple[str, str]:
    """The outside number that `digits` ask for, without the prefix, and why it may not be dialled (empty: it may)."""
    number = digits.removeprefix(rules.prefix) if digits.startswith(rules.prefix) else ""
    if not NUMBER.fullmatch(number):
        return "", f"there is no {digits[:40]!r}"
    if not any(re.fullmatch(pattern, number) for pattern in rules.out):
        return number, f"{number} may not be dialled"
    return number, ""


def shown_number(state: State, agent: LiveAgent, queue: QueueName = QueueName("")) -> str:
    """What the outside sees: the number of the queue that is dialled for, the agent's own, that of the first of his
    queues that has one, or the site's; empty leaves it to the gateway."""
    queues = [queue] if queue else []
    of_queues = [state.queue_rules(name).caller_number for name in (*queues, *agent.agent.queues)]
    chosen = [*of_queues[: len(queues)], agent.agent.caller_number, *of_queues, state.settings.dialling.caller_number]
    return next((number for number in chosen if number), "")


# ---- to an agent --------------------------------------------------------------------------------------------


def to_agent(state: State, call: LiveCall, agent: LiveAgent, why: str, now: Seconds) -> Decided:
    """Ring an agent who is called by his number; where he cannot be had, what is for that follows."""
    if why_not := _cannot_be_had(call, agent):
        return _otherwise(state, call, agent, why_not, now)
    return ring_agent(state, call, agent, why, now)


def _cannot_be_had(call: LiveCall, agent: LiveAgent) -> str:
    """Empty when his phone can be rung. Who dials himself is busy with that."""
    if agent.status is AgentStatus.OFFLINE or not agent.agent.phone:
        return f"{agent.agent.agent} is not there"
    busy = agent.state is not AgentState.IDLE or agent.on_phone or call.by == agent.agent.agent
    return f"{agent.agent.agent} is busy" if busy else ""


def _otherwise(state: State, call: LiveCall, agent: LiveAgent, why: str, now: Seconds) -> Decided:
    """His entry's script or queue; without one the caller hears that he is busy, or not there."""
    entry = _entry_of(state, call, agent)
    if entry is not None and entry.script:
        return enter(state, call, entry.script, now)
    if entry is not None and entry.queue:
        because = f"entry {entry.name}: {why}"
        return enqueue(state, call, Joining(queue=entry.queue, priority=entry.priority, why=because), now)
    away = agent.status is AgentStatus.OFFLINE
    if call.by:
        said = "phone-away" if away else "phone-busy"
        return farewell.refused(state, call, said, why, now, CallResult.UNREACHED)
    return hang_up(call, CallResult.UNREACHED, "NO_USER_RESPONSE" if away else "USER_BUSY", why, now)


def _entry_of(state: State, call: LiveCall, agent: LiveAgent) -> Entry | None:
    """The entry by which he was called, or one that is his."""
    called = state.entry(call.entry)
    if called is not None and called.agent == agent.agent.agent:
        return called
    return next((entry for entry in state.settings.entries if entry.agent == agent.agent.agent), None)


# ---- how it goes on -----------------------------------------------------------------------------------------


def dialled_parked(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """The other side is in park: it answered in time."""
    return other_parked(state, call, fact, now)


def dialled_ended(state: State, call: LiveCall, leg: LegId, cause: str, now: Seconds) -> Decided:
    """A leg of the other side is over before they talked."""
    closed = Decided([o.LegClosed(call=call.call, leg=leg, cause=cause)], [])
    others = rings_on(state, call, leg, cause, now)
    if others is not None:
        return closed + others
    cause = said_together(call, cause)
    return closed + Decided(dial_over(call, cause, f"not reached: {cause}"), []) + _not_reached(state, call, cause, now)


def dial_due(state: State, subject: str, now: Seconds) -> Decided:
    """The other side did not answer in time, or they were not joined in time."""
    call = is_overdue(state, subject, now)
    if call is None:
        return nothing()
    if not state.reachable(call.node) and now < call.place_since + state.settings.dialling.ring_timeout + NODE_GRACE:
        return Decided([o.DeadlinePassed(kind="dial", subject=subject, again_at=now + 1.0)], [])
    if not call.dialled or (call.reached and not call.dialled_agent):
        why = "not joined in time" if call.reached else "his own phone was not answered"
        rest: list[r.Request] = [
            r.HangUp(node=call.node, leg=leg, cause="NO_ANSWER") for leg in call.legs if leg != call.leg
        ]
        over = Decided(dial_over(call, "NO_ANSWER", why), rest)
        return over + hang_up(call, CallResult.UNREACHED, "NO_ANSWER", why, now)
    if call.dialled_legs == [call.dialled]:
        next_one = rings_on(state, call, call.dialled, "NO_ANSWER", now)
        if next_one is not None:
            return next_one + Decided([], [r.HangUp(node=call.node, leg=call.dialled, cause="NO_ANSWER")])
    given_up = give_up(state, call, "NO_ANSWER", "no answer in time", now)
    return given_up + _not_reached(state, call, "NO_ANSWER", now)


def _not_reached(state: State, call: LiveCall, cause: str, now: Seconds) -> Decided:
    agent = state.agents.get(call.dialled_agent)
    if agent is None:
        return tell_why(state, call, cause, now)
    entry = _entry_of(state, call, agent)
    if entry is not None and (entry.script or entry.queue):
        return _otherwise(state, call, agent, f"{agent.agent.agent}: {cause}", now)
    if call.by:
        return tell_why(state, call, cause, now)
    busy = result_of(cause) is OfferResult.BUSY
    return hang_up(call, CallResult.UNREACHED, "USER_BUSY" if busy else "NO_ANSWER", f"not reached: {cause}", now)


def caller_parked(state: State, call: LiveCall, fact: f.LegParked, now: Seconds) -> Decided:
    """The one who called is in park: an agent's phone that was rung first, or a bridge did not come to be."""
    if not call.dialled:
        return _own_phone_answered(state, call, now)
    if not (fact.direct and call.reached):
        return nothing()
    if call.dialled_agent:
        gone = give_up(state, call, "NORMAL_CLEARING", "gone before the bridge stood", now)
        return gone + _not_reached(state, call, "NORMAL_CLEARING", now)
    why = f"{call.by} was gone before the bridge stood"
    others = [leg for leg in call.legs if leg != call.leg]
    ends: list[r.Request] = [r.HangUp(node=call.node, leg=leg, cause="NORMAL_CLEARING") for leg in others]
    return Decided(dial_over(call, "NORMAL_CLEARING", why), ends) + hang_up(
        call, CallResult.UNREACHED, "NORMAL_CLEARING", why, now
    )


# ---- by order -----------------------------------------------------------------------------------------------


def dial_out(state: State, order: d.DialOut, now: Seconds) -> Decided:
    """Ring the agent's own phone, then the number."""
    agent = state.agents.get(order.agent)
    if agent is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    number, wrong = outside_number(state.settings.dialling, state.settings.dialling.prefix + order.number)
    if why := wrong or _cannot_dial(state, agent) or _no_such_queue(state, order.queue):
        return refuse(order, why)
    node = next((name for name in (*state.settings.nodes, *state.nodes) if state.reachable(name)), None)
    if node is None:
        return refuse(order, "no node can be reached")
    shown = shown_number(state, agent, order.queue)
    return _ring_own_phone(state, agent, CallId(order.order), node, number, shown, now) + Decided(
        [accepted(order, f"agent {order.agent}: his phone is rung, then {number}")], []
    )


def _cannot_dial(state: State, agent: LiveAgent) -> str:
    """Empty when he can be rung for a call of his own."""
    name = agent.agent.agent
    if agent.status is AgentStatus.OFFLINE or not agent.agent.phone or not state.lists(agent):
        return f"agent {name} is not there"
    free = agent.state in (AgentState.IDLE, AgentState.WRAPUP) and not agent.on_phone
    return "" if free else f"agent {name} is in another call"


def _no_such_queue(state: State, queue: QueueName) -> str:
    return f"no such queue: {queue}" if queue and not state.has_queue(queue) else ""


def _ring_own_phone(
    state: State, agent: LiveAgent, name: CallId, node: NodeName, number: str, shown: str, now: Seconds
) -> Decided:
    timeout, phone, who = state.settings.dialling.agent_timeout, agent.agent.phone, agent.agent.agent
    leg = agent_leg_id(name, 1)
    started = o.CallStarted(
        call=name,
        leg=leg,
        node=node,
        entry="",
        caller_number=shown,
        caller_name=agent.agent.name,
        called_number=number,
        origin=CallOrigin.OUTBOUND,
        by=who,
    )
    opened = o.LegOpened(call=name, leg=leg, role=LegRole.CALLER, number=phone, agent=who)
    began = o.OwnCallBegan(call=name, agent=who, number=number, deadline=now + timeout + RING_GRACE)
    ring = r.RingAgent(
        node=node,
        call=name,
        leg=leg,
        agent=who,
        phone=phone,
        queue=QueueName(""),
        caller_number=number,
        caller_name="",
        timeout=timeout,
    )
    return Decided([started, opened, began], [ring])


def _own_phone_answered(state: State, call: LiveCall, now: Seconds) -> Decided:
    """His phone was rung first and he took it: now the number is dialled, and he hears that."""
    connected = [] if state.legs[call.leg].answered else [o.LegConnected(call=call.call, leg=call.leg)]
    why = f"{call.by} wished for {call.wanted_number}"
    dialled = dial_customer(state, call, call.wanted_number, call.caller_number, why, now)
    execute = execute_id(call.call, call.serial + 1)
    return Decided([*connected], []) + dialled + Decided([], [ringback(call, call.leg, execute)])
