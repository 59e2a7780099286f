"""What goes along with a caller who is sent to another site, as the value of one SIP header.

    X-CCS-Passed: call=3f0a6c2e-…&waited=42.5&priority=2&requires=lang.zh+%3E%3D+5&tags=gold%2Cnight

An X- header and not RFC 7433's User-to-User: that one is for what end users tell each other and anybody passes it on;
this one is between two sites and is taken from a trusted address alone. All the same it is read as hostile: what does
not fit is left out, and nothing in it can be more than a place in line and words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from ccswitch.model.ids import Seconds
from ccswitch.model.skills import WrongSkill, joint, terms

HEADER = "X-CCS-Passed"
LONGEST = 900  # characters; SIP stacks take a line of a kilobyte
LONGEST_WAIT: Seconds = 86_400.0
MOST_PRIORITY = 100
MOST_TAGS = 20
_CALL = re.compile(r"[A-Za-z0-9_.@-]{1,128}")
_TAG = re.compile(r"[\w.:-]{1,64}")


class Passed(NamedTuple):
    """A caller's `call` at the site that he comes from, and what counts for his place and for who answers him."""

    call: str = ""
    waited: Seconds = 0.0
    priority: int = 0
    requires: str = ""
    prefers: str = ""
    tags: tuple[str, ...] = ()


def to_header(passed: Passed) -> str:
    """The header's value. What would make it too long is left out: the wishes first, then the tags."""
    told = {
        "call": passed.call,
        "waited": f"{passed.waited:.1f}",
        "priority": str(passed.priority),
        "tags": ",".join(passed.tags[:MOST_TAGS]),
        "requires": passed.requires,
        "prefers": passed.prefers,
    }
    while len(header := urlencode({name: value for name, value in told.items() if value})) > LONGEST:
        told.popitem()
    return header


def from_header(header: str) -> Passed | None:
    """What a header says, each part of it within its bounds; None when it names no call."""
    if len(header) > LONGEST:
        return None
    told = dict(parse_qsl(header, max_num_fields=20, errors="ignore"))
    if not _CALL.fullmatch(told.get("call", "")):
        return None
    tags = told.get("tags", "").split(",")
    return Passed(
        call=told["call"],
        waited=_number(told.get("waited", ""), LONGEST_WAIT),
        priority=int(_number(told.get("priority", ""), MOST_PRIORITY)),
        requires=_wish(told.get("requires", ""), joint),
        prefers=_wish(told.get("prefers", ""), terms),
        tags=tuple(tag for tag in dict.fromkeys(tags) if _TAG.fullmatch(tag))[:MOST_TAGS],
    )


def _number(text: str, most: float) -> float:
    return min(float(text), most) if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?", text, re.ASCII) else 0.0


def _wish(text: str, read: Callable[[str], object]) -> str:
    try:
        if text:
            read(text)
    except WrongSkill:
        return ""
    return text
