"""What the measurements share: a controller process with one queue, figures of a process, percentiles."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store
from ccswitch.records.tokens import first_admin_token
from tests.live.freeswitch import PASSWORD, free_port
from tests.scenarios.controller_process import ControllerProcess

CONFIG = """\
[[node]]
name = "pbx1"
port = {esl_port}
password = "{password}"
[store]
url = "{store}"
[journal]
dir = "journal"
[desk]
port = {desk_port}
[ivr]
dir = "scripts"
[log]
level = "info"
[[queue]]
name = "sales"
wrapup = 0.0
[[entry]]
name = "main"
dids = ["{number}"]
queue = "sales"
"""


def controller(folder: Path, esl_port: int, number: str, phones: Mapping[str, str]) -> ControllerProcess:
    """A controller, not started yet, that sends callers of `number` to `phones` (agent → address)."""
    store = f"sqlite:///{folder}/records.db"
    desk_port = free_port()
    places = {"esl_port": esl_port, "desk_port": desk_port, "store": store, "password": PASSWORD, "number": number}
    agents = (f'[[agent]]\nid = "{agent}"\nphone = "{phone}"\nqueues = ["sales"]\n' for agent, phone in phones.items())
    (folder / "scripts").mkdir()
    (folder / "ccswitch.toml").write_text(CONFIG.format(**places) + "".join(agents))
    upgrade(store)
    opened = open_store(store)
    try:
        token = first_admin_token(opened, now=time.time())
    finally:
        opened.close()
    assert token is not None, "the database was used before"
    return ControllerProcess(folder / "ccswitch.toml", desk_port, token)


def ready(running: ControllerProcess, agents: Sequence[str]) -> None:
    """All of them log in and are ready."""
    for agent in agents:
        running.api("POST", f"/agents/{agent}/login")
        running.api("POST", f"/agents/{agent}/ready")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below `share` of all (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def cpu_seconds(pid: int) -> float:
    """User and system time that a process has used so far, threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """How busy the machine is; figures are only worth something beside it."""
    return f"load average {' '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} cores"
