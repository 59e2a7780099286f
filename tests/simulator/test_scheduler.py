"""Tasks on the wall clock's seconds, and the watchdog that one of them runs."""

from __future__ import annotations

from collections.abc import Callable

import gevent

from ccswitch.simulator import watchdog
from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.frames import FrameClock
from ccswitch.simulator.phones import answers
from ccswitch.simulator.scheduler import Scheduler
from ccswitch.simulator.switch import SimulatedSwitch
from tests.controller.waiting import PATIENCE
from tests.simulator.esl_client import EslClient, eventually

Answered = Callable[..., SimCaller]


def test_tasks_run_at_their_second_and_again_when_they_recur() -> None:
    # Given a task for the next second, one that recurs, and one that is taken back
    clock = FrameClock()
    scheduler = Scheduler(clock)
    ran: list[tuple[str, float]] = []
    scheduler.add("+1", "call", lambda: ran.append(("once", clock.epoch())))
    scheduler.add("@1", "wd", lambda: ran.append(("again", clock.epoch())))
    scheduler.add("+1", "gone", lambda: ran.append(("gone", 0.0)))
    assert scheduler.delete("gone") == 1 and scheduler.delete("gone") == 0
    due = int(clock.epoch()) + 1
    # When time passes
    eventually(lambda: [name for name, _ in ran].count("again") >= 2)
    # Then each ran in its second, once or again
    assert [name for name, _ in ran if name != "again"] == ["once"]
    seconds = [int(at) for name, at in ran if name == "again"]
    assert all(due <= at for _, at in ran) and seconds == sorted(set(seconds))
    scheduler.clear()
    assert scheduler.tasks() == []


def test_deleting_by_number_and_by_call() -> None:
    scheduler = Scheduler(FrameClock())
    number = scheduler.add("+9", "uuid", lambda: None)
    scheduler.add_for_call("+9", "uuid", lambda: None)
    assert (scheduler.delete(str(number)), scheduler.delete("uuid"), scheduler.delete("uuid")) == (1, 1, 0)


def test_an_unclaimed_call_is_transferred_and_a_claimed_one_is_not(switch: SimulatedSwitch, client: EslClient) -> None:
    # Given two callers, one of whom is claimed
    claimed, left = switch.call(), switch.call()
    eventually(lambda: len([e for e in client.events if e["Event-Name"] == "CHANNEL_PARK"]) == 2)
    for caller in (claimed, left):
        client.api(f"sched_del {caller.uuid}")
        assert client.api(f"sched_transfer +1 {caller.uuid} 7299 XML public") == "+OK\n"
    assert client.api(f"sched_del {claimed.uuid}") == "+OK Deleted: 1\n"
    # When the time is over
    eventually(lambda: left.state == "ended")
    # Then only the other went its way
    assert left.cause == "NORMAL_TEMPORARY_FAILURE"
    assert claimed.state == "dialling"


def test_a_call_that_ended_leaves_no_task(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = switch.call()
    client.wait_event(Event_Name="CHANNEL_PARK")
    assert switch.core.scheduler.tasks()
    caller.hangup()
    eventually(lambda: caller.state == "ended")
    assert not switch.core.scheduler.tasks()


def test_sched_hangup_and_sched_api(switch: SimulatedSwitch, client: EslClient) -> None:
    caller = switch.call()
    client.wait_event(Event_Name="CHANNEL_PARK")
    assert client.api(f"sched_hangup +1 {caller.uuid} USER_BUSY") == "+OK\n"
    assert client.api("sched_api +1 mine global_setvar ran=yes").startswith("+OK Added: ")
    eventually(lambda: caller.state == "ended" and switch.variables.get("ran") == "yes")
    assert caller.cause == "USER_BUSY"
    assert client.api("sched_api soon").startswith("-ERR Invalid syntax")


def claim(client: EslClient, caller: SimCaller, wayout: str = "7299:XML:public") -> None:
    client.api(f"uuid_setvar_multi {caller.uuid} ccs_claimed=true;ccs_wayout={wayout}")


def test_the_watchdog_leaves_everybody_alone_while_the_controller_beats(
    switch: SimulatedSwitch, client: EslClient, answered: Answered
) -> None:
    caller = answered()
    claim(client, caller)
    client.api(f"global_setvar ccs_beat={client.api('strepoch')}")
    assert client.api(f"luarun {watchdog.SCRIPT}") == "+OK\n"
    assert abs(int(switch.variables["ccs_watchdog_ran"]) - int(client.api("strepoch"))) <= PATIENCE
    gevent.sleep(0.05)
    assert caller.state == "answered"


def test_the_watchdog_rescues_waiting_callers_and_not_talking_ones(
    switch: SimulatedSwitch, client: EslClient, answered: Answered, agent_leg: Callable[..., str]
) -> None:
    # Given one caller who waits, one who talks, one whom nobody claimed, and a beat that stopped long ago
    switch.phone("1001", answers(0.05))
    waiting, talking, unclaimed = answered(), answered(), answered()
    leg = agent_leg(extra=",ccs_claimed=true,ccs_wayout=hangup")
    claim(client, waiting)
    claim(client, talking)
    client.api(f"uuid_bridge {talking.uuid} {leg}")
    eventually(lambda: talking.state == "talking")
    client.api(f"global_setvar ccs_beat={int(client.api('strepoch')) - 6}")
    # When the recurring task runs
    client.api(f"sched_api @1 ccs_watchdog luarun {watchdog.SCRIPT}")
    eventually(lambda: waiting.state == "ended")
    # Then only the one who waits went out, by the way the call names
    assert waiting.cause == "NORMAL_TEMPORARY_FAILURE"
    assert talking.state == "talking" and unclaimed.state == "answered"
    # And when the talk ends, the caller follows within a run
    client.api(f"uuid_kill {leg}")
    eventually(lambda: talking.state == "ended")


def test_the_watchdog_hangs_an_agents_leg_up(
    switch: SimulatedSwitch, client: EslClient, agent_leg: Callable[..., str]
) -> None:
    switch.phone("1001", answers(0.05))
    leg = agent_leg(extra=",ccs_claimed=true,ccs_wayout=hangup")
    client.api(f"luarun {watchdog.SCRIPT}")
    client.wait_event(Event_Name="CHANNEL_HANGUP", Unique_ID=leg, Hangup_Cause="NORMAL_TEMPORARY_FAILURE")
