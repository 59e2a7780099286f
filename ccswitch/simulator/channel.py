"""A channel as the switch keeps it: state, profile, variables, and the headers that its events carry."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ccswitch.simulator.profile import CallerProfile
from ccswitch.simulator.states import State, may

if TYPE_CHECKING:
    from ccswitch.simulator.far_end import FarEnd

_VARIABLE = "variable_"


@dataclass(slots=True)
class Dtmf:
    """A key that was pressed: the digit, its length in samples, and how it came. A sensitive one is told to nobody."""

    digit: str
    duration: int = 1600
    source: str = "RTP"
    sensitive: bool = False


@dataclass(slots=True)
class Flags:
    """What the switch notes on a channel besides its state."""

    transfer: bool = False  # told to go elsewhere: whatever runs must end
    redirect: bool = False
    controlled: bool = False  # parked
    stop: bool = False  # uuid_break
    bridged: bool = False
    bridge_originator: bool = False  # the first leg of a uuid_bridge
    bridge_handler: bool = False  # the uuid_bridge state handlers are in place
    hit_dialplan: bool = False
    early: bool = False
    answered: bool = False
    ring_ready: bool = False
    media: bool = False


@dataclass(slots=True)
class Channel:
    """One leg."""

    uuid: str
    direction: str
    name: str
    profile: CallerProfile
    far_end: FarEnd
    session_id: int = 0
    state: State = State.NEW
    running: State = State.NEW
    cause: str = ""
    flags: Flags = field(default_factory=Flags)
    other: CallerProfile | None = None
    other_type: str = ""
    call_uuid: str = ""
    vars: dict[str, str] = field(default_factory=dict)
    steps: deque[tuple[str, str]] = field(default_factory=deque)
    digits: deque[Dtmf] = field(default_factory=deque)
    private: deque[Any] = field(default_factory=deque)
    digits_dialed: str = ""
    held: bool = False

    def __post_init__(self) -> None:
        self.call_uuid = self.uuid
        self.vars.update(
            {
                "variable_direction": self.direction,
                "variable_uuid": self.uuid,
                "variable_call_uuid": self.uuid,
                "variable_session_id": str(self.session_id),
                "variable_channel_name": self.name,
            }
        )

    # -- variables ---------------------------------------------------------------------------------

    def get(self, name: str) -> str | None:
        """A variable's value, None when it is not set."""
        return self.vars.get(_VARIABLE + name)

    def set(self, name: str, value: str | None, checked: bool = True) -> None:
        """Set or, with None or an empty value, unset. A checked value that holds `${` is refused, as in the switch."""
        if not value:
            self.vars.pop(_VARIABLE + name, None)
        elif not (checked and "${" in value):
            self.vars[_VARIABLE + name] = value

    def lookup(self, name: str) -> str | None:
        """A variable, or else a field of the caller profile: what `${name}` stands for."""
        value = self.vars.get(_VARIABLE + name)
        return value if value is not None else self.profile.value(name)

    # -- state -------------------------------------------------------------------------------------

    def to(self, state: State) -> bool:
        """Ask for a state; False, and nothing changed, when the table does not know the way."""
        if state == self.state:
            return True
        if not may(self.state, state):
            return False
        self.state = state
        return True

    @property
    def up(self) -> bool:
        """Not hung up."""
        return self.state < State.HANGUP

    @property
    def ready(self) -> bool:
        """Up, and nobody told it to go elsewhere."""
        return self.state < State.HANGUP and not self.flags.transfer and not self.flags.redirect

    @property
    def hung_up_itself(self) -> bool:
        """The far end said BYE, CANCEL or no; otherwise the switch ended the call."""
        return (self.get("sip_hangup_disposition") or "").startswith("recv_")

    @property
    def answer_state(self) -> str:
        """As in the header Answer-State."""
        if self.state >= State.HANGUP and self.state is not State.NONE:
            return "hangup"
        if self.flags.answered:
            return "answered"
        return "early" if self.flags.early else "ringing"

    @property
    def call_state(self) -> str:
        """As in the header Channel-Call-State, one step behind the answer as the switch has it."""
        if self.running >= State.REPORTING:
            return "HANGUP"
        if self.flags.answered:
            return "HELD" if self.held else "ACTIVE"
        if self.flags.early:
            return "EARLY"
        rings = self.flags.ring_ready if self.direction == "outbound" else self.running > State.INIT
        return "RINGING" if rings else "DOWN"

    # -- headers -----------------------------------------------------------------------------------

    def basic(self) -> dict[str, str]:
        """The headers that every event of a channel has."""
        out = {
            "Channel-State": self.running.wire,
            "Channel-Call-State": self.call_state,
            "Channel-State-Number": str(int(self.state)),
            "Channel-Name": self.name,
            "Unique-ID": self.uuid,
            "Call-Direction": self.direction,
            "Presence-Call-Direction": self.direction,
            "Channel-HIT-Dialplan": "true" if self.flags.hit_dialplan or self.direction == "inbound" else "false",
            "Channel-Call-UUID": self.call_uuid,
            "Answer-State": self.answer_state,
        }
        if self.cause:
            out["Hangup-Cause"] = self.cause
        if self.flags.media:
            out.update(_CODEC)
        out.update(self.profile.headers("Caller"))
        if self.other is not None:
            if self.other_type:
                out["Other-Type"] = self.other_type
            out.update(self.other.headers("Other-Leg"))
        return out

    def extended(self) -> dict[str, str]:
        """`basic` and all variables."""
        out = self.basic()
        out.update(self.vars)
        return out


_CODEC = {
    "Channel-Read-Codec-Name": "PCMA",
    "Channel-Read-Codec-Rate": "8000",
    "Channel-Read-Codec-Bit-Rate": "64000",
    "Channel-Write-Codec-Name": "PCMA",
    "Channel-Write-Codec-Rate": "8000",
    "Channel-Write-Codec-Bit-Rate": "64000",
}
