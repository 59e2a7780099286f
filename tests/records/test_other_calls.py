"""Calls past us at agents' phones are calls of the records: who, when, how long; and they are found by the agent."""

from __future__ import annotations

import pytest

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, CallId, NodeName
from ccswitch.records.ledger import Ledger
from ccswitch.records.queries import CallFilter, call_record, recent_calls
from ccswitch.records.store import Store
from tests.records.journals import Moment, all_rows, numbered


def other_call(*, outgoing: bool, talked: float) -> list[Moment]:
    call, given = CallId("X1"), f.TimePassed()
    began = o.OtherCallBegan(
        call=call, node=NodeName("a"), user="1001", number="139", agent=AgentId("li"), outgoing=outgoing
    )
    answered = o.OtherCallAnswered(call=call)
    ended = o.OtherCallEnded(call=call, cause="NORMAL_CLEARING", why="hung up", talked=talked)
    talk: list[Moment] = [(105.0, given, [answered])] if talked else []
    return [(100.0, given, [began]), *talk, (112.5, given, [ended])]


@pytest.mark.parametrize(
    ("outgoing", "talked", "caller", "called", "result"),
    [(True, 7.5, "1001", "139", "answered"), (False, 0.0, "139", "1001", "unreached")],
)
def test_it_is_a_call_with_a_leg(store: Store, outgoing, talked, caller, called, result):
    for moment in numbered(other_call(outgoing=outgoing, talked=talked)):  # each by itself
        Ledger(store).write([moment])
    [row] = all_rows(store)["calls"]
    assert (row["origin"], row["caller_number"], row["called_number"], row["agent"]) == ("other", caller, called, "li")
    assert (row["started"], row["ended"], row["duration"]) == (100.0, 112.5, 12.5)
    assert (row["result"], row["cause"]) == (result, "NORMAL_CLEARING")
    [leg] = all_rows(store)["legs"]
    assert (leg["agent"], leg["connected"], leg["ended"]) == ("li", 105.0 if talked else None, 112.5)
    # And it is found by its agent, with its story
    assert [one["call_id"] for one in recent_calls(store, CallFilter(agent=AgentId("li"))).rows] == ["X1"]
    assert not recent_calls(store, CallFilter(agent=AgentId("wang"))).rows
    record = call_record(store, CallId("X1"))
    assert record is not None
    assert all_rows(store)["trace"][0]["text"] == "the phone 1001 is in another call, with 139"


def test_one_that_is_found_again_after_its_node_was_away_is_open_again(store: Store):
    # Given a call that was given up because its node was long away
    began, _, ended = other_call(outgoing=False, talked=7.5)
    given_up = o.OtherCallEnded(call=CallId("X1"), cause="", why="the node has long been away", talked=4.0)
    story: list[Moment] = [began, (107.0, f.TimePassed(), [given_up]), (110.0, f.TimePassed(), began[2]), ended]
    moments = numbered(story)
    # When the node is back and tells of it
    for moment in moments[:3]:
        Ledger(store).write([moment])
    # Then it is one call still, which is not over
    [row], [leg] = all_rows(store)["calls"], all_rows(store)["legs"]
    assert row["ended"] is None and row["result"] in (None, "") and leg["ended"] is None
    # And its end is that which the phone made
    Ledger(store).write(moments[3:])
    [row] = all_rows(store)["calls"]
    assert (row["ended"], row["cause"], row["started"]) == (112.5, "NORMAL_CLEARING", 110.0)
    assert [one["text"] for one in all_rows(store)["trace"]][1].endswith("the node has long been away")
