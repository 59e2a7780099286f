"""Why a caller waits and why an agent does not take him, in sentences that carry their arithmetic."""

from __future__ import annotations

from ccswitch.floor.explaining import explain_agent, explain_call
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Queue
from ccswitch.records.narrative import choice
from tests.floor.floors import Floor, a_floor, an_agent


def centre(**rules: object) -> Floor:
    """Li can bill, Wang cannot, Zhao is of another queue; nobody is ready."""
    queues = (Queue(name=QueueName("support"), **rules), Queue(name=QueueName("sales")))  # type: ignore[arg-type]
    agents = (an_agent("li", skills=("billing=7",)), an_agent("wang", skills=("billing=2",)), an_agent("zhao", "sales"))
    return a_floor(*agents, queues=queues, ready=False)


def test_of_each_agent_it_is_said_why_he_is_not_it() -> None:
    # Given a caller who needs more than Wang can do, and Li on break
    floor = centre(skills="billing >= 5", prefers="vip")
    floor.parked("L1")
    floor.ready("wang")
    floor.order(d.TakeBreak, agent=AgentId("li"), reason="lunch")
    said = explain_call(floor.state, "L1", floor.now)
    # Then what is wanted is told, and of both agents of the queue why not
    assert "Requires billing >= 5: 1 of the 2 agents of support can do that." in said
    assert "Prefers vip." in said
    assert "li: break (lunch)." in said
    assert "wang: cannot do what is required (has billing=2)." in said
    assert not [line for line in said if "zhao" in line]


def test_until_when_an_agent_rests() -> None:
    # Given Li, whose phone was busy three seconds ago
    floor = a_floor()
    leg = floor.offered("L1")
    floor.ended(leg, "USER_BUSY")
    floor.wait(3.0)
    assert "li: rests for 7 s: phone was busy." in explain_call(floor.state, "L1", floor.now)
    assert explain_agent(floor.state, "li", floor.now)[0] == "li: rests for 7 s: phone was busy."


def test_the_order_of_the_queue_with_its_arithmetic() -> None:
    # Given an ordinary caller, and one of priority who came ten seconds later
    floor = centre(head_start=30.0)
    floor.parked("L1")
    floor.wait(10.0)
    floor.parked("L2", entry="vip")
    said = explain_call(floor.state, "L1", floor.now + 5.0)
    # Then it is said what each of them counts by
    assert "Position 2 by arrival; waiting 15.0 s + 30 s head start (priority 0 and 30 s besides)." in said
    assert "Before him: L2, waiting 5.0 s + 330 s head start (priority 5 and 30 s besides)." in said


def test_the_next_rule_and_its_instant() -> None:
    floor = centre(skills="billing >= 5", rules=("after 20s: billing >= 2",))
    floor.parked("L1")
    floor.wait(5.0)
    assert "Next rule in 15 s: after 20s: billing >= 2." in explain_call(floor.state, "L1", floor.now)


def test_an_agent_is_told_whom_he_could_take_and_why_not_the_others() -> None:
    # Given three callers: one whom Wang could take, one who needs more, and one of another queue
    floor = centre()
    floor.parked("L1")
    floor.parked("L2", entry="sales")
    said = explain_agent(floor.state, "wang", floor.now + 2.0)
    assert said == (
        "wang: offline.",
        "Could take L1 of support: waiting 2.0 s; once he is free.",
        "1 of the waiting he cannot take: he does not serve sales.",
    )
    assert explain_agent(floor.state, "nobody", floor.now) == ()


def test_an_offer_keeps_why_it_was_made() -> None:
    # Given Li and Chen free, Wang who cannot do it, and Sun on break
    support = Queue(name=QueueName("support"), skills="billing >= 5")
    able = [an_agent(name, skills=("billing=7",)) for name in ("li", "chen")]
    floor = a_floor(*able, an_agent("wang"), an_agent("sun"), queues=(support, Queue(name=QueueName("sales"))))
    floor.order(d.TakeBreak, agent=AgentId("sun"))
    floor.wait(60.0)
    # When a caller comes
    made = floor.parked("L1").the(o.OfferMade)
    # Then the offer says how many fitted, who was the next of them, and why the others were not it
    assert (made.agent, made.fitting, made.second) == ("li", 2, "chen")
    assert dict(made.others) == {"cannot do what is required": 1, "break": 1}
    # And a person reads it so, long after
    said = choice(made)
    assert said.startswith("longest idle of 2, idle 64 s; caller is next by arrival, waiting 0.0 s; before chen;")
    assert said.endswith("not free or not fit: 1 break, 1 cannot do what is required")
