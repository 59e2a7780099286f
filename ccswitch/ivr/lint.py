"""What is wrong with a script as a whole: ways to nowhere, steps that no call reaches, loops that need no caller.

`check` finds errors, and `parse` refuses a script that has one; `hints` are remarks on scripts that run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ccswitch.errors import Problem
from ccswitch.ivr.around import CALL_NAMES
from ccswitch.ivr.prompts import Phrase
from ccswitch.ivr.remarks import remarks
from ccswitch.ivr.script import Script
from ccswitch.ivr.step import END, LANGUAGE, Step, Way
from ccswitch.ivr.steps.answer import AnswerStep
from ccswitch.ivr.steps.callback import CallbackStep
from ccswitch.ivr.steps.look_up import LookUpStep
from ccswitch.ivr.steps.queue import QueueStep
from ccswitch.ivr.steps.run import RunStep
from ccswitch.ivr.steps.set import SetStep
from ccswitch.ivr.steps.voicemail import VoicemailStep
from ccswitch.model.nouns import Lookup
from ccswitch.reading.findings import Findings, did_you_mean, shown

Steps = Mapping[str, Step]
ANSWERS = (AnswerStep, RunStep)  # a script that is run may answer


def check(
    steps: Steps,
    start: Way,
    findings: Findings,
    languages: Sequence[str] = (),
    parameters: Sequence[str] = (),
) -> None:
    """Add every error of the whole to `findings`."""
    _check_targets(steps, start, findings)
    broken = bool(findings)  # a way that is misspelt or could not be read would make its target look unreachable
    _check_loops(steps, findings)
    _check_languages(steps, findings, languages)
    _check_names(steps, findings, [*([LANGUAGE] if languages else []), *parameters])
    _check_masked(steps, findings)
    if not broken:
        _check_reach(steps, start, findings)


def hints(script: Script) -> list[Problem]:
    """Remarks on a script that runs: what a caller or a carrier may not like."""
    findings = Findings(script.file)
    if script.is_run:  # whoever runs it has answered, or not
        return []
    early = reached(script.steps, script.start, lambda step: () if isinstance(step, ANSWERS) else step.ways())
    for name in sorted(early):
        step = script.steps[name]
        if step.BEFORE_ANSWER:
            remark = f"step {shown(name)} may run before the call is answered: {step.BEFORE_ANSWER}"
            findings.add(step.at, remark, "put an answer step before it if that is not meant")
    for name, step in script.steps.items():
        for prompt in step.prompts():
            if isinstance(prompt, Phrase) and (missing := _untold(prompt, script.languages)):
                first = script.languages[0] if script.languages[0] in prompt.texts else next(iter(prompt.texts))
                remark = f"step {shown(name)} has no text in {', '.join(missing)}: callers hear the one in {first}"
                findings.add(prompt.at, remark, f"add it as `{missing[0]}: …`")
    remarks(script, findings)
    return findings.sorted()


def wrong_lookups(script: Script, lookups: Sequence[Lookup]) -> list[Problem]:
    """Steps that use a look-up which the site does not have, or not as it is."""
    known = {one.name: one for one in lookups}
    masked = {name for step in script.steps.values() for name in step.masks()}
    return [
        Problem(script.file, step.at.line, step.at.column, what, mend)
        for step in script.steps.values()
        if isinstance(step, LookUpStep)
        for what, mend in _wrong_lookup(step, known, step.masked(masked))
    ]


def _wrong_lookup(step: LookUpStep, known: Mapping[str, Lookup], masked: Iterable[str]) -> Iterator[tuple[str, str]]:
    one = known.get(step.lookup)
    if one is None:
        mend = did_you_mean(step.lookup, known) or "add [[lookup]] to the site's configuration"
        yield f"there is no look-up {shown(step.lookup)}", mend
        return
    given, takes = [name for name, _ in step.given], (*one.parameters, *one.optional)
    for name in given:
        if name not in takes:
            yield f"look-up {one.name} takes no {shown(name)}", did_you_mean(name, takes)
    for name in one.parameters:
        if name not in given:
            yield f"look-up {one.name} needs {shown(name)}", f'as `with: {{{name}: "…"}}`'
    for name in masked:
        if name in takes and name not in one.takes_masked:
            what = f"look-up {one.name} would show the masked {shown(name)} to others"
            yield what, "digits that nobody may know go into a body: take POST, and leave it out of the url"


def unknown_queues(script: Script, queues: Sequence[str]) -> list[Problem]:
    """Steps that send callers, or their messages, to a queue which is not among the site's `queues`."""
    findings = Findings(script.file)
    for step in script.steps.values():
        named = (
            step.queue
            if isinstance(step, QueueStep | CallbackStep)
            else step.box
            if isinstance(step, VoicemailStep)
            else ""
        )
        if named and named not in queues:
            mend = did_you_mean(named, queues) or "add [[queue]] to the configuration"
            findings.add(step.at, f"there is no queue {shown(named)}", mend)
    return findings.sorted()


