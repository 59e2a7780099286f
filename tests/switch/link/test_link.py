"""A link asks and is answered, hears in order, gives signs of life, and says goodbye."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from random import Random
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent.event import AsyncResult

from ccswitch.clock import ManualClock
from ccswitch.errors import CommandFailed, LinkDown, ReplyTimeout
from ccswitch.switch import connection, strings
from ccswitch.switch.codec import Event
from ccswitch.switch.link import EVENTS, Answer, Link
from tests.switch.fake_peer import CORE, PATIENCE, FakePeer, Visitor, api, event, job_done, reply, soon
from tests.switch.link.conftest import TIMES, Told, times

STATUS = strings.api("status")


# ---- up and asking --------------------------------------------------------------------------------------------------


def test_it_logs_in_subscribes_and_learns_which_freeswitch_it_is(peer: FakePeer, told: Told) -> None:
    # Given a peer that writes down what it was told
    heard: list[str] = []
    for beginning, answer in list(peer.answers.items()):
        peer.answers[beginning] = lambda command, answer=answer: (heard.append(command), answer)[1]  # type: ignore[misc]
    # When a link starts
    link = Link(
        "localhost",
        peer.port,
        "secret",
        on_event=lambda event, at: None,
        on_up=lambda changed: told.story.put(("up", changed)),
        on_down=lambda reason: None,
        clock=ManualClock(),
        random=Random(1),
        times=TIMES,
    )
    link.start()
    # Then it is up, subscribed to what the floor needs and no more
    assert told.next() == ("up", False)
    assert heard == ["auth secret", "api global_getvar core_uuid", "event json " + " ".join(EVENTS)]
    assert (link.connected, link.core_uuid) == (True, CORE)
    link.stop()


def test_answers_come_to_their_askers_in_order(link: Link, visitor: Visitor) -> None:
    # Given three greenlets that asked
    asked = [gevent.spawn(link.api, strings.exists(f"leg-{number}")) for number in range(3)]
    for number in range(3):
        assert visitor.next_command() == f"api uuid_exists leg-{number}"
    # When the switch answers, with an event in between
    visitor.send(api("true") + event("DTMF") + api("false") + api("maybe"))
    # Then each has its own
    assert [one.get(timeout=PATIENCE) for one in asked] == ["true", "false", "maybe"]


def test_a_refusal_is_the_askers_alone(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    peer.answers["api"] = api("-ERR No such channel!\n")
    peer.answers["sendmsg"] = reply("-ERR invalid session id [a]")
    for command in (strings.break_playing("a"), strings.execute("a", strings.ANSWER, "x")):
        with pytest.raises(CommandFailed):
            link.api(command)
    # And a password that may not use the api is told so in the other kind of frame
    peer.answers["api"] = reply("-ERR permission denied")
    with pytest.raises(CommandFailed, match="permission denied"):
        link.api(STATUS)
    assert link.connected


def test_an_empty_answer_is_no_refusal(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    peer.answers["api global_getvar beat"] = api("-ERR no reply\n")
    assert link.api(strings.get_global("beat")) == ""


def test_a_pipeline_gives_each_answer_in_its_place(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    peer.answers["api uuid_dump b"] = api("-ERR No such channel!\n")
    peer.answers["api uuid_dump"] = lambda command: api(command)
    answers = link.pipeline([strings.dump(leg) for leg in "abc"])
    assert [str(answer) for answer in answers] == [
        "api uuid_dump a json",
        "-ERR No such channel!",
        "api uuid_dump c json",
    ]
    assert isinstance(answers[1], CommandFailed)


def test_an_execute_goes_out_under_our_id(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    peer.answers["sendmsg"] = reply("+OK")
    answered: AsyncResult[Answer] = AsyncResult()
    link.execute("leg-1", strings.ANSWER, "leg-1-x1", answered.set)
    assert answered.get(timeout=PATIENCE) == "+OK"
    assert visitor.next_command().endswith("execute-app-name: answer\nEvent-UUID: leg-1-x1")


def test_callbacks_and_events_come_in_the_order_of_the_wire(link: Link, visitor: Visitor, told: Told) -> None:
    # Given a question whose answer stands between two events
    link.api_async(STATUS, lambda answer: told.story.put(("answer", answer)))
    visitor.next_command()
    visitor.send(event("CHANNEL_PARK") + api("UP") + event("CHANNEL_ANSWER"))
    # Then all three are told in that order
    assert [told.next() for _ in range(3)] == [("event", "CHANNEL_PARK"), ("answer", "UP"), ("event", "CHANNEL_ANSWER")]


def test_a_handler_may_ask_and_wait(link: Link, visitor: Visitor, told: Told, peer: FakePeer) -> None:
    # Given a handler that asks back and waits for the answer
    peer.answers["api uuid_exists"] = api("true")
    told.on_event = lambda event, at: told.story.put((link.api(strings.exists(event.uuid)), at))
    # When an event comes
    visitor.send(event("CHANNEL_PARK", Unique_ID="leg-1"))
    # Then the reader still reads the answer; the event was stamped by our clock
    assert told.next() == ("true", 1_000_000.0)


def test_a_handler_that_fails_stops_nothing(link: Link, visitor: Visitor, told: Told) -> None:
    def fail_once(event: Event, at: float) -> None:
        told.on_event = lambda event, at: told.story.put(("event", event.name))
        raise KeyError("a mistake of the handler's")

    told.on_event = fail_once
    visitor.send(event("CHANNEL_PARK") + event("CHANNEL_ANSWER"))
    assert told.next() == ("event", "CHANNEL_ANSWER")
    assert link.counters.failed_handlers == 1


def test_the_lag_is_the_median_of_stamps(link: Link, visitor: Visitor, told: Told) -> None:
    assert link.lag == 0.0
    for late in (0.010, 0.020, 5.0):
        visitor.send(event("DTMF", Event_Date_Timestamp=str(int((1_000_000.0 - late) * 1e6))))
        told.next()
    assert link.lag == pytest.approx(0.020)


# ---- background jobs ------------------------------------------------------------------------------------------------


def originate(job: str) -> strings.Command:
    return strings.originate("user/1001@example.com", {"origination_uuid": "leg-2"}, job)


def test_a_jobs_result_comes_back_under_our_id(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    # Given a switch that ends the job before it even acknowledges it, after another's
    peer.answers["bgapi"] = job_done("other", "-ERR") + job_done("job-1", "+OK leg-2\n") + reply("+OK Job-UUID: job-1")
    assert link.bgapi(originate("job-1")) == "+OK leg-2\n"


def test_a_failed_job_says_how(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    peer.answers["bgapi"] = reply("+OK Job-UUID: job-1") + job_done("job-1", "-ERR USER_BUSY\n")
    with pytest.raises(CommandFailed, match="USER_BUSY"):
        link.bgapi(originate("job-1"))
    peer.answers["bgapi"] = reply("-ERR permission denied")
    with pytest.raises(CommandFailed, match="permission"):
        link.bgapi(originate("job-2"))


def test_a_job_without_result_ends_without_the_link(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    peer.answers["bgapi"] = reply("+OK Job-UUID: job-1")
    with pytest.raises(ReplyTimeout):
        link.bgapi(originate("job-1"), timeout=0.03)
    assert link.connected
    # And its late result troubles nobody
    visitor.send(job_done("job-1", "+OK"))
    peer.answers["api"] = api("UP")
    assert link.api(STATUS) == "UP"


def test_a_job_dies_with_the_link(link: Link, visitor: Visitor, peer: FakePeer, told: Told) -> None:
    peer.answers["bgapi"] = reply("+OK Job-UUID: job-1")
    link.bgapi_async(originate("job-1"), lambda answer: told.story.put(("job", type(answer))))
    visitor.next_command()
    visitor.close()
    assert told.next() == ("job", LinkDown)
    assert told.next()[0] == "down"


# ---- signs of life --------------------------------------------------------------------------------------------------


def test_a_silent_switch_is_asked_for_a_sign_of_life(
    make_link: Callable[..., Link], peer: FakePeer, told: Told
) -> None:
    # Given a link on which nothing comes
    peer.answers["api uptime"] = api("521\n")
    patience = SimpleNamespace(**asdict(times(idle=0.03, probe=PATIENCE)))
    link = make_link(patience)
    told.next()
    visitor = peer.next_visitor()
    # Then it asks, and asks again when it is silent again
    assert [visitor.next_command(), visitor.next_command()] == ["api uptime s"] * 2
    assert link.connected
    # When no answer comes any more, and the link has no more patience
    patience.probe = 0.05
    del peer.answers["api uptime"]
    # Then the switch is given up
    assert told.next() == ("down", "no answer in time to: api uptime s")


def test_nudges_never_come_inside_a_command(make_link: Callable[..., Link], told: Told, peer: FakePeer) -> None:
    # Given a link that nudges the switch
    peer.answers["api"] = lambda command: api(command)
    link = make_link(times(nudge=0.001))
    assert told.next() == ("up", False)
    visitor = peer.next_visitor()
    assert visitor.nudged.wait(PATIENCE)
    # Then nudges come between commands, which stay whole
    for number in range(50):
        command = strings.set_variable("a", "v", "x" * 5000 + str(number))
        assert link.api(command) == str(command)
        visitor.nudged.clear()
        if number % 10 == 0:
            assert visitor.nudged.wait(PATIENCE)
    # When the connection breaks, then the next one is nudged again
    visitor.close()
    assert [told.next()[0], told.next()[0]] == ["down", "up"]
    assert peer.next_visitor().nudged.wait(PATIENCE)


def test_a_link_that_shall_not_nudge_does_not(link: Link, visitor: Visitor, peer: FakePeer) -> None:
    # Given a link that is not nudged: no nudge goes out, however long it is asked
    peer.answers["api"] = lambda command: api(command)
    for _ in range(20):
        link.api(STATUS)
    assert visitor.nudges == link.counters.nudges == 0


# ---- the end --------------------------------------------------------------------------------------------------------


def test_stop_sends_what_is_queued_then_says_goodbye(
    make_link: Callable[..., Link], peer: FakePeer, told: Told
) -> None:
    link = make_link(times(goodbye=PATIENCE))
    assert told.next() == ("up", False)
    visitor = peer.next_visitor()
    peer.answers["sendmsg"] = reply("+OK")
    link.api_async(strings.hang_up("leg-1"))
    link.stop()
    assert visitor.next_command().startswith("sendmsg leg-1")
    assert visitor.next_command() == "exit"
    assert told.next() == ("down", "stopped")
    with pytest.raises(LinkDown):
        link.api(STATUS)


def test_a_link_that_is_stopped_while_it_connects_leaves_no_watcher_behind(
    make_link: Callable[..., Link], peer: FakePeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a link that is stopped at the moment at which the switch is reached
    made: list[Any] = []
    reach = connection.socket.create_connection

    def stopped(address: tuple[str, int]) -> Any:
        made.append(reach(address))
        link._connection.end("stopped")  # type: ignore[union-attr]
        return made[-1]

    monkeypatch.setattr(connection.socket, "create_connection", stopped)
    link = make_link()
    # Then the socket is closed, and the hub does not look at it for ever
    soon(lambda: made and made[0].fileno() == -1)
    link.stop()
    assert all(one.fileno() == -1 for one in made)


def test_a_handler_may_stop_the_link(link: Link, visitor: Visitor, told: Told) -> None:
    told.on_event = lambda event, at: link.stop()
    visitor.send(event("CHANNEL_PARK"))
    assert told.next() == ("down", "stopped")


def test_a_flood_of_events_starves_nobody(link: Link, visitor: Visitor, told: Told) -> None:
    # Given a greenlet that notes how long it had to wait for its turn
    count = 20_000
    seen: list[str] = []
    told.on_event = lambda event, at: seen.append(event.name)
    turns = 0

    def take_turns() -> None:
        nonlocal turns
        while len(seen) < count:
            turns += 1
            gevent.sleep(0)

    other = gevent.spawn(take_turns)
    # When events come as fast as they can
    one = event("CHANNEL_EXECUTE_COMPLETE", **{f"variable_{number}": "x" * 20 for number in range(30)})
    for _ in range(count // 100):
        visitor.send(one * 100)
    other.get(timeout=4 * PATIENCE)
    # Then all arrive and the other had its turns
    assert len(seen) == count
    assert turns > 100
