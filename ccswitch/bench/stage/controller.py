"""The controller as a process of its own, so that kill -9, SIGTERM and restarts are real."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from ccswitch.bench.figure import BenchFailed
from ccswitch.bench.measuring import resident
from ccswitch.errors import CcswitchError

PACKAGES = Path(__file__).resolve().parents[3]  # the child finds the same ccswitch, installed or not
STARTS_WITHIN = 60.0  # where others keep all processors busy the imports alone take ten
STOPS_WITHIN = 20.0


class ApiError(CcswitchError):
    """The desk refused, with its status and document."""

    def __init__(self, status: int, body: str) -> None:
        self.status = status
        super().__init__(f"{status}: {body}")


class Running(Protocol):
    """What is asked of a process; `subprocess.Popen` has it."""

    @property
    def pid(self) -> int:
        """Its id."""

    def poll(self) -> int | None:
        """The exit status, once it has ended."""

    def wait(self, timeout: float | None = None) -> int:
        """The same, once it has. Raises TimeoutExpired."""

    def send_signal(self, sig: signal.Signals) -> None:
        """Unless it has ended."""

    def kill(self) -> None:
        """At once."""


class ControllerProcess:
    """`ccswitch serve --config CONFIG`, again and again. `up_at` is when the desk of the last start first answered.

    `command` is another module with its arguments, to which the configuration is added.
    """

    def __init__(
        self,
        config: Path,
        port: int,
        token: str,
        environment: Mapping[str, str] | None = None,
        *,
        command: Sequence[str] = ("ccswitch", "serve", "--config"),
    ) -> None:
        self.config, self.port, self.token = config, port, token
        self.environment = dict(environment or {})  # besides our own
        self._command = command
        self.log = config.parent / "controller.log"
        self.process: Running | None = None
        self.started_at = self.up_at = 0.0

    @property
    def pid(self) -> int:
        """The process id."""
        assert self.process is not None, "the controller is not started"
        return self.process.pid

    def start(self, linked: bool = True) -> None:
        """Start and wait until the desk answers and, when `linked`, the switch is connected and known."""
        environment = {**os.environ, "PYTHONPATH": str(PACKAGES), "PYTHONUNBUFFERED": "1", **self.environment}
        self.process = self._run([*self._command, str(self.config)], environment)
        self.started_at = time.time()
        self._wait(self._answers, "the desk did not answer")
        self.up_at = time.time()
        if linked:
            self._wait(self._linked, "the switch was not connected")

    def kill9(self) -> None:
        """The process is gone between two instructions."""
        self._end(signal.SIGKILL)

    def terminate(self) -> int:
        """An orderly stop; gives the exit status."""
        return self._end(signal.SIGTERM)

    def restart(self) -> None:
        """An upgrade: stop, start."""
        self.terminate()
        self.start()

    def close(self) -> None:
        """Whatever state it is in, it ends."""
        if self.process is not None and self.process.poll() is None:
            self.kill9()

    def api(self, method: str, path: str, body: object = None) -> Any:
        """One request to the desk under /api/v1 (or at the root for /health and /metrics). Raises ApiError."""
        place = path if path in ("/health", "/metrics") else "/api/v1" + path
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{place}",
            method=method,
            data=None if body is None and method == "GET" else json.dumps(body or {}).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, error.read().decode()) from error
        return json.loads(text) if path != "/metrics" else text

    def memory(self) -> int:
        """Resident memory in bytes."""
        return resident(self.pid)

    def log_tail(self, lines: int = 80) -> str:
        """The last lines of the log of all starts."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _run(self, command: Sequence[str], environment: Mapping[str, str]) -> Running:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=self.config.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        try:
            self.api("GET", "/health")
        except ApiError:
            return True
        except OSError:
            return False
        return True

    def _linked(self) -> bool:
        try:
            return all(node["state"] == "up" for node in self.api("GET", "/nodes")["nodes"])
        except ApiError:  # a standby, which is not active yet
            return False

    def _wait(self, condition: Any, why: str) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while not condition():
            if self.process is None or self.process.poll() is not None:
                raise BenchFailed(f"{why}: the process ended\n{self.log_tail()}")
            if time.monotonic() > deadline:
                raise BenchFailed(f"{why} within {STARTS_WITHIN} s\n{self.log_tail()}")
            time.sleep(0.02)

    def _end(self, how: signal.Signals) -> int:
        assert self.process is not None, "the controller is not started"
        self.process.send_signal(how)
        try:
            return self.process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
            raise BenchFailed(f"the controller did not stop within {STOPS_WITHIN} s\n{self.log_tail()}") from None
