"""A controller that waits for its turn, with the State of the active one at hand.

It reads the journal as that one writes it. Its turn comes when the journal's lock is free (the active one is dead, was
stopped, or hands over), or when the lease has been free for a while although the lock is not: then the active one
hangs, or its host is gone and a file server still holds the lock for it. What is left to do is little: read the last
decisions, and begin.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import gevent
from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds
from ccswitch.controller.authority import Authority, active
from ccswitch.controller.config import Config
from ccswitch.controller.engine import apply_kept
from ccswitch.controller.hub import beside
from ccswitch.controller.journal import Journal
from ccswitch.controller.journal_reader import JournalFollower
from ccswitch.controller.recovery import Recovered, recover
from ccswitch.errors import JournalError, LiveStoreError
from ccswitch.floor.state import State
from ccswitch.live.memory import memory_store
from ccswitch.live.ports import LiveStore, Owner

log = logging.getLogger(__name__)

LOOK_EVERY: Seconds = 0.05  # at the journal and its lock
LEASE_EVERY: Seconds = 0.25
FREE_FOR = 0.5  # of the time that a lease lasts; a holder whose Redis came back has renewed it by then
SETTLED_AFTER: Seconds = 0.1  # a line that was on its way when the lock was broken is in the journal
AT_ONCE = 200  # decisions between two looks at the rest of the world


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """All that a controller needs to begin: the right, an open journal, and State at its end."""

    authority: Authority
    journal: Journal
    recovered: Recovered


def live_store(config: Config) -> LiveStore:
    """Redis, or what this process has of its own."""
    if not config.live.url:
        return memory_store()
    from ccswitch.live.over_redis import redis_store  # redis-py takes a tenth of a second

    return redis_store(config.live.url, password=config.live_password, prefix=config.live.prefix)


def authority_for(config: Config, clock: Clock) -> Authority:
    """The right to decide for this site, not yet taken."""
    return Authority(
        config.folder(config.journal.dir),
        live_store(config),
        name=config.controller,
        desk=f"http://{config.desk.host}:{config.desk.port}",
        lease=config.live.lease,
        clock=clock,
    )


def journal_for(config: Config, authority: Authority) -> Journal:
    """The site's journal, not yet opened for writing, behind the authority's fence."""
    durable = config.journal.durability == "power"
    return Journal(config.folder(config.journal.dir), durable=durable, fence=authority.check)


class Follower:
    """State as the journal has it, kept up with whoever writes there."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._reader = JournalFollower(journal)
        self.n = 0
        self.at: Seconds = 0.0  # when decision `n` was made, as far as it is known
        self.state = State()

    def begin(self) -> None:
        """Read snapshot and journal from the beginning."""
        self.n, self.state, self.at = beside(_read_all, self._journal)
        self._reader = JournalFollower(self._journal)

    def catch_up(self) -> None:
        """Read on to the end. What does not follow is read anew; raises JournalError when that cannot be read."""
        try:
            while self._read_some():
                gevent.sleep(0)
        except JournalError as error:
            log.warning("standby: %s; the journal is read anew", error)
            self.begin()

    def _read_some(self) -> bool:
        decisions = self._reader.read(self.n, AT_ONCE)
        for decision in decisions:
            if decision.n != self.n + 1:
                raise JournalError(f"decision {decision.n} follows {self.n}")
            for outcome in decision.outcomes:
                apply_kept(self.state, outcome, decision.t)
            self.n, self.at = decision.n, decision.t
        return len(decisions) == AT_ONCE


def _read_all(journal: Journal) -> tuple[int, State, Seconds]:
    """The last decision, State after it, and when it was made as far as that is known."""
    recovered = recover(journal, ours=False)
    made_at = max((decision.t for decision in journal.since(recovered.n - 1)), default=0.0)
    return recovered.n, recovered.state, made_at


class Standby:
    """Waits until it is its turn. `active` is whom it waits for, `reasons` what is wrong meanwhile."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.authority = authority_for(config, clock)
        self.journal = journal_for(config, self.authority)
        self.follower = Follower(self.journal)
        self._free_after = FREE_FOR * config.live.lease
        self._clock = clock
        self._lease_free = False
        self._journal_trouble = self._lock_trouble = self._live_trouble = ""

    def wait(self, stopping: Flag) -> Takeover | None:
        """The takeover when it is our turn; None when `stopping` is set before."""
        self._follow(self.follower.begin)
        log.info("standing by: decision %d; active is %s", self.follower.n, self.active or "nobody")
        watch = gevent.spawn(self._watch_lease)
        try:
            while not stopping.is_set():
                self._follow(self.follower.catch_up)
                seized = self._try()
                if seized is not None:
                    return self._take_over(seized=seized)
                stopping.wait(LOOK_EVERY)
        finally:
            watch.kill()
        self.authority.stop()
        return None

    @property
    def active(self) -> Owner | None:
        """Whom the journal's lock names."""
        return active(self.journal.folder)

    @property
    def reasons(self) -> Sequence[str]:
        """What keeps us from taking over well."""
        return [reason for reason in (self._journal_trouble, self._lock_trouble, self._live_trouble) if reason]

    def _try(self) -> bool | None:
        """Once it is our turn: whether the lock had to be broken. A disk that is full or away gives no lock: who has it
        may go on, and we wait."""
        try:
            taken = False if self.authority.try_take() else True if self._seize() else None
        except OSError as error:
            if not self._lock_trouble:
                log.error("standby: the journal's disk gives no lock: %s", error)
            self._lock_trouble, self._lease_free = f"the journal's disk gives no lock: {error}", False
            return None
        self._lock_trouble = ""
        return taken

    def _seize(self) -> bool:
        return self._lease_free and self.authority.seize()

    def _follow(self, read: Callable[[], None]) -> None:
        try:
            read()
            self._journal_trouble = ""
        except (JournalError, OSError) as error:
            if not self._journal_trouble:
                log.error("standby: the journal cannot be followed: %s", error)
            self._journal_trouble = f"the journal cannot be followed: {error}"

    def _take_over(self, *, seized: bool) -> Takeover:
        began = self._clock.now()
        if seized:
            log.warning("the lease ran out and nobody renewed it: its holder hangs or is cut off")
            gevent.sleep(SETTLED_AFTER)
        self.follower.catch_up()
        if seized:
            self.journal.open_behind(self.follower.n, self.follower.at)
        elif self.journal.open() != self.follower.n:  # the end was torn
            self.follower.begin()
        log.info("taking over at decision %d, read in %.0f ms", self.follower.n, (self._clock.now() - began) * 1000)
        recovered = Recovered(n=self.follower.n, state=self.follower.state, replayed=0)
        return Takeover(authority=self.authority, journal=self.journal, recovered=recovered)

    def _watch_lease(self) -> None:
        """See for how long nobody has had the lease. While the store is away nothing is known or done."""
        if not self.authority.live.shared:
            return
        free_since: Seconds | None = None
        while True:
            try:
                holder = self.authority.live.lease.holder()
                self._live_trouble = ""
            except LiveStoreError as away:
                free_since, self._lease_free, self._live_trouble = None, False, str(away)
            else:
                now = self._clock.now()
                free_since = None if holder is not None else free_since if free_since is not None else now
                self._lease_free = free_since is not None and now - free_since >= self._free_after
            gevent.sleep(LEASE_EVERY)
