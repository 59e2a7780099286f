"""Blind transfer: the caller of a talk is sent on, by an order or by a phone's own REFER.

He is taken out of the bridge first, and goes on when he is in park: until then `bound_for` says where to. Whatever is
lost on the way (a command, the link, the controller) leaves him on the way back to park, with that on him.
"""

from __future__ import annotations

import re

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided
from ccswitch.floor.guests import no_taker
from ccswitch.floor.moving import begin_at, missing
from ccswitch.floor.queueing import wait_on
from ccswitch.floor.staffing import accepted, refuse
from ccswitch.floor.state import State
from ccswitch.floor.talking import end_talk
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import CallPlace, Entry
from ccswitch.model.targets import Target, TargetKind, WrongTarget, target

NOWHERE = "nothing of the house, and no number that phones may transfer to ([floor] transfers_out)"
_DIALLED = re.compile(r"\+?[0-9*#]{1,32}", re.ASCII)


def transfer_call(state: State, order: d.TransferCall, now: Seconds) -> Decided:
    """Send the caller of a talk on; his agent wraps up."""
    call = state.calls.get(order.call)
    if call is None:
        return refuse(order, f"no live call {order.call!r}", missing=True)
    if call.place is not CallPlace.TALKING:
        return refuse(order, f"call {order.call} is {call.place.value}: only a talk can be transferred")
    try:
        to = target(order.to)
    except WrongTarget as wrong:
        return refuse(order, str(wrong))
    if why := missing(state, to) or _is_himself(call, to):
        return refuse(order, why)
    repark = Decided([], [r.Repark(node=call.node, leg=call.leg)])
    free_leg = Decided([], [r.HangUp(node=call.node, leg=call.agent_leg, cause="NORMAL_CLEARING")])
    decided = transferred(call, to, by=order.author) + end_talk(state, call, by=order.author, now=now)
    decided += no_taker(state, call, now, "the caller was transferred")
    done = accepted(order, f"call {order.call} is being transferred to {to}")
    return decided + repark + free_leg + Decided([done], [])


def _is_himself(call: LiveCall, to: Target) -> str:
    return f"he talks with {to.name}" if to.kind is TargetKind.AGENT and to.name == call.agent else ""


def transferred(call: LiveCall, to: Target, *, by: str) -> Decided:
    """That the caller is sent on, and where to."""
    agent = call.agent or call.last_agent
    return Decided([o.TalkTransferred(call=call.call, agent=agent, queue=call.queue, target=str(to), by=by)], [])


def go_on(state: State, call: LiveCall, now: Seconds) -> Decided:
    """He is in park, on his way to where he was sent. What is no longer there costs him nothing but the way."""
    to = target(call.bound_for)
    why = f"{call.last_agent} transferred him to {to}"
    resumed = o.CallResumed(call=call.call, why=why)
    if gone := missing(state, to):
        refused = o.TransferRefused(call=call.call, agent=call.last_agent, target=str(to), why=gone)
        back = f"the transfer came to nothing ({gone}), waits on"
        return Decided([refused, resumed], []) + wait_on(state, call, back, again=False)
    return Decided([resumed], []) + begin_at(state, call, to, why=why, now=now)


# ---- what a phone asks for by REFER -------------------------------------------------------------------------


def meant(state: State, wished: str) -> Target | None:
    """Where a phone's own transfer leads, None where none may: to an agent by name or number, a queue or script by
    name, outside as far as `transfers_out` allows. Entries come before these (`entry_of`)."""
    agent = next((a.agent for a in state.agents.values() if wished in (a.agent.agent, a.agent.phone)), None)
    if agent is not None:
        return Target(TargetKind.AGENT, agent.agent)
    if any(queue.name == wished for queue in state.settings.queues):
        return Target(TargetKind.QUEUE, wished)
    if wished in state.editions[state.edition]:
        return Target(TargetKind.SCRIPT, wished)
    allowed = any(re.search(pattern, wished) for pattern in state.settings.transfers_out)
    return Target(TargetKind.NUMBER, wished) if allowed and _DIALLED.fullmatch(wished) else None


def entry_of(state: State, wished: str) -> Entry | None:
    """The entry of that name, or that one of its called numbers leads to."""
    return next((entry for entry in state.settings.entries if _leads_to(entry, wished)), None)


def target_of(entry: Entry) -> Target:
    """Where an entry leads."""
    return Target(TargetKind.SCRIPT, entry.script) if entry.script else Target(TargetKind.QUEUE, entry.queue)


def _leads_to(entry: Entry, wished: str) -> bool:
    """Its called numbers are regular expressions when they begin with ^."""
    return wished == entry.name or any(
        re.search(did, wished) is not None if did.startswith("^") else did == wished for did in entry.dids
    )
