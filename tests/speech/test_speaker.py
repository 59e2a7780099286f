"""Where sound comes from: recordings, what was rendered before, an engine; and what is said when there is none."""

from __future__ import annotations

import time
from pathlib import Path

import gevent
import pytest

from ccswitch.errors import SpeechError
from ccswitch.speech import speaker as speaker_module
from ccswitch.speech.engines import Silent
from ccswitch.speech.recordings import Recordings
from tests.controller.waiting import PATIENCE
from tests.speech.voices import Beeper, Held, speaker_in, words, write_wav


def test_the_chain_recorded_before_kept_before_rendered(tmp_path: Path) -> None:
    # Given a speaker with nothing
    engine = Beeper()
    speaker = speaker_in(tmp_path / "kept", engine, Recordings(prompts=tmp_path))
    said = words("hello", name="welcome")
    # When words are asked for once and again
    first, second = speaker.files(said), speaker.files(said)
    # Then they were rendered once
    assert first == second
    assert engine.asked == [("en", "hello")]
    # And when somebody records them, the recording is heard
    recorded = write_wav(tmp_path / "en/welcome.wav")
    assert speaker.files(said) == (str(recorded),)
    assert (speaker.counters.rendered, speaker.counters.kept, speaker.counters.recorded) == (1, 1, 1)


def test_the_same_words_are_rendered_once_for_all_who_wait(tmp_path: Path) -> None:
    # Given an engine at work
    engine = Held()
    speaker = speaker_in(tmp_path, engine)
    asking = [gevent.spawn(speaker.files, words()) for _ in range(20)]
    assert engine.began.wait(PATIENCE)
    # When it is done
    engine.go.set()
    gevent.joinall(asking, timeout=PATIENCE)
    # Then all have the same file of one rendering
    assert len({one.value for one in asking}) == 1
    assert engine.asked == [("en", "hello")]


def test_who_stops_waiting_leaves_the_words_for_the_next(tmp_path: Path) -> None:
    # Given one who waits and gives up
    engine = Held()
    speaker = speaker_in(tmp_path, engine)
    asking = gevent.spawn(speaker.files, words())
    assert engine.began.wait(PATIENCE)
    asking.kill()
    # When the engine is done
    engine.go.set()
    # Then the next has them without another rendering
    assert isinstance(speaker.files(words()), tuple)
    assert engine.asked == [("en", "hello")]


def test_what_cannot_be_had_in_one_language_is_said_in_another(tmp_path: Path) -> None:
    # Given a prompt with a Chinese text alone, asked for in English
    speaker = speaker_in(tmp_path)
    said = words("", "en", name="welcome", otherwise=words("您好", "zh", name="welcome"))
    # When it is said, then in Chinese
    assert isinstance(speaker.files(said), tuple)
    assert speaker.engine.asked == [("zh", "您好")]  # type: ignore[attr-defined]


def test_what_an_engine_complains_of_is_told_before_a_missing_recording(tmp_path: Path) -> None:
    # Given a prompt without an English recording or text, whose Chinese text cannot be spoken
    said = words("", "en", name="welcome", otherwise=words("您好", "zh", name="welcome"))
    found = speaker_in(tmp_path, Beeper(refuses="no such voice")).files(said)
    assert str(found) == "no such voice"


def test_a_prompt_that_is_not_recorded_and_has_no_text_is_told(tmp_path: Path) -> None:
    found = speaker_in(tmp_path).files(words("", "en", name="welcome"))
    assert isinstance(found, SpeechError)
    assert str(found) == "there is no recording welcome.wav in en, and no text to speak"


def test_an_engine_that_refuses_is_told_and_asked_again_next_time(tmp_path: Path) -> None:
    engine = Beeper(refuses="no such voice")
    speaker = speaker_in(tmp_path, engine)
    assert str(speaker.files(words())) == "no such voice"
    engine.refuses = ""
    assert isinstance(speaker.files(words()), tuple)
    assert speaker.counters.failed == 1


def test_without_an_engine_only_recordings_are_heard(tmp_path: Path) -> None:
    assert "no engine" in str(speaker_in(tmp_path, Silent()).files(words()))


def test_texts_are_prepared_in_the_background(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    # Given texts of a script, of which one cannot be rendered
    engine = Beeper()
    speaker = speaker_in(tmp_path, engine)
    # When they are prepared
    caplog.set_level("INFO")
    speaker.prepare([words("one"), words("two"), words("", name="nowhere")])
    preparing = speaker._ahead
    assert preparing is not None
    preparing.join(timeout=PATIENCE)
    # Then those that can be are ready, and what cannot is in the log
    assert [text for _, text in engine.asked] == ["one", "two"]
    assert "3 texts of scripts, 2 newly rendered" in caplog.text
    assert "no recording nowhere.wav" in caplog.text


def test_new_scripts_take_the_place_of_what_was_still_to_prepare(tmp_path: Path) -> None:
    # Given a preparation that is held up at its first text
    engine = Held()
    speaker = speaker_in(tmp_path, engine)
    speaker.prepare([words("old one"), words("old two")])
    assert engine.began.wait(PATIENCE)
    # When newer texts come
    speaker.prepare([words("new")])
    engine.go.set()
    preparing = speaker._ahead
    assert preparing is not None
    preparing.join(timeout=PATIENCE)
    # Then the second old one is not rendered
    assert sorted(text for _, text in engine.asked) == ["new", "old one"]


def test_a_stop_ends_what_is_being_rendered(tmp_path: Path) -> None:
    # Given an engine at work, and one who waits for it
    engine = Held()
    speaker = speaker_in(tmp_path, engine)
    asking = gevent.spawn(speaker.files, words())
    assert engine.began.wait(PATIENCE)
    # When the controller stops
    speaker.stop()
    # Then nobody waits any more
    asking.join(timeout=PATIENCE)
    assert isinstance(asking.value, SpeechError)
    assert engine.asked == []


def test_what_was_found_is_known_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given words that were found, and others that were not
    monkeypatch.setattr(speaker_module, "FRESH", 600.0)
    speaker = speaker_in(tmp_path)
    found = speaker.files(words("hello"))
    assert speaker.at_once(words("hello")) == found
    assert speaker.at_once(words("other")) == ()
    # When that moment has passed, then they have to be looked for again
    later = time.monotonic() + 600.0
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert speaker.at_once(words("hello")) == ()


def test_only_so_much_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speaker_module, "REMEMBERED", 3)
    speaker = speaker_in(tmp_path)
    for n in range(10):
        speaker.files(words(str(n)))
    assert len(speaker._fresh) <= 3
    assert speaker.at_once(words("9"))


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    speaker_in(tmp_path, Beeper(refuses="broken")).files(words())
    assert list(tmp_path.iterdir()) == []
