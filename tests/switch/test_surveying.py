"""The switch's own dumps become what the floor is held against."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.model import facts as f
from ccswitch.switch import surveying
from ccswitch.switch.codec import Event
from ccswitch.switch.surveying import in_pieces, listed_legs, read_dump
from tests.searching import examples
from tests.switch.captures import captures


def dump(leg: str, **headers: str) -> Event:
    """A caller who waits, answered, with hold music on top of park, unless `headers` say otherwise."""
    waiting = {
        "Event-Name": "CHANNEL_DATA",
        "Unique-ID": leg,
        "Channel-Call-UUID": leg,
        "Channel-State": "CS_EXECUTE",
        "Answer-State": "answered",
        "Caller-Context": "ccs_in",
        "Caller-Caller-ID-Number": "138",
        "Caller-Caller-ID-Name": "Li Lei",
        "Caller-Destination-Number": "4000",
        "variable_ccs_call": leg,
        "variable_ccs_entry": "main",
        "variable_current_application": "playback",
    }
    named = {key if key.startswith("variable_") else key.replace("_", "-"): text for key, text in headers.items()}
    return Event(waiting | named)


def agent_dump(leg: str, call: str, **headers: str) -> Event:
    """An agent's leg in park."""
    own = {"variable_ccs_call": call, "variable_ccs_role": "agent", "Caller_Context": "default"}
    return dump(leg, **{"variable_current_application": "park", **own, **headers})


def seen(dumps: Iterable[Event]) -> tuple[f.LegSeen, ...]:
    """What is seen of all of them."""
    return tuple(surveying.seen(dumps))


def the(*dumps: Event) -> f.LegSeen:
    """What is seen of the first of them."""
    return seen(dumps)[0]


# ---- one leg ------------------------------------------------------------------------------------------------


def test_a_caller_who_waits_with_music() -> None:
    assert the(dump("L1")) == f.LegSeen(
        leg="L1", call="L1", agent_leg=False, parked=True, answered=True, orphaned=False, peer=None, stranded=False,
        entry="main", caller_number="138", caller_name="Li Lei", called_number="4000",
    )  # fmt: skip


@pytest.mark.parametrize("context", ["ccs_in", "ccs_return", "ccs_orphan", "ccs_transfer"])
def test_a_caller_parked_in_any_of_our_contexts(context: str) -> None:
    assert the(dump("L1", Caller_Context=context, variable_current_application="park")).parked


@pytest.mark.parametrize("application", ["set", "sched_transfer", "ring_ready", ""])
def test_a_caller_who_is_still_on_his_way_to_park(application: str) -> None:
    # Given a leg whose CHANNEL_PARK is yet to come
    assert not the(dump("L1", variable_current_application=application)).parked


def test_a_caller_parked_by_the_switch_itself() -> None:
    leg = the(dump("L1", Channel_State="CS_PARK"))
    assert leg.parked and not leg.stranded


@pytest.mark.parametrize("context", ["ccs_last_resort", "ccs_out", "public"])
def test_a_caller_elsewhere_is_not_parked(context: str) -> None:
    assert not the(dump("L1", Caller_Context=context)).parked


def test_an_orphan_in_park_and_one_at_the_last_resort() -> None:
    waits = the(dump("L1", Caller_Context="ccs_orphan", variable_ccs_orphan="true"))
    assert waits.orphaned and waits.parked
    served = the(dump("L1", Caller_Context="ccs_last_resort", variable_ccs_orphan="true"))
    assert served.orphaned and not served.parked
    claimed = the(dump("L1", variable_ccs_orphan="false"))
    assert not claimed.orphaned


@pytest.mark.parametrize("state", ["CS_SOFT_EXECUTE", "CS_RESET"])
def test_a_leg_left_over_from_a_bridge_is_stranded(state: str) -> None:
    leg = the(dump("L1", Channel_State=state))
    assert leg.stranded and not leg.parked


def test_an_agents_phone_rings() -> None:
    leg = the(agent_dump("L1-a3", "L1", Channel_State="CS_CONSUME_MEDIA", Answer_State="ringing"))
    assert (leg.agent_leg, leg.answered, leg.parked, leg.stranded) == (True, False, False, False)
    assert leg.call == "L1"


@pytest.mark.parametrize(
    ("state", "application", "parked"),
    [
        ("CS_EXECUTE", "park", True),
        ("CS_PARK", "", True),
        ("CS_EXECUTE", "playback", True),  # the tone that a nailed-up agent hears before his caller
        ("CS_EXECUTE", "eavesdrop", False),
        ("CS_INIT", "park", False),
    ],
)
def test_an_agents_leg_is_parked_or_not(state: str, application: str, parked: bool) -> None:
    leg = the(agent_dump("L1-a3", "L1", Channel_State=state, variable_current_application=application))
    assert leg.parked is parked


# ---- who talks to whom --------------------------------------------------------------------------------------


def talking(leg: str, call: str, state: str, **headers: str) -> Event:
    make = agent_dump if "-a" in leg else dump
    arguments = (leg, leg.split("-")[0]) if make is agent_dump else (leg,)
    return make(*arguments, Channel_Call_UUID=call, Channel_State=state, **headers)


