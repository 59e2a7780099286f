"""The link stays up through what can be borne, goes down with a reason through what cannot, and comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict
from random import Random
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent.event import AsyncResult
from gevent.monkey import get_original
from gevent.queue import Queue

from ccswitch.clock import ManualClock
from ccswitch.errors import CommandFailed, LinkDown, ReplyTimeout
from ccswitch.switch import strings
from ccswitch.switch.codec import Event
from ccswitch.switch.link import EVENTS, Answer, Link, LinkTimes
from tests.servers import free_port
from tests.switch.fake_peer import CORE, PATIENCE, FakePeer, Visitor, api, event, job_done, raw_event, reply, soon

TIMES = LinkTimes(reply=PATIENCE, idle=30.0, backoff=0.001, backoff_most=0.01, goodbye=0.2, nudge=0.0)
STATUS = strings.api("status")


class Told:
    """What a link told, in order: ("up", changed), ("down", reason), ("event", name)."""

    def __init__(self) -> None:
        self.story: Queue[tuple[str, object]] = Queue()
        self.on_event: Callable[[Event, float], None] = lambda event, at: self.story.put(("event", event.name))

    def next(self) -> tuple[str, object]:
        return self.story.get(timeout=PATIENCE)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def peer() -> Iterator[FakePeer]:
    fake = FakePeer()
    yield fake
    fake.stop()


@pytest.fixture
def make_link(peer: FakePeer, told: Told) -> Iterator[Callable[..., Link]]:
    made: list[Link] = []

    def make(times: Any = TIMES, password: str = "secret", **changes: object) -> Link:
        link = Link(
            "127.0.0.1",
            peer.port,
            password,
            on_event=lambda event, at: told.on_event(event, at),
            on_up=lambda changed: told.story.put(("up", changed)),
            on_down=lambda reason: told.story.put(("down", reason)),
            clock=ManualClock(1_000_000.0),
            random=Random(7),
            times=times,
            **changes,  # type: ignore[arg-type]
        )
        made.append(link)
        link.start()
        return link

    yield make
    for link in made:
        link.stop()


@pytest.fixture
def link(make_link: Callable[..., Link], told: Told) -> Link:
    """A link that is up."""
    link = make_link()
    assert told.next() == ("up", False)
    return link


@pytest.fixture
def visitor(peer: FakePeer, link: Link) -> Visitor:
    return peer.next_visitor()


def times(**changes: float) -> LinkTimes:
    return LinkTimes(
        **({"reply": PATIENCE, "idle": 30.0, "backoff": 0.001, "backoff_most": 0.01, "goodbye": 0.2} | changes)
    )


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


# ---- what can be borne ----------------------------------------------------------------------------------------------


def test_frames_torn_anywhere(link: Link, visitor: Visitor, told: Told) -> None:
    data = event("CHANNEL_PARK") + event("CHANNEL_ANSWER")
    for at in range(len(data)):
        visitor.send(data[at : at + 1])
    assert [told.next()[1], told.next()[1]] == ["CHANNEL_PARK", "CHANNEL_ANSWER"]


@pytest.mark.parametrize(
    ("data", "unreadable"),
    [
        (raw_event(b'{"Event-Name":"DTMF","x":"\xff\xfe"}'), 0),
        (raw_event(b'{"Event-Name":"DT'), 1),
        (raw_event(b"\xff" * 100), 1),
        (b"Content-Type: text/x-unheard-of\nContent-Length: 3\n\nabc", 0),
        (b"Content-Type: log/data\nContent-Length: 3\nLog-Level: 7\n\nabc", 0),
        (b"Content-Type: text/disconnect-notice\nContent-Disposition: linger\nContent-Length: 0\n\n", 0),
        (b"Content-Type: log/data\nX: " + b"x" * 65536 + b"\n\n", 0),
        (b"\n\n\n", 0),
    ],
)
def test_what_costs_at_most_itself(link: Link, visitor: Visitor, told: Told, data: bytes, unreadable: int) -> None:
    # When something odd arrives, whole, and an event behind it
    visitor.send(data + event("CHANNEL_PARK"))
    # Then the event is told and the link is up
    while told.next() != ("event", "CHANNEL_PARK"):
        pass
    assert link.connected
    assert link.counters.unreadable_events == unreadable


# ---- what cannot ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\n\n", "not a header line"),
        (b"Content-Type: api/response\nContent-Length: -5\n\n", "Content-Length"),
        (b"x" * 300_000, "no end of the headers"),
        (reply("+OK"), "unexpected command/reply to no question"),
        (api("surprise"), "unexpected api/response to no question"),
        (b"Content-Type: auth/request\n\n", "in mid-conversation"),
        (b"Content-Type: text/disconnect-notice\nContent-Length: 3\n\nbye", "said goodbye"),
        (b"Content-Type: text/rude-rejection\nContent-Length: 3\n\nno!", "access list"),
    ],
)
def test_what_ends_the_link_with_a_reason(
    link: Link, visitor: Visitor, told: Told, peer: FakePeer, data: bytes, why: str
) -> None:
    # When the switch sends what cannot be borne
    visitor.send(data)
    # Then the link goes down, says why, and comes back
    kind, reason = told.next()
    assert kind == "down" and why in str(reason)
    assert told.next() == ("up", False)
    assert visitor.gone.wait(PATIENCE)


def test_an_answer_of_the_wrong_kind_ends_the_link(link: Link, visitor: Visitor, peer: FakePeer, told: Told) -> None:
    peer.answers["api status"] = reply("+OK")
    with pytest.raises(LinkDown, match="unexpected command/reply while we wait on: api status"):
        link.api(STATUS)
    assert told.next()[0] == "down"


def test_a_switch_that_vanishes_in_mid_frame(link: Link, visitor: Visitor, told: Told) -> None:
    # Given questions that wait, and half an event
    asked = [gevent.spawn(link.api, STATUS) for _ in range(3)]
    visitor.next_command()
    visitor.send(event("CHANNEL_PARK")[:-5])
    visitor.close()
    # Then all are told, the reason says where it broke, and the half event is nobody's
    for one in asked:
        with pytest.raises(LinkDown):
            one.get(timeout=PATIENCE)
    kind, reason = told.next()
    assert kind == "down" and "mid-frame" in str(reason)
    assert told.next()[0] == "up"


def test_an_answer_that_does_not_come_in_time_ends_the_link(link: Link, visitor: Visitor, told: Told) -> None:
    # Given two questions, the second of them impatient
    patient = gevent.spawn(link.api, STATUS, 10 * PATIENCE)
    visitor.next_command()
    # When nothing is answered, then the second hears that it was late, the other that the order of answers is lost
    with pytest.raises(ReplyTimeout):
        link.api(STATUS, 0.03)
    with pytest.raises(LinkDown, match="no answer in time to: api status"):
        patient.get(timeout=PATIENCE)
    assert told.next() == ("down", "no answer in time to: api status")


def test_a_process_that_stood_still_reads_before_it_judges(link: Link, visitor: Visitor, told: Told) -> None:
    # Given a question that is answered in time, behind more news than are read at once
    asked = gevent.spawn(link.api, STATUS, 1.0)
    visitor.next_command()
    news = [event("CHANNEL_PARK", variable_long="x" * 8_000)] * 20
    visitor.send(b"".join(news) + api("UP\n"))
    # When this process has no processor until the answer is long due
    get_original("time", "sleep")(1.8)
    # Then the answer counts, and nothing is lost
    assert asked.get(timeout=PATIENCE) == "UP\n"
    assert [told.next() for _ in news] == [("event", "CHANNEL_PARK")] * len(news)
    assert link.connected


def test_while_down_nothing_is_sent(make_link: Callable[..., Link], peer: FakePeer, told: Told) -> None:
    # Given a peer that never lets us in
    peer.greeting = b""
    link = make_link(times(reply=30.0))
    peer.next_visitor()
    # Then all kinds of asking say so, callbacks too
    for ask in (lambda: link.api(STATUS), lambda: link.pipeline([STATUS]), lambda: link.bgapi(originate("j"))):
        with pytest.raises(LinkDown, match="not connected"):
            ask()
    link.api_async(STATUS, lambda answer: told.story.put(("answer", type(answer))))
    link.bgapi_async(originate("j"), lambda answer: told.story.put(("job", type(answer))))
    assert [told.next(), told.next()] == [("answer", LinkDown), ("job", LinkDown)]


def test_too_many_open_questions_are_refused(make_link: Callable[..., Link], peer: FakePeer, told: Told) -> None:
    link = make_link(most_questions=3)
    told.next()
    answers: list[Answer] = []
    for _ in range(5):
        link.api_async(STATUS, answers.append)
    soon(lambda: len(answers) == 2)
    assert all("wait for their answers" in str(answer) for answer in answers)
    assert link.connected


def test_a_switch_that_takes_no_bytes_ends_the_link(make_link: Callable[..., Link], peer: FakePeer, told: Told) -> None:
    # Given a switch that stopped reading
    def stuck(command: str) -> None:
        gevent.sleep(PATIENCE)

    peer.answers["api uuid_setvar"] = stuck
    link = make_link(times(send=0.05, reply=30.0))
    told.next()
    # When more is sent than the system's buffers hold
    for number in range(500):
        link.api_async(strings.set_variable("a", "v", "x" * 60_000 + str(number)))
    # Then the link goes down
    assert told.next() == ("down", "the switch took no bytes for 0.05 s")


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


# ---- coming back ----------------------------------------------------------------------------------------------------


def test_another_run_of_freeswitch_is_told(link: Link, visitor: Visitor, peer: FakePeer, told: Told) -> None:
    # When the switch comes back as the same run, then as another
    visitor.close()
    assert [told.next()[0], told.next()] == ["down", ("up", False)]
    peer.answers["api global_getvar core_uuid"] = api("0d87f5e4-2dfc-42c4-aed9-af369a2656f4")
    peer.next_visitor().close()
    assert [told.next()[0], told.next()] == ["down", ("up", True)]
    assert link.core_uuid == "0d87f5e4-2dfc-42c4-aed9-af369a2656f4"


def test_a_run_known_from_before_is_compared(make_link: Callable[..., Link], told: Told) -> None:
    make_link(core_uuid="0d87f5e4-2dfc-42c4-aed9-af369a2656f4")
    assert told.next() == ("up", True)


def test_a_switch_that_does_not_say_its_run_tells_by_its_events(
    make_link: Callable[..., Link], peer: FakePeer, told: Told
) -> None:
    peer.answers["api global_getvar core_uuid"] = reply("-ERR permission denied")
    link = make_link()
    assert told.next() == ("up", False)
    peer.next_visitor().send(event("HEARTBEAT", Core_UUID=CORE))
    told.next()
    assert link.core_uuid == CORE


def test_no_event_is_told_before_the_link_is_up(make_link: Callable[..., Link], peer: FakePeer, told: Told) -> None:
    # Given a switch whose first event follows the subscription's answer at once
    peer.answers["event json"] = reply("+OK event listener enabled json") + event("CHANNEL_PARK")
    make_link()
    assert [told.next(), told.next()] == [("up", False), ("event", "CHANNEL_PARK")]


@pytest.mark.parametrize(
    ("greeting", "password", "why"),
    [
        (b"Content-Type: auth/request\n\n", "wrong", "refuses the password"),
        (
            b"Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n",
            "secret",
            "access list",
        ),
        (b"SSH-2.0-OpenSSH_9.2\r\n\n\n", "secret", "not a header line"),
    ],
)
def test_a_switch_that_does_not_let_us_in_is_tried_slowly_and_logged_once(
    make_link: Callable[..., Link],
    peer: FakePeer,
    told: Told,
    caplog: pytest.LogCaptureFixture,
    greeting: bytes,
    password: str,
    why: str,
) -> None:
    # Given a peer that turns us away
    peer.greeting = greeting
    with caplog.at_level(logging.WARNING, logger="ccswitch.switch"):
        link = make_link(password=password)
        soon(lambda: peer.visits >= 4)
        link.stop()
    # Then one line says so, without the password, and nobody was told of ups and downs
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert why in caplog.text and "wrong" not in caplog.text
    assert told.story.empty()


def test_the_pause_between_tries_grows_to_its_bound(make_link: Callable[..., Link]) -> None:
    link = make_link(LinkTimes())
    pauses = [link._pause(tries) for tries in range(12)]
    assert 0.025 <= pauses[0] <= 0.05
    assert all(1.0 <= pause <= 2.0 for pause in pauses[6:])


def test_a_port_where_nobody_listens(told: Told, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="ccswitch.switch"):
        link = Link(
            "127.0.0.1",
            free_port(),
            "secret",
            on_event=lambda event, at: None,
            on_up=lambda changed: None,
            on_down=lambda reason: None,
            clock=ManualClock(),
            random=Random(1),
            times=TIMES,
        )
        link.start()
        soon(lambda: bool(caplog.records))
        link.stop()
    assert "cannot connect" in caplog.text


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
