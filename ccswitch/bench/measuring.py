"""Percentiles, and what a process has used: figures that every bench takes in the same way."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below `share` of all (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used so far, threads included; in steps of 10 ms (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> int:
    """Resident memory of a process in bytes."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def spent(pids: Mapping[str, int], work: Callable[[], object]) -> dict[str, float]:
    """Processor seconds that the processes used while `work` ran."""
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    work()
    return {name: cpu_seconds(pid) - before[name] for name, pid in pids.items()}


def processor_time(work: Callable[[], object]) -> float:
    """Seconds of processor that `work` took this thread: what other programs take of the machine is not in it."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def file_system(folder: Path) -> str:
    """The kind of file system that a folder is on, as ext4 or tmpfs."""
    place, found = str(folder.resolve()), ("", "unknown")
    for line in Path("/proc/mounts").read_text().splitlines():
        _, mount, kind, *_ = line.split(" ")
        within = place == mount or place.startswith(mount.rstrip("/") + "/")
        if within and len(mount) >= len(found[0]):
            found = mount, kind
    return found[1]
