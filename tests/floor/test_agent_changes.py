"""What orders say of an agent in the place of the files: one field each, at once, over reloads, until they are over."""

from __future__ import annotations

import pytest

from ccswitch.floor.agent_changes import change_boards
from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.agent_changes import changed, differences
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import AgentChange
from tests.floor.floors import Floor, Given, a_floor, an_agent, settings_of

LI = AgentId("li")


def change(floor: Floor, *changes: tuple[str, str], until: float = 0.0) -> Given:
    """Li is changed by order."""
    made = tuple(AgentChange(field=field, value=value) for field, value in changes)
    return floor.order(d.ChangeAgent, agent=LI, changes=made, until=until)


def reload(floor: Floor, *agents: object) -> None:
    """The files say this of the agents now."""
    floor.give(f.SettingsLoaded(settings=settings_of(agents, hash=f"h{floor.now}")))  # type: ignore[arg-type]


def test_a_queue_by_order_brings_its_callers_at_once() -> None:
    # Given a caller whom nobody serves
    floor = a_floor()
    floor.parked("L1", entry="sales")
    # When a free agent is put in his queue
    told = change(floor, ("queue:sales", "in"))
    # Then it is offered to him
    assert told.the(o.OfferMade).call == "L1"
    assert told.the(o.OrderAccepted).what == "agent li: in sales"


def test_a_skill_by_order_helps_callers_who_wait_already() -> None:
    # Given a caller who needs billing, and an agent who cannot do it
    queues = tuple(n.Queue(name=QueueName(name), skills="billing >= 5") for name in ("support", "sales"))
    floor = a_floor(an_agent("li", skills=("lang.zh=9",)), queues=queues)
    floor.parked("L1")
    # When he is given the skill in the place of another
    told = change(floor, ("skill:billing", "7"), ("skill:lang.zh", "out"))
    # Then the caller is offered to him
    assert told.the(o.OrderAccepted).what == "agent li: billing=7, no lang.zh"
    assert floor.agent().skills == {"billing": 7}
    assert told.the(o.OfferMade).call == "L1"


def test_only_the_changed_field_stays_when_the_files_are_read() -> None:
    # Given an agent with a skill and a queue by order
    floor = a_floor(an_agent("li", "support", skills=("lang.zh=9",)))
    change(floor, ("skill:billing", "7"), ("queue:sales", "in"))
    # When the files give him another phone and other skills
    reload(floor, an_agent("li", "support", phone="7", skills=("lang.zh=3",)))
    # Then these are in force, and so is what was ordered
    agent = floor.agent().agent
    assert (agent.phone, agent.queues, agent.skills) == ("7", ("support", "sales"), ("lang.zh=3", "billing=7"))


def test_what_was_taken_away_stays_away() -> None:
    floor = a_floor(an_agent("li", "support", "sales"))
    change(floor, ("queue:sales", "out"))
    reload(floor, an_agent("li", "support", "sales", phone="7"))
    assert floor.agent().agent.queues == ("support",)


def test_a_change_until_then_is_over_then() -> None:
    # Given a queue for an hour, and a skill for good
    floor = a_floor()
    change(floor, ("queue:sales", "in"), until=floor.now + 3600.0)
    change(floor, ("skill:billing", "7"))
    # When the hour is over
    floor.wait(3599.0)
    assert "sales" in floor.agent().agent.queues
    told = floor.wait(2.0)
    # Then the queue is gone, and the skill stays
    assert told.the(o.AgentFollowsFiles).fields == ("queue:sales",)
    assert (floor.agent().agent.queues, floor.agent().skills) == (("support",), {"billing": 7})
    assert floor.replayed() == floor.state


