"""Frames come out whole however the bytes were torn; garbage breaks cleanly; one bad event costs itself alone."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.errors import BrokenFrame
from ccswitch.switch.codec import Event, Frame, Framer, decode_event
from tests.searching import examples

CAPTURES = Path(os.environ.get("CCSWITCH_CAPTURES") or Path(__file__).parents[3] / "shared" / "esl-captures")


def frame(body: bytes, content_type: str = "text/event-json") -> bytes:
    return b"Content-Length: %d\nContent-Type: %s\n\n%s" % (len(body), content_type.encode(), body)


def read(data: bytes, *cuts: int, **limits: int) -> tuple[list[Frame], str | None]:
    """All frames of `data` fed in pieces, and what broke the stream."""
    framer = Framer(**limits)
    frames: list[Frame] = []
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    try:
        for start, end in pairwise(edges):
            frames += framer.feed(data[start:end])
        framer.check()
    except BrokenFrame as broken:
        return frames, str(broken)
    return frames, None


STREAM = (
    b"Content-Type: auth/request\n\n"
    b"Content-Type: command/reply\nReply-Text: +OK accepted\n\n"
    b"Content-Type: command/reply\nReply-Text: +OK Job-UUID: j\nJob-UUID: j\n\n\n"
    b"Content-Type: api/response\nContent-Length: 5\n\nfalse"
    + frame('{"Event-Name":"DTMF","Caller-Caller-ID-Name":"张\\n\\n三"}'.encode())
    + frame(b"Event-Name: HEARTBEAT\nUp-Time: 1%0A2\n\n", "text/event-plain")
    + b"Content-Type: text/disconnect-notice\nContent-Length: 14\n\nDisconnected.\n"
)


# ---- framing --------------------------------------------------------------------------------------------------------


def test_a_stream_of_every_kind_of_frame() -> None:
    frames, broken = read(STREAM)
    assert broken is None
    assert [one.content_type for one in frames] == [
        "auth/request",
        "command/reply",
        "command/reply",
        "api/response",
        "text/event-json",
        "text/event-plain",
        "text/disconnect-notice",
    ]
    assert frames[2].headers["Job-UUID"] == "j"
    assert frames[3].body == b"false"


@given(st.lists(st.integers(0, 10_000), max_size=12))
def test_any_tearing_gives_the_same_frames(cuts: list[int]) -> None:
    assert read(STREAM, *cuts) == read(STREAM)


def test_byte_by_byte() -> None:
    assert read(STREAM, *range(len(STREAM))) == read(STREAM)


@settings(max_examples=examples(80))
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.sampled_from(
                [
                    b"\n",
                    b"\n\n",
                    b": ",
                    b"Content-Length: ",
                    b"Content-Type: x\n",
                    b"9",
                    b"-1",
                    b"Content-Type: a/b\n\n",
                ]
            ),
        ),
        max_size=12,
    ).map(b"".join),
    st.lists(st.integers(0, 400), max_size=6),
)
def test_garbage_breaks_cleanly_and_alike_however_torn(data: bytes, cuts: list[int]) -> None:
    # When garbage is read at once, or in pieces: nothing but BrokenFrame is raised, and the same frames come before it
    assert read(data, *cuts, header_limit=64, body_limit=100) == read(data, header_limit=64, body_limit=100)


@pytest.mark.parametrize("length", ["-1", "+5", "5 ", "0x10", "1e3", "٣", "", "99999999999", "9" * 5000])
def test_a_length_that_is_no_number_in_bounds_breaks_the_link(length: str) -> None:
    data = f"Content-Type: api/response\nContent-Length: {length}\n\nabc".encode()
    frames, broken = read(data)
    assert frames == []
    assert broken is not None and "Content-Length" in broken


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\n\n", "not a header line"),
        (b"Reply-Text: +OK\n\n", "without Content-Type"),
        (b": x\n\n", "not a header line"),
        (b"Content-Length: 1\nContent-Length: 2\nContent-Type: api/response\n\n", "two different"),
        (b"x" * 300_000, "no end of the headers"),
    ],
)
def test_what_is_no_frame_breaks_the_link(data: bytes, why: str) -> None:
    _, broken = read(data)
    assert broken is not None and why in broken


def test_good_frames_before_the_garbage_are_not_lost() -> None:
    # Given a good frame and garbage in one piece
    framer = Framer()
    frames = framer.feed(b"Content-Type: command/reply\nReply-Text: +OK\n\ngarbage\n\n")
    # Then the frame is handed out, the break is told at the next look, and for ever after
    assert len(frames) == 1
    for _ in range(2):
        with pytest.raises(BrokenFrame):
            framer.check()
    with pytest.raises(BrokenFrame):
        framer.feed(b"Content-Type: auth/request\n\n")


def test_headers_of_64_kilobytes_pass() -> None:
    framer = Framer()
    (one,) = framer.feed(b"Content-Type: command/reply\nReply-Text: " + b"x" * 65536 + b"\n\n")
    assert len(one.headers["Reply-Text"]) == 65536


def test_a_large_body_in_small_pieces_is_not_cut() -> None:
    body = b"y" * 2_000_000
    frames, broken = read(frame(body, "api/response"), *range(0, len(body), 1000))
    assert broken is None
    assert frames[0].body == body


# ---- events ---------------------------------------------------------------------------------------------------------


def decoded(body: bytes, kind: str = "text/event-json") -> Event | None:
    return decode_event(Frame(kind, {}, body))


def test_an_event_reads_by_freeswitchs_names() -> None:
    event = decoded(
        b'{"Event-Name":"DTMF","Unique-ID":"leg-1","Event-Date-Timestamp":"1795289686701301",'
        b'"variable_ccs_entry":"main","list":["a","b"],"_body":"+OK\\n"}'
    )
    assert event is not None
    assert (event.name, event.uuid, event.body, event.stamp) == ("DTMF", "leg-1", "+OK\n", 1795289686.701301)
    assert event.variable("ccs_entry") == "main"
    assert event.get("list") == event["list"] == "ARRAY::a|:b"
    assert (event.get("none"), event.get("none", "x"), "none" in event) == ("", "x", False)


@pytest.mark.parametrize("stamp", ["", "x", "-5", "1.5", "9" * 40])
def test_a_stamp_that_is_none(stamp: str) -> None:
    event = decoded(json.dumps({"Event-Name": "DTMF", "Event-Date-Timestamp": stamp}).encode())
    assert event is not None and event.stamp is None


def test_bytes_that_are_not_utf8_cost_a_character_and_not_the_event() -> None:
    event = decoded(b'{"Event-Name":"CHANNEL_PARK","Caller-Caller-ID-Name":"M\xfcller"}')
    assert event is not None
    assert event["Caller-Caller-ID-Name"] == "M\ufffdller"


def test_half_a_surrogate_becomes_a_character_that_can_be_written() -> None:
    event = decoded(b'{"Event-Name":"CHANNEL_PARK","Caller-Caller-ID-Name":"a\\ud83d b"}')
    assert event is not None
    assert event["Caller-Caller-ID-Name"].encode("utf-8").startswith(b"a")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"Event-Name":5}', b"{}", b'{"Event-Name":"X"', b"[" * 100_000, b"\xff\xfe"]
)
def test_an_unreadable_event_is_none(body: bytes) -> None:
    assert decoded(body) is None


@given(st.binary(max_size=200), st.sampled_from(["text/event-json", "text/event-plain", "log/data"]))
def test_no_body_raises(body: bytes, kind: str) -> None:
    decoded(body, kind)


@given(st.dictionaries(st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True), st.text(min_size=1), max_size=6))
def test_plain_and_json_events_say_the_same(fields: dict[str, str]) -> None:
    # Given one event in both formats
    fields = {name: text for name, text in fields.items() if name != "Content-Length"} | {"Event-Name": "DTMF"}
    plain = "".join(f"{name}: {quote(text)}\n" for name, text in fields.items())
    body = "+OK\n\nmore"
    plain += f"Content-Length: {len(body)}\n\n{body}"
    # Then both read alike
    by_json = decoded(json.dumps(fields | {"_body": body}).encode())
    by_plain = decoded(plain.encode(), "text/event-plain")
    assert by_json is not None and by_plain is not None
    assert dict(by_json) == dict(by_plain)


def test_a_caller_cannot_forge_a_header_of_a_plain_event() -> None:
    event = decoded(
        b"Event-Name: CHANNEL_PARK\nUnique-ID: a\nCaller-Name: x%0AUnique-ID%3A%20forged\n", "text/event-plain"
    )
    assert event is None or event.uuid == "a"
    event = decoded(
        b"Event-Name: CHANNEL_PARK\nUnique-ID: a\nCaller-Name: x%0AUnique-ID%3A%20forged\n\n", "text/event-plain"
    )
    assert event is not None
    assert (event.uuid, event["Caller-Name"]) == ("a", "x\nUnique-ID: forged")


# ---- the captures ---------------------------------------------------------------------------------------------------


def captures() -> list[Path]:
    return sorted(CAPTURES.glob("*.jsonl"))


def test_the_captures_are_here() -> None:
    if not captures():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no captures in {CAPTURES}")
        pytest.skip(f"no captures in {CAPTURES}")


@pytest.mark.parametrize("path", captures(), ids=lambda path: path.stem)
def test_every_frame_that_freeswitch_sent_is_read(path: Path) -> None:
    # Given all that the switch sent in one conversation
    sent = [json.loads(line) for line in path.read_text().splitlines()]
    received = [one for one in sent if one["dir"] == "<" and "head" in one]
    data = b"".join((one["head"] + one.get("body", "")).encode() for one in received)
    # When it is read in pieces of a network packet
    frames, broken = read(data, *range(0, len(data), 1448))
    # Then each frame is there with its body, and each event is an event
    assert broken is None
    assert [one.body.decode() for one in frames] == [one.get("body", "") for one in received]
    for one in frames:
        if one.content_type.startswith("text/event"):
            event = decode_event(one)
            assert event is not None and event.name
