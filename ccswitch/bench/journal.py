"""How fast decisions are kept: appended to the journal (the kernel has them), and then on the disk."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from ccswitch.bench.calls import Calls
from ccswitch.bench.figure import Figure, Setting
from ccswitch.bench.measuring import file_system, percentile, processor_time
from ccswitch.controller.journal import SYNC_WITHIN, Journal, to_line
from ccswitch.model.decision import Decision

CALLS, QUICK_CALLS = 400, 20
PER_SYNC = 20  # decisions between two syncs: 50 calls a second make about as many in SYNC_WITHIN


def run(setting: Setting) -> Iterable[Figure]:
    """Appends a second beside bare writes of the same bytes; p50 and p99 of waiting for the disk."""
    decisions: list[Decision] = []
    calls = Calls(50, 20, kept=decisions.append)
    calls.live(QUICK_CALLS if setting.quick else CALLS)
    disk = file_system(setting.folder)
    setting.tell(f"{len(decisions):,} decisions of {calls.n:,} to {disk}")
    yield _appends(decisions, setting.folder)
    yield from _syncs(decisions[: 20 * PER_SYNC] if setting.quick else decisions, setting.folder, disk)


def _appends(decisions: Sequence[Decision], folder: Path) -> Figure:
    journal = Journal(folder / "appends")
    journal.open()
    try:
        took = processor_time(lambda: deque(map(journal.append, decisions), maxlen=0))
    finally:
        journal.close()
    lines = [to_line(decision) for decision in decisions]
    bare = _bare(lines, folder / "bare")
    size = sum(map(len, lines)) // len(lines)
    return Figure(
        name="journal appends, each handed to the kernel",
        value=len(decisions) / took,
        unit="decisions/s",
        n=len(decisions),
        method=f"processor time; decisions of real calls, {size:,} bytes a line",
        peer="bare write() of the same lines",
        peer_value=len(lines) / bare,
    )


def _bare(lines: Sequence[bytes], path: Path) -> float:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return processor_time(lambda: deque((os.write(file, line) for line in lines), maxlen=0))
    finally:
        os.close(file)


def _syncs(decisions: Sequence[Decision], folder: Path, disk: str) -> Iterable[Figure]:
    journal = Journal(folder / "syncs")
    journal.open()
    took = []
    try:
        for first in range(0, len(decisions), PER_SYNC):
            for decision in decisions[first : first + PER_SYNC]:
                journal.append(decision)
            began = time.perf_counter()
            journal.sync()
            took.append(time.perf_counter() - began)
    finally:
        journal.close()
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        yield Figure(
            name=f"journal fdatasync {name}",
            value=percentile(took, share) * 1000,
            unit="ms",
            n=len(took),
            method=f"wall clock, {PER_SYNC} decisions each, on {disk}; calls wait for none of it unless durability is "
            f"power (otherwise it follows within {SYNC_WITHIN * 1000:g} ms)",
        )
