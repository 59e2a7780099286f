"""A call is put on a nailed-up leg: nothing is rung. The agent hears the zip tone, and is joined when it is over."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId, Seconds, agent_leg_id, execute_id
from ccswitch.model.nouns import LegRole

TONE_WITHIN: Seconds = 5.0  # the tone's end is not waited for any longer


def put_on(state: State, call: LiveCall, leg: LegId, serial: int, role: LegRole = LegRole.AGENT) -> Decided:
    """The leg is the call's from now on, and the tone is played on it; its end is told under the call's own name."""
    nailed, tone = state.nailed[leg], state.settings.zip_tone
    stay = agent_leg_id(call.call, serial)
    opened = o.LegOpened(call=call.call, leg=leg, role=role, number=nailed.phone, agent=nailed.agent, stay=stay)
    connected = o.LegConnected(call=call.call, leg=leg)
    plays = r.Play(node=nailed.node, leg=leg, execute=execute_id(call.call, serial), files=(tone,))
    return Decided([opened, connected], [plays] if tone else [])


def tone_over_at(state: State, now: Seconds) -> Seconds:
    """When he is joined at the latest: at once where he hears no tone."""
    return now + TONE_WITHIN if state.settings.zip_tone else now


def is_tone_of(call: LiveCall, execute: ExecuteId) -> bool:
    """It was played for this call, not for one before or between calls."""
    return execute.startswith(f"{call.call}-x")


def parked_again(state: State, decided: Decided) -> Decided:
    """A nailed-up leg that its call needs no longer goes back to park, where another is hung up. It is the call's until
    it is parked."""
    requests = decided.requests
    for i, request in enumerate(requests):
        if type(request) is r.HangUp and request.leg in state.nailed and request.leg in state.legs:
            requests[i] = r.ParkLeg(node=request.node, leg=request.leg)
    return decided
