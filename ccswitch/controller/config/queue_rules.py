"""What is wrong with the rules of queues, although each of them can be read: what they name must be there, and nobody
may be sent round in a circle.

A circle is one of queues whose rules send callers on to each other, and of scripts that lead into a queue again when
the caller presses nothing. Where two queues are to help each other, `add queue` lets a caller wait in both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ccswitch.acd.circles import Written, circle_told, circles
from ccswitch.acd.exit_keys import WrongKey, exit_key
from ccswitch.acd.rule_text import WrongRule, rule
from ccswitch.acd.rules import Ask, Relaxation, Rule
from ccswitch.controller.config.settings import Config
from ccswitch.controller.config_source import Path, Reader
from ccswitch.ivr.script import Script
from ccswitch.ivr.together import sure_queues
from ccswitch.model.targets import Target, TargetKind
from ccswitch.reading.findings import did_you_mean, shown

_Written = Written[Path]


def check_rules(config: Config, scripts: Iterable[Script], broken: Collection[str], reader: Reader) -> None:
    """Report what is wrong between the queues' rules and the rest of `config`. `broken`: scripts with mistakes."""
    read = {script.name: script for script in scripts}
    written = list(_written(config))
    known: dict[TargetKind, Collection[str]] = {
        TargetKind.QUEUE: [queue.name for queue in config.queues],
        TargetKind.VOICEMAIL: [queue.name for queue in config.queues],
        TargetKind.CALLBACK: [queue.name for queue in config.queues],
        TargetKind.SCRIPT: sorted({*read, *broken}),
        TargetKind.AGENT: [agent.agent for agent in config.agents],
        TargetKind.SITE: [site.name for site in config.sites],
    }
    calendars = [calendar.name for calendar in config.almanac.calendars]
    for one in written:
        for name, what, choice in _named(one.rule, known, calendars):
            if name not in choice:
                reader.report(one.at, f"there is no {what} {shown(name)}", did_you_mean(name, choice))
    for at, to in _exits(config):
        for name, what, choice in _target(to, known):
            if name not in choice:
                reader.report(at, f"there is no {what} {shown(name)}", did_you_mean(name, choice))
    for n, queue in enumerate(config.queues):
        if queue.callback_hours and queue.callback_hours not in calendars:
            what = f"there is no calendar {shown(queue.callback_hours)}"
            reader.report(("queue", n, "callback_hours"), what, did_you_mean(queue.callback_hours, calendars))
    _twice(written, reader)
    _called_back(config, [*((one.at, one.rule.does) for one in written), *_exits(config)], reader)
    _outside(config, written, reader)
    for at, circle in circles(written, sure_queues(read.values())):
        reader.report(at, *circle_told(circle))


def _written(config: Config) -> Iterator[_Written]:
    for n, queue in enumerate(config.queues):
        for i, text in enumerate(queue.rules):
            try:
                yield _Written(queue.name, ("queue", n, "rules", i), rule(text))
            except WrongRule:
                continue  # told by its own check


def _named(
    rule: Rule, known: Mapping[TargetKind, Collection[str]], calendars: Collection[str]
) -> Iterator[tuple[str, str, Collection[str]]]:
    """What a rule names: its name, what it is, and which of them there are."""
    for condition in rule.conditions:
        if condition.ask is Ask.CLOSED:
            yield condition.name, "calendar", calendars
    if isinstance(rule.does, Relaxation):
        if rule.does.also:
            yield rule.does.also, "queue", known[TargetKind.QUEUE]
    else:
        yield from _target(rule.does, known)


def _target(to: Target, known: Mapping[TargetKind, Collection[str]]) -> Iterator[tuple[str, str, Collection[str]]]:
    if to.kind in known:
        yield to.name, "queue" if to.kind in _OF_A_QUEUE else to.kind.value, known[to.kind]


_OF_A_QUEUE = frozenset({TargetKind.VOICEMAIL, TargetKind.CALLBACK})


def _exits(config: Config) -> Iterator[tuple[Path, Target]]:
    for n, queue in enumerate(config.queues):
        for text in queue.exit_keys:
            try:
                yield ("queue", n, "exit_keys"), exit_key(text)[1]
            except WrongKey:
                continue


def _twice(written: list[_Written], reader: Reader) -> None:
    seen: set[tuple[str, str]] = set()
    for one in written:
        if (one.queue, one.rule.text) in seen:
            reader.report(one.at, "this rule stands here twice", "a rule does what it does once; remove one of them")
        seen.add((one.queue, one.rule.text))


def _outside(config: Config, written: list[_Written], reader: Reader) -> None:
    for one in written:
        does = one.rule.does
        if isinstance(does, Target) and does.kind is TargetKind.NUMBER:
            for node in config.nodes:
                if not node.gateway:
                    reader.report(one.at, f"node {node.name} has no gateway to dial {does.name}", "give it a gateway")


def _called_back(config: Config, targets: Iterable[tuple[Path, Target | Relaxation]], reader: Reader) -> None:
    if any(node.gateway for node in config.nodes) or not config.nodes:
        return
    for at, to in targets:
        if isinstance(to, Target) and to.kind is TargetKind.CALLBACK:
            reader.report(at, "no node has a gateway to call anybody back", 'add gateway = "…" to [[node]]')
