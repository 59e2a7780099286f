"""What a scenario has around it, whatever switch it is played on: callers, phones, the switch itself."""

from __future__ import annotations

from typing import Any, Protocol

from ccswitch.simulator.phones import Manner


class Caller(Protocol):
    """Somebody who calls. Times are in seconds since the epoch."""

    number: str

    @property
    def answered(self) -> bool:
        """The switch answered him, whether or not he has gone since."""

    @property
    def answered_at(self) -> float | None:
        """When, in seconds since the epoch; None while nobody did."""

    @property
    def ended(self) -> bool:
        """His call is over."""

    @property
    def ended_by(self) -> str:
        """Who hung up, `caller` or `switch`; empty while his call goes on."""

    def hang_up(self) -> None:
        """He has had enough; nothing once his call is over."""

    def close(self) -> None:
        """The scenario is over: leave nothing running."""


class Phone(Protocol):
    """An agent's phone."""

    user: str

    @property
    def rung(self) -> int:
        """How often it has rung."""

    @property
    def rang_at(self) -> list[float]:
        """When, in seconds since the epoch, the first first."""

    @property
    def answered(self) -> int:
        """How often it was answered."""

    @property
    def most_at_once(self) -> int:
        """The most calls that it had at one time."""

    @property
    def calls(self) -> list[str]:
        """What is on now, each by an id of the phone's own side."""

    def behave(self, manner: Manner) -> None:
        """From the next ring on it does as `manner` says."""

    def hang_up(self) -> None:
        """End the call that it has."""

    def answer(self) -> None:
        """Pick up what rings, where its manner leaves that to the scenario."""

    def close(self) -> None:
        """The scenario is over: leave nothing running."""


class Other(Protocol):
    """Something that ends with its scenario, and has something to tell when that failed."""

    def close(self) -> None:
        """End it."""

    def log_tail(self) -> str:
        """The last lines that it wrote."""


class Switch(Protocol):
    """What a simulated and a real FreeSWITCH have in common."""

    live: bool

    @property
    def esl_port(self) -> int:
        """Where its event socket listens on loopback."""

    def caller(self, number: str, to: str, **manner: Any) -> Caller:
        """Somebody calls `to` from `number`; `manner` says how he behaves."""

    def phone(self, user: str, port: int, manner: Manner) -> Phone:
        """The phone of the account `user`, listening on `port`."""

    def kill(self) -> None:
        """End it at once, with every call on it, as a crash does."""

    def start(self) -> None:
        """Another run of it, on the same ports."""

    def clean(self) -> None:
        """Hang up whatever a scenario left on it."""

    def close(self) -> None:
        """The end of all scenarios."""

    def log_tail(self) -> str:
        """The last lines of its log."""
