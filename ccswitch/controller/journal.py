"""The journal: what came in and what was decided, kept before anything goes out.

A folder of segments, `000000000001.jsonl` named by the first decision in it, one line per decision:

    crc32 (8 hex digits), blank, {"n": 7, "t": 1795289722.58, "v": 1, "in": {…}, "out": [{…}, …]}, line feed

A line is handed to the kernel by one `write` before its requests go out, so that it survives kill -9. `fdatasync`
follows in the thread pool within 20 ms; with durability `power` the engine waits for it. A torn last line (the
machine lost power) is cut off when the journal is opened; a bad line before the last is an error with its place.

A disk that is full or broken must not stop calls: lines that cannot be written wait in memory, up to a bound, and
`trouble` says what is wrong until they are written.
"""

from __future__ import annotations

import logging
import os
import re
import zlib
from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import gevent
import orjson
from gevent.event import Event as Flag

from ccswitch.clock import Seconds
from ccswitch.errors import JournalError
from ccswitch.model.decision import Decision
from ccswitch.model.wire import from_wire, to_wire

log = logging.getLogger(__name__)

SCHEMA = 1  # of the line; a release reads its own and the one before
SEGMENT_BYTES = 32 * 1024 * 1024
SYNC_WITHIN: Seconds = 0.02
MOST_UNWRITTEN = 200_000  # lines kept in memory while the disk takes none: about 100 MB
_NAME = re.compile(r"([0-9]{12})\.jsonl")


def to_line(decision: Decision) -> bytes:
    """One decision as it stands in a segment."""
    body = orjson.dumps(
        {
            "n": decision.n,
            "t": decision.t,
            "v": SCHEMA,
            "in": to_wire(decision.given),
            "out": [to_wire(outcome) for outcome in decision.outcomes],
        }
    )
    return b"%08x %s\n" % (zlib.crc32(body), body)


def from_line(line: bytes) -> Decision:
    """The decision of one line; JournalError when it is torn or not ours."""
    checksum, _, body = line.rstrip(b"\n").partition(b" ")
    if not body or not line.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        raise JournalError("the line is torn or was changed")
    fields = orjson.loads(body)
    if fields["v"] > SCHEMA:
        raise JournalError(f"written by a newer release (schema {fields['v']}, this one reads up to {SCHEMA})")
    return Decision(
        n=fields["n"],
        t=fields["t"],
        given=from_wire(fields["in"]),
        outcomes=tuple(from_wire(outcome) for outcome in fields["out"]),
    )


