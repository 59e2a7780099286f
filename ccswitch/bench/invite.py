"""From the caller's enqueue to the INVITE at an idle agent's phone, beside mod_callcenter on the same FreeSWITCH.

Both stamps are taken outside FreeSWITCH, by one process that is the caller and the agents' phone (stage/sip_clock.py).
Three ways in are called in turn, one call at a time:

    answered     the site's dialplan answers, then hands over to ccswitch's entry (a queue); A = 200 OK at the caller
    callcenter   the site's dialplan answers, then `callcenter sup@default`;                 A = 200 OK at the caller
    direct       ccswitch's entry itself: the caller is queued, dialled for and answered in one breath, so his 200 OK
                 comes beside the agent's INVITE and says nothing; counted from A' only

A' is the moment at which the caller's INVITE was sent. Both peers have the same number of idle agents, the same music
and no wrap-up; so many agents that one is free although mod_callcenter rests each for up to a second after a talk.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ccswitch.bench.figure import BenchFailed, Figure, LeftOut, Promise, Setting
from ccswitch.bench.measuring import percentile, spent
from ccswitch.bench.stage.callcenter import ANSWERED, CALLCENTER, callcenter_files
from ccswitch.bench.stage.controller import ControllerProcess
from ccswitch.bench.stage.freeswitch import FreeSwitch, need_freeswitch
from ccswitch.bench.stage.ports import LOOPBACK, free_port
from ccswitch.bench.stage.site import ENTRY, controller, ready
from ccswitch.controller.journal import from_line

CALLS, QUICK_CALLS = 90, 3  # of each way in
AGENTS = ("a1", "a2", "a3", "a4")
IDLE, QUICK_IDLE = 5.0, 0.5  # seconds over which the cost of an idle link is taken
A_CALL = 1.5  # seconds, at most; calls come one at a time
SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
METHOD = (
    "one process is caller and agent's phone, packets stamped by the kernel; calls one at a time, ours and "
    "mod_callcenter's in turn on one FreeSWITCH"
)
Call = dict[str, Any]


class Measured(NamedTuple):
    """All calls, each as sip_clock.py printed it; what ccswitch decided when; processor seconds while nobody called."""

    calls: list[Call]
    decided: dict[str, list[float]]
    idle: dict[str, float]
    idle_for: float


def run(setting: Setting) -> Iterable[Figure]:
    """The distances of the ways in, and where ours spends its time."""
    need_freeswitch(setting.freeswitch)
    measured = measure(setting, QUICK_CALLS if setting.quick else CALLS)
    ours, theirs = between(measured.calls, ANSWERED, "ok"), between(measured.calls, CALLCENTER, "ok")
    for name, share in SHARES.items():
        promise = Promise(limit=0.25, of_ratio=True) if name == "p50" else None
        yield _beside(f"enqueue → INVITE {name}, from the caller's 200 OK", ours, theirs, share, promise)
    ours, theirs = between(measured.calls, ANSWERED, "sent"), between(measured.calls, CALLCENTER, "sent")
    yield _beside("enqueue → INVITE p50, from the caller's INVITE", ours, theirs, 0.5)
    direct = between(measured.calls, ENTRY, "sent")
    yield _alone("enqueue → INVITE p50, from the caller's INVITE, our entry answers", direct)
    yield from _parts(measured)
    yield Figure(
        name="controller while nobody calls",
        value=measured.idle["controller"] / measured.idle_for * 100,
        unit="% of a core",
        n=1,
        method=f"processor time over {measured.idle_for:g} s",
        peer="FreeSWITCH",
        peer_value=measured.idle["FreeSWITCH"] / measured.idle_for * 100,
    )


def measure(setting: Setting, calls: int) -> Measured:
    """So many calls of each way in. Raises BenchFailed when one of them reached no phone."""
    phone_port = free_port()
    files = callcenter_files(AGENTS, phone_port)
    with FreeSwitch(modules=("mod_callcenter",), files=files, binary=setting.freeswitch) as switch:
        if switch.api("module_exists mod_callcenter") != "true":
            raise LeftOut(
                "this FreeSWITCH has no mod_callcenter: build or install the module (freeswitch-mod-callcenter)"
            )
        phones = {agent: f"sip:{agent}@{LOOPBACK}:{phone_port}" for agent in AGENTS}
        running = controller(setting.folder, switch.esl_port, phones)
        try:
            running.start()
            ready(running, AGENTS)
            idle_for = QUICK_IDLE if setting.quick else IDLE
            idle = spent(_pids(switch, running), lambda: time.sleep(idle_for))
            setting.tell(f"{3 * calls} calls, one at a time")
            placed = place_calls(phone_port, switch.sip_port, calls)
            lost = [call for call in placed if "rung" not in call or "ok" not in call]
            if lost or len(placed) != 3 * calls:
                raise BenchFailed(f"{len(lost)} calls reached no phone: {lost[:3]}\n{running.log_tail()}")
        finally:
            running.close()
    return Measured(placed, decided(setting.folder), idle, idle_for)


def _pids(switch: FreeSwitch, running: ControllerProcess) -> dict[str, int]:
    assert switch.process is not None
    return {"controller": running.pid, "FreeSWITCH": switch.process.pid}


def place_calls(phone_port: int, sip_port: int, calls: int) -> list[Call]:
    """All calls, interleaved; each as sip_clock.py printed it."""
    numbers = (ANSWERED, CALLCENTER, ENTRY)
    command = [sys.executable, "-m", "ccswitch.bench.stage.sip_clock", *map(str, (phone_port, sip_port, calls, 7))]
    within = 30 + A_CALL * calls * len(numbers)
    done = subprocess.run([*command, *numbers], capture_output=True, text=True, timeout=within, check=False)
    if done.returncode:
        raise BenchFailed(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def decided(folder: Path) -> dict[str, list[float]]:
    """When the controller decided what, from its journal: kind of outcome → instants in order."""
    found: dict[str, list[float]] = {}
    for segment in sorted((folder / "journal").glob("*.jsonl")):
        for line in segment.read_bytes().splitlines(keepends=True):
            decision = from_line(line)
            for outcome in decision.outcomes:
                found.setdefault(type(outcome).__name__, []).append(decision.t)
    return found


def between(calls: Sequence[Call], number: str, start: str) -> list[float]:
    """The distances of one way in from `start` to the INVITE at the phone, in ms."""
    return [(call["rung"] - call[start]) * 1000 for call in calls if call["number"] == number]


def _beside(
    name: str, ours: Sequence[float], theirs: Sequence[float], share: float, promise: Promise | None = None
) -> Figure:
    return Figure(
        name=name,
        value=percentile(ours, share),
        unit="ms",
        n=len(ours),
        method=METHOD,
        peer="mod_callcenter",
        peer_value=percentile(theirs, share),
        promise=promise,
    )


def _alone(name: str, values: Sequence[float]) -> Figure:
    return Figure(name=name, value=percentile(values, 0.5), unit="ms", n=len(values), method=METHOD)


def _parts(measured: Measured) -> Iterator[Figure]:
    """Where the time goes: the controller's own instants are in its journal."""
    ours = [call for call in measured.calls if call["number"] != CALLCENTER]
    heard, offered = measured.decided["CallStarted"], measured.decided["OfferMade"]
    if not len(heard) == len(offered) == len(ours):
        raise BenchFailed(f"{len(ours)} calls, {len(heard)} arrivals and {len(offered)} offers in the journal")
    mine = [
        (call, arrival, offer)
        for call, arrival, offer in zip(ours, heard, offered, strict=True)
        if call["number"] == ANSWERED
    ]
    parts = {
        "200 OK → the controller decides": [(arrival - call["ok"]) * 1000 for call, arrival, _ in mine],
        "arrival decided → offer decided": [(offer - arrival) * 1000 for _, arrival, offer in mine],
        "offer decided → INVITE at the phone": [(call["rung"] - offer) * 1000 for call, _, offer in mine],
    }
    for name, values in parts.items():
        yield _alone(f"of it p50, {name}", values)
