"""What orders say of an agent in the place of the files: taken at once, kept over reloads, and taken back."""

from __future__ import annotations

from dataclasses import dataclass

from ccswitch.floor.alive import LiveAgent
from ccswitch.floor.answering import accepted, refuse
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.state import State
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.agent_changes import (
    CONNECTION,
    DEVICES,
    OUT,
    QUEUE,
    RING,
    RINGS,
    SKILL,
    changed,
    devices_of,
    words,
)
from ccswitch.model.ids import AgentId, Seconds
from ccswitch.model.nouns import NAILED_UP, ON_DEMAND, Agent, AgentChange
from ccswitch.model.skills import WrongSkill, skill, skills_of

MOST_DEVICES = 8  # besides his phone: each rings under a leg of its own
NOT_LISTED = "no longer in the files"


def add_agent(state: State, order: d.AddAgent, now: Seconds) -> Decided:
    """Take a person on, or change one; every node learns of his phone at once. Of somebody in the files only what
    differs is kept as changed."""
    wanted = order.agent
    if why := _wrong(state, wanted):
        return refuse(order, why)
    added = o.AgentAdded(agent=wanted, author=order.author)
    queues = ", ".join(wanted.queues) or "no queue"
    said = accepted(order, f"agent {wanted.agent}: phone {wanted.phone}, {queues}")
    return Decided([added, said], [r.ProvisionPhone(agent=wanted.agent, phone=wanted.phone)])


def change_agent(state: State, order: d.ChangeAgent, now: Seconds) -> Decided:
    """Skills, queues and devices of one who is there; callers who wait feel it at once."""
    live = state.agents.get(order.agent)
    if live is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    if not state.lists(live):
        return refuse(order, f"agent {order.agent} is {NOT_LISTED}")
    if not order.changes:
        return refuse(order, "nothing to change")
    if order.until and order.until <= now:
        return refuse(order, "that time is past")
    for change in order.changes:
        if why := _refused(state, live, change):
            return refuse(order, why)
    made = o.AgentChanged(agent=order.agent, changes=order.changes, author=order.author, until=order.until)
    said = ", ".join(map(words, order.changes))
    ends = f", for {order.until - now:.0f} s" if order.until else ""
    return Decided([made, accepted(order, f"agent {order.agent}: {said}{ends}")], [])


def follow_files(state: State, order: d.FollowFiles, now: Seconds) -> Decided:
    """What was changed of him is as the files have it again: the named fields, or all."""
    live = state.agents.get(order.agent)
    if live is None:
        return refuse(order, f"no agent named {order.agent!r}", missing=True)
    fields = order.fields or tuple(live.overrides)
    unknown = [name for name in fields if name not in live.overrides]
    if unknown or not fields:
        kept = ", ".join(live.overrides) or "nothing"
        return refuse(order, f"{', '.join(unknown) or 'nothing'} is not changed by order; changed: {kept}")
    back = _back(live, fields, f"said {order.author}")
    back.outcomes.append(accepted(order, f"agent {order.agent}: {', '.join(fields)} as in the files"))
    return back


def changes_due(state: State, subject: str, now: Seconds) -> Decided:
    """Changes that were made until now are over."""
    live = state.agents.get(AgentId(subject))
    if live is None:
        return nothing()
    over = tuple(name for name, kept in live.overrides.items() if kept.until and kept.until <= now)
    return _back(live, over, "its time is over") if over else nothing()


def _back(live: LiveAgent, fields: tuple[str, ...], why: str) -> Decided:
    follows = Decided([o.AgentFollowsFiles(agent=live.agent.agent, fields=fields, why=why)], [])
    kept = [AgentChange(field=name, value=one.value) for name, one in live.overrides.items() if name not in fields]
    phone = changed(live.as_listed, kept).phone
    if phone != live.agent.phone:
        follows.requests.append(r.ProvisionPhone(agent=live.agent.agent, phone=phone))
    return follows


def _wrong(state: State, wanted: Agent) -> str:
    """Why an agent cannot be so, empty when he can."""
    unknown = sorted(set(wanted.queues) - {queue.name for queue in state.settings.queues})
    if unknown:
        return f"no such queue: {', '.join(unknown)}"
    try:
        skills_of(wanted.skills)
    except WrongSkill as wrong:  # once in State it would be read with every caller
        return str(wrong)
    return ""


def _refused(state: State, live: LiveAgent, change: AgentChange) -> str:
    """Why a change cannot be made, empty when it can."""
    kind, _, name = change.field.partition(":")
    if f"{kind}:" == QUEUE:
        if change.value == OUT:
            has = ", ".join(live.agent.queues) or "none"
            return "" if name in live.agent.queues else f"{live.agent.agent} is not in {name}; his queues: {has}"
        queues = ", ".join(queue.name for queue in state.settings.queues)
        return "" if any(name == queue.name for queue in state.settings.queues) else f"no queue {name!r}: {queues}"
    if change.field in (DEVICES, RING):
        return _refused_devices(live, change)
    if change.field == CONNECTION:
        return "" if change.value in (ON_DEMAND, NAILED_UP) else f"a connection is {ON_DEMAND} or {NAILED_UP}"
    if f"{kind}:" != SKILL:
        return f"{change.field!r} cannot be changed so"
    if change.value == OUT:
        has = ", ".join(live.agent.skills) or "none"
        return "" if name in live.skills else f"{live.agent.agent} has no skill {name}; his skills: {has}"
    try:
        skill(f"{name}={change.value}")
    except WrongSkill as wrong:
        return str(wrong)
    return ""


def _refused_devices(live: LiveAgent, change: AgentChange) -> str:
    if change.field == RING:
        return "" if change.value in RINGS else f"devices ring {' or '.join(RINGS)}, not {change.value!r}"
    if change.value and not live.agent.phone:
        return f"{live.agent.agent} has no first phone: give him one with `agent add`"
    many = len(devices_of(change.value))
    return f"{many} devices are too many: {MOST_DEVICES} at most" if many > MOST_DEVICES else ""


# ---- for `config diff` and `config export` ------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBoard:
    """One thing that an order says of an agent. `until` 0: for good."""

    agent: AgentId
    field: str
    value: str
    author: str
    since: Seconds
    until: Seconds


def change_boards(state: State) -> list[ChangeBoard]:
    """Every change of an agent by order that is in force, by name."""
    return [board for name in sorted(state.agents) for board in changes_of(state.agents[name])]


def changes_of(live: LiveAgent) -> list[ChangeBoard]:
    """What orders say of one agent."""
    return [
        ChangeBoard(
            agent=live.agent.agent,
            field=field,
            value=kept.value,
            author=kept.author,
            since=kept.since,
            until=kept.until,
        )
        for field, kept in live.overrides.items()
    ]
