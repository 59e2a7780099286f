"""Who answers whom: the caller who counts to have come first; the longest idle who serves the queue."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.matching import Match, matches
from ccswitch.acd.order import Waiting, head_start
from ccswitch.acd.pools import Pool, queue_of
from ccswitch.model.ids import AgentId, CallId, QueueName

Lines = dict[Pool, list[Waiting]]


def line(*places: tuple[int, float, str]) -> list[Waiting]:
    """Callers by priority, arrival and name, in order; a priority is worth a minute."""
    ahead = [head_start(priority, 0.0, worth=60.0, most=3600.0) for priority, _, _ in places]
    return sorted(Waiting(one[1] - early, CallId(one[2])) for one, early in zip(places, ahead, strict=True))


def free(agent: str, idle_since: float, *queues: str, first: bool = False) -> IdleAgent:
    """An agent who is free, by idle time; with `first` he takes his first queue's callers first."""
    lines = {Pool(queue): (0, idle_since) for queue in queues or ("s",)}
    return IdleAgent(idle_since, AgentId(agent), lines, first=tuple((pool,) for pool in lines) if first else ())


def pairs(waiting: dict[str, list[Waiting]], *agents: IdleAgent) -> list[tuple[str, str]]:
    """Who is matched with whom, in order, at 100."""
    lines = {Pool(queue): callers for queue, callers in waiting.items()}
    return [(match.call, match.agent) for match in matches(lines, IdleAgents.of(agents), now=100.0)]


def test_the_first_caller_gets_the_longest_idle_agent() -> None:
    # Given two callers and two agents
    waiting = {"s": line((0, 10.0, "c1"), (0, 20.0, "c2"))}
    # Then first meets longest idle, whatever order the agents are named in
    assert pairs(waiting, free("b", 5.0), free("a", 7.0)) == [("c1", "b"), ("c2", "a")]


def test_a_head_start_counts_as_an_earlier_arrival_over_all_queues() -> None:
    # Given an earlier caller in one queue and a later one of priority in another
    waiting = {"s": line((0, 10.0, "c1")), "t": line((5, 20.0, "c2"))}
    # When one agent of both is free: then the one of priority is first
    assert pairs(waiting, free("a", 5.0, "s", "t")) == [("c2", "a")]


def test_an_agent_is_not_kept_for_a_queue_that_he_does_not_serve() -> None:
    # Given a first caller whom nobody serves
    waiting = {"s": line((9, 10.0, "c1")), "t": line((0, 20.0, "c2"))}
    # Then the second is served
    assert pairs(waiting, free("a", 5.0, "t")) == [("c2", "a")]


def test_nobody_is_matched_twice() -> None:
    # Given an agent of two queues with a caller each
    waiting = {"s": line((0, 10.0, "c1")), "t": line((0, 11.0, "c2"))}
    assert pairs(waiting, free("a", 5.0, "s", "t")) == [("c1", "a")]


def test_without_callers_or_agents_there_is_no_match() -> None:
    assert pairs({"s": []}, free("a", 5.0)) == []
    assert pairs({"s": line((0, 1.0, "c1"))}) == []
    assert pairs({}) == []


def test_a_match_says_of_whom_he_was_chosen() -> None:
    # Given three free agents, two of them in the caller's queue
    waiting = {Pool("s"): line((3, 90.0, "c1"), (0, 95.5, "c2"))}
    agents = [free("a", 40.0), free("b", 60.0), free("c", 0.0, "t")]
    # Then each match names how many fitted, without those who are taken, and who would have been next
    first, second = matches(waiting, IdleAgents.of(agents), now=100.0)
    assert first == Match(CallId("c1"), Pool("s"), AgentId("a"), 2, AgentId("b"))
    assert second == Match(CallId("c2"), Pool("s"), AgentId("b"), 1, AgentId(""))


def test_who_rests_is_passed_over_and_not_counted() -> None:
    # Given the longest idle of three at rest until 101
    waiting = {Pool("s"): line((0, 90.0, "c1"))}
    agents = [replace(free("a", 10.0), rest_until=101.0), free("b", 60.0), free("c", 70.0)]
    # Then before that the next is chosen of the two others, and then he himself of all
    (before,) = matches(waiting, IdleAgents.of(agents), now=100.0)
    assert (before.agent, before.fitting, before.second) == ("b", 2, "c")
    (after,) = matches(waiting, IdleAgents.of(agents), now=101.0)
    assert (after.agent, after.fitting, after.second) == ("a", 3, "b")


def test_who_meets_more_of_what_is_liked_goes_before_who_is_idle_longer() -> None:
    # Given the longest idle, who meets less of what the callers prefer, and two who meet more
    lines = {Pool("s??vip"): (1, 5.0)}
    agents = [IdleAgent(5.0, AgentId("a"), lines)]
    agents += [
        IdleAgent(since, AgentId(name), {Pool("s??vip"): (0, since)}) for name, since in (("c", 8.0), ("b", 9.0))
    ]
    # Then these are rung before him, by idle time
    waiting = {Pool("s??vip"): line((0, 1.0, "c1"), (0, 2.0, "c2"), (0, 3.0, "c3"))}
    assert [match.agent for match in matches(waiting, IdleAgents.of(agents), now=10.0)] == ["c", "b", "a"]


def test_a_queue_that_rings_several_at_once_gives_its_first_caller_all_it_may() -> None:
    # Given three free agents, a caller of a queue that rings two at once, and one behind him
    waiting = {Pool("s"): line((0, 1.0, "c1"), (0, 2.0, "c2"))}
    agents = IdleAgents.of([free("a", 5.0), free("b", 6.0), free("c", 7.0)])
    # Then two are rung for the first, and who is left for the second
    found = [(one.call, one.agent) for one in matches(waiting, agents, 10.0, {QueueName("s"): 2})]
    assert found == [("c1", "a"), ("c1", "b"), ("c2", "c")]


