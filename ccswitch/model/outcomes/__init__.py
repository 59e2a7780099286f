"""What was decided, in the past tense, each with its reason. Kept in the journal; State and SQL are folds over them.

One file a topic; what an outcome changes in State is in the file of the same name in `floor/appliers/`. A new outcome
is a class in its topic's file and its name here, twice: in the import, by which the other rooms know it, and in
`Outcome`, by which journal and snapshots do (`wire.py`).

Times are not in here: the journal stamps every outcome with the `now` of its decision.
"""

from __future__ import annotations

from ccswitch.model.outcomes.agents import (
    AgentAdded,
    AgentChanged,
    AgentFollowsFiles,
    AgentRemoved,
    AgentRested,
    AgentStatusChanged,
    WrapupEnded,
    WrapupExtended,
    WrapupStarted,
)
from ccswitch.model.outcomes.callbacks import (
    CallbackBegun,
    CallbackDue,
    CallbackEnded,
    CallbackMoved,
    CallbackPromised,
    CallbackPutOff,
    CallbackRelaxed,
    CallbackTried,
    CustomerRung,
)
from ccswitch.model.outcomes.calls import (
    CallAtWayOut,
    CallCameOver,
    CallEnded,
    CallLeaving,
    CallResumed,
    CallStarted,
    CallUnattended,
    LegClosed,
    LegConnected,
    LegOpened,
)
from ccswitch.model.outcomes.deadlines import DeadlinePassed
from ccswitch.model.outcomes.guests import AsideStarted, GuestCalled, GuestJoined, GuestLeft, GuestSwitched
from ccswitch.model.outcomes.in_force import (
    CalendarFollowed,
    CalendarOverridden,
    QueueModeChanged,
    ScriptReleased,
    SettingsTaken,
)
from ccswitch.model.outcomes.messages import MessageBegun, MessageDone, MessageEnded
from ccswitch.model.outcomes.nailed_up import NailedEnded, NailedRung, NailedStands
from ccswitch.model.outcomes.nodes import Healed, NodeConnected, NodeLost, NodeSynced, SurveyAsked
from ccswitch.model.outcomes.offers import DeviceRefused, DeviceRung, OfferAnswered, OfferEnded, OfferMade, OfferRinging
from ccswitch.model.outcomes.orders import OrderAccepted, OrderRefused
from ccswitch.model.outcomes.other_calls import OtherCallAnswered, OtherCallBegan, OtherCallEnded
from ccswitch.model.outcomes.own_calls import (
    DialAnswered,
    DialEnded,
    Dialled,
    DialRefused,
    DialRinging,
    DialRung,
    OwnCallBegan,
    OwnCallEnded,
)
from ccswitch.model.outcomes.queues import (
    CallEnqueued,
    CallRelaxed,
    MusicStarted,
    MusicStopped,
    QueueAnnounced,
    VisitEnded,
)
from ccswitch.model.outcomes.scripts import (
    CallTagged,
    RecordingChosen,
    SpeechSkipped,
    StepEnded,
    StepPassed,
    StepStarted,
    SurveyAnswered,
)
from ccswitch.model.outcomes.talks import (
    RecordingNotWritten,
    RecordingPaused,
    RecordingResumed,
    TalkEnded,
    TalkHeld,
    TalkStarted,
    TalkTransferred,
    TransferRefused,
)

Outcome = (
    SettingsTaken
    | ScriptReleased
    | CalendarOverridden
    | CalendarFollowed
    | QueueModeChanged
    | NodeConnected
    | NodeLost
    | NodeSynced
    | SurveyAsked
    | Healed
    | CallStarted
    | CallCameOver
    | LegOpened
    | LegConnected
    | LegClosed
    | CallLeaving
    | CallAtWayOut
    | CallResumed
    | CallUnattended
    | CallEnded
    | StepStarted
    | StepEnded
    | StepPassed
    | SpeechSkipped
    | CallTagged
    | RecordingChosen
    | SurveyAnswered
    | MessageBegun
    | MessageEnded
    | MessageDone
    | CallEnqueued
    | CallRelaxed
    | QueueAnnounced
    | MusicStarted
    | MusicStopped
    | VisitEnded
    | CallbackPromised
    | CallbackDue
    | CallbackPutOff
    | CallbackRelaxed
    | CallbackMoved
    | CallbackBegun
    | CustomerRung
    | CallbackTried
    | CallbackEnded
    | OfferMade
    | OfferRinging
    | DeviceRefused
    | DeviceRung
    | OfferAnswered
    | OfferEnded
    | OwnCallBegan
    | OwnCallEnded
    | Dialled
    | DialRinging
    | DialRefused
    | DialRung
    | DialAnswered
    | DialEnded
    | OtherCallBegan
    | OtherCallAnswered
    | OtherCallEnded
    | TalkStarted
    | TalkHeld
    | TalkEnded
    | TalkTransferred
    | AsideStarted
    | GuestCalled
    | GuestJoined
    | GuestSwitched
    | GuestLeft
    | TransferRefused
    | RecordingPaused
    | RecordingResumed
    | RecordingNotWritten
    | AgentAdded
    | AgentChanged
    | AgentFollowsFiles
    | AgentRemoved
    | AgentStatusChanged
    | AgentRested
    | WrapupStarted
    | WrapupExtended
    | WrapupEnded
    | NailedRung
    | NailedStands
    | NailedEnded
    | DeadlinePassed
    | OrderAccepted
    | OrderRefused
)
