"""A link to a switch of the test's own, and the story of what it told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from gevent.queue import Queue

from ccswitch.clock import ManualClock
from ccswitch.switch.codec import Event
from ccswitch.switch.link import Link, LinkTimes
from tests.switch.fake_peer import PATIENCE, FakePeer, Visitor

TIMES = LinkTimes(reply=PATIENCE, idle=30.0, backoff=0.001, backoff_most=0.01, goodbye=0.2, nudge=0.0)


class Told:
    """What a link told, in order: ("up", changed), ("down", reason), ("event", name)."""

    def __init__(self) -> None:
        self.story: Queue[tuple[str, object]] = Queue()
        self.on_event: Callable[[Event, float], None] = lambda event, at: self.story.put(("event", event.name))

    def next(self) -> tuple[str, object]:
        """The next thing told. Empty (the queue's) when none comes in time."""
        return self.story.get(timeout=PATIENCE)


@pytest.fixture
def told() -> Told:
    """Nothing told yet."""
    return Told()


@pytest.fixture
def peer() -> Iterator[FakePeer]:
    """A switch made of canned answers."""
    fake = FakePeer()
    yield fake
    fake.stop()


@pytest.fixture
def make_link(peer: FakePeer, told: Told) -> Iterator[Callable[..., Link]]:
    """Makes links to `peer` and starts them; all are stopped in the end."""
    made: list[Link] = []

    def make(times: Any = TIMES, password: str = "secret", **changes: object) -> Link:
        """One more; `changes` as `Link` takes them."""
        link = Link(
            "127.0.0.1",
            peer.port,
            password,
            on_event=lambda event, at: told.on_event(event, at),
            on_up=lambda changed: told.story.put(("up", changed)),
            on_down=lambda reason: told.story.put(("down", reason)),
            clock=ManualClock(1_000_000.0),
            random=Random(7),
            times=times,
            **changes,  # type: ignore[arg-type]
        )
        made.append(link)
        link.start()
        return link

    yield make
    for link in made:
        link.stop()


@pytest.fixture
def link(make_link: Callable[..., Link], told: Told) -> Link:
    """A link that is up."""
    link = make_link()
    assert told.next() == ("up", False)
    return link


@pytest.fixture
def visitor(peer: FakePeer, link: Link) -> Visitor:
    """The link as its peer sees it."""
    return peer.next_visitor()


def times(**changes: float) -> LinkTimes:
    """Times that no slow machine passes, but for those that a test is about."""
    return LinkTimes(
        **({"reply": PATIENCE, "idle": 30.0, "backoff": 0.001, "backoff_most": 0.01, "goodbye": 0.2} | changes)
    )
