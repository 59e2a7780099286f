"""What a new version of a script changes, in the designer's words: steps that come, go or do something else, and ways
that lead elsewhere; and the lines of its text that differ."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from ccswitch.ivr.script import Script
from ccswitch.ivr.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. `when` is the way of `step` that it is about (`1`, `no input`), empty when it is the step."""

    step: str
    what: str
    when: str = ""

    def __str__(self) -> str:
        return f"{self.step}{f' ({self.when})' if self.when else ''}: {self.what}"


def changes(old: Script | None, new: Script) -> list[Change]:
    """Every difference a call could meet, in the order of the new file; steps that went come last."""
    before = old.steps if old else {}
    found: list[Change] = []
    if old is not None and old.start != new.start:
        found.append(Change(step=new.start, what=f"is the first step, in the place of {old.start}"))
    for name, step in new.steps.items():
        if name not in before:
            found.append(Change(step=name, what=f"is new: {step.does()}"))
        else:
            found += _of_step(name, before[name], step)
    found += [Change(step=name, what="is gone") for name in before if name not in new.steps]
    return found


def text_diff(old: str, new: str, old_name: str, new_name: str) -> list[str]:
    """The lines that differ, as `diff -u` writes them."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm="")
    return list(lines)


def _of_step(name: str, old: Step, new: Step) -> Iterator[Change]:
    if old == new:
        return
    ways_before, ways_now = _ways(old), _ways(new)
    if old.does() != new.does():
        yield Change(step=name, what=f"{old.does()} becomes {new.does()}")
    elif ways_before == ways_now:
        yield Change(step=name, what=f"{new.WORD} has other rules (times, tries, prompts between)")
    for when, to in ways_now.items():
        if when not in ways_before:
            yield Change(step=name, when=when, what=f"leads to {to}, and led nowhere")
        elif ways_before[when] != to:
            yield Change(step=name, when=when, what=f"leads to {to}, and led to {ways_before[when]}")
    for when in ways_before.keys() - ways_now.keys():
        yield Change(step=name, when=when, what="leads nowhere")


def _ways(step: Step) -> dict[str, str]:
    return {out.when or "then": out.way.to for out in step.exits()}
