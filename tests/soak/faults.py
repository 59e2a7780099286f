"""What goes wrong: each fault strikes and is healed. A new one is a class here and a line in FAULTS.

`strike` returns when the thing is broken, `heal` when it is whole again; between them lie `lasts` seconds.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from ccswitch.bench.figure import BenchFailed
from tests.scenarios.controller_process import ControllerProcess
from tests.scenarios.stage import Stage
from tests.servers import Postgres, RedisServer
from tests.soak.ground import SmallDisk, SteppedClock

HOUR = 3600.0


@dataclass(slots=True)
class World:
    """Everything that a fault can strike at."""

    stage: Stage
    disk: SmallDisk | None = None
    clock: SteppedClock | None = None
    postgres: Postgres | None = None
    redis: RedisServer | None = None
    standby: ControllerProcess | None = None


class Fault(Protocol):
    """One thing that goes wrong. `name` stands in docs/reliability.md.

    `needs`: attributes of World without which it cannot strike. `serves`: callers are served while it lasts.
    `ends_calls`: the switch's calls end with it. `recovers_within`: seconds from its end (from the strike when
    `lasts` is 0) until the next agent's phone rings.
    """

    name: str
    lasts: float
    serves: bool
    ends_calls: bool
    needs: tuple[str, ...]
    recovers_within: float

    def strike(self, world: World) -> None:
        """Let it happen."""

    def heal(self, world: World) -> None:
        """Put right what `strike` broke; the world's own recovery is what is measured from here on."""


@dataclass(slots=True)
class _Fault:
    """What most faults have in common."""

    name: str
    lasts: float = 0.0
    serves: bool = True
    ends_calls: bool = False
    needs: tuple[str, ...] = ()
    recovers_within: float = 10.0


def swap(world: World) -> ControllerProcess:
    """From now on the stage speaks to what was the standby; gives what was the active controller."""
    assert world.standby
    before, world.stage.controller = world.stage.controller, world.standby
    world.standby = before
    return before


_beginning: set[ControllerProcess] = set()


def begin(controller: ControllerProcess) -> None:
    """Start a standby, once; nobody waits for it."""
    if controller in _beginning:
        return
    _beginning.add(controller)

    def start() -> None:
        """Until it is up; one that is killed before is told and forgotten."""
        try:
            controller.start(linked=False)
        except BenchFailed as killed:  # before it was up
            print(f"a standby did not come up: {str(killed).splitlines()[0]}")
        finally:
            _beginning.discard(controller)

    threading.Thread(target=start, daemon=True).start()


def another_comes(world: World) -> None:
    """After the controller died: it is started again, as systemd does; or the standby has it, and a new one begins."""
    if world.standby is None:
        world.stage.controller.start(linked=False)
    else:
        begin(swap(world))


@dataclass(slots=True)
class ControllerKilled(_Fault):
    """kill -9."""

    def strike(self, world: World) -> None:
        """The process is gone between two instructions."""
        world.stage.controller.kill9()

    def heal(self, world: World) -> None:
        """Another one has the calls."""
        another_comes(world)


@dataclass(slots=True)
class SwitchRestarts(_Fault):
    """FreeSWITCH dies and comes back on the same port."""

    def strike(self, world: World) -> None:
        """All its calls are gone."""
        world.stage.esl.close()
        world.stage.switch.kill()

    def heal(self, world: World) -> None:
        """It is started again."""
        world.stage.switch.start()
        world.stage.listen_again()


@dataclass(slots=True)
class LinkCut(_Fault):
    """The connection between controller and switch is cut, and every new one refused."""

    def strike(self, world: World) -> None:
        """Nothing gets through."""
        world.stage.link.cut()

    def heal(self, world: World) -> None:
        """New connections get through."""
        world.stage.link.mend()


@dataclass(slots=True)
class LinkSlow(_Fault):
    """Whatever the switch says comes late, piece by piece."""

    delay: float = 0.3

    def strike(self, world: World) -> None:
        """Every piece is held back."""
        world.stage.link.delay = self.delay

    def heal(self, world: World) -> None:
        """No piece is."""
        world.stage.link.delay = 0.0


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process holds SQLite's one write lock."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


@dataclass(slots=True)
class SqliteLocked(_Fault):
    """SQLite is locked by somebody else."""

    _held: ExitStack = field(default_factory=ExitStack)

    def strike(self, world: World) -> None:
        """Nobody else can write."""
        self._held.enter_context(locked(world.stage.folder / "records.db"))

    def heal(self, world: World) -> None:
        """Everybody can."""
        self._held.close()


@dataclass(slots=True)
class PostgresStopped(_Fault):
    """PostgreSQL ends as in a power cut, and is started again."""

    def strike(self, world: World) -> None:
        """Connections are refused."""
        assert world.postgres
        world.postgres.stop()

    def heal(self, world: World) -> None:
        """It recovers and answers."""
        assert world.postgres
        world.postgres.start()


@dataclass(slots=True)
class PostgresFrozen(_Fault):
    """PostgreSQL is there, and does not answer: worse than gone."""

    def strike(self, world: World) -> None:
        """Every process of it stands still."""
        self._signal(world, signal.SIGSTOP)

    def heal(self, world: World) -> None:
        """They go on where they stood."""
        self._signal(world, signal.SIGCONT)

    def _signal(self, world: World, how: signal.Signals) -> None:
        assert world.postgres
        for pid in world.postgres.processes():
            os.kill(pid, how)


