"""Servers that tests talk to, started for them on loopback and thrown away afterwards.

A server that is not installed skips the test at home, with a line that says how to get it, and fails it where
`CI=true`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

START_WITHIN = 60  # seconds


def missing(what: str, how: str) -> NoReturn:
    """End the test that needs `what`: skipped at home, failed in CI."""
    line = f"{what} is not installed; get it with: {how}"
    if os.environ.get("CI") == "true":
        pytest.fail(line)
    pytest.skip(line)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """A PostgreSQL cluster of one's own. It can be stopped and started again at the same address."""

    def __init__(self, bin_folder: Path, folder: Path, *, durable: bool = False) -> None:
        self._bin, self._data, self.port = bin_folder, folder / "data", free_port()
        self._log = folder / "log"
        self._serial = count(1)
        # PostgreSQL refuses to run as root; the package brings a user for it.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(folder, self._user)
        self._durable = durable
        self._run("initdb", "-D", str(self._data), "-U", "ccswitch", "-A", "trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        """Start and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        if not self._durable:
            options += " -c fsync=off -c full_page_writes=off"
        self._run(
            "pg_ctl", "-D", str(self._data), "-l", str(self._log), "-w", "-t", str(START_WITHIN), "-o", options, "start"
        )

    def stop(self) -> None:
        """Stop as a power cut would."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    @property
    def running(self) -> bool:
        """Whether the server is up."""
        return (self._data / "postmaster.pid").exists()

    def new_database(self) -> str:
        """The URL of an empty database."""
        import psycopg  # not at the top: it looks once, when it is imported, whether gevent has patched the world

        name = f"test_{next(self._serial)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._address(name)

    def _address(self, database: str) -> str:
        return f"postgresql://ccswitch@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            user=self._user,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # a pipe would stay open in the server's hands
            stderr=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            timeout=START_WITHIN + 10,
        )
        if done.returncode:
            log = self._log.read_text()[-2000:] if self._log.exists() else (done.stderr or b"").decode()
            raise RuntimeError(f"{program} failed: {log}")


def postgres_programs() -> Path | None:
    """The folder of PostgreSQL's server programs, or None."""
    found = shutil.which("pg_ctl")
    if found and shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name.split(".")[0]))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A running PostgreSQL. `durable`: it waits for the disk, as in production."""
    programs = postgres_programs()
    if programs is None or (os.geteuid() == 0 and not _user_exists("postgres")):
        missing("PostgreSQL", "apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="ccs-postgres-") as folder:
        server = Postgres(programs, Path(folder), durable=durable)
        server.start()
        try:
            yield server
        finally:
            if server.running:
                server.stop()


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


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
