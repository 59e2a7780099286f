"""How long things play."""

from __future__ import annotations

import pytest

from ccswitch.simulator.media import FOREVER, Prompts


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
