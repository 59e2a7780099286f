"""A FreeSWITCH that is not there: the floor's requests are answered by the facts that `switch/hearing.py` would tell,
in the order in which a real switch tells them. Callers' legs are in `callers`, agents' legs here."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, LegId, Seconds
from ccswitch.planning.callers import Callers
from ccswitch.planning.staff import Staff
from ccswitch.planning.stage import NODE, Stage


class VirtualSwitch:
    """Carries requests out at once, without a link. A hold music that never ends needs no answer."""

    def __init__(self, stage: Stage, callers: Callers, staff: Staff) -> None:
        self._agenda, self._inputs = stage.agenda, stage.inputs
        self._callers, self._staff = callers, staff
        self._phones: dict[LegId, CallId] = {}  # agents' legs that exist, and whose call they are for
        self.carriers: dict[type, Callable[[Any], None] | None] = {  # None: done, and nobody is told
            r.Claim: None,
            r.Play: None,
            r.Quiet: None,
            r.Record: None,
            r.ProvisionPhone: None,
            r.ForgetNote: None,
            r.Answer: self._answer,
            r.RingAgent: self._ring,
            r.Bridge: self._bridge,
            r.HangUp: self._hang_up,
            r.Transfer: lambda request: callers.sent_out(request.leg),
            r.Survey: self._survey,
        }

    def begin(self) -> None:
        """The link is up."""
        self._inputs.append(f.NodeUp(node=NODE, core="planned"))

    def _answer(self, request: r.Answer) -> None:
        self._inputs.append(f.LegAnswered(leg=request.leg))

    def _survey(self, request: r.Survey) -> None:
        """Only the first, which finds an empty switch: nothing is ever missed here, so there is nothing to heal."""
        if not request.expected and not self._callers.there:
            self._inputs.append(f.LegsSeen(node=NODE, core="planned", asked_at=self._agenda.now, legs=()))

    # ---- agents' legs

    def _ring(self, request: r.RingAgent) -> None:
        self._phones[request.leg] = request.call
        timeout: Seconds = math.ceil(request.timeout)  # as `originate_timeout` takes it
        delay = self._staff.picks_up_after(request.agent, timeout)
        if delay == 0:  # a phone that answers by itself sends no 180
            self._picked_up(request.leg)
            return
        self._inputs.append(f.LegRinging(leg=request.leg))
        agenda = self._agenda
        if delay is None:
            agenda.at(agenda.now + timeout, self._rang_out, request.leg)
        else:
            agenda.at(agenda.now + delay, self._picked_up, request.leg)

    def _picked_up(self, leg: LegId) -> None:
        """CHANNEL_ANSWER and CHANNEL_PARK are one instant; the park says that it is answered."""
        call = self._phones.get(leg)
        if call is not None:
            self._inputs.append(f.LegParked(leg=leg, node=NODE, call=call, agent_leg=True, answered=True))

    def _rang_out(self, leg: LegId) -> None:
        self._end(leg, "NO_ANSWER")

    def _bridge(self, request: r.Bridge) -> None:
        self._inputs.append(f.LegsJoined(leg=request.leg, other=request.other))

    def _hang_up(self, request: r.HangUp) -> None:
        if request.leg in self._phones:
            self._end(request.leg, request.cause)
        else:
            self._callers.let_go(request.leg, request.cause)

    def _end(self, leg: LegId, cause: str) -> None:
        if self._phones.pop(leg, None) is not None:
            self._inputs.append(f.LegEnded(leg=leg, cause=cause))
