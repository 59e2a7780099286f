"""Where a caller stands in a script, and what it says of his call."""

from __future__ import annotations

from ccswitch.floor.appliers.moves import move_call
from ccswitch.floor.appliers.table import Appliers, changes_nothing
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import ExecuteId, ScriptHash, Seconds
from ccswitch.model.nouns import CallPlace


def _step_started(state: State, outcome: o.StepStarted, at: Seconds) -> None:
    call = state.calls[outcome.call]
    if call.place is not CallPlace.SCRIPT:
        move_call(call, CallPlace.SCRIPT, at)
    call.serial, call.turned = outcome.serial, 0
    call.execute, call.step, call.step_kind = outcome.execute, outcome.step, outcome.kind
    call.script_hash, call.cursor = ScriptHash(outcome.script_hash), outcome.cursor
    state.deadlines.clear("return", call.call)
    state.deadlines.set("step", call.call, outcome.deadline)


def _step_ended(state: State, outcome: o.StepEnded, at: Seconds) -> None:
    state.calls[outcome.call].execute = ExecuteId("")
    state.deadlines.clear("step", outcome.call)


def _call_tagged(state: State, outcome: o.CallTagged, at: Seconds) -> None:
    call = state.calls[outcome.call]
    call.tags = tuple(dict.fromkeys(call.tags + outcome.tags))


def _recording_chosen(state: State, outcome: o.RecordingChosen, at: Seconds) -> None:
    state.calls[outcome.call].record = outcome.on


APPLIERS: Appliers = {
    o.StepStarted: _step_started,
    o.StepEnded: _step_ended,
    o.StepPassed: changes_nothing,  # the cursor comes with the step that follows
    o.SpeechSkipped: changes_nothing,
    o.CallTagged: _call_tagged,
    o.RecordingChosen: _recording_chosen,
    o.SurveyAnswered: changes_nothing,
}
