"""Callers in menus, each of whose keys leads to a look-up: the real engine, floor and look-ups in one process with
nothing else, and a switch that is not there.

    python -m ccswitch.bench.stage.askers CALLERS SECONDS [ADDRESS]

With ADDRESS each look-up goes there over HTTP; without it a timer answers, after as long. Printed is JSON: for each key
that led to a look-up, and each answer that led back to a menu, how many seconds passed until the next request went out,
and how many of these this process worked, which no other program on the machine can add to.
"""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402  behind the patch, as in ccswitch/__main__.py
import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from random import Random  # noqa: E402

import gevent  # noqa: E402

from ccswitch.clock import SystemClock  # noqa: E402
from ccswitch.controller.engine import Engine  # noqa: E402
from ccswitch.floor.state import State  # noqa: E402
from ccswitch.ivr.script import script_hash  # noqa: E402
from ccswitch.lookups.definition import Definition, rules  # noqa: E402
from ccswitch.lookups.lookups import Lookups  # noqa: E402
from ccswitch.model import facts as f  # noqa: E402
from ccswitch.model import nouns as n  # noqa: E402
from ccswitch.model import requests as r  # noqa: E402
from ccswitch.model.decision import Decision  # noqa: E402
from ccswitch.model.ids import CallId, LegId, NodeName  # noqa: E402

ANSWERS_AFTER = 0.3  # seconds
THINKS = (0.5, 2.5)  # seconds from a menu's beginning to the key
NODE = NodeName("a")
SCRIPT = """\
steps:
  choice: {menu: m.wav, keys: {1: ask}, no_input: {then: bye}, wrong_input: {then: bye}}
  ask: {lookup: account, with: {number: "{{ caller }}"}, into: {balance: balance}, then: choice, otherwise: choice}
  bye: {hangup: }
"""


class Askers:
    """Callers who press 1 whenever they may."""

    def __init__(self, address: str) -> None:
        self._random = Random(7)
        self._asks_http = bool(address)
        self._told: dict[str, tuple[float, float]] = {}  # when the engine was given news of a call, by both clocks
        self.delays: list[float] = []
        self.worked: list[float] = []
        self.failed = 0
        one = Definition(
            name="account",
            url=f"{address or 'http://127.0.0.1'}/{{number}}",
            parameters=("number",),
            concurrency=500,
        )
        clock = SystemClock()
        self.engine = Engine(State(), n=0, journal=self, carry=self.carry, clock=clock)
        self.lookups = Lookups([one], {}, on_fact=self._answered, digits=lambda node, leg, secret: "", clock=clock)
        text = n.ScriptSource(name="main", hash=script_hash(SCRIPT), text=SCRIPT)
        entry = n.Entry(name="main", script="main")
        settings = n.FloorSettings(hash="x", nodes=(NODE,), entries=(entry,), scripts=(text,), lookups=rules([one]))
        self.engine.submit(f.SettingsLoaded(settings=settings))
        self.engine.submit(f.NodeUp(node=NODE, core="core"))
        self.engine.submit(f.LegsSeen(node=NODE, core="core", asked_at=clock.now() + 1, legs=()))

    def append(self, decision: Decision) -> None:
        """The journal's part: what that takes is measured by its own bench."""

    def come(self, callers: int) -> None:
        """All of them arrive, over a second."""
        self.engine.start()
        for serial in range(callers):
            leg = f"L{serial}"
            park = f.LegParked(
                leg=LegId(leg), node=NODE, call=CallId(leg), entry="main", caller_number=f"138{serial:08}"
            )
            self.engine.submit(park)
            gevent.sleep(1 / callers)

    def carry(self, request: r.Request) -> None:
        """The switch's part."""
        if isinstance(request, r.LookUp | r.Collect) and (told := self._told.pop(request.leg, None)) is not None:
            self.delays.append(time.perf_counter() - told[0])
            self.worked.append(time.thread_time() - told[1])
        if isinstance(request, r.Collect):
            gevent.spawn_later(self._random.uniform(*THINKS), self._press, request)
        elif isinstance(request, r.LookUp) and self._asks_http:
            self.lookups.carry(request)
        elif isinstance(request, r.LookUp):
            answer = f.LookedUp(call=request.call, execute=request.execute, answer=n.LookupAnswer.FOUND)
            gevent.spawn_later(ANSWERS_AFTER, self._answered, answer)

    def _press(self, request: r.Collect) -> None:
        self._told[request.leg] = time.perf_counter(), time.thread_time()
        self.engine.submit(f.ExecuteEnded(leg=request.leg, execute=request.execute, digits="1"))

    def _answered(self, fact: f.Fact) -> None:
        assert isinstance(fact, f.LookedUp)
        self.failed += fact.answer is n.LookupAnswer.FAILED
        self._told[fact.call] = time.perf_counter(), time.thread_time()
        self.engine.submit(fact)


def main() -> None:
    """Come, warm up, measure, print."""
    callers, seconds, address = int(sys.argv[1]), float(sys.argv[2]), "".join(sys.argv[3:])
    askers = Askers(address)
    askers.come(callers)
    gevent.sleep(2.0)
    gc.freeze()
    askers.delays.clear()
    askers.worked.clear()
    used = time.process_time()
    gevent.sleep(seconds)
    used = time.process_time() - used
    told = {"delays": askers.delays, "worked": askers.worked, "used": used, "failed": askers.failed}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
