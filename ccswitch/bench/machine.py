"""The machine that figures were taken on: without it they say nothing."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from pathlib import Path

PACKAGES = ("ccswitch", "gevent", "greenswitch", "orjson", "sqlalchemy", "psycopg")


def machine() -> dict[str, object]:
    """Processor, memory, kernel, Python and the versions of what the figures depend on."""
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "nice": os.nice(0),
        "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
    }


def load() -> float:
    """Processes that wanted a core, on average of the last minute."""
    return round(os.getloadavg()[0], 2)


def _cpu_model() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return found[1] if found else platform.machine()
