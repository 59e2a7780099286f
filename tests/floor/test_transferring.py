"""Blind transfer: by order and by a phone's REFER, and what becomes of the caller when anything is lost on the way."""

from __future__ import annotations

import pytest

from ccswitch.floor.transferring import NOWHERE
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId
from ccswitch.model.nouns import AgentState, CallPlace
from tests.floor.floors import Floor, Given, a_floor, leg_seen, stage

L1 = CallId("L1")


def transferring(to: str, floor: Floor | None = None) -> tuple[Floor, Given]:
    """A talk whose caller is sent on by order."""
    floor = floor or stage("talking")
    return floor, floor.order(d.TransferCall, call=L1, to=to)


def test_a_talk_is_transferred_to_a_queue() -> None:
    # Given a talk of Li's that came from `support`, whose caller has a tag
    floor = stage("talking")
    agent_leg = floor.call("L1").agent_leg
    floor.call("L1").tags = ("vip",)
    # When he is sent on to `sales`
    floor, told = transferring("queue:sales", floor)
    # Then the talk is over, Li wraps up, his phone is freed and the caller is fetched
    sent = told.the(o.TalkTransferred)
    assert (sent.agent, sent.queue, sent.target, sent.by) == ("li", "support", "queue:sales", "ann")
    assert told.the(o.TalkEnded).by == "ann"
    assert floor.agent().state is AgentState.WRAPUP
    assert told.the(r.Repark).leg == "L1"
    assert told.the(r.HangUp).leg == agent_leg
    # And in park he waits in `sales` from now on, with all that is known of him
    floor.wait(0.2)
    waits = floor.parked("L1").the(o.CallEnqueued)
    assert (waits.queue, waits.since) == ("sales", sent_at(floor))
    assert floor.call("L1").tags == ("vip",)
    assert floor.call("L1").bound_for == ""
    # And the agent's leg ends without any more
    assert not floor.ended(agent_leg).every(o.TalkEnded)


def sent_at(floor: Floor) -> float:
    return next(at for at, outcome in floor.journal if isinstance(outcome, o.TalkTransferred))


@pytest.mark.parametrize(
    ("to", "place"),
    [
        ("script:menu", CallPlace.SCRIPT),
        ("number:+8621 5555", CallPlace.LEAVING),
        ("voicemail:sales", CallPlace.SCRIPT),
        ("queue:support", CallPlace.WAITING),
    ],
)
def test_a_talk_is_transferred_to_every_kind_of_place(to: str, place: CallPlace) -> None:
    floor, _ = transferring(to)
    floor.parked("L1")
    assert floor.call("L1").place is place


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("queue:nowhere", "there is no queue 'nowhere'"),
        ("agent:nobody", "there is no agent 'nobody'"),
        ("agent:li", "he talks with li"),
        ("sales", "is no target"),
        ("number:0086 x", "no number to dial"),
    ],
)
def test_what_does_not_exist_is_refused_and_the_talk_goes_on(to: str, why: str) -> None:
    floor, told = transferring(to)
    assert why in told.the(o.OrderRefused).why
    assert floor.call("L1").place is CallPlace.TALKING and not told.requests


@pytest.mark.parametrize("name", ["script", "waiting", "ringing", "bridging", "returning", "leaving", "wayout"])
def test_only_a_talk_is_transferred(name: str) -> None:
    _, told = transferring("queue:sales", stage(name))
    assert "only a talk" in told.the(o.OrderRefused).why


def test_a_call_that_is_not_there_is_missing() -> None:
    assert stage("talking").order(d.TransferCall, call=CallId("L9"), to="queue:sales").the(o.OrderRefused).missing


def test_the_caller_hangs_up_on_the_way() -> None:
    # Given a caller on his way to another queue
    floor, _ = transferring("queue:sales")
    # When he hangs up, and his agent's leg is over too
    agent_leg = next(leg for leg in floor.call("L1").legs if leg != "L1")
    floor.ended("L1")
    floor.ended(agent_leg)
    # Then the call was answered, and nothing of it is left
    assert floor.everything(o.CallEnded)[0].result is n.CallResult.ANSWERED
    assert not floor.state.calls and not floor.state.waiting


def test_a_park_that_is_not_heard_of_is_found() -> None:
    # Given a caller on his way, whose park nobody told of
    floor, _ = transferring("queue:sales")
    floor.wait(1.0)
    # When the node is looked at
    told = floor.seen(leg_seen("L1"))
    # Then he waits where he was sent
    assert told.the(o.CallEnqueued).queue == "sales"


def test_a_lost_command_is_given_again() -> None:
    floor, _ = transferring("queue:sales")
    assert floor.wait(5.0).the(r.Repark).leg == "L1"
    assert floor.parked("L1").the(o.CallEnqueued).queue == "sales"


def test_the_way_out_has_him_for_a_moment() -> None:
    # Given a caller on his way, whom the watchdog took meanwhile
    floor, _ = transferring("queue:sales")
    floor.wait(1.0)
    floor.seen(leg_seen("L1", parked=False, orphaned=True))
    # When he is in park again, then he goes where he was sent
    assert floor.parked("L1").the(o.CallEnqueued).queue == "sales"


def test_a_queue_that_is_gone_meanwhile_costs_him_nothing() -> None:
    # Given a caller on his way to a queue that is taken from the files
    floor, _ = transferring("queue:sales")
    floor.call("L1").bound_for = "queue:closed"
    # When he is in park, then he waits on where he waited, and it is told why
    told = floor.parked("L1")
    assert told.the(o.TransferRefused).why == "there is no queue 'closed'"
    assert told.the(o.CallEnqueued).queue == "support"


# ---- by the phone's own keys --------------------------------------------------------------------------------


@pytest.mark.parametrize("wished", ["13912345678", "+8613912345678"])
def test_a_phone_transfers_outside_as_far_as_the_rule_goes(wished: str) -> None:
    # Given a site that lets phones transfer to mobile numbers
    floor = a_floor(transfers_out=(r"^(\+86)?1[3-9][0-9]{9}$",))
    floor.talking("L1")
    # When a phone transfers its caller to one
    told = floor.parked("L1", transfer_to=wished)
    # Then he is handed out, as by an order
    assert told.the(o.TalkTransferred).target == f"number:{wished}"
    assert told.the(r.Transfer).number == wished
    # And not to any other
    other = a_floor(transfers_out=(r"^(\+86)?1[3-9][0-9]{9}$",))
    other.talking("L1")
    assert other.parked("L1", transfer_to="0900123456").the(o.TransferRefused).why == NOWHERE


@pytest.mark.parametrize("wished", ["1390000 XML default", "13900001111@evil", "${x}", "1" * 40])
def test_what_is_no_number_goes_nowhere_though_the_rule_would_let_it(wished: str) -> None:
    floor = a_floor(transfers_out=(".*",))
    floor.talking("L1")
    assert floor.parked("L1", transfer_to=wished).the(o.TransferRefused)
    assert floor.call("L1").place is CallPlace.WAITING


def test_a_phone_transfers_to_a_script() -> None:
    floor = a_floor()
    floor.talking("L1")
    told = floor.parked("L1", transfer_to="menu")
    assert told.the(o.StepStarted).script == "menu"
