"""Stages: every scenario plays on the simulated switch, and with `-m live` on a real FreeSWITCH."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.controller_process import nursery
from tests.scenarios.stage import Stage, site
from tests.scenarios.world import Switch

KINDS = [pytest.param("simulator"), pytest.param("freeswitch", marks=pytest.mark.live)]
MakeStage = Callable[..., Stage]


@pytest.fixture(scope="session", autouse=True)
def forked() -> Iterator[None]:
    """The nursery ends with the scenarios."""
    yield
    if nursery.cache_info().currsize:
        nursery().close()


@pytest.fixture(scope="session")
def freeswitch() -> Iterator[Callable[[], Switch]]:
    """One real FreeSWITCH for all scenarios, started when the first one asks."""
    from tests.scenarios.freeswitch_stage import FreeSwitchStage

    running: list[FreeSwitchStage] = []

    def get() -> Switch:
        """The one FreeSWITCH of this run, started when a scenario first asks for it."""
        if not running:
            running.append(FreeSwitchStage(site()))
        return running[0]

    yield get
    for switch in running:
        switch.close()


@pytest.fixture(params=KINDS)
def make_stage(request: pytest.FixtureRequest, tmp_path: Path, freeswitch: Callable[[], Switch]) -> Iterator[MakeStage]:
    """Makes the scenario's stage: `make_stage(store_url=…, rules=…)`."""
    from tests.scenarios.sim_stage import SimStage

    stages: list[Stage] = []
    switches: list[SimStage] = []

    def make(**settings: Any) -> Stage:
        """A stage on the switch of this scenario; `settings` as `Stage` takes them."""
        switch: Switch
        if request.param == "freeswitch":
            switch = freeswitch()
        else:
            switches.append(SimStage(site()))
            switch = switches[-1]
        stages.append(Stage(switch, settings.pop("folder", tmp_path), **settings))
        return stages[-1]

    yield make
    for stage in stages:
        if request.node.stash.get(FAILED, False):
            print(stage.report())
        stage.close()
    for switch in switches:
        switch.close()


@pytest.fixture
def stage(make_stage: MakeStage) -> Stage:
    """A stage with the usual rules."""
    return make_stage()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember a failure for the fixtures that tell more about it."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report
