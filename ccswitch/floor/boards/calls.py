"""Boards of live calls."""

from __future__ import annotations

from dataclasses import dataclass

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.boards.lines import offered_to, positions_in_line
from ccswitch.floor.guests import guests_of
from ccswitch.floor.state import State
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import CallPlace


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
    guests: tuple[str, ...] = ()  # at his talk, as "ann (whisper)"


def call_boards(state: State) -> list[CallBoard]:
    """Every live call, oldest first."""
    positions = positions_in_line(state)
    calls = sorted(state.calls.values(), key=lambda call: (call.started_at, call.call))
    return [_call_board(state, call, positions) for call in calls]


def call_board(state: State, call_id: str) -> CallBoard | None:
    """One live call, or None."""
    call = state.calls.get(CallId(call_id))
    return _call_board(state, call, positions_in_line(state)) if call else None


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
        agent=call.agent or offered_to(state, call),
        step=call.step if call.place is CallPlace.SCRIPT else "",
        legs=tuple(call.legs),
        guests=tuple(f"{guest.name} ({guest.mode.value})" for guest in guests_of(state, call)),
    )
