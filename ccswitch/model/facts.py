"""What the world did, in the past tense. Facts come in; they carry only values, never live objects.

Each names the FreeSWITCH event it stands for. Strings that came from outside are hostile until `switch/strings.py`
has escaped them.

When things happened is when they were decided about: the journal says. Only how long something lasted at the switch
is judged by the switch, for news of its beginning and of its end may come late, and together: `at_switch` is the
event's stamp by the node's own clock (seconds; 20 ms apart; 0 when it is not told). It means nothing by itself, only
beside another one of the same node.
"""

from __future__ import annotations

from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName, Seconds
from ccswitch.model.nouns import FloorSettings, LookupAnswer, Release, ScriptSource
from ccswitch.model.value import value


@value
class SettingsLoaded:
    """The files were read (at start or on reload) and found right."""

    settings: FloorSettings


@value
class ReleasesFound:
    """The records say what was in force of each script that was ever published; a new journal does not know it."""

    releases: tuple[Release, ...]
    sources: tuple[ScriptSource, ...]


@value
class TimePassed:
    """A deadline in State is due. Given by the engine when `next_due(state) <= now`."""


@value
class NodeUp:
    """The link to a node stands. `core` is its Core-UUID: another one than before means all its calls are gone."""

    node: NodeName
    core: str


@value
class NodeDown:
    """The link to a node is gone; its calls may well live on."""

    node: NodeName
    why: str


@value
class LegParked:
    """CHANNEL_PARK of a leg that is ours: a caller arrives, comes back after a talk, or an agent's leg is parked.

    `call` is the channel variable `ccs_call` (the call's first leg), `entry` is `ccs_entry`, `transfer_to` is what
    a phone's own REFER wished (`ccs_transfer`, freeswitch-facts 14). `user` is the account whose password a phone knew
    that calls (`ccs_user`): 1001, or 1001@example.com where it is not of the site's own SIP domain.
    """

    leg: LegId
    node: NodeName
    call: CallId
    agent_leg: bool = False
    entry: str = ""
    caller_number: str = ""
    caller_name: str = ""
    called_number: str = ""
    answered: bool = False
    transfer_to: str = ""
    user: str = ""
    passed: str = ""  # what another site says of him (model/passed.py)
    from_address: str = ""  # whence his call came, as the switch saw it
    direct: bool = False  # parked without the dialplan (CS_PARK): a bridge that did not come to be
    at_switch: Seconds = 0.0


@value
class LegRinging:
    """CHANNEL_PROGRESS or CHANNEL_PROGRESS_MEDIA of a leg that we dialled."""

    leg: LegId


@value
class LegAnswered:
    """CHANNEL_ANSWER."""

    leg: LegId


@value
class LegEnded:
    """CHANNEL_HANGUP_COMPLETE, or a dialling that failed before a channel was (freeswitch-facts 11)."""

    leg: LegId
    cause: str  # FreeSWITCH's hang-up cause, as USER_BUSY
    by_phone: bool = False  # its own phone ended it (a BYE, CANCEL or refusal came in)
    unspoken: bool = False  # nobody spoke in the recording that its end ended
    unrecorded: str = ""  # why its recording could not be written to the end, empty when it was or none was wanted
    at_switch: Seconds = 0.0


@value
class LegsJoined:
    """CHANNEL_BRIDGE: `leg` and `other` hear each other."""

    leg: LegId
    other: LegId
    at_switch: Seconds = 0.0


@value
class LegHeld:
    """CHANNEL_HOLD: this phone put the other on hold."""

    leg: LegId


@value
class LegUnheld:
    """CHANNEL_UNHOLD."""

    leg: LegId


@value
class ExecuteEnded:
    """CHANNEL_EXECUTE_COMPLETE of an application that we started under `execute`.

    For a collection `digits` are the keys that matched, `invalid` those that did not (freeswitch-facts 8); those of a
    masked collection are stars, and `secret` names the channel variable that has them. `unheard`: its prompt could not
    be played, so no key was awaited. `unspoken`: what was recorded beside it ended because nobody spoke.
    """

    leg: LegId
    execute: ExecuteId
    response: str = ""
    digits: str = ""
    invalid: str = ""
    unheard: bool = False
    unspoken: bool = False
    secret: str = ""


