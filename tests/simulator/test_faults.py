"""Things that go wrong on purpose."""

from __future__ import annotations

import time
from collections.abc import Callable

import gevent

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient, eventually


def test_links_are_cut_and_calls_go_on(
    switch: SimulatedSwitch, client: EslClient, answered: Callable[..., SimCaller]
) -> None:
    caller = answered()
    assert switch.faults.cut_links() == 1
    eventually(lambda: client.closed)
    again = EslClient(switch.port)
    assert again.api(f"uuid_exists {caller.uuid}") == "true"
    again.close()


def test_a_restart_loses_all_calls_and_changes_the_core_uuid(
    switch: SimulatedSwitch, client: EslClient, answered: Callable[..., SimCaller]
) -> None:
    caller, port, core = answered(), switch.port, switch.core_uuid
    switch.faults.restart()
    eventually(lambda: client.closed)
    assert (switch.port, caller.state) == (port, "ended")
    assert switch.core_uuid != core
    again = EslClient(switch.port)
    assert again.api(f"uuid_exists {caller.uuid}") == "false"
    switch.call()
    assert again.wait_event(Event_Name="CHANNEL_PARK")["Core-UUID"] == switch.core_uuid
    again.close()


def test_who_calls_a_dead_switch_is_refused(switch: SimulatedSwitch) -> None:
    # Given a switch that is gone
    switch.stop()
    # When somebody calls it
    caller = switch.call()
    # Then there is no call, neither then nor when it is back
    assert (caller.state, caller.cause) == ("ended", "NETWORK_OUT_OF_ORDER")
    switch.start()
    assert not switch.channels


def test_a_torn_frame(switch: SimulatedSwitch, client: EslClient) -> None:
    got = len(client.raw)
    switch.faults.tear(after_bytes=100)
    switch.call()
    eventually(lambda: client.closed)
    assert len(client.raw) == got, "no whole frame came any more"


def test_a_frozen_switch_answers_when_it_thaws(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.faults.freeze()
    before = len(client.replies)
    client.say("api strepoch")
    switch.call()
    gevent.sleep(0.15)
    assert (len(client.replies), client.events) == (before, [])
    switch.faults.freeze(False)
    eventually(lambda: len(client.replies) == before + 1 and client.events)


def test_a_slow_link(switch: SimulatedSwitch, client: EslClient) -> None:
    switch.faults.slow_links(bytes_per_second=20_000)
    began = time.monotonic()
    client.api("echo " + "x" * 4000)
    assert time.monotonic() - began > 0.15
    switch.faults.slow_links()

    def took() -> float:
        began = time.monotonic()
        client.api("echo " + "x" * 4000)
        return time.monotonic() - began

    assert min(took() for _ in range(20)) < 0.15  # no matter how often the machine was slow


def test_bytes_that_are_no_utf8_and_a_reply_nobody_asked_for(switch: SimulatedSwitch, client: EslClient) -> None:
    frames: list[tuple[str, bytes]] = []
    client._take = lambda head, body: frames.append((head, body))  # type: ignore[method-assign]
    switch.faults.bad_utf8()
    switch.faults.stray_reply()
    eventually(lambda: len(frames) == 2)
    assert b"\xff\xfe" in frames[0][1]
    assert frames[1][0] == "Content-Type: command/reply\nReply-Text: +OK\n\n"


def test_a_client_that_never_reads_is_dropped(switch: SimulatedSwitch) -> None:
    from gevent import socket

    from ccswitch.simulator import link

    # Given a client that asked for everything and reads nothing, and a switch that keeps little for it
    sock = socket.create_connection(("127.0.0.1", switch.port))
    sock.sendall(b"auth ClueCon\n\nevent json ALL\n\n")
    eventually(lambda: switch.links and switch.links[0].all_events)
    was, link.MOST_PENDING = link.MOST_PENDING, 200
    try:
        # When more is fired than it will keep
        for _ in range(3000):
            switch.core.bus.fire("CUSTOM", lambda: {"Filling": "x" * 5000})
            if not switch.links:
                break
            gevent.sleep(0)
        # Then the link is gone
        eventually(lambda: not switch.links)
    finally:
        link.MOST_PENDING = was
        sock.close()
