"""Engines that turn words into sound files, Debian's own voice among them."""

from __future__ import annotations

import json
import shutil
import wave
from pathlib import Path

import pytest

from ccswitch.errors import SpeechError
from ccswitch.speech.engines import ENGINES, LONGEST_TEXT, Command, Espeak, Silent, sayable
from tests.servers import missing

COPY = "import sys, json; json.dump([sys.argv[1:], open(sys.argv[1]).read(), sys.stdin.read()], open(sys.argv[4], 'w'))"


def seconds(path: Path) -> float:
    """How long a WAV file is."""
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


@pytest.fixture
def espeak() -> Espeak:
    if shutil.which("espeak-ng") is None:
        missing("espeak-ng", "apt-get install espeak-ng")
    return Espeak()


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "您的余额是十二元五角"), ("en", "your balance is twelve dollars")]
)
def test_espeak_speaks(espeak: Espeak, tmp_path: Path, language: str, text: str) -> None:
    espeak.render(text, language, tmp_path / "said.wav")
    assert 1 < seconds(tmp_path / "said.wav") < 6


@pytest.mark.parametrize("text", ["--help", "-v xx", "$(id)", "[[h@'loU", "<break time='99s'/>", "'; rm -rf /", "%s"])
def test_espeak_takes_any_text_for_text(espeak: Espeak, tmp_path: Path, text: str) -> None:
    espeak.render(text, "en", tmp_path / "said.wav")
    assert seconds(tmp_path / "said.wav") < 10


def test_a_voice_that_espeak_does_not_have_is_told(tmp_path: Path, espeak: Espeak) -> None:
    with pytest.raises(SpeechError, match="voice does not exist"):
        Espeak(voices={"zh": "nobody"}).render("您好", "zh", tmp_path / "said.wav")


def test_espeak_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be started"):
        Espeak(program="ccs-no-espeak").render("hello", "en", tmp_path / "said.wav")


def test_voices_are_configured_or_known() -> None:
    espeak = Espeak(voices={"zh": "yue"})
    assert [espeak.voice(language) for language in ("zh", "en", "fr")] == ["yue", "en-us", "fr"]


def test_a_command_gets_text_language_voice_and_file_without_a_shell(tmp_path: Path) -> None:
    # Given a program that writes down what it was given
    command = Command(
        ["python3", "-c", COPY, "{text_file}", "{language}", "--voice={voice}", "{out}", "{other} $HOME"],
        voices={"zh": "xiaoyan; id"},
    )
    # When it is to say something
    command.render("您好 $(id)", "zh", tmp_path / "said.wav")
    # Then each argument is one, and nothing is expanded
    argv, in_file, on_stdin = json.loads((tmp_path / "said.wav").read_text(encoding="utf-8"))
    assert argv[1:] == ["zh", "--voice=xiaoyan; id", str(tmp_path / "said.wav"), "{other} $HOME"]
    assert in_file == on_stdin == "您好 $(id)"
    # And its text is not left behind
    assert [path.name for path in tmp_path.iterdir()] == ["said.wav"]


def test_another_command_is_another_engine() -> None:
    assert Command(["a", "{out}"]).name != Command(["b", "{out}"]).name


def test_a_command_whose_folder_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="cannot be written to"):
        Command(["true"]).render("hello", "en", tmp_path / "gone" / "said.wav")


def test_no_engine_says_so(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="no engine"):
        Silent().render("hello", "en", tmp_path / "said.wav")


def test_every_engine_can_be_made_by_its_word() -> None:
    made = {word: make(["say", "{out}"], {"zh": "x"}) for word, make in ENGINES.items()}
    assert {word: engine.voice("zh") for word, engine in made.items()} == {"espeak-ng": "x", "command": "x", "none": ""}


def test_control_characters_are_not_said() -> None:
    assert sayable("\x01hello\r\nworld\x00 \ud800") == "hello world"


@pytest.mark.parametrize(
    ("text", "why"), [("", "nothing"), (" \n\x07 ", "nothing"), ("x" * (LONGEST_TEXT + 1), "too many")]
)
def test_what_cannot_be_said_is_refused(text: str, why: str) -> None:
    with pytest.raises(SpeechError, match=why):
        sayable(text)
