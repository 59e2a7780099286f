"""What people may see of the floor: boards of queues, agents, calls and nodes, and why a call stands where it does.

Pure reads of State. Instants are seconds since the epoch, durations plain seconds; an empty string or 0.0 means none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

from ccswitch.floor.state import LiveAgent, LiveCall, LiveMessage, LiveNode, State
from ccswitch.model.ids import AgentId, CallId, LegId, MessageId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, Queue

WITH_CALLER = frozenset({AgentState.TALKING, AgentState.HOLDING})
BEING_OFFERED = frozenset({AgentState.OFFERED, AgentState.RINGING})


# ---- what is shown ------------------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueView:
    """One queue with its rules, its callers in the order in which they are served, and its agents."""

    board: QueueBoard
    rules: Queue
    callers: tuple[WaitingCaller, ...]
    agents: tuple[AgentBoard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBoard:
    """One live call. `position` is 0 unless he waits; `agent` is who talks with him or is being rung."""

    call: CallId
    caller_number: str
    caller_name: str
    called_number: str
    entry: str
    node: NodeName
    place: CallPlace
    place_since: Seconds
    started_at: Seconds
    queue: QueueName
    position: int
    priority: int
    waiting_since: Seconds
    agent: AgentId
    step: str
    legs: tuple[LegId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBoard:
    """One FreeSWITCH server. `state` is `up`, `syncing` (its truth is being asked for) or `down`."""

    node: NodeName
    state: str
    since: Seconds
    calls: int
    core: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBoard:
    """One message that nobody has dealt with, `seconds` long, in a file on the node."""

    message: MessageId
    box: QueueName
    call: CallId
    caller_number: str
    caller_name: str
    begun: Seconds
    seconds: Seconds
    node: NodeName
    path: str


# ---- queues -------------------------------------------------------------------------------------------------


def queue_boards(state: State, now: Seconds) -> list[QueueBoard]:
    """Every queue of the settings, then those which are gone from them but still have callers."""
    lines, talks = _lines(state), _talks(state)
    return [_queue_board(state, queue, lines.get(queue.name, []), talks, now) for queue in _queues(state, lines)]


def queue_board(state: State, name: QueueName, now: Seconds) -> QueueBoard:
    """One queue's figures; all zero for one that nobody knows."""
    lines, talks = _lines(state), _talks(state)
    return _queue_board(state, state.queue_rules(name), lines.get(name, []), talks, now)


def queue_view(state: State, name: str, now: Seconds) -> QueueView | None:
    """One queue in full, or None when there is none of that name."""
    lines = _lines(state)
    rules = next((queue for queue in _queues(state, lines) if queue.name == name), None)
    if rules is None:
        return None
    line = lines.get(rules.name, [])
    return QueueView(
        board=_queue_board(state, rules, line, _talks(state), now),
        rules=rules,
        callers=tuple(_waiting_caller(state, call, place, now) for place, call in enumerate(line, 1)),
        agents=tuple(agent_board(state, agent, now) for agent in _serving(state, rules.name)),
    )


def _queues(state: State, lines: dict[QueueName, list[LiveCall]]) -> list[Queue]:
    known = {queue.name: queue for queue in state.settings.queues}
    gone = sorted(name for name in lines if name not in known)
    return [*known.values(), *(state.queue_rules(name) for name in gone)]


def _lines(state: State) -> dict[QueueName, list[LiveCall]]:
    """Who waits where, in the order of service (priority, then arrival; see `acd/matching.py`)."""
    lines: dict[QueueName, list[LiveCall]] = {}
    for call in state.calls.values():
        if call.waits:
            lines.setdefault(call.queue, []).append(call)
    for line in lines.values():
        line.sort(key=lambda call: (-call.priority, call.waiting_since, call.call))
    return lines


def _talks(state: State) -> Counter[QueueName]:
    return Counter(call.queue for call in state.calls.values() if call.place is CallPlace.TALKING)


def _serving(state: State, queue: QueueName) -> list[LiveAgent]:
    agents = (live for live in state.agents.values() if queue in live.agent.queues)
    return sorted(agents, key=lambda live: live.agent.agent)


