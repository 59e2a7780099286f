"""What a bench gives: figures with method and sample, and the promise that a figure is held against."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ccswitch.errors import CcswitchError


class LeftOut(CcswitchError):
    """A bench has not what it needs on this machine; the text says how to get it."""


class BenchFailed(CcswitchError):
    """A bench could not measure; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a figure must hold: at most `limit`, or at least where `least`. `of_ratio`: value / peer must hold it."""

    limit: float
    least: bool = False
    of_ratio: bool = False

    def is_held_by(self, value: float, ratio: float | None) -> bool:
        """Whether it holds; a ratio that could not be taken holds nothing."""
        measured = ratio if self.of_ratio else value
        if measured is None:
            return False
        return measured >= self.limit if self.least else measured <= self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure. `n` is the number of samples (or of events, calls, rows) behind it.

    `peer` names what was measured beside it in the same run, `peer_value` is its figure in the same unit; `ratio` is
    value / peer_value. `method` says in a line how it was taken.
    """

    name: str
    value: float
    unit: str
    n: int
    method: str
    peer: str = ""
    peer_value: float | None = None
    promise: Promise | None = None

    @property
    def ratio(self) -> float | None:
        """Ours in parts of the peer's; None without one."""
        return self.value / self.peer_value if self.peer_value else None

    @property
    def held(self) -> bool | None:
        """Whether the promise is held; None where nothing was promised."""
        return None if self.promise is None else self.promise.is_held_by(self.value, self.ratio)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and how benches run. `quick`: small samples, for a test of the bench itself; its figures mean little."""

    folder: Path  # an empty folder of the bench's own, gone afterwards
    quick: bool = False
    freeswitch: str = ""  # the binary; empty: looked for
    postgres: str = ""  # a URL of an empty database; empty: a server is started when one is installed
    tell: Callable[[str], None] = lambda text: None  # progress, for whoever waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A bench: `run(setting)` gives its figures, or raises LeftOut; after `within` seconds it has failed."""

    name: str
    what: str  # one line
    meaning: str  # what its figures mean to a user
    where: str  # module:function, imported when it is run
    within: float = 120.0


Run = Callable[[Setting], Iterable[Figure]]
