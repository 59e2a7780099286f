"""Offers as they are read off the wire."""

from __future__ import annotations

import json

import pytest

from ccswitch.bench.figure import BenchFailed
from ccswitch.bench.offer import FREED, QUEUED, Offer, offers
from ccswitch.bench.stage.wire_clock import FROM_CONTROLLER, TO_CONTROLLER, Piece
from ccswitch.floor.talking import SHORTEST_WRAPUP

CALL = "e3e70682-c209-4cac-a629-6fbed82c07cd"
OTHER = "0d2f4b6a-c209-4cac-8629-6fbed82c07cd"


def event(name: str, uuid: str, **variables: str) -> bytes:
    """The frame of an event."""
    fields = {"Event-Name": name, "Unique-ID": uuid, **{f"variable_{key}": value for key, value in variables.items()}}
    body = json.dumps(fields).encode()
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n%s" % (len(body), body)


def originate(call: str, agent: str) -> bytes:
    """The command that dials an agent, as it goes over the wire."""
    return f"bgapi originate {{origination_uuid={call}-a1,ccs_agent={agent}}}sofia/x &park()\nJob-UUID: 1\n\n".encode()


def test_an_offer_is_counted_from_what_made_it_possible_last():
    # Given a caller who parks, and one whose event comes in two pieces while the agent is still busy
    parked, second = event("CHANNEL_PARK", CALL), event("CHANNEL_PARK", OTHER)
    pieces = [
        Piece(1.0, TO_CONTROLLER, parked),
        Piece(1.004, FROM_CONTROLLER, originate(CALL, "li")),
        Piece(2.0, TO_CONTROLLER, second[:50]),
        Piece(2.5, TO_CONTROLLER, second[50:]),
        # When the agent hangs up, and is offered the second when his wrap-up is over; the command comes in pieces too
        Piece(3.0, TO_CONTROLLER, event("CHANNEL_HANGUP_COMPLETE", f"{CALL}-a1", ccs_agent="li", ccs_role="agent")),
        Piece(3.4, FROM_CONTROLLER, b"\n\n" + originate(OTHER, "li")[:60]),
        Piece(3.51, FROM_CONTROLLER, originate(OTHER, "li")[60:]),
    ]
    # Then the first is counted from his park, the second from the agent's freedom
    found = list(offers(pieces))
    assert found == [Offer(QUEUED, 1.0, 1.004), Offer(FREED, 3.0 + SHORTEST_WRAPUP, 3.51)]
    assert found[0].ms == pytest.approx(4.0)


def test_an_offer_for_nobody_is_no_measurement():
    with pytest.raises(BenchFailed, match="no park"):
        list(offers([Piece(1.0, FROM_CONTROLLER, originate(CALL, "li"))]))
