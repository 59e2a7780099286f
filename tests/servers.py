"""Servers that tests talk to, started for them on loopback and thrown away afterwards.

A server that is not installed skips the test at home, with a line that says how to get it, and fails it where
`CI=true`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from ccswitch.bench.stage.ports import free_port
from ccswitch.bench.stage.postgres import Postgres, find_postgres, running

START_WITHIN = 60  # seconds


def missing(what: str, how: str) -> NoReturn:
    """End the test that needs `what`: skipped at home, failed in CI."""
    line = f"{what} is not installed; get it with: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(line)
    pytest.skip(line)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A running PostgreSQL. `durable`: it waits for the disk, as in production."""
    programs = find_postgres()
    if programs is None:
        missing("PostgreSQL", "apt-get install postgresql")
    with running(programs, durable=durable) as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for the whole test run; `new_database()` gives each test its own."""
    with running_postgres() as server:
        yield server


class RedisServer:
    """A Redis of one's own without any file. It can be killed, hung, and started again, empty, at the same address."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder, self.port = program, folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log)
        deadline = time.monotonic() + START_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"redis-server failed: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.01)

    def kill(self) -> None:
        """Gone between two instructions, with all it knew."""
        assert self._process is not None, "Redis is not started"
        self._process.kill()
        self._process.wait(10)

    def hang(self) -> None:
        """It takes connections and answers nothing."""
        assert self._process is not None, "Redis is not started"
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """It answers again, also what it was asked meanwhile."""
        assert self._process is not None, "Redis is not started"
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.settimeout(1)
                probe.sendall(b"PING\r\n")
                return probe.recv(64).startswith(b"+PONG")
        except OSError:
            return False


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A running Redis."""
    program = shutil.which("redis-server")
    if program is None:
        missing("Redis", "apt-get install redis-server")
    with tempfile.TemporaryDirectory(prefix="ccs-redis-") as folder:
        server = RedisServer(program, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.kill()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis for the whole test run; each test takes a prefix of its own and leaves it running."""
    with running_redis() as server:
        yield server


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis that the test may kill and hang."""
    with running_redis() as server:
        yield server
