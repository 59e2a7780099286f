"""Which recording a prompt or a word has, by language, name and rate."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.speech.recordings import Recordings
from tests.speech.voices import words, write_wav


@pytest.fixture
def recordings(tmp_path: Path) -> Recordings:
    return Recordings(prompts=tmp_path / "prompts", sounds={"en": tmp_path / "callie"})


def test_a_prompt_is_recorded_in_its_language(recordings: Recordings, tmp_path: Path) -> None:
    # Given a prompt recorded in English alone
    welcome = write_wav(tmp_path / "prompts/en/welcome.wav")
    # When it is looked for, then it is there in English and not in Chinese
    assert recordings.find(words("", "en", name="welcome")) == (str(welcome),)
    assert recordings.find(words("", "zh", name="welcome")) == ()


def test_pieces_are_all_there_or_not_used(recordings: Recordings, tmp_path: Path) -> None:
    # Given twenty and one
    pieces = [write_wav(tmp_path / f"callie/digits/{n}.wav") for n in (20, 1)]
    # When they are looked for with a pause between them
    said = words("twenty-one", pieces=("digits/20.wav", "silence_stream://200", "digits/1.wav"))
    # Then all three are played
    assert recordings.find(said) == (str(pieces[0]), "silence_stream://200", str(pieces[1]))
    # But with a word that is not recorded nothing is
    assert recordings.find(words("twenty-two", pieces=("digits/20.wav", "digits/2.wav"))) == ()


def test_a_recording_goes_by_either_name(recordings: Recordings, tmp_path: Path) -> None:
    hundred = write_wav(tmp_path / "callie/digits/100.wav")
    assert recordings.find(words(pieces=("digits/hundred.wav|digits/100.wav",))) == (str(hundred),)


def test_sound_packages_keep_a_file_for_each_rate(recordings: Recordings, tmp_path: Path) -> None:
    # Given a package for calls of 8 kHz
    write_wav(tmp_path / "callie/digits/8000/7.wav")
    # When its file is looked for, then it is named as FreeSWITCH wants it, without the rate
    assert recordings.find(words(pieces=("digits/7.wav",))) == (str(tmp_path / "callie/digits/7.wav"),)


def test_nothing_configured_finds_nothing() -> None:
    assert Recordings().find(words("one", name="welcome", pieces=("digits/1.wav",))) == ()
