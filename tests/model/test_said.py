"""What is said, for a reader."""

from __future__ import annotations

from ccswitch.model.said import Spoken, wording


def test_a_file_is_its_name() -> None:
    assert wording("welcome.wav") == "welcome.wav"


def test_words_are_themselves() -> None:
    assert wording(Spoken(text="您好", language="zh", name="welcome")) == "您好"


def test_a_recording_is_the_words_that_would_be_spoken_in_its_place_or_its_name() -> None:
    assert wording(Spoken(text="", language="en", name="welcome")) == "welcome"
    fallback = Spoken(text="您好", language="zh", name="welcome")
    assert wording(Spoken(text="", language="en", name="welcome", otherwise=fallback)) == "您好"


def test_the_same_words_are_the_same_value() -> None:
    assert len({Spoken(text="a", language="en"), Spoken(text="a", language="en"), Spoken(text="a", language="zh")}) == 2
