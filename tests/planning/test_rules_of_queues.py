"""Plans with the rules of queues: relaxed and sent on as live, and everybody counted once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ccswitch.model import outcomes as o
from ccswitch.model.ids import QueueName
from ccswitch.model.nouns import Queue
from ccswitch.planning.figures import OVERALL, Slice
from ccswitch.planning.play import play
from ccswitch.planning.scenario import AgentGroup, Horizon, Scenario
from tests.planning.files import SMALL, read, wrong
from tests.planning.scenarios import HOUR, Watched, markovian

CARE = QueueName("care")


def crowded(*rules: str) -> Scenario:
    """More callers than the crew of `main` can have; three more agents, who are of `care`."""
    scenario = markovian(4.0, 2.0, 6, horizon=Horizon(length=HOUR))
    queues = (replace(scenario.queues[0], rules=rules), Queue(name=CARE, wrapup=0.0, short_abandon=0.0))
    helpers = AgentGroup(name="helpers", count=3, queues=(CARE,))
    return replace(scenario, queues=queues, groups=(*scenario.groups, helpers))


def test_who_overflows_out_of_the_queues_is_gone_and_waits_no_longer_than_the_rule_lets_him() -> None:
    # Given patient callers, too many of them, and a rule
    visits = play(crowded("after 60s: to voicemail:main"), 3).batches[0][OVERALL].visits
    # Then each is counted once, many overflow, and nobody waits longer
    assert visits.offered == visits.answered + visits.otherwise and visits.waiting == 0
    assert visits.overflowed == visits.otherwise > 20
    assert 59.0 < visits.longest_wait < 60.001


def test_a_full_queue_sends_on_whoever_is_too_many() -> None:
    # Given a queue that holds four, and nothing to be heard in a plan
    watched = Watched()
    play(crowded("when waiting > 4: to number:+8621"), 3, trace=watched)
    left = watched.of(o.VisitEnded)
    there = most = 0
    for _, one in watched.of(o.CallEnqueued) + left:
        assert one.queue == "main"
    # Then at no instant do more than four wait, the fifth being sent on in the instant in which he came
    for _, one in sorted(
        watched.of(o.CallEnqueued) + left, key=lambda seen: (seen[0], isinstance(seen[1], o.CallEnqueued))
    ):
        there += 1 if isinstance(one, o.CallEnqueued) else -1
        most = max(most, there)
    assert most == 4
    assert {one.waited for _, one in left if one.to} == {0.0}


def test_another_queues_agents_help_in_place() -> None:
    # Given the same callers with and without the helpers
    alone, helped = (play(crowded(*rules), 3).batches[0] for rules in ((), ("after 20s: add queue care",)))
    # Then the helpers have calls, the waits are shorter, and everybody stays in his own queue
    helpers = Slice("group", "helpers")
    assert alone[helpers].visits.answered == 0 < helped[helpers].visits.answered
    waits = [batch[OVERALL].visits.answered_wait / batch[OVERALL].visits.answered for batch in (alone, helped)]
    assert waits[1] < waits[0] / 2
    assert helped[OVERALL].visits.overflowed == 0


def test_who_overflows_to_another_queue_is_offered_once_in_each() -> None:
    visits = play(crowded("after 20s: to queue:care"), 3).batches[0][OVERALL].visits
    assert visits.offered == visits.answered + visits.abandoned + visits.otherwise + visits.waiting
    assert visits.overflowed == visits.otherwise > 20


def test_rules_and_skills_of_a_file(tmp_path: Path) -> None:
    # Given a queue that requires what nobody has, until a rule asks for less
    text = SMALL.replace("main: {}", "main: {skills: billing >= 9, rules: ['after 20s: billing >= 3']}")
    text = text.replace("count: 4", "count: 4, skills: [billing=7]")
    scenario = read(tmp_path, text).scenario
    assert (scenario.queues[0].rules, scenario.groups[0].skills) == (("after 20s: billing >= 3",), ("billing=7",))
    # Then everybody waits twenty seconds at least
    watched = Watched()
    play(scenario, 1, trace=watched)
    talks = watched.of(o.TalkStarted)
    assert len(talks) > 30 and min(talk.waited for _, talk in talks) >= 20.0


def test_what_is_wrong_is_told_where_it_stands(tmp_path: Path) -> None:
    text = SMALL.replace("main: {}", "main: {rules: ['after 20: billing', 'after 9s: add queue care']}")
    [told] = wrong(tmp_path, text)
    assert told.startswith("5:18: ") and "column 7: how long" in told
    [told] = wrong(tmp_path, text.replace("20:", "20s:"))
    assert told.startswith("5:") and "there is no queue 'care'" in told
