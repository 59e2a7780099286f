"""Plays a scenario several times, on as many processors as there are. The runs depend on scenario and seed alone, not
on how many processes shared them; they come in their order, so that whoever stops early has the first ones, not the
shortest ones.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ccswitch.planning.figures import Run
from ccswitch.planning.play import play
from ccswitch.planning.scenario import Scenario
from ccswitch.planning.trace_file import TraceFile

SEEDS_APART = 1_000_000  # more than replications: neighbouring seeds share no run


def replications(scenario: Scenario, *, jobs: int | None = None, trace: Path | None = None) -> Iterator[Run]:
    """Runs in the order of their seeds. `jobs`: processes at most, otherwise one for each processor that is ours.

    `trace`: a file for every decision of the first run. Closing the iterator ends the processes.
    """
    tasks = [
        (scenario, scenario.seed * SEEDS_APART + n, trace if n == 0 else None) for n in range(scenario.replications)
    ]
    jobs = min(jobs or len(os.sched_getaffinity(0)), len(tasks))
    if jobs == 1:
        yield from (_one(*task) for task in tasks)
        return
    # forked, not spawned: nothing of ours has threads yet, and a new interpreter would take a second to import
    context = multiprocessing.get_context("fork")
    before = {child.pid for child in multiprocessing.active_children()}
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_leave_interrupts_to_the_parent)
    try:
        with _interrupts_wait():  # until all processes are made, which is at once, and leave interrupts to us
            futures: list[Future[Run]] = [pool.submit(_one, *tasks[0])]
        futures += [pool.submit(_one, *task) for task in tasks[1:]]
        for future in futures:
            yield future.result()
    except BaseException:  # interrupted, or closed early: nobody waits for runs that nobody will look at
        for child in multiprocessing.active_children():
            if child.pid not in before:
                child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """A Ctrl-C inside this block comes at its end; a process or thread that is made in it is not told of any."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _one(scenario: Scenario, seed: int, trace: Path | None) -> Run:
    if trace is None:
        return play(scenario, seed)
    with TraceFile(trace) as written:
        return play(scenario, seed, trace=written.decision)
