"""What is ordered about a talk over HTTP: hold, transfer, ask somebody first (consult), pause its recording, for an
agent about his own talk too; and what supervisors alone may: listen, whisper, barge in, take the caller over."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import Changed
from ccswitch.desk.bodies import Guest, Nothing, Recording, Sending
from ccswitch.desk.document import CHANGING, DOCUMENT, answers
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports, TokenHolder
from ccswitch.model.ids import AgentId, CallId
from ccswitch.model.nouns import GuestMode, Settling
from ccswitch.model.orders import (
    ConsultCall,
    HoldCall,
    JoinCall,
    LeaveCall,
    PauseRecording,
    SettleConsult,
    TransferCall,
)


class Talks:
    """/calls/{call}/hold and its sisters."""

    def __init__(self, ports: Ports) -> None:
        self._floor = ports.floor

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_hold(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Put the caller on hold: he hears the queue's music."""
        resp.media = self._hold(req.context.holder, call, on=True)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_unhold(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Take the caller back from hold."""
        resp.media = self._hold(req.context.holder, call, on=False)

    def _hold(self, holder: TokenHolder, call: str, *, on: bool) -> Changed:
        author = self._may(holder, call)
        return place(self._floor, HoldCall(order=order_id(), author=author, call=CallId(call), on=on))

    @DOCUMENT.validate(json=Sending, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_transfer(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Send the caller on without asking there first; the agent wraps up."""
        author, to = self._may(req.context.holder, call), req.context.json.to
        resp.media = place(self._floor, TransferCall(order=order_id(), author=author, call=CallId(call), to=to))

    @DOCUMENT.validate(json=Sending, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_consult(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Put the caller on hold and ring whom the agent wants to ask before he passes the caller on (attended
        transfer): agent:NAME, queue:NAME (its longest idle agent), or a number of [floor] transfers_out."""
        author, to = self._may(req.context.holder, call), req.context.json.to
        resp.media = place(self._floor, ConsultCall(order=order_id(), author=author, call=CallId(call), to=to))

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_complete(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Pass the caller on to whom the agent asked; the agent wraps up."""
        resp.media = self._settle(req, call, Settling.COMPLETE)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_conference(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let the caller, the agent and whom he asked hear each other."""
        resp.media = self._settle(req, call, Settling.CONFERENCE)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_back(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let go whom the agent asked, or who is still rung, and take the caller back from hold."""
        resp.media = self._settle(req, call, Settling.BACK)

    def _settle(self, req: falcon.Request, call: str, how: Settling) -> Changed:
        author = self._may(req.context.holder, call)
        return place(self._floor, SettleConsult(order=order_id(), author=author, call=CallId(call), how=how))

    @DOCUMENT.validate(json=Recording, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_record(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Pause the recording while card data is said, or resume it: silence is recorded meanwhile."""
        author, paused = self._may(req.context.holder, call), req.context.json.paused
        order = PauseRecording(order=order_id(), author=author, call=CallId(call), paused=paused)
        resp.media = place(self._floor, order)

    @DOCUMENT.validate(json=Guest, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_monitor(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let a supervisor listen: he hears both, and nobody hears him."""
        resp.media = self._join(req, call, GuestMode.MONITOR)

    @DOCUMENT.validate(json=Guest, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_whisper(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let a supervisor speak to the agent alone."""
        resp.media = self._join(req, call, GuestMode.WHISPER)

    @DOCUMENT.validate(json=Guest, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_barge(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let a supervisor speak to both."""
        resp.media = self._join(req, call, GuestMode.BARGE)

    @DOCUMENT.validate(json=Guest, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_take(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let a supervisor take the caller over; the agent wraps up."""
        resp.media = self._join(req, call, GuestMode.TAKE)

    def _join(self, req: falcon.Request, call: str, mode: GuestMode) -> Changed:
        holder, agent = req.context.holder, AgentId(req.context.json.agent)
        demand(holder, Right.LISTEN)
        order = JoinCall(order=order_id(), author=holder.name, call=CallId(call), agent=agent, mode=mode)
        return place(self._floor, order)

    @DOCUMENT.validate(json=Guest, resp=answers(Changed, CHANGING), tags=["talks"])
    def on_post_leave(self, req: falcon.Request, resp: falcon.Response, call: str) -> None:
        """Let a supervisor go from a talk."""
        holder, agent = req.context.holder, AgentId(req.context.json.agent)
        demand(holder, Right.LISTEN)
        resp.media = place(self._floor, LeaveCall(order=order_id(), author=holder.name, call=CallId(call), agent=agent))

    def _may(self, holder: TokenHolder, call: str) -> str:
        """The order's author. Refuses (403) an agent whose talk it is not."""
        live = self._floor.state().calls.get(CallId(call))
        demand(holder, Right.TALKS, live.agent if live else "")
        return holder.name
