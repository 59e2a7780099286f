"""A customer whom we dial by a gateway of a real FreeSWITCH: he answers, is busy, does not pick up, and is guarded."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TypeVar

import pytest

from ccswitch.clock import SystemClock
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, NodeName
from ccswitch.simulator.phones import Manner, answers, busy, rings_on
from ccswitch.switch.node import Node, NodeAddress
from tests.controller.waiting import soon
from tests.live.carrier import carrier
from tests.live.freeswitch import FreeSwitch, free_port
from tests.scenarios.sipp import SippPhone

pytestmark = pytest.mark.live

NODE = NodeName("pbx")
NUMBER = "+8613800138000"
F = TypeVar("F")


class Site:
    """A FreeSWITCH with a gateway to one phone, and a node that drives it."""

    def __init__(self, switch: FreeSwitch, port: int) -> None:
        self.switch, self.port = switch, port
        self.facts: list[f.Fact] = []
        self.alive, self.leg = True, ""
        address = NodeAddress(
            name=NODE,
            host="127.0.0.1",
            port=switch.esl_port,
            password=switch.password,
            sip_domain="127.0.0.1",
            sip_profile="external",
            gateway="carrier",
        )
        self.node = Node(
            address,
            on_fact=self.facts.append,
            accounts=lambda agent: (),
            alive=lambda: self.alive,
            clock=SystemClock(),
            random=Random(1),
        )

    def of(self, cls: type[F]) -> list[F]:
        """The facts of a class so far; of the legs before, whose ends are told twice, none."""
        return [fact for fact in self.facts if isinstance(fact, cls) and getattr(fact, "leg", self.leg) == self.leg]

    def first(self, cls: type[F], within: float = 10.0) -> F:
        """The first fact of a class, when it comes."""
        soon(lambda: self.of(cls), within)
        return self.of(cls)[0]

    def dial(self, leg: str, timeout: float = 20.0) -> None:
        """Ring the customer."""
        self.leg = leg
        self.node.carry(
            r.RingCustomer(
                node=NODE,
                call=CallId("call-1"),
                leg=LegId(leg),
                number=NUMBER,
                caller_number="4008008000",
                caller_name="Li Lei, Ltd",
                timeout=timeout,
            )
        )


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    port = free_port()
    with FreeSwitch(loglevel="info", gateway="carrier", files=carrier(port)) as switch:
        site = Site(switch, port)
        site.node.start()
        site.first(f.NodeUp)
        yield site
        site.node.stop(hand_over=0)


def phone(site: Site, manner: Manner) -> SippPhone:
    """The far end of the gateway."""
    return SippPhone("customer", site.port, manner)


def getvar(site: Site, leg: str, name: str) -> str:
    return site.switch.api(f"uuid_getvar {leg} {name}").strip()


def test_a_customer_who_answers_is_parked_and_guarded(site: Site) -> None:
    # Given a customer who picks up
    with phone(site, answers(0.3)):
        # When he is dialled
        site.dial("call-1-c1")
        # Then his phone rings, he answers, and is parked by the dialplan as a customer's leg
        parked = site.first(f.LegParked)
        assert (parked.leg, parked.call, parked.agent_leg, parked.answered) == ("call-1-c1", "call-1", False, True)
        assert site.first(f.LegRinging).leg == site.first(f.LegAnswered).leg == "call-1-c1"
        # And he sees who calls
        assert "4008008000" in site.switch.api("uuid_dump call-1-c1")
        # And he is guarded as a caller is
        assert getvar(site, "call-1-c1", "transfer_after_bridge") == "return:XML:ccs_return"
        assert getvar(site, "call-1-c1", "uuid_bridge_park_on_cancel") == "true"
        assert getvar(site, "call-1-c1", "ccs_wayout") == "orphan:XML:ccs_orphan"
        # And a claim takes the timer off
        site.node.carry(r.Claim(node=NODE, leg=parked.leg))
        soon(lambda: getvar(site, "call-1-c1", "ccs_claimed") == "true")
        # And a survey sees a caller in park
        site.node.carry(r.Survey(node=NODE, expected=()))
        [seen] = site.first(f.LegsSeen).legs
        assert (seen.leg, seen.call, seen.agent_leg, seen.parked) == ("call-1-c1", "call-1", False, True)
        # And when he is let go the end of his leg is told
        site.node.carry(r.HangUp(node=NODE, leg=parked.leg, cause="NORMAL_CLEARING"))
        assert site.first(f.LegEnded).leg == "call-1-c1"


def test_a_customer_whom_nobody_claims_takes_the_way_out(site: Site) -> None:
    with phone(site, answers(0.1)):
        site.dial("call-1-c2")
        site.first(f.LegParked)
        soon(lambda: getvar(site, "call-1-c2", "ccs_orphan") == "true", 15)
        site.node.carry(r.HangUp(node=NODE, leg=LegId("call-1-c2"), cause="NORMAL_CLEARING"))
        site.first(f.LegEnded)


def test_a_customer_who_is_busy(site: Site) -> None:
    with phone(site, busy()):
        site.dial("call-1-c3")
        assert site.first(f.LegEnded).cause == "USER_BUSY"


def test_a_customer_who_does_not_pick_up(site: Site) -> None:
    with phone(site, rings_on()):
        site.dial("call-1-c4", timeout=2.0)
        assert site.first(f.LegEnded).cause == "NO_ANSWER"


def test_a_customer_whose_ringing_is_cancelled(site: Site) -> None:
    with phone(site, rings_on()):
        site.dial("call-1-c5")
        site.first(f.LegRinging)
        site.node.carry(r.HangUp(node=NODE, leg=LegId("call-1-c5"), cause="ORIGINATOR_CANCEL"))
        assert site.first(f.LegEnded).cause == "ORIGINATOR_CANCEL"


def test_without_a_controller_a_customer_who_rings_is_left_to_his_phone(site: Site) -> None:
    # Given a customer who rings
    with phone(site, rings_on()):
        site.dial("call-1-c6", timeout=3.0)
        site.first(f.LegRinging)
        # When the controller's beat is old and the watchdog looks round
        site.alive = False
        site.switch.api("global_setvar ccs_beat=1")
        assert site.switch.api("luarun ccs_watchdog.lua").startswith("+OK")
        # Then nothing takes his leg: it rings out
        assert site.first(f.LegEnded).cause == "NO_ANSWER"
        site.alive = True
