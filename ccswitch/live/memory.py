"""The live store in this process: what a site without Redis runs on, and what Redis is held against in tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gevent.queue import Empty, Queue

from ccswitch.clock import Clock, Seconds, SystemClock
from ccswitch.live.ports import KeptSnapshot, LeaseLost, LiveStore, Notice, Owner

MOST_UNREAD = 1000  # notices kept for one who does not read; the oldest go first


class MemoryLease:
    """A lease among whoever has this very object."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._holder: Owner | None = None
        self._until: Seconds = 0.0
        self._last = 0

    def take(self, wanted: Owner, *, lasts: Seconds, seize: bool = False) -> Owner | None:
        """Have it, unless another has it."""
        if self.holder() is not None and not seize:
            return None
        self._last = max(self._last + 1, wanted.token)
        self._holder, self._until = replace(wanted, token=self._last), self._clock.now() + lasts
        return self._holder

    def renew(self, owner: Owner, *, lasts: Seconds) -> None:
        """Have it for longer."""
        holder = self.holder()
        if holder != owner and (holder is not None or self._last > owner.token):
            raise LeaseLost(holder)
        self._last = max(self._last, owner.token)
        self._holder, self._until = owner, self._clock.now() + lasts

    def release(self, owner: Owner) -> None:
        """Let the next one have it."""
        if self._holder == owner:
            self._holder = None

    def holder(self) -> Owner | None:
        """Who has it now."""
        return self._holder if self._clock.now() < self._until else None


class MemorySnapshots:
    """The last snapshot, as an attribute."""

    def __init__(self) -> None:
        self._kept: KeptSnapshot | None = None

    def put(self, snapshot: KeptSnapshot) -> bool:
        """Keep it unless a newer one is there."""
        kept = self._kept
        if kept is not None and (kept.token, kept.n) > (snapshot.token, snapshot.n):
            return False
        self._kept = snapshot
        return True

    def get(self) -> KeptSnapshot | None:
        """The newest one."""
        return self._kept


class MemorySubscription:
    """A queue of one's own."""

    def __init__(self, close: Callable[[MemorySubscription], None]) -> None:
        self._close = close
        self.unread: Queue[Notice] = Queue(maxsize=MOST_UNREAD)

    def get(self, timeout: Seconds) -> Notice | None:
        """The next one, or None."""
        try:
            notice: Notice = self.unread.get(timeout=timeout) if timeout > 0 else self.unread.get_nowait()
            return notice
        except Empty:
            return None

    def close(self) -> None:
        """Hear no more."""
        self._close(self)


class MemoryNotices:
    """Every subscription has its queue."""

    def __init__(self) -> None:
        self._subscriptions: list[MemorySubscription] = []

    def publish(self, notice: Notice) -> None:
        """Put it into every queue."""
        for subscription in self._subscriptions:
            if subscription.unread.full():
                subscription.unread.get_nowait()
            subscription.unread.put_nowait(notice)

    def subscribe(self) -> MemorySubscription:
        """A new queue."""
        subscription = MemorySubscription(self._subscriptions.remove)
        self._subscriptions.append(subscription)
        return subscription


def memory_store(clock: Clock | None = None) -> LiveStore:
    """A live store for this process alone."""
    return LiveStore(
        lease=MemoryLease(clock or SystemClock()),
        snapshots=MemorySnapshots(),
        notices=MemoryNotices(),
        shared=False,
        where="this process",
    )
