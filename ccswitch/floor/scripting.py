"""A call in a script: what the interpreter wants done is done, what came of it goes back to the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.leaving import hand_out, hang_up
from ccswitch.floor.looking_up import forget, look_up, secrets_of
from ccswitch.floor.messages import interrupted
from ccswitch.floor.noting import noted
from ccswitch.floor.promising import promise_in_script
from ccswitch.floor.queueing import Joining, enqueue, wait_on
from ccswitch.floor.state import State
from ccswitch.floor.step_starts import start_step, started, take_message
from ccswitch.floor.surroundings import around
from ccswitch.floor.versions import in_force, kept
from ccswitch.ivr import acts
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Failed, Heard, Refused, TalkOver, reason, result_word
from ccswitch.ivr.house import offers_callback
from ccswitch.ivr.interpreter import Move, Passed, begin, kept_keys, replay, resume
from ccswitch.ivr.script import Script, Scripts
from ccswitch.ivr.step import END
from ccswitch.ivr.steps.hang_up import HangUpStep
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, QueueName, ScriptHash, Seconds
from ccswitch.model.nouns import CallPlace, CallResult

PROMISED_WITHIN: Seconds = 10.0  # a promise takes no time; the step's own limit is never reached


def enter(
    state: State,
    call: LiveCall,
    name: str,
    now: Seconds,
    *,
    given: Mapping[str, str] | None = None,
    beneath: bool = False,
) -> Decided:
    """Let the version of script `name` that this call takes have the caller, from its beginning and `given` these
    parameters. `beneath`: where his own script stood is kept under it."""
    script = in_force(state, call, name)
    if script is None:
        return hang_up(call, CallResult.LOST, "NORMAL_TEMPORARY_FAILURE", f"no script named {name!r}", now)
    move = begin(script, around(state, call, now), _scripts(state, call), given)
    if beneath and call.cursor:
        move = replace(move, cursor=move.cursor.over_that(Cursor.from_json(call.cursor)))
    return take(state, call, move, now)


def _scripts(state: State, call: LiveCall) -> Scripts:
    """The scripts that `call` may run, or come back to."""
    return lambda name, version: kept(state, name, version) if version else in_force(state, call, name)


def after_talk(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The agent is gone and the caller is back: the script goes on behind its queue step, or the call ends."""
    return go_on(state, call, TalkOver(), now, otherwise="the talk is over")


