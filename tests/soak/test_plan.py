"""A seed says all that will happen."""

from __future__ import annotations

from dataclasses import replace

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


def test_a_part_has_the_same_callers_and_faults_at_the_same_distances() -> None:
    # Given an hour, and two minutes of it
    plan = draw(3, 3600, LOAD)
    part = plan.part(2000.0, 2120.0)
    # Then what happens in them is what happens there, until the calm at the end
    assert part.seconds == 120.0
    there = [call for call in plan.calls if 2000.0 <= call.at < 2120.0 - CALM_AT_END]
    assert [replace(call, at=0.0) for call in part.calls] == [replace(call, at=0.0) for call in there]
    assert [call.at for call in part.calls] == [call.at - 2000.0 for call in there]
    assert plan.calls[part.first] == there[0]
    assert [strike.fault for strike in part.strikes] == [s.fault for s in plan.strikes if 2000 <= s.at < 2090]


def test_a_part_begins_with_agents_as_they_were_left() -> None:
    # Given a part of an hour, and one agent
    plan = draw(3, 3600, Load(agents=("1001",)))
    part = plan.part(2000.0, 2120.0)
    # Then all that he did before is done at once, in order, and what follows at its distance
    assert [(deed.says, deed.manner) for deed in part.deeds] == [
        (deed.says, deed.manner) for deed in plan.deeds if deed.at < 2120.0
    ]
    assert [deed.at for deed in part.deeds] == [max(0.0, deed.at - 2000.0) for deed in plan.deeds if deed.at < 2120.0]


def test_an_hour_has_every_fault() -> None:
    assert {strike.fault.name for strike in draw(3, 3600, LOAD).strikes} == {fault.name for fault in FAULTS}
