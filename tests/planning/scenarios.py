"""Scenarios of one queue, as short as they can be said, for the tests of the room."""

from __future__ import annotations

from typing import Any

from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import Queue
from ccswitch.planning.scenario import AgentGroup, CallType, Duration, Horizon, Law, Rates, Scenario, TracedCall

MINUTE: Seconds = 60.0
HOUR: Seconds = 3600.0
MAIN = QueueName("main")
AT_ONCE = Duration(law=Law.DETERMINISTIC, mean=0.0)


def exponential(mean: Seconds) -> Duration:
    """A duration without memory."""
    return Duration(law=Law.EXPONENTIAL, mean=mean)


def always(seconds: Seconds) -> Duration:
    """A duration that is always the same."""
    return Duration(law=Law.DETERMINISTIC, mean=seconds)


def markovian(
    calls: float,
    service: float,
    agents: int,
    *,
    patience: float = 0.0,
    trunks: int = 0,
    horizon: Horizon,
    target: Seconds = 20.0,
) -> Scenario:
    """One queue with nothing but exponential laws: `calls` a minute, mean service and patience in minutes (0: for
    ever), no ringing and no wrap-up."""
    return Scenario(
        name="markovian",
        horizon=horizon,
        queues=(Queue(name=MAIN, target=target, short_abandon=0.0, wrapup=0.0),),
        groups=(AgentGroup(name="crew", count=agents, queues=(MAIN,)),),
        types=(
            CallType(
                name="call",
                queue=MAIN,
                service=exponential(service * MINUTE),
                patience=exponential(patience * MINUTE) if patience else None,
            ),
        ),
        arrivals=Rates(rates=(calls / MINUTE,)),
        trunks=trunks,
    )


def scripted(
    *calls: tuple[Seconds, Seconds, Seconds | None],
    call_type: CallType | None = None,
    queue: Queue | None = None,
    group: AgentGroup | None = None,
    horizon: Horizon | None = None,
    **more: Any,
) -> Scenario:
    """Nothing left to chance: each call comes at a second, talks for so long, and bears so much waiting."""
    one = call_type or CallType(name="call", queue=MAIN, service=always(60.0))
    return Scenario(
        name="scripted",
        horizon=horizon or Horizon(length=HOUR),
        queues=(queue or Queue(name=MAIN, wrapup=0.0, ring_timeout=15.0),),
        groups=(group or AgentGroup(name="crew", count=1, queues=(MAIN,)),),
        types=(one,),
        trace=tuple(TracedCall(at=at, call_type=one.name, service=s, patience=p) for at, s, p in calls),
        **more,
    )


class Watched:
    """A trace that keeps what was decided, to be asked afterwards."""

    def __init__(self) -> None:
        self.seen: list[tuple[Seconds, Any, list[Any], list[Any]]] = []

    def __call__(self, t: Seconds, given: Any, outcomes: Any, requests: Any) -> None:
        self.seen.append((t, given, list(outcomes), list(requests)))

    def of(self, kind: type) -> list[tuple[Seconds, Any]]:
        """Every outcome of a kind, with its instant."""
        return [(t, one) for t, _, outcomes, _ in self.seen for one in outcomes if isinstance(one, kind)]

    def when(self, kind: type) -> list[Seconds]:
        """The instants alone."""
        return [t for t, _ in self.of(kind)]
