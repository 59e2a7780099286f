"""From the bytes of an event to the bytes of the offer: how long the controller takes when a match is possible.

Between a simulated switch and the controller stands a process that stamps what passes (`stage/wire_clock.py`). A match
becomes possible when a caller is parked for the queue, or when an agent's wrap-up is over; the offer is the `originate`
that dials the agent. First there are agents enough, so that every caller is offered at once; then too few, so that
every offer waits for an agent. The switch delivers events on a 20 ms poll, as FreeSWITCH does, and the link nudges it.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ccswitch.bench.figure import BenchFailed, Figure, Promise, Setting
from ccswitch.bench.measuring import cpu_seconds, percentile
from ccswitch.bench.stage.controller import ControllerProcess
from ccswitch.bench.stage.freeswitch import PASSWORD
from ccswitch.bench.stage.program import Program
from ccswitch.bench.stage.site import ENTRY, controller, ready
from ccswitch.bench.stage.wire_clock import CONNECTED, ECHO, FROM_CONTROLLER, TO_CONTROLLER, Piece, WireClock
from ccswitch.floor.talking import SHORTEST_WRAPUP
from ccswitch.switch.codec import Event, Framer, decode_event

RATE, FOR, QUICK_FOR = 50, 12.0, 0.5  # calls a second, seconds of each half
TALK, PICK_UP = 1.0, 0.1
OVER_WITHIN = 60.0  # seconds after the last caller came
MANY, FEW = 130, 70  # agents; each is busy for 1.7 s a call
QUICK_MANY, QUICK_FEW = 40, 20
QUEUED, FREED = "after a caller queued", "after an agent's wrap-up ended"
_ORIGINATE = re.compile(rb"originate \{[^\n]*?origination_uuid=([0-9a-f-]{36}-a[0-9]+)")


class Offer(NamedTuple):
    """One offer: what made it possible, when that reached the controller, when the originate was written."""

    kind: str
    possible: float
    written: float

    @property
    def ms(self) -> float:
        """How long it took."""
        return (self.written - self.possible) * 1000


def run(setting: Setting) -> Iterable[Figure]:
    """p50 and p99 of both kinds of offer, beside an idle process that echoes; what share of a core it took."""
    seconds = QUICK_FOR if setting.quick else FOR
    many, few = (QUICK_MANY, QUICK_FEW) if setting.quick else (MANY, FEW)
    agents = [f"a{serial}" for serial in range(many)]
    with Program("ccswitch.bench.stage.pbx") as pbx:
        port = pbx.ask("start", password=PASSWORD, entry=ENTRY)
        pbx.ask("phones", users=agents, answer_after=PICK_UP, talk=TALK)
        with WireClock(port, setting.folder) as clock:
            running = controller(setting.folder, clock.port, {a: f"sip:{a}@127.0.0.1:5090" for a in agents})
            try:
                share = _calls(setting, running, pbx, agents, few, seconds)
            finally:
                running.close()
        pieces = list(clock.pieces())
    if sum(piece.way == CONNECTED for piece in pieces) > 1:
        why = [line for line in running.log_tail(10**6).splitlines() if " down: " in line]
        raise BenchFailed(f"the link broke and was opened again; is the machine too busy to measure on? {why}")
    yield from _figures(list(offers(pieces)), pieces, share)


def _calls(
    setting: Setting, running: ControllerProcess, pbx: Program, agents: list[str], few: int, seconds: float
) -> float:
    """Both halves, to the last call's end; gives the share of a core that the controller used while callers came."""
    running.start()
    os.sched_setaffinity(running.pid, {max(os.sched_getaffinity(0))})
    ready(running, agents)
    shares = []
    for most in (len(agents), few):
        setting.tell(f"{RATE} calls a second for {seconds:g} s, {most} agents")
        for agent in agents[most:]:
            running.api("POST", f"/agents/{agent}/break", {"reason": "bench"})
        before = cpu_seconds(running.pid)
        pbx.ask("come", count=int(RATE * seconds), per_second=RATE, to=ENTRY)
        pbx.ask("arrived")
        shares.append((cpu_seconds(running.pid) - before) / seconds)
        if left := pbx.ask("over", within=OVER_WITHIN):
            raise BenchFailed(f"{left} calls go on after {OVER_WITHIN:g} s\n{running.log_tail(30)}")
    return sum(shares) / len(shares)


def offers(pieces: Iterable[Piece]) -> Iterator[Offer]:
    """Every offer that was written, by what passed on the wire."""
    framer, said = Framer(), b""
    parked: dict[str, float] = {}
    free: dict[str, float] = {}  # agent → when his wrap-up is over
    for piece in pieces:
        if piece.way == TO_CONTROLLER:
            for frame in framer.feed(piece.data):
                event = decode_event(frame)
                if event is not None:
                    _hear(event, piece.at, parked, free)
        elif piece.way == FROM_CONTROLLER:
            *commands, said = (said + piece.data).split(b"\n\n")
            for command in commands:
                if found := _ORIGINATE.search(command):
                    yield _offer(found[1].decode(), _agent(command), piece.at, parked, free)


def _hear(event: Event, at: float, parked: dict[str, float], free: dict[str, float]) -> None:
    if event.name == "CHANNEL_PARK" and not event.variable("ccs_role"):
        parked.setdefault(event.uuid, at)
    elif event.name == "CHANNEL_HANGUP_COMPLETE" and (agent := event.variable("ccs_agent")):
        free[agent] = at + SHORTEST_WRAPUP


def _agent(command: bytes) -> str:
    found = re.search(rb"ccs_agent='?([^,'}]+)", command)
    return found[1].decode() if found else ""


def _offer(leg: str, agent: str, at: float, parked: dict[str, float], free: dict[str, float]) -> Offer:
    call = leg.rsplit("-a", 1)[0]
    if call not in parked:
        raise BenchFailed(f"an offer for {call}, of whom the wire knows no park")
    since = {QUEUED: parked[call], FREED: free.get(agent, 0.0)}
    kind = max(since, key=since.__getitem__)
    return Offer(kind, since[kind], at)


def _figures(found: list[Offer], pieces: Iterable[Piece], share: float) -> Iterator[Figure]:
    echoes = [1000 * struct.unpack("<d", piece.data)[0] for piece in pieces if piece.way == ECHO]
    method = (
        f"on the wire, from the last byte of the event to the first of the originate; {RATE} calls/s, "
        "controller on one core, switch simulated in another process"
    )
    for kind in (QUEUED, FREED):
        taken = [offer.ms for offer in found if offer.kind == kind]
        if not taken:
            raise BenchFailed(f"no offer {kind}")
        for name, part in (("p50", 0.5), ("p99", 0.99)):
            yield Figure(
                name=f"offer written {name}, {kind}",
                value=percentile(taken, part),
                unit="ms",
                n=len(taken),
                method=method + (f", the wrap-up's own {SHORTEST_WRAPUP:g} s taken off" if kind == FREED else ""),
                peer="echo of an idle process",
                peer_value=percentile(echoes, part),
                promise=Promise(limit=10) if name == "p99" else None,
            )
    yield Figure(
        name=f"controller at {RATE} calls/s",
        value=share * 100,
        unit="% of a core",
        n=len(found),
        method="processor time of the whole process by /proc while callers came",
    )
