"""Resident memory of the controller with 500 live calls, on the simulated switch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.simulator.phones import answers
from tests.scenarios.sim_stage import SimStage
from tests.scenarios.stage import AGENTS, Stage, site

pytestmark = pytest.mark.live

CALLS = 500
MOST = 250_000_000  # bytes
MB = 1_000_000


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A simulated switch and a controller."""
    switch = SimStage(site())
    stage = Stage(switch, tmp_path, direct=True)
    yield stage
    stage.close()
    switch.close()


def test_five_hundred_live_calls(stage: Stage) -> None:
    stage.controller.start()
    at_rest = stage.controller.memory()
    # Given as many talks as there are agents
    stage.talks_with(stage.phones(len(AGENTS), answers(after=0.05)))
    # When callers come until there are 500
    for _ in range(CALLS - len(AGENTS)):
        stage.caller()
    stage.eventually(lambda: len(stage.live_calls()) == CALLS, 60)
    places = Counter(call["place"] for call in stage.eventually(lambda: all_waiting(stage), 30))
    # Then the controller is of a size that any machine can bear
    full = stage.controller.memory()
    print(
        f"\nresident memory: {at_rest / MB:.0f} MB at rest, {full / MB:.0f} MB with {CALLS} live calls {dict(places)}"
    )
    assert full < MOST


def all_waiting(stage: Stage) -> list[dict[str, object]]:
    """The live calls, once each of them talks or waits."""
    calls = stage.live_calls()
    assert {call["place"] for call in calls} == {"talking", "waiting"}
    return calls
