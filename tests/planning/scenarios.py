"""Scenarios of one queue, as short as they can be said, for the tests of the room."""

from __future__ import annotations

from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import Queue
from ccswitch.planning.scenario import AgentGroup, CallType, Duration, Horizon, Law, Rates, Scenario

MINUTE: Seconds = 60.0
AT_ONCE = Duration(law=Law.DETERMINISTIC, mean=0.0)


def exponential(mean: Seconds) -> Duration:
    """A duration without memory."""
    return Duration(law=Law.EXPONENTIAL, mean=mean)


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
    name = QueueName("support")
    return Scenario(
        name="markovian",
        horizon=horizon,
        queues=(Queue(name=name, target=target, short_abandon=0.0),),
        groups=(AgentGroup(name="crew", count=agents, queues=(name,)),),
        types=(
            CallType(
                name="call",
                queue=name,
                service=exponential(service * MINUTE),
                wrapup=AT_ONCE,
                patience=exponential(patience * MINUTE) if patience else None,
            ),
        ),
        arrivals=Rates(rates=(calls / MINUTE,)),
        trunks=trunks,
    )
