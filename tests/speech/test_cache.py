"""Rendered sound files: kept, found, and thrown away when there are too many."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.errors import SpeechError
from ccswitch.speech.cache import ABANDONED, Cache, key_of
from tests.speech.voices import write_wav


def keep(cache: Cache, text: str, seconds: float = 0.1) -> str:
    """Have something rendered and kept."""
    return cache.keep(write_wav(cache.beside(), seconds), key_of("e", "v", "en", text))


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    # Given a kept file
    kept = keep(Cache(tmp_path, room=10_000), "hello")
    # When another run looks for the same words, then it has them
    assert Cache(tmp_path, room=10_000).find(key_of("e", "v", "en", "hello")) == kept
    # And not for others, or in another voice
    assert Cache(tmp_path, room=10_000).find(key_of("e", "v2", "en", "hello")) == ""


@given(st.text(), st.text())
def test_a_name_is_plain_whatever_is_said_and_another_for_other_words(text: str, other: str) -> None:
    key = key_of("e", "v", "zh", text)
    assert len(key) == 40 and not key.strip("0123456789abcdef")
    encoded = [one.encode("utf-8", "replace") for one in (text, other)]
    assert (key == key_of("e", "v", "zh", other)) == (encoded[0] == encoded[1])


def test_the_longest_unused_goes_first(tmp_path: Path) -> None:
    # Given room for four files of 1.6 KB, and four there, the first used again just now
    cache = Cache(tmp_path, room=7000)
    paths = [keep(cache, str(n)) for n in range(4)]
    for age, path in enumerate(reversed(paths), 1):
        os.utime(path, (time.time() - age, time.time() - age))
    assert cache.find(key_of("e", "v", "en", "0")) == paths[0]
    # When one more is kept
    newest = keep(cache, "4")
    # Then the longest unused are gone, and not the others
    assert not Path(paths[1]).exists()
    assert Path(paths[0]).exists()
    assert Path(newest).exists()
    assert sum(path.stat().st_size for path in tmp_path.glob("[!.]*.wav")) <= 7000


def test_what_another_run_left_counts_as_taken(tmp_path: Path) -> None:
    # Given a folder that is full already
    for n in range(10):
        keep(Cache(tmp_path, room=100_000), str(n))
    # When a new run with less room keeps something
    keep(Cache(tmp_path, room=5000), "new")
    # Then there is no more than fits
    assert len(list(tmp_path.glob("[!.]*.wav"))) <= 3


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a wav file" * 10, b"RIFF\0\0\0\0WAVE" + b"\0" * 32])
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes) -> None:
    cache = Cache(tmp_path, room=10_000)
    written = cache.beside()
    written.write_bytes(content)
    with pytest.raises(SpeechError, match="no WAV file"):
        cache.keep(written, key_of("e", "v", "en", "x"))
    assert cache.find(key_of("e", "v", "en", "x")) == ""


def test_an_engine_that_wrote_nothing_is_told(tmp_path: Path) -> None:
    cache = Cache(tmp_path, room=10_000)
    with pytest.raises(SpeechError, match="wrote no file"):
        cache.keep(cache.beside(), "0" * 40)


def test_a_name_without_a_sound_behind_it_is_rendered_again(tmp_path: Path) -> None:
    # Given a file that a power cut emptied
    cache = Cache(tmp_path, room=10_000)
    Path(keep(cache, "hello")).write_bytes(b"")
    # When it is looked for, then it is not there
    assert cache.find(key_of("e", "v", "en", "hello")) == ""


def test_half_written_files_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    cache = Cache(tmp_path, room=10_000)
    old, new = write_wav(cache.beside()), write_wav(cache.beside())
    os.utime(old, (time.time() - ABANDONED - 1,) * 2)
    cache.tidy()
    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SpeechError, match="cannot be written to"):
        Cache(tmp_path / "file", room=1).beside()


def test_the_folder_alone_says_who_may_read(tmp_path: Path) -> None:
    # Given a folder of another group, which files made in it get (setgid), as FreeSWITCH's on a PBX
    cache = Cache(tmp_path, room=10_000)
    # When speech is kept, then it is for owner and group alone, and nothing else is in it
    kept = Path(keep(cache, "hello"))
    assert kept.stat().st_mode & 0o777 == 0o640
    assert [path.is_file() and path.name[0] != "." for path in tmp_path.iterdir()] == [True]
