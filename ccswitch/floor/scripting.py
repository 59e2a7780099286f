"""A call in a script: what the interpreter wants done becomes requests, what the switch reports goes back to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.leaving import hand_out, hang_up
from ccswitch.floor.looking_up import forget, heard_of, look_up, secrets_of
from ccswitch.floor.messages import begin_message, interrupted, message_failed, message_over
from ccswitch.floor.noting import noted
from ccswitch.floor.queueing import enqueue, music_over
from ccswitch.floor.state import LiveCall, State
from ccswitch.floor.surroundings import around
from ccswitch.floor.versions import in_force, kept
from ccswitch.ivr import acts
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import (
    Done,
    Failed,
    Heard,
    Keys,
    Refused,
    Silence,
    TalkOver,
    Unheard,
    Wrong,
    reason,
    result_word,
)
from ccswitch.ivr.interpreter import Move, Passed, begin, kept_keys, prompts, replay, resume
from ccswitch.ivr.script import Script, Scripts
from ccswitch.ivr.step import END
from ccswitch.ivr.steps import BY_WORD
from ccswitch.ivr.steps.hang_up import HangUpStep
from ccswitch.ivr.steps.look_up import LookUpStep
from ccswitch.ivr.steps.voicemail import VoicemailStep
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName, Seconds, execute_id
from ccswitch.model.nouns import CallPlace, CallResult, MessageResult

# An application that has not reported its end after so long is taken as failed: the switch lost it.
STEP_LIMIT: Seconds = 900.0
ANSWER_LIMIT: Seconds = 10.0
FILE_NOT_FOUND = "FILE NOT FOUND"  # the switch's words for a playback of which no file could be opened
NO_SUCH_LEG = "invalid session id"  # the switch's words for a leg that is gone


def enter(state: State, call: LiveCall, name: str, now: Seconds) -> Decided:
    """Let the version of script `name` that this call takes have the caller, from its beginning."""
    script = in_force(state, call, name)
    if script is None:
        return hang_up(call, CallResult.LOST, "NORMAL_TEMPORARY_FAILURE", f"no script named {name!r}", now)
    return take(state, call, begin(script, around(state, call, now), _scripts(state, call)), now)


def _scripts(state: State, call: LiveCall) -> Scripts:
    """The scripts that `call` may run, or come back to."""
    return lambda name, version: kept(state, name, version) if version else in_force(state, call, name)


def after_talk(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The agent is gone and the caller is back: the script goes on behind its queue step, or the call ends."""
    return _go_on(state, call, TalkOver(), now, otherwise="the talk is over")


