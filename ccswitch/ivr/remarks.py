"""Remarks on what callers will not like, one function each: scripts with them run, and a designer may mean it.

What each one says is told in docs/ivr.md. A new one is a function here and a line in `REMARKS`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ccswitch.ivr.prompts import Figure, Phrase, Prompt
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import Step
from ccswitch.ivr.steps.collect import CollectStep
from ccswitch.ivr.steps.menu import MenuStep
from ccswitch.reading.findings import Findings, shown

CHOICES = 5  # more of them nobody keeps in mind
DEPTH = 4  # menus one behind the other
SPEECH = 30.0  # seconds of a prompt that asks for a key
# Our own estimate: an unhurried announcement has 14 characters of an alphabet, or 4 of Chinese, in a second.
LETTERS_A_SECOND, SIGNS_A_SECOND = 14.0, 4.0
FIGURE = 3.0  # seconds for a number, a date, an amount
_PIECE = re.compile(r"([0-9#.]|\[[^\]]+\]|\\d)(?:(\?)|\{([0-9]{1,2})(?:(?=,)(,)([0-9]{0,2}))?\})?")
_SIGN = re.compile("[\u3400-\u9fff]")


class Remark(NamedTuple):
    """What is remarked on about a step, and what to do about it."""

    what: str
    mend: str


def remarks(script: Script, findings: Findings) -> None:
    """Add every remark to `findings`."""
    for name, step in script.steps.items():
        for look in REMARKS:
            for remark in look(script, name, step):
                findings.add(step.at, f"step {shown(name)} {remark.what}", remark.mend)


def slow_keys(script: Script, name: str, step: Step) -> Iterator[Remark]:
    """A key that another one begins with is heard late, for the caller may go on typing."""
    if not isinstance(step, MenuStep):
        return
    for key in step.keys:
        longer = [other for other in step.keys if other != key and other.startswith(key)]
        if longer:
            what = f"takes {key} only after {step.between:g} s without another key, or #: {longer[0]} begins with it"
            yield Remark(what, "give it a key of its own, or shorten `between`")


def many_choices(script: Script, name: str, step: Step) -> Iterator[Remark]:
    """Steps that a menu leads to by its keys."""
    ways = {way.to for way in step.keys.values()} if isinstance(step, MenuStep) else set()
    if len(ways) > CHOICES:
        yield Remark(f"has {len(ways)} choices", f"callers keep {CHOICES} in mind: divide it into two menus")


def long_speech(script: Script, name: str, step: Step) -> Iterator[Remark]:
    """Seconds of speech before a caller who knows nothing yet can choose."""
    took = max((seconds(step.says(), language) for language in script.languages), default=0.0)
    if step.TAKES_KEYS and took > SPEECH:
        yield Remark(f"speaks for about {took:.0f} s before a choice", f"say it in {SPEECH:.0f} s, or in two steps")


def deep_menus(script: Script, name: str, step: Step) -> Iterator[Remark]:
    """Menus on the shortest way from the beginning to this one."""
    deep = _depth(script, name) if isinstance(step, MenuStep) else 0
    if deep > DEPTH:
        yield Remark(f"is the {deep}th menu of a call", f"callers give up behind {DEPTH}: lead them there sooner")


def no_match(script: Script, name: str, step: Step) -> Iterator[Remark]:
    """A pattern that is shorter or longer than any number which is asked for: every caller fails."""
    if not isinstance(step, CollectStep) or (span := _span(step.pattern)) is None:
        return
    if span[1] < step.least or span[0] > step.most:
        keys = f"{step.least} to {step.most} keys are asked for"
        yield Remark(f"never matches: {shown(step.pattern)} takes {span[0]} to {span[1]}, {keys}", "mend one of them")


REMARKS: tuple[Callable[[Script, str, Step], Iterator[Remark]], ...] = (
    slow_keys,
    many_choices,
    long_speech,
    deep_menus,
    no_match,
)


def seconds(prompts: tuple[Prompt, ...], language: str) -> float:
    """About how long it takes to say `prompts` in a language; files and streams are not listened to."""
    return sum(_seconds(prompt, language) for prompt in prompts)


def _seconds(prompt: Prompt, language: str) -> float:
    if isinstance(prompt, Figure):
        return FIGURE
    if not isinstance(prompt, Phrase):
        return 0.0
    texts = prompt.texts
    text = texts[language].text if language in texts else next((one.text for one in texts.values()), "")
    signs = len(_SIGN.findall(text))
    return signs / SIGNS_A_SECOND + (len(text) - signs) / LETTERS_A_SECOND


def _depth(script: Script, wanted: str) -> int:
    """How many menus there are on the way with the fewest from the start to `wanted`, itself counted."""
    fewest: dict[str, int] = {}
    waiting = deque([(script.start, 0)])
    while waiting:
        name, above = waiting.popleft()
        step = script.steps.get(name)
        if step is None or fewest.get(name, above + 1) <= above:
            continue
        fewest[name] = above
        here = above + isinstance(step, MenuStep)
        waiting.extend((way.to, here) for way in step.ways())
    return fewest.get(wanted, 0) + 1


def _span(pattern: str) -> tuple[int, int] | None:
    """The fewest and the most keys that a plain pattern takes (keys, classes, `.`, `{2,4}`, `?`); None for others."""
    pieces = list(_PIECE.finditer(pattern))
    if "".join(piece[0] for piece in pieces) != pattern:
        return None
    fewest = most = 0
    for _, optional, low, comma, high in (piece.groups(default="") for piece in pieces):
        if comma and not high:
            return None
        least = 0 if optional else int(low or 1)
        fewest, most = fewest + least, most + (1 if optional else int(high or low or 1))
    return fewest, most
