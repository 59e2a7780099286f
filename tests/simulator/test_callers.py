"""Callers, alone and in crowds."""

from __future__ import annotations

from ccswitch.simulator.callers import Arrivals, Crowd
from ccswitch.simulator.switch import SimulatedSwitch
from tests.controller.waiting import PATIENCE
from tests.simulator.esl_client import EslClient, eventually


def test_a_caller_who_loses_patience(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = switch.call(patience=0.2)
    client.wait_event(Event_Name="CHANNEL_PARK", Unique_ID=caller.uuid)
    assert caller.wait_for("ended")
    assert caller.cause == "ORIGINATOR_CANCEL"
    assert caller.times["ended"] - caller.times["dialling"] > 0.15
    assert "talking" not in caller.times


def test_a_caller_who_hangs_up_when_something_is_heard(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = switch.call(to="7299", hangs_up_when=lambda one: "tone_stream://%(500,0,440)" in one.heard)
    assert caller.wait_for("ended")
    assert caller.cause == "NORMAL_CLEARING"


def test_a_number_that_no_dialplan_knows(switch: SimulatedSwitch) -> None:
    switch.use_dialplan("<include/>")
    caller = switch.call(to="1")
    eventually(lambda: caller.state == "ended")
    assert caller.cause == "NO_ROUTE_DESTINATION"


def test_the_same_seed_brings_the_same_callers(switch: SimulatedSwitch) -> None:
    # Given a crowd, some of whom are hostile
    crowd = Crowd(per_minute=6000, patience_mean=0.05, hostile_share=0.3)
    # When it comes twice with one seed and once with another
    numbers = []
    for seed in (1, 1, 2):
        arrivals = Arrivals(switch, crowd, seed).start(limit=30)
        arrivals.join(timeout=PATIENCE)
        numbers.append([caller.number for caller in arrivals.callers])
        assert arrivals.made == 30
    # Then the same seed brought the same people
    assert numbers[0] == numbers[1] != numbers[2]
    # And nobody is left behind
    eventually(lambda: not switch.channels)
    assert len(switch.callers) <= 90


def test_the_same_seed_gives_the_same_uuids() -> None:
    uuids = []
    for _ in range(2):
        with SimulatedSwitch(seed=5) as switch:
            uuids.append([switch.call(to="x").uuid for _ in range(3)])
    assert uuids[0] == uuids[1]