@dataclass(slots=True)
class RedisKilled(_Fault):
    """Redis is gone, and comes back empty."""

    def strike(self, world: World) -> None:
        """Connections are refused."""
        assert world.redis
        world.redis.kill()

    def heal(self, world: World) -> None:
        """It answers, and knows nothing of before."""
        assert world.redis
        world.redis.start()


@dataclass(slots=True)
class RedisHangs(_Fault):
    """Redis takes connections and answers nothing."""

    def strike(self, world: World) -> None:
        """It stands still."""
        assert world.redis
        world.redis.hang()

    def heal(self, world: World) -> None:
        """It goes on."""
        assert world.redis
        world.redis.wake()


@dataclass(slots=True)
class ActiveHangs(_Fault):
    """The active controller stands still, and goes on when the standby has taken over: it must do nothing any more."""

    TAKEN_WITHIN: ClassVar[float] = 120.0  # for a harness that would wait for ever; how long it took is measured
    STANDS_DOWN: ClassVar[int] = 5  # the exit status of who finds another in his place

    def strike(self, world: World) -> None:
        """Every thread of it stops between two instructions; its lock stays."""
        os.kill(world.stage.controller.pid, signal.SIGSTOP)

    def heal(self, world: World) -> None:
        """Once the standby has the calls the old one wakes, and ends by itself. A new standby gets ready."""
        before = swap(world)
        world.stage.eventually(lambda: world.stage.api("GET", "/nodes")["nodes"][0]["state"] == "up", self.TAKEN_WITHIN)
        os.kill(before.pid, signal.SIGCONT)
        assert before.process
        world.stage.eventually(lambda: before.process.poll() == self.STANDS_DOWN, self.TAKEN_WITHIN)  # type: ignore[union-attr]
        begin(before)


@dataclass(slots=True)
class DiskFull(_Fault):
    """Not a byte is left where journal, snapshots, SQLite and log are."""

    def strike(self, world: World) -> None:
        """Full."""
        assert world.disk
        world.disk.fill()

    def heal(self, world: World) -> None:
        """Room again."""
        assert world.disk
        world.disk.free()


@dataclass(slots=True)
class ClockStepped(_Fault):
    """The wall clock of the controller's host jumps; `restarted` after the jump the controller is killed as well."""

    by: float = HOUR
    restarted: bool = False
    SEEN_WITHIN: ClassVar[float] = 1.2  # libfaketime looks once a second

    def strike(self, world: World) -> None:
        """A step, and it stays so."""
        assert world.clock
        world.clock.step(self.by)
        if self.restarted:
            world.stage.controller.kill9()
        else:
            time.sleep(self.SEEN_WITHIN)  # nothing tells when the process has seen it

    def heal(self, world: World) -> None:
        """The step is not taken back: the clock is right now, or wrong for good. A killed controller comes back."""
        if self.restarted:
            another_comes(world)


KILLED = ControllerKilled("controller kill -9", serves=False, recovers_within=15.0)
RESTART = SwitchRestarts("FreeSWITCH restart", lasts=1.0, serves=False, ends_calls=True, recovers_within=15.0)
CUT_SHORT = LinkCut("ESL cut 3 s", lasts=3.0, serves=False, recovers_within=15.0)
CUT_LONG = LinkCut("ESL cut 12 s", lasts=12.0, serves=False, recovers_within=15.0)
SLOW = LinkSlow("ESL slow", lasts=5.0)
LOCKED = SqliteLocked("SQLite locked", lasts=7.0)
PG_AWAY = PostgresStopped("PostgreSQL away", lasts=5.0, needs=("postgres",))
PG_FROZEN = PostgresFrozen("PostgreSQL frozen", lasts=5.0, needs=("postgres",))
REDIS_AWAY = RedisKilled("Redis away", lasts=5.0, needs=("redis",))
REDIS_HANGS = RedisHangs("Redis hangs", lasts=5.0, needs=("redis",))
TAKEOVER = ControllerKilled("standby takes over from the dead", serves=False, needs=("standby",), recovers_within=15.0)
SUPERSEDED = ActiveHangs(
    "standby takes over from the hung", serves=False, needs=("redis", "standby"), recovers_within=15.0
)
FULL = DiskFull("disk full", lasts=5.0, needs=("disk",))
FORWARD = ClockStepped("clock +1 h", by=HOUR, needs=("clock",))
BACK = ClockStepped("clock -1 h", by=-HOUR, needs=("clock",))
FORWARD_KILLED = ClockStepped(
    "clock +1 h, then kill -9", by=HOUR, restarted=True, needs=("clock",), serves=False, recovers_within=15.0
)
BACK_KILLED = ClockStepped(
    "clock -1 h, then kill -9", by=-HOUR, restarted=True, needs=("clock",), serves=False, recovers_within=15.0
)

BY_ITSELF = LinkCut("the link broke by itself", serves=False)  # no processor for seconds; never drawn, only seen

FAULTS: tuple[Fault, ...] = (
    KILLED,
    RESTART,
    CUT_SHORT,
    CUT_LONG,
    SLOW,
    LOCKED,
    PG_AWAY,
    PG_FROZEN,
    REDIS_AWAY,
    REDIS_HANGS,
    FULL,
    FORWARD,
    BACK,
    FORWARD_KILLED,
    BACK_KILLED,
    TAKEOVER,
    SUPERSEDED,
)
