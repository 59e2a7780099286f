"""The simulator holds the same conversations as a real FreeSWITCH 1.11.1: every capture, played against it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import gevent
import orjson
import pytest

from tests.controller.waiting import PATIENCE
from tests.simulator import stages
from tests.simulator.own_stages import OWN_STAGES
from tests.simulator.replay import Replay, Step, Talk, captured, comparable, lines

_ROOT = Path(__file__).parents[2]
_FOLDERS = (_ROOT.parent / "shared" / "esl-captures", _ROOT / "tests" / "captures")
STAGES = stages.STAGES | OWN_STAGES

# Replies whose content is the node's own state: their shape is compared, not their words.
SHAPE_ONLY = (
    "api status",
    "api json",
    "api uptime",
    "api show",
    "api strepoch",
    "api create_uuid",
    "api sofia status",
    "api conference",
    "api db select/ccs_wayout",
    "api global_getvar hostname",
)
# Of `show channels` these columns are compared too, where no legs of earlier conversations stand in it.
COLUMNS = ("uuid", "direction", "state", "callstate", "application", "context", "dest", "cid_num", "call_uuid")


# Conversations that hang on a few milliseconds: a busy machine may need more than one go to meet them.
RACES = ("agent_drops_during_bridge", "caller_abandons_while_agent_rings", "agent_drops_at_the_bridge")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is known to differ, and why it may."""

    capture: str  # "*" for all
    where: str  # part of a channel's name or of a command; "" for all
    header: str  # a header, an event's name, "reply" or "events"
    why: str


KNOWN: tuple[Difference, ...] = (
    Difference("state_queries", "api show codec", "reply", "no media is coded here, and nothing reads the list"),
    # Its replies are compared; the encoding has its own test in test_events.
    # The thread of the first leg takes the header back while that of the second ends: either may come first.
    Difference("*", "-a1 CHANNEL_HANGUP_COMPLETE", "Channel-Call-UUID", "a race inside the switch"),
    Difference("plain_format", "", "events", "the capture's legs are loopback channels, which are not simulated"),
)


def _captures() -> dict[str, Path]:
    return {path.stem: path for folder in _FOLDERS if folder.is_dir() for path in sorted(folder.glob("*.jsonl"))}


def _missing() -> str:
    return "" if _captures() else "the captured conversations are not here"


@pytest.fixture(scope="module")
def played() -> dict[str, Replay]:
    """All captures, played at the same time: each takes as long as it took."""
    if _missing() and os.environ.get("CI") == "true":
        pytest.fail(_missing())
    jobs = {
        name: gevent.spawn(Replay(lines(path), STAGES[name]).run)
        for name, path in _captures().items()
        if name in STAGES
    }
    gevent.joinall(list(jobs.values()), timeout=4 * PATIENCE)
    return {name: job.get() for name, job in jobs.items()}


def _known(capture: str, where: str, header: str) -> bool:
    return any(one.capture in ("*", capture) and one.where in where and one.header == header for one in KNOWN)


def _differences(capture: str, real: Talk, replay: Replay) -> list[str]:
    found = _event_differences(capture, real, replay.talk) + _reply_differences(capture, real, replay.talk)
    return [*found, *(f"late: {label}" for label in replay.late)]


def _event_differences(capture: str, real: Talk, simulated: Talk) -> list[str]:
    out = []
    for channel in sorted(real.events.keys() | simulated.events.keys()):
        if _known(capture, channel, "events"):
            continue
        theirs = [step for step in real.events.get(channel, []) if not _known(capture, channel, step["Event-Name"])]
        ours = [step for step in simulated.events.get(channel, []) if not _known(capture, channel, step["Event-Name"])]
        if [_label(step) for step in theirs] != [_label(step) for step in ours]:
            out.append(f"{channel}: {[_label(s) for s in theirs]}\n   simulated {[_label(s) for s in ours]}")
            continue
        for their, our in zip(theirs, ours, strict=True):
            out += _header_differences(capture, channel, their, our)
    return out


def _label(step: Step) -> str:
    return f"{step['Event-Name']} {step.get('Application', '')}".strip()


def _header_differences(capture: str, channel: str, their: Step, our: Step) -> list[str]:
    return [
        f"{channel} {_label(their)}: {name} is {their.get(name)!r}, simulated {our.get(name)!r}"
        for name in sorted(their.keys() | our.keys())
        if their.get(name) != our.get(name) and not _known(capture, f"{channel} {_label(their)}", name)
    ]


def _reply_differences(capture: str, real: Talk, simulated: Talk) -> list[str]:
    if len(real.replies) != len(simulated.replies):
        return [f"{len(real.replies)} replies, simulated {len(simulated.replies)}"]
    out = []
    for (command, head, body), (_, our_head, our_body) in zip(real.replies, simulated.replies, strict=True):
        if _known(capture, command, "reply"):
            continue
        if command.startswith("api uuid_dump") and body.startswith("{") and our_body.startswith("{"):
            theirs, ours = (comparable(orjson.loads(dump), {}) for dump in (body, our_body))
            out += _header_differences(capture, command, theirs, ours)
            continue
        if command.startswith(SHAPE_ONLY):
            columns = COLUMNS if capture in OWN_STAGES else ()
            same = _shape(body, columns) == _shape(our_body, columns) and _names(head) == _names(our_head)
        else:
            same = (head, body) == (our_head, our_body)
        if not same:
            out.append(f"{command!r}: {head + body!r}\n   simulated {our_head + our_body!r}")
    return out


def _names(head: str) -> list[str]:
    return [line.partition(":")[0] for line in head.splitlines()]


def _shape(body: str, columns: tuple[str, ...]) -> object:
    """What code may rely on in a reply about the node: JSON's keys (of the first row), these columns, or its lines."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return len(body.splitlines()) > 1
    if isinstance(found, dict) and found.get("rows"):
        rows = [[row.get(name) for name in columns] for row in found["rows"] if columns]
        return sorted(found), sorted(found["rows"][0]), rows
    return sorted(found) if isinstance(found, dict) and "Event-Name" not in found else type(found).__name__


@pytest.mark.parametrize("capture", sorted(STAGES))
def test_the_same_conversation(capture: str, request: pytest.FixtureRequest) -> None:
    if capture not in _captures():
        if os.environ.get("CI") == "true":
            pytest.fail(f"no capture {capture}")
        pytest.skip(f"no capture {capture} here")
    # Given a capture and the stage it was taken on
    whole = lines(_captures()[capture])
    real = captured(whole)
    # When its client's side is played against the simulator
    replay = request.getfixturevalue("played")[capture]
    for _ in range(4 if capture in RACES else 2):  # it plays in real time: a machine that stood still is no difference
        if not _differences(capture, real, replay):
            break
        replay = Replay(whole, STAGES[capture]).run()
    # Then each channel has the same events in the same order, with the same headers, and every reply is the same
    assert not _differences(capture, real, replay), "\n".join(_differences(capture, real, replay))


def test_every_capture_has_its_stage() -> None:
    assert not set(_captures()) - set(STAGES)
