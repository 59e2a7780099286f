"""Boards of queues: figures at a glance, and one queue with its callers and agents."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.boards.agents import AgentBoard, agent_board
from ccswitch.floor.boards.lines import agents_of, offered_to, waiting_lines
from ccswitch.floor.boards.messages import messages_for
from ccswitch.floor.boards.promises import PromiseBoard, promise_boards
from ccswitch.floor.pace import JUDGED
from ccswitch.floor.queue_figures import QueueFigures
from ccswitch.floor.state import State
from ccswitch.model.ids import AgentId, CallId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, Queue, QueueMode

WITH_CALLER = frozenset({AgentState.TALKING, AgentState.HOLDING})


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueBoard:
    """One queue at a glance. `agents` are those who serve it and are not offline; `free` can take a call now."""

    queue: QueueName
    waiting: int  # not yet talking, with or without an offer out
    offered: int  # of them, an agent's phone is being rung
    longest_wait: Seconds
    talking: int
    agents: int
    free: int
    talking_agents: int  # with any caller, of whatever queue
    wrapup: int
    on_break: int
    target: Seconds
    messages: int = 0  # left for its agents, and not dealt with
    expected_wait: Seconds | None = None  # of who would come now; None: nothing can be said (floor/pace.py)
    estimate_error: float | None = None  # of 1, of the estimates of late; None: too few came to their end
    promised: int = 0  # calls that its customers were promised and that are to come
    oldest_promise: Seconds = 0.0  # how long the oldest of those has stood in line whose time is come
    mode: QueueMode = QueueMode.OPEN  # what a supervisor said of it


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingCaller:
    """One caller in a queue's order; `position` counts from 1."""

    call: CallId
    position: int
    caller_number: str
    caller_name: str
    priority: int
    waiting_since: Seconds
    waited: Seconds
    offered_to: AgentId
    node: NodeName


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """One queue with its rules, its callers in the order in which they are served, and its agents."""

    board: QueueBoard
    rules: Queue
    callers: tuple[WaitingCaller, ...]
    agents: tuple[AgentBoard, ...]
    promises: tuple[PromiseBoard, ...] = ()


def queue_boards(state: State, now: Seconds) -> list[QueueBoard]:
    """Every queue of the settings, then those which are gone from them but still have callers."""
    lines, talks = waiting_lines(state), _talks(state)
    return [_queue_board(state, queue, lines.get(queue.name, []), talks, now) for queue in _queues(state, lines)]


def queue_board(state: State, name: QueueName, now: Seconds) -> QueueBoard:
    """One queue's figures; all zero for one that nobody knows."""
    lines, talks = waiting_lines(state), _talks(state)
    return _queue_board(state, state.queue_rules(name), lines.get(name, []), talks, now)


def queue_view(state: State, name: str, now: Seconds) -> QueueView | None:
    """One queue in full, or None when there is none of that name."""
    lines = waiting_lines(state)
    rules = next((queue for queue in _queues(state, lines) if queue.name == name), None)
    if rules is None:
        return None
    line = lines.get(rules.name, [])
    return QueueView(
        board=_queue_board(state, rules, line, _talks(state), now),
        rules=rules,
        callers=tuple(_waiting_caller(state, call, place, now) for place, call in enumerate(line, 1)),
        agents=tuple(agent_board(state, agent, now) for agent in agents_of(state, rules.name)),
        promises=tuple(promise_boards(state, rules.name)),
    )


def _queues(state: State, lines: dict[QueueName, list[LiveCall]]) -> list[Queue]:
    known = {queue.name: queue for queue in state.settings.queues}
    gone = sorted(name for name in lines if name not in known)
    return [*known.values(), *(state.queue_rules(name) for name in gone)]


def _talks(state: State) -> Counter[QueueName]:
    return Counter(call.queue for call in state.calls.values() if call.place is CallPlace.TALKING)


def _queue_board(
    state: State, queue: Queue, line: list[LiveCall], talks: Counter[QueueName], now: Seconds
) -> QueueBoard:
    present = [live for live in agents_of(state, queue.name) if live.status is not AgentStatus.OFFLINE]
    promises = [one for one in state.promises.values() if one.queue == queue.name]
    return QueueBoard(
        queue=queue.name,
        waiting=len(line),
        offered=sum(1 for call in line if call.offers),
        longest_wait=max((now - call.waiting_since for call in line), default=0.0),
        talking=talks[queue.name],
        agents=len(present),
        free=sum(1 for live in present if live.is_free(now)),
        talking_agents=sum(1 for live in present if live.state in WITH_CALLER),
        wrapup=sum(1 for live in present if live.state is AgentState.WRAPUP),
        on_break=sum(1 for live in present if live.status is AgentStatus.BREAK),
        target=queue.target,
        messages=messages_for(state, (queue.name,)),
        expected_wait=QueueFigures(state, queue.name, now).newcomers_wait,
        estimate_error=_estimate_error(state, queue.name),
        promised=len(promises),
        oldest_promise=max((now - one.waiting_since for one in promises if one.visiting), default=0.0),
        mode=state.mode(queue.name),
    )


def _estimate_error(state: State, queue: QueueName) -> float | None:
    pace = state.paces.get(queue)
    return pace.error if pace is not None and pace.judged >= JUDGED else None


def _waiting_caller(state: State, call: LiveCall, position: int, now: Seconds) -> WaitingCaller:
    return WaitingCaller(
        call=call.call,
        position=position,
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        priority=call.priority,
        waiting_since=call.waiting_since,
        waited=now - call.waiting_since,
        offered_to=offered_to(state, call),
        node=call.node,
    )
