"""What is asked of the world, in the imperative. Requests go out after the journal has the outcomes behind them.

A request that expects an answer has its deadline in State, set by the outcome that came with it.
"""

from __future__ import annotations

from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, NodeName, QueueName, Seconds
from ccswitch.model.nouns import GuestMode
from ccswitch.model.said import Said
from ccswitch.model.value import value


@value
class Claim:
    """Take the claim timer off a parked caller and put him under the watchdog (freeswitch-facts 2, 3)."""

    node: NodeName
    leg: LegId


@value
class Adopt:
    """A phone's own leg is its agent's leg from now on: it ends with the talk, and without us it is hung up."""

    node: NodeName
    leg: LegId
    agent: AgentId


@value
class Answer:
    """Answer the caller."""

    node: NodeName
    leg: LegId
    execute: ExecuteId


@value
class Play:
    """Play files and say words, one after the other; `ExecuteEnded` answers, and `SpeechFailed` tells of words that
    are not heard."""

    node: NodeName
    leg: LegId
    execute: ExecuteId
    files: tuple[Said, ...]


@value
class Collect:
    """As `Play`, and take keys, one try; `ExecuteEnded` answers with `digits` or `invalid` (freeswitch-facts 8)."""

    node: NodeName
    leg: LegId
    execute: ExecuteId
    files: tuple[Said, ...]
    least: int
    most: int
    timeout: Seconds  # silence after the prompt
    between: Seconds  # silence between two keys
    terminators: str
    pattern: str  # regular expression (PCRE) that the whole input must match
    checksum: str = ""  # "luhn": a masked number whose check digit is not right comes back as `invalid`
    barge_in: bool = True  # a key stops the files; else they are played first, and keys pressed meanwhile are forgotten
    masked: bool = False  # the digits are a secret: `switch/` hands on only how many there were


@value
class Quiet:
    """Stop whatever plays on a leg."""

    node: NodeName
    leg: LegId


@value
class Forget:
    """Wipe the masked digits that a collection left in the switch: `secret` names their channel variable."""

    node: NodeName
    leg: LegId
    secret: str


@value
class LookUp:
    """Ask what a script wants to know; `LookedUp` answers. Not a matter of the node: `lookups/` carries it out.

    `given` are the parameters with their values; `secrets` those whose value only the switch knows, each with the
    channel variable of `leg` that has it. `wanted` are the paths in the answer that the script asks for.
    """

    node: NodeName
    leg: LegId
    call: CallId
    execute: ExecuteId
    lookup: str
    caller_number: str
    given: tuple[tuple[str, str], ...] = ()
    secrets: tuple[tuple[str, str], ...] = ()
    wanted: tuple[str, ...] = ()


@value
class RingAgent:
    """Dial an agent's phone under a leg id that we chose; `LegRinging`, `LegAnswered`, `LegEnded` answer. Where there
    is no phone, an outside `number` by the node's gateway: whom an agent asks is to end as an agent's leg does."""

    node: NodeName
    call: CallId
    leg: LegId
    agent: AgentId
    phone: str
    queue: QueueName
    caller_number: str
    caller_name: str
    timeout: Seconds
    auto_answer: bool = False  # the phone is asked to answer by itself
    music: str = ""  # what his caller hears while his phone has him on hold
    number: str = ""  # outside
    nailed: bool = False  # the leg is to stand: after each talk it is back in park


@value
class RingCustomer:
    """Dial an outside number by the node's gateway under a leg id that we chose; `LegRinging`, `LegAnswered`,
    `LegParked`, `LegEnded` answer. Who answers is parked through the dialplan, as a caller who comes back from a talk
    is: with a claim timer, a way out, and back to park after a talk.

    He sees `caller_number` and `caller_name`; an empty number leaves both to the gateway.
    """

    node: NodeName
    call: CallId
    leg: LegId
    number: str
    caller_number: str
    caller_name: str
    timeout: Seconds


@value
class Bridge:
    """Join the caller to the agent's leg, caller first (freeswitch-facts 5); `LegsJoined` answers."""

    node: NodeName
    leg: LegId
    other: LegId


@value
class Record:
    """Record both sides of a talk to `path` on the node."""

    node: NodeName
    leg: LegId
    path: str


@value
class StopRecording:
    """End a recording that a talk began: what the caller hears and types after it is nobody's business."""

    node: NodeName
    leg: LegId
    path: str


@value
class Listen:
    """Let a parked leg listen to `other`, an agent's leg, with his partner; and be heard as `mode` says."""

    node: NodeName
    leg: LegId
    other: LegId
    mode: GuestMode


@value
class MaskRecording:
    """Let silence be recorded in the place of what is said (`on`), or what is said again; `MaskFailed` answers when the
    switch cannot. The file goes on: times in it stay true."""

    node: NodeName
    leg: LegId
    path: str
    on: bool


@value
class TakeMessage:
    """Record the caller to `path` until a key, `silence` seconds of silence, or `longest`; `ExecuteEnded` answers.

    Who says nothing at first has twice the silence.
    """

    node: NodeName
    leg: LegId
    execute: ExecuteId
    path: str
    longest: Seconds
    silence: Seconds


@value
class EndMessage:
    """Close the recording of a message whose wait is over."""

    node: NodeName
    leg: LegId
    path: str


@value
class Transfer:
    """Hand the caller to an outside number through the dialplan's way out of the house, or to another site by what the
    dialplan knows it by, with what is `passed` along (model/passed.py)."""

    node: NodeName
    leg: LegId
    number: str
    passed: str = ""


@value
class Repark:
    """Bring a caller back to park through the dialplan (heals a stranded leg, freeswitch-facts 5)."""

    node: NodeName
    leg: LegId


@value
class ParkLeg:
    """Bring an agent's nailed-up leg back to park, whatever it does; `LegParked` answers."""

    node: NodeName
    leg: LegId


@value
class HangUp:
    """End a leg with a FreeSWITCH hang-up cause."""

    node: NodeName
    leg: LegId
    cause: str


@value
class Survey:
    """Ask the switch for its own truth about these legs and every other of ours; `LegsSeen` answers."""

    node: NodeName
    expected: tuple[LegId, ...]


@value
class ForgetNote:
    """The node may forget what it noted of a caller (`WayOutNoted`): the journal has it."""

    node: NodeName
    leg: LegId


@value
class ProvisionPhone:
    """Make an agent's SIP account known on every node; the secret is fetched by the agent's name, never carried."""

    agent: AgentId
    phone: str


NodeRequest = (
    Claim
    | Adopt
    | Answer
    | Play
    | Collect
    | Quiet
    | Forget
    | RingAgent
    | RingCustomer
    | Bridge
    | Record
    | StopRecording
    | MaskRecording
    | Listen
    | TakeMessage
    | EndMessage
    | Transfer
    | Repark
    | ParkLeg
    | HangUp
    | Survey
    | ForgetNote
    | ProvisionPhone
)
Request = NodeRequest | LookUp
