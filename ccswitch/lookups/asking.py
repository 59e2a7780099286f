"""One look-up as it is asked: whose turn it is, how often it is tried, what is remembered, and when nobody is asked."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Protocol

import gevent
from gevent.lock import BoundedSemaphore

from ccswitch.clock import Clock, Seconds
from ccswitch.lookups.address import Unfit, filled
from ccswitch.lookups.answers import FAILED, Told, failed
from ccswitch.lookups.definition import Definition

log = logging.getLogger(__name__)

REMEMBERED = 1000  # answers of one look-up

Secrets = Callable[[], Mapping[str, str]]  # fetches the masked parameters; empty where the digits are gone


class Asks(Protocol):
    """Asks a server once (`client.Client`)."""

    def ask(self, address: str, body: Mapping[str, str] | None, wanted: tuple[str, ...]) -> Told:
        """What came of one try; waits."""
        ...

    def close(self) -> None:
        """No more."""
        ...


def no_secrets() -> Mapping[str, str]:
    """A question without masked parameters."""
    return {}


class Breaker:
    """After some failures in a row nobody is asked for a while; then one question tries. Told once each time."""

    def __init__(self, one: Definition, clock: Clock) -> None:
        self._one, self._clock = one, clock
        self._failures = 0
        self._until: Seconds = 0.0

    @property
    def open(self) -> bool:
        """Nobody is asked now."""
        return self._clock.now() < self._until

    @property
    def trouble(self) -> str:
        """For the desk; empty while the look-up answers."""
        return f"look-up {self._one.name} does not answer" if self._until else ""

    def tries(self) -> None:
        """A question is asked; after a while without one it is the only one until its answer, or for as long again."""
        if self._until:
            self._until = self._clock.now() + self._one.fail_fast_for

    def note(self, told: Told) -> None:
        """What came of a question."""
        if told.answer is not FAILED:
            if self._until:
                log.warning("look-up %s: it answers again", self._one.name)
            self._failures, self._until = 0, 0.0
            return
        self._failures += 1
        if self._one.fail_fast_after and self._failures >= self._one.fail_fast_after and not self.open:
            if not self._until:
                log.warning(
                    "look-up %s: failed %d times in a row, last because %s; nobody is asked for %g s at a time",
                    self._one.name,
                    self._failures,
                    told.why,
                    self._one.fail_fast_for,
                )
            self._until = self._clock.now() + self._one.fail_fast_for


class Memory:
    """Answers that are good for a while. Masked questions are never among them."""

    def __init__(self, keep: Seconds, clock: Clock) -> None:
        self._keep, self._clock = keep, clock
        self._known: OrderedDict[object, tuple[Seconds, Told]] = OrderedDict()

    def get(self, key: object) -> Told | None:
        """The answer that was given lately."""
        until, told = self._known.get(key, (0.0, None))
        return told if told is not None and self._clock.now() < until else None

    def put(self, key: object, told: Told) -> None:
        """Keep an answer; failures are not kept."""
        if self._keep <= 0 or told.answer is FAILED:
            return
        self._known[key] = (self._clock.now() + self._keep, told)
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


class Gone(Exception):
    """Masked digits are no longer there, as their caller is. The message says which. Never leaves this room."""


class Asking:
    """Asks one look-up for any number of callers. What is slow in it delays nobody who asks another."""

    def __init__(self, one: Definition, client: Asks, clock: Clock) -> None:
        self.one = one
        self.client = client
        self.breaker = Breaker(one, clock)
        self.waiting = 0  # for their turn
        self._memory = Memory(one.cache, clock)
        self._turns = BoundedSemaphore(one.concurrency)

    def ask(self, given: Mapping[str, str], wanted: tuple[str, ...], secrets: Secrets | None = None) -> Told:
        """The answer, after at most `limit` seconds. Waits; raises what `secrets` raises."""
        try:
            address = filled(self.one.url, given)
        except Unfit as unfit:
            return failed(str(unfit))
        body = {name: given.get(name, "") for name in self.one.in_body} if self.one.method == "POST" else None
        key = (address, tuple(body.items()) if body else (), wanted)
        known = self._memory.get(key) if secrets is None else None
        if known is not None:
            return known
        if self.breaker.open:
            return failed("it failed too often just now, so it is not asked")
        if self.waiting >= self.one.waiting:
            return failed(f"{self.waiting} callers wait for it already")
        self.breaker.tries()
        try:
            told = self._in_turn(address, body, wanted, secrets or no_secrets)
        except Gone as gone:  # no fault of who is asked
            return failed(str(gone))
        self.breaker.note(told)
        if secrets is None:
            self._memory.put(key, told)
        return told

    def _in_turn(self, address: str, body: Mapping[str, str] | None, wanted: tuple[str, ...], secrets: Secrets) -> Told:
        limit = gevent.Timeout(self.one.limit)
        self.waiting += 1
        waits = True
        try:
            with limit, self._turns:
                self.waiting -= 1
                waits = False
                return self._tries(address, body, wanted, secrets)
        except gevent.Timeout as passed:
            if passed is not limit:
                raise
            what = "its turn did not come" if waits else "no answer"
            return failed(f"{what} within {self.one.limit:g} s")
        finally:
            self.waiting -= waits

    def _tries(self, address: str, body: Mapping[str, str] | None, wanted: tuple[str, ...], secrets: Secrets) -> Told:
        told = failed("it was not asked")
        for n in range(1 + self.one.retries):
            if n:
                gevent.sleep(self.one.backoff * 2.0 ** (n - 1))
            masked = secrets()
            if not all(masked.values()):
                gone = ", ".join(name for name, digits in masked.items() if not digits)
                raise Gone(f"the digits for {gone} are no longer there")
            told = self.client.ask(address, {**(body or {}), **masked} if body is not None else None, wanted)
            if not told.again:
                break
        return told
