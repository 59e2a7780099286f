"""What a live call costs the controller: resident memory, and processor time.

Memory is taken with the simulated switch in another process. Processor time is taken on a real FreeSWITCH with SIPp's
callers and phones, FreeSWITCH's own beside it (`cpu.py`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from ccswitch.bench.figure import Figure, Promise, Setting
from ccswitch.bench.stage.controller import ControllerProcess
from ccswitch.bench.stage.freeswitch import PASSWORD
from ccswitch.bench.stage.program import Program
from ccswitch.bench.stage.site import ENTRY, controller, eventually, metric, placed, ready

LIVE, TALKING = 500, 50
QUICK_LIVE, QUICK_TALKING = 20, 5
WARM = 20  # calls before the first figure, so that what any first call loads is not counted as the others'
PER_SECOND = 50.0
ALLOWED = 20.0  # KB a call
STILL = 64 * 1024  # bytes within which memory no longer moves


def run(setting: Setting) -> Iterable[Figure]:
    """Memory at so many live calls, less that at none, by call."""
    live, talking = (QUICK_LIVE, QUICK_TALKING) if setting.quick else (LIVE, TALKING)
    sizes = measure(setting, live, talking)
    yield Figure(
        name="memory a live call",
        value=(sizes["full"] - sizes["empty"]) / live / 1024,
        unit="KB",
        n=live,
        method=f"resident memory of the controller's process; {live} live calls, {talking} of them talking, less the "
        f"same process after {min(WARM, talking)} calls; simulated switch in another process",
        promise=Promise(limit=ALLOWED),
    )
    for name, what in (("empty", "without a call"), ("full", f"at {live} live calls")):
        yield Figure(
            name=f"memory of the controller {what}",
            value=sizes[name] / 2**20,
            unit="MB",
            n=1,
            method="resident memory once SQL has caught up and it no longer moves",
        )


def measure(setting: Setting, live: int, talking: int) -> dict[str, int]:
    """Bytes: `fresh` after the start, `empty` after some calls, `full` with all of them, `after` they went."""
    agents = [f"a{serial}" for serial in range(talking)]
    with Program("ccswitch.bench.stage.pbx") as pbx:
        port = pbx.ask("start", password=PASSWORD, entry=ENTRY)
        pbx.ask("phones", users=agents, answer_after=0.1, talk=None)
        running = controller(setting.folder, port, {agent: f"sip:{agent}@127.0.0.1:5090" for agent in agents})
        try:
            running.start()
            ready(running, agents)
            sizes = {"fresh": settled(running, 0, 0)}
            few = min(WARM, talking)
            for name, count in (("empty", few), ("after", live)):
                setting.tell(f"{count} calls")
                pbx.ask("come", count=count, per_second=PER_SECOND, to=ENTRY)
                pbx.ask("arrived")
                full = settled(running, max(0, count - talking), min(count, talking))
                pbx.ask("hang_up")
                sizes[name] = settled(running, 0, 0)
            return sizes | {"full": full}
        finally:
            running.close()


def settled(running: ControllerProcess, waiting: int, talking: int) -> int:
    """Resident memory with so many calls live, once SQL has caught up and it no longer moves; the desk is silent
    meanwhile."""
    eventually(running, lambda: placed(running, "waiting") == waiting, 60, f"not {waiting} waiting")
    eventually(running, lambda: placed(running, "talking") == talking, 30, f"not {talking} talking")
    eventually(running, lambda: metric(running, "ccswitch_ledger_lag") == 0, 30, "SQL did not catch up")
    taken = [0, running.memory()]
    while abs(taken[-1] - taken[-2]) > STILL:
        time.sleep(0.5)
        taken.append(running.memory())
    return taken[-1]
