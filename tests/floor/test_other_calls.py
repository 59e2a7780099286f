"""Agents whose phones are in calls that are not ours: busy, not blamed, and never for longer than the switch says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.floor.explaining import explain_agent
from ccswitch.floor.state import SURVEY_EVERY, UNHEARD
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, NodeName
from ccswitch.model.nouns import AgentState, OfferResult
from tests.floor.floors import Floor, Given, a_floor, an_agent, settings_of

NODE = NodeName("a")


def other(leg: str = "X1", user: str = "1001", **fields: object) -> f.OtherCallHeard:
    """Somebody's call that is at the phone of `user`, and talks."""
    known = {"number": "13900000001", "answered": True}
    return f.OtherCallHeard(leg=LegId(leg), node=NODE, user=user, **{**known, **fields})


def over(floor: Floor, leg: str = "X1", **fields: object) -> Given:
    return floor.give(f.OtherCallOver(leg=LegId(leg), cause="NORMAL_CLEARING", **fields))


RINGS, DIALS, TALKS = {"answered": False}, {"answered": False, "outgoing": True}, {}


@pytest.mark.parametrize("how", [RINGS, DIALS, TALKS], ids=["rings", "dials", "talks"])
def test_nobody_is_offered_to_a_phone_that_is_in_another_call(how):
    # Given a ready agent whose phone is in a call of somebody else's
    floor = a_floor()
    assert floor.give(other(**how)).the(o.OtherCallBegan).agent == "li"
    # When a caller comes, Then he waits
    assert not floor.parked("L1").every(o.OfferMade)
    assert not floor.wait(20.0).every(o.OfferMade)
    # And once that call is over, and the phone had its moment, he is offered
    ended = over(floor, talked=7.5)
    assert ended.the(o.OtherCallEnded).talked == 7.5 and not ended.every(o.OfferMade)
    assert floor.wait(1.0).the(o.OfferMade).agent == "li"
    assert floor.replayed() == floor.state


def test_what_rings_is_offered_elsewhere_once_he_talks_and_he_is_not_blamed():
    # Given a caller who rings at Li's phone, and Wang who comes later
    floor = a_floor("li", an_agent("wang", phone="1002"), rona_limit=1)
    floor.parked("L1")
    assert floor.state.offers[floor.call("L1").offer].agent == "li"
    # When another call rings there too, Then Li may take either
    assert not floor.give(other(answered=False)).every(o.OfferEnded)
    # And when he takes that one, the caller is Wang's
    told = floor.give(other())
    assert (told.the(o.OfferEnded).result, told.the(o.OfferMade).agent) == (OfferResult.CANCELLED, "wang")
    assert told.every(r.HangUp)
    assert floor.agent("li").ronas == 0


def test_who_lets_it_ring_out_beside_another_call_is_not_blamed():
    # Given a phone at which another call rings beside what is offered
    floor = a_floor(rona_limit=1)
    floor.parked("L1")
    floor.give(other(answered=False))
    # When the offer rings out
    ended = floor.wait(30.0).every(o.OfferEnded)[0]
    # Then the phone was busy
    assert ended.result is OfferResult.BUSY and floor.agent().ronas == 0


def test_what_he_has_answered_is_his():
    # Given an agent who talks with a caller
    floor = a_floor()
    floor.talking("L1")
    # When his second line rings and he takes it
    floor.give(other())
    # Then the talk goes on, and after it he has no caller until that line is free
    assert floor.agent().state is AgentState.TALKING
    floor.ended("L1")
    floor.wait(60.0)
    assert floor.agent().state is AgentState.IDLE and not floor.agent().is_free(floor.now)
    over(floor)
    floor.wait(1.0)
    assert floor.agent().is_free(floor.now)


def test_of_two_other_calls_the_last_one_frees_him():
    floor = a_floor()
    floor.give(other("X1"))
    floor.give(other("X2"))
    over(floor, "X1")
    assert not floor.agent().is_idle
    over(floor, "X2")
    assert floor.agent().is_idle
    # And the news of an end that comes twice, or of a call that nobody knows, is nothing
    assert over(floor, "X2").is_nothing and over(floor, "X9").is_nothing
    # And so is that of a call which is over
    assert floor.give(other("X2")).is_nothing


def test_a_phone_that_is_nobodys_is_nothing():
    assert a_floor().give(other(user="7777")).is_nothing


def test_any_device_of_his_counts_and_a_shared_phone_is_busy_for_all_who_share_it():
    # Given Li with a second device, which Wang has too
    floor = a_floor(replace(an_agent("li"), phones=("1002",)), an_agent("wang", phone="1002"))
    # When that phone is in another call
    began = floor.give(other(user="1002")).the(o.OtherCallBegan)
    # Then both are busy, and it is not known whose call it is
    assert began.agent == "" and not floor.agent("li").is_idle and not floor.agent("wang").is_idle


def test_he_is_told_of_by_his_phone_also_when_it_is_given_to_him_later():
    # Given the phone of an agent in another call
    floor = a_floor("li", an_agent("wang", phone="1002"))
    floor.give(other())
    # When Li has another phone, Then he is free; and who has that phone now is not
    floor.order(d.AddAgent, agent=an_agent("li", phone="1003"))
    assert floor.agent("li").is_idle
    floor.give(f.SettingsLoaded(settings=settings_of(("li", an_agent("wang", phone="1001")), hash="h2")))
    assert not floor.agent("wang").is_idle
    over(floor)
    assert floor.agent("wang").is_idle
    assert floor.replayed() == floor.state


