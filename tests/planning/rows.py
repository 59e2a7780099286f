"""The six single-queue systems of tests/scenarios/queueing, each with what is known of it exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.planning.exact import System, abandoned, blocked, mean_wait, p_wait, within

TARGET = 20 / 60  # minutes; of the row whose service level is known

EXACT: Mapping[str, Callable[[System], float]] = {  # figures of `planning.measures`: shares and seconds
    "all_busy": lambda system: blocked(system) + p_wait(system) * (1 - blocked(system)),
    "service_level": lambda system: within(system, TARGET),
    "mean_wait": lambda system: 60 * mean_wait(system),
    "abandon_rate": abandoned,
    "blocked_share": blocked,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A system and its figures as they are printed in textbooks, with as many digits as are printed."""

    system: System
    printed: Mapping[str, float]

    def exact(self) -> Mapping[str, float]:
        """The same figures from the formulas."""
        return {name: EXACT[name](self.system) for name in self.printed}


ROWS: Mapping[str, Row] = {
    "m-m-12": Row(
        system=System(arrivals=4.2, service=0.5, agents=12),
        printed={"all_busy": 0.18389, "service_level": 0.89908, "mean_wait": 60 * 0.10216},
    ),
    "m-m-50": Row(
        system=System(arrivals=48, service=1, agents=50),
        printed={"all_busy": 0.69446, "mean_wait": 20.834},
    ),
    "m-m-50-patience-2-min": Row(
        system=System(arrivals=48, service=1, agents=50, abandon=0.5),
        printed={"all_busy": 0.46777, "mean_wait": 3.7095, "abandon_rate": 0.030912},
    ),
    "m-m-100-patience-1-min": Row(
        system=System(arrivals=100, service=1, agents=100, abandon=1),
        printed={"all_busy": 0.513299, "abandon_rate": 0.039861},
    ),
    "m-m-105-patience-2-min": Row(
        system=System(arrivals=100, service=1, agents=105, abandon=0.5),
        printed={"all_busy": 0.369605, "abandon_rate": 0.015084},
    ),
    "m-m-90-120": Row(
        system=System(arrivals=8.4, service=0.1, agents=90, places=120),
        printed={"all_busy": 0.38197, "mean_wait": 60 * 0.45002, "blocked_share": 0.003643},
    ),
}
