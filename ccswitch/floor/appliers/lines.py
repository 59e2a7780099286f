"""Lines: callers who wait for a queue's agents, agents who are idle for its callers, and when to pair them."""

from __future__ import annotations

from bisect import bisect_left

from ccswitch.acd.order import Waiting
from ccswitch.acd.pools import Pool, queue_of, wanted_of
from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model.ids import Seconds


def join_line(state: State, call: LiveCall | LivePromise, at: Seconds) -> None:
    """Into the line for what he wants, once, by effective arrival."""
    stands_in = call.pool
    if stands_in != Pool(call.queue) and state.open_pool(stands_in):
        _fill_pool(state, stands_in)
    line = state.waiting.setdefault(stands_in, [])
    place = Waiting(call.arrival, call.call)
    if not line or line[-1] < place:  # as mostly
        line.append(place)
    elif line[stands := bisect_left(line, place)] != place:
        line.insert(stands, place)
    if isinstance(call, LiveCall) and (not state.has_queue(call.queue) or state.turns_away(call)):
        state.deadlines.set("elsewhere", call.call, at)  # which comes before any match
    match_now(state, at)


def leave_line(state: State, call: LiveCall | LivePromise) -> None:
    """Out of his line, if he stands in one; a line in which nobody stands is none."""
    if not call.visiting:
        return
    stands_in = call.pool
    line = state.waiting.get(stands_in)
    if line is None:
        return
    if line[0].call == call.call:  # as mostly
        del line[0]
    else:
        place = Waiting(call.arrival, call.call)
        stands = bisect_left(line, place)
        if stands < len(line) and line[stands] == place:
            del line[stands]
    if not line:
        del state.waiting[stands_in]
        if call.only and state.close_pool(stands_in) and call.only in state.agents:
            note_idle(state, state.agents[call.only])


def _fill_pool(state: State, opened: Pool) -> None:
    """Who is idle and can help stands in a new line too."""
    wanted, lines = wanted_of(opened), state.idle.lines
    serving = {stands.agent for queue in wanted.queues for stands in lines.get(Pool(queue), ())}
    for name in (wanted.agent,) if wanted.agent else serving:
        agent = state.agents.get(name)
        if agent is not None:
            note_idle(state, agent)


def note_idle(state: State, agent: LiveAgent) -> None:
    """Keep him in line among the idle as he stands now: a match must not ask a thousand agents."""
    if agent.is_idle:
        state.idle.join(state.in_line(agent))
    else:
        state.idle.leave(agent.agent.agent)
    state.census.note(agent.agent.agent, agent.doing, agent.agent.queues)


def match_now(state: State, at: Seconds) -> None:
    """Pairing is due, unless there is no queue with both a caller and an agent in line."""
    waiting, idle = state.waiting, state.idle.lines
    if waiting and idle and not waiting.keys().isdisjoint(idle):
        state.deadlines.set("match", "", at)


def look_elsewhere(state: State, at: Seconds) -> None:
    """Whoever waits in a queue that is no longer in the files, or closed, may have to go elsewhere at once."""
    for name, line in state.waiting.items():
        known, said = state.has_queue(queue_of(name)), queue_of(name) in state.queue_orders
        for place in line if said or not known else ():
            call = state.calls.get(place.call)  # promises stay: a queue may be there again
            if call is not None and (not known or state.turns_away(call)):
                state.deadlines.set("elsewhere", place.call, at)
