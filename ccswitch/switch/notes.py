"""Notes that a node leaves of callers whom its last resort had (`ccs_wayout.lua`), in the switch's own mod_db.

One key a caller, his leg; the value is what `read_note` takes apart. They outlive controller and switch, and stay until
the records have them. `db select` answers 255 characters at most, so the script writes no longer ones.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from ccswitch.model import facts as f
from ccswitch.model.ids import CallId, LegId, NodeName
from ccswitch.switch import strings
from ccswitch.switch.strings import Command

REALM = "ccs_wayout"
SCRIPT = "ccs_wayout.lua"
_LEG = re.compile(r"[A-Za-z0-9_.@-]{1,128}")
_TIME = re.compile(r"[0-9]{1,11}")
_CAUSE = re.compile(r"[A-Z0-9_]{1,64}")
_FIELDS = 9


def list_command() -> Command:
    """Answers the legs of which there are notes, with commas between them, in at most 4096 characters."""
    return strings.api("db", f"list/{REALM}")


def select_command(leg: LegId) -> Command:
    """Answers one note."""
    return strings.api("db", f"select/{REALM}/{strings.leg_id(leg)}")


def delete_command(leg: LegId) -> Command:
    """Forgets one note; nothing happens when there is none."""
    return strings.api("db", f"delete/{REALM}/{strings.leg_id(leg)}")


def noted_legs(answer: str) -> list[LegId]:
    """The legs in the answer to `list_command`; what the script never writes is left out."""
    return [LegId(leg) for leg in answer.strip().split(",") if _LEG.fullmatch(leg)]


def read_note(node: NodeName, leg: LegId, note: str) -> f.WayOutNoted | None:
    """What a note says, None when it cannot be read: it is only as good as the node's disk.

    `ARRIVED|SINCE|ENDED|CAUSE|CALL|ENTRY|CALLED|NUMBER|NAME`: instants in seconds since the epoch, texts with `%XX` for
    whatever is no letter, digit or one of `_.@+*#-`.
    """
    fields = note.strip().split("|")
    if len(fields) != _FIELDS:
        return None
    arrived, since, ended, cause, call, *texts = fields
    if not all(map(_TIME.fullmatch, (arrived, since, ended))) or not _CAUSE.fullmatch(cause):
        return None
    entry, called, number, name = (unquote(text, errors="ignore") for text in texts)
    return f.WayOutNoted(
        node=node,
        leg=leg,
        call=CallId(call if _LEG.fullmatch(call) else leg),
        arrived=float(arrived),
        since=float(since),
        ended=float(ended),
        cause=cause,
        entry=entry,
        caller_number=number,
        caller_name=name,
        called_number=called,
    )
