"""Playing, nesting, breaking, recording."""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient, eventually

Answered = Callable[..., SimCaller]


def done(client: EslClient, uuid: str, event_uuid: str) -> dict[str, str]:
    return client.wait_event(Event_Name="CHANNEL_EXECUTE_COMPLETE", Unique_ID=uuid, Application_UUID=event_uuid)


def test_a_file_plays_as_long_as_it_was_registered(
    switch: SimulatedSwitch, client: EslClient, answered: Answered
) -> None:
    switch.prompts.add("welcome.wav", 260)
    caller = answered()
    client.execute(caller.uuid, "playback", "welcome.wav", "p")
    assert done(client, caller.uuid, "p")["Application-Response"] == "FILE PLAYED"
    start, stop = (client.of(caller.uuid, f"PLAYBACK_{what}")[0] for what in ("START", "STOP"))
    took = int(stop["Event-Date-Timestamp"]) - int(start["Event-Date-Timestamp"])
    assert 240_000 <= took <= 20_000_000  # µs, on the slowest machine
    assert list(caller.heard) == ["welcome.wav"]


def test_a_missing_file_completes_at_once_without_playing(client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.execute(caller.uuid, "playback", "nowhere.wav", "p")
    assert done(client, caller.uuid, "p")["Application-Response"] == "FILE NOT FOUND"
    assert not client.of(caller.uuid, "PLAYBACK_START")


def test_a_second_execute_runs_inside_the_first(client: EslClient, answered: Answered) -> None:
    # Given hold music
    caller = answered()
    client.execute(caller.uuid, "playback", "local_stream://moh", "moh")
    client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=caller.uuid)
    # When an announcement is executed
    client.execute(caller.uuid, "playback", "tone_stream://%(100,0,440)", "news")
    done(client, caller.uuid, "news")
    # Then it ran within the music, which goes on
    assert caller.heard[-1] == "tone_stream://%(100,0,440)"
    assert not [e for e in client.of(caller.uuid, "CHANNEL_EXECUTE_COMPLETE") if e["Application-UUID"] == "moh"]
    client.api(f"uuid_break {caller.uuid} all")
    assert done(client, caller.uuid, "moh")["Application-Response"] == "FILE PLAYED"


def test_what_is_sent_after_a_break_runs_after_what_was_broken(client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.execute(caller.uuid, "playback", "local_stream://moh", "moh")
    client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=caller.uuid)
    client.api(f"uuid_break {caller.uuid} all")
    client.execute(caller.uuid, "playback", "tone_stream://%(100,0,440)", "next")
    done(client, caller.uuid, "next")
    completed = [e["Application-UUID"] for e in client.of(caller.uuid, "CHANNEL_EXECUTE_COMPLETE")][-2:]
    assert completed == ["moh", "next"]


def test_an_event_locked_execute_is_not_nested_into(client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.execute(caller.uuid, "playback", "tone_stream://%(300,0,440)", "one", event_lock="true")
    client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=caller.uuid)
    client.execute(caller.uuid, "playback", "tone_stream://%(100,0,440)", "two")
    done(client, caller.uuid, "two")
    completed = [e["Application-UUID"] for e in client.of(caller.uuid, "CHANNEL_EXECUTE_COMPLETE")][-2:]
    assert completed == ["one", "two"]


def test_an_unknown_application_hangs_up(client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.execute(caller.uuid, "no_such_app")
    eventually(lambda: caller.state == "ended")
    assert caller.cause == "DESTINATION_OUT_OF_ORDER"


def test_broadcast_and_recording(switch: SimulatedSwitch, client: EslClient, answered: Answered) -> None:
    caller = answered()
    assert client.api(f"uuid_record {caller.uuid} start /r/a.wav") == "+OK Success\n"
    assert client.api(f"uuid_record {caller.uuid} start /r/a.wav") == "-ERR Cannot record session!\n"
    client.api(f"uuid_broadcast {caller.uuid} tone_stream://%(100,0,440) aleg")
    client.wait_event(Event_Name="PLAYBACK_STOP", Unique_ID=caller.uuid)
    client.execute(caller.uuid, "record_session", "/r/b.wav")
    client.wait_event(Event_Name="RECORD_START", Record_File_Path="/r/b.wav")
    assert client.api(f"uuid_record {caller.uuid} stop /r/a.wav") == "+OK Success\n"
    caller.hangup()
    client.wait_event(Event_Name="RECORD_STOP", Record_File_Path="/r/b.wav")
    assert 100 <= switch.recorded["/r/a.wav"] <= 20_000  # ms, on the slowest machine
    assert "/r/b.wav" in switch.recorded


def test_sendmsg_hangup(client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.ask(f"sendmsg {caller.uuid}\ncall-command: hangup\nhangup-cause: USER_BUSY")
    eventually(lambda: caller.state == "ended")
    assert caller.cause == "USER_BUSY"


def test_arguments_are_expanded(switch: SimulatedSwitch, client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.execute(caller.uuid, "set", "note=${ccs_entry}/${caller_id_number}/${global_getvar(hostname)}", "s")
    assert done(client, caller.uuid, "s")["Application-Data"] == "note=main/13800138000/sim"
    assert client.api(f"uuid_getvar {caller.uuid} note") == "main/13800138000/sim"
    assert client.api(f"uuid_getvar {caller.uuid} nothing") == "_undef_"


def test_loops_repeat_what_takes_longer_than_half_a_second(client: EslClient, answered: Answered) -> None:
    caller = answered()
    client.execute(caller.uuid, "playback", "tone_stream://%(560,0,440)", "long", loops="2")
    client.execute(caller.uuid, "playback", "tone_stream://%(100,0,440)", "short", loops="5", event_lock="true")
    eventually(lambda: list(caller.heard).count("tone_stream://%(560,0,440)") == 2)
    assert list(caller.heard).count("tone_stream://%(100,0,440)") == 1


def test_a_message_is_recorded_until_a_key_and_a_voicemail_until_the_hangup(
    switch: SimulatedSwitch, client: EslClient, answered: Answered
) -> None:
    caller = answered()
    client.execute(caller.uuid, "record", "/vm/a.wav 30", "r")
    client.wait_event(Event_Name="RECORD_START", Unique_ID=caller.uuid)
    caller.press("#")
    done(client, caller.uuid, "r")
    assert "/vm/a.wav" in switch.recorded
    client.execute(caller.uuid, "voicemail", "default x 1001")
    client.wait_event(Event_Name="RECORD_START", Record_File_Path=f"voicemail/x/1001/{caller.uuid}.wav")
    caller.hangup()
    eventually(lambda: switch.core.messages == [("1001", "x", f"voicemail/x/1001/{caller.uuid}.wav")])