class Journal:
    """Append decisions; read them from any point on. One writer process at a time holds the folder."""

    def __init__(self, folder: Path, *, durable: bool = False, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder = folder
        self.trouble = ""
        self.written = 0  # n of the last decision that the kernel has
        self.grew = Flag()  # set whenever a line was written; readers clear it
        self._durable = durable
        self._segment_bytes = segment_bytes
        self._file = -1
        self._size = 0
        self._unwritten: deque[tuple[int, bytes]] = deque()
        self._dirty = Flag()
        self._syncer: gevent.Greenlet | None = None

    # ---- opening and closing

    def open(self) -> int:
        """Make the folder fit for appending and return the n of its last decision, 0 for none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        segments = self.segments()
        if segments:
            self.written = _mend_tail(segments[-1]) or _first_of(segments[-1]) - 1
            self._continue(segments[-1])
        self._syncer = gevent.spawn(self._sync_forever)
        return self.written

    def close(self) -> None:
        """Write and sync what is left. Lines that the disk still refuses are lost, and said to be."""
        if self._syncer is not None:
            self._syncer.kill()
        self._write_waiting()
        if self._unwritten:
            log.error("journal: %d decisions could not be written: %s", len(self._unwritten), self.trouble)
        if self._file >= 0:
            os.fdatasync(self._file)
            os.close(self._file)
            self._file = -1

    # ---- writing

    def append(self, decision: Decision) -> None:
        """Hand one decision to the kernel. Never raises for a bad disk: see `trouble`."""
        self._unwritten.append((decision.n, to_line(decision)))
        self._write_waiting()
        if self._durable and not self.trouble:
            self._sync()

    @property
    def waiting(self) -> int:
        """Decisions that are in memory only, because the disk takes none."""
        return len(self._unwritten)

    def _write_waiting(self) -> None:
        try:
            while self._unwritten:
                n, line = self._unwritten[0]
                self._write(n, line)
                self._unwritten.popleft()
            if self.trouble:
                log.warning("journal: the disk takes lines again")
            self.trouble = ""
        except OSError as error:
            if not self.trouble:
                log.error("journal: %s: lines wait in memory", error)
            self.trouble = str(error)
            while len(self._unwritten) > MOST_UNWRITTEN:
                self._unwritten.popleft()

    def _write(self, n: int, line: bytes) -> None:
        if self._file < 0 or self._size >= self._segment_bytes:
            self._begin(n)
        done = os.write(self._file, line)
        if done < len(line):  # a disk that fills up takes half a line: take it back
            os.ftruncate(self._file, self._size)
            raise OSError(28, "no space left on device")
        self._size += done
        self.written = n
        self.grew.set()
        self._dirty.set()

    def _begin(self, n: int) -> None:
        fresh = os.open(self.folder / f"{n:012d}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        if self._file >= 0:
            os.fdatasync(self._file)
            os.close(self._file)
        self._file, self._size = fresh, os.fstat(fresh).st_size

    def _continue(self, segment: Path) -> None:
        self._file = os.open(segment, os.O_WRONLY | os.O_APPEND)
        self._size = os.fstat(self._file).st_size

    def _sync_forever(self) -> None:
        while True:
            self._dirty.wait(timeout=1.0)
            gevent.sleep(SYNC_WITHIN / 2)
            if self._dirty.is_set():
                self._dirty.clear()
                self._sync()
            if self._unwritten:
                self._write_waiting()

    def _sync(self) -> None:
        if self._file < 0:
            return
        duplicate = os.dup(self._file)  # the segment may be closed while the pool syncs it
        try:
            gevent.get_hub().threadpool.apply(os.fdatasync, (duplicate,))
        except OSError as error:
            self.trouble = str(error)
        finally:
            os.close(duplicate)

    # ---- reading

    def segments(self) -> list[Path]:
        """The segment files, oldest first."""
        return sorted(path for path in self.folder.glob("*.jsonl") if _NAME.fullmatch(path.name))

    def since(self, after_n: int) -> Iterator[Decision]:
        """Every decision behind `after_n` that the kernel has; JournalError names file and line of a bad one."""
        segments = self.segments()
        firsts = [_first_of(segment) for segment in segments]
        for index, segment in enumerate(segments):
            if index + 1 < len(segments) and firsts[index + 1] <= after_n + 1:
                continue
            yield from self._of_segment(segment, after_n)

    def _of_segment(self, segment: Path, after_n: int) -> Iterator[Decision]:
        with segment.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return  # being written at this moment
                if _n_of(line) <= after_n:
                    continue
                try:
                    yield from_line(line)
                except JournalError as error:
                    raise JournalError(f"{segment}:{number}: {error}") from error

    def forget(self, before_n: int, older_than: Seconds) -> list[Path]:
        """Delete segments whose every decision is before `before_n` and which were last written before `older_than`."""
        segments = self.segments()
        gone = []
        for segment, following in pairwise(segments):
            if _first_of(following) <= before_n and segment.stat().st_mtime < older_than:
                segment.unlink()
                gone.append(segment)
        return gone


class JournalReader:
    """Reads on from where it stopped, so that following the journal costs only what is new."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._segment: Path | None = None
        self._offset = 0
        self._n = -1

    def head(self) -> int:
        """The n of the newest decision that the kernel has; 0 when there is none."""
        return self._journal.written

    def read(self, after_n: int, limit: int) -> list[Decision]:
        """Up to `limit` decisions behind `after_n`, in order; JournalError names file and offset of a bad line."""
        if after_n != self._n:
            self._seek(after_n)
        found: list[Decision] = []
        while self._segment is not None and len(found) < limit:
            if not self._read_segment(after_n, limit, found) and not self._next_segment():
                break
        self._n = found[-1].n if found else after_n
        return found

    def _seek(self, after_n: int) -> None:
        segments = self._journal.segments()
        before = [segment for segment in segments if _first_of(segment) <= after_n + 1]
        self._segment = before[-1] if before else (segments[0] if segments else None)
        self._offset = 0

    def _read_segment(self, after_n: int, limit: int, found: list[Decision]) -> bool:
        """Whether `limit` was reached before the end of what is written."""
        assert self._segment is not None
        with self._segment.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return False  # being written at this moment
                if _n_of(line) > after_n:
                    found.append(self._decision(line))
                self._offset += len(line)
                if len(found) >= limit:
                    return True
        return False

    def _decision(self, line: bytes) -> Decision:
        try:
            return from_line(line)
        except JournalError as error:
            raise JournalError(f"{self._segment} at byte {self._offset}: {error}") from error

    def _next_segment(self) -> bool:
        later = [segment for segment in self._journal.segments() if self._segment and segment > self._segment]
        if later:
            self._segment, self._offset = later[0], 0
        return bool(later)


_N = re.compile(rb'[0-9a-f]{8} \{"n":([0-9]+),')


def _n_of(line: bytes) -> int:
    """The n of a line without reading all of it; beyond any n when it cannot be told, so that it is looked at."""
    found = _N.match(line)
    return int(found[1]) if found else 2**63


def _first_of(segment: Path) -> int:
    found = _NAME.fullmatch(segment.name)
    return int(found[1]) if found else 0


def _mend_tail(segment: Path) -> int:
    """Cut off a torn last line; the n of the last whole decision, 0 when there is none."""
    last, good = 0, 0
    with segment.open("rb") as file:
        lines = enumerate(file, 1)
        for number, line in lines:
            try:
                last = from_line(line).n
            except (JournalError, orjson.JSONDecodeError) as error:
                if file.read(1):
                    raise JournalError(f"{segment}:{number}: {error}; lines follow it, so it was not torn") from error
                log.warning("journal: cut a torn last line off %s", segment)
                os.truncate(segment, good)
                break
            good += len(line)
    return last
