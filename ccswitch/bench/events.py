"""Events decoded per second, beside greenswitch's own parser on the same events.

The sample is one recorded call: every event that a FreeSWITCH 1.11.1 sent for a menu, a queue and a talk, with all its
headers (`shipped/events.jsonl`, made by `python -m tests.live.record talk_and_return --events`). FreeSWITCH sends an
event in the format that the client asked for: ccswitch asks for JSON, greenswitch's text parser needs `plain`. So the
same events are taken in both formats, and once ours also reads the very bytes that greenswitch reads.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

import gevent
import orjson
from gevent.event import Event as Flag
from greenswitch.esl import InboundESL

from ccswitch.bench.figure import BenchFailed, Figure, Promise, Setting
from ccswitch.bench.measuring import processor_time
from ccswitch.bench.stage.feed import Feed
from ccswitch.clock import SystemClock
from ccswitch.simulator.events import Event as SimulatedEvent
from ccswitch.switch.codec import Event, Framer, decode_event
from ccswitch.switch.link import Link

SAMPLE = Path(__file__).parent / "shipped" / "events.jsonl"
TIMES, ROUNDS = 30, 5  # how often the call is in one round's bytes; rounds, ours and theirs in turn
READ_AT_ONCE = 64 * 1024  # bytes, as the link reads
WITHIN = 30.0  # seconds for a round over the socket
BY = "processor time of the reading thread, best of"


def run(setting: Setting) -> Iterable[Figure]:
    """Decoding alone, and from a loopback socket to the handler."""
    times, rounds = (4, 2) if setting.quick else (TIMES, ROUNDS)
    events = sample()
    json, plain = as_json(events) * times, as_plain(events) * times
    count = len(events) * times
    kinds: dict[str, tuple[Callable[[], float], Callable[[], float]]] = {
        "decoded, each in its own format": (lambda: decode(json, count), lambda: decode_theirs(plain, count)),
        "decoded, both from the plain format": (lambda: decode(plain, count), lambda: decode_theirs(plain, count)),
        "from a socket to the handler, each in its own format": (
            lambda: receive(json, count),
            lambda: receive_theirs(plain, count),
        ),
    }
    about = f"{len(events)} recorded events of one call, {len(json) // count:,} bytes each as JSON; {BY} {rounds}"
    for name, (ours, theirs) in kinds.items():
        setting.tell(name)
        took, took_theirs = in_turn(rounds, ours, theirs)
        yield Figure(
            name=f"events {name}",
            value=count / took,
            unit="events/s",
            n=count * rounds,
            method=about,
            peer="greenswitch",
            peer_value=count / took_theirs,
            promise=Promise(limit=5, least=True, of_ratio=True) if "own" in name else None,
        )


def in_turn(rounds: int, *works: Callable[[], float]) -> list[float]:
    """The best of each, taken in turn so that all of them meet the machine in the same moods."""
    taken = [[work() for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


# ---- the sample -----------------------------------------------------------------------------------------------


def sample() -> list[bytes]:
    """The body of each event as it came in JSON."""
    return SAMPLE.read_bytes().splitlines()


def as_json(bodies: Sequence[bytes]) -> bytes:
    """The bytes of `event json`."""
    return b"".join(b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body) for body in bodies)


def as_plain(bodies: Sequence[bytes]) -> bytes:
    """The bytes of `event plain` for the same events: percent-encoded, several values joined, as FreeSWITCH does."""
    return b"".join(map(_plain, bodies))


def _plain(body: bytes) -> bytes:
    event = Event(orjson.loads(body))
    headers = {name: value for name, value in event.items() if name not in ("_body", "Content-Length")}
    return SimulatedEvent(headers, event.body or None).as_plain()


# ---- decoding alone -------------------------------------------------------------------------------------------


def decode(data: bytes, count: int) -> float:
    """Processor seconds of our framer and codec for so many events."""
    found: list[Event | None] = []

    def work() -> None:
        """All of `data` once, in reads as the link's own."""
        framer = Framer()
        for start in range(0, len(data), READ_AT_ONCE):
            found.extend(decode_event(frame) for frame in framer.feed(data[start : start + READ_AT_ONCE]))

    took = processor_time(work)
    _all_there("ours", sum(event is not None for event in found), count)
    return took


def decode_theirs(data: bytes, count: int) -> float:
    """Processor seconds of greenswitch's reading loop for so many events."""
    reader = InboundESL("", 0, "")
    reader.sock_file = io.BytesIO(data)
    took = processor_time(reader.receive_events)
    _all_there("greenswitch's", reader._esl_event_queue.qsize(), count)
    return took


def _all_there(whose: str, found: int, count: int) -> None:
    if found != count:
        raise BenchFailed(f"{whose} parser found {found} events of {count}")


# ---- from a socket to the handler -----------------------------------------------------------------------------


def receive(data: bytes, count: int) -> float:
    """Processor seconds of a link of ours from connecting to the last event handed on."""
    tally = _Tally(count)
    with Feed(data) as feed:
        link = Link(
            "127.0.0.1",
            feed.port,
            "ClueCon",
            on_event=lambda event, at: tally.add(),
            on_up=lambda changed: None,
            on_down=lambda reason: None,
            clock=SystemClock(),
            random=Random(1),
        )

        def work() -> None:
            """Connect and take every event of the feed. BenchFailed when they do not come in time."""
            link.start()
            tally.wait("our link")

        try:
            return processor_time(work)
        finally:
            link.stop()


def receive_theirs(data: bytes, count: int) -> float:
    """The same of a greenswitch connection with a handler for every event."""
    tally = _Tally(count)
    with Feed(data) as feed:
        connection = InboundESL("127.0.0.1", feed.port, "ClueCon")
        connection.register_handle("*", lambda event: tally.add())

        def work() -> None:
            """The same by greenswitch. BenchFailed when they do not come in time."""
            connection.connect()
            connection.send("event plain ALL")
            tally.wait("greenswitch")

        try:
            return processor_time(work)
        finally:
            connection._run = False
            connection.sock.close()
            gevent.killall([connection._receive_events_greenlet, connection._process_events_greenlet])


class _Tally:
    """Counts events until all are there."""

    def __init__(self, count: int) -> None:
        self.left = count
        self._done = Flag()

    def add(self) -> None:
        """One more has come."""
        self.left -= 1
        if not self.left:
            self._done.set()

    def wait(self, who: str) -> None:
        """Until all have come to `who`. BenchFailed after `WITHIN` seconds."""
        if not self._done.wait(WITHIN):
            raise BenchFailed(f"{who} had {self.left} events to go after {WITHIN:g} s")
