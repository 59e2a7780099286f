"""The Python twin of the watchdog script: rescues waiting callers when the controller's beat has stopped.

Every run reads the global variable `ccs_beat` (epoch seconds, written by the controller each second). Older than
`ccs_beat_limit` seconds (5 when unset), and every leg that names its way out in `ccs_wayout` (EXT:XML:CONTEXT), is in
no bridge and was not sent yet (`ccs_watched`) goes there. `ccs_watchdog_ran` tells when it last ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ccswitch.simulator.text import to_int

if TYPE_CHECKING:
    from ccswitch.simulator.core import Core
    from ccswitch.simulator.session import Session

SCRIPT = "ccs_watchdog.lua"
_LIMIT = 5


def run(core: Core) -> None:
    """One run of the watchdog."""
    now = int(core.clock.epoch())
    core.globals["ccs_watchdog_ran"] = str(now)
    beat = to_int(core.globals.get("ccs_beat"))
    limit = to_int(core.globals.get("ccs_beat_limit"), _LIMIT) or _LIMIT
    # Without any beat no controller ever came: then the dialplan's own timer guards the callers.
    if not beat or now - beat <= limit:
        return
    for session in list(core.sessions.values()):
        if _stranded(session):
            _rescue(session)


def _stranded(session: Session) -> bool:
    channel = session.channel
    return (
        channel.up
        and session.partner is None
        and not channel.get("ccs_watched")
        and (channel.get("ccs_wayout") or "").count(":") == 2
    )


def _rescue(session: Session) -> None:
    extension, dialplan, context = (session.channel.get("ccs_wayout") or "").split(":")
    session.channel.set("ccs_watched", "true")
    session.transfer(extension, dialplan, context)
