"""What happens to a caller while he waits, on a real FreeSWITCH: rules, announcements over the music, exit keys."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ccswitch.simulator.phones import Manner
from tests.live.sounds import need, voiced
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.scripted import passed
from tests.scenarios.stage import SALES, Rules, Stage
from tests.scenarios.world import Caller, Switch

pytestmark = pytest.mark.live

COMFORT = "tone_stream://%(1500,0,1500)"  # a second and a half, far above the music's 440 Hz


@pytest.fixture
def site(tmp_path: Path, freeswitch: Callable[[], Switch]) -> Iterator[Callable[[str], Stage]]:  # noqa: F811
    """A site whose queue `sales` has these lines more."""
    made: list[Stage] = []

    def begin(sales: str) -> Stage:
        """Its controller runs."""
        made.append(Stage(freeswitch(), tmp_path, rules=Rules(sales=sales)))
        made[0].controller.start()
        return made[0]

    yield begin
    for stage in made:
        stage.close()


def visits(stage: Stage, caller: Caller) -> list[dict[str, Any]]:
    """His stays in queues, in order."""
    call = stage.row(caller).get("call_id")
    return stage.rows_by("queue_visits", "n, i", call_id=call) if call else []


def traced(stage: Stage, caller: Caller, kind: str) -> list[dict[str, Any]]:
    """The outcomes of a kind in his trace."""
    call = stage.row(caller).get("call_id")
    return stage.rows_by("trace", "n, i", call_id=call, kind=kind) if call else []


def high(recording: Path) -> float:
    """Seconds in which the recording has the comfort message's tone in it."""
    only = recording.with_suffix(".high.wav")
    subprocess.run(["sox", str(recording), str(only), "sinc", "1300-1700"], check=True, capture_output=True)
    return voiced(only)


def test_who_waits_too_long_overflows_to_voicemail(site: Callable[[str], Stage]) -> None:
    # Given a queue in which nobody is ready, and a rule
    stage = site('rules = ["after 2s: to voicemail:support"]\n')
    caller = stage.caller(to=SALES)
    # When he has waited, he leaves the queue by its word, and is asked for a message
    [visit] = stage.eventually(lambda: [one for one in visits(stage, caller) if one["ended"]], 20)
    assert (visit["result"], visit["left_to"], visit["end_why"]) == (
        "overflowed",
        "voicemail:support",
        "after 2s: to voicemail:support",
    )
    assert visit["waited"] >= 2.0
    stage.eventually(lambda: stage.rows("messages", caller_number=caller.number, box="support"), 20)
    caller.hang_up()
    stage.eventually(lambda: stage.result(caller), 20)


def test_a_second_choice_rings_once_the_requirement_is_loosened(site: Callable[[str], Stage]) -> None:
    # Given an agent who is ready and cannot do what is required
    stage = site('skills = "billing >= 5"\nrules = ["after 2s: anybody"]\n')
    stage.phones(1, Manner())
    stage.ready("1001")
    caller = stage.caller(to=SALES)
    # Then he answers after two seconds, and not before
    stage.eventually(lambda: stage.place(caller) == "talking", 20)
    [visit] = stage.eventually(lambda: [one for one in visits(stage, caller) if one["result"]])
    assert (visit["result"], visit["agent"]) == ("answered", "1001") and visit["waited"] >= 2.0
    assert len(traced(stage, caller, "CallRelaxed")) == 1


def test_an_announcement_is_heard_over_the_music_and_never_in_a_talk(
    site: Callable[[str], Stage], tmp_path: Path
) -> None:
    # Given a queue with a message of a second and a half, and a caller whose leg is recorded
    need("sox")
    stage = site(f'comfort = ["{COMFORT}"]\nannounce_first = 2.0\nannounce_every = 10.0\n')
    stage.phones(1, Manner())
    caller = stage.caller(to=SALES)
    leg = stage.eventually(lambda: next(iter(stage.channels()), ""))
    waits, talks = tmp_path / "waits.wav", tmp_path / "talks.wav"
    assert stage.esl.api(f"uuid_record {leg} start {waits}").startswith("+OK")
    # When it was told once, and its end has come
    stage.eventually(lambda: traced(stage, caller, "QueueAnnounced"), 20)
    stage.eventually(lambda: len(traced(stage, caller, "QueueAnnounced")) > 1, 20)
    # Then the second is cut by the talk that begins in the middle of it
    assert stage.esl.api(f"uuid_record {leg} stop {waits}").startswith("+OK")
    stage.ready("1001")
    stage.eventually(lambda: stage.place(caller) == "talking", 20)
    assert stage.esl.api(f"uuid_record {leg} start {talks}").startswith("+OK")
    stage.always(lambda: stage.place(caller) == "talking", 1.5)
    assert stage.esl.api(f"uuid_record {leg} stop {talks}").startswith("+OK")
    heard = high(waits)
    print(f"heard {heard:.2f} s of the message while he waited, {high(talks):.2f} s in the talk")
    assert 1.3 <= heard <= 3.1 and high(talks) == 0.0


@pytest.mark.parametrize("comfort", [False, True], ids=["in the music", "in an announcement"])
def test_an_exit_key_leads_to_voicemail(site: Callable[[str], Stage], comfort: bool) -> None:
    # Given a queue with an exit key, and in one case a message that plays when it is pressed
    told = 'comfort = ["tone_stream://%(8000,0,1500)"]\nannounce_first = 1.0\n' if comfort else ""
    stage = site(f'exit_keys = {{ 1 = "voicemail:support" }}\n{told}')
    # When he presses the key, as RFC 2833; into the music after one that leads nowhere
    caller = stage.caller(to=SALES, keys=[(4.0, "1")] if comfort else [(2.5, "9"), (4.0, "1")])
    # Then he is asked for a message
    [visit] = stage.eventually(lambda: [one for one in visits(stage, caller) if one["ended"]], 20)
    assert (visit["result"], visit["left_to"], visit["end_why"]) == ("exited", "voicemail:support", "he pressed 1")
    stage.eventually(lambda: stage.rows("messages", caller_number=caller.number, box="support"), 20)
    caller.hang_up()
    stage.eventually(lambda: stage.result(caller), 20)
    assert passed(stage, caller)[0][0] == "pick_up"
