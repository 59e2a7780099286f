"""Supervisors pause, drain, close and open queues, and move who waits: at once, for callers who wait already."""

from __future__ import annotations

import pytest

from ccswitch.floor.moving import missing
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, QueueName
from ccswitch.model.nouns import AgentState, CallPlace, CallResult, Queue, QueueMode, VisitResult
from ccswitch.model.skills import both
from ccswitch.model.targets import target
from tests.floor.floors import MENU, Floor, Given, a_floor, script, settings_of, stage

SUPPORT, SALES = QueueName("support"), QueueName("sales")


def said(floor: Floor, mode: QueueMode, *, queue: QueueName = SUPPORT, **more: object) -> Given:
    """A supervisor's word on a queue."""
    return floor.order(d.ChangeQueue, queue=queue, mode=mode, **more)


def moved(floor: Floor, to: str, *, call: str = "") -> Given:
    """Callers of support are sent there."""
    return floor.order(d.MoveCallers, queue=SUPPORT, to=to, call=CallId(call))


# ---- pause -----------------------------------------------------------------------------------------------------


def test_of_a_paused_queue_nobody_is_offered_until_it_is_open_again() -> None:
    # Given a paused queue with a free agent
    floor = a_floor()
    assert said(floor, QueueMode.PAUSED).the(o.OrderAccepted).what == "queue support is paused; 0 wait there"
    # When somebody calls: then he waits, beside a free agent
    told = floor.parked("L1")
    told.take(floor.wait(60.0))
    assert not told.every(o.OfferMade) and floor.call("L1").place is CallPlace.WAITING
    # And is offered at the word
    assert said(floor, QueueMode.OPEN).the(o.OfferMade).call == "L1"


def test_a_pause_has_an_end() -> None:
    floor = a_floor()
    said(floor, QueueMode.PAUSED, until=floor.now + 30.0)
    floor.parked("L1")
    assert floor.wait(30.5).the(o.OfferMade).call == "L1"


def test_the_other_queues_of_a_paused_queues_agent_are_served() -> None:
    # Given two callers, the first in a queue that is paused
    floor = a_floor("li", ready=False)
    floor.order(d.AddAgent, agent=floor.agent("li").agent.__class__(agent="li", phone="1", queues=(SUPPORT, SALES)))
    said(floor, QueueMode.PAUSED)
    floor.parked("L1")
    floor.parked("L2", entry="sales")
    # When the agent of both becomes ready: then he has the second
    assert floor.ready("li").the(o.OfferMade).call == "L2"


def test_a_phone_that_rings_for_a_paused_queue_rings_on() -> None:
    floor = stage("ringing")
    assert not said(floor, QueueMode.PAUSED).every(o.OfferEnded)
    assert floor.agent().state is AgentState.RINGING


# ---- drain and close ----------------------------------------------------------------------------------------------


def test_a_draining_queue_serves_who_waits_and_sends_on_who_comes() -> None:
    # Given a caller who waits, When the queue drains
    floor = stage("waiting")
    said(floor, QueueMode.DRAINING, to="voicemail:sales")
    assert floor.call("L1").place is CallPlace.WAITING
    # Then one who comes now goes where the supervisor said, with a result that says so
    told = floor.parked("L2")
    ended = told.the(o.VisitEnded)
    assert (ended.call, ended.result, ended.to) == ("L2", VisitResult.OVERFLOWED, "voicemail:sales")
    assert ended.why == "queue support is draining by ann"
    assert floor.call("L2").place is CallPlace.SCRIPT
    # And the first is answered
    assert floor.ready("li").the(o.OfferMade).call == "L1"


def test_who_waited_in_a_draining_queue_keeps_his_place_when_no_agent_takes_him() -> None:
    floor = stage("ringing")
    said(floor, QueueMode.DRAINING, to="voicemail:sales")
    floor.ended(floor.agent_leg("L1"), cause="USER_BUSY")
    assert floor.call("L1").place is CallPlace.WAITING


def test_a_closed_queue_sends_everybody_elsewhere_but_whom_a_phone_rings_for() -> None:
    # Given two callers, one of them being offered
    floor = stage("ringing")
    floor.parked("L2")
    # When the queue is closed: then the one goes
    told = said(floor, QueueMode.CLOSED, to="queue:sales")
    assert told.the(o.OrderAccepted).what == "queue support is closed; 2 who wait there go elsewhere"
    assert [(end.call, end.to) for end in told.every(o.VisitEnded)] == [("L2", "queue:sales")]
    # And the other when his agent does not take him
    ended = floor.ended(floor.agent_leg("L1"), cause="USER_BUSY")
    assert ended.the(o.VisitEnded).call == "L1"
    assert {floor.call(leg).queue for leg in ("L1", "L2")} == {SALES}


