"""The link between controller and switch is cut, creeps, or the switch itself restarts."""

from __future__ import annotations

from ccswitch.simulator.phones import answers
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import SHORTEST_TALK, Rules, Stage
from tests.scenarios.test_controller_dies import given_talks_and_waiting

CLAIM_TIMER = 5


def link_is_up(stage: Stage) -> bool:
    """The controller has the switch, and knows what it has."""
    return bool(stage.api("GET", "/nodes")["nodes"][0]["state"] == "up")


def new_calls_work(stage: Stage) -> bool:
    """An agent who was not there before takes a new call."""
    stage.phone("1015", answers(after=0.1))
    stage.ready("1015")
    caller = stage.caller()
    return bool(stage.eventually(lambda: stage.place(caller) == "talking"))


def test_a_short_cut_costs_nobody_anything(stage: Stage) -> None:
    # Given talks and callers who wait
    stage.controller.start()
    _, talking, waiting = given_talks_and_waiting(stage, 3, 2)
    since = {caller.number: stage.board(caller)["waiting_since"] for caller in waiting}
    # When the link is cut for less than the claim timer, and somebody calls meanwhile
    with stage.cut_link():
        stage.eventually(lambda: not link_is_up(stage))
        late = stage.caller()
        stage.always(lambda: not late.ended, CLAIM_TIMER - 3 if stage.live else 0.5)
    # Then all go on, and he who came meanwhile waits as well
    stage.eventually(lambda: link_is_up(stage))
    stage.eventually(lambda: stage.place(late) == "waiting")
    assert stage.talking() == 3
    assert {caller.number: stage.board(caller)["waiting_since"] for caller in waiting} == since
    assert not any(caller.ended for caller in (*talking, *waiting, late))


def test_a_cut_of_ten_seconds(stage: Stage) -> None:
    # Given talks and callers who wait
    stage.controller.start()
    phones, talking, waiting = given_talks_and_waiting(stage, 3, 2)
    since = {caller.number: stage.board(caller)["waiting_since"] for caller in waiting}
    # When the link is cut for ten seconds, or a little longer than the claim timer, and a talk ends meanwhile
    with stage.cut_link():
        stage.eventually(lambda: not link_is_up(stage))
        phones.pop().hang_up()
        ended = talking.pop()
        stage.always(
            lambda: not any(caller.ended for caller in (*talking, *waiting)), 10 if stage.live else CLAIM_TIMER + 1
        )
    # Then the talks have gone on
    stage.eventually(lambda: link_is_up(stage))
    stage.eventually(lambda: stage.talking() == 2)
    assert all(len(phone.calls) == 1 for phone in phones)
    # And whoever waited waits on at his place; he whose talk ended was not left in silence
    stage.eventually(lambda: all(stage.place(caller) == "waiting" for caller in waiting))
    assert {caller.number: stage.board(caller)["waiting_since"] for caller in waiting} == since
    stage.eventually(lambda: ended.ended)
    for caller in waiting:
        caller.hang_up()
    assert new_calls_work(stage)
    for caller in talking:
        caller.hang_up()
    stage.eventually(lambda: stage.result(ended) == "answered")


def test_a_slow_link(stage: Stage) -> None:
    # Given a link that holds back everything for 150 ms
    stage.controller.start()
    stage.link.delay = 0.15
    # When calls come
    # Then they are served all the same
    stage.talks_with(stage.phones(3, answers(after=0.05)))


def test_the_switch_restarts(make_stage: MakeStage) -> None:
    # Given talks and callers who wait
    stage = make_stage(rules=Rules(wrapup=0.1))
    stage.controller.start()
    _, talking, waiting = given_talks_and_waiting(stage, 2, 2)
    # When the switch dies and comes back
    stage.restart_switch()
    # Then every call has ended in the records: who waited is lost, who talked was answered
    stage.eventually(lambda: link_is_up(stage))
    for caller in waiting:
        stage.eventually(lambda caller=caller: stage.result(caller) == "lost")
    for caller in talking:
        stage.eventually(lambda caller=caller: stage.result(caller) == "answered")
        [talk] = stage.of("talks", caller)
        assert talk["ended_by"] == "switch"
    assert stage.live_calls() == []
    # And new calls work
    assert new_calls_work(stage)


def test_the_link_is_cut_at_the_worst_moment(make_stage: MakeStage) -> None:
    # Given an agent who is ready
    stage = make_stage(rules=Rules(wrapup=0.1))
    stage.phone("1001", answers(after=0.1))
    stage.controller.start()
    stage.ready("1001")
    for verb in (b"bgapi originate", b"api uuid_bridge", b"api sched_del"):
        # When the link drops just as the controller has said this
        stage.when_told(verb, lambda _: stage.link.cut())
        caller = stage.caller()
        stage.eventually(lambda: not link_is_up(stage))
        stage.link.mend()
        # Then the caller reaches the agent all the same
        stage.eventually(lambda caller=caller: stage.place(caller) == "talking")
        caller.hang_up()
        stage.eventually(lambda: not stage.channels())


def test_a_talk_that_began_while_the_link_was_cut_counts_from_its_beginning(stage: Stage) -> None:
    # Given an agent whose phone has answered, and a link that is cut with the bridge's order
    phone = stage.phone("1001", answers(after=0.05))
    stage.controller.start()
    stage.when_told(b"api uuid_bridge", lambda _: stage.link.cut())
    stage.ready("1001")
    caller = stage.caller()
    stage.eventually(lambda: not link_is_up(stage))
    # When they talk for a while, and the agent hangs up as soon as the link is back and the talk was found
    stage.always(lambda: not caller.ended and len(phone.calls) == 1, 2 * SHORTEST_TALK)
    stage.link.mend()
    stage.eventually(lambda: stage.place(caller) == "talking")
    phone.hang_up()
    # Then it was a talk
    stage.eventually(lambda: stage.result(caller) == "answered")
    [ended] = [line["text"] for line in stage.of("trace", caller) if line["kind"] == "TalkEnded"]
    assert float(ended.split(" after ")[1].split(" s")[0]) > SHORTEST_TALK
