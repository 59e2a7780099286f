"""Strategies: each by its definition, ties by idle time and name, balance and chance within their bounds."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents
from ccswitch.acd.matching import matches
from ccswitch.acd.order import Waiting, head_start
from ccswitch.acd.pools import Pool, Wanted, pool, wanted_of
from ccswitch.acd.strategies import STRATEGIES, draw, key, unmet, words
from ccswitch.model.ids import AgentId, CallId, QueueName
from ccswitch.model.nouns import Agent, Queue

S = QueueName("s")


@dataclass
class Person:
    """What is counted of an agent."""

    name: str
    idle_since: float = 0.0
    offered_at: float = 0.0
    talks: int = 0
    worked: float = 0.0
    idled: float = 0.0
    draw: float = 0.0
    skills: tuple[str, ...] = ()


def order(strategy: str, people: list[Person], wanted: Wanted = Wanted((S,)), **rules: object) -> str:
    """The names in the order in which they are rung."""
    queue, idle = Queue(name=S, strategy=strategy, **rules), IdleAgents()  # type: ignore[arg-type]
    for one in people:
        agent = Agent(agent=AgentId(one.name), queues=(S,), skills=one.skills)
        stands = unmet(agent, wanted.prefers), key(queue, agent, wanted)(one)
        idle.join(IdleAgent(one.idle_since, agent.agent, {pool(wanted): stands}))
    waiting = {pool(wanted): [Waiting(0.0, CallId(f"c{n}")) for n, _ in enumerate(people)]}
    return "".join(match.agent for match in matches(waiting, idle, 100.0))


@pytest.mark.parametrize(
    ("strategy", "people", "rung"),
    [
        ("longest_idle", [Person("a", 7.0), Person("b", 5.0), Person("c", 7.0)], "bac"),
        ("ring_all", [Person("a", 7.0), Person("b", 5.0)], "ba"),
        ("round_robin", [Person("a", offered_at=9.0), Person("b", 5.0, 8.0), Person("c", 6.0)], "cba"),
        ("fewest_calls", [Person("a", talks=2), Person("b", 9.0, talks=1), Person("c", 8.0, talks=1)], "cba"),
        ("least_occupied", [Person("a", worked=60.0, idled=40.0), Person("b", worked=90.0, idled=110.0)], "ba"),
        ("least_occupied", [Person("a", worked=1.0, idled=99.0), Person("b")], "ba"),
        ("weighted_random", [Person("a", draw=0.7), Person("b", draw=0.2)], "ba"),
    ],
)
def test_who_is_rung_first(strategy: str, people: list[Person], rung: str) -> None:
    assert order(strategy, people) == rung


def test_levels_count_in_what_is_asked_alone() -> None:
    # Given callers who require billing and like Chinese, and agents with other skills too
    wanted = Wanted((S,), "billing >= 2", "zh")
    people = [
        Person("a", skills=("billing=3", "zh=2", "golf=10")),
        Person("b", skills=("billing=9", "zh=9")),
        Person("c", skills=("billing=10",)),
    ]
    # Then who meets what is liked goes first, and then the highest sum, or the lowest that is enough
    assert order("best_skill", people, wanted) == "bac"
    assert order("lowest_sufficient", people, wanted) == "abc"


def test_who_is_not_in_the_order_comes_last() -> None:
    people = [Person("a"), Person("b", 3.0), Person("c", 2.0)]
    assert order("ordered", people, order=(AgentId("b"),)) == "bac"


def test_every_strategy_has_its_words() -> None:
    assert all(words(name, Person("a")) for name in STRATEGIES)


def test_a_pool_s_name_says_what_is_wanted() -> None:
    for wanted in (
        Wanted((S,)),
        Wanted((S, QueueName("t")), "a >= 3 and not b", "c, d >= 2"),
        Wanted((S,), "", "c", AgentId("li.wei")),
        Wanted((S,), agent=AgentId("li")),
    ):
        assert wanted_of(pool(wanted)) == wanted
    assert pool(Wanted((S,))) == Pool("s")


# ---- balance ----


def served(strategy: str, agents: int, calls: int, *, weights: tuple[int, ...] = ()) -> Counter[str]:
    """How often each is rung, of agents who are free again at once: the law of a centre with time to spare."""
    queue = Queue(name=S, strategy=strategy)
    people = {f"a{n}": Person(f"a{n}") for n in range(agents)}
    weight = {name: weights[n] if weights else 1 for n, name in enumerate(people)}
    turns, drawn, count = Counter[str](), 0.0, Counter[str]()
    for name, one in people.items():
        one.draw = draw(0.0, AgentId(name), 0, weight[name])
    for call in range(1, calls + 1):

        def number(one: Person) -> tuple[float, float, str]:
            return key(queue, Agent(agent=AgentId(one.name)), Wanted((S,)))(one), one.idle_since, one.name

        chosen = min(people.values(), key=number)
        count[chosen.name] += 1
        turns[chosen.name] += 1
        drawn = max(drawn, chosen.draw)
        chosen.offered_at = chosen.idle_since = float(call)
        chosen.talks += 1
        chosen.worked, chosen.idled = chosen.worked + 1.0, chosen.idled + 1.0
        chosen.draw = draw(drawn, AgentId(chosen.name), turns[chosen.name], weight[chosen.name])
    return count


@pytest.mark.parametrize("strategy", ["longest_idle", "round_robin", "fewest_calls"])
@given(agents=st.integers(1, 12), calls=st.integers(0, 60))
def test_nobody_has_two_calls_more_than_another(strategy: str, agents: int, calls: int) -> None:
    count = served(strategy, agents, calls)
    each = [count[f"a{n}"] for n in range(agents)]
    assert max(each) - min(each) <= 1


def test_chance_goes_by_weight_and_starves_nobody() -> None:
    # Given weights 1, 2 and 5, and 4,000 calls
    calls, weights = 4000, (1, 2, 5)
    count = served("weighted_random", 3, calls, weights=weights)
    # Then each has his share, within four standard deviations of independent draws
    for n, weight in enumerate(weights):
        share = weight / sum(weights)
        assert abs(count[f"a{n}"] - calls * share) < 4 * math.sqrt(calls * share * (1 - share))


def test_chance_is_the_same_chance_again() -> None:
    assert draw(1.5, AgentId("li"), 3, 2) == draw(1.5, AgentId("li"), 3, 2) > 1.5
    assert draw(0.0, AgentId("li"), 3, 2) != draw(0.0, AgentId("li"), 4, 2)


# ---- starvation ----


@given(
    st.lists(st.tuples(st.floats(0, 5000), st.integers(-50, 100), st.floats(-4000, 4000)), min_size=1, max_size=60),
    st.floats(0, 3600),
    st.floats(0, 300),
)
def test_nobody_is_overtaken_by_who_comes_later_than_the_greatest_head_start(
    callers: list[tuple[float, int, float]], most: float, worth: float
) -> None:
    # Given callers with any priority and any head start, one agent who takes a caller each 100 s, and everybody waiting
    line = []
    for number, (since, priority, besides) in enumerate(callers):
        ahead = head_start(priority, besides, worth=worth, most=most)
        assert -most <= ahead <= most
        heapq.heappush(line, (Waiting(since - ahead, CallId(f"c{number}")), since))
    # Then whoever is served before another came no more than twice the bound after him
    order_served = [heapq.heappop(line)[1] for _ in range(len(line))]
    for place, since in enumerate(order_served):
        assert all(later >= since - 2 * most - 1e-6 for later in order_served[place + 1 :])
