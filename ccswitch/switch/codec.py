"""ESL on the wire: bytes in, frames and events out. Pure: no socket, no clock, no logging.

A frame is a block of `Name: value` lines, an empty line, and a body of `Content-Length` bytes. What can go wrong has
two sizes. A frame that cannot be delimited breaks the link: `BrokenFrame`, open it again. A frame that is whole but
holds an unreadable event costs that event alone: `decode_event` returns None and the link counts it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import orjson

from ccswitch.errors import BrokenFrame

HEADER_LIMIT = 256 * 1024
BODY_LIMIT = 64 * 1024 * 1024

# Nearly every frame of a busy link looks like this; the order is FreeSWITCH's own (mod_event_socket, read_packet).
_JSON_EVENT = re.compile(rb"Content-Length: ([0-9]{1,9})\nContent-Type: text/event-json")
_DIGITS = re.compile(r"[0-9]{1,12}")


class Frame(NamedTuple):
    """One whole message. Header values are as on the wire; the body is `b""` where there is none."""

    content_type: str
    headers: dict[str, str]
    body: bytes


class Framer:
    """Cuts a stream of bytes into frames, however the bytes were torn on their way.

    `feed` returns the frames that are whole by now. Bytes that cannot be ESL raise `BrokenFrame`, after the good frames
    before them were handed out: then at the next `check` or `feed`. A broken framer stays broken.
    """

    __slots__ = ("_body_limit", "_broken", "_buffer", "_head", "_header_limit", "_need", "_scanned")

    def __init__(self, header_limit: int = HEADER_LIMIT, body_limit: int = BODY_LIMIT) -> None:
        self._header_limit = header_limit
        self._body_limit = body_limit
        self._buffer = bytearray()
        self._scanned = 0  # how far the buffer was searched for the end of a header block
        self._head: tuple[str, dict[str, str]] | None = None  # read, its body is still to come
        self._need = 0  # length of that body
        self._broken: BrokenFrame | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """The frames completed by `data`, in order."""
        self.check()
        self._buffer += data
        frames: list[Frame] = []
        try:
            while (frame := self._next()) is not None:
                frames.append(frame)
        except BrokenFrame as broken:
            self._broken = broken
            self._buffer.clear()
            if not frames:
                raise
        return frames

    def check(self) -> None:
        """Raise the `BrokenFrame` that the bytes so far ended in, if they did."""
        if self._broken is not None:
            raise self._broken

    @property
    def pending(self) -> int:
        """Bytes held back because their frame is not whole."""
        return len(self._buffer)

    def _next(self) -> Frame | None:
        buffer = self._buffer
        if self._head is None:
            if buffer[:1] == b"\n":  # FreeSWITCH puts an empty line too many behind some replies
                del buffer[: len(buffer) - len(buffer.lstrip(b"\n"))]
                self._scanned = 0
            end = buffer.find(b"\n\n", self._scanned)
            if end > self._header_limit or (end < 0 and len(buffer) > self._header_limit + 1):
                raise BrokenFrame(f"no end of the headers within {self._header_limit} bytes")
            if end < 0:
                self._scanned = max(0, len(buffer) - 1)
                return None
            block = bytes(buffer[:end])
            del buffer[: end + 2]
            self._scanned = 0
            self._head, self._need = self._read_head(block)
        if len(buffer) < self._need:
            return None
        content_type, headers = self._head
        body = bytes(buffer[: self._need]) if self._need else b""
        del buffer[: self._need]
        self._head = None
        return Frame(content_type, headers, body)

    def _read_head(self, block: bytes) -> tuple[tuple[str, dict[str, str]], int]:
        if match := _JSON_EVENT.fullmatch(block):
            length = match[1].decode("ascii")
            headers = {"Content-Length": length, "Content-Type": "text/event-json"}
        else:
            headers = _read_headers(block)
        content_type = headers.get("Content-Type")
        if content_type is None:
            raise BrokenFrame(f"a frame without Content-Type: {_start_of(block)}")
        length = headers.get("Content-Length", "0")
        if not _DIGITS.fullmatch(length) or int(length) > self._body_limit:
            raise BrokenFrame(f"Content-Length {length[:40]!r}: not a number from 0 to {self._body_limit}")
        return (content_type, headers), int(length)


def _read_headers(block: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        name, colon, value = line.partition(":")
        if not colon or not name or not name.isprintable():
            raise BrokenFrame(f"not a header line: {line[:80]!r}")
        value = value[1:] if value.startswith(" ") else value
        if name == "Content-Length" and headers.get(name, value) != value:
            raise BrokenFrame("two different Content-Length headers in one frame")
        headers[name] = value
    return headers


def _start_of(block: bytes) -> str:
    return repr(block[:80].decode("utf-8", "replace"))


class Event(Mapping[str, str]):
    """What FreeSWITCH told: its headers by their own names, values decoded and never cut.

    A header with several values (`ARRAY::`) reads as one string in FreeSWITCH's own notation, `ARRAY::a|:b`.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        value = self._fields[name]
        return value if type(value) is str else _as_text(value)

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        """The header's value, or `default` where the event has no such header."""
        value = self._fields.get(name, default)
        return value if type(value) is str else _as_text(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __repr__(self) -> str:
        return f"<Event {self.name} {self.uuid}>"

    @property
    def name(self) -> str:
        """`Event-Name`, such as CHANNEL_ANSWER."""
        return self.get("Event-Name")

    @property
    def uuid(self) -> str:
        """`Unique-ID`: the leg that this is about; empty for events about none."""
        return self.get("Unique-ID")

    @property
    def body(self) -> str:
        """What came behind the headers: the result of a BACKGROUND_JOB."""
        return self.get("_body")

    @property
    def stamp(self) -> float | None:
        """Seconds since the epoch by the switch's clock (up to 20 ms behind, freeswitch-facts 13)."""
        return seconds_of(self.get("Event-Date-Timestamp"))

    def variable(self, name: str, default: str = "") -> str:
        """The channel variable `name` as the event carries it."""
        return self.get(f"variable_{name}", default)


_STAMP = re.compile(r"[0-9]{1,18}")


def seconds_of(stamp: str) -> float | None:
    """One of the switch's stamps, which are microseconds since the epoch; None for what is no number."""
    return int(stamp) / 1e6 if _STAMP.fullmatch(stamp) else None


def _as_text(value: object) -> str:
    """A JSON value that is not a string. FreeSWITCH sends only strings and lists of strings."""
    if isinstance(value, list):
        return "ARRAY::" + "|:".join(item if isinstance(item, str) else _as_text(item) for item in value)
    return "" if value is None else json.dumps(value)


def decode_event(frame: Frame) -> Event | None:
    """The event in a `text/event-json` or `text/event-plain` frame; None when its body cannot be read."""
    if frame.content_type == "text/event-json":
        fields = _from_json(frame.body)
    elif frame.content_type == "text/event-plain":
        fields = _from_plain(frame.body)
    else:
        return None
    return None if fields is None or not isinstance(fields.get("Event-Name"), str) else Event(fields)


def _from_json(body: bytes) -> dict[str, str] | None:
    try:
        fields = orjson.loads(body)
    except orjson.JSONDecodeError:
        fields = _from_bad_json(body)
    return fields if isinstance(fields, dict) else None


def _from_bad_json(body: bytes) -> object:
    """A caller's name in Latin-1 must not cost us the call: bytes that are not UTF-8 become U+FFFD."""
    text = body.decode("utf-8", "replace")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        # control characters inside strings, half surrogates as \uD83D: the standard library reads both
        loose = json.dumps(json.loads(text, strict=False), ensure_ascii=False)
        return orjson.loads(loose.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except (ValueError, RecursionError):
        return None


def _from_plain(body: bytes) -> dict[str, str] | None:
    """Lines first, percent-decoding after: a line feed inside a value forges no header (freeswitch-facts 15)."""
    head, _, rest = body.partition(b"\n\n")
    fields: dict[str, str] = {}
    for line in head.split(b"\n"):
        name, colon, value = line.partition(b":")
        if not colon:
            return None
        value = value.removeprefix(b" ")
        if b"%" in value:
            value = unquote_to_bytes(value)
        fields[name.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
    length = fields.pop("Content-Length", "")
    if _DIGITS.fullmatch(length):
        if int(length) > len(rest):
            return None
        fields["_body"] = rest[: int(length)].decode("utf-8", "replace")
    return fields
