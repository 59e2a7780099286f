"""Random load with random faults: SOAK_FOR says how long (5m), SEED which plan; the same seed plays the same plan.

PART=2040-2150 plays only these seconds of it.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.scenarios.conftest import FAILED
from tests.scenarios.controller_process import ApiError
from tests.scenarios.sim_stage import SimStage
from tests.scenarios.stage import AGENTS, Rules, Stage, site
from tests.servers import running_redis
from tests.soak import laws
from tests.soak.crowd import Run
from tests.soak.faults import FAULTS, World
from tests.soak.ground import small_disk, stepped_clock
from tests.soak.plan import Load, Plan, draw
from tests.soak.reliability import surroundings, write
from tests.soak.site import with_redis, with_standby
from tests.soak.watch import Watch

SHORTEST = 60.0
LONGEST = 24 * 3600.0
GONE_WITHIN = 180.0  # seconds after the plan's end until the last caller has gone
AT_REST_WITHIN = 40.0
KEPT_FROM = 3600.0  # seconds; a shorter run is told and not kept
STAFF = AGENTS[:8]
LOAD = Load(agents=STAFF)
ON_SQLITE = tuple(fault for fault in FAULTS if "postgres" not in fault.needs)
MISTAKES = ("could not be", "listener failed", "Traceback", "the feeder died")

pytestmark = [pytest.mark.soak, pytest.mark.timeout(0)]


def length() -> float:
    """SOAK_FOR in seconds: 90s, 5m, 1h."""
    found = re.fullmatch(r"(\d+)([smh]?)", os.environ.get("SOAK_FOR") or "5m")
    assert found, "SOAK_FOR is written as 90s, 5m or 1h"
    seconds = float(found[1]) * {"s": 1, "m": 60, "h": 3600, "": 1}[found[2]]
    assert SHORTEST <= seconds <= LONGEST, f"SOAK_FOR lies between {SHORTEST:.0f}s and 24h"
    return seconds


def seed() -> int:
    """SEED, or one of the dice."""
    return int(os.environ.get("SEED") or random.SystemRandom().randrange(1_000_000))


def planned() -> Plan:
    """What is to be played."""
    plan = draw(seed(), length(), LOAD, ON_SQLITE)
    part = os.environ.get("PART")
    if not part:
        return plan
    found = re.fullmatch(r"(\d+)-(\d+)", part)
    assert found, "PART is written as 2040-2150, in seconds of the plan"
    return plan.part(float(found[1]), float(found[2]))


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Run]:
    """The stage of a plan, at its beginning."""
    plan = planned()
    with ExitStack() as things:
        disk = things.enter_context(small_disk(tmp_path / "disk", 256))
        clock = stepped_clock(tmp_path)
        switch = SimStage(site())
        things.callback(switch.close)
        folder = disk.folder if disk else tmp_path
        stage = Stage(switch, folder, rules=Rules(ring_timeout=4.0, wrapup=1.0, rest_after_refusal=2.0))
        things.callback(stage.close)
        stage.controller.environment |= clock.environment if clock else {}
        redis = things.enter_context(running_redis()) if shutil.which("redis-server") else None
        world = World(stage, disk=disk, clock=clock, redis=redis)
        if redis is not None:
            with_redis(stage, redis.url)
        world.standby = with_standby(stage)
        things.callback(lambda: world.standby and world.standby.close())
        stage.controller.start()
        world.standby.start(linked=False)
        under_way = Run(world, switch, plan, STAFF)
        things.callback(under_way.close)
        yield under_way
        if request.node.stash.get(FAILED, False):  # the disk goes with the test, pytest's own folders with later tests
            kept = tempfile.mkdtemp(prefix=f"ccswitch-soak-{plan.seed}-")
            shutil.copytree(folder, kept, dirs_exist_ok=True)
            print(f"kept: {kept}")


def test_nothing_breaks_that_must_hold(run: Run) -> None:
    # Given a plan of calls, deeds and faults
    tell_plan(run.plan)
    watch = Watch(run)
    # When it is played
    run.start()
    play(run, watch)
    # And everybody has gone, and every agent answers what is left
    run.everybody_works()
    wait_until(run, watch, lambda: all(person.ended for person in run.people), GONE_WITHIN)
    stage = run.world.stage
    wait_until(run, watch, lambda: at_rest(run), AT_REST_WITHIN)
    # Then nobody and nothing is left, and the records tell what callers and phones saw
    records = laws.Records.read(stage.rows)
    found = [*run.trouble, *watch.violations, *left_over(run), *laws.breaches(records, run), *mistakes(stage)]
    tell(run, watch, records, found)
    assert not found, "\n".join([f"seed {run.plan.seed}:", *found[:40]])


def play(run: Run, watch: Watch) -> None:
    """Look once a second until every stream is over."""
    deadline = time.monotonic() + run.plan.seconds + 300
    while run.playing and time.monotonic() < deadline:
        run.tend()
        watch.look()
        time.sleep(1.0)


def wait_until(run: Run, watch: Watch, holds: Callable[[], bool], within: float) -> None:
    """Look on until it holds; what does not is told by the laws."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (OSError, ApiError, HTTPException):  # another takes over at this moment
            pass
        run.tend()
        watch.look()
        time.sleep(0.5)


