"""Events and their two formats."""

from __future__ import annotations

import orjson

from ccswitch.simulator.events import Event, EventBus
from ccswitch.simulator.frames import FrameClock


class Taker:
    """A listener for some names."""

    def __init__(self, *names: str) -> None:
        self.names, self.got = names, []

    def wants(self, name: str, subclass: str) -> bool:
        return name in self.names

    def deliver(self, event: Event) -> None:
        self.got.append(event)


def test_json_carries_the_body_as_a_header_and_its_length_in_bytes() -> None:
    head, _, body = Event({"Event-Name": "BACKGROUND_JOB"}, body="+OK ü\n").as_json().partition(b"\n\n")
    assert head == b"Content-Length: %d\nContent-Type: text/event-json" % len(body)
    assert orjson.loads(body) == {"Event-Name": "BACKGROUND_JOB", "Content-Length": "7", "_body": "+OK ü\n"}


def test_plain_encodes_as_mod_event_socket_does() -> None:
    # Given values with everything that would break a line-based format
    event = Event(
        {
            "Event-Date-GMT": "Sat, 21 Nov 2026 19:34:46 GMT",
            "Caller-Caller-ID-Name": "a\nUnique-ID: forged",
            "Job-Command-Arg": "{origination_caller_id_name='a%0Ab, c: d'}loopback/9196/default &park()",
        },
        body="+OK 1\n",
    )
    # When they are rendered
    text = event.as_plain().partition(b"\n\n")[2].decode()
    # Then line feeds, colons, blanks and braces are percent-encoded, commas, quotes, slashes and round brackets not
    assert text == (
        "Event-Date-GMT: Sat,%2021%20Nov%202026%2019%3A34%3A46%20GMT\n"
        "Caller-Caller-ID-Name: a%0AUnique-ID%3A%20forged\n"
        "Job-Command-Arg: %7Borigination_caller_id_name%3D'a%250Ab,%20c%3A%20d'%7Dloopback/9196/default%20%26park()\n"
        "Content-Length: 6\n\n+OK 1\n"
    )


def test_headers_are_built_only_when_somebody_listens() -> None:
    bus = EventBus(FrameClock(), "core")
    built: list[str] = []

    def build() -> dict[str, str]:
        built.append("x")
        return {"Unique-ID": "u"}

    bus.fire("CHANNEL_PARK", build)
    taker = Taker("CHANNEL_PARK")
    bus.listeners.append(taker)
    bus.fire("CHANNEL_PARK", build)
    bus.fire("DTMF", build)
    assert len(built) == 1
    assert [event.headers["Event-Sequence"] for event in taker.got] == ["2"]
    assert taker.got[0].headers["Core-UUID"] == "core"
