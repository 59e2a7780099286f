"""How recordings are named, and how long they are kept: `{date}/{queue}/{call}-{talk}.wav`, `90d`.

A path is written by people and filled with what comes from outside (callers' numbers, names in accounts), so both are
hostile: what is written is checked when the files are read, what is filled in keeps letters, digits and a few signs,
and no part of it can lead out of the recordings' folder. Each talk has a file of its own: `{call}` and `{talk}` are in
every path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ccswitch.model.ids import Seconds

# What may stand in braces; the floor knows how each is filled (`floor/recording.py`).
FIELDS: tuple[str, ...] = (
    "date",  # 2026-11-22, by the clocks of the site
    "time",  # 140509
    "queue",
    "agent",
    "caller",  # his number
    "called",
    "entry",
    "origin",  # inbound, callback, outbound, internal
    "node",
    "call",
    "talk",  # 1 for the first of the call
)
FORMATS: tuple[str, ...] = ("wav", "mp3")  # mod_sndfile's, and mod_shout's
USUAL_PATH = "{date}/{call}-{talk}.wav"
NOTHING = "none"  # where a field is empty
FOR_EVER = "forever"
LONGEST = 180  # characters below the folder; a talk whose path would be longer has the plainest one

_FIELD = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"[A-Za-z0-9_./@=+-]*", re.ASCII)
_UNSAYABLE = re.compile(r"[^A-Za-z0-9_.@=+-]|\.(?=\.)|^\.|\.$")
_KEPT = re.compile(r"([0-9]{1,5})([hdw])", re.ASCII)
_UNITS: Mapping[str, Seconds] = {"h": 3600.0, "d": 86_400.0, "w": 7 * 86_400.0}


class WrongPath(ValueError):
    """No recording can be named so, or kept for so long; the message says what is allowed."""


def recording_path(text: str) -> str:
    """`text`, if recordings can be named so. Raises WrongPath."""
    unknown = [name for name in _FIELD.findall(text) if name not in FIELDS]
    if unknown:
        raise WrongPath(f"there is no {{{unknown[0][:40]}}}; there are " + ", ".join(f"{{{name}}}" for name in FIELDS))
    literal = _FIELD.sub("x", text)
    if not _LITERAL.fullmatch(literal):
        raise WrongPath("letters, digits, _ . / @ = + - and fields in braces only, no blanks")
    if ".." in literal or any(part in ("", ".") for part in literal.split("/")):
        raise WrongPath("a path below the recordings' folder: no / at the beginning or twice, no ..")
    if text.rpartition(".")[2] not in FORMATS:
        raise WrongPath("it ends in " + " or ".join(f".{one}" for one in FORMATS))
    if "{call}" not in text or "{talk}" not in text:
        raise WrongPath("without {call} and {talk} in it one talk would be written over another")
    if len(text) > LONGEST:
        raise WrongPath(f"at most {LONGEST} characters")
    return text


def filled(path: str, values: Mapping[str, str]) -> str:
    """`path` (as `recording_path` allows it) with the values of one talk; each stays within its own part of it."""
    named = _FIELD.sub(lambda field: _sayable(values[field[1]]), path)
    if len(named) > LONGEST:
        return f"{_sayable(values['call'])}-{_sayable(values['talk'])}.{path.rpartition('.')[2]}"
    return named


def kept_for(text: str) -> Seconds | None:
    """How long recordings are kept, as written `36h`, `90d`, `12w`; None for ever. Raises WrongPath."""
    if text == FOR_EVER:
        return None
    written = _KEPT.fullmatch(text)
    if not written or int(written[1]) == 0:
        raise WrongPath(f'how long recordings are kept, as "36h", "90d", "12w", or "{FOR_EVER}"')
    return int(written[1]) * _UNITS[written[2]]


def _sayable(value: str) -> str:
    return _UNSAYABLE.sub("_", value) or NOTHING
