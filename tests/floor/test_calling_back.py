"""Promises to call back: the place is kept, an agent comes first, and each race between the two has one end."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.floor.calling_back import LET_IT
from ccswitch.floor.ringback import RINGBACK
from ccswitch.floor.ringing_customer import DIAL_GRACE
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, NodeName, QueueName
from ccswitch.model.nouns import (
    AgentState,
    AgentStatus,
    AttemptResult,
    CallbackResult,
    CallOrigin,
    CallPlace,
    CallResult,
    OfferResult,
)
from tests.floor.callbacks import NUMBER, Dialled, Ringing, floor_with_gateway, promised
from tests.floor.floors import a_floor

RETRY, RING, WITHIN = 300.0, 30.0, 14_400.0  # a queue's own rules


# ---- making one ---------------------------------------------------------------------------------------------


def test_a_promise_stands_in_line_with_its_place() -> None:
    # Given nobody ready, and a promise made between two callers
    floor = floor_with_gateway()
    floor.parked("L1", caller_number="1381")
    floor.wait(5.0)
    made = promised(floor).the(o.CallbackPromised)
    floor.wait(5.0)
    floor.parked("L2", caller_number="1382")
    # Then it stands between them
    assert floor.line() == ["L1", made.promise, "L2"]
    assert (made.since, made.due, made.expires) == (floor.now - 5.0, floor.now - 5.0, floor.now - 5.0 + WITHIN)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("", "withheld"),
        ("anonymous", "withheld"),
        ("*21*13900139000#", "not allowed"),
        ("12", "not allowed"),
        ("13900139000\nHangUp", "not allowed"),
        ("13900139000;fs=x", "not allowed"),
        ("1" * 21, "not allowed"),
        ("٠١٢٣٤٥", "not allowed"),
        ("100", "house's own"),
        ("1001", "house's own"),
    ],
)
def test_a_number_that_is_withheld_or_ours_or_no_number_is_never_called_back(number: str, why: str) -> None:
    floor = floor_with_gateway()
    refused = promised(floor, number).the(o.OrderRefused)
    assert why in refused.why and not floor.state.promises


def test_a_site_says_which_numbers_are_called_back() -> None:
    floor = floor_with_gateway(callback_numbers=r"1[3-9][0-9]{9}")
    assert "not allowed" in promised(floor, "0085212345678").the(o.OrderRefused).why
    assert promised(floor, "139 0013-9000").the(o.CallbackPromised).number == NUMBER


def test_a_number_is_promised_one_call_by_a_queue() -> None:
    floor = floor_with_gateway()
    promised(floor)
    assert "promised a call already" in promised(floor).the(o.OrderRefused).why
    assert promised(floor, queue="sales").the(o.CallbackPromised).queue == "sales"


@pytest.mark.parametrize(
    ("rules", "fields", "why"),
    [
        ({"trunks": ()}, {}, "no node has a gateway"),
        ({}, {"queue": "none"}, "no queue 'none'"),
        ({}, {"at": 1e9}, "too far ahead"),
        ({}, {"priority": 101}, "from 0 to 100"),
    ],
)
def test_what_cannot_be_promised_is_refused_with_the_reason(
    rules: dict[str, Any], fields: dict[str, Any], why: str
) -> None:
    floor = a_floor(**{"trunks": (NodeName("a"),), **rules})
    assert why in promised(floor, **fields).the(o.OrderRefused).why


def test_one_for_later_stands_in_line_only_from_its_time() -> None:
    # Given an agent who is free, and a promise for in an hour
    floor = floor_with_gateway(ready=True)
    told = promised(floor, at=floor.now + 3600.0)
    assert not told.every(o.OfferMade) and floor.line() == []
    # When the hour is over
    assert not floor.wait(3599.0).every(o.OfferMade)
    told = floor.wait(2.0)
    # Then it has its turn, as if he had begun to wait then
    assert told.the(o.CallbackDue).promise == told.the(o.CallbackBegun).promise
    [call] = floor.state.calls.values()
    assert call.waiting_since == floor.now - 1.0


# ---- the way it goes ----------------------------------------------------------------------------------------


def test_the_agent_is_rung_first_and_the_customer_when_he_is_there() -> None:
    # Given a promise, When an agent is ready
    floor = floor_with_gateway()
    promised(floor)
    told = floor.ready("li")
    # Then his phone is rung, with the customer on its screen, and nobody else's
    started, ring = told.the(o.CallStarted), told.the(r.RingAgent)
    assert (started.origin, started.caller_number, ring.caller_number) == (CallOrigin.CALLBACK, NUMBER, NUMBER)
    assert "call-back" in ring.caller_name.lower()
    assert not told.every(r.RingCustomer)
    assert floor.call(started.call).place is CallPlace.DIALLING and floor.line() == []
    # When he is on the line
    told = floor.agent_parked(ring.leg)
    # Then the customer is rung under the leg's name that was chosen
    dial = told.the(r.RingCustomer)
    assert (dial.node, dial.call, dial.leg, dial.number) == ("a", started.call, started.leg, NUMBER)
    assert dial.timeout == RING
    # And the agent hears that he is, on his own leg
    heard = told.the(r.Play)
    assert (heard.leg, heard.files) == (ring.leg, (RINGBACK,))
    # When he answers and is parked, Then the two are joined, customer first
    assert floor.give(f.LegRinging(leg=dial.leg)).is_nothing
    told = floor.parked(dial.leg, answered=True)
    assert told.the(r.Claim).leg == dial.leg
    assert (told.the(r.Bridge).leg, told.the(r.Bridge).other) == (dial.leg, ring.leg)
    # And when they hear each other the promise is kept
    told = floor.joined(dial.leg, ring.leg)
    assert told.the(o.TalkStarted).agent == "li"
    assert told.the(o.CallbackTried).result is AttemptResult.TALKED
    assert told.the(o.CallbackEnded).result is CallbackResult.KEPT
    assert not floor.state.promises
    # And the wait is counted from the promise on
    floor.ended(ring.leg)
    floor.parked(dial.leg)
    assert floor.ended(dial.leg).the(o.CallEnded).result is CallResult.ANSWERED


def test_an_agent_who_does_not_pick_up_costs_the_promise_nothing() -> None:
    # Given two agents, of whom the first is rung
    scene = Ringing("li", "wang")
    # When he declines
    told = scene.floor.ended(scene.agent, "CALL_REJECTED")
    # Then the next is rung for the same call, and no try is counted
    assert told.the(o.OfferEnded).result is OfferResult.REJECTED
    assert told.the(o.OfferMade).agent == "wang" and told.the(o.OfferMade).call == scene.call
    assert scene.floor.state.promises[scene.promise].tries == 0
    # And when nobody is left it stands in line, at its old place
    scene.floor.parked("L9")
    scene.look()
    scene.floor.ended(scene.agent, "USER_BUSY")
    assert scene.floor.line()[0] == scene.promise


def test_a_customer_who_is_busy_frees_the_agent_at_once_and_is_tried_again() -> None:
    # Given a customer who is rung
    scene = Dialled()
    floor = scene.floor
    # When he is busy
    told = floor.ended(scene.customer, "USER_BUSY")
    # Then the agent is free without blame and without wrap-up
    ended = told.the(o.OfferEnded)
    assert ended.result is OfferResult.CANCELLED and not told.every(o.WrapupStarted)
    assert floor.agent().state is AgentState.IDLE and floor.agent().status is AgentStatus.READY
    assert [hang_up.leg for hang_up in told.every(r.HangUp)] == [scene.agent]
    tried = told.the(o.CallbackTried)
    assert (tried.result, tried.again_at) == (AttemptResult.BUSY, floor.now + RETRY)
    # And he takes the next caller, while the promise waits for its next try
    assert floor.ended(scene.agent).the(o.CallEnded).result is CallResult.UNREACHED
    floor.wait(1.0)
    assert floor.parked("L5").the(o.OfferMade).agent == "li"
    # And then it has its turn again, by a call of its own
    floor.ended("L5")
    told = floor.wait(RETRY)
    assert told.the(o.CallbackDue).why == "try 2"
    assert told.the(o.CallStarted).call != scene.call


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("NO_ANSWER", AttemptResult.NO_ANSWER),
        ("CALL_REJECTED", AttemptResult.REJECTED),
        ("UNALLOCATED_NUMBER", AttemptResult.UNREACHABLE),
        ("INVALID_GATEWAY", AttemptResult.UNREACHABLE),
        ("SOMETHING_ELSE", AttemptResult.FAILED),
    ],
)
def test_what_came_of_a_try(cause: str, result: AttemptResult) -> None:
    scene = Dialled()
    assert scene.floor.ended(scene.customer, cause).the(o.CallbackTried).result is result


def test_after_the_last_try_the_promise_ends_unreached() -> None:
    # Given a promise with three tries
    scene = Dialled()
    floor = scene.floor
    for _ in range(2):
        floor.ended(scene.customer, "NO_ANSWER")
        floor.ended(scene.agent)
        floor.wait(RETRY + 1.0)
        scene.look()
        floor.agent_parked(scene.agent)
    # When the third is in vain too
    told = floor.ended(scene.customer, "NO_ANSWER")
    # Then that is its end
    assert told.the(o.CallbackEnded).result is CallbackResult.UNREACHED
    floor.ended(scene.agent)
    assert not floor.state.promises and not floor.state.calls
    assert len(floor.everything(o.CallbackTried)) == 3


def test_a_switch_that_never_gives_him_up_is_told_to() -> None:
    scene = Dialled()
    told = scene.floor.wait(RING + DIAL_GRACE + 0.1)
    assert [hang_up.leg for hang_up in told.every(r.HangUp)] == [scene.customer]
    assert told.every(r.Survey)


# ---- he calls in himself ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["in line", "agent rung", "customer rung", "between tries"])
def test_a_customer_who_calls_in_himself_has_the_place_that_was_kept(stage: str) -> None:
    # Given a promise at any stage before he answered it, and a caller who came after it
    floor = floor_with_gateway()
    promise = promised(floor).the(o.CallbackPromised)
    floor.wait(5.0)
    if stage != "in line":
        floor.ready("li")
        [call] = floor.state.calls.values()
        leg = floor.agent_leg(call.call)
    if stage in ("customer rung", "between tries"):
        floor.agent_parked(leg)
    if stage == "between tries":
        floor.ended(call.leg, "NO_ANSWER")
        floor.ended(leg)
        floor.order(d.LogOut, agent=AgentId("li"))
    # When he calls the same queue himself
    told = floor.parked("L1", caller_number=NUMBER)
    # Then the promise is over, and his own call has its place
    ended = told.the(o.CallbackEnded)
    assert (ended.promise, ended.result) == (promise.promise, CallbackResult.CALLED_IN)
    assert told.the(o.CallEnqueued).since == promise.since
    # And nobody is rung for the old one any more
    rung = {"agent rung": [leg], "customer rung": [leg, call.leg]}.get(stage, []) if stage != "in line" else []
    assert [hang_up.leg for hang_up in told.every(r.HangUp)] == rung


def test_a_promise_for_later_is_not_taken_over() -> None:
    floor = floor_with_gateway()
    promised(floor, at=floor.now + 3600.0)
    assert not floor.parked("L1", caller_number=NUMBER).every(o.CallbackEnded)
    assert len(floor.state.promises) == 1


def test_who_calls_another_queue_keeps_his_promise() -> None:
    floor = floor_with_gateway()
    promised(floor)
    assert not floor.parked("L1", caller_number=NUMBER, entry="sales").every(o.CallbackEnded)


# ---- how else it ends ---------------------------------------------------------------------------------------


def test_a_promise_that_nobody_comes_to_expires() -> None:
    floor = floor_with_gateway()
    promised(floor)
    assert floor.wait(WITHIN + 1.0).the(o.CallbackEnded).result is CallbackResult.EXPIRED
    assert floor.line() == [] and floor.ready("li").every(o.OfferMade) == []


def test_one_that_expires_while_the_agent_is_rung_takes_his_ringing_back() -> None:
    rules = (
        n.Queue(name=QueueName("support"), callback_within=60.0, ring_timeout=200.0),
        n.Queue(name=QueueName("sales")),
    )
    scene = Ringing(queues=rules)
    told = scene.floor.wait(61.0)
    assert told.the(o.CallbackEnded).result is CallbackResult.EXPIRED
    assert told.the(o.OfferEnded).result is OfferResult.CANCELLED
    assert scene.floor.ended(scene.agent).the(o.CallEnded).result is CallResult.UNREACHED


def test_one_that_expires_while_the_customer_is_rung_is_not_hung_up_on() -> None:
    rules = (n.Queue(name=QueueName("support"), callback_within=20.0), n.Queue(name=QueueName("sales")))
    scene = Dialled(queues=rules)
    assert not scene.floor.wait(21.0).every(o.CallbackEnded)
    assert scene.answered().the(r.Bridge)
    scene.floor.joined(scene.customer, scene.agent)
    assert not scene.floor.wait(LET_IT).every(o.CallbackEnded)


def test_a_promise_is_cancelled_by_order_unless_he_is_being_called() -> None:
    scene = Ringing()
    told = scene.floor.order(d.CancelCallback, promise=CallId(scene.promise))
    assert told.the(o.CallbackEnded).result is CallbackResult.CANCELLED
    assert [hang_up.leg for hang_up in told.every(r.HangUp)] == [scene.agent]
    again = scene.floor.order(d.CancelCallback, promise=CallId(scene.promise)).the(o.OrderRefused)
    assert again.missing
    dialled = Dialled()
    assert (
        "is being called now" in dialled.floor.order(d.CancelCallback, promise=dialled.promise).the(o.OrderRefused).why
    )


@pytest.mark.parametrize("dialled", [False, True])
def test_a_call_that_is_ended_by_order_ends_its_promise(dialled: bool) -> None:
    scene = Dialled() if dialled else Ringing()
    told = scene.floor.order(d.HangUpCall, call=scene.call)
    assert told.the(o.CallbackEnded).result is CallbackResult.CANCELLED
    assert {hang_up.leg for hang_up in told.every(r.HangUp)} == set(scene.floor.call(scene.call).legs)


def test_a_queue_that_is_closed_keeps_its_promises_for_when_it_opens() -> None:
    # Given a promise, and a queue that a supervisor has closed
    floor = floor_with_gateway()
    promised(floor)
    closed = {"queue": QueueName("support"), "mode": n.QueueMode.CLOSED, "to": "voicemail:support"}
    floor.order(d.ChangeQueue, **closed)
    # Then it is not served and no other is made
    assert not floor.ready("li").every(o.OfferMade)
    assert "closed" in promised(floor, "13900139001").the(o.OrderRefused).why
    # And when it opens it is
    told = floor.order(d.ChangeQueue, queue=QueueName("support"), mode=n.QueueMode.OPEN)
    assert told.the(o.OfferMade).agent == "li"
