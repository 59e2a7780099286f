"""What must be true all the time while a plan is played, looked at once a second.

A moment's difference between floor and switch is no fault: events are on their way. What stays wrong is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from tests.scenarios.controller_process import ApiError
from tests.soak.crowd import Run

SUSPECT_FOR = {  # seconds for which something may look wrong
    "a call on the floor whose caller is gone": 60.0,
    "a caller whom the floor does not know": 60.0,
    "an agent in a call who has no leg": 60.0,
    "a phone in a call whose agent is idle": 60.0,
    "passed over: he waits, and an agent is free": 5.0,
    "stuck: nobody is so patient": 0.0,
}
BUSY = {"offered", "ringing", "talking", "holding"}
RESCUED_WITHIN = 90.0  # on top of patience and talk: menus, an outage, the watchdog, the last resort


@dataclass(slots=True)
class Watch:
    """Looks, remembers since when something is wrong, and keeps what was wrong for too long."""

    run: Run
    violations: list[str] = field(default_factory=list)
    longest: dict[str, float] = field(default_factory=dict)  # by kind of suspicion, seconds
    loads: list[float] = field(default_factory=list)  # of the machine, over the last minute, at each look
    _link: frozenset[tuple[str, str, float]] = frozenset()  # nodes with the run and the beginning of their link
    _linked_at: float = 0.0  # when that was last seen, by the wall clock
    _since: dict[tuple[str, str], float] = field(default_factory=dict)

    def look(self) -> None:
        """Once; nothing is seen while the desk is away."""
        try:
            calls = self.run.world.stage.live_calls()
            agents = self.run.world.stage.api("GET", "/agents")["agents"]
            self._see_link(self.run.world.stage.api("GET", "/nodes")["nodes"])
            failed = failed_inputs(self.run.world.stage.api("GET", "/metrics"))
        except (ApiError, OSError, HTTPException):
            return
        self.loads.append(os.getloadavg()[0])
        if failed:
            self._accuse(f"the engine failed on {failed:.0f} inputs, outcomes, requests or listeners")
        seen = set(self._suspicions(calls, agents))
        now = time.monotonic()
        self._since = {key: self._since.get(key, now) for key in seen}
        for (kind, who), since in self._since.items():
            self.longest[kind] = max(self.longest.get(kind, 0.0), now - since)
            if now - since > SUSPECT_FOR[kind]:
                self._accuse(f"{kind}: {who}")

    def _see_link(self, nodes: list[dict[str, Any]]) -> None:
        """A link that is another one than at the look before was broken in between, by whatever."""
        link, now = frozenset((node["node"], node["core"], node["since"]) for node in nodes), time.time()
        if any(node["state"] != "up" for node in nodes):
            return
        if self._link and link != self._link:
            self.run.link_broke(self._linked_at, now)
        self._link, self._linked_at = link, now

    def _accuse(self, what: str) -> None:
        if what not in self.violations:
            self.violations.append(what)

    def _suspicions(self, calls: list[dict[str, Any]], agents: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
        alive = {person.number: person for person in list(self.run.people) if not person.ended}
        floor = {call["caller_number"]: call for call in calls}
        for number in floor.keys() - alive.keys():
            yield "a call on the floor whose caller is gone", number
        for number in alive.keys() - floor.keys():
            yield "a caller whom the floor does not know", number
        for number, person in alive.items():
            longest = person.dialled.patience + (person.dialled.talk or 60.0) + RESCUED_WITHIN
            if time.time() - person.began > longest:
                yield "stuck: nobody is so patient", number
        for agent in agents:
            phone = self.run.phones.get(agent["agent"])
            if phone is not None and agent["state"] in BUSY and not phone.calls:
                yield "an agent in a call who has no leg", agent["agent"]
            if phone is not None and agent["state"] == "idle" and phone.calls:
                yield "a phone in a call whose agent is idle", agent["agent"]
        if self.run.calm > 2 and any(agent["free"] for agent in agents):
            for number, call in floor.items():
                if call["place"] == "waiting" and not call["agent"] and number in alive:
                    yield "passed over: he waits, and an agent is free", number


def failed_inputs(metrics: str) -> float:
    """The engine's own count of its mistakes."""
    lines = (line for line in metrics.splitlines() if line.startswith("ccswitch_failed_inputs_total"))
    return sum(float(line.split()[-1]) for line in lines)
