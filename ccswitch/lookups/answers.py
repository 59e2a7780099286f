"""What an answer over HTTP means, and the texts that are taken from it. All of it is hostile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from ccswitch.ivr.cursor import VALUE_LIMIT
from ccswitch.model.nouns import LookupAnswer

FOUND, NOT_FOUND, FAILED = LookupAnswer.FOUND, LookupAnswer.NOT_FOUND, LookupAnswer.FAILED
GONE = (404, 410)  # statuses that say: there is no such thing
# C0, C1, line separators, and what turns the direction of writing
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

Values = tuple[tuple[str, str], ...]


class Told(NamedTuple):
    """What came of a question. `again`: another try may do better."""

    answer: LookupAnswer
    values: Values = ()
    why: str = ""
    again: bool = False


def failed(why: str, *, again: bool = False) -> Told:
    """No answer that can be used."""
    return Told(FAILED, (), why, again)


def told(status: int, body: bytes, wanted: Iterable[str], empty: str) -> Told:
    """The meaning of an answer: 2xx is found, 404, 410 and 204 not found, all else failed.

    With `empty` an answer whose field of that path is missing or empty says: not found.
    """
    if status in GONE or status == 204:
        return Told(NOT_FOUND)
    if not 200 <= status < 300:
        hint = "; it sends us elsewhere, which is not followed: write that address" if 300 <= status < 400 else ""
        return failed(f"it answered with status {status}{hint}", again=status >= 500 or status == 429)
    wanted = tuple(wanted)
    if not wanted and not empty:
        return Told(FOUND)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return failed("its answer is not JSON")
    if empty and not at(document, empty):
        return Told(NOT_FOUND)
    return Told(FOUND, tuple((path, text(at(document, path))) for path in wanted))


def at(document: Any, path: str) -> Any:
    """What stands at `path` (`accounts.0.balance`); None where there is nothing."""
    for part in path.split("."):
        if isinstance(document, dict):
            document = document.get(part)
        elif isinstance(document, list) and part.isascii() and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        else:
            return None
    return document


def text(value: Any) -> str:
    """A text, number, true or false as one short line; anything else is empty."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)[:VALUE_LIMIT]
    if isinstance(value, str):
        return _UNSHOWABLE.sub(" ", value[: 4 * VALUE_LIMIT]).strip()[:VALUE_LIMIT]
    return ""
