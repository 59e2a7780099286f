"""The fault matrix: every fault strikes at every place, on the simulated switch and on a real FreeSWITCH."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import Rules
from tests.servers import missing, running_redis
from tests.soak.cell import Cell, Measured
from tests.soak.faults import FAULTS, Fault, World
from tests.soak.ground import small_disk, stepped_clock
from tests.soak.places import PLACES, Place
from tests.soak.reliability import Matrix
from tests.soak.site import with_redis, with_standby

DISK = 64  # megabytes
RULES = Rules(ring_timeout=6.0, wrapup=1.5, rest_after_refusal=0.5)
HOW_TO_GET = {
    "disk": ("permission to mount a file system", "running as root"),
    "clock": ("libfaketime", "apt-get install libfaketime"),
}

pytestmark = [pytest.mark.soak, pytest.mark.timeout(240)]


@pytest.fixture
def world(fault: Fault, make_stage: MakeStage, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """The stage on which a fault can strike, with what the fault needs below it."""
    with ExitStack() as things:
        disk = things.enter_context(small_disk(tmp_path / "disk", DISK)) if "disk" in fault.needs else None
        clock = stepped_clock(tmp_path) if "clock" in fault.needs else None
        postgres = request.getfixturevalue("postgres") if "postgres" in fault.needs else None
        redis = things.enter_context(running_redis()) if "redis" in fault.needs else None
        world = World(None, disk=disk, clock=clock, postgres=postgres, redis=redis)  # type: ignore[arg-type]
        for need, how in HOW_TO_GET.items():
            if need in fault.needs and getattr(world, need) is None:
                missing(*how)
        folder = disk.folder if disk else tmp_path
        url = postgres.new_database() if postgres else ""
        world.stage = make_stage(folder=folder, store_url=url, rules=RULES)
        world.stage.controller.environment |= clock.environment if clock else {}
        if redis is not None:
            with_redis(world.stage, redis.url)
        if "standby" in fault.needs:
            world.standby = with_standby(world.stage)
        yield world
        for controller in (world.stage.controller, world.standby):  # before what they stand on goes
            if controller is not None:
                controller.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_cell(fault: Fault, place: Place, world: World, matrix: Matrix) -> None:
    measured = Measured()
    with matrix.noted(world.stage.live, fault, place, measured):
        Cell(world, fault, place, measured).play()
