"""How recordings are named: nothing from outside leads out of their folder, and no two talks have one file."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.model.recordings import FIELDS, FOR_EVER, LONGEST, USUAL_PATH, WrongPath, filled, kept_for, recording_path

VALUES = {name: name for name in FIELDS}


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("{call}-{talk}-{customer}.wav", "there is no {customer}"),
        ("/rec/{call}-{talk}.wav", "below the recordings' folder"),
        ("../{call}-{talk}.wav", "below the recordings' folder"),
        ("a/../../{call}-{talk}.wav", "below the recordings' folder"),
        ("{queue}..{call}-{talk}.wav", "below the recordings' folder"),
        ("{date}//{call}-{talk}.wav", "below the recordings' folder"),
        ("{call} {talk}.wav", "no blanks"),
        ("{call}-{talk}$(x).wav", "no blanks"),
        ("{call}-{talk}.ogg", "it ends in .wav or .mp3"),
        ("{call}-{talk}", "it ends in .wav or .mp3"),
        ("{call}.wav", "written over another"),
        ("{date}/{talk}.mp3", "written over another"),
        ("a" * LONGEST + "{call}-{talk}.wav", "at most"),
    ],
)
def test_what_no_recording_can_be_named(path: str, told: str) -> None:
    with pytest.raises(WrongPath, match=re.escape(told)):
        recording_path(path)


def test_a_path_is_filled_with_what_the_talk_is() -> None:
    # Given a path of folders and fields
    path = recording_path("{date}/{queue}/{caller}_{agent}-{call}-{talk}.mp3")
    # When it is filled
    values = VALUES | {"date": "2026-11-22", "queue": "sales.eu", "caller": "+8613800138000", "talk": "2"}
    # Then each stands at its place, and what is empty is told so
    assert filled(path, values) == "2026-11-22/sales.eu/+8613800138000_agent-call-2.mp3"
    assert filled(path, values | {"queue": "", "caller": ""}) == "2026-11-22/none/none_agent-call-2.mp3"


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=80)))
def test_whatever_comes_from_outside_stays_in_its_part(outside: dict[str, str]) -> None:
    # Given values that anybody may have chosen
    named = filled("{date}/{queue}/{caller}.{called}/{call}-{talk}.wav", VALUES | outside)
    # Then the path is as deep as it was written, or the plain one, and the switch takes it as it is
    assert re.fullmatch(r"[A-Za-z0-9_.@=+-]+(/[A-Za-z0-9_.@=+-]+)*\.wav", named)
    assert named.count("/") in (3, 0) and ".." not in named and len(named) <= LONGEST


def test_the_plainest_path_is_for_who_would_have_too_long_a_one() -> None:
    assert filled(USUAL_PATH.replace("{date}", "{queue}/{agent}"), VALUES | {"queue": "q" * 170}) == "call-talk.wav"


def test_how_long_they_are_kept() -> None:
    assert [kept_for(text) for text in ("36h", "90d", "2w", FOR_EVER)] == [129_600, 7_776_000, 1_209_600, None]
    for wrong in ("", "90", "0d", "1.5d", "d", "90 d", "-1d", "90days"):
        with pytest.raises(WrongPath, match="90d"):
            kept_for(wrong)
