"""The watchdog on a real FreeSWITCH: whom it takes, and whom it leaves alone."""

from __future__ import annotations

import re
import time

import pytest

from ccswitch.switch.surveying import STRANDED_STATES
from tests.live.dialplan.conftest import (
    arrive,
    beat,
    claim,
    dial,
    exists,
    getvar,
    place,
    run_watchdog,
    talking,
    waiting,
)
from tests.live.freeswitch import FreeSwitch
from tests.live.sip_phone import SipPhone

pytestmark = pytest.mark.live

STRAND_TRIES = 8
SETTLED = 0.5


def arm_watchdog(switch: FreeSwitch) -> None:
    switch.api("sched_api @2 ccs_watchdog luarun ccs_watchdog.lua")


def state_of(switch: FreeSwitch, leg: str) -> str:
    """The leg's own channel state, empty when it is gone."""
    found = re.search(r"^Channel-State: (\S+)", switch.api(f"uuid_dump {leg}"), re.M)
    return found.group(1) if found else ""


def strand(switch: FreeSwitch, caller: SipPhone, agent: SipPhone, after: float) -> str | None:
    """Join agent first, without the park on cancel, and let the agent drop `after` seconds later.

    Some milliseconds leave the caller in CS_SOFT_EXECUTE or CS_RESET: then his leg, once it has stayed there for
    SETTLED (a switch that lets him go does so at once). Others take him with the agent, or bridge them first: None.
    """
    leg, dialog = waiting(switch, caller)
    other = dial(switch, agent)
    switch.wait_for(lambda: place(switch, other)[1] == "park", 5, "the agent's leg is not parked")
    switch.api(f"uuid_setvar {leg} uuid_bridge_park_on_cancel false")
    switch.api(f"uuid_bridge {other} {leg}")
    time.sleep(after)
    agent.hang_up(next(reversed(agent.dialogs.values())))
    switch.wait_for(lambda: not exists(switch, other), 5, "the agent's leg is still there")
    until = time.monotonic() + SETTLED
    while (state := state_of(switch, leg)) in STRANDED_STATES:
        if time.monotonic() > until:
            return leg
    if state:  # back by transfer_after_bridge: the bridge stood
        caller.hang_up(dialog)
    return None