def _queue_board(
    state: State, queue: Queue, line: list[LiveCall], talks: Counter[QueueName], now: Seconds
) -> QueueBoard:
    present = [live for live in _serving(state, queue.name) if live.status is not AgentStatus.OFFLINE]
    return QueueBoard(
        queue=queue.name,
        waiting=len(line),
        offered=sum(1 for call in line if call.offer),
        longest_wait=max((now - call.waiting_since for call in line), default=0.0),
        talking=talks[queue.name],
        agents=len(present),
        free=sum(1 for live in present if live.is_free(now)),
        talking_agents=sum(1 for live in present if live.state in WITH_CALLER),
        wrapup=sum(1 for live in present if live.state is AgentState.WRAPUP),
        on_break=sum(1 for live in present if live.status is AgentStatus.BREAK),
        target=queue.target,
        messages=_messages(state, (queue.name,)),
        expected_wait=_expected_wait(state, queue.name, len(line), present, now),
    )


def _expected_wait(
    state: State, queue: QueueName, waiting: int, present: list[LiveAgent], now: Seconds
) -> Seconds | None:
    """None too when nobody is there to answer; nothing when somebody is free and nobody waits."""
    if not present:
        return None
    if not waiting and any(live.is_free(now) for live in present):
        return 0.0
    pace = state.paces.get(queue)
    return pace.wait(waiting, now) if pace else None


def _waiting_caller(state: State, call: LiveCall, position: int, now: Seconds) -> WaitingCaller:
    return WaitingCaller(
        call=call.call,
        position=position,
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        priority=call.priority,
        waiting_since=call.waiting_since,
        waited=now - call.waiting_since,
        offered_to=_offered_to(state, call),
        node=call.node,
    )


def _offered_to(state: State, call: LiveCall) -> AgentId:
    offer = state.offers.get(call.offer)
    return offer.agent if offer else AgentId("")


# ---- agents -------------------------------------------------------------------------------------------------


def agent_boards(state: State, now: Seconds) -> list[AgentBoard]:
    """Every agent, by name."""
    return [agent_board(state, state.agents[name], now) for name in sorted(state.agents)]


def agent_board(state: State, live: LiveAgent, now: Seconds) -> AgentBoard:
    """One agent, with the reason why he gets, or does not get, the next call."""
    call = state.calls.get(live.call)
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
        note=_agent_note(live, now),
        skills=live.agent.skills,
        messages=_messages(state, live.agent.queues),
    )


def _agent_note(live: LiveAgent, now: Seconds) -> str:
    """The first thing that keeps him from the next call, in the order in which routing looks."""
    if live.state is not AgentState.IDLE:
        after = "" if live.status is AgentStatus.READY else f", then {_status_words(live)}"
        return f"{live.state.value}{after}"
    if live.status is not AgentStatus.READY:
        return _status_words(live)
    if live.rest_until > now:
        return f"rests for {live.rest_until - now:.0f} s: {live.rest_why}"
    if not live.agent.queues:
        return "serves no queue"
    return "takes the next call"


def _status_words(live: LiveAgent) -> str:
    return f"{live.status.value} ({live.reason})" if live.reason else live.status.value


# ---- messages -----------------------------------------------------------------------------------------------


def message_boards(state: State, boxes: Container[QueueName] | None = None) -> list[MessageBoard]:
    """The messages for `boxes`, or for all, that are whole and that nobody has dealt with, the oldest first."""
    whole = [one for one in state.messages.values() if one.seconds is not None and (boxes is None or one.box in boxes)]
    return [_message_board(one) for one in sorted(whole, key=lambda one: (one.begun, one.message))]


def _message_board(message: LiveMessage) -> MessageBoard:
    return MessageBoard(
        message=message.message,
        box=message.box,
        call=message.call,
        caller_number=message.caller_number,
        caller_name=message.caller_name,
        begun=message.begun,
        seconds=message.seconds or 0.0,
        node=message.node,
        path=message.path,
    )


def _messages(state: State, boxes: Container[QueueName]) -> int:
    return sum(1 for one in state.messages.values() if one.box in boxes and one.seconds is not None)


# ---- calls --------------------------------------------------------------------------------------------------


def call_boards(state: State) -> list[CallBoard]:
    """Every live call, oldest first."""
    positions = _positions(state)
    calls = sorted(state.calls.values(), key=lambda call: (call.started_at, call.call))
    return [_call_board(state, call, positions) for call in calls]


def call_board(state: State, call_id: str) -> CallBoard | None:
    """One live call, or None."""
    call = state.calls.get(CallId(call_id))
    return _call_board(state, call, _positions(state)) if call else None


