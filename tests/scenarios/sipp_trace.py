"""What SIPp saw: every SIP message of a process, from its own trace, stamped with the wall clock."""

from __future__ import annotations

import itertools
import re
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_ENTRY = re.compile(rb"-{20,} (\d{4}-\d\d-\d\d)[ \t](\d\d:\d\d:\d\d\.\d{6})\nUDP message (sent|received) ")
_CALL_ID = re.compile(r"^Call-ID:\s*(\S+)", re.M | re.I)
_CSEQ = re.compile(r"^CSeq:\s*\d+\s+(\S+)", re.M | re.I)


@dataclass(frozen=True, slots=True)
class Message:
    """One SIP message as SIPp saw it; `at` is the wall clock in seconds since the epoch."""

    at: float
    sent: bool
    line: str  # request or status line
    call: str  # Call-ID
    about: str  # the method in CSeq

    def is_request(self, method: str, sent: bool) -> bool:
        """`method` went this way."""
        return self.sent is sent and self.line.startswith(method + " ")

    @property
    def status(self) -> int:
        """200 of `SIP/2.0 200 OK`, 0 for a request."""
        return int(self.line[8:11]) if self.line.startswith("SIP/2.0 ") else 0


class Trace:
    """SIPp's message file, read on as it grows."""

    def __init__(self, path: Path) -> None:
        self._path, self._offset = path, 0
        self._messages: list[Message] = []
        self._lock = threading.Lock()

    def messages(self) -> list[Message]:
        """All messages so far, oldest first."""
        with self._lock:
            if self._path.exists():
                with self._path.open("rb") as file:
                    file.seek(self._offset)
                    self._read(file.read())
            return list(self._messages)

    def _read(self, data: bytes) -> None:
        """Take whole messages; one whose headers are not all there yet waits for the next time."""
        starts = [*_ENTRY.finditer(data)]
        taken = 0
        for entry, following in itertools.zip_longest(starts, starts[1:]):
            end = following.start() if following else len(data)
            text = data[entry.end() : end].decode("utf-8", "replace").replace("\r\n", "\n")
            _, _, message = text.partition("\n\n")
            if "\n\n" not in message:
                break
            self._messages.append(_message(entry, message))
            taken = end
        self._offset += taken


def _message(entry: re.Match[bytes], text: str) -> Message:
    at = datetime.fromisoformat(f"{entry[1].decode()} {entry[2].decode()}").timestamp()
    call, about = _CALL_ID.search(text), _CSEQ.search(text)
    line = text.split("\n", 1)[0]
    return Message(at, entry[3] == b"sent", line, call[1] if call else "", about[1] if about else "")
