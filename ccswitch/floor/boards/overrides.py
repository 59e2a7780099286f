"""What holds on the floor otherwise than the files say: the word of somebody, until when, and what the files have.

Files are the truth for structure; whatever an order changed is told here, so that it can be taken back or written into
the files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ccswitch.floor.alive import AgentOverride, LiveAgent
from ccswitch.floor.state import State
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import Agent

_OF_AGENT = ("name", "phone", "phones", "ring", "queues", "skills", "connection")  # what orders may change of an agent


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One thing that holds otherwise than in the files. `since` 0: not known. `until` 0: for good."""

    noun: str  # agent, queue, calendar, script
    name: str
    field: str
    files: str  # what they say; empty: nothing
    now: str
    author: str = ""
    since: Seconds = 0.0
    until: Seconds = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """All of them, and the agents as they would be written into the files."""

    overrides: list[Override]
    agents: list[Agent]


def overrides(state: State) -> Overrides:
    """What orders have changed and still holds."""
    changed = [live for live in state.agents.values() if any(_of_agent(state, live))]
    return Overrides(
        overrides=[
            *(one for live in changed for one in _of_agent(state, live)),
            *_of_queues(state),
            *_of_calendars(state),
            *_of_scripts(state),
        ],
        agents=[live.agent for live in changed],
    )


def _of_agent(state: State, live: LiveAgent) -> Iterator[Override]:
    if not live.by_order and not live.overrides:
        return
    written = next((one for one in state.settings.agents if one.agent == live.agent.agent), None)
    if written is None:
        yield Override(noun="agent", name=live.agent.agent, field="", files="", now="taken on")
        written = Agent(agent=live.agent.agent)
    for field in _OF_AGENT:
        files, now = _shown(getattr(written, field)), _shown(getattr(live.agent, field))
        if files != now:
            said = _said_of(live, field)
            by = {"author": said.author, "since": said.since, "until": said.until} if said else {"author": live.by}
            yield Override(noun="agent", name=live.agent.agent, field=field, files=files, now=now, **by)


def _said_of(live: LiveAgent, field: str) -> AgentOverride | None:
    """What was said last of a field; of queues and skills each is said by itself (model/agent_changes.py)."""
    one_of = f"{field.removesuffix('s')}:"
    said = [kept for name, kept in live.overrides.items() if name == field or name.startswith(one_of)]
    return max(said, key=lambda kept: kept.since, default=None)


def _shown(held: object) -> str:
    return ", ".join(held) if isinstance(held, tuple) else str(held)


def _of_queues(state: State) -> Iterator[Override]:
    for name, said in state.queue_orders.items():
        now = f"{said.mode.value}; callers go to {said.to}" if said.to else said.mode.value
        yield Override(
            noun="queue",
            name=name,
            field="mode",
            files="open",
            now=now,
            author=said.author,
            since=said.since,
            until=said.until,
            reason=said.reason,
        )


def _of_calendars(state: State) -> Iterator[Override]:
    for name, said in state.overrides.items():
        yield Override(
            noun="calendar",
            name=name,
            field="stands",
            files="its hours",
            now="open" if said.open else "closed",
            author=said.author,
            since=said.since,
            until=said.until,
            reason=said.reason,
        )


def _of_scripts(state: State) -> Iterator[Override]:
    files = {source.name: source.hash for source in state.settings.scripts}
    for name, release in state.releases.items():
        versions = release.versions
        if versions.hash == files.get(name, "") and not versions.canary:
            continue
        canary = f", {versions.canary} for {versions.share:.3g} of the calls" if versions.canary else ""
        yield Override(
            noun="script",
            name=name,
            field="version",
            files=files.get(name, ""),
            now=f"{versions.hash}{canary}",
            author=release.author,
            since=release.since,
            reason=release.comment,
        )
