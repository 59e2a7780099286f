"""A PostgreSQL of one's own: in a temporary folder, on a free loopback port, from the programs that are installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from ccswitch.bench.figure import LeftOut
from ccswitch.bench.stage.ports import free_port
from ccswitch.errors import StoreError

START_WITHIN = 60  # seconds
HOW = "apt-get install postgresql, or give the URL of an empty database"


class Postgres:
    """A PostgreSQL cluster. It can be stopped and started again at the same address.

    `durable`: it waits for the disk at every commit, as in production.
    """

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
        """Start and wait until it answers. Raises StoreError."""
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

    def processes(self) -> list[int]:
        """The ids of the server's processes, those that serve connections included."""
        head = int((self._data / "postmaster.pid").read_text().split()[0])
        return [head, *map(int, Path(f"/proc/{head}/task/{head}/children").read_text().split())]

    def new_database(self, like: str = "") -> str:
        """The URL of an empty database, or of a copy of the one at `like`, to which nobody is connected."""
        import psycopg  # not at the top: it looks once, when it is imported, whether gevent has patched the world

        name = f"test_{next(self._serial)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            template = like.rpartition("/")[2] or "template1"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
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
            raise StoreError(f"{program} failed: {log}")


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's server programs, or None where they are not installed or cannot be run by us."""
    if os.geteuid() == 0 and not _user_exists("postgres"):
        return None
    found = shutil.which("pg_ctl")
    if found and shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name.split(".")[0]))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@contextmanager
def running(programs: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A running PostgreSQL, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="ccswitch-postgres-") as folder:
        server = Postgres(programs, Path(folder), durable=durable)
        server.start()
        try:
            yield server
        finally:
            if server.running:
                server.stop()


@contextmanager
def need_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """The same for a bench; raises LeftOut where there is none."""
    programs = find_postgres()
    if programs is None:
        raise LeftOut(f"PostgreSQL is not installed: {HOW}")
    with running(programs, durable=durable) as server:
        yield server


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
