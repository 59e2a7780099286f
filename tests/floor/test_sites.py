"""Callers go to another site with what counts for their place, and one who comes from there has that place here."""

from __future__ import annotations

from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, QueueName
from ccswitch.model.nouns import CallPlace, CallResult, Entry, Mark, OtherSite, Queue, VisitResult
from ccswitch.model.passed import Passed, from_header, to_header
from tests.floor.floors import Floor, Given, a_floor, an_agent

NORTH = OtherSite(name="north", dial="sip:4000@192.0.2.9", addresses=("192.0.2.0/28", "2001:db8::/32"))
SUPPORT, SALES = QueueName("support"), QueueName("sales")
THERE = Passed("there-1", 100.0, 2, "billing >= 5", "french, vip", ("gold",))


def house(*rules: str) -> Floor:
    """Queue support with these rules, nobody ready, and a site in the north."""
    queues = (Queue(name=SUPPORT, rules=rules), Queue(name=SALES))
    agents = (an_agent("li", "support", skills=("billing=7", "vip")), an_agent("wu", "support"))
    marks = (Mark(name="gold", head_start=30.0), Mark(name="spring", skills="vip"))
    entries = (Entry(name="support", queue=SUPPORT), Entry(name="ads", queue=SUPPORT, campaign="spring"))
    return a_floor(*agents, ready=False, queues=queues, marks=marks, entries=entries, sites=(NORTH,))


def sent(floor: Floor) -> Given:
    """L1 waits for 20 s, and is sent to the north."""
    floor.parked("L1", entry="support")
    return floor.wait(20.5)


def comes(floor: Floor, header: str = to_header(THERE), address: str = "192.0.2.9") -> Given:
    return floor.parked("L1", entry="support", passed=header, from_address=address)


class TestSent:
    def test_his_wait_and_what_he_wants_go_along(self) -> None:
        # Given a caller who wants something and waits
        floor = house("after 20s: to site:north")
        told = sent(floor)
        # Then he leaves the queue by its rule, and the switch is told where to and what of him
        assert told.the(o.VisitEnded).result is VisitResult.OVERFLOWED and told.the(o.VisitEnded).to == "site:north"
        transfer = told.the(r.Transfer)
        assert transfer.number == "site_north"
        assert from_header(transfer.passed) == Passed("L1", 20.0)
        assert told.the(o.CallLeaving).result is CallResult.TRANSFERRED

    def test_who_is_not_reached_waits_on_in_his_place(self) -> None:
        # Given a caller who was sent, and two who came after him
        floor = house("after 20s: to site:north")
        sent(floor)
        floor.parked("L2", entry="support")
        # When the site is not reached
        floor.parked("L1")
        # Then he is first again, and is not sent once more, as the other is when it is his time
        assert floor.line() == ["L1", "L2"] and floor.call("L1").place is CallPlace.WAITING
        assert [transfer.leg for transfer in floor.wait(60.0).every(r.Transfer)] == ["L2"]

    def test_a_site_that_is_not_there_any_more_sends_nobody_away(self) -> None:
        floor = house("after 20s: to site:south")
        assert not sent(floor).every(r.Transfer) and floor.line() == ["L1"]

    def test_a_number_takes_nothing_along(self) -> None:
        assert sent(house("after 20s: to number:+8621555")).the(r.Transfer).passed == ""


class TestComes:
    def test_he_has_his_place_and_his_wishes(self) -> None:
        # Given one who waits here for two minutes
        floor = house()
        floor.parked("L9", entry="support")
        floor.wait(120.0)
        # When one comes who waited 100 s there, at priority 2 (worth 60 s each), and is gold (30 s here)
        told = comes(floor)
        # Then he stands before who came 120 s ago, with what he wants; what nobody here knows is left out
        over = told.the(o.CallCameOver)
        assert (over.site, over.origin, over.requires, over.prefers) == ("north", "there-1", "billing >= 5", "vip")
        call = floor.call("L1")
        assert call.arrival == call.waiting_since - 250.0 < floor.call("L9").arrival
        assert (call.requires, call.prefers, call.tags, call.came_from) == ("billing >= 5", "vip", ("gold",), "north")
        # And it is so after a restart
        assert floor.replayed().calls[call.call] == call

    def test_what_he_brings_is_bounded(self) -> None:
        floor = house()
        comes(floor, to_header(Passed("x", 80_000.0, 100)))
        call = floor.call("L1")
        assert call.arrival == call.waiting_since - floor.state.settings.most_head_start

    def test_from_anywhere_else_it_is_only_a_call(self) -> None:
        for address in ("192.0.2.77", "", "nonsense", "::1"):
            floor = house()
            assert not comes(floor, address=address).every(o.CallCameOver)
            assert floor.call("L1").arrival == floor.call("L1").waiting_since and floor.call("L1").tags == ()
        assert not comes(house(), header="waited=100").every(o.CallCameOver)

    def test_he_is_not_sent_on_to_a_site(self) -> None:
        # Given two sites that would send callers to each other
        floor = house("after 20s: to site:north")
        comes(floor)
        # When his time is over, then he stays
        assert not floor.wait(60.0).every(r.Transfer) and floor.call("L1").place is CallPlace.WAITING

    def test_an_address_may_be_of_either_kind(self) -> None:
        assert comes(house(), address="2001:db8::7").the(o.CallCameOver).site == "north"


def test_a_campaign_is_kept_and_its_mark_counts() -> None:
    # Given an entry of a campaign, whose callers need somebody of vip
    floor = house()
    told = floor.parked("L1", entry="ads")
    # Then the call knows it, and requires what the mark of that name does
    assert told.the(o.CallStarted).campaign == "spring" and floor.call("L1").campaign == "spring"
    assert told.the(o.CallEnqueued).requires == "vip"
    # And other entries' callers are of none
    assert floor.parked("L2", entry="support").the(o.CallStarted).campaign == ""
    assert floor.call("L2").requires == ""


def test_the_legs_name_stands_for_the_call() -> None:
    assert comes(house()).the(o.CallCameOver).call == LegId("L1")
