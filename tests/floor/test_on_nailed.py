"""Nailed-up legs in what a call may need besides a talk: a question to somebody, a supervisor, a call back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.floor.asides import NOTHING
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName
from ccswitch.model.nouns import AgentState, CallPlace, GuestMode, GuestResult, Settling
from tests.floor.callbacks import NUMBER, promised
from tests.floor.floors import Floor, Given, a_floor, an_agent, leg_seen
from tests.floor.nailed import answers, back_in_park, hears_tone, leg_of, standing, talking

L1 = CallId("L1")
WANG = an_agent("wang", "sales", phone="1002")
WANG_NAILED = replace(WANG, connection="nailed_up")


def asks(floor: Floor) -> Given:
    return floor.order(d.ConsultCall, call=L1, to="agent:wang")


def settles(floor: Floor, how: Settling) -> Given:
    return floor.order(d.SettleConsult, call=L1, how=how)


def by_nailed_up() -> tuple[Floor, LegId, LegId]:
    """Li, on his nailed-up leg, asks Wang, whose phone was rung; the floor and the legs of both."""
    floor = standing(WANG)
    asker = talking(floor)
    leg = asks(floor).the(r.RingAgent).leg
    floor.agent_parked(leg)
    return floor, asker, leg


def a_talk(**rules: object) -> Floor:
    """Li, who was rung, talks with L1; Wang's leg stands."""
    floor = a_floor("li", WANG_NAILED, **rules)
    answers(floor, "wang")
    floor.talking("L1")
    floor.wait(2.0)
    return floor


def to_nailed_up() -> tuple[Floor, LegId, LegId]:
    """Li asks Wang, who is nailed up and has heard his tone; the floor and the legs of both."""
    floor = a_talk()
    asks(floor)
    hears_tone(floor, "L1")
    return floor, floor.call("L1").agent_leg, leg_of(floor, "wang")


def is_with_wang(floor: Floor, leg: LegId) -> None:
    call = floor.call("L1")
    assert (call.place, call.agent, call.agent_leg) == (CallPlace.TALKING, "wang", leg)
    assert floor.agent().state is AgentState.WRAPUP and not floor.state.guests
    assert floor.replayed() == floor.state


# ---- who is nailed up asks somebody -------------------------------------------------------------------------


def test_who_asked_and_passes_the_caller_on_keeps_his_leg() -> None:
    # Given Li, who asks Wang
    floor, asker, leg = by_nailed_up()
    # When the caller is bridged to Wang
    settles(floor, Settling.COMPLETE)
    told = floor.joined("L1", leg)
    # Then Li's leg is parked and not hung up
    assert told.the(r.ParkLeg).leg == asker and not told.every(r.HangUp)
    is_with_wang(floor, leg)
    # And with the news of its park it is for the next caller
    assert back_in_park(floor, asker).the(o.LegClosed).leg == asker
    floor.wait(11.0)
    assert floor.parked("L2").the(o.OfferMade).leg == asker


def test_who_asked_goes_back_to_his_caller_on_the_same_leg() -> None:
    floor, asker, leg = by_nailed_up()
    told = settles(floor, Settling.BACK)
    assert told.the(r.HangUp).leg == leg and not told.every(r.ParkLeg)
    assert {one.leg for one in told.every(r.Quiet)} == {"L1", asker}
    assert floor.agent().state is AgentState.TALKING and floor.call("L1").agent_leg == asker
    assert floor.ended("L1").the(r.ParkLeg).leg == asker


def test_who_asked_talks_with_both_on_the_same_leg() -> None:
    floor, asker, leg = by_nailed_up()
    listen = settles(floor, Settling.CONFERENCE).the(r.Listen)
    assert (listen.leg, listen.other, listen.mode) == (leg, asker, GuestMode.CONFERENCE)
    told = floor.ended("L1")
    assert told.the(r.ParkLeg).leg == asker and leg in [one.leg for one in told.every(r.HangUp)]


def test_what_an_agent_hears_while_he_asks_is_no_tone() -> None:
    floor, asker, _ = by_nailed_up()
    aside = floor.call("L1").aside
    floor.wait(2.0)
    told = floor.give(f.ExecuteEnded(leg=asker, execute=aside))
    assert told.the(r.Play).files == (NOTHING,) and not told.every(r.Bridge)


