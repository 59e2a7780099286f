"""The channel's state machine and the causes for which a call ends, as data."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """A channel's state; the number is what Channel-State-Number says."""

    NEW = 0
    INIT = 1
    ROUTING = 2
    SOFT_EXECUTE = 3
    EXECUTE = 4
    EXCHANGE_MEDIA = 5
    PARK = 6
    CONSUME_MEDIA = 7
    HIBERNATE = 8
    RESET = 9
    HANGUP = 10
    REPORTING = 11
    DESTROY = 12
    NONE = 13

    @property
    def wire(self) -> str:
        """As in the header Channel-State."""
        return _WIRE[self]


_WIRE = {state: f"CS_{state.name}" for state in State}

_LIVE = frozenset(
    {
        State.ROUTING,
        State.SOFT_EXECUTE,
        State.EXECUTE,
        State.EXCHANGE_MEDIA,
        State.PARK,
        State.CONSUME_MEDIA,
        State.HIBERNATE,
        State.RESET,
        State.HANGUP,
    }
)

# From which state a channel may go to which; what is not here is refused and changes nothing.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.INIT, State.HANGUP}),
    State.INIT: _LIVE - {State.SOFT_EXECUTE, State.HIBERNATE, State.PARK, State.RESET},
    State.ROUTING: _LIVE,
    State.SOFT_EXECUTE: _LIVE,
    State.EXECUTE: _LIVE,
    State.EXCHANGE_MEDIA: _LIVE,
    State.PARK: _LIVE,
    State.CONSUME_MEDIA: _LIVE,
    State.HIBERNATE: _LIVE,
    State.RESET: _LIVE,
    State.HANGUP: frozenset({State.REPORTING}),
    State.REPORTING: frozenset({State.DESTROY}),
    State.DESTROY: frozenset(),
    State.NONE: frozenset(),
}


def may(old: State, new: State) -> bool:
    """Whether a channel may go from `old` to `new`."""
    return new in TRANSITIONS[old]


NORMAL_CLEARING = "NORMAL_CLEARING"

# Q.850 numbers of the causes that the switch gives; the keys are also all causes it knows by name.
CAUSES: dict[str, int] = {
    "NONE": 0,
    "UNALLOCATED_NUMBER": 1,
    "NO_ROUTE_DESTINATION": 3,
    "NORMAL_CLEARING": 16,
    "USER_BUSY": 17,
    "NO_USER_RESPONSE": 18,
    "NO_ANSWER": 19,
    "SUBSCRIBER_ABSENT": 20,
    "CALL_REJECTED": 21,
    "NUMBER_CHANGED": 22,
    "DESTINATION_OUT_OF_ORDER": 27,
    "INVALID_NUMBER_FORMAT": 28,
    "NORMAL_UNSPECIFIED": 31,
    "NORMAL_CIRCUIT_CONGESTION": 34,
    "NETWORK_OUT_OF_ORDER": 38,
    "NORMAL_TEMPORARY_FAILURE": 41,
    "SWITCH_CONGESTION": 42,
    "REQUESTED_CHAN_UNAVAIL": 44,
    "BEARERCAPABILITY_NOTAVAIL": 58,
    "CHAN_NOT_IMPLEMENTED": 66,
    "SERVICE_NOT_IMPLEMENTED": 79,
    "INCOMPATIBLE_DESTINATION": 88,
    "RECOVERY_ON_TIMER_EXPIRE": 102,
    "MANDATORY_IE_MISSING": 96,
    "PROTOCOL_ERROR": 111,
    "INTERWORKING": 127,
    "ORIGINATOR_CANCEL": 487,
    "LOSE_RACE": 502,
    "MANAGER_REQUEST": 503,
    "BLIND_TRANSFER": 600,
    "ATTENDED_TRANSFER": 601,
    "ALLOTTED_TIMEOUT": 602,
    "MEDIA_TIMEOUT": 604,
    "PICKED_OFF": 605,
    "USER_NOT_REGISTERED": 606,
    "PROGRESS_TIMEOUT": 607,
    "INVALID_GATEWAY": 608,
    "GATEWAY_DOWN": 609,
    "INVALID_URL": 610,
    "INVALID_PROFILE": 611,
    "SYSTEM_SHUTDOWN": 0,
    "EXCHANGE_ROUTING_ERROR": 25,
    "RESPONSE_TO_STATUS_ENQUIRY": 30,
    "OUTGOING_CALL_BARRED": 52,
    "INCOMING_CALL_BARRED": 54,
}


def known_cause(name: str) -> str:
    """The cause that the switch takes for `name`: unknown names fall back to NORMAL_CLEARING."""
    return name if name in CAUSES else NORMAL_CLEARING


# What a SIP answer from the far end becomes.
SIP_CAUSES: dict[int, str] = {
    403: "CALL_REJECTED",
    404: "UNALLOCATED_NUMBER",
    408: "RECOVERY_ON_TIMER_EXPIRE",
    410: "NUMBER_CHANGED",
    480: "NO_USER_RESPONSE",
    484: "INVALID_NUMBER_FORMAT",
    486: "USER_BUSY",
    487: "ORIGINATOR_CANCEL",
    500: "NORMAL_TEMPORARY_FAILURE",
    502: "NETWORK_OUT_OF_ORDER",
    503: "NORMAL_TEMPORARY_FAILURE",
    504: "RECOVERY_ON_TIMER_EXPIRE",
    600: "USER_BUSY",
    603: "CALL_REJECTED",
    604: "NO_ROUTE_DESTINATION",
}
