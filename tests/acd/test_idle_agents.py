"""Idle agents in the line of every queue they serve: always as if they were sorted anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.acd.idle_agents import IdleAgent, IdleAgents, Stand
from ccswitch.acd.pools import Pool
from ccswitch.model.ids import AgentId


def idle(agent: str, since: float, *queues: str, rest_until: float = 0.0) -> IdleAgent:
    """An idle agent of `s`, unless queues are named."""
    return IdleAgent(since, AgentId(agent), {Pool(queue): (0, since) for queue in queues or ("s",)}, rest_until)


def test_the_longest_idle_stands_first_in_each_of_his_queues() -> None:
    # Given three agents of two queues
    lines = IdleAgents.of([idle("a", 9.0, "s", "t"), idle("b", 5.0), idle("c", 7.0, "t")])
    # Then each line is in order of idle time
    assert [one.agent for one in lines.lines[Pool("s")]] == ["b", "a"]
    assert [one.agent for one in lines.lines[Pool("t")]] == ["c", "a"]


def test_who_joins_again_stands_in_one_place() -> None:
    # Given an agent in line
    lines = IdleAgents.of([idle("a", 5.0), idle("b", 6.0)])
    # When he joins as he stands, and then anew, in another queue too
    lines.join(idle("a", 5.0))
    lines.join(idle("a", 7.0, "s", "t"))
    # Then he stands where he last joined
    assert lines == IdleAgents.of([idle("b", 6.0), idle("a", 7.0, "s", "t")])


def test_who_leaves_stands_nowhere_and_an_empty_line_is_none() -> None:
    lines = IdleAgents.of([idle("a", 5.0, "s", "t", rest_until=50.0)])
    lines.leave(AgentId("a"))
    lines.leave(AgentId("a"))
    assert lines == IdleAgents() and lines.lines == {} and lines.resting(0.0) == []


def test_who_rests_is_passed_over_until_his_rest_is_over() -> None:
    lines = IdleAgents.of([idle("a", 5.0, rest_until=50.0), idle("b", 6.0)])
    assert [one.agent for one in lines.resting(49.9)] == ["a"]
    assert lines.resting(50.0) == []


NAMES = st.sampled_from([AgentId(name) for name in "abcd"])
KEYS = st.tuples(st.integers(0, 1), st.integers(0, 2).map(float))
LINES = st.dictionaries(st.sampled_from([Pool(name) for name in "stu"]), KEYS)
PLACES = st.builds(IdleAgent, st.integers(0, 3).map(float), NAMES, LINES, st.sampled_from([0.0, 9.0]))


@given(st.lists(PLACES | NAMES, max_size=40))
def test_whatever_they_do_they_stand_as_if_sorted(moves: list[IdleAgent | AgentId]) -> None:
    # Given any joining and leaving
    lines, known = IdleAgents(), {}
    for move in moves:
        if isinstance(move, IdleAgent):
            lines.join(move)
            known[move.agent] = move
        else:
            lines.leave(move)
            known.pop(move, None)
        # Then every line is that of the agents who are there, sorted
        wanted = {
            pool: sorted(
                Stand(*one.lines[pool], one.idle_since, one.agent) for one in known.values() if pool in one.lines
            )
            for pool in map(Pool, "stu")
        }
        assert lines.lines == {pool: line for pool, line in wanted.items() if line}
        assert {one.agent for one in lines.resting(5.0)} == {one.agent for one in known.values() if one.rest_until}
