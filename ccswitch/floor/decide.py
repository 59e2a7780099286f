"""`decide(state, given, now)`: what follows from one input. Deterministic; the state is only read.

One table: input type → one handler. A deadline is an input too; a second table says what each kind of deadline means.
"""

from __future__ import annotations

from collections.abc import Callable

from ccswitch.floor import (
    agent_changes,
    announcing,
    arriving,
    breaks,
    calendars,
    calling_back,
    consulting,
    dialling,
    ending,
    guests,
    holding,
    messages,
    nailed_up,
    noding,
    offering,
    other_calls,
    own_calls,
    promise_orders,
    promises,
    publishing,
    queue_orders,
    queueing,
    reconciling,
    recording,
    relaxing,
    ringing_customer,
    staffing,
    step_ends,
    supervising,
    talking,
    transferring,
    turning_away,
    unattended,
    wrapping_up,
)
from ccswitch.floor.decided import Decided, Handler, nothing
from ccswitch.floor.leaving import leave_due
from ccswitch.floor.on_nailed import parked_again
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import Seconds

Input = f.Fact | d.Order


def decide(state: State, given: Input, now: Seconds) -> Decided:
    """Outcomes to keep and requests to send because of `given` at `now`. Changes nothing, never does I/O."""
    decided = HANDLERS[type(given)](state, given, now)
    return parked_again(state, decided) if state.nailed else decided


def next_due(state: State) -> Seconds | None:
    """When the next deadline falls due, or None. The engine sleeps no longer than until then."""
    first = state.deadlines.first()
    return first[0] if first else None


def time_passed(state: State, fact: f.TimePassed, now: Seconds) -> Decided:
    """The earliest deadline that is due. It is cleared, whatever its handler finds, so that time always goes on."""
    first = state.deadlines.peek()
    if first is None or first[0] > now:
        return nothing()
    kind, subject = first[1]
    follows = TIMERS[kind](state, subject, now)
    for outcome in follows.outcomes:
        if type(outcome) is o.DeadlinePassed:
            return follows
    follows.outcomes.insert(0, o.DeadlinePassed(kind=kind, subject=subject))
    return follows


TIMERS: dict[str, Callable[[State, str, Seconds], Decided]] = {
    "match": queueing.match_due,
    "music": queueing.music_due,
    "rule": relaxing.rule_due,
    "rule_joining": relaxing.joining_due,
    "rule_figures": relaxing.figures_due,
    "announce": announcing.announce_due,
    "only": queueing.only_due,
    "dial": own_calls.dial_due,
    "offer": offering.offer_due,
    "bridge": offering.bridge_due,
    "customer": ringing_customer.customer_due,
    "callback": promises.callback_due,
    "hours": calling_back.hours_due,
    "expiry": calling_back.expiry_due,
    "step": step_ends.step_due,
    "return": talking.return_due,
    "guest": guests.guest_due,
    "nailed": nailed_up.nailed_due,
    "wrapup": wrapping_up.wrapup_due,
    "break": breaks.break_due,
    "changes": agent_changes.changes_due,
    "rest": lambda state, subject, now: nothing(),  # its passing alone makes the agent free again
    "leave": leave_due,
    "elsewhere": turning_away.elsewhere_due,
    "mode": queue_orders.mode_due,
    "unlisted": staffing.unlisted_due,
    "survey": noding.survey_due,
    "unheard": other_calls.unheard_due,
    "override": calendars.override_due,
}

HANDLERS: dict[type, Handler] = {
    f.SettingsLoaded: noding.settings_loaded,
    f.ReleasesFound: publishing.releases_found,
    f.TimePassed: time_passed,
    f.NodeUp: noding.node_up,
    f.NodeDown: noding.node_down,
    f.LegParked: arriving.leg_parked,
    f.LegRinging: dialling.leg_ringing,
    f.LegAnswered: dialling.leg_answered,
    f.LegEnded: ending.leg_ended,
    f.LegsJoined: dialling.legs_joined,
    f.LegHeld: holding.leg_held,
    f.LegUnheld: holding.leg_unheld,
    f.ExecuteEnded: step_ends.execute_ended,
    f.LookedUp: step_ends.looked_up,
    f.RecordingFailed: messages.recording_failed,
    f.MaskFailed: recording.mask_failed,
    f.ExecuteFailed: step_ends.execute_failed,
    f.SpeechFailed: step_ends.speech_failed,
    f.BridgeFailed: offering.bridge_failed,
    f.OtherCallHeard: other_calls.heard,
    f.OtherCallOver: other_calls.over,
    f.LegsSeen: reconciling.legs_seen,
    f.WayOutNoted: unattended.way_out_noted,
    d.AddAgent: agent_changes.add_agent,
    d.ChangeAgent: agent_changes.change_agent,
    d.FollowFiles: agent_changes.follow_files,
    d.LogIn: staffing.log_in,
    d.LogOut: staffing.log_out,
    d.MakeReady: staffing.make_ready,
    d.TakeBreak: staffing.take_break,
    d.ChangeQueue: queue_orders.change_queue,
    d.MoveCallers: queue_orders.move_callers,
    d.SetPriority: queue_orders.set_priority,
    d.EndWrapup: wrapping_up.end_wrapup,
    d.ExtendWrapup: wrapping_up.extend_wrapup,
    d.NailUp: nailed_up.nail_up,
    d.DialOut: own_calls.dial_out,
    d.HangUpCall: supervising.hang_up_call,
    d.HoldCall: holding.hold_call,
    d.TransferCall: transferring.transfer_call,
    d.PauseRecording: recording.pause_recording,
    d.ConsultCall: consulting.consult_call,
    d.SettleConsult: consulting.settle_consult,
    d.JoinCall: guests.join_call,
    d.LeaveCall: guests.send_away,
    d.OverrideCalendar: calendars.override_calendar,
    d.FollowCalendar: calendars.follow_calendar,
    d.PublishScript: publishing.publish_script,
    d.RollBackScript: publishing.roll_back_script,
    d.AddCallback: promise_orders.add_callback,
    d.CancelCallback: promise_orders.cancel_callback,
    d.FinishMessage: messages.finish_message,
}
