"""What conditions and templates may ask for besides a script's own variables: the call, and the queues."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Around = Callable[[], Mapping[str, Any]]  # made only when a step asks

CALL_NAMES: dict[str, str] = {
    "caller": "the caller's number",
    "caller_name": "the name that came with it",
    "called": "the number that was called",
    "entry": "the entry through which the call came",
    "queue": "queues by name: `queue.sales.waiting`, `.longest_wait` (seconds), `.agents` (there), `.free` (of them), "
    "`.expected_wait` (seconds) and `.expected_minutes`, which are not defined while nothing can be said",
}

QUEUE_NUMBERS = ("waiting", "longest_wait", "agents", "free", "expected_wait", "expected_minutes")


def given(pretended: Iterable[tuple[str, str]]) -> Around:
    """What a rehearsal pretends: ("caller", "138…"), ("queue.sales.waiting", "7")."""
    known: dict[str, Any] = {}
    queues: dict[str, dict[str, float]] = known.setdefault("queue", {})
    for name, value in pretended:
        if (found := _QUEUE_NUMBER.fullmatch(name)) is not None:
            queues.setdefault(found[1], {})[found[2]] = float(value)
        else:
            known[name] = value
    return lambda: known


def given_trouble(name: str, value: str) -> str:
    """Why this cannot be pretended; empty when it can."""
    if _QUEUE_NUMBER.fullmatch(name) is not None:
        return "" if _NUMBER.fullmatch(value) else f"{name} is a number"
    plain = [known for known in CALL_NAMES if known != "queue"]
    numbers = ", ".join(f"queue.NAME.{number}" for number in QUEUE_NUMBERS)
    return "" if name in plain else f"there is {', '.join(plain)}, {numbers}"


_QUEUE_NUMBER = re.compile(rf"queue\.([\w.-]+)\.({'|'.join(QUEUE_NUMBERS)})")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?", re.ASCII)


def nothing_around() -> Mapping[str, Any]:
    """A call of which nothing is known."""
    return {}
