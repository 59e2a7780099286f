"""How long the controller's hub lets nobody else run: under load, while a snapshot is written, a report is asked for,
and at a recovery after kill -9.

A ticker in the controller's process wants to run every 10 ms; how much later it ran is a gap. The same ticker runs in
an idle process in the same seconds: that much is the machine's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ccswitch.bench.figure import BenchFailed, Figure, Promise, Setting
from ccswitch.bench.measuring import percentile
from ccswitch.bench.stage.controller import ControllerProcess
from ccswitch.bench.stage.freeswitch import PASSWORD
from ccswitch.bench.stage.program import Program
from ccswitch.bench.stage.site import ENTRY, controller, eventually, placed, ready
from ccswitch.bench.stage.watched import IdleTicker, Tick, ticks
from ccswitch.controller.snapshots import FILE as SNAPSHOT

RATE, FOR, QUICK_FOR = 50, 36.0, 1.0  # calls a second, seconds; a snapshot is due every 30
AGENTS, QUICK_AGENTS, TALK = 70, 10, 1.0  # too few: some hundred callers wait in the end
REPORTS = 5
BESIDE = 1.0  # seconds before and after what a window is about
ALLOWED = 50.0  # ms, architecture rule 10


class Window(NamedTuple):
    """Some seconds and what happened in them."""

    what: str
    begins: float
    ends: float

    def ticks(self, found: Sequence[Tick]) -> list[Tick]:
        """Those whose gap touched it."""
        return [tick for tick in found if tick.at >= self.begins and tick.at - tick.late <= self.ends]


def run(setting: Setting) -> Iterable[Figure]:
    """The longest gap of every kind of work, and the p99 under load."""
    ours, idle = setting.folder / "ours", setting.folder / "idle"
    seconds, count = (QUICK_FOR, QUICK_AGENTS) if setting.quick else (FOR, AGENTS)
    agents = [f"a{serial}" for serial in range(count)]
    command = ("ccswitch.bench.stage.watched", str(ours))
    with IdleTicker(idle), Program("ccswitch.bench.stage.pbx") as pbx:
        port = pbx.ask("start", password=PASSWORD, entry=ENTRY)
        pbx.ask("phones", users=agents, answer_after=0.1, talk=TALK)
        phones = {agent: f"sip:{agent}@127.0.0.1:5090" for agent in agents}
        running = controller(setting.folder, port, phones, command=command)
        try:
            running.start()
            ready(running, agents)
            windows = [*_under_load(setting, running, pbx, seconds), _recovery(setting, running)]
        finally:
            running.close()
    yield from _figures(windows, ticks(ours), ticks(idle))


def _under_load(setting: Setting, running: ControllerProcess, pbx: Program, seconds: float) -> Iterable[Window]:
    """Callers come; meanwhile snapshots are noticed and reports asked for."""
    setting.tell(f"{RATE} calls a second for {seconds:g} s")
    windows, began = [], time.time()
    snapshot = _Changes(setting.folder / "journal" / SNAPSHOT)
    pbx.ask("come", count=int(RATE * seconds), per_second=RATE, to=ENTRY)
    for serial in range(REPORTS):
        until = began + seconds * (serial + 1) / REPORTS
        asked = time.time()
        running.api("GET", "/queues/sales")
        windows.append(Window("report", asked, time.time()))
        snapshot.watch(until)
    windows += [Window("snapshot", at - BESIDE, at) for at in snapshot.seen]
    return [Window("load", began, time.time()), *windows]


class _Changes:
    """Notices when a file was replaced."""

    def __init__(self, path: Path) -> None:
        self.seen: list[float] = []
        self._path = path
        self._last = self._written()

    def watch(self, until: float) -> None:
        """Look until then."""
        while time.time() < until:
            time.sleep(0.05)
            written = self._written()
            if written != self._last:
                self._last = written
                self.seen.append(time.time())

    def _written(self) -> int:
        return self._path.stat().st_mtime_ns if self._path.exists() else 0


def _recovery(setting: Setting, running: ControllerProcess) -> Window:
    """Killed under its calls and started again, until it has them."""
    live = placed(running, "waiting") + placed(running, "talking")
    setting.tell(f"kill -9 under {live} calls, and a start")
    running.kill9()
    began = time.time()
    running.start()
    eventually(running, _adopted(running), 30, "the calls were not taken over")
    return Window("recovery", began, time.time() + BESIDE)


def _adopted(running: ControllerProcess) -> Callable[[], bool]:
    """The switch was asked for its truth: no node is out of step."""
    return lambda: all(node["state"] == "up" for node in running.api("GET", "/nodes")["nodes"])


def _figures(windows: Iterable[Window], ours: Sequence[Tick], idle: Sequence[Tick]) -> Iterable[Figure]:
    method = (
        f"a ticker that wants to run every 10 ms, how late it ran; {RATE} calls/s and more callers than agents, "
        "simulated switch in another process"
    )
    kinds: dict[str, list[Window]] = {}
    for window in windows:
        kinds.setdefault(window.what, []).append(window)
    for what, several in kinds.items():
        touched, unbusy = ([tick for window in several for tick in window.ticks(found)] for found in (ours, idle))
        if not touched or not unbusy:
            raise BenchFailed(f"no tick during {what}")
        gaps, noise = ([1000 * tick.late for tick in found] for found in (touched, unbusy))
        for name, share in (("p99", 0.99), ("longest", 1.0)):
            yield Figure(
                name=f"hub gap {name}, {what}",
                value=percentile(gaps, share),
                unit="ms",
                n=len(gaps),
                method=method,
                peer="the same ticker in an idle process",
                peer_value=percentile(noise, share),
                promise=Promise(limit=ALLOWED) if name == "longest" else None,
            )
        yield Figure(
            name=f"hub busy at a stretch, longest, {what}",
            value=max(1000 * tick.busy for tick in touched),
            unit="ms",
            n=len(touched),
            method="processor time of the hub's thread between two such ticks: a bound on its part of the gap, "
            "whatever else the machine does",
        )
