"""The formulas agree with each other and with what is printed."""

from __future__ import annotations

from math import exp

import pytest

from tests.planning.exact import System, abandoned, blocked, erlang_b, erlang_c, in_queue, mean_wait, p_wait, stationary
from tests.planning.rows import ROWS, Row


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_is_printed(row: Row) -> None:
    assert row.exact() == pytest.approx(row.printed, rel=3e-5)


def test_erlang_b_and_c_are_the_chains_own() -> None:
    # Erlang B is the chain without waiting room, Erlang C the one without end
    assert blocked(System(arrivals=84, service=1, agents=90, places=90)) == pytest.approx(erlang_b(84, 90))
    assert p_wait(System(arrivals=8.4, service=1, agents=12)) == pytest.approx(erlang_c(8.4, 12))


def test_one_agent_is_a_geometric_law() -> None:
    # M/M/1 with load 0.5: half wait, one caller is in the system on average, half a caller in queue
    system = System(arrivals=0.5, service=1, agents=1)
    assert (p_wait(system), in_queue(system), mean_wait(system)) == pytest.approx((0.5, 0.5, 1.0))


def test_patience_like_service_is_a_poisson_law() -> None:
    # With patience as long as service the number of calls is Poisson, whatever the number of agents
    found = stationary(System(arrivals=3, service=1, agents=2, abandon=1))
    assert found[:3] == pytest.approx([exp(-3), 3 * exp(-3), 4.5 * exp(-3)])


def test_who_gives_up_is_who_is_not_served() -> None:
    # What comes in goes out: answered + abandoned
    system = System(arrivals=100, service=1, agents=100, abandon=1)
    busy = sum(min(k, 100) * p for k, p in enumerate(stationary(system)))
    assert abandoned(system) == pytest.approx(1 - busy / 100)