@value
class LookedUp:
    """The answer to a look-up that was asked for under `execute`.

    `values` are what was asked of it, by the path in the answer: texts from outside, cleaned and cut. `why` says what
    went wrong when the answer is `failed`.
    """

    call: CallId
    execute: ExecuteId
    answer: LookupAnswer
    values: tuple[tuple[str, str], ...] = ()
    why: str = ""


@value
class RecordingFailed:
    """The switch could not begin to write a recording; `why` is what its `record_completion_cause` means."""

    leg: LegId
    why: str


@value
class MaskFailed:
    """The switch could not mask or unmask the recording that it writes of this leg."""

    leg: LegId
    why: str


@value
class ExecuteFailed:
    """The switch refused to start an application (`-ERR invalid session id` and the like)."""

    leg: LegId
    execute: ExecuteId
    why: str


@value
class SpeechFailed:
    """Words of the application `execute` that are not heard: no recording, no engine, or not ready in time."""

    leg: LegId
    execute: ExecuteId
    said: str
    why: str


@value
class BridgeFailed:
    """`uuid_bridge` was refused outright; no event will come."""

    leg: LegId
    other: LegId
    why: str


@value
class OtherCallHeard:
    """CHANNEL_PROGRESS, CHANNEL_PROGRESS_MEDIA or CHANNEL_ANSWER of a leg that is not ours, at a phone of the house.

    `user` is the phone's account, as in LegParked; `number` is the other side, as the switch has it. `outgoing`: the
    phone called.
    """

    leg: LegId
    node: NodeName
    user: str
    number: str = ""
    outgoing: bool = False
    answered: bool = False


@value
class OtherCallOver:
    """CHANNEL_HANGUP_COMPLETE of such a leg; `talked` is from its answer to its end, by the node's clock."""

    leg: LegId
    cause: str
    talked: Seconds = 0.0


@value
class LegSeen:
    """One channel as the switch itself describes it (`uuid_dump`)."""

    leg: LegId
    call: CallId  # ccs_call, empty when the channel is not ours
    agent_leg: bool
    parked: bool  # runs `park`, or an application of ours on top of it
    answered: bool
    orphaned: bool  # the way out has it (ccs_orphan=true)
    peer: LegId | None  # the leg it talks to, confirmed by Channel-Call-UUID
    stranded: bool  # unbridged in CS_SOFT_EXECUTE or CS_RESET
    bridged_at_switch: Seconds = 0.0  # when it was last joined to another
    held: bool = False  # it is on hold, or its phone has put its partner there
    entry: str = ""
    caller_number: str = ""
    caller_name: str = ""
    called_number: str = ""
    user: str = ""  # as in LegParked


@value
class LegsSeen:
    """The switch's own truth: every channel of ours on `node`, asked for at `asked_at`.

    That of a busy node is told in several facts. What the switch has of one call is in one of them; those with `more`
    say nothing of calls that they do not name, and the last says which legs were `told` of before it.
    """

    node: NodeName
    core: str
    asked_at: Seconds
    legs: tuple[LegSeen, ...]
    more: bool = False
    told: tuple[LegId, ...] = ()
    others: tuple[OtherCallHeard, ...] = ()  # every leg at a phone of the house that is not ours; of the last fact


@value
class WayOutNoted:
    """A caller whom the last resort had is gone, as the node itself noted when he ended. Instants by its clock."""

    node: NodeName
    leg: LegId
    call: CallId
    arrived: Seconds
    since: Seconds  # when the last resort took him
    ended: Seconds
    cause: str  # FreeSWITCH's hang-up cause
    entry: str = ""
    caller_number: str = ""
    caller_name: str = ""
    called_number: str = ""


Fact = (
    SettingsLoaded
    | ReleasesFound
    | TimePassed
    | NodeUp
    | NodeDown
    | LegParked
    | LegRinging
    | LegAnswered
    | LegEnded
    | LegsJoined
    | LegHeld
    | LegUnheld
    | ExecuteEnded
    | LookedUp
    | RecordingFailed
    | MaskFailed
    | ExecuteFailed
    | SpeechFailed
    | BridgeFailed
    | OtherCallHeard
    | OtherCallOver
    | LegsSeen
    | WayOutNoted
)
