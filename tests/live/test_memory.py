"""What a call costs the controller: resident memory at 500 live calls, and processor time at 10 calls a second.

Memory is taken with the simulated switch, which runs in the test's process: the controller is a process of its own, so
its resident memory is its own. Processor time is taken on a real FreeSWITCH with SIPp, FreeSWITCH's own beside it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccswitch.model.nouns import Entry
from ccswitch.simulator.phones import answers
from ccswitch.switch.dialplan import Site
from tests.live.freeswitch import LOOPBACK, FreeSwitch, free_port
from tests.live.measured import controller, cpu_seconds, machine, ready
from tests.scenarios.controller_process import ControllerProcess
from tests.scenarios.sim_stage import SimStage
from tests.scenarios.sipp import need_sipp

pytestmark = [pytest.mark.live, pytest.mark.timeout(240)]

ENTRY = "4000"
ENTRIES = (Entry(name="main", dids=(ENTRY,), queue="sales"),)  # type: ignore[arg-type]
LIVE, TALKING = 500, 50
WARM = 20  # calls before the first figure, so that what any first call loads is not counted as the 500's
ALLOWED = 100 * 1024  # bytes a call
ARRIVAL = 0.02  # seconds between two simulated callers
RATE, FOR, TALK = 10, 30, 2.0  # calls a second, seconds of them, seconds of talk


def metric(running: ControllerProcess, name: str) -> float:
    """One figure of /metrics; asked there because a listing of 500 calls would itself need memory."""
    found = re.search(rf"^{re.escape(name)} (\S+)$", running.api("GET", "/metrics"), re.M)
    assert found, f"no {name} in /metrics"
    return float(found[1])


def placed(running: ControllerProcess, place: str) -> int:
    """How many live calls are there."""
    return int(metric(running, f'ccswitch_calls{{place="{place}"}}'))


def eventually(running: ControllerProcess, holds: Callable[[], bool], within: float, why: str) -> None:
    """Wait for it; with the controller's log when it does not come."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"{why} within {within} s\n{running.log_tail(30)}"
        time.sleep(0.1)


def settled(running: ControllerProcess, live: int) -> int:
    """Resident memory once SQL has caught up and it no longer moves, with so many calls live; the desk is silent
    meanwhile."""
    waiting = LIVE - TALKING if live else 0
    eventually(running, lambda: placed(running, "waiting") == waiting, 60, f"not {waiting} waiting")
    eventually(running, lambda: placed(running, "talking") == live - waiting, 30, f"not {live - waiting} talking")
    eventually(running, lambda: metric(running, "ccswitch_ledger_lag") == 0, 30, "SQL did not catch up")
    taken = [0, running.memory()]
    while abs(taken[-1] - taken[-2]) > 64 * 1024:
        time.sleep(1.0)
        taken.append(running.memory())
    return taken[-1]


@pytest.fixture
def simulated() -> Iterator[SimStage]:
    stage = SimStage(Site(entries=ENTRIES))
    yield stage
    stage.close()


@contextlib.contextmanager
def staffed(folder: Path, esl_port: int, phones: dict[str, str]) -> Iterator[ControllerProcess]:
    """A running controller whose agents are ready."""
    running = controller(folder, esl_port, ENTRY, phones)
    try:
        running.start()
        ready(running, list(phones))
        yield running
    finally:
        running.close()


def crowd(stage: SimStage, count: int) -> list:
    """So many callers, one after the other."""
    callers = []
    for n in range(count):
        callers.append(stage.caller(f"138{n:08d}", ENTRY))
        time.sleep(ARRIVAL)
    return callers


