"""What the call centre is made of, as people configure it. Live state is in `floor/state.py`."""

from __future__ import annotations

from enum import Enum

from ccswitch.model.calendars import Almanac
from ccswitch.model.ids import AgentId, NodeName, QueueName, ScriptHash, Seconds
from ccswitch.model.recordings import FOR_EVER, USUAL_PATH
from ccswitch.model.value import value


class Word(Enum):
    """One of a few words. Hashed as the one object that it is: every table of the floor is asked by such a word, and
    Enum's own hash is a function in Python."""

    __hash__ = object.__hash__


class AgentStatus(Word):
    """What the agent says."""

    OFFLINE = "offline"
    READY = "ready"
    BREAK = "break"


class AgentState(Word):
    """What the controller knows."""

    IDLE = "idle"
    CALLING = "calling"  # on his own phone, or it rings for him first
    OFFERED = "offered"
    RINGING = "ringing"
    TALKING = "talking"
    HOLDING = "holding"
    WRAPUP = "wrapup"
    ASSISTING = "assisting"  # rung for, or on, a call that is another's


class CallOrigin(Word):
    """Who wished for the call."""

    INBOUND = "inbound"  # the customer called us
    CALLBACK = "callback"  # we call him, as he was promised
    OUTBOUND = "outbound"  # an agent dialled out
    INTERNAL = "internal"  # between agents
    OTHER = "other"  # at an agent's phone, and no business of ours


class CallPlace(Word):
    """Where a call is. A call is in exactly one place."""

    SCRIPT = "script"  # an IVR script has the caller
    WAITING = "waiting"  # in a queue, with or without an offer out
    DIALLING = "dialling"  # an agent is being rung for it, or is ready and the customer is being rung
    BRIDGING = "bridging"  # an agent answered; FreeSWITCH was asked to join them
    TALKING = "talking"
    RETURNING = "returning"  # the talk is over; the caller is on his way back to park
    LEAVING = "leaving"  # handed to an outside number or hung up by us; only the end is awaited
    WAYOUT = "wayout"  # the watchdog or the claim timer took the caller to the last resort


class LegRole(Word):
    """Whose leg it is."""

    CALLER = "caller"
    AGENT = "agent"
    CUSTOMER = "customer"  # outside, whom an agent dialled
    GUEST = "guest"


class GuestMode(Word):
    """What a guest does at a talk."""

    MONITOR = "monitor"  # hears both, and nobody hears him
    WHISPER = "whisper"  # the agent hears him too
    BARGE = "barge"  # both hear him
    TAKE = "take"  # the caller is to talk with him
    CONSULT = "consult"  # the agent asks him, while the caller is on hold and hears neither
    CONFERENCE = "conference"  # whom the agent asked talks with both


class Settling(Word):
    """What becomes of a caller on hold for whom somebody was asked."""

    COMPLETE = "complete"  # he talks with whom his agent asked, and his agent wraps up
    CONFERENCE = "conference"  # all three hear each other
    BACK = "back"  # he talks with his agent again, alone


class GuestResult(Word):
    """How a guest's stay ended."""

    LEFT = "left"  # he hung up
    DISMISSED = "dismissed"  # by an order
    TALK_OVER = "talk_over"
    NOT_REACHED = "not_reached"
    TOOK = "took"  # the caller talks with him


class OfferResult(Word):
    """How an offer ended. Exactly one per offer."""

    TALKED = "talked"
    RONA = "rona"
    REJECTED = "rejected"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"  # the caller left, or the agent was taken off the floor
    DROPPED = "dropped"  # the agent answered and was gone before the bridge stood
    FAILED = "failed"  # the switch could not do it