def not_queued(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    """The queue cannot have the caller: the script's queue step says where he goes instead (`otherwise`)."""
    return go_on(state, call, Refused(why), now, otherwise=why)


def not_reached(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The outside number could not be reached and the caller is back: the script knows what then."""
    why = "the outside number could not be reached"
    resumed = Decided([o.CallResumed(call=call.call, why=why)], [])
    return resumed + go_on(state, call, Failed(why), now, otherwise=why)


def again(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The same step from its start: what was heard of it before a restart or a lost link is not known."""
    script = script_of(state, call)
    if script is None:
        return hang_up(call, CallResult.LOST, "NORMAL_TEMPORARY_FAILURE", "its script is gone", now)
    quiet = interrupted(state, call, now) + Decided([], [r.Quiet(node=call.node, leg=call.leg)])
    move = replay(script, Cursor.from_json(call.cursor), around(state, call, now), _scripts(state, call))
    return quiet + take(state, call, move, now)


def take(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    """Carry out one move of a script. The steps without time that led to it are kept before it.

    Masked digits of which the script has no reference any more, and all of a caller whom it lets go, are wiped first.
    """
    cursor = move.cursor.unmasked() if type(move.act) in _LEADS_OUT else move.cursor
    gone = (secrets_of(call) | move.cursor.references) - cursor.references
    move = replace(move, cursor=cursor)
    said = noted(call, move.notes) + _passed(call, move)
    tags = [tag for one in said if isinstance(one, o.CallTagged) for tag in one.tags]
    there = replace(call, tags=(*call.tags, *tags)) if tags else call  # they count for where he stands in line
    return Decided(said, []) + forget(call, sorted(gone)) + _act(state, there, move, now)


def _passed(call: LiveCall, move: Move) -> list[o.Outcome]:
    outcomes: list[o.Outcome] = []
    for step in move.passed:
        outcomes += [_step_passed(call, step), *noted(call, step.notes)]
    return outcomes


def _step_passed(call: LiveCall, step: Passed) -> o.StepPassed:
    return o.StepPassed(
        call=call.call,
        script=step.script,
        script_hash=step.hash,
        step=step.step,
        kind=step.kind,
        result=step.result,
        to=step.to,
    )


def _act(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    carried = _ACTS.get(type(move.act))
    return carried(state, call, move, now) if carried else start_step(call, move, now)


def _from(move: Move) -> str:
    """Where in which script, as a reason."""
    return f"script {move.cursor.script}, step {move.step}"


def _queue(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    assert isinstance(move.act, acts.Queue)
    if offers_callback(move.cursor.script):
        return _wait_on(state, call, move, now)
    new = tuple(tag for tag in dict.fromkeys(move.act.tags) if tag not in call.tags)
    tagged = Decided([o.CallTagged(call=call.call, tags=new)] if new else [], [])
    joining = Joining(
        queue=QueueName(move.act.queue),
        priority=move.act.priority,
        why=_from(move),
        cursor=move.cursor.to_json(),
        script_hash=move.cursor.hash,
        requires=move.act.skills,
        prefers=move.act.prefers,
        agent=AgentId(move.act.agent),
    )
    return tagged + enqueue(state, replace(call, tags=(*call.tags, *new)) if new else call, joining, now)


def _wait_on(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    """Who would rather not be called back waits where he stood, and his own script goes on after the talk. From a talk
    he comes anew."""
    assert isinstance(move.act, acts.Queue)
    his = move.cursor.beneath
    cursor, version = (his.to_json(), his.hash) if his else ("", "")
    why = f"{_from(move)}: he waits on"
    if call.queue and not call.talked:
        there = replace(call, cursor=cursor, script_hash=ScriptHash(version))
        return wait_on(state, there, why, again=False)
    queue = QueueName(move.act.queue)
    joining = Joining(queue=queue, priority=0, why=why, cursor=cursor, script_hash=version)
    return enqueue(state, call, joining, now)


def _call_back(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    assert isinstance(move.act, acts.CallBack)
    step, where = started(call, move, now + PROMISED_WITHIN)
    made, heard = promise_in_script(state, call, move.act, step.serial, _from(move), now)
    there = replace(
        call,
        place=CallPlace.SCRIPT,
        serial=step.serial,
        execute=where.execute,
        cursor=step.cursor,
        script_hash=ScriptHash(step.script_hash),
        step=step.step,
        step_kind=step.kind,
    )
    on = go_on(state, there, heard, now)
    on.outcomes = [x for x in on.outcomes if not (made and isinstance(x, o.CallbackPromised) and _is_same(x, made[0]))]
    return Decided([step, *made], []) + on


def _is_same(one: o.CallbackPromised, other: o.CallbackPromised) -> bool:
    """A script that asks twice in one breath gets one promise."""
    return (one.queue, one.number) == (other.queue, other.number)


def _transfer(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    assert isinstance(move.act, acts.Transfer)
    return hand_out(call, move.act.number, _from(move), move.cursor, now)


def _hang_up(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    assert isinstance(move.act, acts.HangUp)
    leaving = hang_up(call, CallResult.SERVED, move.act.cause, f"script {move.cursor.script} ended", now)
    script = kept(state, move.cursor.script, move.cursor.hash)
    if script is None or not isinstance(script.steps.get(move.step), HangUpStep):
        return leaving  # a way led to the end, past every step
    last = Passed(
        script=move.cursor.script,
        hash=move.cursor.hash,
        step=move.step,
        kind=move.kind,
        result=move.act.cause,
        to=END,
    )
    return Decided([_step_passed(call, last)], []) + leaving


# Acts that are more than one request on the caller's leg.
_ACTS: dict[type[acts.Act], Callable[[State, LiveCall, Move, Seconds], Decided]] = {
    acts.LookUp: look_up,
    acts.Queue: _queue,
    acts.CallBack: _call_back,
    acts.Transfer: _transfer,
    acts.HangUp: _hang_up,
    acts.TakeMessage: take_message,
}
_LEADS_OUT = frozenset({acts.Queue, acts.Transfer, acts.HangUp})  # of the script


def go_on(
    state: State, call: LiveCall, heard: Heard, now: Seconds, *, otherwise: str = "its script is gone"
) -> Decided:
    """The step that had the caller is over; what follows in its script, or, without one, the end."""
    script = script_of(state, call)
    if script is None:
        ended = [_step_ended(call, call.step, call.step_kind, heard)] if call.execute else []
        left = Decided([*ended], []) + forget(call, secrets_of(call))
        return left + hang_up(call, CallResult.SERVED, "NORMAL_CLEARING", otherwise, now)
    cursor = Cursor.from_json(call.cursor)
    move = resume(script, cursor, heard, around(state, call, now), _scripts(state, call))
    step = script.steps.get(cursor.step)
    kind, keys = step.WORD if step else call.step_kind, kept_keys(script, cursor, heard)
    return Decided([_step_ended(call, cursor.step, kind, heard, keys, move.to)], []) + take(state, call, move, now)


def _step_ended(call: LiveCall, step: str, kind: str, heard: Heard, keys: str = "", to: str = "") -> o.StepEnded:
    return o.StepEnded(
        call=call.call, step=step, kind=kind, result=result_word(heard), keys=keys, why=reason(heard), to=to
    )


def script_of(state: State, call: LiveCall) -> Script | None:
    """The version that has the caller; None when none does, or this release cannot read it."""
    if not call.cursor:
        return None
    cursor = Cursor.from_json(call.cursor)
    return kept(state, cursor.script, cursor.hash)
