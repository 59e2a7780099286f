"""The Python twin of `ccs_wayout.lua`: notes a caller whom the last resort had, when he is gone.

ARRIVED|SINCE|ENDED|CAUSE|CALL|ENTRY|CALLED|NUMBER|NAME in the store `ccs_wayout`, under the leg.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from ccswitch.simulator.session import Session

SCRIPT = "ccs_wayout.lua"
LONGEST = 255
_LEG = re.compile(r"[A-Za-z0-9_.@-]{1,128}")


def note(session: Session) -> None:
    """One run of the script."""
    channel, core = session.channel, session.core
    if not _LEG.fullmatch(channel.uuid):
        return
    profile = channel.profile
    since, _, _ = profile.transfer_source.partition(":")  # SECONDS:UUID:bl_xfer:…
    fields = [
        str(profile.times.created // 1_000_000),
        since,
        str(int(core.clock.epoch())),
        channel.cause,
        _plain(channel.get("ccs_call") or "", 40),
        _plain(channel.get("ccs_entry") or "", 40),
        _plain(channel.get("sip_req_user") or "", 32),
        _plain(profile.caller_id_number, 32),
    ]
    text = "|".join(fields) + "|"
    text += _plain(profile.caller_id_name, LONGEST - len(text))
    core.run_api("db", f"insert/ccs_wayout/{channel.uuid}/{text}")


def _plain(text: str, most: int) -> str:
    """`text` in at most `most` characters, never cut inside a %XX."""
    out = ""
    for byte in text.encode("utf-8", "surrogateescape"):
        part = quote(bytes([byte]), safe="@+*#").replace("~", "%7E")
        if len(out) + len(part) > most:
            break
        out += part
    return out
