"""What a call costs the controller in processor time, beside what it costs FreeSWITCH: SIPp's callers and phones."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ccswitch.bench.figure import BenchFailed, Figure, LeftOut, Promise, Setting
from ccswitch.bench.measuring import spent
from ccswitch.bench.stage.freeswitch import FreeSwitch, need_freeswitch
from ccswitch.bench.stage.ports import LOOPBACK, free_port
from ccswitch.bench.stage.site import ENTRY, controller, metric, ready

RATE, TALK = 10, 2.0  # calls a second, seconds of talk
FOR, QUICK_FOR = 30, 1  # seconds of calls
HOW = "SIPp is not installed: apt-get install sip-tester"


class Measured(NamedTuple):
    """Processor seconds by process while the calls were there, how long that was, how many calls and decisions."""

    work: dict[str, float]
    took: float
    calls: int
    decisions: float


def run(setting: Setting) -> Iterable[Figure]:
    """Processor time a call of both, and their shares of a core."""
    need_freeswitch(setting.freeswitch)
    found = measure(setting, QUICK_FOR if setting.quick else FOR)
    method = (
        f"/proc, whole processes; {found.calls} calls at {RATE} a second with {TALK:g} s of talk, SIPp's callers and "
        f"phones, {found.decisions / found.calls:.1f} decisions a call"
    )
    units = {"processor time a call": ("ms", 1000 / found.calls), "while they call": ("% of a core", 100 / found.took)}
    for name, (unit, factor) in units.items():
        yield Figure(
            name=f"controller, {name}",
            value=found.work["controller"] * factor,
            unit=unit,
            n=found.calls,
            method=method,
            peer="FreeSWITCH",
            peer_value=found.work["FreeSWITCH"] * factor,
            promise=Promise(limit=0.25, of_ratio=True) if unit == "ms" else None,
        )


def measure(setting: Setting, seconds: int) -> Measured:
    """Calls for so many seconds. Raises BenchFailed when one of them was not served."""
    agents = [f"a{n}" for n in range(2 * RATE * int(TALK))]
    with _phones() as port, FreeSwitch(binary=setting.freeswitch) as switch:
        assert switch.process is not None
        running = controller(setting.folder, switch.esl_port, {a: f"sip:{a}@{LOOPBACK}:{port}" for a in agents})
        try:
            running.start()
            ready(running, agents)
            setting.tell(f"{RATE} calls a second for {seconds} s")
            callers = _callers(switch.sip_port, RATE * seconds, seconds + 30)
            done: list[subprocess.CompletedProcess[str]] = []
            began = time.monotonic()
            work = spent(
                {"controller": running.pid, "FreeSWITCH": switch.process.pid},
                lambda: done.append(subprocess.run(callers, capture_output=True, text=True, timeout=90, check=False)),
            )
            took = time.monotonic() - began
            if done[0].returncode:
                raise BenchFailed(f"not every call was served:\n{done[0].stdout[-2000:]}")
            return Measured(work, took, RATE * seconds, metric(running, "ccswitch_decisions_total"))
        finally:
            running.close()


@contextmanager
def _phones() -> Iterator[int]:
    """A SIPp that answers every INVITE at this port."""
    port = free_port()
    phones = subprocess.Popen(_sipp("uas", port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        phones.terminate()
        phones.wait(10)


def _callers(sip_port: int, count: int, timeout: int) -> list[str]:
    talk = str(int(TALK * 1000))
    calls = ["-s", ENTRY, "-r", str(RATE), "-m", str(count), "-d", talk, "-timeout", str(timeout)]
    return [*_sipp("uac", free_port()), *calls, f"{LOOPBACK}:{sip_port}"]


def _sipp(manner: str, port: int) -> list[str]:
    sipp = shutil.which("sipp")
    if sipp is None:
        raise LeftOut(HOW)
    return [sipp, "-nostdin", "-sn", manner, "-i", LOOPBACK, "-p", str(port)]