def test_memory_at_500_live_calls(simulated, tmp_path):
    # Given a controller with 50 agents at their phones, which has served some calls
    agents = [f"a{n}" for n in range(TALKING)]
    for agent in agents:
        simulated.phone(agent, 5090, answers(after=0.1))
    with staffed(tmp_path, simulated.esl_port, {a: f"sip:{a}@{LOOPBACK}:5090" for a in agents}) as running:
        fresh = settled(running, 0)
        first = crowd(simulated, WARM)
        eventually(running, lambda: placed(running, "talking") == WARM, 20, "the first calls do not talk")
        for caller in first:
            caller.hang_up()
        empty = settled(running, 0)
        # When 500 callers are there, 50 talking and 450 waiting
        callers = crowd(simulated, LIVE)
        full = settled(running, LIVE)
        gap = metric(running, "ccswitch_hub_gap_seconds")
        for caller in callers:
            caller.hang_up()
        after = settled(running, 0)
    # Then a call needs no more than is allowed
    a_call = (full - empty) / LIVE
    print(f"\nresident memory of the controller, MB; {machine()}")
    for what, size in (
        ("0 calls, just started", fresh),
        (f"0 calls, after {WARM}", empty),
        (f"{LIVE} calls live, {TALKING} of them talking", full),
        (f"0 calls, after {WARM + LIVE}", after),
    ):
        print(f"{what:40}{size / 2**20:8.1f}")
    print(f"{a_call / 1024:.1f} KB a call; longest gap of the hub meanwhile {gap * 1000:.0f} ms")
    assert a_call <= ALLOWED


@pytest.fixture
def phone_port() -> Iterator[int]:
    """A SIPp that answers every INVITE at this port."""
    need_sipp()
    port = free_port()
    phones = subprocess.Popen(_sipp("uas", port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    phones.terminate()
    phones.wait(10)


def _sipp(manner: str, port: int, *more: str) -> list[str]:
    sipp = shutil.which("sipp") or "sipp"
    return [sipp, "-nostdin", "-sn", manner, "-i", LOOPBACK, "-p", str(port), *more]


def test_processor_time_of_a_call(phone_port, tmp_path):
    agents = [f"a{n}" for n in range(2 * RATE * int(TALK))]
    phones = {agent: f"sip:{agent}@{LOOPBACK}:{phone_port}" for agent in agents}
    # Given a controller with agents enough, on a real FreeSWITCH
    with FreeSwitch(entries=ENTRIES) as switch, staffed(tmp_path, switch.esl_port, phones) as running:
        assert switch.process is not None
        pids = {"controller": running.pid, "FreeSWITCH": switch.process.pid}
        idle = spent(pids, lambda: time.sleep(5.0))
        # When callers come at 10 a second, talk for 2 s and go
        count, timeout = str(RATE * FOR), str(FOR + 30)
        callers = _sipp("uac", free_port(), "-s", ENTRY, "-r", str(RATE), "-m", count, "-d", str(int(TALK * 1000)))
        callers += ["-timeout", timeout, f"{LOOPBACK}:{switch.sip_port}"]
        done: list[subprocess.CompletedProcess[str]] = []
        began = time.monotonic()
        work = spent(pids, lambda: done.append(subprocess.run(callers, capture_output=True, text=True, timeout=90)))
        took = time.monotonic() - began
        decisions = metric(running, "ccswitch_decisions_total")
    # Then all were served, and the controller kept up
    assert done[0].returncode == 0, done[0].stdout[-2000:]
    print(f"\nprocessor time at {RATE} calls a second with {TALK:g} s of talk, {count} calls; {machine()}")
    for name in pids:
        a_call = work[name] / (RATE * FOR) * 1000
        print(f"{name:12}{a_call:6.1f} ms a call, {work[name] / took:6.1%} of a core; idle {idle[name] / 5.0:.1%}")
    print(f"decisions a call: {decisions / (RATE * FOR):.1f}; load {os.getloadavg()[0]:.1f}")
    assert work["controller"] < 0.9 * took  # it keeps up on one core


def spent(pids: dict[str, int], work: Callable[[], object]) -> dict[str, float]:
    """Processor seconds that the processes spent while `work` ran."""
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    work()
    return {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}
