"""What agents say: each order has one answer, and a refused one changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId
from ccswitch.model.nouns import AgentState, AgentStatus
from ccswitch.model.wire import to_plain
from tests.floor.floors import a_floor, an_agent, settings_of, stage

SAYS = [
    (d.LogIn, AgentStatus.BREAK, "login"),
    (d.LogOut, AgentStatus.OFFLINE, ""),
    (d.TakeBreak, AgentStatus.BREAK, ""),
    (d.MakeReady, AgentStatus.READY, ""),
]


@pytest.mark.parametrize(("order", "status", "reason"), SAYS)
def test_what_an_agent_says_is_his_status(order: type, status: AgentStatus, reason: str) -> None:
    # Given an agent
    floor = a_floor(ready=False)
    # When he says something
    told = floor.order(order, agent=AgentId("li"))
    # Then it is so, since now, by the author's name, and told so
    changed = told.the(o.AgentStatusChanged)
    assert (changed.status, changed.reason, changed.author) == (status, reason, "ann")
    assert (floor.agent().status, floor.agent().status_since) == (status, floor.now)
    assert told.the(o.OrderAccepted).what.startswith(f"agent li: {status.value}")


@pytest.mark.parametrize("order", [order for order, _, _ in SAYS])
def test_nobody_by_that_name(order: type) -> None:
    floor = a_floor()
    before = to_plain(floor.state)
    refused = floor.order(order, agent=AgentId("nobody")).the(o.OrderRefused)
    assert (refused.missing, refused.why) == (True, "no agent named 'nobody'")
    assert to_plain(floor.state) == before


def test_a_break_has_its_reason() -> None:
    told = a_floor().order(d.TakeBreak, agent=AgentId("li"), reason="lunch")
    assert told.the(o.OrderAccepted).what == "agent li: break (lunch)"


def test_ready_ends_wrap_up_and_brings_the_next_caller() -> None:
    # Given an agent in wrap-up and a caller in line
    floor = stage("returning")
    floor.parked("L2")
    # When he says ready
    told = floor.ready("li")
    # Then wrap-up is over and he is offered the call
    assert told.the(o.WrapupEnded).why == "said ready"
    assert told.the(o.OfferMade).call == "L2"


def test_ready_ends_a_rest() -> None:
    # Given an agent who rests because his phone was unreachable
    floor = a_floor()
    floor.ended(floor.offered("L1"), "USER_NOT_REGISTERED")
    # When he says that he is ready: then he is offered the call at once
    assert floor.ready("li").the(o.OfferMade).call == "L1"


def test_ready_without_a_phone_is_refused_and_changes_nothing() -> None:
    # Given an agent in wrap-up whose phone was taken away by order
    floor = stage("returning")
    floor.order(d.AddAgent, agent=an_agent("li", phone=""))
    # When he says ready
    told = floor.ready("li")
    # Then it is refused, and wrap-up goes on
    assert told.the(o.OrderRefused).why == "agent li has no phone"
    assert len(told.outcomes) == 1
    assert floor.agent().state is AgentState.WRAPUP


@pytest.mark.parametrize("name", ["bridging", "talking", "returning"])
def test_who_logs_out_in_a_talk_finishes_it(name: str) -> None:
    floor = stage(name)
    state = floor.agent().state
    told = floor.order(d.LogOut, agent=AgentId("li"))
    assert not told.requests
    assert floor.agent().state is state


def test_an_agent_is_taken_on_and_every_node_learns_of_his_phone() -> None:
    # Given a caller whom nobody serves
    floor = a_floor("wang", ready=False)
    floor.parked("L1")
    # When Li is added
    told = floor.order(d.AddAgent, agent=an_agent("li", phone="1002"))
    # Then his phone is provisioned, and once ready he is offered the call
    assert told.the(r.ProvisionPhone) == r.ProvisionPhone(agent=AgentId("li"), phone="1002")
    assert told.the(o.AgentAdded).author == "ann"
    assert floor.ready("li").the(r.RingAgent).phone == "1002"


def test_an_agent_of_an_unknown_queue_is_refused() -> None:
    told = a_floor().order(d.AddAgent, agent=an_agent("li", "x", "support", "a"))
    assert told.the(o.OrderRefused).why == "no such queue: a, x"


def test_an_agent_with_a_skill_that_is_none_is_refused() -> None:
    told = a_floor().order(d.AddAgent, agent=an_agent("li", skills=("billing=99",)))
    assert told.the(o.OrderRefused).why == "'billing=99': a level is from 1 to 10"


def test_a_change_by_order_outlives_the_files() -> None:
    # Given an agent whose queues were changed by order
    floor = a_floor("li", "wang")
    floor.order(d.AddAgent, agent=an_agent("li", "sales"))
    # When the files are read again
    agents = (an_agent("li", phone="7"), an_agent("wang", phone="7"))
    floor.give(f.SettingsLoaded(settings=settings_of(agents, hash="h2")))
    # Then the order stands, and who has none follows the files
    assert floor.agent("li").agent.queues == ("sales",)
    assert floor.agent("wang").agent.phone == "7"


def test_a_change_of_queues_finds_callers_for_a_free_agent() -> None:
    floor = a_floor()
    floor.parked("L1", entry="sales")
    assert floor.order(d.AddAgent, agent=an_agent("li", "sales")).the(o.OfferMade).call == "L1"


@pytest.mark.parametrize("name", ["waiting", "ringing", "bridging", "talking", "returning", "leaving"])
@pytest.mark.parametrize(("order", "more"), [(order, {}) for order, _, _ in SAYS] + [(d.AddAgent, {})])
def test_every_order_has_one_answer_wherever_the_agent_is(name: str, order: type, more: dict[str, Any]) -> None:
    # `floor.order` fails unless there is exactly one answer
    agent: Any = an_agent("li") if order is d.AddAgent else AgentId("li")
    assert stage(name).order(order, agent=agent, **more).the(o.OrderAccepted)
