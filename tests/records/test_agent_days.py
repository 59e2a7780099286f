"""How agents' time went, and what became of the calls that they were offered."""

from __future__ import annotations

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, OfferId
from ccswitch.model.nouns import AgentStatus, OfferResult
from ccswitch.records.agent_days import agent_days
from ccswitch.records.ledger import Ledger
from ccswitch.records.store import Store
from tests.records.journals import arrives, numbered, offered, rings_out, talks

LI = AgentId("li")


def says(at: float, status: AgentStatus, reason: str = ""):
    return at, f.TimePassed(), [o.AgentStatusChanged(agent=LI, status=status, reason=reason, author="li")]


def unreachable(call: str, at: float, *, serial: int):
    end = o.OfferEnded(
        offer=OfferId(f"{call}-o{serial}"),
        call=CallId(call),
        agent=LI,
        result=OfferResult.UNREACHABLE,
        cause="USER_NOT_REGISTERED",
        why="li: phone could not be reached",
    )
    return at, f.TimePassed(), [end]


def test_breaks_are_told_by_reason_and_cut_at_both_ends(store: Store) -> None:
    # Given a day: ready at 100, lunch from 200 to 500, a training from 600 that lasts
    moments = [
        says(100.0, AgentStatus.READY),
        says(200.0, AgentStatus.BREAK, "lunch"),
        says(500.0, AgentStatus.READY),
        says(600.0, AgentStatus.BREAK, "training"),
    ]
    Ledger(store).write(numbered(moments))
    # When the time from 150 to 650 is looked at
    (day,) = agent_days(store, since=150.0, until=650.0)
    # Then all of it is accounted for
    assert (day["agent"], day["ready"], day["breaks"]) == ("li", 150.0, {"lunch": 300.0, "training": 50.0})
    assert agent_days(store, since=0.0, until=100.0) == []


def test_a_call_missed_through_the_network_is_not_one_that_rang_out(store: Store) -> None:
    # Given an offer that rang out, one whose phone could not be reached, and one that was talked
    moments = [
        *arrives("c1", 100.0),
        *offered("c1", "li", 101.0),
        *rings_out("c1", "li", 120.0),
        *offered("c1", "li", 121.0, serial=2),
        unreachable("c1", 122.0, serial=2),
        *offered("c1", "li", 153.0, serial=3),
        *talks("c1", "li", 157.0, waited=57.0, serial=3),
    ]
    Ledger(store).write(numbered(moments))
    # Then each is counted for what it was
    (day,) = agent_days(store, since=0.0, until=1000.0)
    assert (day["offers"], day["answered"], day["rona"], day["network"]) == (3, 1, 1, 1)
