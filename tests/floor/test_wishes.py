"""Marks, the customer's own agent, and whoever talked with him last."""

from __future__ import annotations

from ccswitch.floor.state import State
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Entry, Mark, Queue
from ccswitch.model.wire import from_wire_as, to_plain
from tests.floor.floors import Floor, a_floor, an_agent, script

TEXT = """\
steps:
  who: {set: {level: gold, keeper: wang}, then: help}
  help: {queue: support, tag: [order, gold], agent: "{{ keeper }}", level: "{{ level }}", prefers: billing}
"""


def centre(*agents: object, sticky_for: float = 0.0, marks: tuple[Mark, ...] = (), ready: bool = True) -> Floor:
    support = Queue(name=QueueName("support"), sticky_for=sticky_for, sticky_wait=20.0)
    entries = (Entry(name="support", queue=support.name, skills="not trainee"), Entry(name="menu", script="menu"))
    return a_floor(
        *(agents or ("li", "wang")),  # type: ignore[arg-type]
        queues=(support, Queue(name=QueueName("sales"))),
        scripts=(script(text=TEXT),),
        marks=marks,
        entries=entries,
        ready=ready,
    )


def talked(floor: Floor, agent: str) -> None:
    """The caller 138 has talked with him and hung up; he is out of wrap-up."""
    leg = floor.agent_leg("L1")
    floor.agent_parked(leg)
    floor.joined("L1", leg)
    floor.wait(30.0)
    floor.ended("L1")
    floor.ended(leg)
    floor.order(d.MakeReady, agent=AgentId(agent))


def test_the_customer_s_own_agent_is_rung_and_his_level_is_a_tag() -> None:
    # Given Li, who is idle longest, and Wang, whom the customer's record names
    gold = Mark(name="gold", head_start=120.0, skills="not trainee", prefers="vip")
    floor = centre(marks=(gold,))
    told = floor.parked("L1", entry="menu")
    # Then Wang is rung, and the call counts as of its level
    waits = told.the(o.CallEnqueued)
    assert told.the(o.OfferMade).agent == "wang"
    assert told.the(o.CallTagged).tags == ("order", "gold")  # the step's own, and the level, each once
    assert (waits.requires, waits.prefers, waits.head_start) == ("not trainee", "billing, vip", 120.0)


def test_his_own_agent_is_waited_for_a_while_and_then_anybody() -> None:
    # Given Wang in a talk with somebody else
    floor = centre(ready=False)
    floor.ready("wang")
    floor.offered("L0")
    leg = floor.agent_leg("L0")
    floor.agent_parked(leg)
    floor.joined("L0", leg)
    floor.ready("li")
    # When his customer comes: then Li, who is free, is not rung
    assert not floor.parked("L1", entry="menu").every(o.OfferMade)
    # And after the queue's time he is
    told = floor.wait(20.0)
    assert told.the(o.CallRelaxed).why == "wang did not come free in time"
    assert told.the(o.OfferMade).agent == "li"


def test_an_agent_who_is_not_there_is_not_waited_for() -> None:
    floor = centre()
    floor.order(d.TakeBreak, agent=AgentId("wang"))
    assert floor.parked("L1", entry="menu").the(o.OfferMade).agent == "li"


def test_who_talked_with_him_last_is_rung_again_within_the_window() -> None:
    # Given a caller who talked with Li, and Wang, who has been idle for longer since
    floor = centre(sticky_for=3600.0)
    floor.offered("L1")
    talked(floor, "li")
    # When he calls again within the hour: then Li has him
    assert floor.parked("L2").the(o.OfferMade).agent == "li"
    # And another caller takes his turn as ever
    assert floor.parked("L3", caller_number="139").the(o.OfferMade).agent == "wang"


def test_after_the_window_he_is_anybody_s() -> None:
    floor = centre(sticky_for=600.0)
    floor.offered("L1")
    talked(floor, "li")
    floor.wait(601.0)
    assert floor.parked("L2").the(o.OfferMade).agent == "wang"


def test_who_cannot_do_what_is_required_is_not_waited_for() -> None:
    floor = centre(sticky_for=3600.0)
    floor.offered("L1")
    talked(floor, "li")
    floor.order(d.AddAgent, agent=an_agent("li", skills=("trainee",)))
    assert floor.parked("L2").the(o.OfferMade).agent == "wang"


def test_a_snapshot_and_a_restart_know_with_whom_he_talked() -> None:
    floor = centre(sticky_for=3600.0)
    floor.offered("L1")
    talked(floor, "li")
    assert floor.replayed() == floor.state
    assert from_wire_as(State, to_plain(floor.state)).talked_with == floor.state.talked_with != {}
