"""Skills in simulation: how much it is worth that an agent can do more than one thing.

Six types of calls, 90 agents, 84 Erlang, 30 waiting places, talks of 10 minutes; an idle agent who has the type first
is taken before one who has it second, and a freed agent takes his first type's callers first. Mean wait after Wallace
and Whitt (2005): 2.456 min with one skill each, 0.591 with two, 0.490 with three, 0.442 with six.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.acd.strategies import FIRST_QUEUE
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import Queue
from ccswitch.planning.estimates import Estimate, estimate
from ccswitch.planning.figures import OVERALL
from ccswitch.planning.play import play
from ccswitch.planning.scenario import AgentGroup, CallType, Horizon, Rates, Scenario
from ccswitch.planning.scenario_file import load
from tests.planning.files import CHECKOUT, no_rules
from tests.planning.scenarios import HOUR, MINUTE, exponential

TYPES = [QueueName(f"t{n}") for n in range(6)]
KNOWN = {1: 2.456, 2: 0.591, 3: 0.490, 6: 0.442}  # mean wait in minutes, by skills for each agent


def shifts(first: int, skills: int) -> list[tuple[int, ...]]:
    """The skills of the fifteen agents whose first is that: the others shared out evenly."""
    others = [(first + step) % 6 for step in range(1, 6)]
    turned = [others[start:] + others[:start] for start in range(5)]
    threes = [(a, b) for n, a in enumerate(others) for b in (others[(n + k) % 5] for k in (1, 2, 3))]
    more = {1: [()] * 15, 2: [(other,) for other in others * 3], 3: threes, 6: [tuple(one) for one in turned * 3]}
    return [(first, *one) for one in more[skills]]


def centre(skills: int, horizon: Horizon) -> Scenario:
    """Ninety agents with so many skills each."""
    able = [one for first in range(6) for one in shifts(first, skills)]
    groups = tuple(
        AgentGroup(
            name=f"agent {n}",
            count=1,
            queues=tuple(TYPES[kind] for kind in kinds),
            skills=tuple(f"{TYPES[kind]}={10 - place}" for place, kind in enumerate(kinds)),
            takes=FIRST_QUEUE,
        )
        for n, kinds in enumerate(able)
    )
    return Scenario(
        name=f"{skills} skills",
        horizon=horizon,
        queues=tuple(
            Queue(name=one, skills=one, strategy="best_skill", wrapup=0.0, short_abandon=0.0) for one in TYPES
        ),
        groups=groups,
        types=tuple(CallType(name=one, queue=one, service=exponential(10 * MINUTE)) for one in TYPES),
        arrivals=Rates(rates=(8.4 / MINUTE,)),
        places=30,
    )


def mean_wait(scenario: Scenario, seed: int = 1) -> Estimate:
    """Of all who were let in, in seconds."""
    return estimate([play(scenario, seed)], scenario)[OVERALL]["mean_wait"]


def test_skills_are_shared_out_evenly() -> None:
    for skills in KNOWN:
        able = [one for first in range(6) for one in shifts(first, skills)]
        assert len(able) == 90 and all(len(set(one)) == skills for one in able)
        for place in range(skills):
            assert {kind: sum(one[place] == kind for one in able) for kind in range(6)} == dict.fromkeys(range(6), 15)


def test_a_second_skill_is_worth_more_than_half_of_the_wait() -> None:
    # Given the same day for agents of one skill and of two
    horizon = Horizon(warmup=HOUR, length=HOUR, batches=4)
    one, two = (mean_wait(centre(skills, horizon)).crude for skills in (1, 2))
    # Then the second takes away more than half of the wait (`make soak` has all four rows)
    assert one is not None and two is not None
    assert two.value < one.value / 2


def test_the_shipped_scenario_is_the_second_row() -> None:
    shipped = load(CHECKOUT / "conf" / "scenarios" / "skills.yaml", no_rules).scenario
    assert sum(group.count for group in shipped.groups) == 90
    assert all(len(group.skills) == 2 and group.takes == FIRST_QUEUE for group in shipped.groups)
    assert {one.strategy for one in shipped.queues} == {"best_skill"}
    short = replace(shipped, horizon=Horizon(warmup=HOUR, length=HOUR, batches=1))
    found = mean_wait(short).crude
    assert found is not None and 0 < found.value < 3 * MINUTE


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("skills", KNOWN)
def test_the_rows(skills: int) -> None:
    # Given a long run
    found = mean_wait(centre(skills, Horizon(warmup=5 * HOUR, length=8 * HOUR, batches=40)))
    # Then the known figure lies within the interval of 99 %
    assert found.crude is not None
    value, half = found.crude.value / MINUTE, found.crude.half[99] / MINUTE
    print(f"| {skills} | {KNOWN[skills]} | {value:.3f} ± {half:.3f} |")
    assert abs(value - KNOWN[skills]) <= half