def test_who_takes_his_first_queue_first_does_so() -> None:
    # Given an earlier caller in the agent's second queue, and two in his first
    waiting = {"s": line((0, 10.0, "c2"), (0, 11.0, "c3")), "t": line((0, 1.0, "c1"))}
    # When he is the only one: then he takes the first of his first queue
    assert pairs(waiting, free("a", 5.0, "s", "t", first=True)) == [("c2", "a")]
    # And with one more of both queues, the one who came first is not kept waiting
    both = pairs(waiting, free("a", 5.0, "s", "t", first=True), free("b", 6.0, "s", "t"))
    assert both == [("c2", "a"), ("c1", "b")]
    # And three of them leave nobody
    three = [free(name, 5.0, "s", "t", first=True) for name in "abc"]
    assert pairs(waiting, *three) == [("c2", "a"), ("c3", "b"), ("c1", "c")]


def test_first_queue_first_is_not_for_callers_who_ring_several() -> None:
    # Given a queue that rings two at once, and two of its callers: the later one may be helped by t's agents too
    waiting = {"s?skill": line((3, 180.0, "c1")), "s+t": line((0, 10.0, "c2"))}
    lines = {Pool(name): (0, 5.0) for name in ("t", "s+t", "s", "s?skill")}
    first = ((Pool("t"), Pool("s+t")), (Pool("s"), Pool("s+t"), Pool("s?skill")))
    agent = IdleAgent(5.0, AgentId("a"), lines, 0.0, first)
    # When the only agent takes callers of t first, Then the first of the two who ring several has him all the same
    found = matches(
        {Pool(name): places for name, places in waiting.items()}, IdleAgents.of([agent]), 200.0, {QueueName("s"): 2}
    )
    assert [(one.call, one.agent) for one in found] == [("c1", "a")]


def test_a_line_is_looked_through_only_as_far_as_there_are_agents() -> None:
    # Given two agents and a line that must not be asked for a fourth caller
    def callers() -> Iterator[Waiting]:
        yield from line((0, 1.0, "c1"), (0, 2.0, "c2"), (0, 3.0, "c3"))
        raise AssertionError("asked for more than it can use")

    found = matches({Pool("s"): callers()}, IdleAgents.of([free("a", 5.0), free("b", 6.0)]), now=10.0)
    assert [(match.call, match.agent) for match in found] == [("c1", "a"), ("c2", "b")]


def by_definition(
    waiting: Lines, agents: list[IdleAgent], at_once: dict[QueueName, int]
) -> list[tuple[CallId, AgentId]]:
    """The rule as it is said, without any cleverness."""
    callers = sorted((place, pool) for pool, places in waiting.items() for place in places)
    idle, found = [agent for agent in agents if agent.rest_until <= 10.0], []
    while turn := next(((one, fits) for one in callers if (fits := fitting(idle, one[1]))), None):
        served, able = turn
        chosen = able[: at_once.get(queue_of(served[1]), 1)]
        if len(chosen) == 1:
            served = first_of_his(chosen[0], callers, at_once) or served
        found += [(served[0].call, one.agent) for one in chosen]
        idle = [one for one in idle if one not in chosen]
        callers.remove(served)
    return found


def fitting(idle: list[IdleAgent], pool: Pool) -> list[IdleAgent]:
    """Who stands in a line, in order."""
    able = [agent for agent in idle if pool in agent.lines]
    return sorted(able, key=lambda agent: (*agent.lines[pool], agent.idle_since, agent.agent))


def first_of_his(
    agent: IdleAgent, callers: list[tuple[Waiting, Pool]], at_once: dict[QueueName, int]
) -> tuple[Waiting, Pool] | None:
    """Whom he takes who takes his first queue's callers first."""
    for own in agent.first:
        there = [one for one in callers if one[1] in own and queue_of(one[1]) not in at_once]
        if there:
            return min(there)
    return None


POOLS = st.sampled_from([Pool(name) for name in "stu"])


@st.composite
def floors(draw: st.DrawFn) -> tuple[Lines, list[IdleAgent], dict[QueueName, int]]:
    """Callers and agents of three queues."""
    waiting: Lines = {}
    for number in range(draw(st.integers(0, 12))):
        place = Waiting(draw(st.integers(-120, 5)), CallId(f"c{number}"))
        waiting.setdefault(draw(POOLS), []).append(place)
    agents = []
    for number in range(draw(st.integers(0, 8))):
        pools = draw(st.lists(POOLS, unique=True))
        lines = {pool: (draw(st.integers(0, 1)), draw(st.integers(0, 2))) for pool in pools}
        first = tuple((pool,) for pool in pools) if draw(st.booleans()) else ()
        rest = draw(st.sampled_from([0.0, 0.0, 10.0, 11.0]))
        agents.append(IdleAgent(draw(st.integers(0, 5)), AgentId(f"a{number}"), lines, rest, first))
    at_once = draw(st.sampled_from([{}, {}, {QueueName("s"): 2}, {QueueName("t"): 5}]))
    return {pool: sorted(places) for pool, places in waiting.items()}, agents, at_once


@given(floors())
def test_any_floor_is_matched_as_the_rule_says(floor: tuple[Lines, list[IdleAgent], dict[QueueName, int]]) -> None:
    waiting, agents, at_once = floor
    found = [(match.call, match.agent) for match in matches(waiting, IdleAgents.of(agents), 10.0, at_once)]
    assert found == by_definition(waiting, agents, at_once)
