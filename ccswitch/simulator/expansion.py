"""`${variable}` and `${api(arguments)}` as the switch expands them.

A value that holds `${…}` itself is expanded again, as in switch_channel_expand_variables_check: what keeps a caller
from using that is that profiles and checked variables never hold `${`. Names may carry `:offset:length` and `[index]`.
"""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.text import to_int

Lookup = Callable[[str], str | None]
Api = Callable[[str, str], str]
_DEEPEST = 100


def expand(text: str, variable: Lookup, api: Api, depth: int = 0) -> str:
    """`text` with everything expanded that the switch would expand."""
    if depth > _DEEPEST or not text or ("${" not in text and "\\" not in text):
        return text
    if "${" not in text and not any(pair in text for pair in ("\\'", "\\$", "\\\\")):
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text) and text[at + 1] in "$'\\":
            kept, at = _escaped(text, at)
            out.append(kept)
        elif char == "$" and text.startswith(("{", "${"), at + 1):
            inner, at = _braced(text, text.index("{", at) + 1)
            out.append(_value(inner, variable, api, depth))
        else:
            out.append(char)
            at += 1
    return "".join(out)


def _escaped(text: str, at: int) -> tuple[str, int]:
    following = text[at + 1]
    if following == "$":
        return "$", at + 2
    if following == "'":
        return "'", at + 2
    return "\\", at + 2


def _braced(text: str, start: int) -> tuple[str, int]:
    """What stands between the brace before `start` and its partner, and where reading goes on."""
    depth, at = 1, start
    while at < len(text):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return text[start:at], at + 1
        at += 1
    return text[start:], at


def _value(inner: str, variable: Lookup, api: Api, depth: int) -> str:
    cut = next((at for at, char in enumerate(inner) if char in " ("), None)
    if cut is not None:
        name, rest = inner[:cut].rstrip(), inner[cut + 1 :]
        arguments = rest[: _closing(rest)]
        return api(expand(name, variable, api, depth + 1), expand(arguments, variable, api, depth + 1))
    name, *slices = expand(inner, variable, api, depth + 1).split(":")
    base, _, index = name.partition("[")
    found = variable(base)
    if found is None:
        return ""
    if index:
        found = _element(found, to_int(index))
    found = expand(found, variable, api, depth + 1)
    return _slice(found, *(to_int(part) for part in slices[:2])) if slices else found


def _closing(rest: str) -> int:
    depth = 1
    for at, char in enumerate(rest):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return at
    return len(rest)


def _element(value: str, index: int) -> str:
    if not value.startswith("ARRAY::"):
        return value if index == 0 else ""
    parts = value[len("ARRAY::") :].split("|:")
    return parts[index] if 0 <= index < len(parts) else ""


def _slice(value: str, offset: int = 0, length: int = 0) -> str:
    cut = value[offset:] if offset >= 0 or -offset <= len(value) else value
    return cut[:length] if 0 < length < len(cut) else cut
