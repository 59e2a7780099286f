"""Breaks have reasons that supervisors define, with limits; who lets calls ring out is what his queue has for that."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import nouns as n
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, QueueName
from ccswitch.model.nouns import AgentStatus
from tests.floor.floors import Floor, a_floor, settings_of

LI = AgentId("li")
REASONS = (
    n.BreakReason(name="lunch", limit=1800.0),
    n.BreakReason(name="errand", limit=300.0, then="ready"),
    n.BreakReason(name="doctor", limit=3600.0, then="offline"),
    n.BreakReason(name="training", paid=True),
)


def on_break(reason: str) -> Floor:
    """Li, on break for that."""
    floor = a_floor(reasons=REASONS)
    assert floor.order(d.TakeBreak, agent=LI, reason=reason).the(o.OrderAccepted)
    return floor


def test_a_reason_that_nobody_defined_is_refused_with_those_that_are() -> None:
    floor = a_floor(reasons=REASONS)
    known = "lunch, errand, doctor, training"
    why = floor.order(d.TakeBreak, agent=LI, reason="lnch").the(o.OrderRefused).why
    assert why == f"no reason for a break named 'lnch'; there are: {known}"
    assert floor.order(d.TakeBreak, agent=LI).the(o.OrderRefused).why == f"a break needs a reason: {known}"
    assert floor.agent().status is AgentStatus.READY


def test_the_houses_own_reasons_are_no_reasons_to_go() -> None:
    floor = a_floor(reasons=REASONS)
    assert floor.order(d.TakeBreak, agent=LI, reason="rona").the(o.OrderRefused)
    # but login needs no leave
    assert floor.order(d.LogIn, agent=LI).the(o.AgentStatusChanged).reason == "login"


def test_without_reasons_any_text_is_one() -> None:
    assert a_floor().order(d.TakeBreak, agent=LI, reason="a walk").the(o.AgentStatusChanged).reason == "a walk"


@pytest.mark.parametrize(
    ("reason", "after", "status"),
    [
        ("lunch", 1800.0, AgentStatus.BREAK),
        ("errand", 300.0, AgentStatus.READY),
        ("doctor", 3600.0, AgentStatus.OFFLINE),
        ("training", 36_000.0, AgentStatus.BREAK),
    ],
)
def test_what_follows_when_a_break_is_over_its_limit_is_the_reasons(
    reason: str, after: float, status: AgentStatus
) -> None:
    # Given a break
    floor = on_break(reason)
    # When its limit is not yet reached: then he is on break
    floor.wait(after - 1.0)
    assert floor.agent().status is AgentStatus.BREAK
    # When it is
    told = floor.wait(2.0)
    # Then he is what the reason says, by the house's own name
    assert floor.agent().status is status
    assert {x.author for x in told.every(o.AgentStatusChanged)} <= {"ccswitch"}


def test_who_comes_back_in_time_is_left_alone() -> None:
    floor = on_break("doctor")
    floor.ready("li")
    assert not floor.wait(7200.0).every(o.AgentStatusChanged)


def test_a_break_whose_reason_was_taken_from_the_files_goes_on() -> None:
    # Given a break that would end offline
    floor = on_break("doctor")
    # When its reason is no longer in the files: then nothing follows from it
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2", reasons=REASONS[:1])))
    floor.wait(7200.0)
    assert floor.agent().status is AgentStatus.BREAK


# ---- offers that ring out


def rings_out(floor: Floor, leg: str) -> AgentStatus:
    """A caller's offer rings out and he hangs up; what the agent is then."""
    floor.offered(leg)
    floor.wait(21.5)
    floor.ended(leg)
    floor.wait(11.0)
    return floor.agent().status


@pytest.mark.parametrize(
    ("rules", "statuses"),
    [
        ({}, ["ready", "break"]),
        ({"rona_limit": 1}, ["break"]),
        ({"rona_limit": 3, "rona_status": "offline"}, ["ready", "ready", "offline"]),
        ({"rona_limit": 1, "rona_status": "ready"}, ["ready", "ready"]),
    ],
)
def test_who_lets_calls_ring_out_is_what_his_queue_has_for_that(rules: dict[str, object], statuses: list[str]) -> None:
    floor = a_floor(queues=(n.Queue(name=QueueName("support"), **rules), n.Queue(name=QueueName("sales"))))  # type: ignore[arg-type]
    assert [rings_out(floor, f"L{i}").value for i, _ in enumerate(statuses)] == statuses


def test_the_break_of_who_was_not_there_has_the_queues_reason_and_its_limit() -> None:
    queue = n.Queue(name=QueueName("support"), rona_limit=1, rona_reason="away")
    away = n.BreakReason(name="away", limit=600.0, then="offline")
    floor = a_floor(queues=(queue, n.Queue(name=QueueName("sales"))), reasons=(away,))
    assert rings_out(floor, "L1") is AgentStatus.BREAK
    assert floor.agent().reason == "away"
    floor.wait(600.0)
    assert floor.agent().status is AgentStatus.OFFLINE


@pytest.mark.parametrize("cause", ["USER_NOT_REGISTERED", "NO_ROUTE_DESTINATION", "DESTINATION_OUT_OF_ORDER"])
def test_a_phone_that_cannot_be_reached_is_the_networks_fault(cause: str) -> None:
    # Given a queue that puts on break after one offer that rang out
    queue = n.Queue(name=QueueName("support"), rona_limit=1)
    floor = a_floor(queues=(queue, n.Queue(name=QueueName("sales"))))
    # When the phone could not be reached, time after time
    for leg in ("L1", "L2", "L3"):
        floor.ended(floor.offered(leg), cause)
        floor.ended(leg)
        floor.wait(31.0)
    # Then he is ready still
    assert floor.agent().status is AgentStatus.READY and floor.agent().ronas == 0
    assert [x.result.value for x in floor.everything(o.OfferEnded)] == ["unreachable"] * 3
