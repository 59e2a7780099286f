"""What an agent hears for himself while his caller is on hold and he asks somebody else.

The caller's music is played inside the bridge, and FreeSWITCH 1.11.1 writes nothing to the other leg meanwhile
(CF_SUSPEND, switch_ivr_bridge.c). Who listens to that leg by `eavesdrop` has his voice mixed into what is written to
it, so there would be nothing to mix it into. A sound of the agent's own, audible or not, is what carries the voice to
him. Measured with tones: `docs/decisions/consult.md`.
"""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import execute_id

IT_RINGS = "tone_stream://%(1000,4000,450);loops=60"
NOTHING = "silence_stream://-1"  # for as long as it takes; it carries the voice of whom he asks
NOT_HAD = "tone_stream://%(350,350,450);loops=6"  # the busy tone


def aside(call: LiveCall, sound: str, serial: int = 0) -> Decided:
    """From now on the agent hears `sound`, in the place of what he heard; it is made under `serial`, the next one
    unless told otherwise."""
    serial = serial or call.serial + 1
    execute = execute_id(call.call, serial)
    before = hush(call)
    before.outcomes.append(o.AsideStarted(call=call.call, serial=serial, execute=execute))
    before.requests.append(r.Play(node=call.node, leg=call.agent_leg, execute=execute, files=(sound,)))
    return before


def hush(call: LiveCall) -> Decided:
    """Nothing is played to the agent any more, where something was."""
    return Decided([], [r.Quiet(node=call.node, leg=call.agent_leg)] if call.aside else [])
