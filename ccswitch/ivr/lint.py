"""What is wrong with a script as a whole: ways to nowhere, steps that no call reaches, loops that need no caller.

`check` finds errors, and `parse` refuses a script that has one; `hints` are remarks on scripts that run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ccswitch.errors import Problem
from ccswitch.ivr.script import (
    END,
    AnswerStep,
    CollectStep,
    MenuStep,
    PlayStep,
    QueueStep,
    Script,
    Step,
    Way,
    silent_way,
    ways,
)
from ccswitch.reading.findings import Findings, did_you_mean, shown

Steps = Mapping[str, Step]


def check(steps: Steps, start: Way, findings: Findings) -> None:
    """Add every error of the whole to `findings`."""
    _check_targets(steps, start, findings)
    broken = bool(findings)  # a way that is misspelt or could not be read would make its target look unreachable
    _check_loops(steps, findings)
    if not broken:
        _check_reach(steps, start, findings)


def hints(script: Script) -> list[Problem]:
    """Remarks on a script that runs: what a caller or a carrier may not like."""
    findings = Findings(script.file)
    early = reached(script.steps, script.start, lambda step: [] if isinstance(step, AnswerStep) else ways(step))
    for name in sorted(early):
        step = script.steps[name]
        for kind, remark in _EARLY.items():
            if isinstance(step, kind):
                findings.add(step.at, f"step {shown(name)} may run before the call is answered: {remark}", _ANSWER)
    return findings.sorted()


_ANSWER = "put an answer step before it if that is not meant"
_EARLY: dict[type[Step], str] = {
    PlayStep: "the caller hears it free of charge, and some carriers cut it",
    MenuStep: "many carriers pass no keys before the answer",
    CollectStep: "many carriers pass no keys before the answer",
    QueueStep: "carriers end unanswered calls after a minute or two",
}


def reached(steps: Steps, start: str, onward: Callable[[Step], Iterable[Way]] = ways) -> set[str]:
    """The names of the steps that can be reached from `start` over the ways that `onward` gives."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in steps:
            continue
        seen.add(name)
        waiting.extend(way.to for way in onward(steps[name]))
    return seen


def _check_targets(steps: Steps, start: Way, findings: Findings) -> None:
    if start.to not in steps and steps:
        findings.add(start.at, f"`start` is {shown(start.to)}, which is no step", did_you_mean(start.to, steps))
    told = set()
    for way in (way for step in steps.values() for way in ways(step)):
        if way.to != END and way.to not in steps and way.at not in told:
            told.add(way.at)  # `otherwise` serves two ways and is one mistake
            findings.add(way.at, f"there is no step {shown(way.to)}", did_you_mean(way.to, [*steps, END]))


def _check_reach(steps: Steps, start: Way, findings: Findings) -> None:
    if start.to not in steps:
        return
    for name in steps.keys() - reached(steps, start.to):
        findings.add(steps[name].at, f"no way leads to step {shown(name)}", "lead one there, or remove the step")


def _check_loops(steps: Steps, findings: Findings) -> None:
    """A caller who presses nothing must come to an end: no circle over silent ways alone."""
    onward = {name: way for name, step in steps.items() if (way := silent_way(step)) is not None}
    for circle in _circles(onward):
        path = " → ".join(way.to for way in (circle[-1], *circle))
        findings.add(
            circle[-1].at,
            f"a caller who presses nothing goes round for ever: {path}",
            f"lead one of these ways to a step that ends the call, or to `{END}`",
        )


def _circles(onward: dict[str, Way]) -> Iterator[list[Way]]:
    """The ways of each circle in `onward`, which has at most one way out of each step."""
    done: set[str] = set()
    for name in onward:
        walk: dict[str, Way] = {}
        while name in onward and name not in done and name not in walk:
            walk[name] = onward[name]
            name = walk[name].to
        if name in walk:
            names = list(walk)
            yield [walk[step] for step in names[names.index(name) :]]
        done.update(walk)
