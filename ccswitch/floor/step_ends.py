"""A step that takes time is over: what the switch reports of it, or does not, goes back to its script."""

from __future__ import annotations

from ccswitch.floor import farewell
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.consulting import aside_over
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.exiting import heard_in_queue
from ccswitch.floor.guests import guest_heard_tone
from ccswitch.floor.holding import hold_music_over
from ccswitch.floor.looking_up import forget, heard_of
from ccswitch.floor.messages import message_failed, message_over
from ccswitch.floor.offering import tone_over
from ccswitch.floor.queueing import music_over
from ccswitch.floor.scripting import go_on, script_of
from ccswitch.floor.state import State
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Done, Failed, Heard, Keys, Silence, Unheard, Wrong
from ccswitch.ivr.interpreter import prompts
from ccswitch.ivr.steps import BY_WORD
from ccswitch.ivr.steps.look_up import LookUpStep
from ccswitch.ivr.steps.voicemail import VoicemailStep
from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, Seconds, execute_id
from ccswitch.model.nouns import CallPlace, MessageResult

FILE_NOT_FOUND = "FILE NOT FOUND"  # the switch's words for a playback of which no file could be opened
NO_SUCH_LEG = "invalid session id"  # the switch's words for a leg that is gone


def execute_ended(state: State, fact: f.ExecuteEnded, now: Seconds) -> Decided:
    """An application on a caller's leg ran to its end: a step of a script, or hold music."""
    call = state.call_of(fact.leg)
    if call is None or not fact.execute:
        return nothing()
    if fact.execute == call.aside and call.place is CallPlace.TALKING:
        return aside_over(state, call, now)
    if fact.leg in state.nailed:
        return _tone_over(state, call, fact, now)
    if fact.execute == call.music and call.place is CallPlace.TALKING:
        return hold_music_over(state, call, now)
    if fact.execute in (call.music, call.announcement):
        return heard_in_queue(state, call, fact, now)
    if fact.execute == call.farewell:
        return farewell.heard(call, fact.execute)
    if fact.execute != call.execute or call.place is not CallPlace.SCRIPT:
        return forget(call, [fact.secret]) if fact.secret else nothing()
    over = message_over(state, call, now, unspoken=fact.unspoken)
    heard = _heard(state, call, fact)
    if call.step_kind == VoicemailStep.WORD and Cursor.from_json(call.cursor).tries and not _left_one(over):
        heard = Failed("no message was left")
    if fact.secret and not isinstance(heard, Keys):
        over += forget(call, [fact.secret])
    return over + go_on(state, call, heard, now)


def _left_one(over: Decided) -> bool:
    return any(type(end) is o.MessageEnded and end.result is MessageResult.LEFT for end in over.outcomes)


def looked_up(state: State, fact: f.LookedUp, now: Seconds) -> Decided:
    """A look-up has its answer, in time or too late."""
    call = state.calls.get(fact.call)
    if call is None or fact.execute != call.execute or call.place is not CallPlace.SCRIPT:
        return nothing()
    return _hushed(state, call) + go_on(state, call, heard_of(fact), now)


def _tone_over(state: State, call: LiveCall, fact: f.ExecuteEnded | f.ExecuteFailed, now: Seconds) -> Decided:
    """What announces a caller, or a talk, to a nailed-up agent."""
    heard = guest_heard_tone if fact.leg in state.guests else tone_over
    return heard(state, call, fact, now)


def execute_failed(state: State, fact: f.ExecuteFailed, now: Seconds) -> Decided:
    """The switch would not start an application: the leg is gone and its end on the way, or the script decides."""
    call = state.call_of(fact.leg)
    if call is None or not fact.execute:
        return nothing()
    if fact.leg in state.nailed:
        return _tone_over(state, call, fact, now)
    if fact.execute == call.music:
        return _music_over(state, call, fact.why, now)
    if fact.execute == call.farewell:
        return farewell.heard(call, fact.execute)
    if fact.execute != call.execute or call.place is not CallPlace.SCRIPT:
        return nothing()
    survey = Decided([], [r.Survey(node=call.node, expected=(call.leg,))])
    if NO_SUCH_LEG in fact.why:  # he hung up: what he did last was to listen, whatever the script has next
        return survey
    return survey + message_failed(state, call, fact.why, now) + go_on(state, call, Failed(fact.why), now)


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
        return _hushed(state, call) + go_on(state, call, Failed("no answer in time"), now)
    lost = Failed("no report from the switch")
    return message_over(state, call, now, unspoken=False) + go_on(state, call, lost, now)


def _hushed(state: State, call: LiveCall) -> Decided:
    """What the caller hears during a look-up stops with it."""
    script = script_of(state, call)
    heard = prompts(script, Cursor.from_json(call.cursor)) if script else ()
    return Decided([], [r.Quiet(node=call.node, leg=call.leg)]) if heard else nothing()


def _heard(state: State, call: LiveCall, fact: f.ExecuteEnded) -> Heard:
    kind = BY_WORD.get(call.step_kind)
    if kind is None or not (kind.TAKES_KEYS or (kind.OFFERS and (fact.digits or fact.invalid))):
        return Failed(_unplayed(state, call)) if fact.response == FILE_NOT_FOUND else Done()
    if fact.unheard:
        return Unheard(_unplayed(state, call))
    if fact.digits:
        return Keys(fact.secret or fact.digits)
    return Wrong(fact.invalid) if fact.invalid else Silence()


def _unplayed(state: State, call: LiveCall) -> str:
    """The switch skips missing files of several, and says so only when it can play none. Words have their own reasons,
    told before."""
    script = script_of(state, call)
    played = prompts(script, Cursor.from_json(call.cursor)) if script else ()
    files = [str(prompt) for prompt in played if prompt.FILE]
    if played and not files:
        return "nothing of its prompt can be said"
    return f"{' and '.join(files) or 'its prompt'} cannot be played on {call.node}: no such file there"


def _music_over(state: State, call: LiveCall, why: str, now: Seconds) -> Decided:
    return hold_music_over(state, call, now) if call.place is CallPlace.TALKING else music_over(call, why, now)
