"""Why a call stands where it does, in sentences. A pure read of State."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ccswitch.floor.alive import LiveAgent, LiveCall
from ccswitch.floor.at_work import at_work
from ccswitch.floor.boards.agents import agent_note
from ccswitch.floor.boards.lines import agents_of, positions_in_line, waiting_lines
from ccswitch.floor.offering import place_words
from ccswitch.floor.relaxing import next_rule
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model.ids import AgentId, CallId, QueueName, Seconds
from ccswitch.model.nouns import CallPlace, QueueMode
from ccswitch.model.skills import joint

WHERE: dict[CallPlace, str] = {
    CallPlace.SCRIPT: "A script has the caller (step {step})",
    CallPlace.WAITING: "The caller waits in {queue}",
    CallPlace.DIALLING: "The other side is being called",
    CallPlace.BRIDGING: "An agent answered and is being joined to the caller",
    CallPlace.TALKING: "The caller talks with {agent}",
    CallPlace.RETURNING: "The caller is on the way back to park",
    CallPlace.LEAVING: "The call is being handed out or hung up; only its end is awaited",
    CallPlace.WAYOUT: "No controller was there in time; the dialplan's last resort has the caller",
}


def explain_call(state: State, call_id: str, now: Seconds) -> tuple[str, ...]:
    """Why a live call stands where it does, as sentences; nothing when it is not live."""
    call = state.calls.get(CallId(call_id))
    if call is None:
        return ()
    sentences = [_where(call, now)]
    if call.visiting and call.place is CallPlace.WAITING:
        sentences += _why_waiting(state, call, now)
    if call.promise:
        sentences.append(f"It is to keep promise {call.promise}: `ccswitch callback explain {call.promise}`.")
    if not state.reachable(call.node):
        sentences.append(f"Node {call.node} cannot be reached now; nothing is asked of it until its truth is known.")
    if call.why:
        sentences.append(f"Settled: {call.why}.")
    return tuple(sentences)


def _where(call: LiveCall, now: Seconds) -> str:
    words = WHERE[call.place].format(step=call.step or "not begun", queue=call.queue, agent=call.agent)
    return f"{words}, for {now - call.place_since:.0f} s."


def _why_waiting(state: State, call: LiveCall, now: Seconds) -> list[str]:
    position = positions_in_line(state).get(call.call, 0)
    why = [f"Position {position} by arrival; {place_words(call, now)}."]
    for offer in state.offers_of(call):
        left = max(0.0, offer.deadline - now)
        why.append(f"Offered to {offer.agent} ({offer.why}); the offer ends in {left:.0f} s.")
    if call.offers:
        return why
    return [*why, *who_may_answer(state, call, now), *next_rule_words(state, call, now), *_before_him(state, call, now)]


def who_may_answer(state: State, call: LiveCall | LivePromise, now: Seconds) -> list[str]:
    """What he wants, and of each agent of his queues why he is not it."""
    wanted = call.wanted
    if wanted.agent:
        alone = [state.agents[wanted.agent]] if wanted.agent in state.agents else []
        until = state.deadlines.due.get(("only", call.call))
        long = f" for {until - now:.0f} s more" if until else ""
        return [f"Waits for {wanted.agent} alone{long}.", _why_no_agent(alone, call.queue, now)]
    serving = list({live.agent.agent: live for name in wanted.queues for live in agents_of(state, name)}.values())
    able = [live for live in serving if live.meets(call.requires)]
    said = [f"Also of {', '.join(call.also)}."] if call.also else []
    if call.requires:
        queues = ", ".join(wanted.queues)
        said.append(f"Requires {call.requires}: {len(able)} of the {len(serving)} agents of {queues} can do that.")
    if call.prefers:
        said.append(f"Prefers {call.prefers}.")
    if able or not serving:
        said.append(_why_no_agent(able, call.queue, now))
    return said + [f"{live.agent.agent}: {_why_not(live, call.requires, now)}." for live in serving]


def _why_not(live: LiveAgent, requires: str, now: Seconds) -> str:
    """Why this agent does not take the call at once."""
    if live.meets(requires):
        return agent_note(live, now)
    asked = joint(requires).skills
    has = ", ".join(f"{name}={level}" for name, level in sorted(live.skills.items()) if name in asked)
    return f"cannot do what is required (has {has or 'none of it'})"


def next_rule_words(state: State, call: LiveCall | LivePromise, now: Seconds) -> list[str]:
    """The rule that comes next, and when."""
    following = next_rule(state, call, now)
    if following is None:
        return []
    when = f"in {following.at - now:.0f} s" if following.at is not None else "once its figures are so"
    return [f"Next rule {when}: {following.text}."]


SHOWN = 10  # of those who come before him


def _before_him(state: State, call: LiveCall, now: Seconds) -> list[str]:
    """Who of his queue comes before him, and by what."""
    line = waiting_lines(state).get(call.queue, [])
    before = [one for one in line if (one.arrival, one.call) < (call.arrival, call.call)]
    said = [f"Before him: {one.call}, {place_words(one, now)}." for one in before[:SHOWN]]
    return said + ([f"And {len(before) - SHOWN} more."] if len(before) > SHOWN else [])


def _why_no_agent(serving: list[LiveAgent], queue: QueueName, now: Seconds) -> str:
    if not serving:
        return f"No agent serves {queue}."
    free = [live.agent.agent for live in serving if live.is_free(now)]
    if free:
        return f"Free now: {', '.join(free)}; callers before this one, of any of their queues, come first."
    return f"No agent of {queue} is free: {_tally(agent_note(live, now) for live in serving)}."


def _tally(notes: Iterable[str]) -> str:
    return "; ".join(f"{count} {note}" for note, count in sorted(Counter(notes).items(), key=lambda item: -item[1]))


# ---- agents -------------------------------------------------------------------------------------------------


def explain_agent(state: State, name: str, now: Seconds) -> tuple[str, ...]:
    """What an agent does, which waiting callers he could take, and why he does not take the others; nothing when there
    is no such agent."""
    live = state.agents.get(AgentId(name))
    if live is None:
        return ()
    waiting = [call for call in state.calls.values() if call.visiting and call.place is CallPlace.WAITING]
    waiting.sort(key=lambda call: (call.arrival, call.call))
    said = [f"{name}: {agent_note(live, now)}.", *at_work(state, live, now)]
    if not waiting:
        return (*said, "Nobody waits.")
    could = [call for call in waiting if state.fits(live, call.wanted)]
    said += [f"Could take {call.call} of {call.queue}: {_taken_by(state, live, call, now)}." for call in could[:SHOWN]]
    if len(could) > SHOWN:
        said.append(f"And {len(could) - SHOWN} more.")
    why_not = Counter(_why_unfit(live, call) for call in waiting if call not in could)
    return (*said, *(f"{count} of the waiting he cannot take: {why}." for why, count in sorted(why_not.items())))


def _taken_by(state: State, live: LiveAgent, call: LiveCall, now: Seconds) -> str:
    if call.offers:
        return f"is offered to {', '.join(state.offers[offer].agent for offer in call.offers)}"
    if state.mode(call.queue) is QueueMode.PAUSED:
        return f"{call.queue} is paused"
    if not state.reachable(call.node):
        return f"node {call.node} cannot be reached"
    return place_words(call, now) + ("" if live.is_free(now) else "; once he is free")


def _why_unfit(live: LiveAgent, call: LiveCall) -> str:
    wanted = call.wanted
    if wanted.agent:
        return f"they wait for {wanted.agent} alone"
    if not set(wanted.queues) & set(live.agent.queues):
        return f"he does not serve {', '.join(wanted.queues)}"
    return f"they require {wanted.requires}"
