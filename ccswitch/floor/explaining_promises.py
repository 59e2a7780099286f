"""Why a promise to call back stands where it does, in sentences. A pure read of State."""

from __future__ import annotations

from ccswitch.floor.calling_back import node_for
from ccswitch.floor.explaining import next_rule_words, who_may_answer
from ccswitch.floor.offering import place_words
from ccswitch.floor.queue_figures import QueueFigures
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.model.ids import CallId, Seconds
from ccswitch.model.nouns import QueueMode


def explain_promise(state: State, name: str, now: Seconds) -> tuple[str, ...]:
    """Why a promise is not kept yet, and what comes next; nothing when no such promise stands."""
    promise = state.promises.get(CallId(name))
    if promise is None:
        return ()
    said = [f"{promise.number} is promised a call by queue {promise.queue}; {_tries(state, promise)}."]
    said += _where(state, promise, now)
    return (*said, f"It expires in {promise.expires - now:.0f} s.")


def _tries(state: State, promise: LivePromise) -> str:
    most = state.queue_rules(promise.queue).callback_tries
    return f"{promise.tries} of {most} tries were in vain" if promise.tries else "he was not rung yet"


def _where(state: State, promise: LivePromise, now: Seconds) -> list[str]:
    call = state.calls.get(promise.dialled)
    if promise.visiting:
        return _in_line(state, promise, now)
    if call is not None:
        agents = ", ".join(offer.agent for offer in state.offers_of(call))
        if not call.calls_back:
            return [f"He has answered: call {call.call} is {call.place.value}."]
        whom = f"He is rung by call {call.call}" if call.leg in state.legs else f"Call {call.call} is under way for it"
        return [f"{whom}; agent: {agents or 'none any more'}."]
    if promise.put_off:
        hours = state.queue_rules(promise.queue).callback_hours
        return [f"Calendar {hours} is closed: it stands in line in {promise.put_off - now:.0f} s."]
    what = f"Try {promise.tries + 1}" if promise.tries else "Its time"
    return [f"{what} comes in {promise.due - now:.0f} s."]


def _in_line(state: State, promise: LivePromise, now: Seconds) -> list[str]:
    """At which place among callers and promises, whom it waits for, and what speaks against it."""
    line = QueueFigures(state, promise.queue, now).in_order()
    said = [f"Stands in line at place {line.index(promise.call) + 1} of {len(line)}; {place_words(promise, now)}."]
    if state.mode(promise.queue) in (QueueMode.PAUSED, QueueMode.CLOSED):
        said.append(f"Queue {promise.queue} is {state.mode(promise.queue).value}: nobody is called.")
    if node_for(state, promise) is None:
        said.append("No node that has a gateway can be reached now.")
    return [*said, *who_may_answer(state, promise, now), *next_rule_words(state, promise, now)]
