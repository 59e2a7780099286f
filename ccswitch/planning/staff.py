"""Agents: they come to work, pick up or let ring, wrap up, take their breaks and go home. What they want of the floor
goes in as orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from random import Random

from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import AgentId, OrderId, Seconds
from ccswitch.model.nouns import AgentStatus, OfferResult
from ccswitch.planning.callers import FOREVER, Caller, Callers
from ccswitch.planning.chance import Draw, drawing, stream
from ccswitch.planning.scenario import AgentGroup, Scenario
from ccswitch.planning.spells import spells
from ccswitch.planning.stage import Stage
from ccswitch.planning.tallying import AWAY, GONE, IDLE, RINGING, TALKING, WRAPUP

WORK, REST = "work", "rest"
DOING = {AgentStatus.READY: IDLE, AgentStatus.BREAK: AWAY, AgentStatus.OFFLINE: GONE}


class Team:
    """A group of agents alike, and whether it is at work and on its break just now."""

    __slots__ = ("at", "chance", "group", "index", "members", "ring")

    def __init__(self, index: int, group: AgentGroup, seed: int) -> None:
        self.index, self.group = index, group
        self.at = {WORK: not group.schedule, REST: False}
        self.members: list[Member] = []
        self.chance: Random = stream(seed, "rona", group.name)
        self.ring: Draw | None = drawing(group.ring, stream(seed, "ring", group.name)) if group.ring else None

    @property
    def wanted(self) -> AgentStatus:
        """What its agents are to say to the floor."""
        if not self.at[WORK]:
            return AgentStatus.OFFLINE
        return AgentStatus.BREAK if self.at[REST] else AgentStatus.READY


class Member:
    """One agent. `said` is what he last told the floor, `status` what the floor holds him for."""

    __slots__ = ("agent", "caller", "cell", "doing", "row", "said", "since", "status", "team", "wrapup_since")

    def __init__(self, agent: AgentId, team: Team, row: int, cell: int, now: Seconds) -> None:
        self.agent, self.team, self.row = agent, team, row
        self.doing, self.cell, self.since = GONE, cell, now
        self.said = self.status = AgentStatus.OFFLINE
        self.caller: Caller
        self.wrapup_since: Seconds = now


class Staff:
    """Everybody who answers, by name."""

    def __init__(self, stage: Stage, scenario: Scenario, callers: Callers, seed: int) -> None:
        self._agenda, self._inputs, self._books = stage.agenda, stage.inputs, stage.books
        self._scenario, self._callers = scenario, callers
        self._types = len(scenario.types)
        self._orders = count(1)
        self.teams = [Team(index, group, seed) for index, group in enumerate(scenario.groups)]
        self.members: dict[AgentId, Member] = {}
        for team in self.teams:
            row = team.index * (self._types + 1)
            cell = row + self._types
            team.members = [Member(name, team, row, cell, scenario.start) for name in names_of(team.group)]
            self.members.update((member.agent, member) for member in team.members)

    def begin(self) -> None:
        """Whoever has no schedule is there; the others come by theirs."""
        scenario = self._scenario
        for team in self.teams:
            for what, spans in ((WORK, team.group.schedule), (REST, team.group.breaks)):
                self._next_spell((team, what, spells(spans, scenario)))
            self._follow_all(team)

    # ---- schedules

    def _next_spell(self, plan: tuple[Team, str, Iterator[tuple[Seconds, Seconds]]]) -> None:
        team, what, to_come = plan
        spell = next(to_come, None)
        if spell is None:
            return
        begins, ends = spell
        self._agenda.at(max(begins, self._agenda.now), self._turn, (team, what, True))
        self._agenda.at(ends, self._turn, (team, what, False))
        self._agenda.at(ends, self._next_spell, plan)

    def _turn(self, change: tuple[Team, str, bool]) -> None:
        team, what, on = change
        team.at[what] = on
        self._follow_all(team)

    def _follow_all(self, team: Team) -> None:
        for member in team.members:
            self._follow(member)

    def _follow(self, member: Member) -> None:
        """Say what he wants, unless a call is in his hand: then when that is over."""
        wanted = member.team.wanted
        if member.said is wanted or member.doing in (RINGING, TALKING, WRAPUP):
            return
        if member.said is AgentStatus.OFFLINE:
            self._order(d.LogIn, member)
        member.said = wanted
        if wanted is AgentStatus.BREAK:
            order = OrderId(str(next(self._orders)))
            self._inputs.append(d.TakeBreak(order=order, author=member.agent, agent=member.agent, reason="break"))
        else:
            self._order(d.MakeReady if wanted is AgentStatus.READY else d.LogOut, member)

    def _order(self, kind: Callable[..., d.LogIn | d.LogOut | d.MakeReady], member: Member) -> None:
        order = OrderId(str(next(self._orders)))
        self._inputs.append(kind(order=order, author=member.agent, agent=member.agent))

    # ---- the phone rings

    def picks_up_after(self, agent: AgentId, timeout: Seconds) -> Seconds | None:
        """Seconds until he picks up; None when he lets it ring out."""
        team = self.members[agent].team
        ring = team.ring() if team.ring is not None else 0.0
        left = team.group.rona > 0 and team.chance.random() < team.group.rona
        return None if left or ring >= timeout else ring

    def offer_made(self, outcome: o.OfferMade) -> None:
        """His phone is dialled."""
        member = self.members[outcome.agent]
        member.caller = self._callers.there[outcome.call]
        self._does(member, RINGING, member.caller.kind.index)

    def offer_ended(self, outcome: o.OfferEnded) -> None:
        """A talk goes on under its own name; anything else leaves him where he was."""
        if outcome.result is not OfferResult.TALKED:
            member = self.members[outcome.agent]
            self._does(member, DOING[member.status], self._types)
            self._follow(member)

    def status_changed(self, outcome: o.AgentStatusChanged) -> None:
        """The floor holds him for ready, on break or gone; for having let it ring, too."""
        member = self.members[outcome.agent]
        member.status, doing = outcome.status, DOING[outcome.status]
        if member.doing in (IDLE, AWAY, GONE) and member.doing != doing:
            self._does(member, doing, self._types)
        if outcome.author != member.agent:
            member.said = outcome.status
            back = self._agenda.now + member.team.group.back_after
            self._agenda.at(back, self._follow, member)

    # ---- talk and wrap-up

    def talk_started(self, outcome: o.TalkStarted) -> None:
        """He has the caller."""
        member = self.members[outcome.agent]
        caller = member.caller
        self._does(member, TALKING, caller.kind.index)
        self._books.outstanding += caller.book.counts
        visits, kind = caller.book.groups[member.team.index], caller.kind
        visits.offered += 1
        visits.answered_after(outcome.waited, kind.target)
        self._callers.talks(caller, member.team.group.pace)

    def talk_ended(self, outcome: o.TalkEnded) -> None:
        """After-call work begins; whose length was drawn ends it himself."""
        member = self.members[outcome.agent]
        caller, now = member.caller, self._agenda.now
        self._does(member, WRAPUP, caller.kind.index)
        member.wrapup_since = now
        for visits in (caller.book.types[caller.kind.index], caller.book.groups[member.team.index]):
            visits.talks += 1
            visits.talk += outcome.talked
        if caller.wrapup <= 0:
            self._order(d.MakeReady, member)
        elif caller.wrapup < FOREVER:
            self._agenda.at(now + caller.wrapup * member.team.group.pace, self._wrapped_up, member)

    def _wrapped_up(self, member: Member) -> None:
        self._order(d.MakeReady, member)

    def wrapup_ended(self, outcome: o.WrapupEnded) -> None:
        """Free again, or on the break that he has waited for."""
        member = self.members[outcome.agent]
        caller = member.caller
        lasted = self._agenda.now - member.wrapup_since
        caller.book.types[caller.kind.index].wrapup += lasted
        caller.book.groups[member.team.index].wrapup += lasted
        self._books.outstanding -= caller.book.counts
        self._does(member, DOING[member.status], self._types)
        self._follow(member)

    # ---- seconds

    def _does(self, member: Member, what: int, kind: int) -> None:
        """From now on, for a call of this kind; the last kind stands for none."""
        now = self._agenda.now
        seconds = self._books.open.seconds[member.doing]
        seconds[member.cell] += now - member.since
        member.since = now
        member.doing = what
        member.cell = member.row + kind

    def settle(self) -> None:
        """Write down what everybody has done until now."""
        now, seconds = self._agenda.now, self._books.open.seconds
        for member in self.members.values():
            seconds[member.doing][member.cell] += now - member.since
            member.since = now


def names_of(group: AgentGroup) -> Sequence[AgentId]:
    """The agents of a group: its name and a number."""
    return [AgentId(f"{group.name}-{number}") for number in range(1, group.count + 1)]