def test_the_script_says_where_callers_of_a_closed_queue_go() -> None:
    # Given a script whose queue step says `otherwise`
    text = """\
steps:
  choice: {queue: support, otherwise: sorry}
  sorry: {play: sorry.wav, then: end}
"""
    entries = tuple(e for e in settings_of().entries if e.name == "menu")
    floor = a_floor(ready=False, scripts=(script(text=text),), entries=entries)
    floor.parked("L1", entry="menu")
    assert floor.call("L1").place is CallPlace.WAITING
    # When the queue is closed without a word where to: then he hears that
    told = said(floor, QueueMode.CLOSED)
    assert told.the(r.Play).files == ("sorry.wav",)
    assert (floor.call("L1").place, floor.call("L1").step) == (CallPlace.SCRIPT, "sorry")


def test_two_closed_queues_that_send_callers_to_each_other_end_with_a_message() -> None:
    # Given a caller, and two queues that are closed and lead to each other
    floor = stage("waiting")
    said(floor, QueueMode.CLOSED, queue=SALES, to="queue:support")
    told = said(floor, QueueMode.CLOSED, to="queue:sales")
    # Then he is not sent round for ever: he may leave a message, and every stay had its end
    assert len(told.every(o.VisitEnded)) < 20
    assert floor.call("L1").place is CallPlace.SCRIPT
    assert "house.voicemail" in floor.call("L1").cursor


@pytest.mark.parametrize(
    ("mode", "more", "why"),
    [
        (QueueMode.OPEN, {}, "queue support is open"),
        (QueueMode.CLOSED, {}, "callers of entry support come to it without a script"),
        (QueueMode.DRAINING, {"to": "queue:support"}, "is where they are"),
        (QueueMode.CLOSED, {"to": "queue:none"}, "there is no queue 'none'"),
        (QueueMode.CLOSED, {"to": "nowhere"}, "is no target"),
        (QueueMode.PAUSED, {"to": "queue:sales"}, "takes callers"),
        (QueueMode.PAUSED, {"until": 1.0}, "in the past"),
        (QueueMode.PAUSED, {"queue": QueueName("none")}, "no queue named 'none'"),
    ],
)
def test_what_cannot_be_is_refused(mode: QueueMode, more: dict[str, object], why: str) -> None:
    floor = stage("waiting")
    assert why in said(floor, mode, **more).the(o.OrderRefused).why  # type: ignore[arg-type]
    assert floor.state.queue_orders == {}


# ---- moving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["waiting", "ringing"])
def test_to_another_queue_he_takes_his_wait_and_priority_along(name: str) -> None:
    # Given a caller who has waited a while, perhaps with a phone ringing for him
    floor = stage(name)
    since = floor.call("L1").waiting_since
    floor.wait(7.0)
    # When he is moved
    told = moved(floor, "queue:sales")
    # Then his stay has its one result, and he stands there as if he had come there at first
    ended = told.the(o.VisitEnded)
    assert (ended.result, ended.to, ended.why) == (VisitResult.MOVED, "queue:sales", "ann moved him")
    call = floor.call("L1")
    assert (call.queue, call.waiting_since, call.place) == (SALES, since, CallPlace.WAITING)
    assert not call.offer and floor.agent().state is AgentState.IDLE
    assert told.the(o.OrderAccepted).what == "1 caller moved from queue support to queue:sales"


def test_one_of_several_is_moved() -> None:
    floor = stage("waiting")
    floor.parked("L2")
    moved(floor, "queue:sales", call="L2")
    assert (floor.call("L1").queue, floor.call("L2").queue) == (SUPPORT, SALES)


def test_to_a_script_he_hears_its_first_step() -> None:
    floor = stage("waiting")
    moved(floor, "script:menu")
    call = floor.call("L1")
    assert (call.place, call.step, call.visiting) == (CallPlace.SCRIPT, "choice", False)


def test_to_voicemail_he_is_greeted_and_his_message_is_for_that_queue() -> None:
    # Given a caller who is moved to the voicemail of sales, When he was answered and heard the greeting
    floor = stage("waiting")
    told = moved(floor, "voicemail:sales")
    told.take(floor.pressed("L1"))
    told.take(floor.pressed("L1"))
    # Then his message is recorded for it
    assert told.the(r.TakeMessage)
    assert told.the(o.MessageBegun).box == SALES


