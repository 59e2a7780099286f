"""Recordings that are older than the site keeps them are deleted where they lie, and the talk's row says when.

They lie on the node that wrote them, under its user, so the node is asked (`Discs`): it makes no difference on which
host the controller is. Only what stands in a talk's row is ever deleted: the path under which the floor had it written.
By which rule is asked when it is due: a site that keeps recordings longer from today on keeps the old ones longer, too.
A call that somebody holds (`hold`) keeps its recordings whatever the rule says.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import gevent
from gevent.event import Event
from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, true, tuple_, update

from ccswitch.clock import Clock
from ccswitch.errors import StoreError, SwitchError
from ccswitch.model.ids import CallId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import FloorSettings
from ccswitch.model.recordings import kept_for
from ccswitch.records.book import SHAPES, Row
from ccswitch.records.clean import equals
from ccswitch.records.store import Store
from ccswitch.records.tables import CALLS, KEPT_CALLS, TALKS

log = logging.getLogger(__name__)

BATCH = 200  # rows that are looked for at a time
BETWEEN: Seconds = 0.02  # deletions: each holds the node's link for as long as its disk takes
LOOK_FIRST: Seconds = 5.0  # after a start: by then the nodes are linked
LOOK_EVERY: Seconds = 3600.0
LOOK_AGAIN: Seconds = 60.0  # where one could not be deleted


class Discs(Protocol):
    """The nodes' disks."""

    def forget_recording(self, node: NodeName, path: str) -> bool:
        """Delete a recording; False when it was not there. Waits. Raises SwitchError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """For how long recordings are kept: of each queue that says so, and of all others. None: for ever."""

    others: Seconds | None = None
    queues: Mapping[QueueName, Seconds | None] = field(default_factory=dict)


def keeping(settings: FloorSettings) -> Keeping:
    """What the configuration says."""
    of_queues = {one.name: kept_for(one.keep_recordings) for one in settings.queues if one.keep_recordings}
    return Keeping(others=kept_for(settings.keep_recordings), queues=of_queues)


class RecordingPruner:
    """Deletes what is due. `deleted` counts the files that went; `trouble` says why some could not at the last look."""

    def __init__(self, store: Store, discs: Discs, clock: Clock, rules: Callable[[], Keeping]) -> None:
        self._store, self._discs, self._clock, self._rules = store, discs, clock, rules
        self._stop = Event()
        self._greenlet: gevent.Greenlet | None = None
        self.deleted = 0
        self.trouble = ""

    def start(self) -> None:
        """Begin to look, in a greenlet of its own."""
        self._greenlet = gevent.spawn(self._look_again_and_again)

    def stop(self, timeout: Seconds = 1.0) -> None:
        """End after the file at hand."""
        self._stop.set()
        if self._greenlet is not None:
            self._greenlet.join(timeout)
            self._greenlet.kill()

    def look(self) -> None:
        """Delete everything that is due now. What cannot be deleted is tried at the next look. Raises StoreError."""
        now, rules = self._clock.now(), self._rules()
        self.trouble, last = "", (0.0, 0, 0)
        while not self._stop.is_set():
            rows = due(self._store, rules, now, after=last)
            for row in rows:
                self._delete(row)
                if self._stop.wait(BETWEEN):
                    return
            if len(rows) < BATCH:
                return
            last = rows[-1]["ended"], rows[-1]["n"], rows[-1]["i"]

    def _delete(self, row: Row) -> None:
        try:
            was_there = self._discs.forget_recording(NodeName(row["node"]), row["recording"])
        except SwitchError as error:
            self.trouble = f"{row['recording']} on {row['node']}: {error}"
            return
        if not was_there:
            log.warning("%s was to be deleted on %s, and was not there", row["recording"], row["node"])
        now = self._clock.now()
        self._store.write(lambda connection: _mark(connection, row, now))
        self.deleted += was_there

    def _look_again_and_again(self) -> None:
        wait = LOOK_FIRST
        while not self._stop.wait(wait):
            try:
                self.look()
            except StoreError as away:
                log.warning("old recordings are not looked for: %s", away)
            if self.trouble:
                log.warning("an old recording could not be deleted, it is tried again: %s", self.trouble)
            wait = LOOK_AGAIN if self.trouble else LOOK_EVERY


def due(store: Store, rules: Keeping, now: Seconds, *, after: tuple[Seconds, int, int]) -> list[Row]:
    """Recordings whose time is over and that nobody holds, at most BATCH, who ended first goes first: `n`, `i` and
    `ended` of the talk, `node` and `recording`. `after` are the ended, n and i of the last one before."""
    over = list(_over(rules, now))
    if not over:
        return []
    talks, key = TALKS.c, (TALKS.c.ended, TALKS.c.n, TALKS.c.i)
    query = (
        select(*key, talks.recording, CALLS.c.node)
        .join(CALLS, CALLS.c.call_id == talks.call_id)
        .where(talks.recording != "", talks.recording_deleted_at.is_(None), tuple_(*key) > after)
        .where(~exists().where(KEPT_CALLS.c.call_id == talks.call_id), or_(*over))
        .order_by(*key)
        .limit(BATCH)
    )
    return store.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])


def _over(rules: Keeping, now: Seconds) -> list[ColumnElement[bool]]:
    """For each rule, whose time is over by it."""
    talks, named = TALKS.c, rules.queues
    whose: list[tuple[ColumnElement[bool], Seconds | None]] = [
        (talks.queue.not_in(list(named)) if named else true(), rules.others),
        *((equals(talks.queue, name), seconds) for name, seconds in named.items()),
    ]
    return [and_(which, talks.ended < now - seconds) for which, seconds in whose if seconds is not None]


def _mark(connection: Connection, row: Row, now: Seconds) -> None:
    of_row = and_(TALKS.c.n == row["n"], TALKS.c.i == row["i"])
    connection.execute(update(TALKS).where(of_row).values(recording_deleted_at=now))


# ---- held by a person ---------------------------------------------------------------------------------------------


def hold(store: Store, call: CallId, *, author: str, why: str, now: Seconds) -> bool:
    """Keep the recordings of a call until `release`; False when the records know no such call."""
    row = SHAPES[KEPT_CALLS].cleaned({"call_id": call, "at": now, "author": author, "why": why})

    def work(connection: Connection) -> bool:
        """In the place of what was said of it before."""
        if not connection.scalar(select(func.count()).where(equals(CALLS.c.call_id, call))):
            return False
        _let_go(connection, call)
        connection.execute(KEPT_CALLS.insert(), row)
        return True

    return store.write(work)


def release(store: Store, call: CallId) -> bool:
    """Let the rules have the recordings of a call again; False when nobody held it."""
    return store.write(lambda connection: _let_go(connection, call) > 0)


def held(store: Store, call: CallId) -> Row | None:
    """Who holds the recordings of a call (`at`, `author`, `why`); None when nobody does."""
    query: Any = select(KEPT_CALLS).where(equals(KEPT_CALLS.c.call_id, call))
    return store.read(lambda connection: next((dict(row) for row in connection.execute(query).mappings()), None))


def _let_go(connection: Connection, call: CallId) -> int:
    return connection.execute(delete(KEPT_CALLS).where(equals(KEPT_CALLS.c.call_id, call))).rowcount
