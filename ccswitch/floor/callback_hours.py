"""The hours in which a queue calls customers back (`callback_hours`, a calendar): nobody is rung outside of them.

A promise stands in line only while they are open. When they close it is put off until they open, and the clock by which
it expires stands still meanwhile. A supervisor's word on the calendar counts at once, as everywhere.
"""

from __future__ import annotations

from ccswitch.floor.decided import Decided
from ccswitch.floor.hours import calendar_of, next_change, stands
from ccswitch.floor.standing import LivePromise
from ccswitch.floor.state import State
from ccswitch.hours.local import wall
from ccswitch.model import outcomes as o
from ccswitch.model.calendars import Calendar
from ccswitch.model.ids import QueueName, Seconds

LOOK_AGAIN: Seconds = 3600.0  # at hours of which nobody knows when they open


def is_closed(state: State, queue: QueueName, at: Seconds) -> bool:
    """Nobody is called back by this queue at `at`. A calendar that is not there closes nothing."""
    hours = _hours(state, queue)
    return hours is not None and not stands(state, hours, at).open


def opens(state: State, queue: QueueName, since: Seconds) -> Seconds | None:
    """From when on it calls back, not before `since`; None: nobody knows."""
    hours = _hours(state, queue)
    if hours is None or stands(state, hours, since).open:
        return since
    return next_change(state, hours, since)


def opens_at(state: State, queue: QueueName, since: Seconds) -> str:
    """The same as the clocks of its calendar show it, as 2026-02-17T09:00; empty when nobody knows."""
    hours, at = _hours(state, queue), opens(state, queue, since)
    return wall(hours.zone, at).isoformat(timespec="minutes") if hours and at is not None else ""


def closed_trouble(state: State, queue: QueueName, at: Seconds) -> str:
    """Why nobody is promised a call for `at`: the hours are closed then; empty when they are not."""
    if not is_closed(state, queue, at):
        return ""
    again = opens_at(state, queue, at)
    when = f"; it is open from {again.replace('T', ' ')} on" if again else ""
    return f"calendar {state.queue_rules(queue).callback_hours} is closed at that time{when}"


def next_look(state: State, queue: QueueName, now: Seconds) -> Seconds | None:
    """When hours that are open now are looked at again: when they close; None: they never do."""
    hours = _hours(state, queue)
    if hours is None:
        return None
    closes = next_change(state, hours, now)
    return now + LOOK_AGAIN if closes is None else closes


def put_off(state: State, promise: LivePromise, now: Seconds) -> Decided:
    """It waits until its hours are open; what is gone of its time stays gone, and no more goes by."""
    again = opens(state, promise.queue, now)
    until = now + LOOK_AGAIN if again is None else again
    if promise.put_off == until:
        return Decided([o.DeadlinePassed(kind="callback", subject=promise.call, again_at=until)], [])
    name = state.queue_rules(promise.queue).callback_hours
    later = until - max(promise.put_off, now)
    put = o.CallbackPutOff(
        promise=promise.call, until=until, expires=promise.expires + later, why=f"calendar {name} is closed"
    )
    return Decided([put], [])


def _hours(state: State, queue: QueueName) -> Calendar | None:
    name = state.queue_rules(queue).callback_hours
    return calendar_of(state, name) if name else None
