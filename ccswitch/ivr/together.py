"""What is wrong with the scripts of a site as a whole: what they run must be there, take and give what they say, come
to an end, and leave no silent caller going round.

Each script by itself was found right (`lint`); what is said here points into the script that runs the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from ccswitch.errors import Problem
from ccswitch.ivr.lint import circle_told, circles, reached
from ccswitch.ivr.running import DEPTH_LIMIT
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import END, Step, Way
from ccswitch.ivr.steps.queue import QueueStep
from ccswitch.ivr.steps.return_ import ReturnStep
from ccswitch.ivr.steps.run import RunStep
from ccswitch.reading.findings import Findings, TooMany, did_you_mean, shown

RETURNED, STRANDED = "returned", "stranded"  # how a script may end for a caller who presses nothing


def check_together(scripts: Iterable[Script], broken: Collection[str] = ()) -> list[Problem]:
    """Everything that is wrong between `scripts`; `broken` are names of scripts that exist but could not be read."""
    site = _Site({script.name: script for script in scripts}, broken)
    found: list[Problem] = []
    for script in site.scripts.values():
        findings = Findings(script.file)
        try:
            site.check(script, findings)
        except TooMany:
            pass
        found += findings.sorted()
    return found


def sure_queues(scripts: Iterable[Script]) -> dict[str, frozenset[str]]:
    """The queues in one of which a caller who presses nothing surely waits once he is sent to a script, by its name;
    none of a script in which he may come to another end."""
    site = _Site({script.name: script for script in scripts}, ())
    return {name: site.sure_queues(name) for name in site.scripts}


class _Site:
    """The scripts by name, and what running one may lead to."""

    def __init__(self, scripts: Mapping[str, Script], broken: Collection[str]) -> None:
        self.scripts, self._broken = scripts, broken
        self._ends: dict[str, frozenset[str]] = {}

    def check(self, script: Script, findings: Findings) -> None:
        """Add what is wrong in `script` to `findings`."""
        for step in _runs(script):
            run = self.scripts.get(step.script)
            if run is not None:
                _check_parameters(step, run, findings)
                _check_returns(step, run, findings)
                self._check_depth(script, step, findings)
            elif step.script not in self._broken:
                known = sorted({*self.scripts, *self._broken} - {script.name})
                findings.add(
                    step.places[""], f"there is no script {shown(step.script)}", did_you_mean(step.script, known)
                )
        for circle in circles(script.steps, self._silent_ways):
            if any(isinstance(script.steps[way.to], RunStep) for way in circle):  # lint tells the others
                findings.add(circle[-1].at, *circle_told(circle))

    def _check_depth(self, script: Script, step: RunStep, findings: Findings) -> None:
        if script.name in self._run_by(step.script):
            path = " → ".join([script.name, *self._path(step.script, script.name)])
            findings.add(
                step.places[""], f"a script cannot run itself: {path}", "return, and let the script outside go round"
            )
        elif script.name not in self._looping and (deep := self._depth(script.name)) > DEPTH_LIMIT:
            findings.add(
                step.places[""], f"{deep} scripts within each other", f"at most {DEPTH_LIMIT}; let some return earlier"
            )

    def _run_by(self, name: str) -> set[str]:
        """`name`, and the scripts that it runs, and those that these run …"""
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            one = waiting.pop()
            if one in self.scripts and one not in seen:
                seen.add(one)
                waiting += [step.script for step in _runs(self.scripts[one])]
        return seen

    def _path(self, start: str, to: str) -> list[str]:
        """The scripts from `start` to `to`, of which each runs the next."""
        path = [start]
        while path[-1] != to:
            onward = (step.script for step in _runs(self.scripts[path[-1]]))
            path.append(next(name for name in onward if name not in path and to in self._run_by(name)))
        return path

    @cached_property
    def _looping(self) -> set[str]:
        """Scripts from which one is reached that runs itself."""
        selves = {
            name
            for name, script in self.scripts.items()
            if any(name in self._run_by(step.script) for step in _runs(script))
        }
        return {name for name in self.scripts if selves & self._run_by(name)}

    def _depth(self, name: str) -> int:
        """How many scripts wait for each other at most once `name` runs others."""
        level, depth = {name}, 0
        while (
            level := {step.script for one in level if one in self.scripts for step in _runs(self.scripts[one])}
            & self.scripts.keys()
        ):
            depth += 1
        return depth

    # ---- a caller who presses nothing

    def sure_queues(self, name: str, deeper: int = DEPTH_LIMIT) -> frozenset[str]:
        """The queues that `sure_queues` tells of; what runs deeper than anything may is no sure way."""
        script = self.scripts.get(name)
        if script is None or not deeper:
            return frozenset()
        queues: frozenset[str] = frozenset()
        for come in reached(script.steps, script.start, self._up_to_a_queue):
            step = script.steps[come]
            if isinstance(step, QueueStep):
                queues |= {step.queue}
            elif isinstance(step, RunStep) and (within := self.sure_queues(step.script, deeper - 1)):
                queues |= within
            elif step.may_strand() or not (ways := list(self._silent_ways(step))) or END in [way.to for way in ways]:
                return frozenset()
        return queues

    def _up_to_a_queue(self, step: Step) -> Iterator[Way]:
        return iter(()) if isinstance(step, QueueStep) else self._silent_ways(step)

    def _silent_ways(self, step: Step) -> Iterator[Way]:
        if not isinstance(step, RunStep):
            yield from step.silent_ways()
            return
        ends = self._silent_ends(step.script)
        if RETURNED in ends:
            yield step.then
        if STRANDED in ends and step.otherwise is not None:
            yield step.otherwise

    def _silent_ends(self, name: str) -> frozenset[str]:
        """How script `name` may end for a caller who presses nothing. One that runs itself is refused anyway."""
        if name not in self._ends:
            self._ends[name] = frozenset()  # until it is known
            script = self.scripts.get(name)
            self._ends[name] = self._ends_of(script) if script else frozenset({STRANDED})
        return self._ends[name]

    def _ends_of(self, script: Script) -> frozenset[str]:
        come = [script.steps[name] for name in reached(script.steps, script.start, self._silent_ways)]
        returns = any(isinstance(step, ReturnStep) for step in come)
        strands = any(map(self._may_strand, come))
        return frozenset(word for word, may in ((RETURNED, returns), (STRANDED, strands)) if may)

    def _may_strand(self, step: Step) -> bool:
        if isinstance(step, RunStep):
            return step.otherwise is None and STRANDED in self._silent_ends(step.script)
        return step.may_strand()


def _runs(script: Script) -> list[RunStep]:
    return [step for step in script.steps.values() if isinstance(step, RunStep)]


def _check_parameters(step: RunStep, run: Script, findings: Findings) -> None:
    known = [one.name for one in run.parameters]
    given = [name for name, _ in step.given]
    for name in given:
        if name not in known:
            mend = did_you_mean(name, known) or "it takes none"
            findings.add(step.places[name], f"script {shown(run.name)} takes no parameter {shown(name)}", mend)
    missing = [one.name for one in run.parameters if one.default is None and one.name not in given]
    if missing:
        what = f"script {shown(run.name)} needs {', '.join(missing)}"
        findings.add(step.at, what, f"write `with: {{{missing[0]}: …}}`")


def _check_returns(step: RunStep, run: Script, findings: Findings) -> None:
    returns = [one for one in run.steps.values() if isinstance(one, ReturnStep)]
    if not returns:
        findings.add(step.places[""], f"script {shown(run.name)} never returns", "give it a step `return:`")
        return
    known = sorted({name for one in returns for name, _ in one.values})
    for taken in step.takes:
        if taken.returned not in known:
            mend = did_you_mean(taken.returned, known) or "its `return` gives nothing"
            findings.add(taken.at, f"script {shown(run.name)} returns no {shown(taken.returned)}", mend)