def unknown_calendars(script: Script, calendars: Sequence[str]) -> list[Problem]:
    """Steps and conditions that ask for a calendar which is not among the site's `calendars`."""
    findings = Findings(script.file)
    for step in script.steps.values():
        for asked in sorted(step.asks()):
            root, _, name = asked.partition(".")
            if root == "calendar" and name and name not in calendars:
                mend = did_you_mean(name, calendars) or "write it in calendars.yaml"
                findings.add(step.at, f"there is no calendar {shown(name)}", mend)
    return findings.sorted()


def _untold(prompt: Phrase, languages: Sequence[str]) -> list[str]:
    """The languages in which a text is missing; a recording may be there in each, and whoever can look there does."""
    if prompt.language or prompt.name or not prompt.texts:
        return []
    return [language for language in languages if language not in prompt.texts]


def reached(steps: Steps, start: str, onward: Callable[[Step], Iterable[Way]] = Step.ways) -> set[str]:
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
    for way in (way for step in steps.values() for way in step.ways()):
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
    for circle in circles(steps, Step.silent_ways):
        findings.add(circle[-1].at, *circle_told(circle))


def circle_told(circle: list[Way]) -> tuple[str, str]:
    """What is wrong with a circle of silent ways, and how to mend it."""
    path = " → ".join(way.to for way in (circle[-1], *circle))
    mend = f"lead one of these ways to a step that ends the call, or to `{END}`"
    return f"a caller who presses nothing goes round for ever: {path}", mend


def circles(steps: Steps, silent_ways: Callable[[Step], Iterator[Way]]) -> Iterator[list[Way]]:
    """The silent ways of circles, one circle for each way that closes one: a walk in depth, without recursion."""
    done: set[str] = set()
    for first in steps:
        if first in done:
            continue
        walk: dict[str, Iterator[Way]] = {first: silent_ways(steps[first])}
        taken: list[Way] = []
        while walk:
            name = next(reversed(walk))
            way = next(walk[name], None)
            if way is None:
                done.add(name)
                del walk[name]
                if taken:
                    taken.pop()
            elif way.to in walk:
                yield [*taken[list(walk).index(way.to) :], way]
            elif way.to in steps and way.to not in done:
                walk[way.to] = silent_ways(steps[way.to])
                taken.append(way)


def _check_names(steps: Steps, findings: Findings, own: Sequence[str]) -> None:
    """A condition or a template asks for what is there: a variable that some step sets, what every call has, or what
    the script has from the beginning (`own`)."""
    known = {*CALL_NAMES, *own, *(name for step in steps.values() for name in step.sets())}
    for name, step in steps.items():
        for asked in sorted(asked for asked in step.asks() - known if "." not in asked):
            findings.add(
                step.at,
                f"step {shown(name)} asks for {shown(asked)}, which no step sets",
                did_you_mean(asked, sorted(known)),
            )


def _check_languages(steps: Steps, findings: Findings, languages: Sequence[str]) -> None:
    """The variable `language` gets what the script speaks; a value that is only known in the call is let through."""
    for name, step in steps.items():
        for variable, value in step.values if languages and isinstance(step, SetStep) else ():
            if variable == LANGUAGE and not value.names and value.text not in languages:
                findings.add(
                    step.at,
                    f"step {shown(name)} sets the language {shown(value.text)}, which this script does not speak",
                    f"add it to `languages: [{', '.join(languages)}]`",
                )


def _check_masked(steps: Steps, findings: Findings) -> None:
    """What was typed masked goes to a look-up and nowhere else, and to one only: it is forgotten with the answer."""
    masked = {name for step in steps.values() for name in step.masks()}
    for at, step in steps.items():
        for name in sorted(masked & (step.asks() - step.hands_over())):
            what = f"step {shown(at)} asks for {shown(name)}, which is masked"
            findings.add(step.at, what, f'only a look-up may have it, whole: `with: {{{name}: "{{{{ {name} }}}}"}}`')
        for name in sorted(masked & set(step.sets()) - set(step.masks())):
            what = f"step {shown(at)} sets {shown(name)}, which another step masks"
            findings.add(step.at, what, "choose another name")
    for name in sorted(masked):
        _check_used_once(steps, name, findings)


def _check_used_once(steps: Steps, name: str, findings: Findings) -> None:
    """No way leads from where masked `name` is forgotten to a look-up that takes it, but over its collection."""
    again: dict[str, str] = {}  # the look-up, and the step behind which the digits are gone
    for at, step in steps.items():
        if not step.forgets(name):
            continue
        for way in step.ways():
            behind = reached(steps, way.to, lambda on: () if name in on.masks() else on.ways())
            again |= {late: at for late in behind if name in steps[late].hands_over() and late not in again}
    for late, at in again.items():
        what = f"step {shown(late)} takes {shown(name)}, which is forgotten behind step {shown(at)}"
        findings.add(steps[late].at, what, "collect it again before")
