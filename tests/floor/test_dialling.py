"""From person to person, seen by the floor: agents dial out, call each other, and are called by their own numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, QueueName
from ccswitch.model.nouns import AgentState, CallOrigin, CallPlace, CallResult, Dialling
from tests.floor.floors import Floor, Given, a_floor, an_agent
from tests.floor.test_own_calls import dials, hears_out

MOBILE = "13800138000"
RULES = Dialling(out=(r"1[3-9][0-9]{9}", r"\+[0-9]{6,15}"), caller_number="4008008000", wrapup=7.0)
ENTRIES = (
    n.Entry(name="support", dids=("100",), queue=QueueName("support")),
    n.Entry(name="li", dids=("8001",), agent=AgentId("li")),
    n.Entry(name="wang", dids=("8002",), agent=AgentId("wang"), queue=QueueName("support")),
)


def an_office(*more: n.Agent, **rules: object) -> Floor:
    """Li at 1001 and Wang at 1002, both ready, who may dial mobiles."""
    agents = (an_agent("li", phone="1001"), an_agent("wang", phone="1002"), *more)
    return a_floor(*agents, **{"dialling": RULES, "entries": ENTRIES, **rules})


def other_leg(floor: Floor, call: str = "P1") -> LegId:
    """The leg of the other side."""
    return floor.call(call).dialled


def answers(floor: Floor, call: str = "P1") -> Given:
    """The other side picks up and is parked."""
    leg, live = other_leg(floor, call), floor.call(call)
    told = floor.give(f.LegAnswered(leg=leg))
    fact = f.LegParked(leg=leg, node=live.node, call=live.call, agent_leg="-a" in leg, answered=True)
    told.take(floor.give(fact))
    return told


def picked_up(floor: Floor, leg: str = "P1") -> Given:
    """The one who called is answered too."""
    return floor.give(f.LegAnswered(leg=LegId(leg)))


def talks(floor: Floor, call: str = "P1") -> Given:
    """The other side answers, and they hear each other."""
    told = answers(floor, call)
    told.take(picked_up(floor, call))
    bridge = told.the(r.Bridge)
    told.take(floor.joined(bridge.leg, bridge.other))
    return told


class TestOut:
    def test_an_agent_dials_out_and_talks(self):
        # Given an agent who may dial mobiles, When he dials one
        floor = an_office()
        told = dials(floor, MOBILE)
        # Then the customer is rung, and sees the site's number and nothing of the phone's own
        ring = told.the(r.RingCustomer)
        assert (ring.number, ring.caller_number, ring.caller_name) == (MOBILE, "4008008000", "4008008000")
        # And the agent is busy: a waiting caller is offered to his colleague
        assert floor.agent("li").state is AgentState.CALLING
        assert floor.parked("L1").the(o.OfferMade).agent == "wang"
        # When the customer answers, Then the agent's phone is answered, and only then both are joined
        told = answers(floor)
        assert told.the(r.Answer).leg == "P1" and not told.every(r.Bridge)
        assert told.the(r.Adopt).agent == "li"
        joined = picked_up(floor).the(r.Bridge)
        customer = floor.call("P1").leg
        assert (joined.leg, joined.other) == (customer, "P1") and customer != "P1"
        started = floor.joined(customer, "P1").the(o.TalkStarted)
        assert (started.agent, started.queue, started.leg) == ("li", "", "P1")
        assert floor.call("P1").origin is CallOrigin.OUTBOUND
        # When the customer hangs up, Then the agent has his after-call work, and the call is answered
        told = floor.ended(customer)
        assert told.the(o.TalkEnded).by == "caller"
        assert told.the(o.WrapupStarted).deadline == floor.now + 7.0
        assert floor.ended("P1", by_phone=False).the(o.CallEnded).result is CallResult.ANSWERED
        floor.wait(8.0)
        assert floor.agent("li").is_free(floor.now)

    def test_an_agent_who_hangs_up_lets_the_customer_go(self):
        floor = an_office()
        dials(floor, MOBILE)
        talks(floor)
        customer = floor.call("P1").leg
        floor.ended("P1")
        assert floor.parked(customer, entry="").the(r.HangUp).leg == customer
        assert floor.ended(customer, by_phone=False).the(o.CallEnded).result is CallResult.ANSWERED

    @pytest.mark.parametrize(
        ("number", "why"),
        [
            ("00861390", "00861390 may not be dialled"),
            ("1380013800", "1380013800 may not be dialled"),
            (MOBILE + "0", f"{MOBILE}0 may not be dialled"),
            ("abc", "there is no 'abc'"),
            (MOBILE + "\n", f"there is no {MOBILE + chr(10)!r}"),
            ("", "there is no ''"),
        ],
    )
    def test_what_the_rules_do_not_allow_is_refused_and_heard(self, number, why):
        # When an agent dials what is not allowed, Then nothing rings outside, and he hears so
        floor = an_office()
        told = dials(floor, number)
        assert not told.every(r.RingCustomer) and told.the(r.Play)
        assert told.the(o.CallLeaving).why == why
        assert hears_out(floor).the(o.CallEnded).result is CallResult.REFUSED
        assert floor.agent("li").is_free(floor.now)

    def test_a_prefix_is_taken_off_and_must_be_there(self):
        floor = an_office(dialling=Dialling(out=RULES.out, prefix="9"))
        assert dials(floor, f"9{MOBILE}").the(r.RingCustomer).number == MOBILE
        assert not dials(floor, MOBILE, "P2", "1002").every(r.RingCustomer)

    def test_a_phone_that_is_nobodys_dials_nothing(self):
        floor = an_office()
        assert not dials(floor, MOBILE, user="1009").every(r.RingCustomer)

    @pytest.mark.parametrize(
        ("own", "queues", "shown"),
        [("4000", "4100", "4000"), ("", "4100", "4100"), ("", "", "4008008000")],
    )
    def test_the_number_that_is_shown_is_the_agents_his_queues_or_the_sites(self, own, queues, shown):
        li = n.Agent(agent=AgentId("li"), phone="1001", queues=(QueueName("support"),), caller_number=own)
        queue = n.Queue(name=QueueName("support"), caller_number=queues)
        floor = a_floor(li, dialling=RULES, queues=(queue,), entries=(), scripts=())
        assert dials(floor, MOBILE).the(r.RingCustomer).caller_number == shown

    @pytest.mark.parametrize(("cause", "words"), [("USER_BUSY", "phone-busy"), ("NO_ANSWER", "phone-unreached")])
    def test_who_is_not_reached_is_told_of(self, cause, words):
        # When the customer cannot be had
        floor = an_office()
        dials(floor, MOBILE)
        told = floor.ended(other_leg(floor), cause)
        # Then the agent hears why, and is free once he has
        assert told.the(r.Play).files[1].name == words
        assert hears_out(floor).the(o.CallEnded).result is CallResult.UNREACHED
        assert floor.agent("li").is_free(floor.now)

    def test_nobody_answers_in_time(self):
        floor = an_office()
        dials(floor, MOBILE)
        customer = other_leg(floor)
        told = floor.wait(62.0)
        assert [x.leg for x in told.every(r.HangUp)] == [customer]
        assert told.the(o.DialEnded).why == "no answer in time"
        assert told.every(r.Play)

    def test_an_agent_who_gives_up_frees_the_customers_phone(self):
        floor = an_office()
        dials(floor, MOBILE)
        customer = other_leg(floor)
        assert floor.ended("P1").the(r.HangUp).leg == customer
        assert floor.agent("li").is_free(floor.now)
        assert floor.ended(customer, "ORIGINATOR_CANCEL").the(o.CallEnded).result is CallResult.UNREACHED

    @pytest.mark.parametrize("first", ["agent", "customer"])
    def test_one_of_the_two_goes_as_they_are_joined(self, first):
        # Given a customer who has just answered, When one of the two hangs up before they are joined
        floor = an_office()
        dials(floor, MOBILE)
        answers(floor)
        customer = floor.call("P1").leg
        gone, left = ("P1", customer) if first == "agent" else (customer, "P1")
        told = floor.ended(gone)
        # Then the other is hung up, nobody has talked, and the agent is free
        assert left in [x.leg for x in told.every(r.HangUp)]
        assert floor.ended(left, by_phone=False).the(o.CallEnded).result is CallResult.UNREACHED
        assert not floor.everything(o.TalkStarted)
        assert floor.agent("li").is_free(floor.now)

    def test_they_are_never_joined(self):
        floor = an_office()
        dials(floor, MOBILE)
        answers(floor)
        told = floor.wait(3.0)
        assert {x.leg for x in told.every(r.HangUp)} == {"P1", floor.call("P1").leg}

    def test_what_rings_at_his_phone_meanwhile_is_offered_elsewhere(self):
        # Given an agent whose phone rings, When he dials out just then
        floor = an_office()
        floor.parked("L1")
        told = dials(floor, MOBILE)
        # Then the caller is offered to another
        assert told.the(o.OfferEnded).agent == "li"
        assert told.the(o.OfferMade).agent == "wang"
        assert told.the(r.RingCustomer)

    def test_who_talks_makes_no_second_call(self):
        floor = an_office()
        floor.talking("L1")
        assert dials(floor, MOBILE).the(o.CallLeaving).why == "li is in another call"
        hears_out(floor)
        assert floor.agent("li").state is AgentState.TALKING

    def test_a_second_call_of_the_same_phone_is_refused_and_frees_nobody(self):
        # Given an agent who dials out, When his phone makes a second call, which ends
        floor = an_office()
        dials(floor, MOBILE)
        assert dials(floor, MOBILE, "P2").the(o.CallLeaving).why == "li is in another call"
        hears_out(floor, "P2")
        # Then he is still busy with the first
        assert floor.agent("li").own == "P1" and floor.agent("li").state is AgentState.CALLING

    def test_after_call_work_may_be_a_call(self):
        floor = an_office()
        floor.ended(floor.talking("L1"))
        assert dials(floor, MOBILE).the(r.RingCustomer)
        assert floor.agent("li").state is AgentState.CALLING
        floor.wait(11.0)
        assert floor.agent("li").state is AgentState.CALLING

    def test_such_talks_are_recorded_by_their_own_rule(self):
        floor = an_office(dialling=Dialling(out=RULES.out, record=True))
        dials(floor, MOBILE)
        assert talks(floor).the(r.Record).path == "/var/lib/ccswitch/recordings/1970-01-12/P1-1.wav"


class TestByOrder:
    def test_his_phone_rings_first_then_the_customers(self):
        # When somebody orders that Li dials
        floor = an_office()
        told = floor.order(d.DialOut, agent=AgentId("li"), number=MOBILE)
        ring = told.the(r.RingAgent)
        assert (ring.phone, ring.caller_number) == ("1001", MOBILE)
        assert floor.agent("li").state is AgentState.CALLING
        # Then, when he picks up, the customer is rung and he hears it
        call = told.the(o.CallStarted).call
        floor.give(f.LegRinging(leg=ring.leg))
        told = floor.give(f.LegParked(leg=ring.leg, node=ring.node, call=call, agent_leg=True, answered=True))
        assert told.the(r.RingCustomer).number == MOBILE
        assert told.the(r.Play).leg == ring.leg
        # And when the customer answers they are joined at once
        told = answers(floor, call)
        assert (told.the(r.Bridge).leg, told.the(r.Bridge).other) == (floor.call(call).leg, ring.leg)
        assert floor.joined(floor.call(call).leg, ring.leg).the(o.TalkStarted).agent == "li"

    def test_the_number_shown_may_be_a_queues(self):
        queues = (n.Queue(name=QueueName("support"), caller_number="4100"), n.Queue(name=QueueName("sales")))
        floor = an_office(queues=queues)
        told = floor.order(d.DialOut, agent=AgentId("li"), number=MOBILE, queue=QueueName("support"))
        assert told.the(o.CallStarted).caller_number == "4100"

    def test_a_phone_that_is_not_answered_ends_it(self):
        floor = an_office()
        leg = floor.order(d.DialOut, agent=AgentId("li"), number=MOBILE).the(r.RingAgent).leg
        ended = floor.ended(leg, "NO_ANSWER")
        assert ended.the(o.CallEnded).result is CallResult.UNREACHED
        assert floor.agent("li").is_free(floor.now)

    def test_a_phone_that_says_nothing_is_given_up(self):
        floor = an_office()
        leg = floor.order(d.DialOut, agent=AgentId("li"), number=MOBILE).the(r.RingAgent).leg
        assert floor.wait(22.0).every(r.HangUp)[0].leg == leg

    def test_a_phone_that_is_answered_too_late_is_told_again_to_end_and_no_more(self):
        # Given an agent whose own phone was given up
        floor = an_office()
        leg = floor.order(d.DialOut, agent=AgentId("li"), number=MOBILE).the(r.RingAgent).leg
        call = floor.wait(22.0).the(o.CallLeaving).call
        # When he takes it just then, and the news of that comes twice
        for _ in range(2):
            told = floor.agent_parked(leg, call=call)
            # Then it is told to end, the number is not dialled, and its time to end runs on from where it was
            assert told.the(r.HangUp).leg == leg and not told.outcomes
        assert floor.ended(leg).the(o.CallEnded).result is CallResult.UNREACHED
        assert floor.agent("li").is_free(floor.now + 1.0)

    @pytest.mark.parametrize(
        ("agent", "number", "queue", "why"),
        [
            ("nobody", MOBILE, "", "no agent named 'nobody'"),
            ("li", "0900123", "", "0900123 may not be dialled"),
            ("li", "1;rm", "", "there is no '1;rm'"),
            ("li", MOBILE, "none", "no such queue: none"),
            ("zhao", MOBILE, "", "agent zhao is not there"),
            ("wang", MOBILE, "", "agent wang is in another call"),
        ],
    )
    def test_what_cannot_be_is_refused(self, agent, number, queue, why):
        floor = an_office(an_agent("zhao", phone="1003"))
        floor.order(d.LogOut, agent=AgentId("zhao"))
        dials(floor, MOBILE, "P9", "1002")
        told = floor.order(d.DialOut, agent=AgentId(agent), number=number, queue=QueueName(queue))
        assert told.the(o.OrderRefused).why == why and not told.every(r.RingAgent)


class TestEachOther:
    @pytest.mark.parametrize("dialled", ["1002", "wang"])
    def test_a_colleague_is_rung_and_both_are_busy(self, dialled):
        # When Li dials Wang's extension, or id
        floor = an_office()
        told = dials(floor, dialled)
        ring = told.the(r.RingAgent)
        # Then Wang's phone shows who calls, and both are busy
        assert (ring.agent, ring.caller_number) == ("wang", "1001")
        assert floor.agent("wang").state is AgentState.OFFERED
        floor.give(f.LegRinging(leg=ring.leg))
        assert floor.agent("wang").state is AgentState.RINGING
        assert not floor.parked("L1").every(o.OfferMade)
        # And they talk
        started = talks(floor).the(o.TalkStarted)
        assert started.agent == "wang" and floor.call("P1").is_internal
        assert floor.agent("li").state is AgentState.CALLING
        # When Wang hangs up, Then there is no after-call work, and whoever waits is offered
        floor.ended(ring.leg)
        assert floor.parked("P1", entry="").the(r.HangUp).leg == "P1"
        told = floor.ended("P1", by_phone=False)
        assert told.the(o.CallEnded).result is CallResult.ANSWERED
        floor.wait(0.6)
        assert floor.everything(o.OfferMade)

    def test_who_called_hangs_up(self):
        floor = an_office()
        dials(floor, "1002")
        talks(floor)
        leg = floor.call("P1").agent_leg
        told = floor.ended("P1")
        assert told.the(r.HangUp).leg == leg and floor.agent("li").state is AgentState.IDLE
        assert floor.ended(leg, by_phone=False).the(o.CallEnded).result is CallResult.ANSWERED

    def test_who_is_busy_is_heard_to_be(self):
        floor = an_office(entries=ENTRIES[:1])
        floor.talking("L1")
        told = dials(floor, "1001", user="1002")
        assert told.the(r.Play).files[1].name == "phone-busy"
        hears_out(floor)
        assert floor.agent("wang").is_free(floor.now)

    def test_who_is_not_there_is_heard_to_be_away(self):
        floor = an_office(entries=ENTRIES[:1])
        floor.order(d.LogOut, agent=AgentId("wang"))
        assert dials(floor, "1002").the(r.Play).files[1].name == "phone-away"

    def test_a_colleague_who_does_not_take_it_is_free_again(self):
        floor = an_office(entries=ENTRIES[:1])
        dials(floor, "1002")
        told = floor.ended(other_leg(floor), "CALL_REJECTED")
        assert told.the(r.Play).files[1].name == "phone-unreached"
        assert floor.agent("wang").is_free(floor.now) and floor.agent("wang").ronas == 0


class TestDirect:
    def test_a_customer_reaches_the_agent_by_his_number(self):
        # When somebody dials Li's own number
        floor = an_office()
        told = floor.parked("L1", entry="li", called_number="8001", caller_number="139")
        # Then he is rung with the caller's number, and has after-call work when they have talked
        assert (told.the(r.RingAgent).agent, told.the(r.RingAgent).caller_number) == ("li", "139")
        talks(floor, "L1")
        assert floor.call("L1").place is CallPlace.TALKING
        assert floor.ended("L1").the(o.WrapupStarted).deadline == floor.now + 7.0

    def test_a_busy_agent_without_another_way(self):
        floor = an_office()
        floor.parked("L1", entry="li")
        assert floor.parked("L2", entry="li").the(r.HangUp).cause == "USER_BUSY"
        assert floor.ended("L2").the(o.CallEnded).result is CallResult.UNREACHED

    def test_a_busy_agent_with_a_queue_behind_him(self):
        floor = an_office()
        floor.order(d.LogOut, agent=AgentId("wang"))
        floor.parked("L1", entry="wang")
        assert floor.call("L1").queue == "support" and floor.agent("li").state is AgentState.OFFERED

    def test_an_agent_who_does_not_answer_has_the_queue_behind_him(self):
        floor = an_office()
        floor.parked("L1", entry="wang")
        told = floor.wait(22.0)
        assert told.the(o.CallEnqueued).queue == "support"
        assert told.every(o.OfferMade)[0].agent == "li"

    def test_a_caller_who_leaves_frees_the_phone(self):
        floor = an_office()
        floor.parked("L1", entry="li")
        leg = other_leg(floor, "L1")
        assert floor.ended("L1").the(r.HangUp).leg == leg
        assert floor.agent("li").state is AgentState.IDLE

    def test_an_order_ends_it_while_it_rings(self):
        floor = an_office()
        floor.parked("L1", entry="li")
        floor.order(d.HangUpCall, call=floor.call("L1").call)
        assert floor.agent("li").state is AgentState.IDLE

    def test_an_entry_of_an_agent_who_is_gone(self):
        floor = a_floor(an_agent("wang", phone="1002"), entries=ENTRIES)
        assert floor.parked("L1", entry="li").the(o.CallLeaving).why == "agent 'li' is not on the list"


class TestRecovery:
    @pytest.mark.parametrize("entry", ["", "li"])
    def test_outcomes_alone_make_the_same_state(self, entry):
        floor = an_office()
        if entry:
            floor.parked("P1", entry=entry)
        else:
            dials(floor, MOBILE)
        assert floor.replayed() == floor.state
        talks(floor)
        assert floor.replayed() == floor.state

    def test_an_answer_that_nobody_heard_is_found(self):
        # Given a customer who answered while nobody watched, When the node is surveyed
        floor = an_office()
        dials(floor, MOBILE)
        floor.wait(1.0)
        customer = other_leg(floor)
        seen = [one.__class__(**{**_fields(one), "parked": True, "answered": True}) for one in floor.as_is()]
        told = floor.seen(*seen)
        # Then he is joined as if it had been heard
        assert told.the(o.DialAnswered).leg == customer

    def test_a_leg_that_never_came_to_be_is_found_missing(self):
        floor = an_office()
        dials(floor, MOBILE)
        floor.wait(5.0)
        told = floor.seen(*[one for one in floor.as_is() if one.leg == "P1"])
        assert told.the(o.DialEnded).cause == "GONE"


def _fields(one: f.LegSeen) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


DESK, DECT, MOBILE_PHONE = "1002", "1012", "trunk:gw/13900000002"


def with_devices(ring: str = "together") -> Floor:
    """An office in which Wang has three devices."""
    wang = replace(an_agent("wang", phone=DESK), phones=(DECT, MOBILE_PHONE), ring=ring)
    entries = (n.Entry(name="wang", dids=("8002",), agent=AgentId("wang")),)
    return a_floor(an_agent("li", phone="1001"), wang, dialling=RULES, entries=entries)


def rung(told: Given) -> dict[str, LegId]:
    """The legs that were dialled, by phone."""
    return {ring.phone: ring.leg for ring in told.every(r.RingAgent)}


def called(floor: Floor) -> dict[str, LegId]:
    """A customer dials Wang's number; gives what rings."""
    return rung(floor.parked("L1", entry="wang", called_number="8002"))


