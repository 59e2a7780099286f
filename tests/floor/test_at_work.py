"""What keeps an agent busy is told, and until when: offers, calls of his own, calls to him by name, others' talks."""

from __future__ import annotations

from dataclasses import replace

from ccswitch.floor.explaining import explain_agent
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName
from ccswitch.model.nouns import Dialling, Entry, GuestMode
from tests.floor.floors import Floor, a_floor, an_agent

RULES = Dialling(out=(r"1[3-9][0-9]{9}",))


def office() -> Floor:
    """Li and Wang, who has two devices and a number of his own."""
    wang = replace(an_agent("wang", phone="1002"), phones=("1012",))
    return a_floor("li", wang, dialling=RULES, entries=(Entry(name="wang", dids=("8002",), agent=AgentId("wang")),))


def does(floor: Floor, name: str = "li") -> str:
    """The sentence about what he does."""
    return explain_agent(floor.state, name, floor.now)[1]


def test_who_is_free_has_nothing_to_tell_of():
    assert explain_agent(a_floor().state, "li", 0.0)[1] == "Nobody waits."


def test_an_offer_a_talk_and_the_work_after_it():
    floor = a_floor()
    floor.parked("L1")
    floor.wait(3.0)
    assert does(floor) == "Is offered call L1 of support, for 3 s; ends in 18 s."
    leg = floor.agent_leg("L1")
    floor.agent_parked(leg)
    floor.joined("L1", leg)
    floor.wait(5.0)
    assert does(floor) == "Talks in call L1 of support, for 5 s."
    floor.ended("L1")
    floor.wait(2.0)
    assert does(floor) == "Works after a call, for 2 s; ends in 8 s."


def test_a_call_of_his_own_says_when_it_is_given_up():
    floor = office()
    floor.parked("P1", entry="", user="1001", called_number="13800138000")
    floor.wait(4.0)
    given_up = RULES.ring_timeout + 1.0 - 4.0
    assert does(floor) == f"Calls 13800138000, for 4 s; given up in {given_up:.0f} s."


def test_a_call_to_him_by_his_number_says_who_and_where():
    floor = office()
    floor.parked("L1", entry="wang", called_number="8002", caller_number="139")
    floor.wait(2.0)
    left = RULES.agent_timeout + 1.0 - 2.0
    assert does(floor, "wang") == (
        f"Is called by his own number at 2 devices, by 139, for 2 s; given up in {left:.0f} s."
    )


def test_a_guest_says_at_whose_talk():
    floor = a_floor("li", an_agent("ann", phone="1009"))
    floor.talking("L1")
    floor.order(d.JoinCall, call=CallId("L1"), agent=AgentId("ann"), mode=GuestMode.MONITOR)
    floor.wait(1.0)
    assert does(floor, "ann") == "Listens to call L1 of li, for 1 s; his phone rings; given up in 30 s."


def test_calls_past_us_are_named_one_by_one():
    floor = a_floor()
    node = NodeName("a")
    floor.give(f.OtherCallHeard(leg=LegId("X1"), node=node, user="1001", number="139", answered=True))
    floor.give(f.OtherCallHeard(leg=LegId("X2"), node=node, user="1001"))
    floor.wait(7.0)
    assert explain_agent(floor.state, "li", floor.now)[1:3] == (
        "Phone 1001 talks past the queues with 139, for 7 s; free once node a says so.",
        "Phone 1001 rings past the queues, for 7 s; free once node a says so.",
    )