class VisitResult(Word):
    """How a stay in a queue ended. Exactly one per visit."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    WAYOUT = "wayout"  # no controller was there; the dialplan's last resort took the caller
    LOST = "lost"  # the switch lost the call (restart)
    HUNG_UP = "hung_up"  # ended by an order
    REMOVED = "removed"  # the queue was taken from the files; the caller was sent elsewhere
    OVERFLOWED = "overflowed"  # a rule of the queue sent him elsewhere
    EXITED = "exited"  # he pressed one of the queue's exit keys
    CALLBACK = "callback"  # sent on to be called back, by a rule, a key or an order; his place is kept
    TRANSFERRED = "transferred"  # moved by an agent or a phone
    MOVED = "moved"  # moved by a supervisor


class QueueMode(Word):
    """What a supervisor has said of a queue."""

    OPEN = "open"  # nothing: it takes callers and they are answered
    PAUSED = "paused"  # callers come and wait; nobody is offered one
    DRAINING = "draining"  # nobody new; who waits is answered
    CLOSED = "closed"  # nobody new, and who waits is sent elsewhere


class AttemptResult(Word):
    """What came of one dialling of a customer who was promised to be called back."""

    TALKED = "talked"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"
    FAILED = "failed"  # the switch could not do it, or lost the call
    CANCELLED = "cancelled"  # the agent was gone before the customer answered: no try of his


class CallbackResult(Word):
    """How a promise to call back ended. Exactly one per promise."""

    KEPT = "kept"  # customer and agent talked
    UNREACHED = "unreached"  # every try was in vain
    EXPIRED = "expired"  # no agent came to it in time
    CALLED_IN = "called_in"  # he called again himself, and his new call took the place in line
    LEFT = "left"  # he answered, and was gone before an agent talked with him
    CANCELLED = "cancelled"  # by an order


class MessageResult(Word):
    """How a message that a caller was asked for ended."""

    LEFT = "left"
    EMPTY = "empty"  # nobody spoke
    FAILED = "failed"  # it could not be recorded


class CallResult(Word):
    """How a call ended. Exactly one per call."""

    ANSWERED = "answered"  # talked with an agent
    ABANDONED = "abandoned"  # hung up while waiting in a queue
    LEFT = "left"  # hung up while a script had him, or before anybody did
    SERVED = "served"  # the script came to its end
    TRANSFERRED = "transferred"  # handed to an outside number
    UNREACHED = "unreached"  # we called, and the customer could not be had
    WAYOUT = "wayout"
    LOST = "lost"
    HUNG_UP = "hung_up"  # ended by an order
    REFUSED = "refused"  # an agent's phone wanted what it may not, or nobody understands


# Digits, with a + before a country code: no feature codes, which a carrier would obey.
CALLBACK_NUMBERS = r"\+?[0-9]{3,20}"


@value
class Queue:
    """Callers waiting for the same kind of answer, with its rules. Durations in seconds."""

    name: QueueName
    music: str = "local_stream://moh"  # any FreeSWITCH play path
    ring_timeout: Seconds = 20.0
    wrapup: Seconds = 10.0
    record: bool = False
    recording_path: str = ""  # below the recordings' folder (model/recordings.py); empty: as for all queues
    keep_recordings: str = ""  # for so long; empty: as for all queues
    short_abandon: Seconds = 5.0
    target: Seconds = 30.0  # the answer-within time that the service level counts
    skills: str = ""  # what is required of whoever answers, as lang.zh >= 5 and not trainee
    prefers: str = ""  # what is liked in whoever answers, and not required
    head_start: Seconds = 0.0  # its callers count to have come so much earlier; below zero: later
    strategy: str = "longest_idle"  # which of the agents who fit is rung (acd/strategies.py)
    ring_most: int = 5  # of ring_all: so many phones at once
    order: tuple[AgentId, ...] = ()  # of ordered: who is rung first
    sticky_for: Seconds = 0.0  # who talked with one of its agents so lately waits for him alone at first; 0: nobody
    sticky_wait: Seconds = 30.0  # for so long, then for anybody who fits
    auto_answer: bool = False  # agents' phones are asked to answer by themselves
    rules: tuple[str, ...] = ()  # what happens to whoever waits, as "after 20s: billing >= 3" (acd/rules.py)
    exit_keys: tuple[str, ...] = ()  # what he may press, as "1=voicemail:sales" (acd/exit_keys.py)
    announce_position: bool = False  # he is told his place between stretches of music
    announce_up_to: int = 0  # places further back are not told; 0: all are
    announce_wait: bool = False  # and what he may expect, where that is known well enough (floor/pace.py)
    announce_from: Seconds = 60.0  # shorter waits are not told
    announce_first: Seconds = 20.0  # after he joined
    announce_every: Seconds = 60.0
    comfort: tuple[str, ...] = ()  # FreeSWITCH play paths, one each time, in turn
    language: str = ""  # of what he is told, where no script of his says one; empty: the site's
    rona_limit: int = 0  # of its offers rung out in a row; 0: as for all queues (`FloorSettings.rona_limit`)
    rona_status: str = "break"  # which an agent then has: break, offline, or ready as before
    rona_reason: str = "rona"  # of that break
    caller_number: str = ""  # what the outside sees when one of its agents dials; empty: the site's
    callback_ring: Seconds = 30.0  # how long a customer who is called back is rung
    callback_tries: int = 3  # how often, before the promise counts as one that could not be kept
    callback_retry_after: Seconds = 300.0  # between two tries
    callback_within: Seconds = 14_400.0  # a promise that nobody comes to for so long, once it is due, expires
    callback_target: Seconds = 1800.0  # who is called within so long after his time is called in time
    callback_hours: str = ""  # the calendar outside of whose hours nobody is called back; empty: none
    callback_shows: str = ""  # the number that he sees; empty: the gateway's own

    @property
    def announces(self) -> bool:
        """Its callers are told something while they wait."""
        return bool(self.announce_position or self.announce_wait or self.comfort)


OF_THE_HOUSE = ("login", "rona", "line_down")  # reasons that the floor itself gives


@value
class BreakReason:
    """Why an agent may be on break, as supervisors define it."""

    name: str
    label: str = ""  # as people read it
    paid: bool = False
    limit: Seconds = 0.0  # how long such a break may be; 0: as long as it takes
    then: str = "tell"  # when it is over: tell (the boards show it), ready or offline


# How an agent's phone is reached: rung for each call, or rung once for a leg that stands.
ON_DEMAND, NAILED_UP = "on_demand", "nailed_up"


@value
class Agent:
    """A person who answers. How a `phone` is written: see `switch/phone_address.py` (`1001`, `sip:…`, `trunk:…`)."""

    agent: AgentId
    name: str = ""
    phone: str = ""
    queues: tuple[QueueName, ...] = ()
    skills: tuple[str, ...] = ()  # as billing=7 (model/skills.py)
    caller_number: str = ""  # what the outside sees when he dials; empty: his queue's, or the site's
    auto_answer: bool = False  # his phone is asked to answer by itself, whatever the queue
    phones: tuple[str, ...] = ()  # further devices of his
    ring: str = "together"  # or in_turn, each for the queue's ring time
    weight: int = 1  # of weighted_random: how often he is rung beside the others
    takes: str = "one_order"  # which caller, when he is free: the first of all his queues', or `first_queue`'s
    connection: str = ON_DEMAND  # or nailed_up

    @property
    def devices(self) -> tuple[str, ...]:
        """Every phone of his, the first one first."""
        if self.phone and not self.phones:
            return (self.phone,)
        return tuple(dict.fromkeys(phone for phone in (self.phone, *self.phones) if phone))


@value
class AgentChange:
    """What an order says of one field of an agent (model/agent_changes.py has the fields and their values)."""

    field: str
    value: str


@value
class Entry:
    """What a dialplan names when it hands a call over: an `agent`, who is rung when he is there, or else a `script` or
    a `queue`; not both of these."""

    name: str
    dids: tuple[str, ...] = ()  # called numbers, or regular expressions when they begin with ^
    script: str = ""
    queue: QueueName = QueueName("")
    agent: AgentId = AgentId("")
    priority: int = 0
    skills: str = ""  # required of whoever answers its callers
    prefers: str = ""
    campaign: str = ""  # whose callers they are: its numbers are known from that


@value
class Mark:
    """What a tag of a call, a customer's level, or a campaign means for his place in line and for who answers him."""

    name: str
    head_start: Seconds = 0.0
    skills: str = ""  # required of whoever answers
    prefers: str = ""


