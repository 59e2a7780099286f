"""The switch's ways with strings: splitting arguments, truth, regular expressions."""

from __future__ import annotations

import json
import re
from functools import lru_cache

import orjson

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "s": " "}


def to_json(value: object) -> str:
    """As the switch writes it: a caller's bytes that are no UTF-8 (surrogates here) go out as they came."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False)


def to_bytes(text: str) -> bytes:
    """What goes over the wire."""
    return text.encode("utf-8", "surrogateescape")


def is_true(value: str | None) -> bool:
    """What FreeSWITCH takes for true."""
    if not value:
        return False
    if value.lower() in {"yes", "on", "true", "t", "enabled", "active", "allow"}:
        return True
    return value.isdigit() and int(value) != 0


def to_int(value: str | None, default: int = 0) -> int:
    """`atoi`: leading digits count, the rest is ignored."""
    match = re.match(r"\s*([+-]?\d+)", value or "")
    return int(match.group(1)) if match else default


def separate(text: str, delimiter: str = " ", limit: int = 64) -> list[str]:
    """Split as switch_separate_string does: quotes and escapes keep a delimiter, the last part takes the rest."""
    parts: list[str] = []
    start = at = 0
    quoted = False
    text = text.lstrip(" ") if delimiter == " " else text
    while at < len(text) and len(parts) < limit - 1:
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            at += 1
        elif char == "'":
            quoted = not quoted and "'" in text[at + 1 :]
        elif char == delimiter and not quoted:
            parts.append(_unquote(text[start:at], delimiter))
            if delimiter == " ":
                while at + 1 < len(text) and text[at + 1] == " ":
                    at += 1
            start = at + 1
        at += 1
    if start < len(text):
        parts.append(_unquote(text[start:], delimiter))
    elif parts and delimiter != " ":
        parts.append("")
    return parts


def _unquote(part: str, delimiter: str) -> str:
    out: list[str] = []
    keep = 0  # how much of `out` survives trimming: quoted blanks at the end do
    quoted = False
    at = 0
    part = part.lstrip(" ")
    while at < len(part):
        char = part[at]
        if char == "\\" and at + 1 < len(part):
            following = part[at + 1]
            if following in "'\"\\" or (following == delimiter != " ") or following in _ESCAPES:
                out.append(_ESCAPES.get(following, following))
                at += 2
                keep = len(out)
                continue
        if char == "'" and (quoted or "'" in part[at + 1 :]):
            quoted = not quoted
            keep = len(out)
        else:
            out.append(char)
            if char != " " or quoted:
                keep = len(out)
        at += 1
    return "".join(out[:keep])


@lru_cache(maxsize=512)
def compiled(expression: str) -> re.Pattern[str] | None:
    """A dialplan expression, `/…/i` or bare; None when it is no regular expression."""
    flags = re.DOTALL
    match = re.fullmatch(r"/(.*)/([imsx]*)", expression, re.DOTALL)
    if match:
        expression = match.group(1)
        if "i" in match.group(2):
            flags |= re.IGNORECASE
    # PCRE's \z is Python's \Z, and PCRE's \Z lets one line feed follow.
    expression = re.sub(r"(?<!\\)((?:\\\\)*)\\Z", r"\1(?=\\n?\\Z)", expression)
    expression = re.sub(r"(?<!\\)((?:\\\\)*)\\z", r"\1\\Z", expression)
    try:
        return re.compile(expression, flags)
    except re.error:
        return None


def matches(expression: str, value: str) -> re.Match[str] | None:
    """Search, not full match, as PCRE does in the switch."""
    pattern = compiled(expression)
    return pattern.search(value) if pattern else None


def substitute(template: str, match: re.Match[str] | None) -> str:
    """`$1` … `$9` replaced by what the condition captured."""
    if match is None or "$" not in template:
        return template

    def group(found: re.Match[str]) -> str:
        """What the group caught; empty for one that caught nothing or does not exist."""
        number = int(found.group(1))
        return (match.group(number) or "") if number <= (match.re.groups or 0) else ""

    return re.sub(r"\$(\d)", group, template)
