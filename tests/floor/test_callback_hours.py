"""Nobody is called back outside of the hours of his queue; a promise waits until they open, and loses nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.floor.boards.promises import promise_boards
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.calendars import Almanac, Calendar, Week, Zone
from ccswitch.model.ids import NodeName, QueueName
from ccswitch.model.nouns import AttemptResult, CallbackResult
from ccswitch.model.wire import to_plain
from tests.floor.callbacks import NUMBER
from tests.floor.floors import START, Floor, a_floor, script

# START is 1970-01-12 13:46:40 UTC, a Monday
OFFICE = Calendar(name="office", zone=Zone(), weeks=(Week(days=(((9 * 60, 18 * 60),),) * 5 + ((), ())),))
ALMANAC = Almanac(zone=Zone(), calendars=(OFFICE,))
MONDAY = START - (START % 86_400.0)
CLOSING, OPENING = MONDAY + 18 * 3600.0, MONDAY + 33 * 3600.0
HOURS = 3600.0


def at(instant: float, *, hours: str = "office", ready: bool = False, **fields: Any) -> Floor:
    """A floor at that instant, whose queue calls back while the office is open. No survey every 30 s."""
    queue = n.Queue(name=QueueName("support"), callback_hours=hours, **fields.pop("rules", {}))
    floor = a_floor(
        node=False,
        ready=False,
        trunks=(NodeName("a"),),
        almanac=ALMANAC,
        queues=(queue, n.Queue(name=QueueName("sales"))),
        **fields,
    )
    floor.now = instant
    if ready:
        floor.node_up()
        floor.ready("li")
    return floor


def promised(floor: Floor, **fields: Any) -> str:
    """A supervisor promises a call; the promise's name."""
    floor.order(d.AddCallback, queue="support", number=NUMBER, **fields)
    return floor.everything(o.CallbackPromised)[-1].promise


def until(floor: Floor, instant: float) -> Any:
    """Let time pass until then, the link down meanwhile: no survey every 30 s."""
    return floor.wait(instant - floor.now)


def test_one_that_is_made_while_it_is_closed_waits_until_opening() -> None:
    # Given a promise that is made an hour after closing, and an agent who is ready all night
    floor = at(CLOSING + HOURS)
    told = floor.order(d.AddCallback, queue="support", number=NUMBER)
    assert "from 1970-01-13 09:00 on" in told.the(o.OrderAccepted).what
    [promise] = floor.state.promises.values()
    assert (promise.visiting, promise.due, promise.waiting_since) == (False, OPENING, CLOSING + HOURS)
    assert [one.state for one in promise_boards(floor.state)] == ["closed"]
    until(floor, OPENING - 1.0)
    floor.node_up()
    floor.ready("li")
    assert floor.everything(o.OfferMade) == []
    # When the office opens, Then he is rung at once
    told = floor.wait(1.0)
    assert told.the(o.OfferMade).agent == "li"
    assert to_plain(floor.replayed()) == to_plain(floor.state)


def test_one_that_stands_in_line_leaves_it_at_closing_and_keeps_its_place() -> None:
    floor = at(CLOSING - 60.0)
    promised(floor)
    [promise] = floor.state.promises.values()
    assert promise.visiting
    until(floor, CLOSING)
    assert not promise.visiting and floor.line() == []
    until(floor, OPENING)
    assert promise.visiting and promise.waiting_since == CLOSING - 60.0


def test_its_time_to_expire_stands_still_while_it_is_closed() -> None:
    # Given a promise that expires four hours after it is due, made an hour before closing
    floor = at(CLOSING - HOURS)
    promised(floor)
    # Then it stands three hours of the next day
    until(floor, OPENING + 3 * HOURS - 1.0)
    assert len(floor.state.promises) == 1
    floor.wait(2.0)
    assert floor.everything(o.CallbackEnded)[0].result is CallbackResult.EXPIRED


def test_a_supervisors_word_counts_at_once_and_the_time_to_expire_with_it() -> None:
    # Given a promise that was put off until the morning
    floor = at(CLOSING + HOURS)
    promised(floor)
    [promise] = floor.state.promises.values()
    # When the calendar is opened by order
    floor.order(d.OverrideCalendar, calendar="office", open=True, until=0.0, reason="late shift")
    # Then it stands in line, and expires four hours from now
    assert promise.visiting and promise.expires == floor.now + 4 * HOURS
    # And when it follows its hours again it is put off once more
    floor.wait(600.0)
    floor.order(d.FollowCalendar, calendar="office")
    assert (promise.visiting, promise.due) == (False, OPENING)
    assert promise.expires == OPENING + 4 * HOURS - 600.0