def test_who_asked_hangs_up_his_leg_and_whom_he_asked_has_the_caller() -> None:
    floor, asker, leg = by_nailed_up()
    told = floor.ended(asker)
    assert told.the(o.NailedEnded).leg == asker and floor.agent().reason == "line_down"
    assert floor.parked("L1").the(r.Bridge).other == leg
    floor.joined("L1", leg)
    is_with_wang(floor, leg)


# ---- who is nailed up is asked ------------------------------------------------------------------------------


def test_who_is_asked_hears_his_tone_and_nothing_is_rung() -> None:
    # Given a talk, and Wang, whose leg stands
    floor = a_talk()
    leg = leg_of(floor, "wang")
    # When Li asks him
    told = asks(floor)
    # Then he hears the tone, and is there when it is over
    assert not told.every(r.RingAgent) and told.the(o.GuestCalled).leg == leg
    assert floor.state.settings.zip_tone in [play.files[0] for play in told.every(r.Play) if play.leg == leg]
    assert floor.agent("wang").state is AgentState.ASSISTING
    assert "has not answered yet" in settles(floor, Settling.COMPLETE).the(o.OrderRefused).why
    told = hears_tone(floor, "L1")
    assert told.the(o.GuestJoined).leg == leg
    assert (told.the(r.Listen).leg, told.the(r.Listen).other) == (leg, floor.call("L1").agent_leg)


@pytest.mark.parametrize(("zip_tone", "within"), [("", 0.0), ("tone", 5.1)])
def test_without_a_tone_or_the_news_of_its_end_he_is_there_all_the_same(zip_tone: str, within: float) -> None:
    floor = a_talk(zip_tone=zip_tone)
    told = asks(floor)
    told.take(floor.wait(within))
    assert told.the(o.GuestJoined).agent == "wang"


def test_a_caller_is_passed_on_to_his_leg_which_stands_after_the_talk() -> None:
    # Given Wang, who is asked
    floor, asker, leg = to_nailed_up()
    # When the caller is passed on to him
    assert settles(floor, Settling.COMPLETE).the(r.Bridge).other == leg
    told = floor.joined("L1", leg)
    # Then they talk on his nailed-up leg, and Li's is hung up
    assert told.the(o.TalkStarted).leg == leg and told.the(r.HangUp).leg == asker
    is_with_wang(floor, leg)
    # And when the caller hangs up it is parked
    floor.ended(asker, by_phone=False)
    assert floor.ended("L1").the(r.ParkLeg).leg == leg
    assert back_in_park(floor, leg).the(o.CallEnded) and floor.agent("wang").nailed_free


def test_who_was_asked_is_let_go_and_his_leg_stands() -> None:
    floor, _, leg = to_nailed_up()
    told = settles(floor, Settling.BACK)
    assert told.the(r.ParkLeg).leg == leg and not told.every(r.HangUp)
    assert floor.agent("wang").state is AgentState.IDLE and not floor.agent("wang").nailed_free
    # And once it is parked again he may be asked again
    assert "does not stand yet" in asks(floor).the(o.OrderRefused).why
    assert back_in_park(floor, leg).the(o.LegClosed).leg == leg and floor.agent("wang").nailed_free
    assert asks(floor).the(o.GuestCalled).leg == leg


def test_he_talks_with_both_and_his_leg_stands_when_the_talk_is_over() -> None:
    floor, asker, leg = to_nailed_up()
    assert settles(floor, Settling.CONFERENCE).the(r.Listen).mode is GuestMode.CONFERENCE
    # The switch parks who listened when the leg he heard is over, and its news may be first
    assert not back_in_park(floor, leg).every(o.LegClosed)
    told = floor.ended("L1")
    assert told.the(r.ParkLeg).leg == leg and told.the(r.HangUp).leg == asker
    floor.ended(asker, by_phone=False)
    assert back_in_park(floor, leg).the(o.CallEnded) and leg in floor.state.nailed


def test_the_caller_leaves_while_he_hears_his_tone() -> None:
    floor = a_talk()
    asks(floor)
    leg = leg_of(floor, "wang")
    told = floor.ended("L1")
    assert told.the(o.GuestLeft).result is GuestResult.TALK_OVER and told.the(r.ParkLeg).leg == leg
    assert not hears_tone(floor, "L1").outcomes