class TestLostNews:
    def test_an_end_that_nobody_heard_is_found_by_the_survey(self):
        # Given an agent in another call, of which the news of its end is lost
        floor = a_floor()
        floor.give(other())
        floor.parked("L1")
        # When the node is asked, as it is every 30 s
        asked = floor.wait(SURVEY_EVERY).every(r.Survey)
        assert LegId("X1") in asked[-1].expected
        told = floor.seen(*floor.as_is())
        # Then it is over, that is kept as a healing, and the caller is offered
        assert told.the(o.OtherCallEnded).cause == "GONE"
        assert "other call" in told.the(o.Healed).what
        assert floor.wait(1.0).the(o.OfferMade).agent == "li"

    def test_a_beginning_that_nobody_heard_is_found_too(self):
        floor = a_floor()
        told = floor.seen(others=(other(),))
        assert told.the(o.OtherCallBegan).user == "1001" and not floor.agent().is_idle
        # And once it is known it is no news, and stays for as long as the node has it
        floor.wait(5.0)
        assert not floor.seen(others=(other(),)).every(o.OtherCallBegan)
        assert not floor.agent().is_idle

    def test_a_call_that_began_after_the_question_is_not_taken_for_gone(self):
        floor = a_floor()
        floor.wait(5.0)
        asked_at = floor.now
        floor.give(other())
        assert not floor.seen(asked_at=asked_at).every(o.OtherCallEnded)

    def test_a_node_that_restarted_has_none(self):
        floor = a_floor()
        floor.give(other())
        floor.give(f.NodeDown(node=NODE, why="gone"))
        told = floor.node_up(core="core-2")
        assert told.the(o.OtherCallEnded).why == "the switch restarted"
        assert floor.agent().is_idle

    def test_a_node_that_stays_away_keeps_nobody_busy_for_ever(self):
        # Given a node that is gone in the middle of such a call
        floor = a_floor()
        floor.give(other())
        floor.give(f.NodeDown(node=NODE, why="gone"))
        # When it is away for a minute, Then he is busy no more
        assert not floor.wait(UNHEARD - 1.0).every(o.OtherCallEnded)
        assert floor.wait(2.0).the(o.OtherCallEnded).why == "the node has long been away"
        # And when it is back, its survey says so
        floor.node_up(synced=False)
        floor.wait(1.0)
        assert floor.seen(others=(other("X2"),)).the(o.OtherCallBegan)

    def test_a_call_that_outlived_a_long_absence_begins_anew(self):
        # Given an agent who was taken for free because the node of his call was long away
        floor = a_floor()
        floor.give(other())
        floor.give(f.NodeDown(node=NODE, why="gone"))
        floor.wait(UNHEARD + 1.0)
        assert floor.agent().is_idle
        # When the node is back and has that call still, Then he is in it, until it is over
        floor.node_up(synced=False)
        assert floor.seen(others=(other(),)).the(o.OtherCallBegan).call == "X1"
        assert not floor.agent().is_idle
        over(floor)
        assert floor.agent().is_idle
        # And then it is over for good
        assert floor.give(other()).is_nothing
        assert floor.replayed() == floor.state

    def test_a_node_that_is_back_in_time_is_believed(self):
        floor = a_floor()
        floor.give(other())
        floor.give(f.NodeDown(node=NODE, why="gone"))
        floor.wait(5.0)
        floor.node_up(synced=False)
        floor.seen(others=(other(),))
        assert not floor.wait(2 * UNHEARD).every(o.OtherCallEnded)
        assert not floor.agent().is_idle


def test_a_leg_that_is_handed_to_us_is_a_call_of_ours():
    # Given a phone in another call
    floor = a_floor()
    floor.give(other("P1", **DIALS))
    # When its leg is sent into our dialplan, and dials the number of a colleague who is not there
    told = floor.parked("P1", entry="", user="1001", called_number="*12")
    # Then the other call is over and his own began
    assert told.the(o.OtherCallEnded).why == "it is a call of ours now"
    assert not floor.state.others and floor.call("P1").by == "li"


def test_he_is_busy_for_who_calls_him_by_name_and_for_whom_he_should_be_rung():
    # Given Wang in another call
    floor = a_floor("li", an_agent("wang", phone="1002"))
    floor.give(other(user="1002"))
    # When a colleague dials him, Then he hears that he is busy
    told = floor.parked("P1", entry="", user="1001", called_number="1002")
    assert told.the(o.CallLeaving).why == "wang is busy"
    # And no order has his phone rung
    refused = floor.order(d.DialOut, agent=AgentId("wang"), number="13800138000").the(o.OrderRefused)
    assert refused.why


@pytest.mark.parametrize(
    ("how", "words"), [(RINGS, "his phone rings for another call"), (TALKS, "his phone is in another call")]
)
def test_explain_says_so_and_since_when(how, words):
    floor = a_floor()
    floor.give(other(**how))
    floor.wait(35.0)
    assert explain_agent(floor.state, "li", floor.now)[0] == f"li: {words}, since 35 s."
    assert floor.agent().doing == "in another call"


def test_he_stands_at_the_end_after_a_talk_as_after_a_call_of_his_own():
    # Given Li, who has waited longer than Wang, When Li has talked on his own line
    floor = a_floor("li", an_agent("wang", phone="1002"))
    floor.wait(10.0)
    floor.give(other())
    floor.wait(10.0)
    over(floor, talked=10.0)
    floor.wait(1.0)
    # Then the next caller is Wang's
    assert floor.parked("L1").the(o.OfferMade).agent == "wang"
