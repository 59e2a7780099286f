"""An agent's devices: rung together, or one after the other. Who answers first is joined and the others' ringing ends;
an offer is refused only when every device has refused it."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.floor.alive import LiveCall, LiveOffer
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, QueueName, Seconds, agent_leg_id
from ccswitch.model.nouns import Agent, CallOrigin, LegRole, OfferResult

RING_GRACE: Seconds = 1.0  # the switch's own originate_timeout comes first; ours is for when it does not come
ELSEWHERE = "LOSE_RACE"  # FreeSWITCH tells the phone so (Reason: 200 "Call completed elsewhere"): no call was missed

# What devices said together: of several answers the one that says most of the agent. A phone that cannot be reached
# says nothing of him, so it counts only when no other said more.
SAYS_MORE = (
    OfferResult.DROPPED,
    OfferResult.REJECTED,
    OfferResult.RONA,
    OfferResult.BUSY,
    OfferResult.UNREACHABLE,
    OfferResult.FAILED,
)


def rung_first(agent: Agent) -> tuple[str, ...]:
    """The phones that an offer begins with."""
    return agent.devices if agent.ring == "together" else agent.devices[:1]


def dial(state: State, call: LiveCall, agent: Agent, queue: QueueName, phones: Iterable[str], serial: int) -> Decided:
    """Ring these phones of an agent for the call, each under a leg id of ours; `serial` is the first one's."""
    rules, dialled = state.queue_rules(queue), Decided([], [])
    for number, phone in enumerate(phones, serial):
        leg = agent_leg_id(call.call, number)
        dialled.outcomes.append(
            o.LegOpened(call=call.call, leg=leg, role=LegRole.AGENT, number=phone, agent=agent.agent)
        )
        dialled.requests.append(
            r.RingAgent(
                node=call.node,
                call=call.call,
                leg=leg,
                agent=agent.agent,
                phone=phone,
                queue=queue,
                caller_number=call.caller_number,
                caller_name=_shown(call),
                timeout=rules.ring_timeout,
                auto_answer=agent.auto_answer or rules.auto_answer,
                music=rules.music,
            )
        )
    return dialled


def _shown(call: LiveCall) -> str:
    """Who it is, on the phone's screen: that a customer is to be called back is said before he is on the line."""
    return f"Call-back {call.caller_name}".strip() if call.origin is CallOrigin.CALLBACK else call.caller_name


def rings_on(
    state: State, offer: LiveOffer, leg: LegId, result: OfferResult, cause: str, now: Seconds
) -> Decided | None:
    """One device has refused: what follows when others ring on, or another is to be rung; None when it was the last."""
    refused = o.DeviceRefused(
        offer=offer.offer, call=offer.call, agent=offer.agent, leg=leg, result=result, cause=cause
    )
    if offer.legs != [leg]:
        return Decided([refused], [])
    if leg in state.nailed:  # his further devices are for who is rung
        return None
    call, agent = state.calls[offer.call], state.agents[offer.agent].agent
    left = agent.devices[offer.rung :] if agent.ring == "in_turn" else ()
    if not left or offer.answered or not state.reachable(call.node):
        return None
    serial = call.serial + 1
    rung = o.DeviceRung(
        offer=offer.offer,
        call=call.call,
        agent=offer.agent,
        leg=agent_leg_id(call.call, serial),
        serial=serial,
        deadline=now + state.queue_rules(offer.queue).ring_timeout + RING_GRACE,
    )
    return Decided([refused, rung], []) + dial(state, call, agent, offer.queue, left[:1], serial)


def said_together(offer: LiveOffer, last: OfferResult) -> OfferResult:
    """What all devices of an offer said, `last` being the last one."""
    return min([*offer.refused, last], key=SAYS_MORE.index)


def stop_others(state: State, call: LiveCall, offer: LiveOffer, leg: LegId) -> Decided:
    """`leg` has answered: the agent's other devices stop ringing."""
    others = [one for one in offer.legs if one != leg and one in state.legs]
    return Decided([], [r.HangUp(node=call.node, leg=one, cause=ELSEWHERE) for one in others])
