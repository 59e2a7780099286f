"""What look-ups answer in a rehearsal, where nobody is asked: `lookup.NAME` and `lookup.NAME.path.in.answer`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ccswitch.ivr.cursor import VALUE_LIMIT
from ccswitch.ivr.heard import Failed, Found, Heard, NotFound
from ccswitch.ivr.steps.look_up import PATH

Answers = Mapping[str, Heard]
NO_SERVER = Failed("no answer is given for it")
_PRETENDED = re.compile(r"lookup\.([\w-]+)(?:\.(.+))?", re.ASCII)
_RESULTS = ("found", "not_found", "failed")


def answers_of(pretended: Iterable[tuple[str, str]]) -> Answers:
    """What look-ups answer: ("lookup.account", "found"), ("lookup.account.balance", "12.50")."""
    results: dict[str, str] = {}
    values: dict[str, list[tuple[str, str]]] = {}
    for written, value in pretended:
        if (found := _PRETENDED.fullmatch(written)) is None:
            continue
        if found[2]:
            values.setdefault(found[1], []).append((found[2], value[:VALUE_LIMIT]))
            results.setdefault(found[1], "found")
        else:
            results[found[1]] = value
    words: dict[str, Heard] = {"not_found": NotFound(), "failed": Failed("rehearsed")}
    return {name: words.get(result, Found(tuple(values.get(name, ())))) for name, result in results.items()}


def is_answer(name: str) -> bool:
    """Whether what is pretended is a look-up's."""
    return name.startswith("lookup.")


def answer_trouble(name: str, value: str) -> str:
    """Why this look-up's answer cannot be pretended; empty when it can."""
    found = _PRETENDED.fullmatch(name)
    if found is None or (found[2] and PATH.fullmatch(found[2]) is None):
        return "lookup.NAME, or lookup.NAME.path.in.answer"
    return "" if found[2] or value in _RESULTS else f"it is {', '.join(_RESULTS)}"
