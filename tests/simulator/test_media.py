"""How long things play."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.simulator.media import FOREVER, Prompts
from tests.speech.voices import write_wav


@pytest.mark.parametrize(
    ("path", "length"),
    [
        ("tone_stream://%(500,0,440)", 500),
        ("tone_stream://%(500,500,440);loops=2", 2000),
        ("tone_stream://%(2000,4000,440,480);loops=-1", FOREVER),
        ("silence_stream://100", 100),
        ("silence_stream://-1", FOREVER),
        ("local_stream://moh", FOREVER),
        ("welcome.wav", 2500),
        ("/usr/share/sounds/welcome.wav", 2500),
        ("unwelcome.wav", None),
        ("file_string://welcome.wav!silence_stream://100!nowhere.wav", 2600),
        ("file_string://a.wav!b.wav", None),
    ],
)
def test_lengths(path: str, length: int | None) -> None:
    prompts = Prompts()
    prompts.add("welcome.wav", 2500)
    assert prompts.length(path) == length


def test_a_wav_file_on_disk_is_as_long_as_it_is(tmp_path: Path) -> None:
    # Given a file of half a second, and one kept for calls of 8 kHz
    write_wav(tmp_path / "said.wav", 0.5)
    write_wav(tmp_path / "digits" / "8000" / "7.wav", 0.25)
    prompts = Prompts()
    # Then they last as long, by absolute paths
    assert prompts.length(f"{tmp_path}/said.wav") == 500
    assert prompts.length(f"{tmp_path}/digits/7.wav") == 250
    assert prompts.length(f"file_string://{tmp_path}/said.wav!{tmp_path}/digits/7.wav") == 750
    # And what is no sound is not there
    (tmp_path / "broken.wav").write_bytes(b"RIFF")
    assert prompts.length(f"{tmp_path}/broken.wav") is None
    assert prompts.length(f"{tmp_path}/none.wav") is None
