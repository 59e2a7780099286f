"""Hold: the caller hears music and his agent nothing, by an order or by the phone's own key.

By order the music is played on the caller's leg, inside the bridge: it takes his ears, and the agent's, until it is
broken off (`uuid_hold` would leave the caller without any sound: FreeSWITCH 1.11.1, measured). `call.music` names it.
A phone holds by re-INVITE, and the switch plays the music of the agent's leg; only the phone can take that back.
"""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.guests import asked_by_agent
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, Seconds, execute_id
from ccswitch.model.nouns import AgentState, CallPlace

NO_MUSIC: Seconds = 1.0  # what ends sooner is no music: a stream or file that does not exist


def hold_call(state: State, order: d.HoldCall, now: Seconds) -> Decided:
    """Put the caller on hold, or take him back."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    if call.place is not CallPlace.TALKING:
        return refuse(order, f"call {order.call} is {call.place.value}: only a talk can be held")
    if (asked := asked_by_agent(state, call)) is not None:
        return refuse(
            order, f"{call.agent} asks {asked.name}: say first what becomes of it (complete, conference, back)"
        )
    if order.on is is_held(state, call):
        return refuse(order, f"call {order.call} is {'on hold already' if order.on else 'not on hold'}")
    if not order.on and not call.music:
        return refuse(order, f"the phone of {call.agent} holds him, and only it can take him back")
    held = Decided([o.TalkHeld(call=call.call, agent=call.agent, on=order.on)], [])
    done = Decided([accepted(order, f"call {order.call} is {'on hold' if order.on else 'off hold'}")], [])
    if order.on:
        return held + play_on_hold(state, call) + done
    return held + Decided([], [r.Quiet(node=call.node, leg=call.leg)]) + done


def hold_music_over(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The music of a hold ended by itself: a file is begun again; where there is none they hear each other again."""
    since = state.agents[call.agent].state_since
    if now - since > NO_MUSIC:
        return play_on_hold(state, call)
    if asked_by_agent(state, call) is not None:  # what the two say is not for him: he hears nothing
        return nothing()
    return Decided([o.TalkHeld(call=call.call, agent=call.agent, on=False)], [])


def play_on_hold(state: State, call: LiveCall) -> Decided:
    """Let the caller hear his queue's music, inside the bridge."""
    serial = call.serial + 1
    execute, music = execute_id(call.call, serial), state.queue_rules(call.queue).music
    play = r.Play(node=call.node, leg=call.leg, execute=execute, files=(music,))
    return Decided([o.MusicStarted(call=call.call, serial=serial, execute=execute)], [play])


def leg_held(state: State, fact: f.LegHeld, now: Seconds) -> Decided:
    """A phone put the other side on hold."""
    return _by_phone(state, fact.leg, on=True)


def leg_unheld(state: State, fact: f.LegUnheld, now: Seconds) -> Decided:
    """A phone took the other side back."""
    return _by_phone(state, fact.leg, on=False)


def _by_phone(state: State, leg: LegId, *, on: bool) -> Decided:
    call = state.call_of(leg)
    if call is None or call.place is not CallPlace.TALKING:
        return nothing()
    if on is is_held(state, call) or call.music:  # said twice, or on hold by order too
        return nothing()
    return Decided([o.TalkHeld(call=call.call, agent=call.agent, on=on)], [])


def is_held(state: State, call: LiveCall) -> bool:
    """By whatever means."""
    return state.agents[call.agent].state is AgentState.HOLDING
