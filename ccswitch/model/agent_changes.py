"""What an order says of an agent in the place of the files: one field each, so that the files' others stay in force.

| field | value |
|---|---|
| `name`, `phone`, `ring` | the text |
| `phones` | his further devices, with `, ` between them; empty: none |
| `connection` | `on_demand` or `nailed_up` |
| `queue:NAME` | `in` or `out` |
| `skill:NAME` | the level; `out`: he has it not |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import Agent, AgentChange
from ccswitch.model.skills import skills_of

IN, OUT = "in", "out"
QUEUE, SKILL = "queue:", "skill:"
CONNECTION = "connection"
TEXTS = ("name", "phone")
BETWEEN = ", "
DEVICES, RING = "phones", "ring"
RINGS = ("together", "in_turn")


def changed(agent: Agent, changes: Iterable[AgentChange]) -> Agent:
    """`agent` with the changes. Queues and skills that are new come last."""
    texts: dict[str, Any] = {}
    queues: dict[str, str] = dict.fromkeys(agent.queues, IN)
    levels = {name: str(level) for name, level in skills_of(agent.skills).items()}
    for change in changes:
        kind, _, name = change.field.partition(":")
        of = {QUEUE: queues, SKILL: levels}.get(f"{kind}:")
        if of is None:
            texts[change.field] = devices_of(change.value) if change.field == DEVICES else change.value
        elif change.value == OUT:
            of.pop(name, None)
        else:
            of[name] = change.value
    skills = tuple(f"{name}={level}" for name, level in levels.items())
    return replace(agent, queues=tuple(map(QueueName, queues)), skills=skills, **texts)


def devices_of(value: str) -> tuple[str, ...]:
    """The further devices that a change of `phones` names."""
    return tuple(phone for phone in value.split(BETWEEN) if phone)


def differences(listed: Agent, wanted: Agent) -> tuple[AgentChange, ...]:
    """The changes that make `wanted` of `listed`."""
    texts = [
        AgentChange(field=name, value=getattr(wanted, name))
        for name in TEXTS
        if getattr(wanted, name) != getattr(listed, name)
    ]
    gone = [AgentChange(field=f"{QUEUE}{queue}", value=OUT) for queue in listed.queues if queue not in wanted.queues]
    new = [AgentChange(field=f"{QUEUE}{queue}", value=IN) for queue in wanted.queues if queue not in listed.queues]
    had, has = skills_of(listed.skills), skills_of(wanted.skills)
    lost = [AgentChange(field=f"{SKILL}{name}", value=OUT) for name in had if name not in has]
    levels = [
        AgentChange(field=f"{SKILL}{name}", value=str(level)) for name, level in has.items() if had.get(name) != level
    ]
    return (*texts, *gone, *new, *lost, *levels)


def words(change: AgentChange) -> str:
    """A change for people: `billing=7`, `not in sales`."""
    kind, colon, name = change.field.partition(":")
    if not colon:
        return f"{kind} {change.value or 'none'}"
    if kind == "queue":
        return f"in {name}" if change.value == IN else f"not in {name}"
    return f"no {name}" if change.value == OUT else f"{name}={change.value}"
