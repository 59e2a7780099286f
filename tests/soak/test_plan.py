"""A seed says all that will happen."""

from __future__ import annotations

from tests.soak.faults import FAULTS
from tests.soak.plan import CALM_AT_END, Load, draw

LOAD = Load(agents=("1001", "1002"))


def test_the_same_seed_draws_the_same_plan() -> None:
    assert draw(7, 600, LOAD) == draw(7, 600, LOAD)
    assert draw(7, 600, LOAD).calls != draw(8, 600, LOAD).calls


def test_a_fault_more_leaves_callers_and_agents_as_they_were() -> None:
    one, other = draw(7, 600, LOAD, FAULTS), draw(7, 600, LOAD, FAULTS[:3])
    assert (one.calls, one.deeds) == (other.calls, other.deeds)
    assert one.strikes != other.strikes


def test_everything_happens_in_order_and_the_end_is_calm() -> None:
    plan = draw(3, 3600, LOAD)
    for stream in (plan.calls, plan.deeds, plan.strikes):
        instants = [moment.at for moment in stream]
        assert instants == sorted(instants)
    assert max(call.at for call in plan.calls) < 3600 - CALM_AT_END
    assert abs(len(plan.calls) - 60 * LOAD.per_minute) < 6 * (60 * LOAD.per_minute) ** 0.5  # Poisson, six sigma


def test_an_hour_has_every_fault() -> None:
    assert {strike.fault.name for strike in draw(3, 3600, LOAD).strikes} == {fault.name for fault in FAULTS}
