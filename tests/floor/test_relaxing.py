"""Rules of a queue at work: what a caller wants becomes less in place, each rule once; a restart forgets none."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.floor.relaxing import next_rule
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import Agent, CallPlace, OfferResult, Queue, VisitResult
from tests.floor.floors import Floor, a_floor, settings_of

SUPPORT, CARE = QueueName("support"), QueueName("care")


def person(name: str, *skills: str, queue: QueueName = SUPPORT) -> Agent:
    return Agent(agent=AgentId(name), phone="1001", queues=(queue,), skills=skills)


def queues(*rules: str, skills: str = "", care: tuple[str, ...] = (), target: float = 30.0) -> tuple[Queue, ...]:
    """Support with these rules, and care."""
    return (
        Queue(name=SUPPORT, rules=rules, skills=skills, target=target),
        Queue(name=CARE, rules=care),
        Queue(name=QueueName("sales")),
    )


def centre(*agents: Agent, rules: tuple[str, ...], ready: bool = True, skills: str = "", target: float = 30.0) -> Floor:
    return a_floor(*agents, ready=ready, queues=queues(*rules, skills=skills, target=target))


def offered(floor: Floor) -> list[tuple[str, str]]:
    return [(offer.call, offer.agent) for offer in floor.everything(o.OfferMade)]


def relaxed(floor: Floor) -> list[str]:
    return [outcome.text for outcome in floor.everything(o.CallRelaxed)]


class TestTime:
    def test_a_second_choice_is_rung_once_the_requirement_is_loosened(self) -> None:
        # Given a queue that wants billing 5, and only Li with billing 3
        floor = centre(person("li", "billing=3"), rules=("after 20s: billing >= 3",), skills="billing >= 5")
        floor.parked("L1", entry="support")
        floor.wait(19.9)
        assert offered(floor) == []
        # When the caller has waited 20 s
        floor.wait(0.2)
        # Then the requirement is another one and Li is rung; the caller's wait began when it began
        assert offered(floor) == [("L1", "li")]
        call = floor.call("L1")
        assert (call.requires, call.behind, call.waiting_since) == (
            "billing >= 3",
            ("after 20s: billing >= 3",),
            floor.now - 20.1,
        )

    def test_what_is_liked_is_loosened_too(self) -> None:
        # Given a caller who likes those who know French, and whose queue forgets that after 20 s
        rules = ("after 20s: prefer nothing", "after 40s: prefer care")
        floor = centre(person("li"), ready=False, rules=rules)
        floor.state.take(replace(floor.state.settings, queues=(replace(queues(*rules)[0], prefers="french"),)))
        floor.parked("L1", entry="support")
        assert floor.call("L1").prefers == "french"
        # When he waits on, then nothing is liked any more, and then something else, and he keeps his place
        arrival = floor.call("L1").arrival
        floor.wait(21.0)
        assert floor.call("L1").prefers == "" and floor.call("L1").arrival == arrival
        floor.wait(20.0)
        assert floor.call("L1").prefers == "care" and relaxed(floor) == list(rules)

    def test_another_queue_is_added_in_place(self) -> None:
        # Given an agent of care alone
        floor = centre(person("zhao", queue=CARE), rules=("after 40s: add queue care",))
        floor.parked("L1", entry="support")
        floor.wait(41.0)
        # Then he is rung, and the caller is still in support
        assert offered(floor) == [("L1", "zhao")]
        assert (floor.call("L1").queue, floor.everything(o.VisitEnded)) == ("support", [])

    def test_priority_and_head_start_move_him_forward(self) -> None:
        # Given two callers whose order a rule will turn: the second asks for more
        floor = centre(person("li"), rules=("after 60s: priority +2",), ready=False)
        floor.parked("L1", entry="support")
        floor.wait(61.0)
        assert floor.call("L1").priority == 2
        # Then his effective arrival is two priorities earlier
        assert floor.call("L1").arrival == floor.call("L1").waiting_since - 2 * floor.state.settings.priority_worth

    def test_at_a_share_of_the_target(self) -> None:
        floor = centre(person("li"), rules=("at 80% of target: head start 60s",), ready=False, target=50.0)
        floor.parked("L1", entry="support")
        floor.wait(39.0)
        assert relaxed(floor) == []
        floor.wait(1.5)
        assert floor.call("L1").head_start == 60.0

    def test_all_that_fell_due_while_nobody_decided_are_taken_in_order(self) -> None:
        # Given three rules, written in another order than their times
        rules = ("after 60s: anybody", "after 20s: billing >= 3", "after 40s: add queue care")
        floor = centre(person("li"), rules=rules, ready=False, skills="billing >= 5")
        floor.parked("L1", entry="support")
        # When the next input comes after all of them
        floor.now += 100.0
        floor.wait(0.0)
        # Then they did what they do one after the other
        assert relaxed(floor) == [rules[1], rules[2], rules[0]]
        assert (floor.call("L1").requires, floor.call("L1").also) == ("", ("care",))

    def test_who_is_offered_is_relaxed_too(self) -> None:
        # Given an agent who does not pick up, and a rule that comes while his phone rings
        floor = centre(person("li"), person("zhao", queue=CARE), rules=("after 5s: add queue care",))
        floor.parked("L1", entry="support")
        assert offered(floor) == [("L1", "li")]
        floor.wait(6.0)
        assert relaxed(floor) == ["after 5s: add queue care"]
        # When the offer ends
        floor.ended(floor.agent_leg("L1"), cause="NO_ANSWER")
        # Then the agents of both queues may have him
        assert offered(floor)[1:] == [("L1", "zhao")]


class TestOverflow:
    def test_after_a_time_he_goes_to_another_queue_and_keeps_his_wait(self) -> None:
        floor = centre(person("li"), rules=("after 120s: to queue:care",), ready=False)
        floor.parked("L1", entry="support")
        began = floor.now
        told = floor.wait(121.0)
        # Then his stay ended by its own word, and he waits on in care since he began
        ended, waits = floor.everything(o.VisitEnded)[0], floor.everything(o.CallEnqueued)[-1]
        assert (ended.result, ended.to, ended.why) == (
            VisitResult.OVERFLOWED,
            "queue:care",
            "after 120s: to queue:care",
        )
        assert (waits.queue, waits.since, floor.call("L1").place) == ("care", began, CallPlace.WAITING)
        asked = [type(request) for request in told.requests if isinstance(request, r.Quiet | r.Play)]
        assert asked == [r.Quiet, r.Play]

    def test_times_of_the_next_queue_count_from_when_he_joined_it(self) -> None:
        rules = queues("after 60s: to queue:care", care=("after 30s: to voicemail:care",))
        floor = a_floor("li", ready=False, queues=rules)
        floor.parked("L1", entry="support")
        floor.wait(61.0)
        assert floor.call("L1").queue == "care"
        floor.wait(28.0)
        assert len(floor.everything(o.VisitEnded)) == 1
        floor.wait(2.0)
        assert [ended.to for ended in floor.everything(o.VisitEnded)] == ["queue:care", "voicemail:care"]

    def test_it_waits_until_the_offer_has_ended(self) -> None:
        # Given a phone that rings when the rule is ripe
        floor = centre(person("li"), rules=("after 5s: to voicemail:support",))
        floor.parked("L1", entry="support")
        floor.wait(6.0)
        assert floor.everything(o.VisitEnded) == []
        # When nobody picks up
        floor.ended(floor.agent_leg("L1"), cause="NO_ANSWER")
        # Then he goes at once
        assert [ended.to for ended in floor.everything(o.VisitEnded)] == ["voicemail:support"]
        assert floor.everything(o.OfferEnded)[-1].result is OfferResult.RONA

    def test_what_was_relaxed_at_the_same_instant_goes_along(self) -> None:
        floor = centre(person("li"), rules=("after 5s: priority +3", "after 5s: to queue:care"), ready=False)
        floor.parked("L1", entry="support")
        floor.wait(6.0)
        assert (floor.call("L1").queue, floor.call("L1").priority) == ("care", 3)

    def test_a_full_queue_sends_on_who_joins_last(self) -> None:
        # Given a queue that holds two
        floor = centre(person("li"), rules=("when waiting > 2: to voicemail:support",), ready=False)
        for leg in ("L1", "L2", "L3"):
            floor.parked(leg, entry="support")
        # Then the third goes to voicemail, without a note of music, and the others wait with theirs
        assert [(ended.call, ended.to) for ended in floor.everything(o.VisitEnded)] == [("L3", "voicemail:support")]
        assert [one.call for one in floor.everything(o.MusicStarted)] == ["L1", "L2"]

    def test_nobody_overflows_while_somebody_is_free_for_him(self) -> None:
        floor = centre(person("li"), rules=("on joining: to voicemail:support",))
        floor.parked("L1", entry="support")
        assert offered(floor) == [("L1", "li")] and floor.everything(o.VisitEnded) == []
        # And when the offer ends, he no longer joins
        floor.ended(floor.agent_leg("L1"), cause="NO_ANSWER")
        assert floor.everything(o.VisitEnded) == []

    def test_when_the_last_agent_logs_out_all_go_and_each_only_once(self) -> None:
        # Given thirty callers, more than one decision may be about
        rules = ("when nobody is logged in: to voicemail:support",)
        floor = centre(person("li"), person("zhao", queue=CARE), rules=rules)
        floor.order(d.TakeBreak, agent=AgentId("li"), reason="lunch")
        for n in range(30):
            floor.parked(f"L{n}", entry="support")
        assert floor.everything(o.VisitEnded) == []
        # When Li logs out
        floor.wait(1.5)
        floor.order(d.LogOut, agent=AgentId("li"))
        floor.wait(2.0)
        # Then all thirty have left, each once
        ended = [ended.call for ended in floor.everything(o.VisitEnded)]
        assert sorted(ended) == sorted(f"L{n}" for n in range(30))

    def test_a_target_that_is_not_there_any_more_sends_nobody_away(self) -> None:
        floor = centre(person("li"), rules=("after 5s: to script:gone",), ready=False)
        floor.parked("L1", entry="support")
        floor.wait(60.0)
        assert floor.everything(o.VisitEnded) == []

    def test_a_node_that_cannot_be_reached_is_waited_for(self) -> None:
        floor = centre(person("li"), rules=("after 5s: to queue:care",), ready=False)
        floor.parked("L1", entry="support")
        floor.give(f.NodeDown(node=floor.call("L1").node, why="cut"))
        floor.wait(10.0)
        assert floor.everything(o.VisitEnded) == []
        floor.node_up()
        floor.seen(*floor.as_is())
        floor.wait(1.5)
        assert [ended.to for ended in floor.everything(o.VisitEnded)] == ["queue:care"]


class TestFigures:
    def test_how_many_wait_relaxes_all_of_them(self) -> None:
        floor = centre(person("li"), rules=("when waiting > 2: priority +1",), ready=False)
        for leg in ("L1", "L2", "L3"):
            floor.parked(leg, entry="support")
            floor.wait(1.5)
        assert [call.priority for call in floor.state.calls.values()] == [1, 1, 1]

    def test_nobody_staffed_asks_for_those_who_could_answer_him(self) -> None:
        # Given Li who is there and cannot do what is required
        rules = ("when nobody is staffed: anybody",)
        floor = centre(person("li"), person("zhao", "vip=9"), rules=rules, skills="vip")
        floor.parked("L1", entry="support")
        assert offered(floor) == [("L1", "zhao")]
        # When Zhao, who could, logs out
        floor.ended(floor.agent_leg("L1"), cause="USER_BUSY")
        floor.wait(2.0)
        floor.order(d.LogOut, agent=AgentId("zhao"))
        floor.wait(1.1)
        # Then anybody may answer
        assert offered(floor)[-1] == ("L1", "li")

    def test_they_are_asked_at_most_once_a_second(self) -> None:
        # Given a queue whose rule never holds
        floor = centre(person("li"), rules=("when waiting > 99: anybody",), ready=False)
        passed = len(floor.everything(o.DeadlinePassed))
        # When twenty callers come within two seconds
        for n in range(20):
            floor.parked(f"L{n}", entry="support")
            floor.wait(0.1)
        floor.wait(5.0)
        # Then it was asked three times, and never while nothing happened
        asked = [one for one in floor.everything(o.DeadlinePassed)[passed:] if one.kind == "rule_figures"]
        assert 2 <= len(asked) <= 3

    def test_a_rule_of_figures_waits_for_its_time_too(self) -> None:
        floor = centre(person("li"), rules=("after 30s and when waiting > 0: priority +1",), ready=False)
        floor.parked("L1", entry="support")
        floor.wait(29.0)
        assert relaxed(floor) == []
        floor.wait(1.5)
        assert len(relaxed(floor)) == 1


class TestReload:
    def test_who_already_waits_gets_the_new_rules_and_keeps_what_was_done(self) -> None:
        # Given a caller whom one rule has relaxed
        floor = centre(person("li"), rules=("after 5s: priority +1",), ready=False)
        floor.parked("L1", entry="support")
        floor.wait(10.0)
        assert floor.call("L1").priority == 1
        # When the same rule and a new one, whose time is over, come into force
        new = queues("after 5s: priority +1", "after 8s: add queue care")
        floor.give(f.SettingsLoaded(settings=replace(settings_of((person("li"),), queues=new), hash="new")))
        # Then the new one is done at once, and the old one not again
        assert relaxed(floor) == ["after 5s: priority +1", "after 8s: add queue care"]
        assert (floor.call("L1").priority, floor.call("L1").also) == (1, ("care",))


def test_the_next_rule_and_its_instant() -> None:
    floor = centre(
        person("li"), rules=("after 5s: priority +1", "after 9s: anybody", "when waiting > 9: anybody"), ready=False
    )
    floor.parked("L1", entry="support")
    began = floor.now
    coming = next_rule(floor.state, floor.call("L1"), floor.now)
    assert coming == ("after 5s: priority +1", began + 5.0)
    floor.wait(6.0)
    coming = next_rule(floor.state, floor.call("L1"), floor.now)
    assert coming == ("after 9s: anybody", began + 9.0)
    floor.wait(4.0)
    assert next_rule(floor.state, floor.call("L1"), floor.now) == ("when waiting > 9: anybody", None)


_RULES = st.lists(
    st.builds(
        "{}: {}".format,
        st.sampled_from(["after 5s", "after 10s", "after 20s", "at 50% of target", "when waiting > 1", "on joining"]),
        st.sampled_from(["priority +1", "anybody", "add queue care", "head start 10s"]),
    ),
    max_size=5,
    unique=True,
)


@given(_RULES, st.lists(st.floats(0.1, 15.0), min_size=1, max_size=6))
def test_each_rule_fires_at_most_once_and_the_place_is_kept(rules: list[str], steps: list[float]) -> None:
    floor = centre(person("li"), rules=tuple(rules), ready=False)
    floor.parked("L1", entry="support")
    floor.parked("L2", entry="support")
    began = floor.call("L1").waiting_since
    for step in steps:
        floor.wait(step)
    for name in ("L1", "L2"):
        done = [one.text for one in floor.everything(o.CallRelaxed) if one.call == name]
        # Then none was done twice, those of time alone as soon as it was come, and his wait is what it was
        assert len(done) == len(set(done)) and set(done) <= set(rules)
        waited = floor.now - began
        ripe = {rule for rule in rules if rule.startswith("after") and float(rule[6:].partition("s")[0]) <= waited}
        assert ripe <= set(done)
        assert floor.call(name).waiting_since == began and floor.call(name).behind == tuple(done)
    assert floor.replayed() == floor.state