def not_queued(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    """The queue cannot have the caller: the script's queue step says where he goes instead (`otherwise`)."""
    return _go_on(state, call, Refused(why), now, otherwise=why)


def not_reached(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The outside number could not be reached and the caller is back: the script knows what then."""
    why = "the outside number could not be reached"
    resumed = Decided([o.CallResumed(call=call.call, why=why)], [])
    return resumed + _go_on(state, call, Failed(why), now, otherwise=why)


def again(state: State, call: LiveCall, now: Seconds) -> Decided:
    """The same step from its start: what was heard of it before a restart or a lost link is not known."""
    script = _script(state, call)
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
    return (
        Decided(noted(call, move.notes) + _passed(call, move), [])
        + forget(call, sorted(gone))
        + _act(state, call, move, now)
    )


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
    return carried(state, call, move, now) if carried else _start_step(call, move, now)


def _from(move: Move) -> str:
    """Where in which script, as a reason."""
    return f"script {move.cursor.script}, step {move.step}"


def _queue(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    assert isinstance(move.act, acts.Queue)
    return enqueue(
        state,
        call,
        queue=move.act.queue,
        priority=move.act.priority,
        requires=move.act.skills,
        now=now,
        why=_from(move),
        cursor=move.cursor.to_json(),
        script_hash=move.cursor.hash,
    )


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


# ---- what runs on the caller's leg --------------------------------------------------------------------------


class Where(NamedTuple):
    """On which leg, and under which name, a step runs."""

    node: NodeName
    leg: LegId
    execute: ExecuteId


def _start_step(call: LiveCall, move: Move, now: Seconds) -> Decided:
    limit, requested = _ON_LEG[type(move.act)]
    started, where = _started(call, move, now + limit)
    unsaid = [
        o.SpeechSkipped(call=call.call, step=move.step, said=one.prompt, why=one.why)
        for one in getattr(move.act, "unsaid", ())
    ]
    return Decided([started, *unsaid], [requested(where, move.act)])


def _message(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    assert isinstance(move.act, acts.TakeMessage)
    started, where = _started(call, move, now + STEP_LIMIT)
    begun = begin_message(state, call, move.act.box, where.execute)
    request = r.TakeMessage(
        node=where.node,
        leg=where.leg,
        execute=where.execute,
        path=begun.path,
        longest=move.act.longest,
        silence=move.act.silence,
    )
    return Decided([started, begun], [request])


def _started(call: LiveCall, move: Move, deadline: Seconds) -> tuple[o.StepStarted, Where]:
    serial = call.serial + 1
    execute = execute_id(call.call, serial)
    started = o.StepStarted(
        call=call.call,
        serial=serial,
        execute=execute,
        script=move.cursor.script,
        script_hash=move.cursor.hash,
        step=move.step,
        kind=move.kind,
        cursor=move.cursor.to_json(),
        deadline=deadline,
    )
    return started, Where(call.node, call.leg, execute)


# Acts that are more than one request on the caller's leg.
_ACTS: dict[type[acts.Act], Callable[[State, LiveCall, Move, Seconds], Decided]] = {
    acts.LookUp: look_up,
    acts.Queue: _queue,
    acts.Transfer: _transfer,
    acts.HangUp: _hang_up,
    acts.TakeMessage: _message,
}
_LEADS_OUT = frozenset({acts.Queue, acts.Transfer, acts.HangUp})  # of the script


def _answer(where: Where, act: acts.Answer) -> r.Request:
    return r.Answer(node=where.node, leg=where.leg, execute=where.execute)


def _play(where: Where, act: acts.Play) -> r.Request:
    return r.Play(node=where.node, leg=where.leg, execute=where.execute, files=act.files)


def _collect(where: Where, act: acts.Collect) -> r.Request:
    return r.Collect(
        node=where.node,
        leg=where.leg,
        execute=where.execute,
        files=act.files,
        least=act.least,
        most=act.most,
        timeout=act.timeout,
        between=act.between,
        terminators=act.terminators,
        pattern=act.pattern,
        masked=act.masked,
        checksum=act.checksum,
        barge_in=act.barge_in,
    )


# How long each may take before it counts as failed, and the request that it is.
_ON_LEG: dict[type[acts.Act], tuple[Seconds, Callable[[Where, Any], r.Request]]] = {
    acts.Answer: (ANSWER_LIMIT, _answer),
    acts.Play: (STEP_LIMIT, _play),
    acts.Collect: (STEP_LIMIT, _collect),
}


# ---- handlers -----------------------------------------------------------------------------------------------


def execute_ended(state: State, fact: f.ExecuteEnded, now: Seconds) -> Decided:
    """An application on a caller's leg ran to its end: a step of a script, or hold music."""
    call = state.call_of(fact.leg)
    if call is None or not fact.execute:
        return nothing()
    if fact.execute == call.music:
        return music_over(call, fact.response, now)
    if fact.execute != call.execute or call.place is not CallPlace.SCRIPT:
        return forget(call, [fact.secret]) if fact.secret else nothing()
    over = message_over(state, call, now, unspoken=fact.unspoken)
    heard = _heard(state, call, fact)
    if call.step_kind == VoicemailStep.WORD and Cursor.from_json(call.cursor).tries and not _left_one(over):
        heard = Failed("no message was left")
    if fact.secret and not isinstance(heard, Keys):
        over += forget(call, [fact.secret])
    return over + _go_on(state, call, heard, now)


def _left_one(over: Decided) -> bool:
    return any(type(end) is o.MessageEnded and end.result is MessageResult.LEFT for end in over.outcomes)


def looked_up(state: State, fact: f.LookedUp, now: Seconds) -> Decided:
    """A look-up has its answer, in time or too late."""
    call = state.calls.get(fact.call)
    if call is None or fact.execute != call.execute or call.place is not CallPlace.SCRIPT:
        return nothing()
    return _hushed(state, call) + _go_on(state, call, heard_of(fact), now)


def execute_failed(state: State, fact: f.ExecuteFailed, now: Seconds) -> Decided:
    """The switch would not start an application: the leg is gone and its end on the way, or the script decides."""
    call = state.call_of(fact.leg)
    if call is None or not fact.execute:
        return nothing()
    if fact.execute == call.music:
        return music_over(call, fact.why, now)
    if fact.execute != call.execute or call.place is not CallPlace.SCRIPT:
        return nothing()
    survey = Decided([], [r.Survey(node=call.node, expected=(call.leg,))])
    if NO_SUCH_LEG in fact.why:  # he hung up: what he did last was to listen, whatever the script has next
        return survey
    return survey + message_failed(state, call, fact.why, now) + _go_on(state, call, Failed(fact.why), now)


def speech_failed(state: State, fact: f.SpeechFailed, now: Seconds) -> Decided:
    """Words of the present step are not heard, or of what is played while it waits; its end is told by another fact."""
    call = state.call_of(fact.leg)
    if call is None or not call.execute or fact.execute not in (call.execute, execute_id(call.call, call.serial)):
        return nothing()
    return Decided([o.SpeechSkipped(call=call.call, step=call.step, said=fact.said, why=fact.why)], [])


def step_due(state: State, subject: str, now: Seconds) -> Decided:
    """A step that never reported its end."""
    call = state.calls.get(CallId(subject))
    if call is None or not call.execute:
        return nothing()
    if not state.reachable(call.node):
        return Decided([o.DeadlinePassed(kind="step", subject=subject, again_at=now + 1.0)], [])
    if call.step_kind == LookUpStep.WORD:
        return _hushed(state, call) + _go_on(state, call, Failed("no answer in time"), now)
    lost = Failed("no report from the switch")
    return message_over(state, call, now, unspoken=False) + _go_on(state, call, lost, now)


def _hushed(state: State, call: LiveCall) -> Decided:
    """What the caller hears during a look-up stops with it."""
    script = _script(state, call)
    heard = prompts(script, Cursor.from_json(call.cursor)) if script else ()
    return Decided([], [r.Quiet(node=call.node, leg=call.leg)]) if heard else nothing()


def _heard(state: State, call: LiveCall, fact: f.ExecuteEnded) -> Heard:
    kind = BY_WORD.get(call.step_kind)
    if kind is None or not kind.TAKES_KEYS:
        return Failed(_unplayed(state, call)) if fact.response == FILE_NOT_FOUND else Done()
    if fact.unheard:
        return Unheard(_unplayed(state, call))
    if fact.digits:
        return Keys(fact.secret or fact.digits)
    return Wrong(fact.invalid) if fact.invalid else Silence()


def _unplayed(state: State, call: LiveCall) -> str:
    """The switch skips missing files of several, and says so only when it can play none. Words have their own reasons,
    told before."""
    script = _script(state, call)
    played = prompts(script, Cursor.from_json(call.cursor)) if script else ()
    files = [str(prompt) for prompt in played if prompt.FILE]
    if played and not files:
        return "nothing of its prompt can be said"
    return f"{' and '.join(files) or 'its prompt'} cannot be played on {call.node}: no such file there"


def _go_on(
    state: State, call: LiveCall, heard: Heard, now: Seconds, *, otherwise: str = "its script is gone"
) -> Decided:
    """The step that had the caller is over; what follows in its script, or, without one, the end."""
    script = _script(state, call)
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


def _script(state: State, call: LiveCall) -> Script | None:
    """The version that has the caller; None when none does, or this release cannot read it."""
    if not call.cursor:
        return None
    cursor = Cursor.from_json(call.cursor)
    return kept(state, cursor.script, cursor.hash)