class TestWatchdog:
    def test_a_dead_controller(self, switch, caller, agent):
        # Given a talking pair, a waiting caller, an agent's leg answered and alone, and one that rings
        with SipPhone("waiting") as second, SipPhone("alone") as third, SipPhone("rings", answers=False) as fourth:
            talk, talk_dialog, talk_agent = talking(switch, caller, agent)
            wait, wait_dialog = waiting(switch, second)
            alone, rings = dial(switch, third), dial(switch, fourth)
            switch.wait_for(lambda: place(switch, alone)[1] == "park", 5, "the agent's leg is not parked")
            arm_watchdog(switch)
            # When the beat stops
            beat(switch)
            last = time.monotonic()
            # Then the waiting caller leaves within about 7 s, and not before 5
            switch.wait_for(lambda: getvar(switch, wait, "ccs_orphan") == "true", 10, "the caller was left waiting")
            left = time.monotonic() - last
            print(f"the waiting caller left {left:.1f} s after the last beat")
            assert 5 < left < 8.5
            assert getvar(switch, wait, "ccs_claimed") == "false"
            # and the agent's leg that nobody will bridge is hung up, the one that rings is left to its own timeout
            switch.wait_for(lambda: not exists(switch, alone), 3, "the answered agent's leg stayed in silence")
            assert exists(switch, rings)
            # and the talk goes on, longer than every timer
            while time.monotonic() - last < 21:
                assert exists(switch, talk) and exists(switch, talk_agent), "the talk was torn apart"
                assert getvar(switch, talk, "ccs_orphan") != "true"
                time.sleep(0.5)
            # And when its agent hangs up, the caller gets out
            agent.hang_up(next(iter(agent.dialogs.values())))
            hung_up = time.monotonic()
            switch.wait_for(lambda: getvar(switch, talk, "ccs_orphan") == "true", 9, "the caller was left in silence")
            print(f"the caller left {time.monotonic() - hung_up:.1f} s after his agent")
            assert talk_dialog.ended.wait(20)
            assert wait_dialog.ended.wait(20)

    def test_a_living_controller_is_left_alone(self, switch, caller):
        leg, _ = waiting(switch, caller)
        beat(switch, age=4)
        run_watchdog(switch)
        assert getvar(switch, leg, "ccs_claimed") == "true"

    def test_a_handed_over_beat_ahead_of_time_holds_and_one_of_a_clock_set_back_does_not(self, switch, caller):
        leg, _ = waiting(switch, caller)
        beat(switch, age=-30)
        run_watchdog(switch)
        assert getvar(switch, leg, "ccs_claimed") == "true"
        beat(switch, age=-3600)
        run_watchdog(switch)
        assert getvar(switch, leg, "ccs_claimed") == "false"

    def test_a_leg_without_claim_is_not_touched(self, switch, caller):
        leg, _ = arrive(switch, caller)
        beat(switch, age=60)
        run_watchdog(switch)
        assert place(switch, leg) == ("ccs_in", "park")

    @pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.03])
    def test_a_leg_stranded_by_a_failed_bridge_is_healed(self, switch, caller, agent, after):
        # Given a caller who sits outside every application, because his agent dropped at once
        tries = (strand(switch, caller, agent, after) for _ in range(STRAND_TRIES))
        leg = next((leg for leg in tries if leg), None)
        if leg is None:
            pytest.skip(f"{STRAND_TRIES} times the switch itself let the caller go with his agent: nobody to heal")
        # When the controller is dead
        beat(switch, age=60)
        run_watchdog(switch)
        # Then he is in park again, where a timer runs
        rescued = (("ccs_orphan", "park"), ("ccs_return", "park"))
        switch.wait_for(
            lambda: not exists(switch, leg) or place(switch, leg) in rescued, 3, f"stranded in {state_of(switch, leg)}"
        )
        assert exists(switch, leg), "the watchdog ended a caller"
        assert switch.api(f"sched_del {leg}").startswith("+OK Deleted: 1")

    def test_a_conference_is_a_talk(self, switch, caller):
        leg, _ = waiting(switch, caller)
        switch.api(f"uuid_transfer {leg} conference:three@default inline")
        switch.wait_for(lambda: place(switch, leg)[1] == "conference", 5, "not in the conference")
        beat(switch, age=60)
        run_watchdog(switch)
        assert place(switch, leg)[1] == "conference"

    def test_a_way_out_that_is_no_place_leads_to_the_orphans(self, switch, caller):
        leg, _ = waiting(switch, caller)
        switch.api(f"uuid_setvar {leg} ccs_wayout nonsense; os.exit()")
        beat(switch, age=60)
        run_watchdog(switch)
        switch.wait_for(lambda: place(switch, leg) == ("ccs_orphan", "park"), 3, "left waiting")

    @pytest.mark.parametrize(
        "name",
        [
            "it's ]], a \\n [[trap]] ,,",
            "') os.execute('touch x') --",
            "\\x22,uuid:1,\\x0a",
            "{};\t${system(touch x)}",
            "ÿþ名前",
        ],
    )
    def test_hostile_names_do_not_stop_it(self, switch, caller, name):
        # Given a caller with a name that means something in Lua, JSON or SQL, and a line feed in his number
        leg, _ = arrive(switch, caller, name=name, from_user="a%0Aapi%20hupall%22")
        claim(switch, leg)
        # When the controller is dead
        beat(switch, age=60)
        run_watchdog(switch)
        # Then he is rescued like everybody
        switch.wait_for(lambda: getvar(switch, leg, "ccs_orphan") == "true", 3, "left waiting")
        assert not (switch.folder / "x").exists()
