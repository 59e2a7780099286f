"""A script promises its caller to be called back. It takes no time: the script goes on in the same breath."""

from __future__ import annotations

from ccswitch.floor.alive import LiveCall
from ccswitch.floor.callback_hours import closed_trouble, opens_at
from ccswitch.floor.promise_times import when
from ccswitch.floor.promises import Wish, plain_number, promise, refusal
from ccswitch.floor.state import State
from ccswitch.floor.wishes import marked
from ccswitch.ivr.acts import CallBack
from ccswitch.ivr.heard import Closed, Done, Failed, Heard
from ccswitch.model import outcomes as o
from ccswitch.model.ids import QueueName, Seconds
from ccswitch.model.skills import both


def promise_in_script(
    state: State, call: LiveCall, act: CallBack, serial: int, why: str, now: Seconds
) -> tuple[list[o.CallbackPromised], Heard]:
    """What is kept of it, and what the script hears. Who has waited in the queue keeps the place that he had there, and
    what was relaxed for him."""
    due = when(act.when, state.settings.almanac, now)
    if due is None:
        return [], Failed(f"{act.when[:40]!r} is no time")
    in_line = call.queue == act.queue and not call.talked and not act.when
    marks = marked(state, call)
    wish = Wish(
        queue=QueueName(act.queue),
        number=plain_number(act.number),
        priority=max(act.priority, call.priority) if in_line else act.priority,
        requires=both(act.skills, marks.requires),
        since=(call.waiting_since if in_line else 0.0) or max(due, now),
        due=due,
        why=why,
        prefers=marks.prefers,
        head_start=marks.head_start,
        waited=call if in_line and call.joined_at else None,
    )
    if due > now and (closed := closed_trouble(state, wish.queue, due)):
        return [], Closed(closed, opens_at(state, wish.queue, due))
    if refused := refusal(state, wish, now):
        return [], Failed(refused)
    return [promise(state, call, wish, serial, now)], Done()
