"""Virtual calls a second: a day of 100,000 calls through the real floor in virtual time, as `simulate` does."""

from __future__ import annotations

from collections.abc import Iterable

from ccswitch.bench.figure import Figure, Promise, Setting
from ccswitch.bench.measuring import processor_time
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import Queue
from ccswitch.planning.figures import Run
from ccswitch.planning.play import play
from ccswitch.planning.scenario import AgentGroup, CallType, Duration, Horizon, Law, Rates, Scenario

DAY: Seconds = 86_400.0
QUICK: Seconds = 600.0
CALLS = 100_000
SERVICE, WRAPUP, PATIENCE, RING = 180.0, 20.0, 120.0, 3.0  # means, seconds
QUEUES = tuple(QueueName(name) for name in ("sales", "support", "billing"))
AGENTS = (70, 70, 60, 45)  # a group for each queue, and one for all three; about 235 of them have work


def run(setting: Setting) -> Iterable[Figure]:
    """Seconds for the day, and calls a second."""
    length = QUICK if setting.quick else DAY
    setting.tell(f"{CALLS * length / DAY:,.0f} calls")
    runs: list[Run] = []
    took = processor_time(lambda: runs.append(play(scenario(length), 1)))
    played = runs[0]
    method = (
        f"processor time; {len(QUEUES)} queues, {sum(AGENTS)} agents in {len(AGENTS)} groups, lognormal service, "
        f"patience, ringing and wrap-up, {played.decisions / played.calls:.1f} decisions a call, one replication"
    )
    yield Figure(
        name="virtual day of 100,000 calls",
        value=took * CALLS / played.calls,
        unit="s",
        n=played.calls,
        method=method if not setting.quick else f"{method}; taken from a part of the day",
        promise=Promise(limit=15),
    )
    yield Figure(name="virtual calls", value=played.calls / took, unit="calls/s", n=played.calls, method=method)


def scenario(length: Seconds) -> Scenario:
    """A centre that is busy all day: one agent in twenty is idle."""
    service = Duration(law=Law.LOGNORMAL, mean=SERVICE, sd=SERVICE)
    types = tuple(
        CallType(
            name=queue,
            queue=queue,
            service=service,
            wrapup=_exponential(WRAPUP),
            patience=_exponential(PATIENCE),
        )
        for queue in QUEUES
    )
    crews = [(queue, (queue,)) for queue in QUEUES]
    groups = tuple(
        AgentGroup(name=name, count=count, queues=queues, ring=_exponential(RING))
        for (name, queues), count in zip([*crews, ("all", QUEUES)], AGENTS, strict=True)
    )
    return Scenario(
        name="a busy day",
        horizon=Horizon(length=length),
        queues=tuple(Queue(name=queue) for queue in QUEUES),
        groups=groups,
        types=types,
        arrivals=Rates(rates=(CALLS / DAY,)),
    )


def _exponential(mean: Seconds) -> Duration:
    return Duration(law=Law.EXPONENTIAL, mean=mean)
