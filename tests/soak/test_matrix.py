"""The fault matrix: every fault strikes at every place, on the simulated switch and on a real FreeSWITCH."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import Rules, Stage
from tests.servers import missing
from tests.soak.cell import Cell, Measured
from tests.soak.faults import FAULTS, Fault, World
from tests.soak.ground import small_disk, stepped_clock
from tests.soak.places import PLACES, Place
from tests.soak.reliability import Matrix

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
        world = World(None, disk=disk, clock=clock, postgres=postgres)  # type: ignore[arg-type]
        for need in fault.needs:
            if getattr(world, need) is None:
                missing(*HOW_TO_GET[need])
        folder = disk.folder if disk else tmp_path
        url = postgres.new_database() if postgres else ""
        world.stage = make_stage(folder=folder, store_url=url, rules=RULES)
        world.stage.controller.environment |= clock.environment if clock else {}
        yield world
        close(world.stage)


def close(stage: Stage) -> None:
    """Everybody goes before what they stand on does."""
    stage.controller.close()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_cell(fault: Fault, place: Place, world: World, matrix: Matrix) -> None:
    measured = Measured()
    with matrix.noted(world.stage.live, fault, place, measured):
        Cell(world, fault, place, measured).play()