def test_a_pair_that_talks() -> None:
    # Given a bridge: the caller in CS_SOFT_EXECUTE, the agent under the caller's call uuid
    caller, agent = seen((talking("L1", "L1", "CS_SOFT_EXECUTE"), talking("L1-a3", "L1", "CS_EXCHANGE_MEDIA")))
    assert (caller.peer, agent.peer) == ("L1-a3", "L1")
    assert not any((caller.parked, caller.stranded, agent.parked, agent.stranded))


def test_a_pair_says_since_when_it_talks() -> None:
    joined = {"Caller_Channel_Bridged_Time": "1795289855121286"}
    pair = talking("L1", "L1", "CS_SOFT_EXECUTE"), talking("L1-a3", "L1", "CS_EXCHANGE_MEDIA", **joined)
    assert [leg.bridged_at_switch for leg in seen(pair)] == [0.0, 1795289855.121286]


def test_a_bridge_that_is_being_made_is_no_talk_yet() -> None:
    # Given two legs in CS_SOFT_EXECUTE, each under its own call uuid
    legs = seen((talking("L1", "L1", "CS_SOFT_EXECUTE"), talking("L1-a3", "L1-a3", "CS_SOFT_EXECUTE")))
    assert [leg.peer for leg in legs] == [None, None]


def test_what_is_left_of_an_old_bridge_is_not_believed() -> None:
    # Given a caller who is back in park, and an agent's leg whose variables still name him (freeswitch-facts 12)
    stale = {"variable_bridge_uuid": "L1", "variable_signal_bond": "L1", "Other_Leg_Unique_ID": "L1"}
    caller, agent = seen((dump("L1"), agent_dump("L1-a3", "L1", Channel_Call_UUID="L1", **stale)))
    assert (caller.peer, agent.peer) == (None, None)
    assert caller.parked and agent.parked


def test_two_pairs_are_not_mixed_up() -> None:
    legs = seen(
        talking(leg, leg.split("-")[0], "CS_EXCHANGE_MEDIA") for leg in ("L1", "L2", "L2-a3", "L1-a9")
    )  # in no order
    assert {leg.leg: leg.peer for leg in legs} == {"L1": "L1-a9", "L1-a9": "L1", "L2": "L2-a3", "L2-a3": "L2"}


def test_three_legs_under_one_call_uuid_are_neither_a_pair_nor_stranded() -> None:
    # Given a talk to which somebody listens under the same call uuid
    legs = seen(talking(leg, "L1", state) for leg, state in [
        ("L1", "CS_SOFT_EXECUTE"), ("L1-a3", "CS_EXCHANGE_MEDIA"), ("L1-a4", "CS_EXCHANGE_MEDIA"),
    ])  # fmt: skip
    # Then nobody is moved because of what cannot be told
    assert not any((leg.peer, leg.stranded, leg.parked) != (None, False, False) for leg in legs)


def test_a_supervisor_who_listens_does_not_hide_the_pair() -> None:
    # Given an eavesdropping leg as a real switch has it: under its own call uuid (capture supervisor_listens)
    listener = dump("S", variable_ccs_call="L1", variable_current_application="eavesdrop", Caller_Context="default")
    pair = (talking("L1", "L1", "CS_SOFT_EXECUTE"), talking("L1-a3", "L1", "CS_EXCHANGE_MEDIA"))
    assert [leg.peer for leg in seen((*pair, listener))] == ["L1-a3", "L1", None]


JOINED = {"variable_ccs_call": "", "variable_bridge_uuid": "L1"}  # somebody else's leg, as its own dump has it


def test_a_caller_whom_a_phone_joined_to_somebody_elses_leg() -> None:
    # Given a caller in CS_SOFT_EXECUTE, and a leg that is not ours and says that it is joined to him
    theirs = talking("X", "L1", "CS_EXCHANGE_MEDIA", **JOINED)
    caller = the(talking("L1", "L1", "CS_SOFT_EXECUTE"), theirs)
    # Then he is not taken for stranded
    assert (caller.peer, caller.stranded, caller.parked) == ("X", False, False)
    # And his agent, if he has one, is believed before it
    pair = talking("L1", "L1", "CS_SOFT_EXECUTE"), talking("L1-a3", "L1", "CS_EXCHANGE_MEDIA")
    assert [leg.peer for leg in seen((*pair, theirs))] == ["L1-a3", "L1"]


@pytest.mark.parametrize(
    "theirs",
    [
        {"Channel_State": "CS_EXECUTE", "Channel_Call_UUID": "L1"},
        {"Channel_State": "CS_EXCHANGE_MEDIA", "Channel_Call_UUID": "X"},
        {"Channel_State": "CS_EXCHANGE_MEDIA", "Channel_Call_UUID": "L1", "variable_bridge_uuid": "L2"},
    ],
    ids=["in no bridge", "in another one", "joined to another"],
)
def test_what_somebody_elses_leg_says_of_an_old_bridge_is_not_believed(theirs: dict[str, str]) -> None:
    caller = the(talking("L1", "L1", "CS_SOFT_EXECUTE"), dump("X", **{**JOINED, **theirs}))
    assert caller.peer is None and caller.stranded


