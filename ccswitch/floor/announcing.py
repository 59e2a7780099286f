"""What a caller is told while he waits, between stretches of hold music: his place, what he may expect, some comfort.

An announcement is an application of its own that runs inside the one that plays the music (freeswitch-facts 7): the
music is silent meanwhile and goes on where it was. A bridge, a rule or a key ends both. Nothing is begun while a phone
rings for him, since somebody may be about to answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.decided import Decided, nothing
from ccswitch.floor.language import language_of
from ccswitch.floor.pace import in_minutes
from ccswitch.floor.queue_figures import QueueFigures, is_asked
from ccswitch.floor.queueing import heard_while_waiting
from ccswitch.floor.state import State
from ccswitch.ivr.house import USUAL
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, Seconds, execute_id
from ccswitch.model.nouns import Queue
from ccswitch.model.said import Said, Spoken

AFTER_OFFER: Seconds = 3.0  # so long after the look that found a phone ringing for him

# In the languages of the house; a recording of that name goes before, and is all there is in other languages.
NEXT = {"en": "You are next.", "zh": "您是下一位。"}
POSITION = {"en": "You are number {n} in line.", "zh": "您目前排在第{n}位。"}
MINUTE = {"en": "We expect to answer you within a minute.", "zh": "预计一分钟内为您接通。"}
WAIT = {"en": "We expect to answer you in about {n} minutes.", "zh": "预计大约{n}分钟后为您接通。"}


def announce_due(state: State, subject: str, now: Seconds) -> Decided:
    """Time to tell a waiting caller something, if there is something to tell."""
    call = state.calls.get(CallId(subject))
    if call is None or not call.visiting:
        return nothing()
    rules = state.queue_rules(call.queue)
    if not rules.announces:
        return nothing()
    if call.offer or not is_asked(call) or not state.reachable(call.node):
        return _again(call, now + AFTER_OFFER)
    position, wait = _position(state, call, rules, now), _wait(state, call, rules, now)
    said = _said(state, call, rules, position, wait)
    if not said:
        return _again(call, now + rules.announce_every)
    serial = call.serial + 1
    execute = execute_id(call.call, serial)
    told = o.QueueAnnounced(
        call=call.call,
        queue=call.queue,
        serial=serial,
        execute=execute,
        position=position,
        wait=wait,
        next_at=now + rules.announce_every,
    )
    return Decided([told], [heard_while_waiting(call, rules, said, execute)])


def _again(call: LiveCall, at: Seconds) -> Decided:
    return Decided([o.DeadlinePassed(kind="announce", subject=call.call, again_at=at)], [])


def _position(state: State, call: LiveCall, rules: Queue, now: Seconds) -> int:
    """His place, from 1; 0: he is not told, as it is too far back, or further back than he was told before."""
    if not rules.announce_position:
        return 0
    place = QueueFigures(state, call.queue, now).ahead_of(call) + 1
    too_far = rules.announce_up_to and place > rules.announce_up_to
    return 0 if too_far or (call.told_position and place > call.told_position) else place


def _wait(state: State, call: LiveCall, rules: Queue, now: Seconds) -> Seconds | None:
    """What he may expect from now on; None: he is not told, as it is not known, not trusted, or too short to matter."""
    if not rules.announce_wait:
        return None
    figures = QueueFigures(state, call.queue, now)
    wait = figures.expected_wait(figures.ahead_of(call))
    return wait if wait is not None and wait >= rules.announce_from else None


def _said(state: State, call: LiveCall, rules: Queue, position: int, wait: Seconds | None) -> tuple[Said, ...]:
    language = language_of(state, call)
    said: list[Said] = []
    if position:
        said.append(_words("position", position, language, NEXT if position == 1 else POSITION))
    if wait is not None:
        minutes = in_minutes(wait)
        said.append(_words("wait", minutes, language, MINUTE if minutes == 1 else WAIT))
    if rules.comfort:
        said.append(rules.comfort[call.announced % len(rules.comfort)])
    return tuple(said)


def _words(what: str, number: int, language: str, words: Mapping[str, str]) -> Spoken:
    """The recording `queue/position-3` or the words; in a language that the house does not speak, English after it."""
    known = language if language in words else USUAL
    spoken = Spoken(text=words[known].format(n=number), language=known, name=f"queue/{what}-{number}")
    return spoken if known == language else Spoken(text="", language=language, name=spoken.name, otherwise=spoken)
