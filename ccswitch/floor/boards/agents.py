"""Boards of agents, each with the reason why he gets, or does not get, the next call."""

from __future__ import annotations

from dataclasses import dataclass

from ccswitch.floor.agent_changes import ChangeBoard, changes_of
from ccswitch.floor.alive import LiveAgent, LiveOtherCall
from ccswitch.floor.boards.messages import messages_for
from ccswitch.floor.breaks import reason_of
from ccswitch.floor.state import State
from ccswitch.model.ids import AgentId, CallId, QueueName, Seconds
from ccswitch.model.nouns import ON_DEMAND, AgentState, AgentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentBoard:
    """One agent. `note` says in a sentence why he does, or does not, get the next call."""

    agent: AgentId
    name: str
    phone: str
    queues: tuple[QueueName, ...]
    status: AgentStatus
    reason: str
    status_since: Seconds
    state: AgentState
    state_since: Seconds
    call: CallId
    caller_number: str
    free: bool
    rest_until: Seconds
    note: str
    skills: tuple[str, ...] = ()  # as billing=7
    messages: int = 0  # left for his queues, and not dealt with
    devices: tuple[str, ...] = ()  # every phone of his
    label: str = ""  # of his break's reason, as people read it
    break_until: Seconds = 0.0  # as long as his break may be; 0.0 when that is not said
    wrapup_until: Seconds = 0.0
    connection: str = ON_DEMAND  # or nailed_up
    leg_since: Seconds = 0.0  # a nailed-up leg of his stands since then; 0.0: none does
    changes: tuple[ChangeBoard, ...] = ()  # what orders say in the place of the files


def agent_boards(state: State, now: Seconds) -> list[AgentBoard]:
    """Every agent, by name."""
    return [agent_board(state, state.agents[name], now) for name in sorted(state.agents)]


def agent_board(state: State, live: LiveAgent, now: Seconds) -> AgentBoard:
    """One agent, with the reason why he gets, or does not get, the next call."""
    call, reason = state.calls.get(live.call), reason_of(state, live.reason)
    nailed = state.nailed.get(live.nailed)
    return AgentBoard(
        agent=live.agent.agent,
        name=live.agent.name,
        phone=live.agent.phone,
        queues=live.agent.queues,
        status=live.status,
        reason=live.reason,
        status_since=live.status_since,
        state=live.state,
        state_since=live.state_since,
        call=live.call,
        caller_number=call.caller_number if call else "",
        free=live.is_free(now),
        rest_until=live.rest_until if live.rest_until > now else 0.0,
        note=agent_note(live, now),
        skills=live.agent.skills,
        messages=messages_for(state, live.agent.queues),
        devices=live.agent.devices,
        label=reason.label if reason is not None and live.status is AgentStatus.BREAK else "",
        break_until=live.break_until,
        wrapup_until=state.deadlines.due.get(("wrapup", live.agent.agent), 0.0),
        connection=live.agent.connection,
        leg_since=nailed.stands_since if nailed else 0.0,
        changes=tuple(changes_of(live)),
    )


def agent_note(live: LiveAgent, now: Seconds) -> str:
    """The first thing that keeps him from the next call, in the order in which routing looks."""
    if live.state is not AgentState.IDLE:
        after = "" if live.status is AgentStatus.READY else f", then {_status_words(live)}"
        return f"{live.state.value}{after}"
    if live.status is not AgentStatus.READY:
        over = now - live.break_until
        return _status_words(live) + (f", {over / 60:.0f} min over its limit" if over > 0.0 < live.break_until else "")
    if live.own:
        return "on his own phone"
    if live.others:
        return other_words(live.others[0], now)
    if live.lacks_leg:
        since = f", for {now - live.nailed_since:.0f} s" if live.nailed_since else ""
        return f"his nailed-up leg is {'being rung' if live.nailed else 'down'}{since}"
    if live.rest_until > now:
        return f"rests for {live.rest_until - now:.0f} s: {live.rest_why}"
    if not live.agent.queues:
        return "serves no queue"
    return "takes the next call"


def other_words(one: LiveOtherCall, now: Seconds) -> str:
    """A call at his phone in which we have no part."""
    does = "is in" if one.answered_at or one.outgoing else "rings for"
    return f"his phone {does} another call, since {now - one.since:.0f} s"


def _status_words(live: LiveAgent) -> str:
    return f"{live.status.value} ({live.reason})" if live.reason else live.status.value
