"""Tests of a script: pretended calls with what is expected of them, and how much of the script they came to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ccswitch.ivr.answers import answers_of, is_answer
from ccswitch.ivr.around import given
from ccswitch.ivr.rehearsal import Rehearsal, rehearse
from ccswitch.ivr.script import Script, Scripts, no_scripts
from ccswitch.model.calendars import Almanac
from ccswitch.reading.findings import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One pretended call. What is None is not looked at.

    `given` is what conditions may ask for, as ("queue.sales.waiting", "7"). `keys` is what `rehearse` takes: keys,
    empty for silence, `talk`, `fail`, `hangup`. `says` are prompts that must be heard in this order, with others
    between them or not; `steps` are all steps, in order, tries among them. `parameters` are what the script is given,
    `returns` what it must return.
    """

    name: str
    at: Place = field(default=Place(), compare=False)
    given: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    outcome: str | None = None
    steps: tuple[str, ...] | None = None
    says: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    returns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """The tests of one script. `steps` and `ways` are the least shares (of 1) that its calls must come to."""

    script: str
    calls: tuple[Trial, ...]
    steps: float = 1.0
    ways: float = 0.0
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How a trial went: nothing in `wrong` is as it should be."""

    trial: Trial
    wrong: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What no trial came to: steps, and ways as (step, where it leads)."""

    steps: int
    ways: int
    missed_steps: tuple[str, ...]
    missed_ways: tuple[tuple[str, str], ...]

    @property
    def of_steps(self) -> float:
        """Share of the steps that some call came to."""
        return 1 - len(self.missed_steps) / self.steps if self.steps else 1.0

    @property
    def of_ways(self) -> float:
        """Share of the ways that some call took."""
        return 1 - len(self.missed_ways) / self.ways if self.ways else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The trials of one script, and whether they came to enough of it."""

    trials: Trials
    tried: tuple[Tried, ...]
    coverage: Coverage

    @property
    def too_little(self) -> tuple[str, ...]:
        """What the calls did not come to, when that is more than the file allows."""
        short = []
        if self.coverage.of_steps < self.trials.steps:
            short.append(
                f"{self.coverage.of_steps:.0%} of the steps, not {self.trials.steps:.0%}: no call comes to "
                + ", ".join(self.coverage.missed_steps)
            )
        if self.coverage.of_ways < self.trials.ways:
            short.append(
                f"{self.coverage.of_ways:.0%} of the ways, not {self.trials.ways:.0%}: no call takes "
                + ", ".join(f"{come} → {go}" for come, go in self.coverage.missed_ways)
            )
        return tuple(short)

    @property
    def passed(self) -> bool:
        """All as it should be."""
        return not self.too_little and not any(tried.wrong for tried in self.tried)


def run(script: Script, trials: Trials, scripts: Scripts = no_scripts, almanac: Almanac = Almanac()) -> Report:
    """Every trial through the interpreter of live calls; the script may run `scripts`, and ask the `almanac`."""
    calls = [(trial, _rehearsed(script, trial, scripts, almanac)) for trial in trials.calls]
    tried = tuple(
        Tried(trial=trial, wrong=tuple(_wrong(trial, call)), steps=tuple(call.steps)) for trial, call in calls
    )
    return Report(trials=trials, tried=tried, coverage=coverage(script, [call for _, call in calls]))


def _rehearsed(script: Script, trial: Trial, scripts: Scripts, almanac: Almanac) -> Rehearsal:
    around = given((pair for pair in trial.given if not is_answer(pair[0])), almanac)
    return rehearse(script, list(trial.keys), around, scripts, dict(trial.parameters), answers_of(trial.given))


def coverage(script: Script, calls: Iterable[Rehearsal]) -> Coverage:
    """What of `script` the calls came to."""
    came: set[str] = set()
    took: set[tuple[str, str]] = set()
    for call in calls:
        came.update(call.steps)
        took.update(_taken(script, call))
    there = dict.fromkeys((name, way.to) for name, step in script.steps.items() for way in step.ways())
    return Coverage(
        steps=len(script.steps),
        ways=len(there),
        missed_steps=tuple(name for name in script.steps if name not in came),
        missed_ways=tuple(way for way in there if way not in took),
    )


def _taken(script: Script, call: Rehearsal) -> Iterator[tuple[str, str]]:
    """The ways of `script` that a call took. The way out of a `run` step is known once the other script is left."""
    running = ""
    for passage in call.passed:
        inside, _, step = passage.to.rpartition("/")
        if passage.script == script.name and inside:
            running = passage.step
        elif passage.script == script.name:
            yield passage.step, step
        elif inside == script.name:
            yield running, step


def _wrong(trial: Trial, call: Rehearsal) -> Iterable[str]:
    if trial.outcome is not None and trial.outcome != str(call.outcome):
        yield f"the call ends with `{call.outcome}`, not `{trial.outcome}`"
    if trial.steps is not None and list(trial.steps) != call.steps:
        yield f"the call goes {' → '.join(call.steps)}, not {' → '.join(trial.steps)}"
    heard = [prompt for passage in call.passed for prompt in passage.says] + list(call.says)
    if (missed := _first_missed(trial.says, heard)) is not None:
        yield f"{missed!r} is not heard, or not in this order; heard are {', '.join(heard) or 'no prompts'}"
    for name, value in trial.variables:
        if call.variables.get(name) != value:
            yield f"`{name}` is {call.variables.get(name, 'not set')!r}, not {value!r}"
    for name, value in trial.returns:
        if call.returned.get(name) != value:
            yield f"`{name}` is returned as {call.returned.get(name, 'nothing')!r}, not {value!r}"


def _first_missed(wanted: Sequence[str], heard: Iterable[str]) -> str | None:
    """The first of `wanted` that does not come in `heard` behind those before it."""
    rest = iter(heard)
    return next((prompt for prompt in wanted if prompt not in rest), None)
