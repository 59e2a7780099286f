"""Inputs and outcomes as sentences, for the service trace and for whoever asks why.

A template is formatted with `o`, the value itself; our templates, their values: nothing a caller sends is a template.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ccswitch.model import facts as f
from ccswitch.model import orders as r
from ccswitch.model import outcomes as o
from ccswitch.model.agent_changes import words
from ccswitch.model.nouns import AgentStatus, CallOrigin, LegRole

Template = str | Callable[[Any], str]


def _leg_opened(outcome: o.LegOpened) -> str:
    if outcome.stay:
        return f"on {outcome.agent}'s nailed-up leg {outcome.leg}"
    if outcome.role is LegRole.AGENT:
        return f"dialling {outcome.number} for {outcome.agent} (leg {outcome.leg})"
    return f"the caller's leg {outcome.leg} from {outcome.number or 'an unknown number'}"


def _step_ended(outcome: o.StepEnded) -> str:
    keys = f", keys {outcome.keys}" if outcome.keys else ""
    why = f", {outcome.why}" if outcome.why else ""
    return f"script step {outcome.step} ({outcome.kind}) ended: {outcome.result}{keys}{why}"


def _status(outcome: o.AgentStatusChanged) -> str:
    reason = f" ({outcome.reason})" if outcome.reason else ""
    on = "on " if outcome.status is AgentStatus.BREAK else ""
    return f"{outcome.agent} is {on}{outcome.status.value}{reason}, said {outcome.author}"


def _announced(outcome: o.QueueAnnounced) -> str:
    told = [f"place {outcome.position}"] if outcome.position else []
    told += [f"a wait of {outcome.wait:.0f} s"] if outcome.wait is not None else []
    return f"is told {' and '.join(told) or 'some comfort'}"


def _visit_ended(outcome: o.VisitEnded) -> str:
    to = f" to {outcome.to}" if outcome.to else ""
    why = f", {outcome.why}" if outcome.why else ""
    return f"left queue {outcome.queue} after {outcome.waited:.1f} s: {outcome.result.value}{to}{why}"


def _agent_changed(outcome: o.AgentChanged) -> str:
    return f"agent {outcome.agent}: {', '.join(map(words, outcome.changes))}, said {outcome.author}"


def _offer_ended(outcome: o.OfferEnded) -> str:
    cause = f" ({outcome.cause})" if outcome.cause else ""
    return f"offer to {outcome.agent} ended, {outcome.result.value}{cause}: {outcome.why}"


def choice(made: o.OfferMade) -> str:
    """Why this agent: by what, before whom, and why the others were not it. From what was kept with the decision."""
    before = f"; before {made.second}" if made.second else ""
    others = ", ".join(f"{count} {what}" for what, count in made.others)
    return f"{made.why}{before}{others and f'; not free or not fit: {others}'}"


def _relaxed(outcome: o.CallRelaxed) -> str:
    wants = {
        "requires": outcome.requires,
        "prefers": outcome.prefers,
        "also of": ", ".join(outcome.also),
        "only": outcome.only,
        "priority": outcome.priority,
        "head start": f"{outcome.head_start:g} s" if outcome.head_start else "",
    }
    said = "; ".join(f"{what} {wanted}" for what, wanted in wants.items() if wanted)
    return f"waits on, {outcome.why}: {said or 'anybody of his queue may answer'}"


def _released(outcome: o.ScriptReleased) -> str:
    release, versions = outcome.release, outcome.release.versions
    canary = f", canary {versions.canary} for {versions.share:.3g} of the calls" if versions.canary else ""
    who = f" by {release.author}" if release.author else ""
    return f"script {release.script} {outcome.kind.value}{who}: version {versions.hash}{canary}"


def _guest(outcome: o.GuestJoined | o.GuestSwitched | o.GuestLeft) -> str:
    return outcome.agent or "the outside number"


def _guest_called(outcome: o.GuestCalled) -> str:
    if outcome.number:
        return f"{outcome.number} is rung for {outcome.by}: {outcome.mode.value} of {outcome.talks_with}'s talk"
    return f"{outcome.agent}'s phone is rung for {outcome.by}: {outcome.mode.value} of {outcome.talks_with}'s talk"


def _call_started(outcome: o.CallStarted) -> str:
    if outcome.origin is CallOrigin.INBOUND:
        began = "call from {o.caller_number} to {o.called_number} arrived at entry {o.entry} on {o.node}"
    elif outcome.by:
        began = "{o.by} called {o.called_number} on {o.node}"
    else:
        began = "{o.origin.value} call with {o.caller_number} began on {o.node}"
    return began.format(o=outcome)


def _dialled(outcome: o.Dialled) -> str:
    whom = f"{outcome.agent} is rung at {outcome.number}" if outcome.agent else f"{outcome.number} is rung"
    return f"{whom}{f', shown {outcome.shown}' if outcome.shown else ''}: {outcome.why}"


OUTCOMES: dict[type, Template] = {
    o.SettingsTaken: "settings {o.settings.hash} are in force",
    o.NodeConnected: "node {o.node} is connected",
    o.NodeLost: "node {o.node} is lost: {o.why}",
    o.NodeSynced: "node {o.node} agrees with the floor on {o.legs} legs",
    o.SurveyAsked: "node {o.node} was asked which channels it has",
    o.CallStarted: _call_started,
    o.OwnCallBegan: "{o.agent} calls {o.number} on his own phone",
    o.OwnCallEnded: "{o.agent} is done with his own call: {o.why}",
    o.OtherCallBegan: "the phone {o.user} is in another call, with {o.number}",
    o.OtherCallAnswered: "they talk",
    o.OtherCallEnded: "the phone is done with that call ({o.cause}): {o.why}",
    o.Dialled: _dialled,
    o.DialRinging: "the phone of {o.agent} rings",
    o.DialRefused: "{o.agent}'s device of leg {o.leg} did not take it: {o.cause}",
    o.DialRung: "{o.agent}'s next device is rung",
    o.DialAnswered: "the other side answered on leg {o.leg}",
    o.DialEnded: "the other side was not reached ({o.cause}): {o.why}",
    o.LegOpened: _leg_opened,
    o.LegConnected: "leg {o.leg} was answered",
    o.LegClosed: "leg {o.leg} ended: {o.cause}",
    o.StepStarted: "script {o.script}: step {o.step} ({o.kind}) began",
    o.StepEnded: _step_ended,
    o.StepPassed: "script {o.script}: step {o.step} ({o.kind}) led to {o.to}: {o.result}",
    o.ScriptReleased: _released,
    o.SpeechSkipped: "step {o.step}: {o.said!r} was not heard: {o.why}",
    o.CallCameOver: (
        "sent by site {o.site}, where his call was {o.origin} and he waited {o.waited:.0f} s at priority {o.priority}"
    ),
    o.CallTagged: lambda outcome: f"tagged {', '.join(outcome.tags)}",
    o.RecordingChosen: lambda outcome: (
        f"its talks are {'recorded; the caller was told' if outcome.on else 'not recorded'}"
    ),
    o.SurveyAnswered: "answered {o.question} with {o.score}",
    o.MessageBegun: "a message for {o.box} is recorded to {o.path}",
    o.MessageEnded: "the message for {o.box} is {o.result.value}: {o.why}",
    o.MessageDone: "{o.author} has dealt with the message for {o.box}",
    o.CallEnqueued: "waits in {o.queue} with priority {o.priority}: {o.why}",
    o.CallRelaxed: _relaxed,
    o.QueueAnnounced: _announced,
    o.MusicStarted: "hold music plays",
    o.MusicStopped: "hold music ended: {o.why}",
    o.VisitEnded: _visit_ended,
    o.CallbackPromised: "{o.number} is promised a call by queue {o.queue}: {o.why}",
    o.CallbackDue: "promise {o.promise} stands in line: {o.why}",
    o.CallbackPutOff: "promise {o.promise} waits until the hours are open: {o.why}",
    o.CallbackRelaxed: "promise {o.promise} is relaxed: {o.why}",
    o.CallbackMoved: "promise {o.promise} stands in queue {o.to} from now on: {o.why}",
    o.CallbackBegun: "it is the turn of promise {o.promise}: an agent of {o.queue} is rung first",
    o.CustomerRung: "{o.agent} is there; {o.number} is rung",
    o.CallbackTried: "calling back: {o.result.value} ({o.why})",
    o.CallbackEnded: "promise {o.promise} is over, {o.result.value}: {o.why}",
    o.OfferMade: lambda outcome: f"offered to {outcome.agent}: {choice(outcome)}",
    o.OfferRinging: "{o.agent}'s phone rings",
    o.DeviceRefused: "{o.agent}'s device of leg {o.leg} did not take it: {o.result.value} ({o.cause})",
    o.DeviceRung: "{o.agent}'s next device is rung",
    o.OfferAnswered: "{o.agent} answered",
    o.OfferEnded: _offer_ended,
    o.TalkStarted: "talks with {o.agent} after waiting {o.waited:.1f} s",
    o.RecordingNotWritten: "recording {o.recording} is missing or not whole: {o.why}",
    o.TalkTransferred: lambda outcome: (
        f"{outcome.by} transfers him from {outcome.agent} to {outcome.target}"
        f"{', whom he asked first' if outcome.attended else ''}"
    ),
    o.GuestCalled: _guest_called,
    o.GuestJoined: lambda outcome: f"{_guest(outcome)} is there ({outcome.mode.value})",
    o.GuestSwitched: lambda outcome: f"{_guest(outcome)} goes on as {outcome.mode.value}, by {outcome.by}",
    o.GuestLeft: lambda outcome: f"{_guest(outcome)} is no longer there ({outcome.result.value}): {outcome.why}",
    o.AsideStarted: "his agent hears a sound of his own, while he is on hold",
    o.RecordingPaused: "{o.by} paused the recording: silence is recorded",
    o.RecordingResumed: "{o.by} resumed the recording",
    o.TransferRefused: "the transfer to {o.target} was refused: {o.why}",
    o.TalkHeld: lambda outcome: f"{outcome.agent}'s talk is {'on hold' if outcome.on else 'taken back'}",
    o.TalkEnded: "talk with {o.agent} ended after {o.talked:.1f} s, by {o.by}",
    o.WrapupStarted: "{o.agent} wraps up",
    o.WrapupExtended: "{o.agent} needs more time to wrap up, said {o.author}",
    o.NailedRung: "{o.agent}'s phone is rung for his nailed-up leg {o.leg}",
    o.NailedStands: "{o.agent}'s nailed-up leg stands",
    o.NailedEnded: "{o.agent}'s nailed-up leg is over ({o.cause}): {o.why}",
    o.WrapupEnded: "{o.agent} wrapped up: {o.why}",
    o.AgentRemoved: "agent {o.agent} was taken off the list: {o.why}",
    o.AgentAdded: "agent {o.agent.agent} ({o.agent.phone}) was set by {o.author}",
    o.AgentChanged: _agent_changed,
    o.AgentFollowsFiles: lambda outcome: (
        f"of agent {outcome.agent} {', '.join(outcome.fields)} as in the files: {outcome.why}"
    ),
    o.AgentStatusChanged: _status,
    o.AgentRested: "no offers to {o.agent} for a while: {o.why}",
    o.CallLeaving: "is leaving ({o.result.value}): {o.why}",
    o.CallAtWayOut: "the last resort has the caller: {o.why}",
    o.CallUnattended: "came and went by the last resort ({o.cause}): {o.why}",
    o.CallResumed: "goes on: {o.why}",
    o.CallEnded: "call ended ({o.result.value}, {o.cause}): {o.why}",
    o.Healed: "put right on {o.node}: {o.what}",
    o.DeadlinePassed: "{o.kind} deadline of {o.subject} passed",
    o.CalendarOverridden: lambda outcome: (
        f"calendar {outcome.calendar} is {'open' if outcome.open else 'closed'} by {outcome.author}: {outcome.reason}"
    ),
    o.QueueModeChanged: "queue {o.queue} is {o.mode.value} by {o.author}: {o.reason}",
    o.CalendarFollowed: "calendar {o.calendar} follows its hours: {o.why}",
    o.OrderAccepted: "done for {o.author}: {o.what}",
    o.OrderRefused: "refused to {o.author}: {o.why}",
}

INPUTS: dict[type, Template] = {
    f.SettingsLoaded: "settings {o.settings.hash} were read",
    f.ReleasesFound: lambda fact: f"the records know what was published of {len(fact.releases)} scripts",
    f.TimePassed: "a deadline fell due",
    f.NodeUp: "link to {o.node} stands",
    f.NodeDown: "link to {o.node} is gone: {o.why}",
    f.LegParked: "leg {o.leg} parked on {o.node}",
    f.LegRinging: "leg {o.leg} rings",
    f.LegAnswered: "leg {o.leg} answered",
    f.LegEnded: "leg {o.leg} ended: {o.cause}",
    f.LegsJoined: "legs {o.leg} and {o.other} joined",
    f.LegHeld: "leg {o.leg} put the other on hold",
    f.LegUnheld: "leg {o.leg} took the other back",
    f.ExecuteEnded: "{o.execute} ended: {o.response}",
    f.LookedUp: lambda fact: f"{fact.execute} looked up: {fact.answer.value}{fact.why and f', {fact.why}'}",
    f.RecordingFailed: "recording on {o.leg} failed: {o.why}",
    f.MaskFailed: "the recording on {o.leg} could not be masked: {o.why}",
    f.ExecuteFailed: "{o.execute} failed: {o.why}",
    f.SpeechFailed: "{o.said!r} was left out of {o.execute}: {o.why}",
    f.BridgeFailed: "bridging {o.leg} and {o.other} failed: {o.why}",
    f.OtherCallHeard: "the phone {o.user} is in a call on leg {o.leg}",
    f.OtherCallOver: "leg {o.leg} of a phone ended: {o.cause}",
    f.LegsSeen: lambda fact: f"{fact.node} has {len(fact.told) + len(fact.legs)} channels{' and more' * fact.more}",
    f.WayOutNoted: "{o.node} noted that the last resort had {o.leg}",
    r.AddAgent: "{o.author}: set agent {o.agent.agent}",
    r.ChangeAgent: lambda order: f"{order.author}: agent {order.agent} {', '.join(map(words, order.changes))}",
    r.FollowFiles: lambda order: f"{order.author}: agent {order.agent} {', '.join(order.fields) or 'all'} by the files",
    r.LogIn: "{o.author}: log in {o.agent}",
    r.LogOut: "{o.author}: log out {o.agent}",
    r.MakeReady: "{o.author}: {o.agent} ready",
    r.TakeBreak: "{o.author}: {o.agent} on break ({o.reason})",
    r.EndWrapup: "{o.author}: {o.agent}'s wrap-up is over",
    r.ExtendWrapup: "{o.author}: {o.by:.0f} s more for {o.agent}'s wrap-up",
    r.AddCallback: "{o.author}: promise {o.number} a call by queue {o.queue}",
    r.CancelCallback: "{o.author}: cancel promise {o.promise}",
    r.FinishMessage: "{o.author}: message {o.message} is dealt with",
    r.NailUp: lambda order: f"{order.author}: {'ring' if order.up else 'hang up'} {order.agent}'s nailed-up leg",
    r.DialOut: "{o.author}: {o.agent} dials {o.number}",
    r.HangUpCall: "{o.author}: hang up {o.call}",
    r.HoldCall: lambda order: f"{order.author}: {'hold' if order.on else 'take back'} {order.call}",
    r.TransferCall: "{o.author}: transfer {o.call} to {o.to}",
    r.ConsultCall: "{o.author}: ask {o.to} about {o.call}",
    r.SettleConsult: "{o.author}: {o.how.value} of the consultation about {o.call}",
    r.JoinCall: "{o.author}: {o.mode.value} {o.call} as {o.agent}",
    r.LeaveCall: "{o.author}: {o.agent} leaves {o.call}",
    r.PauseRecording: lambda order: (
        f"{order.author}: {'pause' if order.paused else 'resume'} recording of {order.call}"
    ),
    r.PublishScript: "{o.author}: publish version {o.source.hash} of script {o.source.name}",
    r.OverrideCalendar: lambda order: (
        f"{order.author}: calendar {order.calendar} {'open' if order.open else 'closed'} now ({order.reason})"
    ),
    r.ChangeQueue: "{o.author}: queue {o.queue} {o.mode.value} ({o.reason})",
    r.MoveCallers: "{o.author}: move callers of queue {o.queue} to {o.to}",
    r.SetPriority: "{o.author}: priority {o.priority} for {o.call}",
    r.FollowCalendar: "{o.author}: calendar {o.calendar} follows its hours",
    r.RollBackScript: "{o.author}: roll back script {o.script}",
}


def sentence(value: object, templates: dict[type, Template] = OUTCOMES) -> str:
    """`value` for a reader; its class name when there is no sentence for it."""
    template = templates.get(type(value), type(value).__name__)
    return template.format(o=value) if isinstance(template, str) else template(value)
