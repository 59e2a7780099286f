"""Who answers whom: the caller who counts to have come first; the longest idle who serves the queue."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.matching import Match, matches
from ccswitch.acd.order import Waiting, head_start
from ccswitch.model.ids import AgentId, CallId, QueueName

Lines = dict[QueueName, list[Waiting]]


def line(*places: tuple[int, float, str]) -> list[Waiting]:
    """Callers by priority, arrival and name, in order; a priority is worth a minute."""
    ahead = [head_start(priority, 0.0, worth=60.0, most=3600.0) for priority, _, _ in places]
    return sorted(Waiting(one[1] - early, CallId(one[2])) for one, early in zip(places, ahead, strict=True))


def free(agent: str, idle_since: float, *queues: str) -> IdleAgent:
    """An agent who is free."""
    return IdleAgent(idle_since, AgentId(agent), frozenset(QueueName(queue) for queue in queues or ("s",)))


def pairs(waiting: dict[str, list[Waiting]], *agents: IdleAgent) -> list[tuple[str, str]]:
    """Who is matched with whom, in order, at 100."""
    lines = {QueueName(queue): callers for queue, callers in waiting.items()}
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


def test_a_match_says_why() -> None:
    # Given three free agents, two of them in the caller's queue
    waiting = {QueueName("s"): line((3, 90.0, "c1"), (0, 95.5, "c2"))}
    agents = [free("a", 40.0), free("b", 60.0), free("c", 0.0, "t")]
    # Then each match names the field it chose from, without those who are taken
    first, second = matches(waiting, IdleAgents.of(agents), now=100.0)
    assert first == Match(
        CallId("c1"),
        QueueName("s"),
        AgentId("a"),
        "longest idle of 2, idle 60 s",
    )
    assert second.why == "the only free agent, idle 40 s"


def test_who_rests_is_passed_over_and_not_counted() -> None:
    # Given the longest idle of three at rest until 101
    waiting = {QueueName("s"): line((0, 90.0, "c1"))}
    agents = [free("a", 10.0)._replace(rest_until=101.0), free("b", 60.0), free("c", 70.0)]
    # Then before that the next is chosen of the two others, and then he himself of all
    (before,) = matches(waiting, IdleAgents.of(agents), now=100.0)
    assert before.agent == "b" and before.why.startswith("longest idle of 2, idle 40 s")
    (after,) = matches(waiting, IdleAgents.of(agents), now=101.0)
    assert after.agent == "a" and after.why.startswith("longest idle of 3, idle 91 s")


def test_a_line_is_looked_through_only_as_far_as_there_are_agents() -> None:
    # Given two agents and a line that must not be asked for a fourth caller
    def callers() -> Iterator[Waiting]:
        yield from line((0, 1.0, "c1"), (0, 2.0, "c2"), (0, 3.0, "c3"))
        raise AssertionError("asked for more than it can use")

    found = matches({QueueName("s"): callers()}, IdleAgents.of([free("a", 5.0), free("b", 6.0)]), now=10.0)
    assert [(match.call, match.agent) for match in found] == [("c1", "a"), ("c2", "b")]


def by_definition(waiting: Lines, agents: list[IdleAgent]) -> list[tuple[CallId, AgentId]]:
    """The rule as it is said, without any cleverness."""
    callers = sorted((place, queue) for queue, places in waiting.items() for place in places)
    idle, found = sorted(agent for agent in agents if agent.rest_until <= 10.0), []
    for place, queue in callers:
        chosen = next((agent for agent in idle if queue in agent.queues), None)
        if chosen is not None:
            idle.remove(chosen)
            found.append((place.call, chosen.agent))
    return found


QUEUES = st.sampled_from([QueueName(name) for name in "stu"])


@st.composite
def floors(draw: st.DrawFn) -> tuple[Lines, list[IdleAgent]]:
    """Callers and agents of three queues."""
    waiting: Lines = {}
    for number in range(draw(st.integers(0, 12))):
        place = Waiting(draw(st.integers(-120, 5)), CallId(f"c{number}"))
        waiting.setdefault(draw(QUEUES), []).append(place)
    agents = [
        IdleAgent(
            draw(st.integers(0, 5)),
            AgentId(f"a{number}"),
            frozenset(draw(st.sets(QUEUES))),
            draw(st.sampled_from([0.0, 0.0, 10.0, 11.0])),
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    return {queue: sorted(places) for queue, places in waiting.items()}, agents


@given(floors())
def test_any_floor_is_matched_as_the_rule_says(floor: tuple[Lines, list[IdleAgent]]) -> None:
    waiting, agents = floor
    found = [(match.call, match.agent) for match in matches(waiting, IdleAgents.of(agents), now=10.0)]
    assert found == by_definition(waiting, agents)
