"""Nailed-up legs: rung once, parked between calls, rung again when they fell, let go when they are not wanted.

Where a leg stands as long as it should is asked by one deadline of its agent (`nailed`), which is due whenever
something happened to either. What a call does on the leg is the call's matter (`on_nailed`); it is the call's from
`LegOpened` until it is parked again.
"""

from __future__ import annotations

from ccswitch.acd.refusal import WORDS, result_of
from ccswitch.floor.alive import LiveAgent, LiveNailed
from ccswitch.floor.answering import accepted, refuse
from ccswitch.floor.breaks import HOUSE, goes_on_break
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.devices import RING_GRACE
from ccswitch.floor.leaving import agent_leg_gone
from ccswitch.floor.offering import UNSYNCED_GRACE, offer_to
from ccswitch.floor.staffing import take_back_offer
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, NodeName, QueueName, Seconds, execute_id, nailed_leg_id
from ccswitch.model.nouns import NAILED_UP, AgentState, AgentStatus, OfferResult

LINE_DOWN = "line_down"  # the reason of the break of who hung up his nailed-up leg, or did not answer it
LASTING: Seconds = 5.0  # what fell sooner falls again: the next ring waits a moment
HIS_DOING = frozenset({OfferResult.RONA, OfferResult.REJECTED})


# ---- as it should be ----------------------------------------------------------------------------------------


def nailed_due(state: State, subject: str, now: Seconds) -> Decided:
    """Ring, give up or let go, as his agent's status, phone and setting ask for."""
    agent = state.agents.get(AgentId(subject))
    if agent is None:
        return nothing()
    nailed = state.nailed.get(agent.nailed)
    if nailed is None:
        return ring(state, agent, now) if agent.is_ready_for_leg and state.lists(agent) else nothing()
    if nailed.leg in state.legs:  # it is asked again when the call has no use for it
        return nothing()
    if not agent.keeps_leg:
        return _let_go(nailed, "no longer wanted")
    if nailed.phone != agent.agent.phone:
        return _let_go(nailed, "his phone is another", again_at=now)
    if nailed.stands:
        return nothing()
    if now < nailed.deadline:
        return Decided([o.DeadlinePassed(kind="nailed", subject=subject, again_at=nailed.deadline)], [])
    if not state.reachable(nailed.node) and now < nailed.deadline + UNSYNCED_GRACE:
        return Decided([o.DeadlinePassed(kind="nailed", subject=subject, again_at=now + 1.0)], [])
    return _let_go(nailed, WORDS[OfferResult.RONA], cause="NO_ANSWER") + _not_there(state, agent, now)


def ring(state: State, agent: LiveAgent, now: Seconds) -> Decided:
    """Ring his phone for a leg that is to stand; nothing while no node can be asked, for then it is asked again."""
    node = _node(state)
    if node is None:
        return nothing()
    one, timeout = agent.agent, state.settings.dialling.agent_timeout
    leg = nailed_leg_id(state.nailings + 1, now)
    rung = o.NailedRung(
        leg=leg,
        agent=one.agent,
        node=node,
        phone=one.phone,
        serial=state.nailings + 1,
        deadline=now + timeout + RING_GRACE,
    )
    request = r.RingAgent(
        node=node,
        call=CallId(leg),
        leg=leg,
        agent=one.agent,
        phone=one.phone,
        queue=QueueName(""),
        caller_number="",
        caller_name="Nailed-up leg",
        timeout=timeout,
        auto_answer=one.auto_answer,
        nailed=True,
    )
    return Decided([rung], [request])


def _node(state: State) -> NodeName | None:
    """The first that can be reached, in the order of the files."""
    return next((name for name in (*state.settings.nodes, *state.nodes) if state.reachable(name)), None)


def _let_go(nailed: LiveNailed, why: str, *, cause: str = "NORMAL_CLEARING", again_at: Seconds = 0.0) -> Decided:
    ended = o.NailedEnded(leg=nailed.leg, agent=nailed.agent, cause=cause, why=why, again_at=again_at)
    return Decided([ended], [r.HangUp(node=nailed.node, leg=nailed.leg, cause=cause)])


