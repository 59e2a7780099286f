"""Offers hold an agent and a caller for each other until they end."""

from __future__ import annotations

from ccswitch.acd.agent_state import AgentCause
from ccswitch.floor.alive import LiveAgent, LiveOffer
from ccswitch.floor.appliers import callbacks
from ccswitch.floor.appliers.asking_rules import ask_for
from ccswitch.floor.appliers.lines import join_line, leave_line, note_idle
from ccswitch.floor.appliers.moves import advance_agent, move_call
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, OfferId, Seconds
from ccswitch.model.nouns import CallPlace, OfferResult

RETURN_AFTER_FAILED_BRIDGE: Seconds = 2.0  # uuid_bridge_park_on_cancel parks the caller within 60 ms


def _offer_made(state: State, outcome: o.OfferMade, at: Seconds) -> None:
    agent, call = state.agents[outcome.agent], state.calls[outcome.call]
    advance_agent(state, agent, AgentCause.OFFERED, at)
    agent.call, agent.offer, agent.offered_at = outcome.call, outcome.offer, at
    state.drawn = max(state.drawn, agent.draw)
    leave_line(state, call)
    call.offers.append(outcome.offer)
    call.serial = outcome.serial
    state.offers[outcome.offer] = LiveOffer(
        offer=outcome.offer,
        call=outcome.call,
        agent=outcome.agent,
        queue=outcome.queue,
        leg=outcome.leg,
        made_at=at,
        deadline=outcome.deadline,
        why=outcome.why,
        legs=[outcome.leg, *outcome.beside],
        rung=1 + len(outcome.beside),
    )
    state.deadlines.set("offer", outcome.offer, outcome.deadline)


def _offer_ringing(state: State, outcome: o.OfferRinging, at: Seconds) -> None:
    advance_agent(state, state.agents[outcome.agent], AgentCause.RINGING, at)


def _device_refused(state: State, outcome: o.DeviceRefused, at: Seconds) -> None:
    offer = state.offers[outcome.offer]
    offer.refused.append(outcome.result)
    offer.legs.remove(outcome.leg)
    if offer.legs:
        offer.leg = offer.legs[0]


def _device_rung(state: State, outcome: o.DeviceRung, at: Seconds) -> None:
    offer = state.offers[outcome.offer]
    offer.leg, offer.legs, offer.deadline = outcome.leg, [outcome.leg], outcome.deadline
    offer.rung += 1
    state.calls[outcome.call].serial = outcome.serial
    state.deadlines.set("offer", outcome.offer, outcome.deadline)


def _offer_answered(state: State, outcome: o.OfferAnswered, at: Seconds) -> None:
    state.offers[outcome.offer].answer_at(outcome.leg)
    move_call(state.calls[outcome.call], CallPlace.BRIDGING, at)
    state.deadlines.clear("offer", outcome.offer)
    state.deadlines.clear("music", outcome.call)
    state.deadlines.set("bridge", outcome.offer, outcome.deadline)


def _offer_ended(state: State, outcome: o.OfferEnded, at: Seconds) -> None:
    talked = outcome.result is OfferResult.TALKED
    if not talked:
        _free_from_offer(state, state.agents[outcome.agent], outcome.result, at)
    rung = state.offers.pop(outcome.offer).answered
    state.deadlines.clear("offer", outcome.offer)
    state.deadlines.clear("bridge", outcome.offer)
    call = state.calls[outcome.call]
    call.offers.remove(outcome.offer)
    if call.is_in_line:
        join_line(state, call, at)
        ask_for(state, call, at)  # he was not sent elsewhere while a phone rang
    elif call.calls_back and not (rung or call.offers):
        callbacks.offer_was_refused(state, call, at)
    elif call.place is CallPlace.BRIDGING and not talked:
        move_call(call, CallPlace.RETURNING, at)
        state.deadlines.set("return", call.call, at + RETURN_AFTER_FAILED_BRIDGE)


def _free_from_offer(state: State, agent: LiveAgent, result: OfferResult, at: Seconds) -> None:
    advance_agent(state, agent, AgentCause.OFFER_OVER, at)
    agent.call, agent.offer = CallId(""), OfferId("")
    if result is not OfferResult.CANCELLED:
        state.take_turn(agent, at)
        note_idle(state, agent)
    if result is OfferResult.RONA:
        agent.ronas += 1


APPLIERS: Appliers = {
    o.OfferMade: _offer_made,
    o.OfferRinging: _offer_ringing,
    o.DeviceRefused: _device_refused,
    o.DeviceRung: _device_rung,
    o.OfferAnswered: _offer_answered,
    o.OfferEnded: _offer_ended,
}
