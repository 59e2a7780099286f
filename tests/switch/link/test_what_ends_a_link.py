"""What can be borne stops nothing; what cannot ends the link, with a reason, and the link comes back."""

from __future__ import annotations

import logging
from collections.abc import Callable
from random import Random

import gevent
import pytest
from gevent.monkey import get_original

from ccswitch.clock import ManualClock
from ccswitch.errors import LinkDown, ReplyTimeout
from ccswitch.switch import strings
from ccswitch.switch.link import Answer, Link, LinkTimes
from tests.servers import free_port
from tests.switch.fake_peer import CORE, PATIENCE, FakePeer, Visitor, api, event, raw_event, reply, soon
from tests.switch.link.conftest import TIMES, Told, times
from tests.switch.link.test_link import STATUS, originate

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
