"""Words on a real FreeSWITCH: the caller's leg is recorded, and what espeak-ng said is in the recording."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccswitch.clock import SystemClock
from ccswitch.controller.config import load
from ccswitch.controller.doctor import Health, examine_node
from ccswitch.controller.doctor.speech import engine_speaks
from tests.live.sounds import need, seconds, voiced
from tests.scenarios.conftest import freeswitch  # noqa: F401  the fixture
from tests.scenarios.stage import SPOKEN, Rules, Stage
from tests.scenarios.world import Switch
from tests.speech.voices import write_wav

pytestmark = pytest.mark.live


@pytest.fixture
def speaking(tmp_path: Path, freeswitch: Callable[[], Switch]) -> Iterator[Stage]:  # noqa: F811
    """A site on a real FreeSWITCH whose scripts are spoken by espeak-ng."""
    need("espeak-ng", "sox")
    stage = Stage(freeswitch(), tmp_path, rules=Rules(speech="engine = 'espeak-ng'"))
    yield stage
    stage.close()


def test_a_sentence_is_heard_in_two_languages(speaking: Stage, tmp_path: Path) -> None:
    # Given scripts whose fixed texts are rendered before anybody calls
    speaking.controller.start()
    kept = tmp_path / "speech"
    speaking.eventually(lambda: len(list(kept.glob("[!.]*.wav"))) == 3)
    # When a caller's leg is recorded from his answer until he waits in the queue
    caller = speaking.caller(to=SPOKEN)
    leg = speaking.eventually(lambda: next(iter(speaking.channels()), ""))
    recording = tmp_path / "leg.wav"
    assert speaking.esl.api(f"uuid_record {leg} start {recording}").startswith("+OK")
    speaking.eventually(lambda: speaking.place(caller) == "waiting", 60)
    speaking.esl.api(f"uuid_record {leg} stop {recording}")
    caller.hang_up()
    # Then both languages are in it, as long as they were rendered: greeting and number, then the Chinese menu
    rendered = sorted(kept.glob("[!.]*.wav"))
    assert len(rendered) == 4  # the number of this call is the fourth; the English menu was not asked for
    assert not [line for line in speaking.of("trace", caller) if line["kind"] == "SpeechSkipped"]
    english_menu = _by_text(kept, "Press one to go on", "en")
    said = [path for path in rendered if path != english_menu]
    expected = sum(voiced(path) for path in said)
    heard = voiced(recording)
    print(f"rendered {expected:.2f} s of voice, heard {heard:.2f} s in a recording of {seconds(recording):.1f} s")
    assert math.isclose(heard, expected, rel_tol=0.2)


def test_doctor_lets_the_engine_speak_and_the_switch_read(speaking: Stage, tmp_path: Path) -> None:
    # Given a site whose scripts speak, its folder, and a recording of what has no text in Chinese
    (tmp_path / "speech").mkdir()
    write_wav(tmp_path / "prompts/zh/hello.wav")
    config = load(tmp_path / "ccswitch.toml", {})
    # When doctor looks at it, then the engine speaks both languages, and the switch opens what it said
    health, found = engine_speaks(config)
    assert health is Health.OK, found
    assert found.startswith("espeak-ng speaks en, zh into ")
    node = {check.name: check for check in examine_node(config, config.nodes[0], SystemClock())}
    assert (node["speech"].health, node["speech"].found) == (Health.OK, "the switch reads what is rendered")


def _by_text(kept: Path, text: str, language: str) -> Path:
    from ccswitch.speech.cache import Cache, key_of
    from ccswitch.speech.engines import Espeak

    engine = Espeak()
    return Cache(kept, 0).path(key_of(engine.name, engine.voice(language), language, text))