def _positions(state: State) -> dict[CallId, int]:
    return {call.call: place for line in _lines(state).values() for place, call in enumerate(line, 1)}


def _call_board(state: State, call: LiveCall, positions: dict[CallId, int]) -> CallBoard:
    return CallBoard(
        call=call.call,
        caller_number=call.caller_number,
        caller_name=call.caller_name,
        called_number=call.called_number,
        entry=call.entry,
        node=call.node,
        place=call.place,
        place_since=call.place_since,
        started_at=call.started_at,
        queue=call.queue,
        position=positions.get(call.call, 0),
        priority=call.priority,
        waiting_since=call.waiting_since if call.visiting else 0.0,
        agent=call.agent or _offered_to(state, call),
        step=call.step if call.place is CallPlace.SCRIPT else "",
        legs=tuple(call.legs),
    )


# ---- nodes --------------------------------------------------------------------------------------------------


def node_boards(state: State) -> list[NodeBoard]:
    """Every node of the settings, and any other that still has calls."""
    calls = Counter(call.node for call in state.calls.values())
    names = sorted({*state.settings.nodes, *state.nodes, *calls})
    return [_node_board(state.nodes.get(name) or LiveNode(node=name), calls[name]) for name in names]


def _node_board(node: LiveNode, calls: int) -> NodeBoard:
    state = "down" if not node.connected else "up" if node.synced else "syncing"
    return NodeBoard(node=node.node, state=state, since=node.since, calls=calls, core=node.core)


# ---- why ----------------------------------------------------------------------------------------------------


def explain_call(state: State, call_id: str, now: Seconds) -> tuple[str, ...]:
    """Why a live call stands where it does, as sentences; nothing when it is not live."""
    call = state.calls.get(CallId(call_id))
    if call is None:
        return ()
    sentences = [_where(call, now)]
    if call.visiting and call.place is CallPlace.WAITING:
        sentences += _why_waiting(state, call, now)
    if not state.reachable(call.node):
        sentences.append(f"Node {call.node} cannot be reached now; nothing is asked of it until its truth is known.")
    if call.why:
        sentences.append(f"Settled: {call.why}.")
    return tuple(sentences)


WHERE: dict[CallPlace, str] = {
    CallPlace.SCRIPT: "A script has the caller (step {step})",
    CallPlace.WAITING: "The caller waits in {queue}",
    CallPlace.BRIDGING: "An agent answered and is being joined to the caller",
    CallPlace.TALKING: "The caller talks with {agent}",
    CallPlace.RETURNING: "The caller is on the way back to park",
    CallPlace.LEAVING: "The call is being handed out or hung up; only its end is awaited",
    CallPlace.WAYOUT: "No controller was there in time; the dialplan's last resort has the caller",
}


def _where(call: LiveCall, now: Seconds) -> str:
    words = WHERE[call.place].format(step=call.step or "not begun", queue=call.queue, agent=call.agent)
    return f"{words}, for {now - call.place_since:.0f} s."


def _why_waiting(state: State, call: LiveCall, now: Seconds) -> list[str]:
    position = _positions(state).get(call.call, 0)
    waited = f"Position {position} by priority {call.priority}, then arrival; waiting {now - call.waiting_since:.0f} s."
    offer = state.offers.get(call.offer)
    if offer is not None:
        left = max(0.0, offer.deadline - now)
        return [waited, f"Offered to {offer.agent} ({offer.why}); the offer ends in {left:.0f} s."]
    serving = _serving(state, call.queue)
    if not call.requires:
        return [waited, _why_no_agent(serving, call.queue, now)]
    able = [live for live in serving if live.meets(call.requires)]
    needs = f"Requires {call.requires}: {len(able)} of the {len(serving)} agents of {call.queue} can do that."
    return [waited, needs, *([_why_no_agent(able, call.queue, now)] if able else [])]


def _why_no_agent(serving: list[LiveAgent], queue: QueueName, now: Seconds) -> str:
    if not serving:
        return f"No agent serves {queue}."
    free = [live.agent.agent for live in serving if live.is_free(now)]
    if free:
        return f"Free now: {', '.join(free)}; callers before this one, of any of their queues, come first."
    return f"No agent of {queue} is free: {_tally(_agent_note(live, now) for live in serving)}."


def _tally(notes: Iterable[str]) -> str:
    return "; ".join(f"{count} {note}" for note, count in sorted(Counter(notes).items(), key=lambda item: -item[1]))
