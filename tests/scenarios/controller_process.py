"""The controller as a process of its own, so that kill -9, SIGTERM and restarts are real."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from ccswitch.bench.stage.controller import STARTS_WITHIN, ApiError, Running
from ccswitch.bench.stage.controller import ControllerProcess as StartedAnew

__all__ = ["CHECKOUT", "ApiError", "ControllerProcess", "nursery"]

CHECKOUT = Path(__file__).resolve().parents[2]


class Forked:
    """A process that the nursery made; what `subprocess.Popen` can do that is asked of a controller."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.gone = threading.Event()

    def poll(self) -> int | None:
        """The exit status, once it has ended; minus the signal that ended it."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The same, once it has. Raises TimeoutExpired."""
        if not self.gone.wait(timeout):
            raise subprocess.TimeoutExpired("ccswitch", timeout or 0.0)
        assert self.returncode is not None, "the nursery says how a process ended before it says that"
        return self.returncode

    def send_signal(self, sig: signal.Signals) -> None:
        """Unless it has ended."""
        with contextlib.suppress(ProcessLookupError):
            if self.returncode is None:
                os.kill(self.pid, sig)

    def kill(self) -> None:
        """At once."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """One for all scenarios of a test process; it ends with it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.scenarios.nursery"]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._born: queue.SimpleQueue[Forked] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def bear(self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Forked:
        """A process that runs a module with its arguments."""
        order = {"command": list(command), "folder": str(folder), "environment": dict(environment), "log": str(log)}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        return self._born.get(timeout=STARTS_WITHIN)

    def close(self) -> None:
        """Nobody is wanted any more."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(STARTS_WITHIN)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        children: dict[int, Forked] = {}
        for line in self._process.stdout:
            told = json.loads(line)
            if "born" in told:
                children[told["born"]] = Forked(told["born"])
                self._born.put(children[told["born"]])
            else:
                child = children.pop(told["gone"])
                child.returncode = told["status"]
                child.gone.set()


nursery = functools.cache(Nursery)


class ControllerProcess(StartedAnew):
    """`forked`: with all modules read already; as ever where the environment wants a start of its own."""

    forked = False

    def _run(self, command: Sequence[str], environment: Mapping[str, str]) -> Running:
        if not self.forked or "LD_PRELOAD" in environment:
            return super()._run(command, environment)
        return nursery().bear(command, self.config.parent, environment, self.log)
