"""The number of calls there, as a path: how long each level was kept, at which rates it was left, which jumps were
made from it. What `controls` are made of."""

from __future__ import annotations

from dataclasses import dataclass

from ccswitch.model.ids import Seconds


@dataclass(slots=True)
class Level:
    """So many calls there. Seconds at it, integrals of rates while at it, jumps from it."""

    time: Seconds = 0.0
    serving: float = 0.0  # ∫ of the rate at which talks end
    leaving: float = 0.0  # ∫ of the rate at which patience ends
    came: int = 0  # callers who found it, blocked ones among them
    served: int = 0
    gave_up: int = 0


class Levels:
    """The path of one batch at a time. Rates are per second; every change says what it adds to them."""

    __slots__ = ("_last", "_leaving", "_level", "_serving", "path")

    def __init__(self, now: Seconds) -> None:
        self._level, self._last = 0, now
        self._serving = self._leaving = 0.0
        self.path = [Level()]

    def turn(self, now: Seconds) -> list[Level]:
        """The path until now; a new one begins."""
        self._here(now)
        path, self.path = self.path, [Level() for _ in range(self._level + 1)]
        return path

    def came(self, now: Seconds, leaving: float) -> None:
        """A caller whose patience ends at this rate found a trunk."""
        self._here(now).came += 1
        self._level += 1
        self._leaving += leaving
        if self._level == len(self.path):
            self.path.append(Level())

    def blocked(self, now: Seconds) -> None:
        """A caller found none."""
        self._here(now).came += 1

    def answered(self, now: Seconds, leaving: float, serving: float) -> None:
        """He waits no more; his talk ends at the rate `serving`."""
        self._here(now)
        self._leaving -= leaving
        self._serving += serving

    def served(self, now: Seconds, serving: float) -> None:
        """His talk is over."""
        self._here(now).served += 1
        self._level -= 1
        self._serving -= serving

    def gave_up(self, now: Seconds, leaving: float) -> None:
        """His patience is over."""
        self._here(now).gave_up += 1
        self._level -= 1
        self._leaving -= leaving

    def _here(self, now: Seconds) -> Level:
        """The present level, with the time that has gone by at it."""
        level, gone = self.path[self._level], now - self._last
        if gone:
            level.time += gone
            level.serving += gone * self._serving
            level.leaving += gone * self._leaving
            self._last = now
        return level
