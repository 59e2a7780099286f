"""Words with their recordings, and phone numbers in groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.spoken.words import Word, joined, phone_groups, unrecorded, word


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("13800138000", "138 0013 8000"),
        ("02112345678", "021 1234 5678"),
        ("075512345678", "0755 1234 5678"),
        ("4008123456", "400 812 3456"),
        ("95588", "95588"),
        ("110", "110"),
        ("87654321", "8765 4321"),
        ("+8613800138000", "+86 138 0013 8000"),
        ("+14155550123", "+1 415 555 0123"),
        ("+86", "+86"),
    ],
)
def test_phone_numbers_are_grouped_as_people_say_them(number: str, groups: str) -> None:
    assert phone_groups(number) == groups.split()


@given(st.text("0123456789*#+", min_size=1, max_size=40))
def test_no_digit_is_lost_in_groups(number: str) -> None:
    assert "".join(phone_groups(number)) == number
    assert all(phone_groups(number))


def test_recordings_of_a_text_are_those_of_its_words() -> None:
    said = joined([word("twenty-one", "digits/20", "digits/1"), Word("and"), word("five", "digits/5")], " ")
    assert said.text == "twenty-one and five"
    assert said.pieces == ("digits/20.wav", "digits/1.wav", "digits/5.wav")


def test_a_word_without_a_recording_leaves_the_whole_to_a_voice() -> None:
    said = joined([word("two", "digits/2"), unrecorded("billion")], " ")
    assert said.text == "two billion"
    assert said.pieces == ()


def test_a_recording_may_go_by_two_names() -> None:
    assert word("百", "digits/hundred|digits/100").pieces == ("digits/hundred.wav|digits/100.wav",)
