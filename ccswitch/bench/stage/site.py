"""A site with one queue in a folder of its own: configuration, database, first token, and the controller to run it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ccswitch.bench.figure import BenchFailed
from ccswitch.bench.stage.controller import ControllerProcess
from ccswitch.bench.stage.freeswitch import PASSWORD
from ccswitch.bench.stage.ports import free_port
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store
from ccswitch.records.tokens import first_admin_token

ENTRY = "4000"  # the number whose callers go into the queue
SERVE = ("ccswitch", "serve", "--config")
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


def controller(
    folder: Path, esl_port: int, phones: Mapping[str, str], *, command: Sequence[str] = SERVE
) -> ControllerProcess:
    """A controller, not started yet, that sends callers of ENTRY to `phones` (agent → address)."""
    store = f"sqlite:///{folder}/records.db"
    desk_port = free_port()
    places = {"esl_port": esl_port, "desk_port": desk_port, "store": store, "password": PASSWORD, "number": ENTRY}
    agents = (f'[[agent]]\nid = "{agent}"\nphone = "{phone}"\nqueues = ["sales"]\n' for agent, phone in phones.items())
    (folder / "scripts").mkdir()
    (folder / "ccswitch.toml").write_text(CONFIG.format(**places) + "".join(agents))
    upgrade(store)
    opened = open_store(store)
    try:
        token = first_admin_token(opened, now=time.time())
    finally:
        opened.close()
    if token is None:
        raise BenchFailed(f"{store} was used before")
    return ControllerProcess(folder / "ccswitch.toml", desk_port, token, command=command)


def ready(running: ControllerProcess, agents: Sequence[str]) -> None:
    """All of them log in and are ready."""
    for agent in agents:
        running.api("POST", f"/agents/{agent}/login")
        running.api("POST", f"/agents/{agent}/ready")


def metric(running: ControllerProcess, name: str) -> float:
    """One figure of /metrics; asked there because a listing of many calls would itself need memory."""
    text = running.api("GET", "/metrics")
    for line in text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split(" ")[-1])
    raise BenchFailed(f"no {name} in /metrics")


def placed(running: ControllerProcess, place: str) -> int:
    """How many live calls are in that place."""
    return int(metric(running, f'ccswitch_calls{{place="{place}"}}'))


def eventually(running: ControllerProcess, holds: Callable[[], bool], within: float, why: str) -> None:
    """Wait for it; fails with the controller's log when it does not come."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            raise BenchFailed(f"{why} within {within:g} s\n{running.log_tail(30)}")
        time.sleep(0.1)
