"""Runs benches one after the other. One that cannot run stops no other: it is left out, or told as failed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import gevent

from ccswitch.bench.figure import Bench, BenchFailed, Figure, LeftOut, Run, Setting
from ccswitch.bench.machine import load
from ccswitch.errors import CcswitchError


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one bench: figures, and why some are missing. `load` is the machine's before it began."""

    bench: Bench
    load: float
    figures: tuple[Figure, ...] = ()
    left_out: str = ""
    failed: str = ""


def run_all(benches: Sequence[Bench], setting: Callable[[Path], Setting]) -> list[Result]:
    """Every bench's result, in order. `setting` makes the setting for a folder."""
    results = []
    for bench in benches:
        folder = Path(tempfile.mkdtemp(prefix=f"ccswitch-bench-{bench.name}-"))
        try:
            results.append(run_one(bench, setting(folder)))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return results


def run_one(bench: Bench, setting: Setting) -> Result:
    """One bench's result. What goes wrong in a way that nobody foresaw is an error of ours and is raised."""
    setting.tell(f"{bench.name}: {bench.what}")
    busy, figures = load(), []
    left_out = failed = ""
    try:
        with gevent.Timeout(bench.within, BenchFailed(f"it took more than {bench.within:g} s")):
            for figure in _loaded(bench)(_prefixed(bench, setting)):
                figures.append(figure)
    except LeftOut as missing:
        left_out = str(missing)
        setting.tell(f"{bench.name}: left out: {missing}")
    except (CcswitchError, OSError) as error:
        failed = str(error) or repr(error)
        setting.tell(f"{bench.name}: failed: {error}")
    return Result(bench=bench, load=busy, figures=tuple(figures), left_out=left_out, failed=failed)


def _loaded(bench: Bench) -> Run:
    module, _, name = bench.where.partition(":")
    run: Run = getattr(import_module(module), name)
    return run


def _prefixed(bench: Bench, setting: Setting) -> Setting:
    return replace(setting, tell=lambda text: setting.tell(f"{bench.name}: {text}"))