@value
class OtherSite:
    """Another site of the house, to which callers may be sent (`site:NAME`) and from which they may come."""

    name: str
    dial: str  # sip:4000@192.0.2.9:5060 or trunk:GATEWAY/4000
    addresses: tuple[str, ...] = ()  # networks from which its calls come; what they bring is taken of no others


@value
class FeatureCodes:
    """What agents dial on their own phones to say what they do; an empty one is no code."""

    login: str = "*11"
    logout: str = "*12"
    ready: str = "*13"
    on_break: str = "*14"  # followed by the number of a reason, or by nothing
    end_wrapup: str = "*15"
    extend_wrapup: str = "*16"
    reasons: tuple[str, ...] = (
        "1=lunch",
        "2=meeting",
        "3=training",
    )  # as 1=lunch: the number behind `on_break`, and the reason that it is
    language: str = "en"  # in which phones are answered; empty: by tones alone


@value
class Dialling:
    """What agents may dial beside the numbers of the house. Durations in seconds."""

    emergency: tuple[str, ...] = ("110", "119", "120")  # go out by the dialplan, with or without a controller
    caller_number: str = ""  # what the outside sees; empty: what the gateway says
    prefix: str = ""  # dialled before an outside number
    out: tuple[str, ...] = ()  # regular expressions; a number may be dialled that is, to its end, one of them
    ring_timeout: Seconds = 60.0  # of an outside number
    agent_timeout: Seconds = 20.0  # of an agent who is called by his own number
    wrapup: Seconds = 10.0  # after a talk with a customer who came by no queue
    record: bool = False  # such talks
    unclaimed: str = "tone_stream://%(250,250,480,620);loops=12"  # what a phone hears whose call nobody takes up


