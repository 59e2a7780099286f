"""Nodes come and go, with the same core and with a new one, in every place of a call."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, NodeName, QueueName
from ccswitch.model.nouns import AgentState, AgentStatus, CallPlace, CallResult, VisitResult
from ccswitch.model.wire import to_plain
from tests.floor.floors import STAGES, Floor, a_floor, an_agent, script, settings_of, stage
from tests.floor.laws import hold_laws

DOWN = f.NodeDown(node=NodeName("a"), why="cut")


@pytest.mark.parametrize("name", STAGES)
def test_a_lost_link_changes_no_call(name: str) -> None:
    # Given a call in each place
    floor = stage(name)
    before = to_plain(floor.state)["calls"]
    # When the link is lost, which is told twice
    told = floor.give(DOWN)
    again = floor.give(DOWN)
    # Then the node is away and the call is where it was
    assert told.the(o.NodeLost).why == "cut"
    assert again.is_nothing
    assert to_plain(floor.state)["calls"] == before
    hold_laws(floor.state, floor.now)
    # And back with the same core its truth is asked for, and the call is where it was
    told = floor.node_up(synced=False)
    assert told.the(r.Survey).expected == tuple(floor.call("L1").legs)
    assert not told.the(o.NodeConnected).restarted
    assert to_plain(floor.state)["calls"] == before


LOST = {
    "script": (CallResult.LOST, None),
    "waiting": (CallResult.LOST, VisitResult.LOST),
    "ringing": (CallResult.LOST, VisitResult.LOST),
    "bridging": (CallResult.LOST, VisitResult.LOST),
    "talking": (CallResult.ANSWERED, VisitResult.ANSWERED),
    "returning": (CallResult.ANSWERED, VisitResult.ANSWERED),
    "leaving": (CallResult.ANSWERED, VisitResult.ANSWERED),
    "wayout": (CallResult.WAYOUT, VisitResult.WAYOUT),
}


@pytest.mark.parametrize("name", STAGES)
def test_a_switch_that_restarted_has_lost_its_calls(name: str) -> None:
    # Given a call in each place, and the link lost
    floor = stage(name)
    floor.give(DOWN)
    # When the node is back with another core
    told = floor.node_up(core="core-2", synced=False)
    hold_laws(floor.state, floor.now)
    # Then every leg is closed once and the call is over, with nothing asked of legs that are gone
    call, visit = LOST[name]
    assert told.the(o.CallEnded).result is call
    assert told.the(o.CallEnded).cause == "LOST"
    opened, closed = (sorted(x.leg for x in floor.everything(cls)) for cls in (o.LegOpened, o.LegClosed))
    assert opened == closed
    assert [ended.result for ended in floor.everything(o.VisitEnded)] == ([visit] if visit else [])
    assert [type(request) for request in told.requests] == [r.Survey]
    assert told.the(r.Survey).expected == ()
    # And the agent is free of it
    assert floor.agent().state in (AgentState.IDLE, AgentState.WRAPUP)


def test_who_ended_a_talk_that_a_restart_ended_is_the_switch() -> None:
    floor = stage("talking")
    assert floor.node_up(core="core-2", synced=False).the(o.TalkEnded).by == "switch"


def test_a_caller_who_left_before_the_restart_is_not_ended_twice() -> None:
    # Given a caller who is gone, and his agent's leg still there
    floor = stage("talking")
    floor.ended("L1")
    # When the switch restarts
    told = floor.node_up(core="core-2", synced=False)
    # Then only what was still open is closed
    assert len(told.every(o.LegClosed)) == 1
    assert not told.every(o.TalkEnded)


def test_the_other_nodes_calls_are_not_concerned() -> None:
    # Given a talk on node a and a caller on node b
    floor = stage("talking")
    floor.node_up("b", "core-b")
    floor.parked("L2", node="b")
    # When b restarts
    told = floor.node_up("b", "core-b2", synced=False)
    # Then only b's call is lost
    assert told.the(o.CallEnded).call == "L2"
    assert list(floor.state.calls) == ["L1"]


def test_no_caller_is_offered_before_his_node_was_asked() -> None:
    # Given a node whose link stands and whose truth is not known yet
    floor = a_floor(node=False)
    floor.node_up(synced=False)
    # When a caller comes: then nobody is rung; when the truth is known: then at once
    assert not floor.parked("L1").every(o.OfferMade)
    floor.wait(1.0)
    told = floor.give(f.NodeUp(node=NodeName("a"), core="core-1"))
    told = floor.seen(*floor.as_is())
    assert told.the(o.NodeSynced).legs == 1
    assert told.the(o.OfferMade).call == "L1"


def test_a_caller_who_came_while_the_node_was_asked_is_offered_with_the_answer() -> None:
    # Given a node that is being asked, and a caller who came meanwhile
    floor = a_floor(node=False)
    floor.node_up(synced=False)
    asked_at = floor.now
    floor.wait(0.01)
    assert not floor.parked("L1").every(o.OfferMade)
    # When the answer comes, which knows nothing of him: then he is offered at once
    assert floor.seen(asked_at=asked_at).the(o.OfferMade).call == "L1"


def test_callers_of_nodes_that_can_be_asked_are_served_meanwhile() -> None:
    # Given the first in line on a node that is away, and the second on one that is there
    floor = a_floor(ready=False)
    floor.node_up("b", "core-b")
    floor.parked("L1", node="a")
    floor.wait(1.0)
    floor.parked("L2", node="b")
    floor.give(DOWN)
    # When an agent is ready: then the second is offered
    assert floor.ready("li").the(o.OfferMade).call == "L2"


def test_a_nodes_truth_is_asked_for_until_it_comes_and_then_regularly() -> None:
    # Given a link that stands
    floor = a_floor(node=False, ready=False)
    floor.node_up(synced=False)
    # When nothing comes: then it is asked for every five seconds
    assert [len(floor.wait(5.0).every(r.Survey)) for _ in range(3)] == [1, 1, 1]
    # And when it came, every half minute
    floor.seen()
    assert len(floor.wait(5.0).every(r.Survey)) == 1
    assert len(floor.wait(29.9).every(r.Survey)) == 0
    assert len(floor.wait(0.1).every(r.Survey)) == 1
    # And not at all while the link is lost
    floor.give(DOWN)
    assert not floor.wait(100.0).every(r.Survey)


def test_a_link_that_is_told_twice_is_asked_twice_and_loses_nothing() -> None:
    floor = stage("talking")
    told = floor.node_up(synced=False)
    assert not told.the(o.NodeConnected).restarted
    assert floor.call("L1").place.value == "talking"


def test_a_node_lost_before_it_was_known() -> None:
    floor = Floor()
    assert floor.give(DOWN).the(o.NodeLost).node == "a"
    assert not floor.node_up(synced=False).the(o.NodeConnected).restarted


# ---- files --------------------------------------------------------------------------------------------------------


def test_settings_that_are_in_force_already_are_nothing() -> None:
    floor = a_floor()
    assert floor.give(f.SettingsLoaded(settings=settings_of())).is_nothing


def test_new_settings_are_in_force_for_what_begins_now() -> None:
    # Given a caller who waits in a queue that only Wang will serve
    floor = a_floor(ready=False)
    floor.parked("L1")
    floor.ready("li")
    assert floor.call("L1").offer
    # When settings come that know another agent and another ring timeout
    queues = (n.Queue(name=QueueName("support"), ring_timeout=7.0),)
    told = floor.give(f.SettingsLoaded(settings=settings_of(("li", "wang"), hash="h2", queues=queues)))
    # Then they are taken; Wang is there, offline
    assert told.the(o.SettingsTaken).settings.hash == "h2"
    floor.ready("wang")
    floor.parked("L2")
    assert floor.requests[-1].timeout == 7.0


def test_new_settings_find_free_agents_for_those_who_wait() -> None:
    # Given a caller in sales, and Li ready for support only
    floor = a_floor()
    floor.parked("L1", entry="sales")
    # When settings come in which Li serves sales: then he is offered the call at once
    li = n.Agent(agent=floor.agent().agent.agent, phone="1001", queues=(QueueName("sales"),))
    told = floor.give(f.SettingsLoaded(settings=settings_of((li,), hash="h2")))
    assert told.the(o.OfferMade).queue == "sales"


def test_a_queue_that_is_gone_from_the_files_still_serves_those_who_wait() -> None:
    # Given a caller who waits
    floor = a_floor(ready=False)
    floor.parked("L1")
    # When his queue is gone from the files
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2", queues=())))
    # Then he is offered all the same, under the default rules
    assert floor.ready("li").the(r.RingAgent).timeout == 20.0


# What becomes of a caller whose queue `support` is gone from the files, which have nobody who serves it.
SALES_ONLY = {"hash": "h2", "queues": (n.Queue(name=QueueName("sales")),)}


def without_support(entry: n.Entry | None, *agents: n.Agent | str) -> f.SettingsLoaded:
    """Files in which only `sales` is left, and the entry by which the caller came leads elsewhere or is gone."""
    entries = (entry,) if entry else ()
    return f.SettingsLoaded(settings=settings_of(agents or (an_agent("li", "sales"),), entries=entries, **SALES_ONLY))


def test_who_waits_in_a_removed_queue_goes_where_his_entry_leads_now() -> None:
    # Given a caller who has waited 30 s
    floor = a_floor(ready=False)
    floor.parked("L1", answered=True)
    floor.wait(30.0)
    # When the files give his entry another queue and no longer have his
    told = floor.give(without_support(n.Entry(name="support", queue=QueueName("sales"), priority=2)))
    # Then that stay is over with a result of its own, and he waits there with all his time, and with music
    over, waits = told.the(o.VisitEnded), told.the(o.CallEnqueued)
    assert (over.queue, over.result, over.waited) == ("support", VisitResult.REMOVED, 30.0)
    assert (waits.queue, waits.priority, waits.since) == ("sales", 2, floor.now - 30.0)
    assert waits.why == "queue support is no longer in the files; entry support leads here now"
    assert [type(request) for request in told.requests] == [r.Quiet, r.Play]
    # And he is served there
    assert floor.ready("li").the(o.OfferMade).queue == "sales"


def test_who_waits_in_a_removed_queue_hears_the_script_that_his_entry_has_now() -> None:
    floor = a_floor(ready=False)
    floor.parked("L1")
    told = floor.give(without_support(n.Entry(name="support", script="menu")))
    assert told.the(o.VisitEnded).result is VisitResult.REMOVED
    assert told.the(o.StepStarted).script == "menu"
    assert floor.call("L1").place is CallPlace.SCRIPT


def test_whom_a_script_sent_to_a_removed_queue_goes_where_it_says_for_such_a_case() -> None:
    # Given a script with a way for a queue that cannot have the caller, and one without
    short = "steps:\n  wait: {queue: support}\n"
    long = "steps: {a: {queue: support, announce_wait: w.wav, otherwise: sorry}, sorry: {play: x.wav, then: end}}"
    sources = script("menu", long), script("short", short)
    entries = n.Entry(name="menu", script="menu"), n.Entry(name="short", script="short")
    floor = a_floor(ready=False, scripts=sources, entries=entries)
    floor.parked("L1", entry="menu")
    floor.parked("L2", entry="short")
    # When the queue is gone
    told = floor.give(without_support(None))
    # Then the first hears it, and the second is let go with a failure; each stay is over once
    assert [x.call for x in told.every(o.VisitEnded)] == ["L1", "L2"]
    assert [(x.call, x.step) for x in told.every(o.StepStarted)] == [("L1", "sorry")]
    assert [(x.leg, x.cause) for x in told.every(r.HangUp)] == [("L2", "NORMAL_TEMPORARY_FAILURE")]


def test_who_has_neither_queue_nor_entry_left_is_let_go() -> None:
    floor = a_floor(ready=False)
    floor.parked("L1")
    told = floor.give(without_support(None))
    assert told.the(o.VisitEnded).result is VisitResult.REMOVED
    assert told.the(o.CallLeaving).result is CallResult.LOST
    assert told.the(o.CallLeaving).why == "no entry named 'support'"


def test_a_phone_that_rings_for_him_may_still_be_answered() -> None:
    # Given Li's phone, which rings for a caller
    floor = a_floor()
    agent_leg = floor.offered("L1")
    # When the queue is removed: then the phone rings on
    told = floor.give(without_support(n.Entry(name="support", queue=QueueName("sales"))))
    assert not told.every(o.OfferEnded) and not told.every(o.VisitEnded)
    # And only when it is not answered does the caller go elsewhere
    assert floor.ended(agent_leg, "USER_BUSY").the(o.CallEnqueued).queue == "sales"


def test_who_is_served_by_an_agent_of_an_order_stays_until_he_is_not() -> None:
    # Given an agent whom an order gave the queue
    floor = a_floor(ready=False)
    floor.order(d.AddAgent, agent=an_agent("zhao"))
    floor.parked("L1")
    # When the queue is removed from the files: then the caller stays
    assert not floor.give(without_support(n.Entry(name="support", queue=QueueName("sales")))).every(o.VisitEnded)
    assert floor.line() == ["L1"]
    # And when an order gives that agent another queue, nobody is left to come
    assert floor.order(d.AddAgent, agent=an_agent("zhao", "sales")).the(o.CallEnqueued).queue == "sales"


@pytest.mark.parametrize("name", ["talking", "bridging"])
def test_who_talks_while_he_is_removed_leaves_the_list_when_his_wrapup_is_over(name: str) -> None:
    # Given Li in a call, or about to be, and files that no longer name him
    floor = stage(name)
    floor.give(f.SettingsLoaded(settings=settings_of(("wang",), hash="h2")))
    assert floor.agent().status is AgentStatus.OFFLINE
    # When he would like another call: then he is told why not
    refused = floor.ready("li").the(o.OrderRefused)
    assert refused.why == "agent li is no longer in the files" and not refused.missing
    # When the talk and its wrap-up are over, or the bridge does not come to be
    told = floor.ended(floor.call("L1").agent_leg or floor.agent_leg("L1"))
    told.take(floor.wait(15.0))
    # Then he is off the list
    assert told.the(o.AgentRemoved).agent == "li"
    assert AgentId("li") not in floor.state.agents


def test_who_is_back_in_the_files_before_his_talk_is_over_stays() -> None:
    floor = stage("talking")
    floor.give(f.SettingsLoaded(settings=settings_of(("wang",), hash="h2")))
    floor.give(f.SettingsLoaded(settings=settings_of(("li",), hash="h3")))
    floor.ended(floor.call("L1").agent_leg)
    floor.wait(15.0)
    assert floor.agent().state is AgentState.IDLE


@pytest.mark.parametrize("name", STAGES)
def test_who_is_gone_from_the_files_gets_no_more_calls(name: str) -> None:
    # Given Li, and a call in each place
    floor = stage(name)
    place = floor.call("L1").place
    busy = floor.agent().state is not AgentState.IDLE and place is not CallPlace.WAITING
    # When the files name Wang instead of him
    floor.give(f.SettingsLoaded(settings=settings_of(("wang",), hash="h2")))
    hold_laws(floor.state, floor.now)
    # Then he is off the list, or offline while he has a call; one that rang for him waits on, a talk goes on
    assert (AgentId("li") in floor.state.agents) == busy
    assert not busy or floor.agent().status is AgentStatus.OFFLINE
    assert floor.call("L1").place is place
    assert not floor.call("L1").offer or busy


def test_an_agent_of_an_order_outlives_the_files() -> None:
    # Given an agent who was taken on by an order
    floor = a_floor()
    floor.order(d.AddAgent, agent=an_agent("zhao"))
    floor.ready("zhao")
    # When other files are read, then he is as he was
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2")))
    assert floor.agent("zhao").status is AgentStatus.READY
