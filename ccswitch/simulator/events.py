"""Events as the switch fires them: a flat dictionary, rendered once per format, given to every link that wants it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import quote

from ccswitch.simulator.frames import FrameClock
from ccswitch.simulator.text import to_bytes, to_json

# mod_event_socket's plain format leaves these as they are; the rest of ASCII punctuation and all else is %XX.
_PLAIN_SAFE = "/,'()!*$~._-"


class Listener(Protocol):
    """A link, as the bus sees it."""

    def wants(self, name: str, subclass: str) -> bool:
        """Whether events of this name are asked for at all."""
        ...

    def deliver(self, event: Event) -> None:
        """Take an event; filters are the listener's own business."""
        ...


class Event:
    """One event. `headers` must not be changed after it was fired."""

    __slots__ = ("_json", "_plain", "body", "headers")

    def __init__(self, headers: dict[str, str], body: str | None = None) -> None:
        self.headers, self.body = headers, body
        self._json: bytes | None = None
        self._plain: bytes | None = None

    def as_json(self) -> bytes:
        """The frame for `event json`."""
        if self._json is None:
            whole: Mapping[str, str] = self.headers
            if self.body is not None:
                whole = {**self.headers, "Content-Length": str(len(to_bytes(self.body))), "_body": self.body}
            body = to_bytes(to_json(whole))
            self._json = b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body)
        return self._json

    def as_plain(self) -> bytes:
        """The frame for `event plain`: values percent-encoded, the body after a blank line as it is."""
        if self._plain is None:
            lines = [
                f"{name}: {quote(value, safe=_PLAIN_SAFE, errors='surrogateescape')}"
                for name, value in self.headers.items()
            ]
            tail = ""
            if self.body is not None:
                lines.append(f"Content-Length: {len(to_bytes(self.body))}")
                tail = self.body
            text = to_bytes("\n".join(lines) + "\n\n" + tail)
            self._plain = b"Content-Length: %d\nContent-Type: text/event-plain\n\n%s" % (len(text), text)
        return self._plain


class EventBus:
    """Stamps events, numbers them and hands them to listeners; builds none that nobody wants."""

    def __init__(self, clock: FrameClock, core_uuid: str, hostname: str = "sim") -> None:
        self._clock = clock
        self._base = {
            "Core-UUID": core_uuid,
            "FreeSWITCH-Hostname": hostname,
            "FreeSWITCH-Switchname": hostname,
            "FreeSWITCH-IPv4": "127.0.0.1",
        }
        self._sequence = 0
        self._second = 0
        self._dates = ("", "")
        self.listeners: list[Listener] = []

    def fire(self, name: str, build: Callable[[], dict[str, str]], body: str | None = None) -> None:
        """Fire event `name`; `build` makes its own headers and is called only when somebody listens."""
        self.fire_custom(name, "", build, body)

    def fire_custom(
        self, name: str, subclass: str, build: Callable[[], dict[str, str]], body: str | None = None
    ) -> None:
        """Fire an event that may carry a subclass (CUSTOM)."""
        self._sequence += 1
        takers = [one for one in self.listeners if one.wants(name, subclass)]
        if not takers:
            return
        stamp = self._clock.stamp_us()
        local, gmt = self._date(stamp // 1_000_000)
        headers = {
            "Event-Name": name,
            **self._base,
            "Event-Date-Local": local,
            "Event-Date-GMT": gmt,
            "Event-Date-Timestamp": str(stamp),
            "Event-Sequence": str(self._sequence),
        }
        if subclass:
            headers["Event-Subclass"] = subclass
        headers.update(build())
        event = Event(headers, body)
        for one in takers:
            one.deliver(event)

    def _date(self, second: int) -> tuple[str, str]:
        if second != self._second:
            when = time.gmtime(second)
            self._second = second
            self._dates = (
                time.strftime("%Y-%m-%d %H:%M:%S", when),
                time.strftime("%a, %d %b %Y %H:%M:%S GMT", when),
            )
        return self._dates