def test_he_hangs_up_and_his_line_is_down() -> None:
    floor, _, leg = to_nailed_up()
    told = floor.ended(leg)
    assert told.the(o.GuestLeft).result is GuestResult.LEFT and told.the(o.NailedEnded).leg == leg
    assert floor.agent("wang").reason == "line_down" and floor.agent().state is AgentState.HOLDING


def test_a_survey_in_his_tone_does_not_cut_it_short() -> None:
    floor = a_talk()
    asks(floor)
    floor.wait(1.0)
    asker, leg = floor.call("L1").agent_leg, leg_of(floor, "wang")
    pair = (leg_seen("L1", parked=False, peer=asker), leg_seen(asker, parked=False, peer=LegId("L1")))
    assert not floor.seen(*pair, leg_seen(leg)).every(o.GuestJoined)
    assert hears_tone(floor, "L1").the(o.GuestJoined).leg == leg


def test_who_is_nailed_up_on_another_node_is_rung() -> None:
    floor = a_floor("li", WANG_NAILED)
    answers(floor, "wang")
    floor.node_up("b")
    floor.talking("L1", node="b")
    assert asks(floor).the(r.RingAgent).node == "b"


def test_a_supervisor_who_is_nailed_up_takes_the_caller_over_on_his_leg() -> None:
    floor = a_talk()
    leg = leg_of(floor, "wang")
    assert not floor.order(d.JoinCall, call=L1, agent=AgentId("wang"), mode=GuestMode.TAKE).every(r.RingAgent)
    assert hears_tone(floor, "L1").the(r.Bridge).other == leg
    floor.joined("L1", leg)
    is_with_wang(floor, leg)


# ---- who is nailed up is there for a promise ----------------------------------------------------------------


def keeps() -> tuple[Floor, CallId, LegId, LegId]:
    """Li's leg stands when a customer is to be called back: he hears his tone; the call, the customer's leg and his."""
    floor = standing(trunks=(NodeName("a"),))
    told = promised(floor)
    call = told.the(o.CallStarted)
    assert not told.every(r.RingAgent) and not told.every(r.RingCustomer)
    assert told.the(o.OfferMade).leg == leg_of(floor)
    return floor, call.call, call.leg, leg_of(floor)


def test_the_customer_is_rung_after_the_tone_and_joined_to_the_leg() -> None:
    # Given a promise whose turn it is
    floor, call, customer, leg = keeps()
    # When the tone is over
    told = hears_tone(floor, call)
    # Then the customer is rung, and Li hears that he is
    assert (told.the(r.RingCustomer).leg, told.the(r.RingCustomer).number) == (customer, NUMBER)
    assert told.the(r.Play).leg == leg and not told.every(r.Bridge)
    # When he answers, Then they talk
    assert floor.parked(customer, answered=True).the(r.Bridge).other == leg
    assert floor.joined(customer, leg).the(o.TalkStarted).leg == leg
    # And the leg stands when he hangs up
    assert floor.ended(customer).the(r.ParkLeg).leg == leg
    back_in_park(floor, leg)
    assert not floor.state.calls and not floor.state.promises and floor.agent().nailed_free
    assert floor.replayed() == floor.state


def test_a_customer_who_is_not_had_leaves_the_leg_standing() -> None:
    floor, call, customer, leg = keeps()
    hears_tone(floor, call)
    told = floor.ended(customer, "NO_ANSWER")
    assert told.the(r.ParkLeg).leg == leg and not told.every(r.HangUp)
    back_in_park(floor, leg)
    assert not floor.state.calls and floor.agent().nailed_free and floor.agent().state is AgentState.IDLE


def test_who_hangs_up_while_the_customer_is_rung_stops_that_and_his_line_is_down() -> None:
    floor, call, customer, leg = keeps()
    hears_tone(floor, call)
    told = floor.ended(leg)
    assert told.the(r.HangUp).leg == customer and told.the(o.NailedEnded).leg == leg
    assert floor.agent().reason == "line_down" and floor.state.promises


def test_the_end_of_what_he_hears_while_the_customer_is_rung_rings_nobody_again() -> None:
    floor, call, customer, leg = keeps()
    ringing = hears_tone(floor, call).the(r.Play)
    told = floor.give(f.ExecuteEnded(leg=leg, execute=ringing.execute))
    assert not told.every(r.RingCustomer) and not told.every(r.Bridge)
    assert floor.parked(customer, answered=True).the(r.Bridge).other == leg