def test_to_a_number_he_is_handed_out() -> None:
    floor = stage("waiting")
    assert moved(floor, "number:+86 21 6234 5678").the(r.Transfer).number == "+862162345678"
    assert floor.call("L1").result is CallResult.TRANSFERRED


def test_who_is_not_reached_outside_has_his_place_again() -> None:
    # Given a caller who was sent from his queue to a number outside
    floor = stage("waiting")
    since = floor.call("L1").waiting_since
    moved(floor, "number:+862162345678")
    # When it is not reached, and the switch has him in park again
    floor.wait(2.0)
    floor.parked("L1")
    # Then he waits where he waited, since when he waited
    call = floor.call("L1")
    assert (call.place, call.queue, call.waiting_since) == (CallPlace.WAITING, SUPPORT, since)
    assert floor.ready("li").the(o.OfferMade).call == "L1"


def test_who_is_being_joined_to_his_agent_stays() -> None:
    floor = stage("bridging")
    assert moved(floor, "queue:sales").the(o.OrderAccepted).what.startswith("0 callers")
    assert floor.call("L1").place is CallPlace.BRIDGING


def test_to_an_agent_he_waits_for_him_alone_and_not_for_ever() -> None:
    # Given a caller, and two agents of whom one is busy and gets ready later
    floor = a_floor("li", "wang", ready=False)
    floor.parked("L1")
    moved(floor, "agent:wang")
    # When the other is ready: then he is not rung
    assert not floor.ready("li").every(o.OfferMade)
    # But when the one does not come for long, the other is
    assert floor.wait(121.0).the(o.OfferMade).agent == "li"


def test_what_he_himself_requires_goes_with_him() -> None:
    # Given a caller whose script requires something, in a queue that requires something else
    text = MENU.replace("priority: 3,", "priority: 3, skills: zh >= 3,")
    queues = (Queue(name=SUPPORT, skills="billing"), Queue(name=SALES, skills="sales"))
    floor = a_floor(ready=False, scripts=(script(text=text),), queues=queues)
    floor.parked("L1", entry="menu")
    floor.pressed("L1", "1")
    assert floor.call("L1").requires == both("billing", "zh >= 3")
    # When he is moved: then the other queue's requirement takes the place of the first
    moved(floor, "queue:sales")
    assert floor.call("L1").requires == both("sales", "zh >= 3")


# ---- priority -------------------------------------------------------------------------------------------------------


def test_a_priority_lets_a_waiting_caller_go_first() -> None:
    # Given two callers, one after the other
    floor = stage("waiting")
    floor.parked("L2")
    # When the second is given a priority
    told = floor.order(d.SetPriority, call=CallId("L2"), priority=5)
    assert told.the(o.OrderAccepted).what == "call L2: priority 5, was 0"
    # Then he is answered first, and his wait is counted from when it began
    assert floor.line() == ["L2", "L1"]
    assert floor.ready("li").the(o.OfferMade).call == "L2"


@pytest.mark.parametrize(
    ("name", "call", "priority", "why"),
    [("waiting", "L9", 5, "no live call"), ("waiting", "L1", 101, "from 0 to 100"), ("talking", "L1", 5, "is talking")],
)
def test_a_priority_that_cannot_be_is_refused(name: str, call: str, priority: int, why: str) -> None:
    told = stage(name).order(d.SetPriority, call=CallId(call), priority=priority)
    assert why in told.the(o.OrderRefused).why


@pytest.mark.parametrize(
    ("to", "call", "why"),
    [
        ("queue:support", "", "is where they are"),
        ("queue:none", "", "there is no queue 'none'"),
        ("", "", "is no target"),
        ("queue:sales", "L9", "does not wait in queue support"),
    ],
)
def test_a_move_that_cannot_be_is_refused(to: str, call: str, why: str) -> None:
    floor = stage("waiting")
    assert why in moved(floor, to, call=call).the(o.OrderRefused).why
    assert floor.call("L1").queue == SUPPORT


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("queue:nowhere", "there is no queue 'nowhere'"),
        ("voicemail:nowhere", "there is no queue 'nowhere'"),
        ("script:nowhere", "there is no script 'nowhere'"),
        ("agent:nobody", "there is no agent 'nobody'"),
        ("queue:sales", ""),
        ("script:menu", ""),
        ("agent:li", ""),
        ("number:1", ""),
    ],
)
def test_a_target_that_does_not_exist_is_told(written: str, why: str) -> None:
    assert missing(stage("waiting").state, target(written)) == why
