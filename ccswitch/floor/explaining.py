"""Why a call stands where it does, in sentences. A pure read of State."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ccswitch.floor.boards.agents import agent_note
from ccswitch.floor.boards.lines import agents_of, positions_in_line
from ccswitch.floor.offering import place_words
from ccswitch.floor.state import LiveAgent, LiveCall, State
from ccswitch.model.ids import CallId, QueueName, Seconds
from ccswitch.model.nouns import CallPlace

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
    waited = f"Position {position} by arrival; {place_words(call, now)}."
    offer = state.offers.get(call.offer)
    if offer is not None:
        left = max(0.0, offer.deadline - now)
        return [waited, f"Offered to {offer.agent} ({offer.why}); the offer ends in {left:.0f} s."]
    if call.only:
        alone = [state.agents[call.only]] if call.only in state.agents else []
        return [waited, f"Waits for {call.only} alone.", _why_no_agent(alone, call.queue, now)]
    serving = list({live.agent.agent: live for name in call.wanted.queues for live in agents_of(state, name)}.values())
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
    return f"No agent of {queue} is free: {_tally(agent_note(live, now) for live in serving)}."


def _tally(notes: Iterable[str]) -> str:
    return "; ".join(f"{count} {note}" for note, count in sorted(Counter(notes).items(), key=lambda item: -item[1]))
