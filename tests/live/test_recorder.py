"""What is recorded from a real switch is fit to be kept: trimmed, scrubbed, small. So are the tracked captures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.live.conversations import CONVERSATIONS
from tests.live.recorder import Scrub, is_kept, machine_words, tidy
from tests.simulator.own_stages import OWN_STAGES

CAPTURES = Path(__file__).parents[1] / "captures"
LARGEST, ALL = 150_000, 1_000_000  # bytes
FOREIGN = re.compile(r"/tmp/|/root|/home/|/usr/|/var/|/work|\bfe80:")
ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b")


def event(**headers: str) -> dict[str, object]:
    body = json.dumps({name.replace("_", "-"): value for name, value in headers.items()})
    return {
        "t": 0.1,
        "dir": "<",
        "head": f"Content-Length: {len(body)}\nContent-Type: text/event-json\n\n",
        "body": body,
    }


def test_the_machine_is_not_told() -> None:
    # Given an event of a machine, and a reply that holds its names
    told = event(Event_Name="X", FreeSWITCH_Hostname="box", FreeSWITCH_IPv4="10.1.2.3", FreeSWITCH_IPv6="fd12::9")
    reply = {
        "t": 1.0,
        "dir": "<",
        "head": "Content-Length: 99\n\n",
        "body": "box 10.1.2.3 fd12::9 boxes /tmp/a/rec/x.wav",
    }
    # When both are tidied
    scrub = Scrub(machine_words([told]) | {"/tmp/a": "/pbx", "/tmp/a/rec": "/recordings"})
    kept = tidy(reply, scrub)
    # Then names stand for it, whole words only, the longest path first, and the length is that of the new text
    assert kept["body"] == "pbx 192.0.2.2 fd00::2 boxes /recordings/x.wav"
    assert kept["head"] == f"Content-Length: {len(kept['body'])}\n\n"
    assert json.loads(tidy(told, scrub)["body"]) == {"Event-Name": "X", "FreeSWITCH-Hostname": "pbx"}


def test_the_password_is_not_told() -> None:
    line = {"t": 0.0, "dir": ">", "text": "auth a secret, twice"}
    assert tidy(line, Scrub({"a secret, twice": "ClueCon"})) == {"t": 0.0, "dir": ">", "text": "auth ClueCon"}


def test_loopback_stays() -> None:
    assert "127.0.0.1" not in machine_words([event(Event_Name="X", FreeSWITCH_IPv4="127.0.0.1")])


@pytest.mark.parametrize("header", ["Unique-ID", "variable_ccs_call", "Hangup-Cause", "Caller-Context", "_body"])
def test_what_is_read_is_kept(header: str) -> None:
    assert is_kept(header)


def test_what_nobody_reads_is_not_kept() -> None:
    assert not is_kept("variable_sip_full_via") and not is_kept("FreeSWITCH-IPv4")


def test_every_conversation_has_its_stage_and_its_capture() -> None:
    assert set(CONVERSATIONS) == set(OWN_STAGES) == {path.stem for path in CAPTURES.glob("*.jsonl")}


def test_the_captures_are_small_and_tell_of_no_machine() -> None:
    sizes = {path.name: path.stat().st_size for path in CAPTURES.glob("*.jsonl")}
    assert all(size < LARGEST for size in sizes.values()) and sum(sizes.values()) < ALL, sizes
    for path in CAPTURES.glob("*.jsonl"):
        text = path.read_text(encoding="utf-8")
        assert not FOREIGN.search(text), (path.name, FOREIGN.search(text))
        assert set(ADDRESS.findall(text)) <= {"127.0.0.1", "192.0.2.2"}, path.name
        for told in map(json.loads, text.splitlines()):
            length = re.search(r"Content-Length: (\d+)", told.get("head", ""))
            assert not length or int(length[1]) == len(told["body"].encode()), path.name
