"""What agents dial on their own phones, seen by the floor."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId
from ccswitch.model.nouns import AgentStatus, CallPlace, CallResult, FeatureCodes
from ccswitch.model.said import Spoken
from tests.floor.floors import Floor, Given, a_floor, an_agent, settings_of


def dials(floor: Floor, number: str, leg: str = "P1", user: str = "1001", **fields: object) -> Given:
    """The phone with the account `user` calls `number`."""
    return floor.parked(leg, entry="", user=user, caller_number="forged", called_number=number, **fields)


def hears_out(floor: Floor, leg: str = "P1") -> Given:
    """What he is told comes to its end, and he is hung up."""
    told = floor.give(f.ExecuteEnded(leg=LegId(leg), execute=floor.call(leg).farewell, response="FILE PLAYED"))
    assert told.the(r.HangUp).leg == leg
    return floor.ended(leg, by_phone=False)


class TestCodes:
    @pytest.mark.parametrize(
        ("code", "status", "reason"),
        [
            ("*11", AgentStatus.BREAK, "login"),
            ("*12", AgentStatus.OFFLINE, ""),
            ("*13", AgentStatus.READY, ""),
            ("*14", AgentStatus.BREAK, ""),
            ("*141", AgentStatus.BREAK, "lunch"),
        ],
    )
    def test_a_code_is_the_agents_own_order_and_is_heard(self, code, status, reason):
        # Given an agent whose phone has the account 1001, When he dials a code
        floor = a_floor(ready=False)
        told = dials(floor, code)
        # Then it is done, in his own name, and kept as any order
        changed, answer = told.the(o.AgentStatusChanged), told.the(o.OrderAccepted)
        assert (changed.agent, changed.status, changed.reason, changed.author) == ("li", status, reason, "li")
        assert answer.author == "li"
        # And his phone is claimed, answered, and hears a tone with words; then it is over
        assert [type(one) for one in told.requests] == [r.Claim, r.Answer, r.Play]
        words = told.the(r.Play).files[1]
        assert isinstance(words, Spoken) and words.text
        assert hears_out(floor).the(o.CallEnded).result is CallResult.SERVED

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("*149", "there is no reason 9"),
            ("*999", "*999 may not be dialled"),
            ("x1", "there is no 'x1'"),
        ],
    )
    def test_what_is_refused_is_heard_too(self, code, why):
        # When he dials what is nothing, Then he hears the tone of a refusal, nothing changes, and the reason is kept
        floor = a_floor()
        told = dials(floor, code)
        assert told.the(r.Play).files[0] == "tone_stream://%(250,250,480,620);loops=4"
        assert told.the(o.CallLeaving).why == why
        assert not told.every(o.AgentStatusChanged)
        assert hears_out(floor).the(o.CallEnded).result is CallResult.REFUSED

    def test_who_is_no_longer_on_the_list_gives_no_orders(self):
        # Given an agent who is only there until his last call is over
        floor = a_floor()
        floor.talking("L1")
        floor.give(f.SettingsLoaded(settings=settings_of((an_agent("wang", phone="1002"),), hash="h2")))
        # When his phone says ready, Then nobody has that phone any more
        told = dials(floor, "*13")
        assert told.the(o.CallLeaving).why == "no agent has this phone"

    def test_a_code_may_be_another_or_none(self):
        floor = a_floor(ready=False, codes=FeatureCodes(ready="#1", login="", language=""))
        # When codes are the site's own, Then these work and no others do; without a language there are only tones
        told = dials(floor, "#1")
        assert told.the(o.AgentStatusChanged).status is AgentStatus.READY
        assert len(told.the(r.Play).files) == 1
        hears_out(floor)
        assert dials(floor, "*11", "P2").the(o.CallLeaving).result is CallResult.REFUSED


class TestWho:
    def test_it_is_who_knew_the_password_and_nobody_else(self):
        # Given two agents, When the phone of one says in its From that it is another
        floor = a_floor(an_agent("li", phone="1001"), an_agent("wang", phone="1002@b.example"), ready=False)
        told = dials(floor, "*13", user="1002@b.example")
        # Then it is the account that counts, and what the records say
        assert told.the(o.AgentStatusChanged).agent == "wang"
        assert told.the(o.CallStarted).by == "wang"
        assert told.the(o.CallStarted).caller_number == "1002@b.example"

    @pytest.mark.parametrize("user", ["1003", "1002"])
    def test_a_phone_without_an_agent_gives_no_orders(self, user):
        # Given a phone that is nobody's, and one that two share of whom none is there
        floor = a_floor(an_agent("li", phone="1002"), an_agent("wang", phone="1002"), ready=False)
        told = dials(floor, "*13", user=user)
        assert not told.every(o.AgentStatusChanged)
        assert told.the(o.CallLeaving).why == "no agent has this phone"

    def test_each_of_an_agents_phones_is_his(self):
        floor = a_floor(replace(an_agent("li", phone="1001"), phones=("1004",)), ready=False)
        assert dials(floor, "*13", user="1004").the(o.AgentStatusChanged).agent == "li"

    def test_of_those_who_share_a_phone_it_is_who_is_logged_in(self):
        floor = a_floor(an_agent("li", phone="1002"), an_agent("wang", phone="1002"), ready=False)
        floor.order(d.LogIn, agent=AgentId("wang"))
        assert dials(floor, "*13", user="1002").the(o.AgentStatusChanged).agent == "wang"


class TestBusy:
    def test_who_is_on_his_own_phone_is_not_offered_a_call(self):
        # Given a waiting caller, When an agent says ready by his phone
        floor = a_floor(ready=False)
        floor.parked("L1")
        dials(floor, "*13")
        # Then nothing rings at a phone that still hears its answer
        assert not floor.state.offers
        # And he is offered the call as soon as his phone is free
        assert hears_out(floor).the(o.OfferMade).agent == "li"

    def test_an_agent_who_calls_an_entry_is_a_caller_like_any_other(self):
        # Given a free agent and a colleague, When he calls a queue of the house
        floor = a_floor(an_agent("li", phone="1001"), an_agent("wang", phone="1002"))
        told = dials(floor, "100")
        # Then he waits there and the colleague is rung, not he
        assert floor.call("P1").place is CallPlace.WAITING
        assert told.the(r.RingAgent).agent == "wang"
        # And when he hangs up he is free again
        floor.ended("P1")
        assert floor.agent("li").is_free(floor.now)

    def test_who_waits_in_a_queue_has_no_second_call_of_his_own_though_he_is_offered_a_caller(self):
        # Given an agent who is offered a caller, and calls a queue of the house
        floor = a_floor(an_agent("li", phone="1001"), an_agent("wang", phone="1002"))
        offered = floor.parked("L1").the(o.OfferMade)
        assert offered.agent == "li"
        dials(floor, "100")
        # When he dials a colleague on his second line
        told = dials(floor, "wang", "P2")
        # Then he hears that he is in another call, and keeps his offer and his place
        assert told.the(o.CallLeaving).why == "li is in another call"
        assert not told.every(o.OfferEnded) and floor.agent("li").offer == offered.offer
        assert floor.agent("li").own == "P1" and floor.call("P1").place is CallPlace.WAITING
        assert hears_out(floor, "P2").the(o.CallEnded).result is CallResult.REFUSED

    def test_an_agent_who_dials_himself_is_busy(self):
        # Given an agent with an extension, and an entry of his own
        to_li = n.Entry(name="li", dids=("8001",), agent=AgentId("li"))
        floor = a_floor(an_agent("li", phone="1001"), entries=(to_li,))
        # When he dials either, Then nothing is rung, and he hears that he is busy
        for leg, number in (("P1", "1001"), ("P2", "8001")):
            told = dials(floor, number, leg)
            assert not told.every(r.RingAgent) and told.the(o.CallLeaving).why == "li is busy"
            assert hears_out(floor, leg).the(o.CallEnded).result is CallResult.UNREACHED
        # And then he is free
        assert floor.agent().is_free(floor.now)

    def test_who_calls_and_is_hung_up_upon_in_the_same_breath_is_free(self):
        floor = a_floor()
        dials(floor, "*13")
        floor.ended("P1")
        assert floor.agent().own == "" and floor.agent().is_free(floor.now)

    def test_a_wrap_up_goes_on_beside_a_code(self):
        # Given an agent in wrap-up, When he dials a code for a break
        floor = a_floor()
        floor.ended(floor.talking("L1"))
        dials(floor, "*142")
        # Then his after-call work goes on
        assert floor.agent().state.value == "wrapup" and floor.agent().reason == "meeting"
        hears_out(floor)
        assert floor.agent().state.value == "wrapup"

    def test_a_wrap_up_is_extended_and_ended_by_code(self):
        # Given an agent in wrap-up, When he dials for more time, and then that he is done
        floor = a_floor()
        floor.ended(floor.talking("L1"))
        assert dials(floor, "*16").the(o.WrapupExtended).agent == "li"
        hears_out(floor)
        assert dials(floor, "*15", "P2").the(o.WrapupEnded).agent == "li"
        hears_out(floor, "P2")
        # Then a third time there is none to end, and he hears that
        told = dials(floor, "*15", "P3")
        assert told.the(o.OrderRefused) and told.the(o.CallLeaving).result is CallResult.REFUSED


class TestMishaps:
    def test_words_that_nobody_hears_end_by_time(self):
        # When the end of what he hears is never told
        floor = a_floor()
        dials(floor, "*13")
        # Then he is hung up all the same
        assert floor.wait(30.0).every(r.HangUp)

    def test_words_that_cannot_be_played_end_at_once(self):
        floor = a_floor()
        dials(floor, "*13")
        failed = f.ExecuteFailed(leg=LegId("P1"), execute=floor.call("P1").farewell, why="-ERR")
        assert floor.give(failed).the(r.HangUp).leg == "P1"

    def test_other_news_of_his_leg_end_nothing(self):
        floor = a_floor()
        dials(floor, "*13")
        told = floor.give(f.ExecuteEnded(leg=LegId("P1"), execute=ExecuteId("P1-x1"), response=""))
        assert told.is_nothing

    def test_a_call_that_came_unseen_is_found_and_answered(self):
        # Given a phone's call that was parked while nobody watched, When the node is surveyed
        floor = a_floor(ready=False)
        floor.wait(1.0)
        seen = f.LegSeen(
            leg=LegId("P1"),
            call=CallId("P1"),
            agent_leg=False,
            parked=True,
            answered=False,
            orphaned=False,
            peer=None,
            stranded=False,
            user="1001",
            called_number="*13",
        )
        # Then it is as if it had been heard
        assert floor.seen(seen).the(o.AgentStatusChanged).status is AgentStatus.READY
