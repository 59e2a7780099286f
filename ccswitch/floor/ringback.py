"""What somebody hears who is on the line already, while the other side is rung: the ringing tone of a telephone."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId

RINGBACK = "tone_stream://%(1000,4000,450);loops=60"  # ITU-T E.180: of China; longer than anybody is rung


def ringback(call: LiveCall, leg: LegId, execute: ExecuteId) -> r.Play:
    """Let this leg of the call, which is in park, hear it. The bridge breaks it off."""
    return r.Play(node=call.node, leg=leg, execute=execute, files=(RINGBACK,))
