"""What a call's look-up costs the other calls: 500 callers in menus, each key of whom leads to one of 300 ms."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ccswitch.bench.figure import BenchFailed, Figure, Promise, Setting
from ccswitch.bench.measuring import percentile

CALLERS, QUICK_CALLERS = 500, 50
SECONDS, QUICK_SECONDS, RUNS = 8.0, 1.0, 3
ANSWERS_AFTER = 0.3
ALLOWED = 10.0  # ms
METHOD = (
    "{callers} callers press a key every 0.5 to 2.5 s, which leads to a look-up of 300 ms by HTTP in another process; "
    "from the news of a key or an answer to the next request, the same with a timer instead of HTTP subtracted; "
    "engine, floor and look-ups as they are, no switch and no journal; the least of {runs} runs of {seconds:g} s"
)


Measured = dict[str, list[float]]


def run(setting: Setting) -> Iterable[Figure]:
    """What look-ups over HTTP add to the delay of a step's end: by the clock, and in our own processor time."""
    callers, seconds = (QUICK_CALLERS, QUICK_SECONDS) if setting.quick else (CALLERS, SECONDS)
    runs = 1 if setting.quick else RUNS
    asked, timed = [], []
    with _server() as address:
        for serial in range(runs):
            setting.tell(f"run {serial + 1} of {runs}, with HTTP and without")
            asked.append(_delays(callers, seconds, address))
            timed.append(_delays(callers, seconds, ""))
    method = METHOD.format(callers=callers, runs=runs, seconds=seconds)
    count = sum(len(one["delays"]) for one in asked)
    for clock, what in (("delays", "by the clock"), ("worked", "in processor time of the hub's thread")):
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            ours, without = (_least(several, clock, share) for several in (asked, timed))
            yield Figure(
                name=f"delay that look-ups add to a step, {what}, {name}",
                value=max(0.0, ours - without),
                unit="ms",
                n=count,
                method=method,
                promise=Promise(limit=ALLOWED) if share == 0.99 else None,
            )
            yield Figure(
                name=f"from a step's end to the next request, {what}, {name}",
                value=ours,
                unit="ms",
                n=count,
                method=method,
                peer="the same with a timer instead of HTTP",
                peer_value=without,
            )
    lookups = [len(one["delays"]) / 2 for one in asked]  # every other step's end is an answer
    yield Figure(
        name="processor time of a look-up, its two steps with it",
        value=min(1000 * one["used"][0] / n for one, n in zip(asked, lookups, strict=True)),
        unit="ms",
        n=count // 2,
        method=f"processor time of the whole process by look-ups answered, the least of {runs} runs",
    )


def _least(several: Iterable[Measured], clock: str, share: float) -> float:
    return min(1000 * percentile(one[clock], share) for one in several)


@contextmanager
def _server() -> Iterator[str]:
    command = [sys.executable, "-m", "ccswitch.bench.stage.slow_web", str(ANSWERS_AFTER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()
            server.wait(10)


def _delays(callers: int, seconds: float, address: str) -> Measured:
    command = [sys.executable, "-m", "ccswitch.bench.stage.askers", str(callers), str(seconds)]
    done = subprocess.run([*command, *([address] if address else [])], capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise BenchFailed(f"the callers' process failed: {done.stderr.strip()[-300:]}")
    found = json.loads(done.stdout)
    if found["failed"] or not found["delays"]:
        raise BenchFailed(f"{found['failed']} look-ups failed, {len(found['delays'])} steps were measured")
    return {"delays": found["delays"], "worked": found["worked"], "used": [found["used"]]}
