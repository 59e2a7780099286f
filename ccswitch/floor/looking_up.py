"""A script asks somebody outside: the question goes out, the answer comes back as a fact, or time runs out."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.floor.step_starts import started, unsaid
from ccswitch.ivr import acts
from ccswitch.ivr.cursor import Cursor
from ccswitch.ivr.heard import Failed, Found, Heard, NotFound
from ccswitch.ivr.interpreter import Move
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import Seconds, execute_id
from ccswitch.model.nouns import Lookup, LookupAnswer

GRACE: Seconds = 1.0  # for the answer's way to us: who carries a look-up out keeps its limit


def look_up(state: State, call: LiveCall, move: Move, now: Seconds) -> Decided:
    """Ask, and let the caller hear something meanwhile. Its prompt is nobody's step: that it ended says nothing."""
    act = move.act
    assert isinstance(act, acts.LookUp)
    limit = next((one.limit for one in state.settings.lookups if one.name == act.lookup), Lookup(name="").limit)
    step, where = started(call, move, now + limit + GRACE, names=2 if act.files else 1)
    asked = r.LookUp(
        node=where.node,
        leg=where.leg,
        call=call.call,
        execute=where.execute,
        lookup=act.lookup,
        caller_number=call.caller_number,
        given=act.given,
        secrets=act.secrets,
        wanted=act.wanted,
    )
    requests: list[r.Request] = [asked]
    if act.files:
        heard = execute_id(call.call, step.serial)
        requests.append(r.Play(node=where.node, leg=where.leg, execute=heard, files=act.files))
    return Decided([step, *unsaid(call, move)], requests)


def heard_of(fact: f.LookedUp) -> Heard:
    """What the script hears of an answer."""
    match fact.answer:
        case LookupAnswer.FOUND:
            return Found(fact.values)
        case LookupAnswer.NOT_FOUND:
            return NotFound()
        case LookupAnswer.FAILED:
            return Failed(fact.why)


def forget(call: LiveCall, secrets: Iterable[str]) -> Decided:
    """Wipe masked digits in the switch, by their references."""
    return Decided([], [r.Forget(node=call.node, leg=call.leg, secret=secret) for secret in secrets])


def secrets_of(call: LiveCall) -> set[str]:
    """The references to masked digits that the call's scripts have."""
    return Cursor.from_json(call.cursor).references if call.cursor else set()
