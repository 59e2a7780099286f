"""The Python twin of the node's watchdog script: rescues callers when the controller's beat has stopped.

Every run reads the global variable `ccs_beat` (the node's own epoch, written by the controller each second). Older than
`ccs_beat_limit` seconds (5 when unset), or absurdly far ahead, and every leg with `ccs_claimed=true` that does not talk
goes where its `ccs_wayout` says: EXTENSION:DIALPLAN:CONTEXT, or `hangup` for an agent's leg that was answered.
`ccs_watchdog_ran` tells when it last ran.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ccswitch.simulator.text import to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core
    from ccswitch.simulator.session import Session

SCRIPT = "ccs_watchdog.lua"
_LIMIT = 5
_FURTHEST = 600
_DEFAULT_WAY = ("orphan", "XML", "ccs_orphan")
_WAY = re.compile(r"([\w+-]+):([A-Za-z]+):([\w-]+)")


def run(core: Core) -> None:
    """One run of the watchdog."""
    now = int(core.clock.epoch())
    beat = to_int(core.globals.get("ccs_beat"))
    limit = to_int(core.globals.get("ccs_beat_limit"), _LIMIT)
    if now - beat > limit or beat - now > _FURTHEST:
        for session in list(core.sessions.values()):
            if session.channel.get("ccs_claimed") == "true":
                _rescue(session)
    core.globals["ccs_watchdog_ran"] = str(now)


def _talks(session: Session) -> bool:
    return session.partner is not None or session.channel.get("current_application") == "conference"


def _rescue(session: Session) -> None:
    channel = session.channel
    wayout = channel.get("ccs_wayout") or ""
    if _talks(session) or not channel.up or (wayout == "hangup" and not channel.flags.answered):
        return
    channel.set("ccs_claimed", "false")
    if wayout == "hangup":
        session.hangup("NORMAL_TEMPORARY_FAILURE")
        return
    match = _WAY.fullmatch(wayout)
    session.transfer(*(match.groups() if match else _DEFAULT_WAY))