def test_closed_by_order_and_nobody_knows_until_when() -> None:
    floor = at(START)
    promised(floor)
    [promise] = floor.state.promises.values()
    floor.order(d.OverrideCalendar, calendar="office", open=False, until=0.0, reason="fire")
    assert not promise.visiting
    # Then it is looked at again and again, and never rung, until somebody says otherwise
    floor.wait(3 * HOURS)
    assert not promise.visiting and floor.state.promises
    floor.order(d.FollowCalendar, calendar="office")
    assert promise.visiting


def test_a_try_that_would_come_after_closing_comes_at_opening() -> None:
    # Given a customer who does not answer a minute before closing
    floor = at(CLOSING - 60.0, ready=True)
    promised(floor)
    [call] = floor.state.calls.values()
    agent = floor.agent_leg(call.call)
    floor.agent_parked(agent)
    floor.ended(call.leg, cause="NO_ANSWER")
    floor.ended(agent)
    assert floor.everything(o.CallbackTried)[0].result is AttemptResult.NO_ANSWER
    [promise] = floor.state.promises.values()
    # Then the next try is at opening, not five minutes later
    floor.wait(600.0)
    assert (promise.due, promise.dialled, promise.tries) == (OPENING, "", 1)


@pytest.mark.parametrize("answers", [True, False], ids=["the agent answers", "he does not"])
def test_hours_that_close_while_an_agent_is_rung_ring_no_customer(answers: bool) -> None:
    # Given an agent whose phone rings as the hours close
    floor = at(CLOSING - 1.0, ready=True)
    promised(floor)
    [promise] = floor.state.promises.values()
    [call] = floor.state.calls.values()
    agent = floor.agent_leg(call.call)
    floor.wait(2.0)
    # When he answers after that, or not at all
    if answers:
        floor.agent_parked(agent)
        floor.ended(agent, cause="ORIGINATOR_CANCEL")
    else:
        floor.ended(agent, cause="NO_ANSWER")
    # Then the customer is not rung, no try is counted, and the call is over
    assert not any(isinstance(request, r.RingCustomer) for request in floor.requests)
    assert (promise.tries, promise.dialled, promise.due, floor.state.calls) == (0, "", OPENING, {})
    assert floor.agent().ronas == (0 if answers else 1)


def test_without_hours_and_with_a_calendar_that_is_gone_it_is_never_closed() -> None:
    for hours in ("", "gone"):
        floor = at(CLOSING + HOURS, hours=hours)
        promised(floor)
        assert next(iter(floor.state.promises.values())).visiting


class TestAppointments:
    def test_for_a_closed_time_are_refused_with_the_next_open_one(self) -> None:
        floor = at(START)
        told = floor.order(d.AddCallback, queue="support", number=NUMBER, at=CLOSING + HOURS)
        why = "calendar office is closed at that time; it is open from 1970-01-13 09:00 on"
        assert told.the(o.OrderRefused).why == why
        assert floor.order(d.AddCallback, queue="support", number=NUMBER, at=OPENING).the(o.OrderAccepted)

    def test_of_a_script_are_refused_and_it_may_say_when_instead(self) -> None:
        text = """\
steps:
  ask: {menu: ask.wav, keys: {1: evening, 2: morning}, otherwise: end}
  evening: {callback: support, when: "19:30", opens: opens, then: good, otherwise: sorry}
  morning: {callback: support, when: "{{ opens }}", opens: opens, then: good, otherwise: sorry}
  good: {play: good.wav, then: end}
  sorry: {menu: "{{ opens }}.wav", keys: {1: morning}, otherwise: end}
"""
        floor = at(START, scripts=(script(text=text.replace('"{{ opens }}.wav"', "sorry.wav")),), ready=True)
        floor.parked("L1", entry="menu", caller_number=NUMBER)
        # When he wishes to be called in the evening
        told = floor.pressed("L1", "1")
        assert told.the(r.Collect).files == ("sorry.wav",)
        assert '"opens":"1970-01-13T09:00"' in floor.call("L1").cursor
        # Then he may take what is offered
        told = floor.pressed("L1", "1")
        assert told.the(o.CallbackPromised).due == OPENING

    def test_who_calls_in_himself_has_the_place_of_one_that_was_put_off(self) -> None:
        floor = at(CLOSING + HOURS)
        promised(floor)
        floor.node_up()
        floor.parked("L1", caller_number=NUMBER)
        assert floor.everything(o.CallbackEnded)[0].result is CallbackResult.CALLED_IN
