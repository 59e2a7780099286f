"""Records a conversation with a real FreeSWITCH as JSON lines, the way the simulator's tests read them.

One line each: `t` seconds since the connection, `dir` `>` sent or `<` received, and `text` of a command, `head` and
`body` of a frame, or `eof`. Three things differ from the wire:

- What would tell of the machine is replaced (`Scrub`): its names, addresses, folders, the password.
- Events and dumps hold only the headers that are compared with the simulator's or that `ccswitch` reads (`is_kept`);
  Content-Length is that of what is left.
- The bare line feeds that wake the switch from its 20 ms poll are not noted.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ccswitch.switch import strings
from ccswitch.switch.codec import Event, Frame, decode_event
from ccswitch.switch.strings import Command
from tests.live.freeswitch import LOOPBACK, EslError
from tests.simulator.replay import is_compared

NUDGE_EVERY = 0.003
_ALSO_KEPT = frozenset(
    {
        "Unique-ID",
        "Core-UUID",
        "Event-Date-Timestamp",
        "Event-Sequence",
        "FreeSWITCH-Hostname",
        "Job-Command",
        "Job-Command-Arg",
    }
)
_LENGTH = re.compile(r"Content-Length: \d+")
Line = dict[str, Any]


def is_kept(header: str) -> bool:
    """Whether a capture keeps this header of an event or a dump."""
    return is_compared(header) or header in _ALSO_KEPT


class Scrub:
    """Replaces what must not leave the machine. `words` are exact, longest first; names count only as whole words."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {word: to for word, to in words.items() if word}
        longest = sorted(self._words, key=len, reverse=True)
        parts = (rf"\b{re.escape(word)}\b" if word.isalnum() else re.escape(word) for word in longest)
        self._pattern = re.compile("|".join(parts) or r"(?!)")

    def __call__(self, text: str) -> str:
        return self._pattern.sub(lambda found: self._words[found[0]], text)


def machine_words(lines: list[Line]) -> dict[str, str]:
    """The names and addresses of the machine that the switch's own events gave away."""
    words = {socket.gethostname(): "pbx"}
    for told in filter(None, map(_fields, lines)):
        words[told.get("FreeSWITCH-Hostname", "")] = words[told.get("FreeSWITCH-Switchname", "")] = "pbx"
        words[told.get("FreeSWITCH-IPv4", "")] = "192.0.2.2"
        words[told.get("FreeSWITCH-IPv6", "")] = "fd00::2"
    return {word: to for word, to in words.items() if word not in (LOOPBACK, "::1", "localhost")}


def tidy(line: Line, scrub: Scrub, *, whole: bool = False) -> Line:
    """One line as it is kept. `whole`: with every header, as a measurement of size and speed needs it."""
    told = _fields(line)
    if told is not None and not whole:
        kept = {name: value for name, value in told.items() if is_kept(name)}
        line = {**line, "body": json.dumps(kept, ensure_ascii=False, separators=(",", ":"))}
    out = {key: scrub(value) if isinstance(value, str) and key != "dir" else value for key, value in line.items()}
    if "body" in out:
        out["head"] = _LENGTH.sub(f"Content-Length: {len(out['body'].encode())}", out["head"])
    return out


def _fields(line: Line) -> dict[str, str] | None:
    """The headers of the event or dump in a line."""
    body = line.get("body", "")
    if not body.startswith("{"):
        return None
    fields = json.loads(body)
    return fields if "Event-Name" in fields else None


class Recorder:
    """One ESL connection; everything that passes is in `lines`, every event is given to `on_event` as it comes."""

    def __init__(self, port: int, password: str, on_event: Callable[[Event], None]) -> None:
        self.lines: list[Line] = []
        self._on_event = on_event
        self._lock = threading.Lock()
        self._replies = 0
        self._news = threading.Condition()
        self._over = threading.Event()
        self._socket = socket.create_connection((LOOPBACK, port), 10)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._began = time.monotonic()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._nudge)]
        for thread in self._threads:
            thread.start()
        self._await_replies(1)
        self.ask(strings.auth(password))

    def say(self, command: Command) -> None:
        """Send a command and go on."""
        with self._lock:
            self._note({"dir": ">", "text": command.wire.decode().rstrip("\n")})
            self._socket.sendall(command.wire)

    def ask(self, command: Command) -> str:
        """Send a command and wait until everything that was sent is answered; gives the last answer's body."""
        self.say(command)
        self._await_replies(1 + sum(line["dir"] == ">" for line in self.lines))
        return str(next(line for line in reversed(self.lines) if _is_reply(line)).get("body", ""))

    def close(self) -> None:
        """Say goodbye and wait for the end."""
        self.say(strings.leave())
        self._threads[0].join(10)
        self._over.set()
        self._threads[1].join(10)
        self._socket.close()

    def write(self, path: Path, words: Mapping[str, str]) -> None:
        """Keep the conversation; `words` are what else to scrub."""
        scrub = Scrub(machine_words(self.lines) | dict(words))
        text = "".join(json.dumps(tidy(line, scrub), ensure_ascii=False) + "\n" for line in self.lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_events(self, path: Path, words: Mapping[str, str]) -> None:
        """Keep the events alone, each with all its headers, one a line."""
        scrub = Scrub(machine_words(self.lines) | dict(words))
        events = (line for line in self.lines if _fields(line) is not None and not _is_reply(line))
        path.write_text("".join(tidy(line, scrub, whole=True)["body"] + "\n" for line in events), encoding="utf-8")

    def _note(self, line: Line) -> None:
        self.lines.append({"t": round(time.monotonic() - self._began, 3), **line})

    def _await_replies(self, count: int) -> None:
        with self._news:
            if not self._news.wait_for(lambda: self._replies >= count, 10):
                raise EslError(f"{self._replies} replies instead of {count}")

    def _nudge(self) -> None:
        while not self._over.wait(NUDGE_EVERY):
            with self._lock:
                try:
                    self._socket.sendall(strings.NUDGE)
                except OSError:
                    return

    def _read(self) -> None:
        with self._socket.makefile("rb") as file:
            while head := _head(file):
                length = re.search(r"Content-Length: (\d+)", head)
                body = file.read(int(length[1])).decode() if length else None
                self._take({"dir": "<", "head": head} | ({} if body is None else {"body": body}))
        self._over.set()
        self._note({"dir": "<", "eof": True})

    def _take(self, line: Line) -> None:
        self._note(line)
        if _is_reply(line):
            with self._news:
                self._replies += 1
                self._news.notify_all()
            return
        event = decode_event(Frame("text/event-json", {}, line["body"].encode()))
        if event is not None:
            self._on_event(event)


def _is_reply(line: Line) -> bool:
    return "head" in line and "text/event-" not in line["head"]


def _head(file: Any) -> str:
    """A frame's headers with the empty line behind them; empty at the end."""
    lines: list[bytes] = []
    while line := file.readline():
        if line != b"\n":
            lines.append(line)
        elif lines:
            return b"".join((*lines, line)).decode()
    return ""
