"""A switch in a hundred lines: legs that park, ring, answer, hear each other and end, and a link that can be lost.

Commands are carried out in order, events are heard in order, and both take as long as the test likes. Answers to
surveys travel beside the events and may overtake them or be overtaken, as on the real link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName, Seconds
from ccswitch.switch.surveying import in_pieces

BY_AGENT, BY_CALLER, TOLD_LATE = "by agent", "by caller", "told late"  # how a bridge breaks
AT_ONCE = 2  # legs in one fact of a survey: one call, or two that wait
PARKED, RINGING, BRIDGED, OUTSIDE, LAST_RESORT, LOOSE = "parked", "ringing", "bridged", "outside", "resort", "loose"
LISTENING = "listening"  # a guest, to an agent's leg


@dataclass
class TinyLeg:
    """One channel."""

    leg: LegId
    call: CallId
    agent: bool
    doing: str
    entry: str = ""
    user: str = ""  # of a phone of the house
    called: str = ""
    nailed: bool = False  # it stands between calls
    answered: bool = False
    orphaned: bool = False
    claimed: bool = False
    peer: LegId | None = None
    hears: LegId | None = None  # of a guest
    runs: list[ExecuteId] = field(default_factory=list)


class TinySwitch:
    """One node."""

    def __init__(self, node: str) -> None:
        self.node = NodeName(node)
        self.core = 0
        self.linked = False
        self.legs: dict[LegId, TinyLeg] = {}
        self.others: dict[LegId, f.OtherCallHeard] = {}  # at phones of the house, and not ours
        self.commands: deque[tuple[r.Request, Seconds]] = deque()
        self.events: deque[f.Fact] = deque()
        self.answers: deque[f.Fact] = deque()
        self.notes: dict[LegId, f.WayOutNoted] = {}  # of callers whom the last resort had; they outlive a restart

    # ---- the link

    def connect(self) -> f.Fact:
        """The link comes up: the news of it."""
        self.linked = True
        return f.NodeUp(node=self.node, core=f"core-{self.core}")

    def cut(self) -> f.Fact:
        """What was under way in either direction is lost."""
        self.linked = False
        self.commands.clear()
        self.events.clear()
        self.answers.clear()
        return f.NodeDown(node=self.node, why="cut")

    def restart(self) -> None:
        """Every leg is gone, and nobody says so."""
        self.legs.clear()
        self.others.clear()
        self.core += 1

    def say(self, fact: f.Fact) -> None:
        """News, which a link that is down loses."""
        if self.linked:
            self.events.append(fact)

    # ---- what the world does

    def arrive(self, leg: str, entry: str, *, user: str = "", called: str = "") -> None:
        """A caller is parked by the dialplan at `entry`, or a phone with the account `user` that dialled `called`."""
        one = TinyLeg(
            leg=LegId(leg), call=CallId(leg), agent=False, doing=PARKED, entry=entry, user=user, called=called
        )
        self.legs[one.leg] = one
        self.say(self._parked(one))

    def other_call(self, leg: str, user: str, *, outgoing: bool, answered: bool, told: bool) -> None:
        """A phone is in a call that is not ours, or talks in it now; `told`: the news is not lost."""
        fact = f.OtherCallHeard(leg=LegId(leg), node=self.node, user=user, outgoing=outgoing, answered=answered)
        self.others[fact.leg] = fact
        if told:
            self.say(fact)

    def other_call_over(self, leg: LegId, *, told: bool) -> None:
        """The phone is done with it."""
        del self.others[leg]
        if told:
            self.say(f.OtherCallOver(leg=leg, cause="NORMAL_CLEARING"))

    def park(self, leg: TinyLeg, *, transfer_to: str = "") -> None:
        """Whatever ran is over; the leg is in park, by a phone's REFER when it was to go elsewhere."""
        self.quiet(leg)
        leg.doing, leg.peer, leg.hears = PARKED, None, None
        self.say(self._parked(leg, transfer_to))

    def _parked(self, leg: TinyLeg, transfer_to: str = "") -> f.LegParked:
        return f.LegParked(
            leg=leg.leg,
            node=self.node,
            call=leg.call,
            agent_leg=leg.agent,
            entry=leg.entry,
            user=leg.user,
            called_number=leg.called,
            answered=leg.answered,
            transfer_to=transfer_to,
        )

    def quiet(self, leg: TinyLeg, digits: str = "") -> None:
        """Whatever runs on a leg comes to its end."""
        for execute in leg.runs:
            self.say(f.ExecuteEnded(leg=leg.leg, execute=execute, digits=digits))
        leg.runs.clear()

    def ring(self, leg: TinyLeg) -> None:
        """An agent's phone rings."""
        self.say(f.LegRinging(leg=leg.leg))

    def pick_up(self, leg: TinyLeg, *, park_first: bool) -> None:
        """An agent answers; news of his park may overtake that of his answer (`park_first`)."""
        leg.doing, leg.answered = PARKED, True
        told = [f.LegAnswered(leg=leg.leg), self._parked(leg)]
        for fact in reversed(told) if park_first else told:
            self.say(fact)

    def end(
        self, leg: TinyLeg, cause: str = "NORMAL_CLEARING", *, peer_first: bool = False, by_phone: bool = False
    ) -> None:
        """A leg is over. A caller whose agent is gone is parked; an agent's leg ends with its caller."""
        del self.legs[leg.leg]
        if leg.doing == LAST_RESORT:
            self.notes[leg.leg] = f.WayOutNoted(
                node=self.node,
                leg=leg.leg,
                call=leg.call,
                arrived=0.0,
                since=0.0,
                ended=0.0,
                cause=cause,
                entry=leg.entry,
            )
        if not peer_first:
            self.say(f.LegEnded(leg=leg.leg, cause=cause, by_phone=by_phone))
        peer = self.legs.get(leg.peer) if leg.peer else None
        if peer is not None:
            peer.peer = None
            self.let_go(peer)
        if peer_first:
            self.say(f.LegEnded(leg=leg.leg, cause=cause, by_phone=by_phone))
        for guest in [one for one in self.legs.values() if one.hears == leg.leg]:
            self.park(guest)

    def let_go(self, leg: TinyLeg) -> None:
        """Its bridge is over: a caller is parked, and a nailed-up leg; another agent's leg ends."""
        self.end(leg) if leg.agent and not leg.nailed else self.park(leg)

    def watchdog(self) -> None:
        """No controller beats: who is claimed and talks to nobody takes the way out."""
        for leg in list(self.legs.values()):
            if leg.claimed and leg.doing == PARKED:
                leg.claimed = False
                if leg.agent or leg.user:  # a phone hears that nobody is there, and that is all
                    self.end(leg)
                else:
                    leg.orphaned = True
                    self.park(leg)

    def last_resort(self) -> None:
        """Nobody claims: not those whom the watchdog took, nor those who came meanwhile."""
        for leg in list(self.legs.values()):
            if leg.doing == PARKED and not leg.agent and not leg.claimed:
                if leg.user:
                    self.end(leg)
                    continue
                self.quiet(leg)
                leg.orphaned, leg.doing = True, LAST_RESORT

    # ---- what is asked of it

    def carry(self, request: r.Request, now: Seconds) -> None:
        """Keep the request until `work`; one on a link that is down is lost."""
        if self.linked:
            self.commands.append((request, now))

    def work(self, *, bridge_breaks: str = "") -> None:
        """Carry out the oldest command. Where it is a bridge, it breaks by `bridge_breaks` before it stands."""
        if self.commands:
            request, asked_at = self.commands.popleft()
            if isinstance(request, r.Survey):
                self.answers.extend(self.notes.values())
                self._survey(asked_at)
            elif isinstance(request, r.ForgetNote):
                self.notes.pop(request.leg, None)
            elif isinstance(request, r.Bridge):
                self._bridge(request, breaks=bridge_breaks)
            elif isinstance(request, r.RingAgent):
                self.legs[request.leg] = TinyLeg(
                    leg=request.leg,
                    call=request.call,
                    agent=True,
                    doing=RINGING,
                    nailed=request.nailed,
                    claimed=True,
                )
            elif isinstance(request, r.RingCustomer):
                self.legs[request.leg] = TinyLeg(leg=request.leg, call=request.call, agent=False, doing=RINGING)
            else:
                self._on_leg(request)

    def _on_leg(self, request: Any) -> None:
        leg = self.legs.get(request.leg)
        match request:
            case r.Answer() | r.Play() | r.Collect() | r.TakeMessage() if leg is None:
                why = f"-ERR invalid session id [{request.leg}]"
                self.answers.append(f.ExecuteFailed(leg=request.leg, execute=request.execute, why=why))
            case _ if leg is None:
                pass
            case r.Answer():
                self._answer(leg, request.execute)
            case r.Play() | r.Collect() | r.TakeMessage():
                leg.runs.append(request.execute)
            case r.Quiet():
                self.quiet(leg)
            case r.Claim():
                leg.claimed, leg.orphaned = True, False
            case r.Adopt():
                leg.agent, leg.user = True, ""
            case r.HangUp():
                self.end(leg, request.cause)
            case r.Listen():
                if leg.doing in (PARKED, LISTENING) and request.other in self.legs:
                    leg.doing, leg.hears = LISTENING, request.other
            case r.Transfer():
                self.quiet(leg)
                leg.doing, leg.claimed = OUTSIDE, False
            case r.Repark() | r.ParkLeg():
                other = self.legs.get(leg.peer) if leg.peer else None
                self.park(leg)
                if other is not None:
                    other.peer = None
                    self.let_go(other)

    def _answer(self, leg: TinyLeg, execute: ExecuteId) -> None:
        if not leg.answered:
            leg.answered = True
            self.say(f.LegAnswered(leg=leg.leg))
        self.say(f.ExecuteEnded(leg=leg.leg, execute=execute))

    def _bridge(self, request: r.Bridge, *, breaks: str) -> None:
        caller, agent = self.legs.get(request.leg), self.legs.get(request.other)
        if caller is None or agent is None:
            self.answers.append(f.BridgeFailed(leg=request.leg, other=request.other, why="-ERR no such channel"))
            return
        self.quiet(caller)
        before = self.legs.get(caller.peer) if caller.peer else None
        if before is not None:  # a guest takes the caller: whom he talked with is let go
            before.peer = caller.peer = None
            self.let_go(before)
        if breaks:
            self._break(caller, agent, breaks)
            return
        caller.doing = agent.doing = BRIDGED
        agent.hears = None
        caller.peer, agent.peer = agent.leg, caller.leg
        self.say(f.LegsJoined(leg=caller.leg, other=agent.leg))

    def _break(self, caller: TinyLeg, agent: TinyLeg, breaks: str) -> None:
        """One of the two goes at the very instant (freeswitch-facts 5): the caller is parked, unless it is he who goes;
        then the switch ends the agent's leg, and says so first."""
        del self.legs[agent.leg]
        self.say(f.LegEnded(leg=agent.leg, cause="NORMAL_CLEARING", by_phone=breaks == BY_AGENT))
        if breaks == BY_CALLER:
            self.end(caller, by_phone=True)
            return
        if breaks == TOLD_LATE:
            self.say(f.LegsJoined(leg=caller.leg, other=agent.leg))
        self.park(caller)

    def _survey(self, asked_at: Seconds) -> None:
        seen = tuple(
            f.LegSeen(
                leg=leg.leg,
                call=leg.call,
                agent_leg=leg.agent,
                parked=leg.doing == PARKED,
                answered=leg.answered,
                orphaned=leg.orphaned,
                peer=leg.peer,
                stranded=leg.doing == LOOSE,
                entry=leg.entry,
                user=leg.user,
                called_number=leg.called,
            )
            for leg in self.legs.values()
        )
        *before, last = in_pieces(seen, AT_ONCE)
        of = {"node": self.node, "core": f"core-{self.core}", "asked_at": asked_at}
        self.answers.extend(f.LegsSeen(**of, legs=piece, more=True) for piece in before)
        told = tuple(leg.leg for piece in before for leg in piece)
        self.answers.append(f.LegsSeen(**of, legs=last, told=told, others=tuple(self.others.values())))
