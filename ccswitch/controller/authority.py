"""The right to decide, and how it is lost: the journal's lock, the lease, and the owner that each node remembers.

Three fences, for a controller that believes it is active and is not any more (its process was stopped, its host was
cut off). Any of them is enough, and it then decides, writes and says nothing more:

- the journal's lock was broken: noticed before the next line is written;
- the lease is another's: noticed at the next renewal;
- a newer owner stands at a node (`ccs_owner`): noticed at the next beat.

A live store that is away is none of them. Every taking has a greater token than the one before; it begins at the
time of day in seconds, so that it also grows when both the journal and Redis were lost.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from pathlib import Path

import gevent
from gevent.event import Event as Flag

from ccswitch.clock import Clock, Seconds
from ccswitch.controller.lock import JournalLock, signature
from ccswitch.errors import LiveStoreError, Superseded
from ccswitch.live.ports import LeaseLost, LiveStore, Owner, TakenOver, owner_from, owner_of_node, owner_text

log = logging.getLogger(__name__)

RENEWALS = 5  # in the time that a lease lasts
LOOK_AGAIN: Seconds = 0.002  # at the lock; one decision asks many times. Whoever breaks it waits 0.1 s before he reads


class Authority:
    """One controller's right to decide. `lost` is set once, for good; `why` then says who took over."""

    def __init__(self, folder: Path, live: LiveStore, *, name: str, desk: str, lease: Seconds, clock: Clock) -> None:
        self.live = live
        self.lock = JournalLock(folder)
        self.lost = Flag()
        self.why = ""
        self.trouble = ""  # why the lease cannot be renewed just now
        self.owner = Owner(name=name, token=0, desk=desk, live=live.where if live.shared else "")
        self._folder, self._lease, self._clock = folder, lease, clock
        self._leased = False
        self._looked: Seconds = 0.0
        self._greenlet: gevent.Greenlet | None = None

    # ---- taking it

    def take(self, within: Seconds) -> None:
        """Be active. Raises JournalError when another is after `within` seconds."""
        known = active(self._folder)
        self.lock.take(within)
        self._begin(known)

    def try_take(self) -> bool:
        """Be active if the journal's lock is free: whoever had it is dead, or has stopped."""
        known = active(self._folder)
        if not self.lock.try_take():
            return False
        self._begin(known)
        return True

    def seize(self) -> bool:
        """Be active if the lease is free, though the journal's lock is not: its holder hangs or is cut off.

        Raises OSError when the journal's disk refuses a lock of ours; the lease is nobody's then.
        """
        known = active(self._folder)
        try:
            taken = self.live.lease.take(self._wanted(known), lasts=self._lease)
        except LiveStoreError as away:
            self._away(away)
            return False
        if taken is None:
            return False
        self.owner, self._leased = taken, True
        try:
            self.lock.seize(owner_text(taken))
        except OSError:
            self._give_back()
            raise
        self._tell()
        return True

    def start(self) -> None:
        """Renew the lease from now on; returns at once."""
        self._greenlet = gevent.spawn(self._keep)

    def stop(self, *, release: bool = True) -> None:
        """Let the next one have it: first the lease, then the lock."""
        if self._greenlet is not None:
            self._greenlet.kill()
        if release and self._leased and not self.lost.is_set():
            self._give_back()
        self.lock.free()

    def _give_back(self) -> None:
        try:
            self.live.lease.release(self.owner)
        except LiveStoreError as away:
            log.info("the lease runs out by itself: %s", away)
        self._leased = False

    def _wanted(self, known: Owner | None) -> Owner:
        """As what we take over from `known`."""
        now = self._clock.now()
        token = max(int(now), known.token + 1 if known else 0, self.owner.token + 1)
        return replace(self.owner, token=token, since=now)

    def _begin(self, known: Owner | None) -> None:
        """The lock is ours: that is a better right than anybody's lease."""
        self.owner = self._wanted(known)
        self._take_lease()
        self._tell()

    def _take_lease(self, *, seize: bool = True) -> None:
        try:
            taken = self.live.lease.take(self.owner, lasts=self._lease, seize=seize)
        except LiveStoreError as away:
            self._away(away)
        else:
            self._leased, self.trouble = taken is not None, ""
            self.owner = taken or self.owner
        self.lock.sign(owner_text(self.owner))

    def _tell(self) -> None:
        log.info("active: %s with token %d", self.owner.name, self.owner.token)
        try:
            self.live.notices.publish(TakenOver(self.owner))
        except LiveStoreError as away:
            self._away(away)

    # ---- keeping it

    def _keep(self) -> None:
        while not self.lost.is_set():
            self.renew()
            gevent.sleep(self._lease / RENEWALS)

    def renew(self) -> None:
        """Renew the lease now. Whoever has the lock and finds it free, or an older one's, has it again."""
        if not self.allows():
            return
        try:
            if self._leased:
                self.live.lease.renew(self.owner, lasts=self._lease)
            else:
                self._look_before_leasing()
            if self.trouble:
                log.warning("the live store answers again")
            self.trouble = ""
        except LeaseLost as lost:
            self._lease_lost(lost.holder)
        except LiveStoreError as away:
            self._away(away)

    def _look_before_leasing(self) -> None:
        holder = self.live.lease.holder()
        if holder is not None and holder.token > self.owner.token:
            raise LeaseLost(holder)
        self._take_lease()

    def _lease_lost(self, holder: Owner | None) -> None:
        if holder is not None and holder.token > self.owner.token:
            self.cede(f"{holder.name} has the lease, with token {holder.token}")
        else:
            self._take_lease(seize=holder is not None)

    def renew_lock(self) -> bool:
        """Hold the lock of a journal that was deleted and made anew; False when it is another's now."""
        held = self.lock.renew()
        if held:
            self.lock.sign(owner_text(self.owner))
        return held

    def _away(self, why: LiveStoreError) -> None:
        if not self.trouble:
            log.warning("%s; calls go on, no standby on another host can take over meanwhile", why)
        self.trouble = str(why)

    # ---- losing it

    def allows(self) -> bool:
        """Whether this controller may still decide and speak."""
        if self.lost.is_set():
            return False
        now = time.clock_gettime(time.CLOCK_BOOTTIME)  # goes on while the process, or the machine, stands still
        if now - self._looked < LOOK_AGAIN:
            return True
        self._looked = now
        if not self.lock.is_ours():
            newer = active(self._folder)
            self.cede(
                f"{newer.name} has the journal, with token {newer.token}" if newer else "the journal is another's"
            )
        return not self.lost.is_set()

    def check(self) -> None:
        """Raises Superseded once another has taken over."""
        if not self.allows():
            raise Superseded(self.why)

    def cede(self, why: str) -> None:
        """Another is active: decide and say nothing more, for good."""
        if not self.lost.is_set():
            self.why = why
            self.lost.set()
            log.error("superseded: %s; nothing more is decided here", why)

    # ---- at the nodes

    def mark(self) -> str:
        """What stands in `ccs_owner` of each node that we drive."""
        return str(self.owner)

    def seen(self, node: str, mark: str) -> None:
        """What a node has there."""
        other = owner_of_node(mark)
        if other is not None and (other.token, other.name) > (self.owner.token, self.owner.name):
            self.cede(f"{other.name} drives {node}, with token {other.token}")


def active(folder: Path) -> Owner | None:
    """Whom the journal's lock names, dead or alive."""
    try:
        return owner_from(signature(folder)[1])
    except LiveStoreError:
        return None
