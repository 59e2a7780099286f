"""One FreeSWITCH server as the controller holds it: its link, its beat, its watchdog, its agents' accounts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Protocol, TypeVar

import gevent

from ccswitch.clock import Clock, Seconds
from ccswitch.errors import CcswitchError, CommandFailed, LinkDown, ReplyTimeout, SwitchError, UnsafeString
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import LegId, NodeName
from ccswitch.switch import notes, strings
from ccswitch.switch.carrying import carry
from ccswitch.switch.codec import Event
from ccswitch.switch.directory import delete_command, insert_command, list_command, listed_users, select_command
from ccswitch.switch.hearing import EVENTS, FILTERS, hear
from ccswitch.switch.link import Answer, Link, LinkTimes, OnAnswer
from ccswitch.switch.other_calls import other_call
from ccswitch.switch.strings import Command
from ccswitch.switch.surveying import NO_SUCH_LEG, in_pieces, listed_legs, read_dump, seen

log = logging.getLogger(__name__)

T = TypeVar("T")
BEAT_EVERY: Seconds = 1.0
# A beat older than that, and the watchdog rescues the callers. Longer than a link cut of 10 s and the start of a
# controller on a slow host: until then waiting callers hear music and lose nothing.
BEAT_LIMIT: Seconds = 15.0
OWNER = "ccs_owner"  # the global variable that names the controller which drives the node
WATCHDOG = "ccs_watchdog"  # the task's group; the script is WATCHDOG.lua
WATCHDOG_EVERY = 2  # seconds
AGAIN_AFTER: Seconds = 0.3  # an originate has made its channel by then
SURVEY_WITHIN: Seconds = 10.0
TURN: Seconds = 0.01  # how long dumps are read before others run
ASKED_AT_ONCE = 100  # dumps, some 10 ms of the switch's time
PIECE = 25  # legs in one fact: to decide about a leg, keep that and ask for what follows takes some 0.4 ms


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAddress:
    """Where a node is and how its phones are reached."""

    name: NodeName
    host: str
    port: int
    password: str
    sip_domain: str
    sip_profile: str
    gateway: str = ""  # for outside numbers; empty: none are dialled


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An agent's SIP account: the user of his phone and its a1-hash (RFC 2617)."""

    user: str
    a1: str


class Claim(Protocol):
    """A controller's right to drive nodes, which another one may have taken meanwhile."""

    def allows(self) -> bool:
        """Whether it still stands; quick, it is asked before each command."""
        ...

    def mark(self) -> str:
        """What stands in the node's `ccs_owner` while it does."""
        ...

    def seen(self, node: str, mark: str) -> None:
        """What a node has there now; with a newer one there the claim stands no longer."""
        ...


