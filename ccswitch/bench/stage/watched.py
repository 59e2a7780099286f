"""`ccswitch serve` with a ticker beside it that notes how late the hub let it run, from the first instant on.

    python -m ccswitch.bench.stage.watched FILE [CONFIG]

Without CONFIG nothing but the ticker runs: the machine's own lateness, until standard input ends. FILE gets, for every
tick, three doubles: when it ran, in seconds since the epoch; how many seconds later than it had asked for; and how many
seconds of processor the hub's thread had used since, which no other program on the machine can add to.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402  behind the patch, as in ccswitch/__main__.py
import struct  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import NamedTuple  # noqa: E402

import gevent  # noqa: E402

EVERY = 0.01  # seconds, as controller/hub.py
_TICK = struct.Struct("<ddd")


class Tick(NamedTuple):
    """One tick: when it ran, how late, and how long the hub's thread was busy before it."""

    at: float
    late: float
    busy: float


def ticks(path: Path) -> list[Tick]:
    """What a ticker noted so far."""
    data = path.read_bytes()
    return [Tick(*found) for found in _TICK.iter_unpack(data[: len(data) // _TICK.size * _TICK.size])]


class IdleTicker:
    """The ticker alone, as a child process; a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._process = subprocess.Popen([sys.executable, "-m", __name__, str(path)], stdin=subprocess.PIPE)

    def __enter__(self) -> "IdleTicker":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def tick(path: Path) -> None:
    """Tick for ever. Each is one write, so that a kill loses none."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    while True:
        asked, used = time.time(), time.thread_time()
        gevent.sleep(EVERY)
        woke = time.time()
        os.write(file, _TICK.pack(woke, max(0.0, woke - asked - EVERY), time.thread_time() - used))


def main() -> None:
    """Serve, watched; or only tick."""
    path, *config = (Path(word) for word in sys.argv[1:])
    if not config:
        gevent.spawn(tick, path)
        gevent.os.tp_read(sys.stdin.fileno(), 1)
        return
    from ccswitch.controller import bootstrap

    gevent.spawn(tick, path)
    gevent.sleep(0)  # the ticker waits from now on
    bootstrap.serve(config[0])


if __name__ == "__main__":
    main()
