"""Calendars over HTTP: how they stand, their coming days, and a supervisor's word."""

from __future__ import annotations

import falcon

from ccswitch.desk.access import Right, demand
from ccswitch.desk.answers import CalendarAnswer, CalendarList, Changed
from ccswitch.desk.bodies import Nothing, Overriding
from ccswitch.desk.document import CHANGING, DOCUMENT, READING, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.orders import order_id, place
from ccswitch.desk.ports import Ports
from ccswitch.floor.boards.calendars import calendar_board, calendar_boards, calendar_days
from ccswitch.floor.hours import calendar_of
from ccswitch.model.orders import FollowCalendar, OverrideCalendar


class Calendars:
    """/calendars, /calendars/{calendar} and what is decided about one."""

    def __init__(self, ports: Ports) -> None:
        self._floor = ports.floor

    @DOCUMENT.validate(resp=answers(CalendarList, READING), tags=["calendars"])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the calendars: open or closed, until when, and by whose word."""
        demand(req.context.holder, Right.LOOK)
        now = self._floor.now()
        resp.media = CalendarList(now=now, calendars=calendar_boards(self._floor.state(), now))

    @DOCUMENT.validate(resp=answers(CalendarAnswer, READING), tags=["calendars"])
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, calendar: str) -> None:
        """Show one calendar with the hours of seven days."""
        demand(req.context.holder, Right.LOOK)
        now, state = self._floor.now(), self._floor.state()
        found = calendar_of(state, calendar)
        if found is None:
            why = f"no calendar named {calendar!r}"
            raise Declined(falcon.HTTP_404, "No such calendar", why, "`ccswitch calendar list`")
        board, days = calendar_board(state, found, now), calendar_days(found, now)
        resp.media = CalendarAnswer(now=now, calendar=board, days=days)

    @DOCUMENT.validate(json=Overriding, resp=answers(Changed, CHANGING), tags=["calendars"])
    def on_post_close(self, req: falcon.Request, resp: falcon.Response, calendar: str) -> None:
        """Close a calendar now, whatever its hours say; the next decision knows it."""
        resp.media = self._override(req, calendar, opened=False)

    @DOCUMENT.validate(json=Overriding, resp=answers(Changed, CHANGING), tags=["calendars"])
    def on_post_open(self, req: falcon.Request, resp: falcon.Response, calendar: str) -> None:
        """Open a calendar now, whatever its hours say."""
        resp.media = self._override(req, calendar, opened=True)

    @DOCUMENT.validate(json=Nothing, resp=answers(Changed, CHANGING), tags=["calendars"])
    def on_post_follow(self, req: falcon.Request, resp: falcon.Response, calendar: str) -> None:
        """Let a calendar follow its hours again."""
        demand(req.context.holder, Right.CALENDARS)
        order = FollowCalendar(order=order_id(), author=req.context.holder.name, calendar=calendar)
        resp.media = place(self._floor, order)

    def _override(self, req: falcon.Request, calendar: str, *, opened: bool) -> Changed:
        demand(req.context.holder, Right.CALENDARS)
        wanted: Overriding = req.context.json
        order = OverrideCalendar(
            order=order_id(),
            author=req.context.holder.name,
            calendar=calendar,
            open=opened,
            until=wanted.until,
            reason=wanted.reason,
        )
        return place(self._floor, order)