def takes_it(floor: Floor, leg: LegId) -> Given:
    """A device picks up and is parked."""
    call = floor.call("L1")
    told = floor.give(f.LegAnswered(leg=leg))
    told.take(floor.give(f.LegParked(leg=leg, node=call.node, call=call.call, agent_leg=True, answered=True)))
    return told


class TestSeveralDevices:
    def test_all_ring_and_the_first_who_answers_is_joined(self):
        # Given a customer who dials the number of an agent with three devices
        floor = with_devices()
        legs = called(floor)
        assert set(legs) == {DESK, DECT, MOBILE_PHONE}
        # When two are picked up in the same instant
        first = takes_it(floor, legs[DECT])
        second = takes_it(floor, legs[MOBILE_PHONE])
        # Then the first is joined, the others stop as calls taken elsewhere, and who was second is freed
        assert {(end.leg, end.cause) for end in first.every(r.HangUp)} == {
            (legs[DESK], "LOSE_RACE"),
            (legs[MOBILE_PHONE], "LOSE_RACE"),
        }
        assert second.the(r.HangUp).leg == legs[MOBILE_PHONE] and not second.every(o.DialAnswered)
        for phone in (DESK, MOBILE_PHONE):
            ended = floor.ended(legs[phone], "LOSE_RACE", by_phone=False)
            assert [type(one) for one in ended.outcomes] == [o.LegClosed]
        picked_up(floor, "L1")
        started = floor.joined("L1", legs[DECT]).the(o.TalkStarted)
        assert (started.agent, started.leg) == ("wang", legs[DECT])
        assert floor.agent("wang").state is AgentState.TALKING

    def test_one_that_refuses_leaves_the_others_ringing(self):
        floor = with_devices()
        legs = called(floor)
        told = floor.ended(legs[DESK], "USER_BUSY")
        assert told.the(o.DialRefused).cause == "USER_BUSY" and not told.every(o.DialEnded)
        floor.ended(legs[MOBILE_PHONE], "USER_NOT_REGISTERED")
        # When the last has refused, Then what counts is what says most of him
        told = floor.ended(legs[DECT], "CALL_REJECTED")
        assert told.the(o.DialEnded).cause == "CALL_REJECTED"
        assert floor.agent("wang").state is AgentState.IDLE

    def test_in_turn_each_has_its_time(self):
        # Given devices that ring one after the other
        floor = with_devices("in_turn")
        legs = called(floor)
        assert set(legs) == {DESK}
        # When the first rings out, and the switch says nothing of it
        told = floor.wait(RULES.agent_timeout + 2.0)
        assert told.the(r.HangUp).leg == legs[DESK] and set(rung(told)) == {DECT}
        second = rung(told)[DECT]
        # And the second cannot be reached, Then the third is rung, and is the last
        third = rung(floor.ended(second, "USER_NOT_REGISTERED"))[MOBILE_PHONE]
        floor.ended(legs[DESK], "NO_ANSWER", by_phone=False)
        told = floor.ended(third, "USER_BUSY")
        assert told.the(o.DialEnded).cause == "NO_ANSWER"
        assert not told.every(r.RingAgent)

    def test_a_caller_who_leaves_frees_all_of_them(self):
        floor = with_devices()
        legs = called(floor)
        told = floor.ended("L1", "ORIGINATOR_CANCEL")
        assert {end.leg for end in told.every(r.HangUp)} == set(legs.values())

    def test_nobody_answers_in_time(self):
        floor = with_devices()
        legs = called(floor)
        told = floor.wait(RULES.agent_timeout + 2.0)
        assert {end.leg for end in told.every(r.HangUp)} >= set(legs.values())
        assert told.the(o.DialEnded).cause == "NO_ANSWER"

    def test_an_answer_that_nobody_heard_is_found_at_any_device(self):
        # Given an answer at the second device, of which the news is lost
        floor = with_devices()
        legs = called(floor)
        floor.wait(5.0)
        seen = [
            replace(one, parked=True, answered=True) if one.leg == legs[DECT] else replace(one, answered=False)
            for one in floor.as_is()
        ]
        told = floor.seen(*seen)
        assert told.the(o.DialAnswered).leg == legs[DECT]

    def test_outcomes_alone_make_the_same_state(self):
        floor = with_devices("in_turn")
        legs = called(floor)
        floor.ended(legs[DESK], "USER_BUSY")
        assert floor.replayed() == floor.state