def test_channels_of_others_are_ignored() -> None:
    assert [leg.leg for leg in seen((dump("X", variable_ccs_call=""), dump("L1"), Event({"Unique-ID": "Y"})))] == ["L1"]


# ---- in pieces ----------------------------------------------------------------------------------------------


def test_the_legs_of_one_call_stay_together_and_none_is_lost() -> None:
    # Given callers, some of them with an agent, whose legs are listed far from theirs
    callers, agents = ([dump(f"L{n}") for n in range(5)], [agent_dump(f"L{n}-a1", f"L{n}") for n in range(3)])
    legs = seen([*callers, *agents])
    # When they are told of in threes
    pieces = in_pieces(legs, 3)
    # Then no call is torn, and no piece is longer
    assert [[leg.leg for leg in piece] for piece in pieces] == [
        ["L0", "L0-a1"],
        ["L1", "L1-a1"],
        ["L2", "L2-a1", "L3"],
        ["L4"],
    ]
    # And a call with more legs than that is one piece
    assert in_pieces(legs, 1)[0] == (legs[0], legs[5])


def test_no_legs_are_one_piece() -> None:
    assert in_pieces((), 3) == [()]


# ---- the switch's answers as text ---------------------------------------------------------------------------


def test_legs_are_listed_in_their_order() -> None:
    assert listed_legs('{"row_count":2,"rows":[{"uuid":"b"},{"uuid":"a"}]}') == ["b", "a"]


@pytest.mark.parametrize(
    "shown",
    [
        '{"row_count": 0}', "", "-ERR no such command", "null", "[]", '{"rows": 5}', '{"rows": {"uuid": "x"}}',
        '{"rows": [null, 5, {"uuid": null}, {"uuid": 5}, {"uuid": ""}, {}]}',
    ],
)  # fmt: skip
def test_an_answer_without_legs_lists_none(shown: str) -> None:
    assert listed_legs(shown) == []


def test_a_captured_list_and_a_captured_dump_are_read() -> None:
    # Given what a real switch answered
    asked: dict[str, str] = {}
    for path in captures():
        last = ""
        for line in map(orjson.loads, path.read_bytes().splitlines()):
            if line["dir"] == ">":
                last = line["text"]
            elif "api/response" in line.get("head", ""):
                asked.setdefault(last.split(" ")[1], "")
                if "show channels as json" in last or ("uuid_dump" in last and "-ERR" not in line["body"]):
                    asked[last.split(" ")[1]] = line["body"]
    # Then both are understood, and the dump is one of the listed legs
    told = read_dump(asked["uuid_dump"])
    assert told is not None and told.name == "CHANNEL_DATA" and told.get("Channel-Call-UUID")
    assert listed_legs(asked["show"])


def as_json(event: Event) -> str:
    return orjson.dumps(dict(event)).decode()


def test_a_hostile_callers_dump_is_read_as_his_own() -> None:
    # Given a caller whose name holds line feeds and headers, as the switch's JSON gives them
    told = read_dump(as_json(dump("L1", Caller_Caller_ID_Name="a\nUnique-ID: forged\n\n")))
    assert told is not None and told.uuid == "L1"
    # Given bytes that were no UTF-8, and half a character: the leg must not pass for gone
    for name in ("\ufffd\ufffd", "\\ud83d", "raw\nfeed\ttab"):
        text = as_json(dump("L1", Caller_Caller_ID_Name="NAME")).replace("NAME", name)
        told = read_dump(text)
        assert told is not None and the(told).leg == "L1"


@pytest.mark.parametrize("text", ["", "-ERR No such channel!\n", "[]", "{}", "null", '{"Unique-ID": "L1"', "5"])
def test_what_is_no_dump_is_none(text: str) -> None:
    assert read_dump(text) is None


STATES = st.sampled_from(["CS_EXECUTE", "CS_PARK", "CS_SOFT_EXECUTE", "CS_EXCHANGE_MEDIA", "CS_RESET", "CS_HANGUP", ""])
LEGS = st.fixed_dictionaries(
    {
        "Unique-ID": st.sampled_from(["L1", "L1-a3", "L2", "", "L3"]),
        "Channel-Call-UUID": st.sampled_from(["L1", "L2", ""]),
        "Channel-State": STATES,
        "variable_ccs_call": st.sampled_from(["L1", "L2", ""]),
    },
    optional={"variable_ccs_role": st.just("agent"), "Caller-Context": st.text(max_size=9)},
)


@settings(max_examples=examples(25), deadline=None)
@given(legs=st.lists(LEGS, max_size=8))
def test_whatever_the_dumps_say_no_leg_is_two_things_at_once(legs: list[dict[str, Any]]) -> None:
    told = seen(Event({**leg, "Event-Name": "CHANNEL_DATA"}) for leg in legs)
    by_leg = {leg.leg: leg for leg in told}
    for leg in told:
        assert leg.leg and leg.call
        assert [bool(leg.peer), leg.parked, leg.stranded].count(True) <= 1
        assert leg.peer is None or by_leg[leg.peer].peer == leg.leg
