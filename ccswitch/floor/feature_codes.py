"""What an agent says by a code on his own phone is the order that he would give by CLI or desk, with him as its author:
refused or accepted, kept in the audit trail, and heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ccswitch.floor import farewell, staffing, wrapping_up
from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.state import State
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, OrderId, Seconds
from ccswitch.model.nouns import FeatureCodes

Handler = Callable[[State, Any, Seconds], Decided]


class Code(NamedTuple):
    """One field of FeatureCodes: the order that it gives, who decides on it, and what is said of it when it is done."""

    order: type
    handler: Handler
    said: str


CODES: dict[str, Code] = {
    "login": Code(d.LogIn, staffing.log_in, "phone-login"),
    "logout": Code(d.LogOut, staffing.log_out, "phone-logout"),
    "ready": Code(d.MakeReady, staffing.make_ready, "phone-ready"),
    "on_break": Code(d.TakeBreak, staffing.take_break, "phone-break"),
    "end_wrapup": Code(d.EndWrapup, wrapping_up.end_wrapup, "phone-wrapup-ended"),
    "extend_wrapup": Code(d.ExtendWrapup, wrapping_up.extend_wrapup, "phone-wrapup-extended"),
}


class Dialled(NamedTuple):
    """A code as it was dialled: its field of FeatureCodes, and the number of a reason behind it."""

    field: str
    reason: str = ""


def code_of(codes: FeatureCodes, digits: str) -> Dialled | None:
    """The code that `digits` are, or None. A break's code may have the digits of a reason behind it."""
    for name in CODES:
        code = getattr(codes, name)
        if code and digits == code:
            return Dialled(name)
    reason = digits.removeprefix(codes.on_break)
    if codes.on_break and reason != digits and reason.isascii() and reason.isdigit():
        return Dialled("on_break", reason)
    return None


def carry_out(state: State, call: LiveCall, agent: AgentId, dialled: Dialled, now: Seconds) -> Decided:
    """Do what the code says, and let him hear whether it was done."""
    code, more = CODES[dialled.field], {}
    if dialled.reason:
        reason = reason_of(state.settings.codes, dialled.reason)
        if not reason:
            return farewell.refused(state, call, "phone-refused", f"there is no reason {dialled.reason}", now)
        more = {"reason": reason}
    order = code.order(order=OrderId(f"{call.call}-code"), author=agent, agent=agent, **more)
    decided = code.handler(state, order, now)
    for answer in decided.outcomes:
        if isinstance(answer, o.OrderRefused):
            return decided + farewell.refused(state, call, "phone-refused", answer.why, now)
        if isinstance(answer, o.OrderAccepted):
            return decided + farewell.done(state, call, code.said, answer.what, now)
    raise AssertionError(f"{order} has no answer")


def reason_of(codes: FeatureCodes, number: str) -> str:
    """The reason for a break that has this number; empty when none has."""
    return next((name for key, _, name in (one.partition("=") for one in codes.reasons) if key == number), "")