class Node:
    """Reports facts through `on_fact`, carries out requests, keeps the watchdog quiet while `alive()` says so.

    With a `claim` the node is told whose it is, and asked with each beat; without the right nothing is said to it.

    `accounts(agent)` gives the accounts of one agent, or of all for None; it may wait, and may raise: then phones
    keep what the node has on its disk.
    """

    def __init__(
        self,
        address: NodeAddress,
        *,
        on_fact: Callable[[f.Fact], None],
        accounts: Callable[[str | None], Iterable[Account]],
        alive: Callable[[], bool],
        clock: Clock,
        random: Random,
        times: LinkTimes | None = None,
        claim: Claim | None = None,
    ) -> None:
        self._claim = claim
        self.address = address
        self.name = address.name
        self.sip_domain, self.sip_profile, self.gateway = address.sip_domain, address.sip_profile, address.gateway
        self.clock = clock
        self._on_fact = on_fact
        self._accounts = accounts
        self._alive = alive
        self._beating: gevent.Greenlet | None = None
        self._taken_up = False  # connected, and known to be ours
        self._surveying = False
        self._asked_at: Seconds | None = None  # when a survey was asked for that is not yet begun
        self._expected: dict[LegId, None] = {}  # in that one
        self.link = Link(
            address.host,
            address.port,
            address.password,
            on_event=self._on_event,
            on_up=self._on_up,
            on_down=self._on_down,
            clock=clock,
            random=random,
            name=address.name,
            events=EVENTS,
            filters=FILTERS,
            times=times,
        )

    # ---- life

    def start(self) -> None:
        """Begin to connect, and to beat once connected; returns at once."""
        self.link.start()
        self._beating = gevent.spawn(self._beat)

    def stop(self, *, hand_over: Seconds) -> None:
        """Leave the calls to a successor: the watchdog stays quiet for `hand_over` seconds more than it would."""
        if self._beating is not None:
            self._beating.kill()
        try:
            self.link.pipeline([_beat_command(), _patience_command(BEAT_LIMIT + hand_over)], timeout=1.0)
        except SwitchError as away:
            log.info("%s: no hand-over beat: %s", self.name, away)
        self.link.stop()

    def drop(self) -> None:
        """The node is another controller's: say nothing more, not even what is queued."""
        if self._beating is not None:
            self._beating.kill()
        self.link.drop()

    def carry(self, request: r.NodeRequest) -> None:
        """Carry out a request; never waits."""
        carry(self, request)

    # ---- what carrying out needs

    def tell(self, command: Command, answered: OnAnswer | None = None) -> None:
        """Send a command and go on; a link that is down swallows it (the survey finds out)."""
        if self._claim is None or self._claim.allows():
            self.link.api_async(command, answered)

    def report(self, fact: f.Fact) -> None:
        """Hand a fact to the floor."""
        self._on_fact(fact)

    def again_later(self, command: Command) -> None:
        """Send a command once more in a moment."""
        gevent.spawn_later(AGAIN_AFTER, self.tell, command)

    def survey(self, expected: tuple[LegId, ...]) -> None:
        """Begin a survey in its own greenlet. What it says counts from now: a leg that is dialled before the greenlet
        runs is not in `expected`, `show channels` may not have it yet, and it must not be taken for gone.

        That of a busy node takes seconds, and two at once twice as long: what is asked for meanwhile is one behind it.
        """
        self._asked_at = self.clock.now()
        self._expected |= dict.fromkeys(expected)
        if not self._surveying:
            self._surveying = True
            gevent.spawn(self._surveys)

    def provision(self, agent: str | None) -> None:
        """Make one agent's account known to the node, or all for None, in its own greenlet."""
        gevent.spawn(self._provision, agent)

    def secret(self, leg: LegId, variable: str) -> str:
        """The masked digits in a channel variable; empty when they are gone. Waits. Raises SwitchError, UnsafeString.

        They are in no log: the command does not have them, and answers are not logged.
        """
        try:
            found = self.link.api(strings.get_variable(leg, variable))
        except CommandFailed:  # no such leg, or no such variable
            return ""
        return "" if found.strip() == strings.UNDEFINED else found.strip()

    def forget_recording(self, path: str) -> bool:
        """Delete a recording that this node wrote; False when it was not there. Waits. Raises SwitchError."""
        if self._claim is not None and not self._claim.allows():
            raise SwitchError(f"{self.name} is another controller's")
        try:
            said = self.link.api(strings.forget_recording(path)).strip()
        except CommandFailed as refused:
            if "missing" not in str(refused):
                raise
            return False
        if said != "+OK":  # mod_lua answers nothing where there is no such script
            raise SwitchError(f"{self.name}: {said or 'ccs_forget.lua is not in its script folder'}")
        return True

    # ---- link events

    def _on_event(self, event: Event, received_at: Seconds) -> None:
        fact = hear(event, self.name, self.sip_domain)
        if fact is not None:
            self._on_fact(fact)

    def _on_up(self, changed: bool) -> None:
        if self._claim is None:
            self._take_up()
        else:
            self.tell(strings.get_global(OWNER), self._owned_at_first)

    def _owned_at_first(self, answer: Answer) -> None:
        """Nothing is done at a node before it is known to be ours."""
        self._owned(answer)
        if not isinstance(answer, LinkDown | ReplyTimeout) and (self._claim is None or self._claim.allows()):
            self._take_up()

    def _owned(self, answer: Answer) -> None:
        if self._claim is None or isinstance(answer, LinkDown | ReplyTimeout):
            return
        mark = answer.strip() if isinstance(answer, str) else ""
        self._claim.seen(self.name, mark)
        if mark != self._claim.mark():
            self.tell(strings.set_global(OWNER, self._claim.mark()))

    def _take_up(self) -> None:
        self._taken_up = True
        self.tell(_beat_command())
        self.tell(_patience_command(BEAT_LIMIT))
        self.tell(strings.cancel_tasks(WATCHDOG))
        self.tell(strings.repeat_script(WATCHDOG_EVERY, WATCHDOG, f"{WATCHDOG}.lua"))
        self._on_fact(f.NodeUp(node=self.name, core=self.link.core_uuid))
        self.provision(None)

    def _on_down(self, reason: str) -> None:
        self._taken_up = False
        self._on_fact(f.NodeDown(node=self.name, why=reason))

    def _beat(self) -> None:
        while True:
            gevent.sleep(BEAT_EVERY)
            if self._taken_up and self.link.connected and self._alive():
                self.tell(_beat_command())
                if self._claim is not None:
                    self.tell(strings.get_global(OWNER), self._owned)

    # ---- survey and accounts

    def _surveys(self) -> None:
        """One survey, then those asked for meanwhile as one more, until none is."""
        try:
            while self._asked_at is not None:
                expected, asked_at = tuple(self._expected), self._asked_at
                self._expected, self._asked_at = {}, None
                self._survey(expected, asked_at)
        finally:
            self._surveying = False

    def _survey(self, expected: tuple[LegId, ...], asked_at: Seconds) -> None:
        core = self.link.core_uuid
        try:
            for note in self._notes():
                self._on_fact(note)
            listed = listed_legs(self.link.api(strings.show_channels(), SURVEY_WITHIN))
            legs = _in_turns(leg for leg in dict.fromkeys((*expected, *listed)) if _is_sayable(leg))
            dumps = list(_in_turns(self._dumps(list(legs))))
            *before, last = in_pieces(_in_turns(seen(dumps)), PIECE)
            for piece in before:
                self._on_fact(f.LegsSeen(node=self.name, core=core, asked_at=asked_at, legs=piece, more=True))
                self.link.api(strings.uptime())  # answered behind what the piece before had asked for
        except SwitchError as away:
            log.warning("%s: no survey: %s", self.name, away)
            return
        told = tuple(leg.leg for piece in before for leg in piece)
        others = tuple(one for dump in dumps if (one := other_call(dump, self.name, self.sip_domain)))
        self._on_fact(f.LegsSeen(node=self.name, core=core, asked_at=asked_at, legs=last, told=told, others=others))

    def _notes(self) -> Iterator[f.WayOutNoted]:
        """What the node noted of callers, the oldest of whom nobody may know. In rounds: an answer has room for some
        hundred of them, and those that are told are forgotten behind it."""
        told: set[LegId] = set()
        while legs := [leg for leg in self._noted() if leg not in told and _is_sayable(leg)]:
            told.update(legs)
            answers = self.link.pipeline([notes.select_command(leg) for leg in legs], SURVEY_WITHIN)
            for leg, answer in zip(legs, answers, strict=True):
                if isinstance(answer, str) and (note := notes.read_note(self.name, leg, answer)):
                    yield note
                elif isinstance(answer, str):
                    log.error("%s: the note of %s cannot be read and is dropped: %.300r", self.name, leg, answer)
                    self.tell(notes.delete_command(leg))

    def _noted(self) -> list[LegId]:
        try:
            return notes.noted_legs(self.link.api(notes.list_command(), SURVEY_WITHIN))
        except CommandFailed as without:  # no mod_db, which `doctor` tells: legs are still there to be seen
            log.warning("%s: no notes of callers: %s", self.name, without)
            return []

    def _dumps(self, legs: list[LegId]) -> Iterator[Event]:
        """What the switch knows of its legs, some asked for at a time: what others ask goes in between."""
        for begin in range(0, len(legs), ASKED_AT_ONCE):
            some = legs[begin : begin + ASKED_AT_ONCE]
            answers = self.link.pipeline([strings.dump(leg) for leg in some], SURVEY_WITHIN)
            for leg, answer in zip(some, answers, strict=True):
                if dump := self._dumped(leg, answer):
                    yield dump

    def _dumped(self, leg: LegId, answer: str | CommandFailed) -> Event | None:
        """What the switch knows of a leg; None when there is no such leg. Another refusal says nothing of the leg."""
        if isinstance(answer, CommandFailed):
            if NO_SUCH_LEG in answer.reply:
                return None
            raise answer
        dump = read_dump(answer)
        if dump is None:
            log.error("%s: the dump of %s cannot be read: %.200r", self.name, leg, answer)
        return dump

    def _provision(self, agent: str | None) -> None:
        if self._claim is not None and not self._claim.allows():
            return
        try:
            stored = listed_users(
                self.link.api(_db(list_command()))
            )  # before we ask: who is added meanwhile is not in it
            for account in self._accounts(agent):
                self._provision_one(account)
            self._forget(stored)
        except CcswitchError as away:
            log.warning("%s: agents' accounts are not renewed: %s", self.name, away)

    def _provision_one(self, account: Account) -> None:
        """Only what differs is written: mod_db deletes before it inserts, and a REGISTER in between would fail."""
        try:
            known, insert = _db(select_command(account.user)), _db(insert_command(account.user, account.a1))
        except UnsafeString as unsafe:  # one that cannot be said must not keep the others from their phones
            log.error("%s: an agent's account is left out: %s", self.name, unsafe)
            return
        if self.link.api(known).strip() != account.a1.lower():
            self.link.api(insert)

    def _forget(self, stored: list[str]) -> None:
        """What is nobody's account any more must not register, and call at our cost. Records that know no account at
        all are new or were lost: then every phone keeps its own."""
        kept = {account.user for account in self._accounts(None)}
        for user in stored if kept else ():
            if user not in kept:
                log.info("%s: the SIP account %s is no agent's any more and is taken away", self.name, user)
                self.link.api(_db(delete_command(user)))


def _db(text: str) -> Command:
    """A command to mod_db; what it holds is secret."""
    verb, arguments = text.split(" ", 1)
    return replace(strings.api(verb, arguments), secret=True)


def _in_turns(items: Iterable[T]) -> Iterator[T]:
    """The items; others run now and then, as to read 5,000 dumps takes a second."""
    turn_ends = time.monotonic() + TURN
    for item in items:
        yield item
        if time.monotonic() >= turn_ends:
            gevent.sleep(0)
            turn_ends = time.monotonic() + TURN


def _is_sayable(leg: LegId) -> bool:
    try:
        return bool(strings.leg_id(leg))
    except UnsafeString:
        return False


def _beat_command() -> Command:
    """Stamp the beat with the node's own clock, so that skew between hosts does not matter."""
    return strings.api("expand", "global_setvar", "ccs_beat=${strepoch()}")


def _patience_command(seconds: float) -> Command:
    """How old the beat may be before the watchdog steps in."""
    return strings.set_global("ccs_beat_limit", str(round(seconds)))
