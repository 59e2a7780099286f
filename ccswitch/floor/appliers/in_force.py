"""What is in force: settings, versions of scripts, a supervisor's word on a calendar or a queue."""

from __future__ import annotations

from ccswitch.floor import editions
from ccswitch.floor.alive import LiveAgent
from ccswitch.floor.appliers.asking_rules import ask_about_hours, ask_all
from ccswitch.floor.appliers.lines import look_elsewhere, match_now, note_idle
from ccswitch.floor.appliers.moves import leave_list, look_after_leg
from ccswitch.floor.appliers.table import Appliers
from ccswitch.floor.standing import Override, QueueOrder
from ccswitch.floor.state import State
from ccswitch.model import outcomes as o
from ccswitch.model.ids import Seconds
from ccswitch.model.nouns import QueueMode


def _settings_taken(state: State, outcome: o.SettingsTaken, at: Seconds) -> None:
    known = state.listed
    state.take(outcome.settings)
    editions.settings_taken(state)
    for agent in outcome.settings.agents:
        live = state.agents.get(agent.agent)
        if live is None:
            state.agents[agent.agent] = LiveAgent(agent=agent, status_since=at, state_since=at, idle_since=at)
            continue
        if live.by_order and agent.agent not in known:  # the order came first and stands
            live.keep_differences(agent, live.as_listed, at)
        else:
            live.take(agent)
    for live in state.agents.values():
        state.note_phones(live)
        note_idle(state, live)  # a queue may choose by another strategy now
        leave_list(state, live, at)
        look_after_leg(state, live, at)
    look_elsewhere(state, at)
    ask_all(state, at)
    match_now(state, at)


def _calendar_overridden(state: State, outcome: o.CalendarOverridden, at: Seconds) -> None:
    state.overrides[outcome.calendar] = Override(
        open=outcome.open, until=outcome.until, since=at, author=outcome.author, reason=outcome.reason
    )
    state.deadlines.clear("override", outcome.calendar)
    ask_about_hours(state, at)
    if outcome.until:
        state.deadlines.set("override", outcome.calendar, outcome.until)


def _calendar_followed(state: State, outcome: o.CalendarFollowed, at: Seconds) -> None:
    state.overrides.pop(outcome.calendar, None)
    state.deadlines.clear("override", outcome.calendar)
    ask_about_hours(state, at)


def _queue_mode_changed(state: State, outcome: o.QueueModeChanged, at: Seconds) -> None:
    state.deadlines.clear("mode", outcome.queue)
    if outcome.mode is QueueMode.OPEN:
        state.queue_orders.pop(outcome.queue, None)
        match_now(state, at)
        return
    state.queue_orders[outcome.queue] = QueueOrder(
        mode=outcome.mode,
        since=at,
        until=outcome.until,
        author=outcome.author,
        to=outcome.to,
        reason=outcome.reason,
    )
    if outcome.until:
        state.deadlines.set("mode", outcome.queue, outcome.until)
    look_elsewhere(state, at)
    match_now(state, at)


APPLIERS: Appliers = {
    o.SettingsTaken: _settings_taken,
    o.ScriptReleased: editions.script_released,
    o.CalendarOverridden: _calendar_overridden,
    o.CalendarFollowed: _calendar_followed,
    o.QueueModeChanged: _queue_mode_changed,
}
