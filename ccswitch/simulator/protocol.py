"""The bytes of ESL, from the switch's side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ccswitch.simulator.text import to_bytes

AUTH_REQUEST = b"Content-Type: auth/request\n\n"
_FAREWELL = b"Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
GOODBYE = b"Content-Type: text/disconnect-notice\nContent-Length: %d\n\n%s" % (len(_FAREWELL), _FAREWELL)


def command_reply(text: str, *headers: tuple[str, str]) -> bytes:
    """A command/reply with this Reply-Text."""
    more = "".join(f"{name}: {value}\n" for name, value in headers)
    return f"Content-Type: command/reply\nReply-Text: {text}\n{more}\n".encode()


def api_response(text: str) -> bytes:
    """An api/response; a command without output says so."""
    body = to_bytes(text or "-ERR no reply\n")
    return b"Content-Type: api/response\nContent-Length: %d\n\n%s" % (len(body), body)


@dataclass(slots=True)
class Command:
    """One command: its first line, its headers with lower-case names, its body."""

    line: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


class Reader:
    """Turns bytes into commands. Line feeds before a command are skipped, as the switch skips them."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> Iterator[Command]:
        """Take bytes, give every command that is complete."""
        self._buffer += data.replace(b"\r", b"")
        while True:
            self._buffer = self._buffer.lstrip(b"\n")
            head, found, rest = self._buffer.partition(b"\n\n")
            if not found:
                return
            command = _parse(head.decode("utf-8", "replace"))
            length = command.headers.get("content-length", "")
            size = int(length) if length.isdigit() else 0
            if len(rest) < size:
                return
            command.body = rest[:size].decode("utf-8", "replace")
            self._buffer = rest[size:]
            yield command


def _parse(head: str) -> Command:
    first, *lines = head.split("\n")
    command = Command(first)
    for line in lines:
        name, found, value = line.partition(":")
        if found:
            command.headers[name.strip().lower()] = value.lstrip(" ")
    return command