def at_rest(run: Run) -> bool:
    """No call, no channel, no agent in a call, and SQL has it all."""
    return not list(left_over(run))


def left_over(run: Run) -> Iterator[str]:
    """What should have gone by now."""
    stage = run.world.stage
    for person in run.people:
        if not person.ended:
            yield f"{person.number} is still there"
    for call in stage.live_calls():
        yield f"the floor still has {call['caller_number']} ({call['place']})"
    for uuid in run.world.stage.switch.switch.channels:  # type: ignore[attr-defined]
        yield f"the switch still has channel {uuid}"
    for agent in stage.api("GET", "/agents")["agents"]:
        if agent["state"] != "idle":
            yield f"agent {agent['agent']} is {agent['state']}"
    lag = re.search(r"^ccswitch_ledger_lag (\S+)", stage.api("GET", "/metrics"), re.M)
    if lag is None or float(lag[1]):
        yield f"SQL is behind: {lag and lag[1]} decisions"


def mistakes(stage: Stage) -> Iterator[str]:
    """What the controller itself calls an error of its own."""
    for line in stage.controller.log.read_text(errors="replace").splitlines():
        if any(words in line for words in MISTAKES):
            yield f"log: {line[:300]}"


def tell_plan(plan: Plan) -> None:
    """What is to come."""
    print(
        f"\nseed {plan.seed}: {len(plan.calls)} calls, {len(plan.deeds)} deeds of {len(STAFF)} agents, "
        f"{len(plan.strikes)} faults in {plan.seconds:.0f} s. "
        f"Again: make soak SOAK_FOR={length():.0f}s SEED={plan.seed}",
        flush=True,
    )


def tell(run: Run, watch: Watch, records: laws.Records, found: list[str]) -> None:
    """How it went; an hour's run is kept in docs/reliability.md."""
    results, offers = Counter(row["result"] for row in records.calls), Counter(row["result"] for row in records.offers)
    faults = Counter(outage.strike.fault.name for outage in run.outages)
    up = sorted(outage.up - outage.healed for outage in run.outages if outage.up)
    lines = [
        f"{len(run.people)} callers, {len(records.offers)} offers, {len(records.talks)} talks of {len(STAFF)} agents, "
        f"{len(run.outages)} faults in {run.plan.seconds:.0f} s, seed {run.plan.seed}; {len(found)} breaches.",
        "",
        f"- calls: {_told(results)}",
        f"- offers: {_told(offers)}",
        f"- faults: {_told(faults)}",
        f"- from the end of a fault until controller and switch work together again: median {up[len(up) // 2]:.1f} s, "
        f"at most {up[-1]:.1f} s (n={len(up)})",
        *(f"- longest moment of: {kind}: {seconds:.1f} s" for kind, seconds in sorted(watch.longest.items())),
        f"- controllers that stood down though no fault had struck them: {run.superseded}",
        f"- load of the machine: median {statistics.median(watch.loads):.0f}, at most {max(watch.loads):.0f}"
        f" on {os.cpu_count()} processors",
        f"- links that broke though no fault had struck them: {len(run.broken)}",
        *(f"- not played: {what} ({count} times)" for what, count in Counter(run.skipped).items()),
        *(f"- **{breach}**" for breach in found[:40]),
    ]
    print("\n".join(lines))
    if run.plan.seconds >= KEPT_FROM:
        write("random", [*surroundings(f"make soak SOAK_FOR={run.plan.seconds / 60:.0f}m"), "", *lines])


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counted.most_common())
