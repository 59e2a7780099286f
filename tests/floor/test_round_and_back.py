"""Whom a number outside does not take is back in his place; whom queues send round and round leaves a message."""

from __future__ import annotations

import pytest

from ccswitch.floor.relaxing import MOST_TURNS
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import CallPlace, CallResult, Queue, QueueMode, VisitResult
from tests.floor.callbacks import floor_with_gateway, promised
from tests.floor.floors import Floor, a_floor, an_agent, leg_seen, settings_of

OUT = "number:+8621"
SENT_OUT = (
    Queue(name=QueueName("support"), rules=(f"after 5s: to {OUT}",)),
    Queue(name=QueueName("sales")),
)


def outside() -> tuple[Floor, float]:
    """A caller who waited for five seconds in `support`, where nobody is, and was sent out; and since when he waits."""
    floor = a_floor(ready=False, queues=SENT_OUT)
    floor.parked("L1")
    since = floor.call("L1").waiting_since
    told = floor.wait(6.0)
    assert told.the(r.Transfer).number == "+8621" and told.the(o.VisitEnded).result is VisitResult.OVERFLOWED
    assert floor.call("L1").place is CallPlace.LEAVING and not floor.line()
    return floor, since


@pytest.mark.parametrize("restarted", [False, True])
def test_who_is_not_reached_outside_is_back_in_his_place(restarted: bool) -> None:
    # Given a caller who was sent out, and another who came behind him
    floor, since = outside()
    floor.parked("L2")
    if restarted:
        floor.state = floor.replayed()
    # When the number cannot be reached
    floor.parked("L1")
    # Then he is first, for he has waited since he came
    assert floor.line() == ["L1", "L2"] and floor.call("L1").waiting_since == since
    # And is not sent there again
    told = floor.wait(300.0)
    assert "L1" not in [request.leg for request in told.every(r.Transfer)]
    # And whoever is ready has him
    assert floor.ready("li").the(o.OfferMade).call == "L1"


def test_a_park_that_was_not_heard_of_is_found() -> None:
    floor, since = outside()
    floor.wait(1.0)
    floor.seen(leg_seen("L1"))
    assert floor.line() == ["L1"] and floor.call("L1").waiting_since == since


def test_who_talks_outside_is_nobodys_here() -> None:
    # Given a caller who talks outside for long
    floor, _ = outside()
    told = floor.ready("li")
    told.take(floor.wait(3600.0))
    # Then he is offered to nobody and never hung up
    assert not told.every(o.OfferMade) and not told.every(r.HangUp)
    # And his call was transferred when he goes
    assert floor.ended("L1").the(o.CallEnded).result is CallResult.TRANSFERRED


def test_a_queue_that_is_gone_meanwhile_costs_him_nothing_but_the_way() -> None:
    # Given that the queue which sent him out is no more
    floor, _ = outside()
    entries = tuple(entry for entry in floor.state.settings.entries if entry.queue == "sales")
    files = settings_of([an_agent("li", "sales")], hash="h2", queues=(Queue(name=QueueName("sales")),), entries=entries)
    floor.give(f.SettingsLoaded(settings=files))
    # When the number cannot be reached, Then he goes where his entry leads now: nowhere, and his call has one end
    told = floor.parked("L1")
    told.take(floor.wait(1.0))
    assert told.the(o.CallLeaving).why == "no entry named 'support'" and told.every(r.HangUp)
    floor.ended("L1", by_phone=False)
    assert len(floor.everything(o.CallEnded)) == 1 and not floor.state.calls


def test_who_is_sent_round_by_two_queues_leaves_a_message() -> None:
    # Given two queues that supervisors have sent to each other
    floor = a_floor(ready=False)
    floor.parked("L1")
    for queue, to in (("sales", "queue:support"), ("support", "queue:sales")):
        closed = {"queue": QueueName(queue), "mode": QueueMode.CLOSED, "to": to}
        told = floor.order(d.ChangeQueue, **closed)
    told.take(floor.wait(30.0))
    # Then he does not go round for ever: he may leave a message
    assert len(floor.everything(o.VisitEnded)) <= MOST_TURNS + 1
    assert (floor.call("L1").place is CallPlace.SCRIPT and told.every(r.TakeMessage)) or told.every(r.Play)
    assert not any(floor.state.waiting.values())


def test_a_promise_that_two_queues_send_round_stands_still_at_last() -> None:
    # Given two queues whose rules lead round in a circle, which checked files never do
    queues = tuple(
        Queue(name=QueueName(name), rules=(f"when nobody is logged in: to queue:{to}",))
        for name, to in (("support", "sales"), ("sales", "support"))
    )
    floor = floor_with_gateway(queues=queues)
    # When somebody is promised a call, Then the promise goes round only so often, and stands in line
    promised(floor)
    floor.wait(300.0)
    assert 0 < len(floor.everything(o.CallbackMoved)) <= MOST_TURNS
    [promise] = floor.state.promises.values()
    assert promise.visiting and promise.turned == MOST_TURNS
