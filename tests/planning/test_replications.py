"""Replications: the same whatever shares them, in their order, and gone when nobody looks any more."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from pathlib import Path

from ccswitch.planning.replications import replications
from ccswitch.planning.scenario import Horizon
from tests.planning.files import SMALL, read


def test_one_process_or_several_give_the_same_runs(tmp_path: Path) -> None:
    # Given a scenario of four short days
    scenario = replace(read(tmp_path, SMALL).scenario, replications=4, horizon=Horizon(length=1200.0))
    # When one process plays it, and then two share it
    alone, shared = list(replications(scenario, jobs=1)), list(replications(scenario, jobs=2))
    # Then the runs are equal and in the order of their seeds, and no two of them are alike
    assert alone == shared
    assert [run.seed for run in alone] == [1_000_000, 1_000_001, 1_000_002, 1_000_003]
    assert len({str(run.batches) for run in alone}) == 4


def test_neighbouring_seeds_share_no_run(tmp_path: Path) -> None:
    scenario = replace(read(tmp_path, SMALL).scenario, replications=2, horizon=Horizon(length=60.0))
    seeds = [run.seed for seed in (1, 2) for run in replications(replace(scenario, seed=seed), jobs=1)]
    assert len(set(seeds)) == 4


def test_whoever_stops_early_leaves_no_process_behind(tmp_path: Path) -> None:
    # Given a short first run and hours of others
    scenario = replace(read(tmp_path, SMALL).scenario, replications=6, horizon=Horizon(length=600.0))
    before = set(multiprocessing.active_children())
    playing = replications(scenario, jobs=2)
    assert next(playing).seed == 1_000_000
    # When nobody wants more
    playing.close()  # type: ignore[attr-defined]
    # Then the processes are gone
    assert set(multiprocessing.active_children()) == before


def test_the_trace_is_of_the_first_run(tmp_path: Path) -> None:
    scenario = replace(read(tmp_path, SMALL).scenario, replications=2, horizon=Horizon(length=1200.0))
    for jobs in (1, 2):
        list(replications(scenario, jobs=jobs, trace=tmp_path / f"{jobs}.ndjson"))
    assert (tmp_path / "1.ndjson").read_text() == (tmp_path / "2.ndjson").read_text()
    assert (tmp_path / "1.ndjson").stat().st_size > 1000
