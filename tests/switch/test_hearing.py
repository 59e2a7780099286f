"""Each event of ours becomes one fact with what the floor needs; no secret and no flood passes."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.model import facts as f
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName
from ccswitch.switch.codec import Event
from ccswitch.switch.hearing import _TABLE, EVENTS, FILTERS, LONGEST_TEXT, digits_variable, hear, recording_id
from tests.searching import examples
from tests.switch.captures import captures, events_of

NODE = NodeName("a")
OURS = {"Unique-ID": "L1", "variable_ccs_call": "L1"}
CUSTOMER = {"Unique-ID": "L1-c2", "variable_ccs_call": "L1", "variable_ccs_role": "customer"}
AGENT = {"Unique-ID": "L1-a3", "variable_ccs_call": "L1", "variable_ccs_role": "agent"}


def event(name: str, *parts: dict[str, str], **headers: str) -> Event:
    """An event with these headers; `_` stands for `-`, but in variables."""
    named = {key if key.startswith("variable_") else key.replace("_", "-"): text for key, text in headers.items()}
    merged: dict[str, str] = {"Event-Name": name}
    for part in (*parts, named):
        merged |= part
    return Event(merged)


def heard(name: str, *parts: dict[str, str], **headers: str) -> Any:
    return hear(event(name, *parts, **headers), NODE)


def passes(event: Event) -> bool:
    """Whether a node sends it to us (mod_event_socket, event_handler)."""
    return any(
        re.search(wanted.strip("/"), event[header]) if wanted.startswith("/") else event[header] == wanted
        for header, wanted in FILTERS
        if header in event
    )


# ---- what a real switch says --------------------------------------------------------------------------------


def test_every_captured_event_is_a_fact_or_nothing() -> None:
    # Given every conversation that was captured, as it is and with all legs and applications marked as ours
    total = known = 0
    for path in captures():
        for told in events_of(path):
            assert hear(told, NODE) is None or (isinstance(hear(told, NODE), f.Fact) and passes(told))
            marked = Event({**told, "variable_ccs_call": "L1", "Application-UUID": "L1-x3"})
            fact = hear(marked, NODE)
            # Then whatever is heard is a fact about the leg that the event is about
            if fact is not None:
                known += 1
                if not isinstance(fact, f.LegsJoined) and told.uuid:
                    assert fact.leg == told.uuid  # type: ignore[union-attr]
            total += 1
    assert total > 300 and known > 100


def test_captured_callers_who_are_not_ours_are_not_heard() -> None:
    for path in captures():
        mine = [told for told in events_of(path) if "variable_ccs_call" not in told]
        facts = [hear(told, NODE) for told in mine if told.name != "BACKGROUND_JOB"]
        assert not any(facts), path


@pytest.mark.parametrize("name", ["CUSTOM", "HEARTBEAT", "DTMF", "", "CHANNEL_CREATE"])
def test_events_that_tell_nothing_are_nothing(name: str) -> None:
    assert heard(name, OURS) is None


def test_every_event_that_is_heard_is_asked_for() -> None:
    assert set(_TABLE) <= set(EVENTS)


# ---- fact by fact -------------------------------------------------------------------------------------------

CALLER = {
    "Caller-Caller-ID-Number": "13800138000",
    "Caller-Caller-ID-Name": "Li Lei",
    "Caller-Destination-Number": "4000",
    "Caller-Context": "ccs_in",
    "Channel-State": "CS_EXECUTE",
    "variable_ccs_entry": "main",
}
WHO = {"entry": "main", "caller_number": "13800138000", "caller_name": "Li Lei", "called_number": "4000"}


def test_a_caller_in_park() -> None:
    assert heard("CHANNEL_PARK", OURS, CALLER, Answer_State="ringing") == f.LegParked(
        leg=LegId("L1"), node=NODE, call=CallId("L1"), **WHO
    )


@pytest.mark.parametrize("name", ["CHANNEL_PARK", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_BRIDGE"])
def test_what_begins_or_ends_a_talk_says_when_it_was_by_the_switchs_clock(name: str) -> None:
    bridge = {"Bridge-A-Unique-ID": "L1", "Bridge-B-Unique-ID": "L1-a3"}
    assert heard(name, OURS, bridge, Event_Date_Timestamp="1795301319812091").at_switch == 1795301319.812091
    # And what is no number says nothing
    for forged in ("", "now", "-5", "1" * 30):
        assert heard(name, OURS, bridge, Event_Date_Timestamp=forged).at_switch == 0.0


def test_captured_talks_have_the_length_that_the_switch_gave_them() -> None:
    # Given the talk of a real FreeSWITCH, by its own stamps (tests/captures/talk_and_return.jsonl)
    [path] = [path for path in captures() if path.name == "talk_and_return.jsonl"]
    facts = [fact for told in events_of(path) if (fact := hear(told, NODE))]
    [joined] = [fact for fact in facts if isinstance(fact, f.LegsJoined)]
    [agent_gone] = [fact for fact in facts if isinstance(fact, f.LegEnded) and fact.leg == joined.other]
    back = [fact for fact in facts if isinstance(fact, f.LegParked) and fact.leg == joined.leg][-1]
    # Then both of its ends tell the same, to a turn of the switch's clock
    assert agent_gone.at_switch - joined.at_switch == pytest.approx(1.36, abs=0.01)
    assert 0 <= back.at_switch - agent_gone.at_switch <= 0.021


def test_an_answered_caller_who_is_back_from_a_talk() -> None:
    back = heard("CHANNEL_PARK", OURS, CALLER, Answer_State="answered", Caller_Context="ccs_return")
    assert back == f.LegParked(leg=LegId("L1"), node=NODE, call=CallId("L1"), answered=True, **WHO)


def test_a_caller_whom_a_phone_moved() -> None:
    # Given a REFER, which the dialplan of ccs_transfer parks with its target (freeswitch-facts 14)
    moved = heard("CHANNEL_PARK", OURS, CALLER, Caller_Context="ccs_transfer", variable_ccs_transfer="4001")
    assert moved.transfer_to == "4001" and not moved.direct


def test_the_target_of_an_old_refer_does_not_count_again() -> None:
    # Given a leg that still has the variable, but was parked by other ways
    for way in ({"Caller-Context": "ccs_return"}, {"Caller-Context": "ccs_transfer", "Channel-State": "CS_PARK"}):
        assert heard("CHANNEL_PARK", OURS, CALLER, way, variable_ccs_transfer="4001").transfer_to == ""


def test_a_caller_parked_by_the_switch_itself() -> None:
    # Given a bridge that did not come to be: CS_PARK, without the dialplan (freeswitch-facts 5)
    assert heard("CHANNEL_PARK", OURS, CALLER, Channel_State="CS_PARK").direct


def test_an_agents_leg_in_park() -> None:
    parked = heard("CHANNEL_PARK", AGENT, Answer_State="answered")
    assert (parked.leg, parked.call, parked.agent_leg, parked.answered) == ("L1-a3", "L1", True, True)


@pytest.mark.parametrize("name", ["CHANNEL_PROGRESS", "CHANNEL_PROGRESS_MEDIA"])
def test_an_agents_phone_rings(name: str) -> None:
    assert heard(name, AGENT) == f.LegRinging(leg=LegId("L1-a3"))
    assert heard(name, CUSTOMER) == f.LegRinging(leg=LegId("L1-c2"))
    assert heard(name, OURS) is None  # a caller's own 180 or 183 is none of the floor's business


@pytest.mark.parametrize(
    ("name", "cls"),
    [("CHANNEL_ANSWER", f.LegAnswered), ("CHANNEL_HOLD", f.LegHeld), ("CHANNEL_UNHOLD", f.LegUnheld)],
)
def test_plain_news_of_a_leg(name: str, cls: type) -> None:
    assert heard(name, AGENT) == cls(leg=LegId("L1-a3"))


def test_two_legs_hear_each_other() -> None:
    bridge = {"Bridge-A-Unique-ID": "L1", "Bridge-B-Unique-ID": "L1-a3"}
    assert heard("CHANNEL_BRIDGE", OURS, bridge) == f.LegsJoined(leg=LegId("L1"), other=LegId("L1-a3"))
    assert heard("CHANNEL_BRIDGE", OURS, {"Bridge-A-Unique-ID": "L1"}) is None


@pytest.mark.parametrize(
    ("disposition", "by_phone"),
    [("recv_bye", True), ("recv_cancel", True), ("recv_refuse", True), ("send_bye", False), ("", False)],
)
def test_a_leg_is_over_and_who_ended_it(disposition: str, by_phone: bool) -> None:
    over = heard("CHANNEL_HANGUP_COMPLETE", OURS, Hangup_Cause="USER_BUSY", variable_sip_hangup_disposition=disposition)
    assert over == f.LegEnded(leg=LegId("L1"), cause="USER_BUSY", by_phone=by_phone)


def test_an_end_without_a_cause_has_one_all_the_same() -> None:
    assert heard("CHANNEL_HANGUP_COMPLETE", OURS).cause == "NORMAL_UNSPECIFIED"


def test_a_dialling_that_left_no_channel() -> None:
    # Given a phone that is not registered: only the job says so (freeswitch-facts 11)
    failed = heard("BACKGROUND_JOB", {"_body": "-ERR USER_NOT_REGISTERED\n"}, Job_UUID="L1-a3")
    assert failed == f.LegEnded(leg=LegId("L1-a3"), cause="USER_NOT_REGISTERED")
    assert heard("BACKGROUND_JOB", {"_body": "-ERR \n"}, Job_UUID="L1-a3") == f.LegEnded(
        leg=LegId("L1-a3"), cause="NORMAL_UNSPECIFIED"
    )


@pytest.mark.parametrize(
    ("job", "body"), [("L1-a3", "+OK L1-a3\n"), ("L1-a3", ""), ("somebody", "-ERR NO_ANSWER\n"), ("", "-ERR X\n")]
)
def test_other_jobs_are_nothing(job: str, body: str) -> None:
    assert heard("BACKGROUND_JOB", {"_body": body}, Job_UUID=job) is None


# ---- applications and keys ----------------------------------------------------------------------------------


def ended(**headers: str) -> Any:
    return heard("CHANNEL_EXECUTE_COMPLETE", OURS, {"Application-UUID": "L1-x12"}, **headers)


def test_an_application_of_ours_came_to_its_end() -> None:
    assert ended(Application_Response="FILE PLAYED") == f.ExecuteEnded(
        leg=LegId("L1"), execute=ExecuteId("L1-x12"), response="FILE PLAYED"
    )


@pytest.mark.parametrize("application", ["", "4ce5ab10-uuid", "L1-a3", "L1-rec", "L1-x"])
def test_applications_of_the_dialplan_are_not_heard(application: str) -> None:
    assert heard("CHANNEL_EXECUTE_COMPLETE", OURS, {"Application-UUID": application}) is None


def test_the_keys_of_this_step_and_of_no_other() -> None:
    # Given the keys of this step, and those of an earlier one
    keys = ended(variable_ccs_keys_12="2", variable_ccs_keys_11="1", variable_ccs_keys_11_invalid="9")
    assert (keys.digits, keys.invalid) == ("2", "")
    # Given a wrong key (freeswitch-facts 8: success, and no variable but _invalid)
    wrong = ended(variable_ccs_keys_12_invalid="7", variable_read_result="success")
    assert (wrong.digits, wrong.invalid) == ("", "7")


def test_masked_keys_are_stars_and_nowhere_else_in_the_fact() -> None:
    # Given a PIN, and one that did not match
    for suffix in ("", "_invalid"):
        fact = ended(**{f"variable_ccs_secret_12{suffix}": "4711", "Application_Data": "… ccs_secret_12 …"})
        # Then only its length is told
        assert (fact.digits, fact.invalid) == (("****", "") if not suffix else ("", "****"))
        assert "4711" not in repr(fact)
        # And where they are
        assert fact.secret == "ccs_secret_12"


def test_keys_that_anybody_may_know_are_no_secret() -> None:
    assert ended(variable_ccs_keys_12="2", variable_ccs_secret_11="4711").secret == ""


@settings(max_examples=examples(20), deadline=None)
@given(pin=st.text("0123456789*#", min_size=4, max_size=400), serial=st.integers(1, 99))
def test_no_masked_digit_is_ever_in_a_fact(pin: str, serial: int) -> None:
    # Given a masked collection, with the execute's own name as our builders make it
    execute = f"call-x{serial}"
    variable = digits_variable(execute, masked=True)
    told = {"Application-UUID": execute, f"variable_{variable}": pin, f"variable_{variable}_invalid": pin}
    fact = heard("CHANNEL_EXECUTE_COMPLETE", {**OURS, **told})
    # Then there is no digit of it, and no more stars than are kept of any text
    assert set(fact.digits + fact.invalid) == {"*"}
    assert len(fact.digits) == min(len(pin), LONGEST_TEXT)


def test_each_step_has_variables_of_its_own() -> None:
    names = {digits_variable(f"L1-x{n}", masked=masked) for n in range(20) for masked in (True, False)}
    assert len(names) == 40


# ---- what does not belong to us, or should not ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [name for name in EVENTS if name not in ("BACKGROUND_JOB", "CHANNEL_EXECUTE_COMPLETE")]
)
@pytest.mark.parametrize("marks", [{"Unique-ID": "X"}, {"variable_ccs_call": "L1"}, {}])
def test_legs_without_our_mark_or_without_a_name_are_not_heard(name: str, marks: dict[str, str]) -> None:
    assert heard(name, marks, {"Bridge-A-Unique-ID": "X", "Bridge-B-Unique-ID": "Y"}) is None


HOSTILE = "1\nUnique-ID: forged\r\n\r\napi hupall" + "x" * 100_000


def test_hostile_values_are_cut_and_stay_what_they_are() -> None:
    # Given a caller who puts line feeds and a hundred kilobytes into everything he can
    everything = dict.fromkeys((*CALLER, "variable_ccs_transfer"), HOSTILE) | {"Caller-Context": "ccs_transfer"}
    fact = heard("CHANNEL_PARK", OURS, everything)
    # Then the leg is his own, and no text is long
    assert (fact.leg, fact.call) == ("L1", "L1")
    assert all(len(getattr(fact, field.name)) <= LONGEST_TEXT for field in fields(fact) if field.type == "str")
    assert fact.caller_name == HOSTILE[:LONGEST_TEXT] and fact.transfer_to == HOSTILE[:LONGEST_TEXT]
    keys = ended(variable_ccs_keys_12=HOSTILE, variable_ccs_keys_12_invalid=HOSTILE, Application_Response=HOSTILE)
    assert max(map(len, (keys.digits, keys.invalid, keys.response))) == LONGEST_TEXT
    assert len(heard("CHANNEL_HANGUP_COMPLETE", OURS, Hangup_Cause=HOSTILE).cause) <= 64
    assert len(heard("BACKGROUND_JOB", {"_body": "-ERR " + HOSTILE}, Job_UUID="L1-a3").cause) <= 64


READ = (
    "Unique-ID", "variable_ccs_call", "variable_ccs_role", "variable_ccs_entry", "variable_ccs_transfer",
    "Channel-State", "Caller-Context", "Answer-State", "Caller-Caller-ID-Number", "Caller-Caller-ID-Name",
    "Application-UUID", "Application-Response", "Bridge-A-Unique-ID", "Bridge-B-Unique-ID", "Hangup-Cause",
    "variable_sip_hangup_disposition", "Job-UUID", "_body", "variable_ccs_keys_3", "variable_ccs_secret_3",
)  # fmt: skip
SOMETHING = st.one_of(
    st.text(max_size=40), st.sampled_from(["L1-x3", "L1-a3", "true", "agent", "-ERR", "CS_PARK"]),
    st.lists(st.text(max_size=5)), st.none(), st.integers(), st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)  # fmt: skip


@settings(max_examples=examples(25), deadline=None)
@given(name=st.sampled_from(EVENTS), told=st.dictionaries(st.sampled_from(READ), SOMETHING))
def test_whatever_an_event_holds_it_is_a_fact_or_nothing(name: str, told: dict[str, Any]) -> None:
    fact = hear(Event({**told, "Event-Name": name}), NODE)
    assert fact is None or type(fact) in get_args(f.Fact)


# ---- what could not be played or written --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "unheard"), [("", True), ("failure", False), ("timeout", False), ("success", False)]
)
def test_a_collection_without_a_read_result_had_no_prompt(result: str, unheard: bool) -> None:
    # As a real switch says it: read_result is cleared, and set unless the prompt could not be opened
    headers = {"Application-UUID": "L1-x4", "Application": "play_and_get_digits"}
    result_header = {"variable_read_result": result} if result else {}
    assert heard("CHANNEL_EXECUTE_COMPLETE", OURS, headers, result_header).unheard is unheard


def test_only_collections_have_a_read_result() -> None:
    assert not heard("CHANNEL_EXECUTE_COMPLETE", OURS, {"Application-UUID": "L1-x4", "Application": "playback"}).unheard


def test_a_recording_that_cannot_begin() -> None:
    headers = {"Application-UUID": "L1-rec", "variable_record_completion_cause": "uri-failure"}
    fact = heard("CHANNEL_EXECUTE_COMPLETE", OURS, headers)
    assert isinstance(fact, f.RecordingFailed) and fact.leg == "L1" and "disk full" in fact.why
    assert heard("CHANNEL_EXECUTE_COMPLETE", OURS, {"Application-UUID": "L1-rec"}) is None


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        ("uri-failure", "disk full"),
        ("empty-file", "nothing was recorded"),
        ("success-silence", ""),
        ("no-input-timeout", ""),
    ],
)
def test_how_a_recording_ended_is_told_with_its_leg(cause: str, why: str) -> None:
    ended = heard("CHANNEL_HANGUP_COMPLETE", OURS, {"variable_record_completion_cause": cause})
    assert why in ended.unrecorded and bool(ended.unrecorded) == bool(why)


@pytest.mark.parametrize("name", EVENTS)
@pytest.mark.parametrize(
    ("application", "ours"),
    [("L1-x4", True), (recording_id("L1"), True), ("9f2d6e3c-1f0b-4d5e-8b0a-1c2d3e4f5a6b", False), ("", False)],
)
def test_a_node_sends_every_event_that_we_hear(name: str, application: str, ours: bool) -> None:
    # Given an event as the switch tells it, of an application of ours or of the dialplan's own
    told = Event({"Event-Name": name, "Application-UUID": application})
    # Then all come through but the ends of applications that we did not ask for
    assert passes(told) is (ours or name != "CHANNEL_EXECUTE_COMPLETE")


def test_a_masked_number_with_a_wrong_check_digit_is_a_wrong_one() -> None:
    variable = digits_variable("call-x12", masked=True, checksum="luhn")
    right, wrong = ended(**{f"variable_{variable}": "79927398713"}), ended(**{f"variable_{variable}": "79927398710"})
    assert (right.digits, right.invalid) == ("*" * 11, "")
    assert (wrong.digits, wrong.invalid) == ("", "*" * 11)
