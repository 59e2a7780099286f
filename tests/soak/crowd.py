"""A plan is played on a simulated switch with a real controller: people call, agents do what they do, faults strike.

Three threads play the three streams; whoever watches looks at `people`, `phones` and `outages` meanwhile. Everything
ends by itself: streams when they are over, `close` whatever is left.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import TypeVar

from ccswitch.simulator.callers import ENDED, SimCaller
from ccswitch.simulator.phones import answers
from tests.scenarios.controller_process import ApiError
from tests.scenarios.sim_stage import SimStage, StagePhone
from tests.soak.faults import BY_ITSELF, SUPERSEDED, World, another_comes, begin
from tests.soak.plan import Dialled, Plan, Strike
from tests.soak.site import LEASE

Moment = TypeVar("Moment")
UP_WITHIN = 180.0  # seconds from the end of a fault until controller and switch work together again: measured and told


@dataclass(frozen=True, slots=True)
class Person:
    """A caller of the plan and what became of him. `began` is the wall clock."""

    number: str
    dialled: Dialled
    sim: SimCaller
    began: float

    @property
    def ended(self) -> bool:
        """His call is over."""
        return self.sim.state == ENDED


@dataclass(slots=True)
class Outage:
    """A fault as it was, by the wall clock; `up` when controller and switch worked together again."""

    strike: Strike
    struck: float
    healed: float = 0.0
    up: float = 0.0

    def covers(self, began: float, ended: float, grace: float = 0.0) -> bool:
        """Whether a span of time has any part in it."""
        until = (self.up or time.time()) + grace
        return began <= until and ended >= self.struck - grace


@dataclass(slots=True)
class Wishes:
    """What agents last wanted of the desk; asked again until the desk has heard it."""

    wanted: dict[str, str] = field(default_factory=dict)

    def settle(self, world: World) -> None:
        """Tell the desk what it does not know yet."""
        for agent, says in list(self.wanted.items()):
            try:
                self._say(world, agent, says)
            except (OSError, HTTPException):  # killed in the midst of its answer
                return
            except ApiError as error:
                if error.status >= 500:
                    return
            self.wanted.pop(agent)

    def _say(self, world: World, agent: str, says: str) -> None:
        if says == "ready" and world.stage.api("GET", f"/agents/{agent}")["agent"]["status"] == "offline":
            world.stage.api("POST", f"/agents/{agent}/login")
        world.stage.api("POST", f"/agents/{agent}/{says}", {"reason": "tea"} if says == "break" else None)


class Run:
    """One plan under way."""

    def __init__(self, world: World, switch: SimStage, plan: Plan, agents: Sequence[str]) -> None:
        self.world, self.plan, self._switch = world, plan, switch
        self.people: list[Person] = []
        self.outages: list[Outage] = []
        self.broken: list[Outage] = []  # the link, though no fault had struck it
        self.skipped: list[str] = []  # faults of the plan that this machine does not let us play
        self.trouble: list[str] = []
        self.superseded = 0  # how often a controller stood down that no fault had killed
        self._one_at_a_time = threading.Lock()  # a fault, or the tending of who ended
        self.phones: dict[str, StagePhone] = {a: switch.phone(a, 0, answers(0.3)) for a in agents}
        self._wishes = Wishes()
        self._over = threading.Event()
        self._began = time.monotonic()
        self._threads = [
            threading.Thread(target=self._guarded, args=(play,), daemon=True)
            for play in (self._play_calls, self._play_deeds, self._play_strikes)
        ]

    def start(self) -> None:
        """Begin; returns at once."""
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """No more happens."""
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    @property
    def playing(self) -> bool:
        """Some stream is not over yet."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def away(self) -> list[Outage]:
        """Whenever controller and switch did not work together, by a fault or by themselves."""
        return [*self.outages, *self.broken]

    @property
    def calm(self) -> float:
        """Seconds since controller and switch last came together again; 0 while they are apart."""
        last = [outages[-1].up for outages in (self.outages, self.broken) if outages]
        if not last:
            return self.elapsed
        return time.time() - max(last) if all(last) else 0.0

    def link_broke(self, began: float, up: float) -> None:
        """Between these instants of the wall clock the link was made anew; kept unless a fault explains it."""
        if not any(outage.covers(began, up) for outage in self.outages if not outage.strike.fault.serves):
            self.broken.append(Outage(Strike(self.elapsed, BY_ITSELF), began, healed=up, up=up))

    def tend(self) -> None:
        """A controller that ended by itself is started again, as systemd does: another had taken over from it."""
        with self._one_at_a_time:
            for controller in (self.world.stage.controller, self.world.standby):
                if controller is None or controller.process is None or controller.process.poll() is None:
                    continue
                if controller is self.world.stage.controller:
                    self.superseded += 1
                    self._note_takeover()
                    another_comes(self.world)
                else:
                    begin(controller)

    def _note_takeover(self) -> None:
        """As an outage that nobody planned: it began at most a lease and a look ago."""
        now = time.time()
        self.outages.append(Outage(Strike(self.elapsed, SUPERSEDED), now - 2 * LEASE, healed=now, up=now + 2 * LEASE))

    def everybody_works(self) -> None:
        """Every agent answers what rings, and talks a second."""
        for agent, phone in self.phones.items():
            phone.behave(answers(0.2, drops_after_bridge=1.0))
            self._wishes.wanted[agent] = "ready"
        self._wishes.settle(self.world)

    # ---- the streams

    def _guarded(self, play: Callable[[], None]) -> None:
        try:
            play()
        except Exception as error:  # noqa: BLE001  told by whoever watches
            self.trouble.append(f"{play.__name__}: {error!r}")

    def _when_due(self, moments: Sequence[Moment], at: Callable[[Moment], float]) -> Iterator[Moment]:
        for moment in moments:
            if self._over.wait(max(0.0, at(moment) - self.elapsed)):
                return
            yield moment

    def _play_calls(self) -> None:
        for serial, dialled in enumerate(self._when_due(self.plan.calls, lambda call: call.at), self.plan.first):
            number = f"139{serial:08d}"
            sim = self._switch.hub.do(
                self._switch.switch.call,
                number=number,
                to=dialled.to,
                keys=dialled.keys,
                patience=dialled.patience,
                talk=dialled.talk,
            )
            self.people.append(Person(number, dialled, sim, time.time()))

    def _play_deeds(self) -> None:
        for deed in self._when_due(self.plan.deeds, lambda deed: deed.at):
            if deed.manner is not None:
                self.phones[deed.agent].behave(deed.manner)
            if deed.says:
                self._wishes.wanted[deed.agent] = deed.says
            self._wishes.settle(self.world)

    def _play_strikes(self) -> None:
        for strike in self._when_due(self.plan.strikes, lambda strike: strike.at):
            lacking = [need for need in strike.fault.needs if getattr(self.world, need) is None]
            if lacking:
                self.skipped.append(f"{strike.fault.name}: no {', '.join(lacking)} here")
                continue
            try:
                self._strike(strike)
            except Exception as error:  # noqa: BLE001  told by whoever watches; the next fault strikes all the same
                self.trouble.append(f"{strike.fault.name}: {str(error).splitlines()[0] if str(error) else error!r}")

    def _strike(self, strike: Strike) -> None:
        outage = Outage(strike, time.time())
        self.outages.append(outage)
        with self._one_at_a_time:
            strike.fault.strike(self.world)
            self._over.wait(strike.fault.lasts)
            strike.fault.heal(self.world)
        outage.healed = time.time()
        self.world.stage.eventually(self._works, UP_WITHIN)
        outage.up = time.time()

    def _works(self) -> bool:
        return all(node["state"] == "up" for node in self.world.stage.api("GET", "/nodes")["nodes"])
