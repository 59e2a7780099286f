"""The journal, read on from where one stopped: by the feeder of the records, and by a standby."""

from __future__ import annotations

import os
from pathlib import Path

from ccswitch.controller.journal import FOR_EVER, Journal, first_of, from_line, n_of
from ccswitch.errors import JournalError
from ccswitch.model.decision import Decision

SEEK_WITHIN = 64 * 1024  # bytes that a reader looks through line by line


class JournalReader:
    """Reads on from where it stopped, so that following the journal costs only what is new.

    To read once more what was read last (it could not be used) costs no search either.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._segment: Path | None = None
        self._offset = 0
        self._n = -1  # the decision before this place
        self._before: tuple[int, Path | None, int] = (-1, None, 0)  # n and place of the last read's beginning

    def head(self) -> int:
        """The n of the newest decision that the kernel has; 0 when there is none."""
        return self._journal.written

    def read(self, after_n: int, limit: int) -> list[Decision]:
        """Up to `limit` decisions behind `after_n`, in order; JournalError names file and offset of a bad line.

        The good ones before a bad line are read first.
        """
        found: list[Decision] = []
        try:
            self._go_to(after_n)
            while len(found) < limit and self._n < self.head():
                if not self._read_segment(limit, found) and not self._next_segment():
                    break
        except JournalError:
            if not found:
                raise
        except OSError as error:
            self._segment = None
            raise JournalError(f"the journal cannot be read: {error}") from error
        return found

    def _go_to(self, after_n: int) -> None:
        if self._segment is None or after_n not in (self._n, self._before[0]):
            self._seek(after_n)
        elif after_n != self._n:
            self._n, self._segment, self._offset = self._before
        self._before = (self._n, self._segment, self._offset)

    def _seek(self, after_n: int) -> None:
        segments = self._journal.segments()
        before = [segment for segment in segments if first_of(segment) <= after_n + 1]
        self._segment = before[-1] if before else (segments[0] if segments else None)
        self._offset = _offset_before(self._segment, after_n + 1) if self._segment else 0
        self._n = after_n

    def _read_segment(self, limit: int, found: list[Decision]) -> bool:
        """Whether `limit` was reached before the end of what is written."""
        if self._segment is None:
            return False
        following = self._following()
        ends_before = first_of(following) if following else FOR_EVER
        with self._segment.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    return False  # being written at this moment
                if ends_before <= n_of(line) < FOR_EVER:
                    return False  # of one who was superseded
                if n_of(line) > self._n:
                    found.append(self._decision(line))
                    self._n = found[-1].n
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
        following = self._following()
        if following is not None:
            if first_of(following) <= self._n:
                raise JournalError(
                    f"{self._segment}: its end was read and is not the journal's: {following} goes before"
                )
            self._segment, self._offset = following, 0
        return following is not None

    def _following(self) -> Path | None:
        """The segment behind the one that is read."""
        return next(
            (segment for segment in self._journal.segments() if self._segment and segment > self._segment), None
        )


class JournalFollower(JournalReader):
    """Reads what another process writes: whatever is in the folder."""

    def head(self) -> int:
        """Not known before it is read."""
        return FOR_EVER


def _offset_before(segment: Path, n: int) -> int:
    """Where a line begins that is not behind decision `n` and not far before it."""
    with segment.open("rb") as file:
        low, high = 0, os.fstat(file.fileno()).st_size
        while high - low > SEEK_WITHIN:
            middle = (low + high) // 2
            file.seek(middle)
            file.readline()  # the rest of the line in which the middle is
            begins = file.tell()
            if begins < high and n_of(file.readline()) <= n:
                low = begins
            else:
                high = middle
        return low
