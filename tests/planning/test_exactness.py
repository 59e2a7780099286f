"""The floor in virtual time gives what queueing theory knows exactly, to within a hair."""

from __future__ import annotations

from math import inf

import pytest

from ccswitch.planning.estimates import estimate
from ccswitch.planning.figures import OVERALL
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Horizon
from tests.planning import exact
from tests.planning.exact import System
from tests.planning.scenarios import HOUR, markovian

STEADY = Horizon(warmup=HOUR / 2, length=HOUR / 4, batches=40)

HAIR = 0.005  # an interval of a thousandth is narrower than what so few batches can promise

SYSTEMS = {
    "erlang c": System(arrivals=4.0, service=1.0, agents=6),
    "erlang a": System(arrivals=5.0, service=1.0, agents=5, abandon=0.5),
    "waiting places": System(arrivals=4.0, service=1.0, agents=5, places=9),
    "erlang b": System(arrivals=4.0, service=1.0, agents=5, places=5),
}


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
def test_small_systems_are_as_the_formulas_say(system: System) -> None:
    # Given a system whose figures are known
    known = {
        "blocked_share": exact.blocked(system),
        "p_wait": exact.p_wait(system),
        "mean_wait": 60 * exact.mean_wait(system),
        "abandon_rate": exact.abandoned(system),
    }
    # When the floor plays it
    scenario = markovian(
        system.arrivals,
        1 / system.service,
        system.agents,
        patience=1 / system.abandon if system.abandon else 0.0,
        trunks=int(system.places) if system.places < inf else 0,
        horizon=STEADY,
    )
    found = estimate([play(scenario, 3)], scenario)[OVERALL]
    # Then each figure is inside its 99 % interval, and within a hair of what its controls make of it
    for name, value in known.items():
        crude, controlled = found[name].crude, found[name].controlled
        assert crude is not None and controlled is not None
        if not value:
            assert crude.value == 0
            continue
        assert abs(crude.value - value) <= crude.half[99], name
        assert abs(controlled.value - value) <= max(controlled.half[99], HAIR * value), name
        assert controlled.half[99] <= crude.half[99] / 5, name