class LookupAnswer(Enum):
    """What came of a look-up."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    FAILED = "failed"  # no answer in time, or none that can be used


@value
class Lookup:
    """A look-up that scripts may name. Where and how it is asked is the world's matter."""

    name: str
    limit: Seconds = 10.0  # from the question to the answer, every try of it
    parameters: tuple[str, ...] = ()  # what it must be given
    optional: tuple[str, ...] = ()  # what it may be given
    takes_masked: tuple[str, ...] = ()  # of these, the ones that may be digits nobody knows


@value
class ScriptSource:
    """An IVR script as its author wrote it; `hash` is the SHA-256 of `text`, first 16 hex digits."""

    name: str
    hash: str
    text: str


class ReleaseKind(Word):
    """How a version came to be in force."""

    PUBLISHED = "published"  # for all new calls
    CANARY = "canary"  # for a share of the new calls
    PROMOTED = "promoted"  # the canary, for all
    ROLLED_BACK = "rolled_back"  # an earlier version for all, or the canary's end
    FOUND = "found"  # in the records, by a controller with a new journal


@value
class InForce:
    """The versions of a script that new calls take: `hash`, and for a `share` (of 1) of them `canary`."""

    hash: ScriptHash
    canary: ScriptHash = ScriptHash("")
    share: float = 0.0


@value
class Release:
    """What a person put in force of a script, at `since`. `before` was in force until then, empty when nothing was."""

    script: str
    versions: InForce
    before: ScriptHash = ScriptHash("")
    author: str = ""
    comment: str = ""
    since: Seconds = 0.0


@value
class FloorSettings:
    """What the brain needs to know of the configuration. Enters as an input with a content hash."""

    hash: str
    nodes: tuple[NodeName, ...] = ()
    trunks: tuple[NodeName, ...] = ()  # of the nodes, those with a gateway to numbers outside
    queues: tuple[Queue, ...] = ()
    agents: tuple[Agent, ...] = ()
    marks: tuple[Mark, ...] = ()
    reasons: tuple[BreakReason, ...] = ()  # for breaks; none: any text is one
    entries: tuple[Entry, ...] = ()
    sites: tuple[OtherSite, ...] = ()
    scripts: tuple[ScriptSource, ...] = ()
    lookups: tuple[Lookup, ...] = ()
    almanac: Almanac = Almanac()
    language: str = ""  # in which callers are spoken to where neither script nor queue says one
    codes: FeatureCodes = FeatureCodes()
    dialling: Dialling = Dialling()
    callback_numbers: str = CALLBACK_NUMBERS  # which may be called back, as a regular expression of the whole number
    recordings: str = "/var/lib/ccswitch/recordings"
    recording_path: str = USUAL_PATH  # below that folder
    keep_recordings: str = FOR_EVER  # for so long
    priority_worth: Seconds = 60.0  # each priority of a caller counts as so much earlier an arrival
    most_head_start: Seconds = 3600.0  # and nothing as more than this: the bound on who may overtake whom
    transfers_out: tuple[str, ...] = ()  # patterns of outside numbers that agents' own phones may transfer callers to
    rona_limit: int = 2  # offers an agent lets ring out in a row before he is put on break
    rest_after_refusal: Seconds = 10.0  # busy, declined, rang out: not offered to again for so long
    rest_unreachable: Seconds = 30.0  # the phone could not be reached
    guard: Seconds = 0.0  # after "ready" and after wrap-up an agent is not offered to for so long
    longest_wrapup: Seconds = 600.0  # to which wrap-up can be extended
    bridge_within: Seconds = 2.0  # freeswitch-facts 5: CHANNEL_BRIDGE comes in about 60 ms
    return_within: Seconds = 5.0  # after a talk the caller is back in park within this
    zip_tone: str = "tone_stream://%(200,0,480)"  # before a nailed-up agent's call, 5 s at most; empty: none
    nailed_music: str = ""  # between his calls: an endless FreeSWITCH play path; empty: silence
    shortest_talk: Seconds = 0.5  # a talk that the caller survives and that was shorter was none: he waits on
