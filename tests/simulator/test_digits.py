"""play_and_get_digits and read."""

from __future__ import annotations

from collections.abc import Callable

import gevent
import pytest

from ccswitch.simulator.callers import SimCaller
from ccswitch.simulator.switch import SimulatedSwitch
from tests.simulator.esl_client import EslClient

TONE, BEEP = "tone_stream://%(300,0,440)", "silence_stream://100"


@pytest.fixture
def collect(client: EslClient, answered: Callable[..., SimCaller]) -> Callable[..., dict[str, str]]:
    """Runs play_and_get_digits on a caller with these keys (seconds after the prompt's begin); gives the completion."""

    def run(arguments: str, *keys: tuple[float, str]) -> dict[str, str]:
        caller = answered()
        client.execute(caller.uuid, "play_and_get_digits", arguments, "collect")
        client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=caller.uuid)
        for at, digits in keys:
            gevent.spawn_later(at, caller.press, digits)
        return client.wait_event(
            Event_Name="CHANNEL_EXECUTE_COMPLETE", Unique_ID=caller.uuid, Application_UUID="collect"
        )

    return run


def test_a_key_breaks_the_prompt_off_and_is_the_answer(
    client: EslClient, collect: Callable[..., dict[str, str]]
) -> None:
    done = collect(f"1 1 1 4000 # tone_stream://%(5000,0,440) {BEEP} d [0-9]", (0.2, "2"))
    assert (done["variable_d"], done["variable_read_result"]) == ("2", "success")
    assert client.of(done["Unique-ID"], "PLAYBACK_STOP")[0]["Playback-Status"] == "break"


def test_keys_up_to_the_terminator(collect: Callable[..., dict[str, str]]) -> None:
    done = collect(f"4 8 1 2000 # {TONE} {BEEP} d \\d+", (0.5, "8"), (0.6, "8"), (0.7, "1"), (0.8, "2"), (0.9, "#"))
    assert done["variable_d"] == "8812"
    assert done["variable_read_terminator_used"] == "#"


def test_keys_pressed_ahead_are_kept(collect: Callable[..., dict[str, str]]) -> None:
    # Given keys that came in one burst during the prompt
    done = collect(f"4 4 1 2000 # {TONE} {BEEP} d \\d+", (0.2, "1234"))
    # Then all of them count
    assert done["variable_d"] == "1234"


def test_a_pause_ends_a_number_of_any_length(collect: Callable[..., dict[str, str]]) -> None:
    done = collect(f"1 8 1 3000 # {TONE} {BEEP} d \\d+ 400", (0.5, "1"), (0.6, "2"))
    assert done["variable_d"] == "12"


def test_a_wrong_key_succeeds_without_a_variable_but_with_invalid(collect: Callable[..., dict[str, str]]) -> None:
    done = collect(f"1 1 1 2000 # {TONE} {BEEP} d [7-9]", (0.2, "2"))
    assert done["variable_read_result"] == "success"
    assert "variable_d" not in done
    assert done["variable_d_invalid"] == "2"


def test_silence_fails_after_at_least_a_second(client: EslClient, collect: Callable[..., dict[str, str]]) -> None:
    done = collect(f"1 1 1 100 # {TONE} {BEEP} d [0-9]")
    assert done["variable_read_result"] == "failure"
    assert "variable_d" not in done
    prompt, bad = client.of(done["Unique-ID"], "PLAYBACK_START")
    stop = client.of(done["Unique-ID"], "PLAYBACK_STOP")[0]
    assert prompt["Playback-File-Path"] == TONE and bad["Playback-File-Path"] == BEEP
    waited = int(bad["Event-Date-Timestamp"]) - int(stop["Event-Date-Timestamp"])
    assert 990_000 <= waited <= 20_000_000  # µs, on the slowest machine


def test_a_second_try_may_succeed(client: EslClient, collect: Callable[..., dict[str, str]]) -> None:
    done = collect(f"1 1 2 2000 # {TONE} {BEEP} d [7-9]", (0.2, "2"), (0.7, "8"))
    assert done["variable_d"] == "8"
    assert len(client.of(done["Unique-ID"], "PLAYBACK_START")) == 3


def test_a_lone_terminator_is_no_digit(collect: Callable[..., dict[str, str]]) -> None:
    done = collect(f"1 1 1 1000 # {TONE} {BEEP} d [0-9#]", (0.5, "#"))
    assert "variable_d" not in done


def test_hanging_up_while_asked_ends_it(
    switch: SimulatedSwitch, client: EslClient, answered: Callable[..., SimCaller]
) -> None:
    caller = answered()
    client.execute(caller.uuid, "play_and_get_digits", f"1 1 1 5000 # {TONE} {BEEP} d [0-9]", "collect")
    client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=caller.uuid)
    caller.hangup()
    client.wait_event(Event_Name="CHANNEL_HANGUP_COMPLETE", Unique_ID=caller.uuid)
    assert client.names(caller.uuid)[-2:] == ["CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"]
    assert caller.uuid not in switch.channels


def test_read(client: EslClient, answered: Callable[..., SimCaller]) -> None:
    caller = answered()
    client.execute(caller.uuid, "read", f"1 5 {TONE} d 2000 #", "r")
    client.wait_event(Event_Name="PLAYBACK_START", Unique_ID=caller.uuid)
    gevent.spawn_later(0.5, caller.press, "42#")
    done = client.wait_event(Event_Name="CHANNEL_EXECUTE_COMPLETE", Unique_ID=caller.uuid, Application_UUID="r")
    assert done["variable_d"] == "42"
