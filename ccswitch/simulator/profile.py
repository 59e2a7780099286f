"""A caller profile: who calls whom, as the switch keeps it per channel and shows it as `Caller-*` headers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


def _clean(value: str) -> str:
    """A profile never holds `${`: the switch makes `%{` of it, so that a caller cannot have variables expanded."""
    value = value.partition("\0")[0]  # the switch is written in C
    return value.replace("$${", "%{").replace("${", "%{")


# Which headers a profile gives, and whether an empty value is left out.
_HEADERS: tuple[tuple[str, str], ...] = (
    ("Direction", "direction"),
    ("Logical-Direction", "logical_direction"),
    ("Username", "username"),
    ("Dialplan", "dialplan"),
    ("Caller-ID-Name", "caller_id_name"),
    ("Caller-ID-Number", "caller_id_number"),
    ("Orig-Caller-ID-Name", "orig_caller_id_name"),
    ("Orig-Caller-ID-Number", "orig_caller_id_number"),
    ("Callee-ID-Name", "callee_id_name"),
    ("Callee-ID-Number", "callee_id_number"),
    ("Network-Addr", "network_addr"),
    ("ANI", "ani"),
    ("RDNIS", "rdnis"),
    ("Destination-Number", "destination_number"),
    ("Unique-ID", "uuid"),
    ("Source", "source"),
    ("Transfer-Source", "transfer_source"),
    ("Context", "context"),
    ("Channel-Name", "channel_name"),
)

_STAMPS: tuple[tuple[str, str], ...] = (
    ("Channel-Created-Time", "created"),
    ("Channel-Answered-Time", "answered"),
    ("Channel-Progress-Time", "progress"),
    ("Channel-Progress-Media-Time", "progress_media"),
    ("Channel-Hangup-Time", "hungup"),
    ("Channel-Bridged-Time", "bridged"),
)


@dataclass(slots=True)
class Times:
    """When what happened to a channel, microseconds since the epoch; 0 means not yet."""

    created: int = 0
    answered: int = 0
    progress: int = 0
    progress_media: int = 0
    hungup: int = 0
    bridged: int = 0


@dataclass(slots=True)
class CallerProfile:
    """The caller profile of one channel."""

    uuid: str
    direction: str
    destination_number: str
    context: str
    channel_name: str
    caller_id_name: str = ""
    caller_id_number: str = ""
    callee_id_name: str = ""
    callee_id_number: str = ""
    orig_caller_id_name: str = ""
    orig_caller_id_number: str = ""
    username: str = ""
    dialplan: str = ""
    network_addr: str = ""
    ani: str = ""
    rdnis: str = ""
    source: str = "mod_sofia"
    transfer_source: str = ""
    logical_direction: str = ""
    times: Times = field(default_factory=Times)

    def __post_init__(self) -> None:
        for name in ("caller_id_name", "caller_id_number", "destination_number", "username", "ani"):
            setattr(self, name, _clean(getattr(self, name)))
        self.orig_caller_id_name = self.orig_caller_id_name or self.caller_id_name
        self.orig_caller_id_number = self.orig_caller_id_number or self.caller_id_number
        self.logical_direction = self.logical_direction or self.direction

    def copy(self) -> CallerProfile:
        """As the other leg remembers it: later changes of this one do not reach it."""
        return replace(self, times=replace(self.times))

    def flip_caller_id(self) -> None:
        """An outbound leg that begins to execute becomes a caller itself: caller and callee id change places."""
        self.caller_id_name, self.callee_id_name = self.callee_id_name, self.caller_id_name
        self.caller_id_number, self.callee_id_number = self.callee_id_number, self.caller_id_number

    def headers(self, prefix: str) -> dict[str, str]:
        """The profile as headers, `Caller-…` or `Other-Leg-…`."""
        out = {f"{prefix}-{name}": value for name, attribute in _HEADERS if (value := getattr(self, attribute))}
        for name, attribute in _STAMPS:
            out[f"{prefix}-{name}"] = str(getattr(self.times, attribute))
        return out

    def value(self, name: str) -> str | None:
        """A field by the name that the dialplan uses, None when a profile has no such field."""
        if name in DIALPLAN_FIELDS:
            return str(getattr(self, name))
        if name == "uuid":
            return self.uuid
        if name == "chan_name":
            return self.channel_name
        return None


DIALPLAN_FIELDS = frozenset(
    {
        "ani",
        "callee_id_name",
        "callee_id_number",
        "caller_id_name",
        "caller_id_number",
        "context",
        "destination_number",
        "dialplan",
        "network_addr",
        "rdnis",
        "source",
        "username",
    }
)
