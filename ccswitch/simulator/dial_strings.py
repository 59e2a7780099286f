"""Reading a dial string: `<…>` and `{…}` for all legs, `[…]` for one, `,` rings together, `|` one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ccswitch.simulator.text import separate


@dataclass(frozen=True, slots=True)
class Target:
    """One leg to dial."""

    endpoint: str
    address: str
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DialString:
    """Rounds of legs: the legs of a round ring together."""

    variables: dict[str, str]
    rounds: tuple[tuple[Target, ...], ...]


def parse(text: str) -> DialString:
    """Take a dial string apart."""
    variables: dict[str, str] = {}
    text = text.strip()
    while text[:1] in ("{", "<"):
        inside, text = _bracket(text, text[0], {"{": "}", "<": ">"}[text[0]])
        variables.update(_pairs(inside))
        text = text.lstrip()
    rounds = tuple(
        tuple(_target(leg) for leg in _split(one, ",") if leg.strip()) for one in _split(text, "|") if one.strip()
    )
    return DialString(variables, rounds)


def _target(text: str) -> Target:
    variables: dict[str, str] = {}
    text = text.strip()
    while text.startswith("["):
        inside, text = _bracket(text, "[", "]")
        variables.update(_pairs(inside))
    endpoint, _, address = text.partition("/")
    return Target(endpoint, address, variables)


def _bare(text: str) -> Iterator[tuple[int, str]]:
    """Each character, and where it is, that stands neither in quotes nor behind a backslash. A quote that no other one
    ends is a character as any."""
    quoted = escaped = False
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == "'" and (quoted or "'" in text[at + 1 :]):
            quoted = not quoted
        elif not quoted:
            yield at, char


def _bracket(text: str, opening: str, closing: str) -> tuple[str, str]:
    """What stands in the bracket with which `text` begins, and what is behind it."""
    depth = 0
    for at, char in _bare(text):
        depth += (char == opening) - (char == closing)
        if char == closing and depth == 0:
            return text[1:at], text[at + 1 :]
    return text[1:], ""


def _pairs(inside: str) -> dict[str, str]:
    """Taken apart twice, at the delimiter and at `=`: each time one layer of quotes and backslashes goes."""
    delimiter = ","
    if inside.startswith("^^") and len(inside) > 2:
        delimiter, inside = inside[2], inside[3:]
    found: dict[str, str] = {}
    for part in separate(inside, delimiter, limit=1024):
        name, *value = separate(part, "=", limit=2) or [""]
        if value:
            found[name] = value[0]
    return found


def _split(text: str, delimiter: str) -> list[str]:
    """Split outside of quotes and brackets."""
    parts: list[str] = []
    start = depth = 0
    for at, char in _bare(text):
        depth += (char in "[{") - (char in "]}")
        if char == delimiter and depth <= 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]