def test_what_was_changed_is_taken_back() -> None:
    floor = a_floor()
    change(floor, ("queue:sales", "in"), ("skill:billing", "7"))
    assert floor.order(d.FollowFiles, agent=LI, fields=("skill:billing",)).the(o.OrderAccepted)
    assert (floor.agent().agent.queues, dict(floor.agent().skills)) == (("support", "sales"), {})
    assert floor.order(d.FollowFiles, agent=LI).the(o.OrderAccepted).what == "agent li: queue:sales as in the files"
    assert floor.agent().agent == an_agent("li")
    refused = floor.order(d.FollowFiles, agent=LI).the(o.OrderRefused)
    assert refused.why == "nothing is not changed by order; changed: nothing"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("queue:care", "in", "no queue 'care': support, sales"),
        ("queue:sales", "out", "li is not in sales; his queues: support"),
        ("skill:billing", "11", "'billing=11': a level is from 1 to 10"),
        ("skill:billing", "out", "li has no skill billing; his skills: none"),
        ("phone", "1002", "'phone' cannot be changed so"),
        ("ring", "loud", "devices ring together or in_turn, not 'loud'"),
        ("phones", ", ".join(str(number) for number in range(9)), "9 devices are too many: 8 at most"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_none_of_the_others_is_made(
    field: str, value: str, why: str
) -> None:
    floor = a_floor()
    told = change(floor, ("skill:lang.zh", "5"), (field, value))
    assert told.the(o.OrderRefused).why == why
    assert floor.agent().agent == an_agent("li")


def test_a_change_of_nobody_of_nothing_and_of_the_past() -> None:
    floor = a_floor()
    assert change(floor).the(o.OrderRefused).why == "nothing to change"
    assert change(floor, ("skill:a", "1"), until=floor.now).the(o.OrderRefused).why == "that time is past"
    nobody = floor.order(d.ChangeAgent, agent=AgentId("nobody"), changes=()).the(o.OrderRefused)
    assert nobody.missing and floor.order(d.FollowFiles, agent=AgentId("nobody")).the(o.OrderRefused).missing


def test_adding_one_of_the_files_keeps_what_differs_and_no_more() -> None:
    # Given an agent of the files
    floor = a_floor(an_agent("li", "support", skills=("lang.zh=9",)))
    # When an order says of him all that there is
    order = an_agent("li", "sales", phone="1002", skills=("lang.zh=9",))
    told = floor.order(d.AddAgent, agent=order)
    # Then only what differs from the files is kept as changed
    assert told.the(o.AgentAdded).agent == order
    assert [board.field for board in change_boards(floor.state)] == ["phone", "queue:support", "queue:sales"]
    assert floor.agent().agent == order
    # When it is said again as the files have it: then nothing is changed any more, and every node has his old phone
    told = floor.order(d.AddAgent, agent=an_agent("li", skills=("lang.zh=9",)))
    assert change_boards(floor.state) == [] and told.the(r.ProvisionPhone).phone == "1001"


def test_a_phone_that_is_as_in_the_files_again_is_told_to_every_node() -> None:
    floor = a_floor()
    floor.order(d.AddAgent, agent=an_agent("li", phone="1002"))
    assert floor.order(d.FollowFiles, agent=LI).the(r.ProvisionPhone).phone == "1001"


def test_who_was_changed_and_is_no_longer_in_the_files_goes() -> None:
    floor = a_floor("li", "wang")
    change(floor, ("skill:billing", "7"), until=floor.now + 60.0)
    reload(floor, "wang")
    assert set(floor.state.agents) == {"wang"}
    floor.wait(100.0)


def test_differences_are_what_makes_one_of_the_other() -> None:
    one = an_agent("li", "support", phone="1", skills=("a=1", "b=2"))
    for other in (one, an_agent("li", "sales", phone="2"), an_agent("li", "support", "sales", skills=("b=3", "c"))):
        made = changed(one, differences(one, other))
        assert (made.phone, set(made.queues)) == (other.phone, set(other.queues))
        assert sorted(made.skills) == sorted(skill if "=" in skill else f"{skill}=10" for skill in other.skills)


def test_devices_by_order_ring_with_the_next_call() -> None:
    # Given an agent with one phone, who is given two more, one after the other
    floor = a_floor()
    change(floor, ("phones", "1012, trunk:gw/139"), ("ring", "in_turn"))
    assert floor.agent().agent.devices == ("1001", "1012", "trunk:gw/139")
    # When a caller comes and the first does not take it, Then the second rings
    assert floor.parked("L1").the(r.RingAgent).phone == "1001"
    assert floor.ended(floor.agent_leg("L1"), "USER_BUSY").the(r.RingAgent).phone == "1012"
    assert floor.replayed() == floor.state


def test_devices_by_order_outlive_the_files_until_they_are_taken_back() -> None:
    floor = a_floor()
    change(floor, ("phones", "1012"), until=floor.now + 60.0)
    floor.give(f.SettingsLoaded(settings=settings_of((an_agent("li", phone="1009"),), hash="h2")))
    assert floor.agent().agent.devices == ("1009", "1012")
    floor.wait(61.0)
    assert floor.agent().agent.devices == ("1009",)
    change(floor, ("phones", "1012"))
    change(floor, ("phones", ""))
    assert floor.agent().agent.devices == ("1009",)


def test_who_has_no_first_phone_gets_no_second() -> None:
    floor = a_floor(an_agent("li", phone=""), ready=False)
    assert "no first phone" in change(floor, ("phones", "1012")).the(o.OrderRefused).why