def _not_there(state: State, agent: LiveAgent, now: Seconds) -> Decided:
    """He hung up, or did not answer: he takes no calls until he says so. What rings at his phone besides, for a caller
    of another node, is offered elsewhere."""
    if agent.status is not AgentStatus.READY:
        return nothing()
    offer = state.offers.get(agent.offer)
    rings = offer is not None and agent.nailed not in offer.legs
    taken_back = take_back_offer(state, agent, AgentStatus.BREAK, now) if rings else nothing()
    return taken_back + Decided([goes_on_break(state, agent.agent.agent, LINE_DOWN, HOUSE, now)], [])


# ---- what the switch tells of it ----------------------------------------------------------------------------


def nailed_parked(state: State, nailed: LiveNailed, fact: f.LegParked, now: Seconds) -> Decided:
    """The leg was answered, or a call has no more use for it. While a call needs it, its park is old news, or news of
    its partner that he tells himself."""
    if not nailed.stands:
        stands = o.NailedStands(leg=nailed.leg, agent=nailed.agent)
        return Decided([stands], _plays(state, nailed, state.settings.zip_tone))
    call = state.call_of(nailed.leg)
    if call is None:
        return Decided([], _plays(state, nailed))
    if nailed.leg == call.agent_leg or nailed.leg in state.guests or offer_to(state, call, nailed.leg) is not None:
        return nothing()
    return agent_leg_gone(call, nailed.leg, "PARKED") + Decided([], _plays(state, nailed))


def _plays(state: State, nailed: LiveNailed, *first: str) -> list[r.Request]:
    """What he hears between calls."""
    files = tuple(sound for sound in (*first, state.settings.nailed_music) if sound)
    execute = execute_id(CallId(nailed.leg), 1)
    return [r.Play(node=nailed.node, leg=nailed.leg, execute=execute, files=files)] if files else []


def nailed_ended(state: State, nailed: LiveNailed, fact: f.LegEnded, now: Seconds) -> Decided:
    """The leg is over. Who ended it himself, or did not answer, takes a break by that; else it is rung again."""
    settings, agent = state.settings, state.agents[nailed.agent]
    again_at, why = 0.0, "hung up"
    if not nailed.stands:
        result = result_of(fact.cause)
        why = WORDS[result]
        if result not in HIS_DOING:
            pause = settings.rest_after_refusal if result is OfferResult.BUSY else settings.rest_unreachable
            again_at = now + pause
    elif not fact.by_phone:
        why = "the switch ended it"
        again_at = now if now - nailed.stands_since >= LASTING else now + settings.rest_after_refusal
    ended = o.NailedEnded(leg=nailed.leg, agent=nailed.agent, cause=fact.cause, why=why, again_at=again_at)
    return Decided([ended], []) + (nothing() if again_at else _not_there(state, agent, now))


# ---- by order -----------------------------------------------------------------------------------------------


def nail_up(state: State, order: d.NailUp, now: Seconds) -> Decided:
    """Ring an agent's leg that is to stand, or hang it up; who is ready and has none takes a break by that."""
    agent = state.agents.get(order.agent)
    if agent is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    nailed = state.nailed.get(agent.nailed)
    if why := _cannot(agent, nailed, up=order.up) or (_in_a_call(state, agent, nailed)):
        return refuse(order, f"agent {order.agent} {why}")
    if nailed is not None:
        down = _let_go(nailed, f"said {order.author}") + _not_there(state, agent, now)
        return down + Decided([accepted(order, f"agent {order.agent}: his nailed-up leg is hung up")], [])
    rung = ring(state, agent, now)
    if not rung.outcomes:
        return refuse(order, "no node can be reached")
    return rung + Decided([accepted(order, f"agent {order.agent}: his nailed-up leg is rung")], [])


def _cannot(agent: LiveAgent, nailed: LiveNailed | None, *, up: bool) -> str:
    if not up:
        return "" if nailed is not None else "has no nailed-up leg"
    if nailed is not None:
        return "has a nailed-up leg already"
    if agent.agent.connection != NAILED_UP:
        return "is rung on demand (`connection` of his)"
    return "" if agent.keeps_leg and agent.agent.phone else "is not there"


def _in_a_call(state: State, agent: LiveAgent, nailed: LiveNailed | None) -> str:
    on_phone = nailed is None and (agent.own or agent.state not in (AgentState.IDLE, AgentState.WRAPUP))
    return "is in a call" if on_phone or (nailed is not None and nailed.leg in state.legs) else ""
