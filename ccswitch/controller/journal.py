"""The journal: what came in and what was decided, kept before anything goes out.

A folder of segments, `000000000001.jsonl` named by the first decision in it, one line per decision:

    crc32 (8 hex digits), blank, {"n": 7, "t": 1795289722.58, "v": 1, "in": {…}, "out": [{…}, …]}, line feed

A line is handed to the kernel by one `write` before its requests go out, so that it survives kill -9. `fdatasync`
follows in a thread of its own within 20 ms; with durability `power` the engine waits for it. A torn last line (the
machine lost power) is cut off when the journal is opened; a bad line before the last is an error with its place.

A disk that is full or broken must not stop calls: lines that cannot be written wait in memory, up to a bound, and
`trouble` says what is wrong until they are written. A segment that was deleted or moved away under a running controller
is noticed within a second: a fresh one is begun, and `renewed` asks for a snapshot, since the lines before it are gone.

A controller that takes over from one which hangs or is cut off begins a segment of its own, and that segment's name is
the end of the one before it: a line with this or a greater n that comes into the older one later is nobody's decision.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import gevent
import orjson
from gevent.event import Event as Flag

from ccswitch.clock import Seconds
from ccswitch.controller.hub import beside
from ccswitch.controller.syncing import Files, Syncer
from ccswitch.errors import JournalError, Superseded
from ccswitch.model.decision import Decision
from ccswitch.model.wire import from_wire, to_wire

log = logging.getLogger(__name__)

SCHEMA = 1  # of the line; a release reads its own and the one before
SEGMENT_BYTES = 32 * 1024 * 1024
SYNC_WITHIN: Seconds = 0.02
LOOK_EVERY: Seconds = 1.0
MOST_UNWRITTEN = 200_000  # lines kept in memory while the disk takes none: about 100 MB
FENCED_WITHIN: Seconds = 0.02  # a write that took longer may have been overtaken by another controller
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
    if not _is_whole(line):
        raise JournalError("the line is torn or was changed")
    try:
        fields = orjson.loads(line[9:])
        if fields["v"] > SCHEMA:
            raise JournalError(f"written by a newer release (schema {fields['v']}, this one reads up to {SCHEMA})")
        return Decision(
            n=fields["n"],
            t=fields["t"],
            given=from_wire(fields["in"]),
            outcomes=tuple(from_wire(outcome) for outcome in fields["out"]),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise JournalError(f"no decision: {error!r}") from error


def _is_whole(line: bytes) -> bool:
    """The line ends where it should and is what was written."""
    return line.endswith(b"\n") and line[:9] == b"%08x " % zlib.crc32(line[9:-1])


class Journal:
    """Append decisions; read them from any point on. One writer process at a time holds the folder.

    `fence` raises Superseded when that is another process now; it is asked around every write, so it is quick.
    """

    def __init__(
        self,
        folder: Path,
        *,
        durable: bool = False,
        segment_bytes: int = SEGMENT_BYTES,
        fence: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder = folder
        self._fence = fence
        self.lost = 0  # decisions that found no room in memory while the disk took none
        self.written = 0  # n of the last decision that the kernel has
        self.opened_at: Seconds = 0.0  # when the last decision that was found at `open` was made; 0 when there is none
        self.grew = Flag()  # set whenever a line was written; readers clear it
        self.renewed = Flag()  # set when lines go on in a fresh segment; who makes snapshots clears it
        self._durable = durable
        self._segment_bytes = segment_bytes
        self._file = -1
        self._segment = folder  # the newest segment, once there is one
        self._size = 0
        self._torn = False  # behind `_size` there may be half a line
        self._given = False  # the syncer was given the newest segment before
        self._retired: list[int] = []  # segments that are full and not yet synced
        self._unnamed = False  # the folder's entry of the newest segment is not yet synced
        self._write_trouble = self._sync_trouble = ""
        self._unwritten: deque[tuple[int, bytes]] = deque()
        self._syncer: Syncer | None = None
        self._looking: gevent.Greenlet | None = None

    # ---- opening and closing

    def open(self) -> int:
        """Make the folder fit for appending and return the n of its last decision, 0 for none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        segments = self.segments()
        if segments:
            last = beside(_mend_tail, segments[-1])  # all of it is read: up to 100,000 lines
            self.written = last.n if last else first_of(segments[-1]) - 1
            self.opened_at = last.t if last else 0.0
            self._continue(segments[-1])
        self._start()
        return self.written

    def open_behind(self, n: int, at: Seconds) -> None:
        """Go on behind decision `n`, made `at`, in a fresh segment; the older ones are left to who may write there."""
        self.written, self.opened_at = n, at
        self._segment = self.folder / f"{n + 1:012d}.jsonl"
        fresh = self._segment.with_suffix(f".{os.getpid()}")
        fresh.unlink(missing_ok=True)
        self._file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o640)
        fresh.replace(self._segment)  # one of this name has no decision that counts, and perhaps a writer
        self._unnamed = True
        self._start()

    def _start(self) -> None:
        self._syncer = Syncer(_to_disk, 0.75 * SYNC_WITHIN)  # the rest is for the disk
        self._looking = gevent.spawn(self._look_after_it)

    def abandon(self) -> None:
        """Another controller writes here now: write nothing more, not even what waits in memory."""
        self._unwritten.clear()
        self._end()

    def close(self) -> None:
        """Write and sync what is left. Lines that the disk still refuses are lost, and said to be."""
        self._write_waiting()
        if self._unwritten:
            log.error("journal: %d decisions could not be written: %s", len(self._unwritten), self.trouble)
        self.sync()
        self._end()

    def _end(self) -> None:
        if self._looking is not None:
            self._looking.kill()
        if self._syncer is not None:
            self._syncer.stop()
            self._syncer = None
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    # ---- writing

    def append(self, decision: Decision) -> None:
        """Hand one decision to the kernel. Never raises for a bad disk: see `trouble`."""
        self._unwritten.append((decision.n, to_line(decision)))
        self._write_waiting()
        if self._durable and not self._write_trouble:
            self.sync()

    @property
    def trouble(self) -> str:
        """Why the disk does not take what it should; empty when it does."""
        return self._write_trouble or self._sync_trouble or (self._syncer.trouble if self._syncer else "")

    @property
    def waiting(self) -> int:
        """Decisions that are in memory only, because the disk takes none."""
        return len(self._unwritten)

    def _write_waiting(self) -> None:
        try:
            while self._unwritten:
                self._write(*self._unwritten[0])
                self._unwritten.popleft()
        except OSError as error:
            self._cannot_write(str(error))
            return
        if self._write_trouble:
            log.warning("journal: the disk takes lines again, %d decisions were lost", self.lost)
        self._write_trouble = ""

    def _cannot_write(self, why: str) -> None:
        if not self._write_trouble:
            log.error("journal: %s: lines wait in memory", why)
        self._write_trouble = why
        while len(self._unwritten) > MOST_UNWRITTEN:
            self._unwritten.popleft()
            self.lost += 1

    def _write(self, n: int, line: bytes) -> None:
        self._fence()
        began = time.monotonic()
        self._look_for_segment()  # some 3 µs, so that no line goes into a file that nobody will read
        if self._file < 0 or self._size >= self._segment_bytes:
            self._begin(n)
        if self._torn:  # a disk that filled up took half a line
            os.ftruncate(self._file, self._size)
        self._torn = True
        if os.write(self._file, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if time.monotonic() - began > FENCED_WITHIN:  # we may have been stopped in between
            self._fence()
        self._torn = False
        self._size += len(line)
        self.written = n
        self.grew.set()
        if not self._durable:
            self._sync_soon()

    def _begin(self, n: int) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._segment = self.folder / f"{n:012d}.jsonl"
        fresh = os.open(self._segment, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
        if self._file >= 0:
            self._retired.append(self._file)
        self._file, self._size = fresh, os.fstat(fresh).st_size
        self._unnamed, self._given = True, False

    def _continue(self, segment: Path) -> None:
        self._segment = segment
        self._file = os.open(segment, os.O_WRONLY | os.O_APPEND)
        self._size = os.fstat(self._file).st_size

    def _sync_soon(self) -> None:
        """Have the syncer's thread do it; what comes within its patience is one call."""
        if self._syncer is not None and not (self._given and self._syncer.pending):
            self._given = True
            self._syncer.take(*self._to_sync())

    def _to_sync(self) -> Files:
        files = [os.dup(self._file), *self._retired]  # the segment may be retired and closed meanwhile
        folder = self.folder if self._unnamed else None
        self._retired, self._unnamed = [], False
        return files, folder

    def _look_after_it(self) -> None:
        """What no line brings about: the disk has room again, somebody deleted the folder, a sync failed."""
        told = ""
        while True:
            gevent.sleep(LOOK_EVERY)
            try:
                self._look_for_segment()
                if self._unwritten:
                    self._write_waiting()
            except Superseded:
                return
            trouble = self._syncer.trouble if self._syncer else ""
            if trouble and not told:
                log.error("journal: %s: a power cut would lose decisions", trouble)
            told = trouble

    def _look_for_segment(self) -> None:
        """A file that was deleted still takes lines and keeps none of them: the next line begins a fresh segment."""
        if self._file < 0 or _is_at(self._segment, self._file):
            return
        self._fence()
        log.error("journal: %s was deleted or moved away; its lines are lost, a fresh segment is begun", self._segment)
        os.close(self._file)
        self._file, self._size, self._torn = -1, 0, False
        self.renewed.set()

    def sync(self) -> None:
        """Wait in the thread pool until the disk has what the kernel has."""
        if self._file < 0:
            return
        try:
            beside(self._to_disk_at_once, *self._to_sync())
        except OSError as error:
            if not self._sync_trouble:
                log.error("journal: %s: a power cut would lose decisions", error)
            self._sync_trouble = str(error)
        else:
            self._sync_trouble = ""

    def _to_disk_at_once(self, files: list[int], folder: Path | None) -> None:
        if self._syncer is not None:
            self._syncer.settle()  # it may have a segment that is full
        _to_disk(files, folder)

    # ---- reading

    def segments(self) -> list[Path]:
        """The segment files, oldest first."""
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            names = []
        return [self.folder / name for name in sorted(names) if _NAME.fullmatch(name)]

    def since(self, after_n: int) -> Iterator[Decision]:
        """Every decision behind `after_n` that the kernel has; JournalError names file and line of a bad one."""
        segments = self.segments()
        firsts = [first_of(segment) for segment in segments]
        for segment, ends_before in zip(segments, [*firsts[1:], FOR_EVER], strict=False):
            if ends_before <= after_n + 1:
                continue
            yield from self._of_segment(segment, after_n, ends_before)

    def _of_segment(self, segment: Path, after_n: int, ends_before: int) -> Iterator[Decision]:
        with segment.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n"):
                    return  # being written at this moment
                if n_of(line) <= after_n:
                    continue
                if ends_before <= n_of(line) < FOR_EVER:
                    return  # of one who was superseded
                try:
                    yield from_line(line)
                except JournalError as error:
                    raise JournalError(f"{segment}:{number}: {error}") from error

    def forget(self, before_n: int, older_than: Seconds) -> list[Path]:
        """Delete segments whose every decision is before `before_n` and which were last written before `older_than`."""
        segments = self.segments()
        gone = []
        for segment, following in pairwise(segments):
            if first_of(following) <= before_n and segment.stat().st_mtime < older_than:
                segment.unlink()
                gone.append(segment)
        return gone


def _is_at(path: Path, opened: int) -> bool:
    """Whether the open file is the one that `path` names."""
    try:
        return os.path.samestat(os.stat(path), os.fstat(opened))
    except FileNotFoundError:
        return False


def _to_disk(files: list[int], folder: Path | None) -> None:
    """Sync and close `files`; then `folder`, which names a new one."""
    try:
        for file in files:
            os.fdatasync(file)
    finally:
        for file in files:
            os.close(file)
    if folder is not None:
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Have the disk hold the names of the files in a folder."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


FOR_EVER = 2**63  # beyond any n

_N = re.compile(rb'[0-9a-f]{8} \{"n":([0-9]+),')


def n_of(line: bytes) -> int:
    """The n of a line without reading all of it; beyond any n when it cannot be told, so that it is looked at."""
    found = _N.match(line)
    return int(found[1]) if found else FOR_EVER


def first_of(segment: Path) -> int:
    """The n that a segment's name begins with; 0 for another file."""
    found = _NAME.fullmatch(segment.name)
    return int(found[1]) if found else 0


def _mend_tail(segment: Path) -> Decision | None:
    """Cut off a torn last line; the last whole decision, None when there is none."""
    good, last = 0, b""
    with segment.open("rb") as file:
        for number, line in enumerate(file, 1):
            if not _is_whole(line):
                if file.read(1):
                    mend = f"to go on without it and what follows: truncate -s {good} {segment}"
                    raise JournalError(f"{segment}:{number}: the line was changed, and others follow it; {mend}")
                log.warning("journal: cut a torn last line off %s", segment)
                os.truncate(segment, good)
                break
            good, last = good + len(line), line
    try:
        return from_line(last) if last else None
    except JournalError as error:
        raise JournalError(f"{segment}: the last line: {error}") from error
