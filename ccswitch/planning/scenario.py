"""A scenario: who calls, who answers, by which rules, for how long. What `ccswitch simulate` plays in virtual time.

Durations are seconds, rates are calls per second, probabilities lie in 0..1. Instants are seconds since the epoch.
The file's language (YAML, its checks and errors) is in `scenario_file.py`; here stands what it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ccswitch.acd.strategies import ONE_ORDER
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.nouns import Queue


class Law(Enum):
    """How a duration is drawn."""

    EXPONENTIAL = "exponential"  # mean
    LOGNORMAL = "lognormal"  # mean, sd (of the duration itself, not of its logarithm)
    GAMMA = "gamma"  # mean, sd
    UNIFORM = "uniform"  # low, high
    DETERMINISTIC = "deterministic"  # mean
    EMPIRICAL = "empirical"  # values, each as likely as the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A duration and how it is drawn; which of the fields count stands beside each `Law`."""

    law: Law
    mean: Seconds = 0.0
    sd: Seconds = 0.0
    low: Seconds = 0.0
    high: Seconds = 0.0
    values: tuple[Seconds, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Poisson arrivals, `rates[i]` in the i-th stretch of `every` seconds from the scenario's start, then again from
    the first. One rate is a rate that never changes.

    `busyness_sd`: how much whole days differ. Each replication (each batch of a steady run keeps the same) draws one
    factor from a gamma law of mean 1 and this standard deviation, and all its rates are multiplied by it; 0: none.
    Source: Avramidis, Deslauriers, L'Ecuyer (2004), doubly stochastic Poisson arrivals.
    """

    rates: tuple[float, ...]
    every: Seconds = 1800.0
    busyness_sd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedCall:
    """One line of a trace file: a call as it was. What is None is drawn by the call type's laws."""

    at: Seconds  # since the scenario's start
    call_type: str
    service: Seconds | None = None
    patience: Seconds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redial:
    """Who gave up or found the trunks busy calls again with this probability after this delay, `most` times at most."""

    probability: float
    delay: Duration
    most: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CallType:
    """Callers of one kind. `arrivals` None: they come from the scenario's common stream by `weight`, or the trace."""

    name: str
    queue: QueueName
    priority: int = 0
    weight: float = 1.0
    arrivals: Rates | None = None
    service: Duration
    wrapup: Duration | None = None  # None: the queue's own wrap-up
    patience: Duration | None = None  # None: waits for ever
    redial: Redial | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From `begins` to `ends`, seconds since midnight of a day of the week in `days` (0 is Monday)."""

    begins: Seconds
    ends: Seconds
    days: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGroup:
    """So many agents alike. No `schedule`: there all the time. Breaks are taken when the call in hand is over."""

    name: str
    count: int
    queues: tuple[QueueName, ...]
    skills: tuple[str, ...] = ()  # as billing=7
    takes: str = ONE_ORDER  # which caller, when one of them is free (acd/strategies.py)
    schedule: tuple[Span, ...] = ()
    breaks: tuple[Span, ...] = ()
    ring: Duration | None = None  # until the phone is picked up; None: at once
    rona: float = 0.0  # probability that an offer is left to ring out
    back_after: Seconds = 60.0  # whom the floor put on break for RONA is ready again after so long
    pace: float = 1.0  # service and wrap-up times are multiplied by it


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """How long. Terminating: `length` seconds from the start, `warmup` and `batches` unused; every replication begins
    with an empty floor. Steady state (`batches` > 0): `warmup` seconds that do not count, then so many batches of
    `length` seconds each, whose means are the sample.
    """

    length: Seconds
    warmup: Seconds = 0.0
    batches: int = 0


def whole_length(horizon: Horizon) -> Seconds:
    """From the start to the end of the run, warm-up and batches together."""
    return horizon.warmup + horizon.length * horizon.batches if horizon.batches else horizon.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Everything a run needs besides its seed."""

    name: str
    start: Seconds = 0.0  # of the first day, midnight of the site's time zone for schedules is `midnight`
    midnight: Seconds = 0.0
    weekday: int = 0  # of the day that began at `midnight`, 0 is Monday
    horizon: Horizon
    queues: tuple[Queue, ...]
    groups: tuple[AgentGroup, ...]
    types: tuple[CallType, ...]
    arrivals: Rates | None = None  # the common stream, shared out among types by weight
    trace: tuple[TracedCall, ...] = ()
    trunks: int = 0  # calls that can be there at once, waiting and talking; 0: no limit
    places: int = 0  # callers who can wait at once, in all queues; 0: no limit
    hours: tuple[Span, ...] = ()  # when callers are let in; empty: always. Outside they hear that it is closed and go
    interval: Seconds = 1800.0  # slices for history
    rona_limit: int = 2
    rest_after_refusal: Seconds = 10.0
    guard: Seconds = 0.0  # after "ready" and after wrap-up nobody is offered a call for so long
    seed: int = 1
    replications: int = 1
