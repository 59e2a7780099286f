"""A step that takes time begins on the caller's leg: its name there, its limit, and what is asked of the switch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.messages import begin_message
from ccswitch.floor.state import State
from ccswitch.ivr import acts
from ccswitch.ivr.interpreter import Move
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import ExecuteId, LegId, NodeName, Seconds, execute_id

# An application that has not reported its end after so long is taken as failed: the switch lost it.
STEP_LIMIT: Seconds = 900.0
ANSWER_LIMIT: Seconds = 10.0


class Where(NamedTuple):
    """On which leg, and under which name, a step runs."""

    node: NodeName
    leg: LegId
    execute: ExecuteId


def start_step(call: LiveCall, move: Move, now: Seconds) -> Decided:
    """A step that is one application on the leg. KeyError for any other act."""
    limit, requested = _ON_LEG[type(move.act)]
    begun, where = started(call, move, now + limit)
    return Decided([begun, *unsaid(call, move)], [requested(where, move.act)])


def take_message(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    """The caller's message is recorded until it ends; where it goes is named before anything is asked."""
    assert isinstance(move.act, acts.TakeMessage)
    step, where = started(call, move, now + STEP_LIMIT)
    begun = begin_message(state, call, move.act.box, where.execute)
    request = r.TakeMessage(
        node=where.node,
        leg=where.leg,
        execute=where.execute,
        path=begun.path,
        longest=move.act.longest,
        silence=move.act.silence,
    )
    return Decided([step, begun], [request])


def started(call: LiveCall, move: Move, deadline: Seconds, *, names: int = 1) -> tuple[o.StepStarted, Where]:
    """A step of a move begins under the call's next name; `names`: how many it takes in all, for what goes with it."""
    execute = execute_id(call.call, call.serial + 1)
    step = o.StepStarted(
        call=call.call,
        serial=call.serial + names,
        execute=execute,
        script=move.cursor.script,
        script_hash=move.cursor.hash,
        step=move.step,
        kind=move.kind,
        cursor=move.cursor.to_json(),
        deadline=deadline,
    )
    return step, Where(call.node, call.leg, execute)


def unsaid(call: LiveCall, move: Move) -> list[o.SpeechSkipped]:
    """What of a move's prompts cannot be said in this call."""
    return [
        o.SpeechSkipped(call=call.call, step=move.step, said=one.prompt, why=one.why)
        for one in getattr(move.act, "unsaid", ())
    ]


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
