"""Why an agent's phone did not take a call: FreeSWITCH's hang-up causes, in the words of an offer.

Source: captures agent_busy, agent_declines, agent_no_answer, agent_unavailable, agent_not_registered and
agent_no_such_gateway of a FreeSWITCH 1.11.1. A cause that is not here is a failure of the switch, and nobody is
blamed for it.
"""

from __future__ import annotations

from ccswitch.model.nouns import OfferResult

RESULTS: dict[str, OfferResult] = {
    "NO_ANSWER": OfferResult.RONA,
    "ALLOTTED_TIMEOUT": OfferResult.RONA,
    "PROGRESS_TIMEOUT": OfferResult.RONA,
    "USER_BUSY": OfferResult.BUSY,
    "CALL_REJECTED": OfferResult.REJECTED,
    "NO_USER_RESPONSE": OfferResult.UNREACHABLE,
    "USER_NOT_REGISTERED": OfferResult.UNREACHABLE,
    "SUBSCRIBER_ABSENT": OfferResult.UNREACHABLE,
    "NO_ROUTE_DESTINATION": OfferResult.UNREACHABLE,
    "UNALLOCATED_NUMBER": OfferResult.UNREACHABLE,
    "INVALID_NUMBER_FORMAT": OfferResult.UNREACHABLE,
    "INVALID_GATEWAY": OfferResult.UNREACHABLE,
    "GATEWAY_DOWN": OfferResult.UNREACHABLE,
    "NETWORK_OUT_OF_ORDER": OfferResult.UNREACHABLE,
    "DESTINATION_OUT_OF_ORDER": OfferResult.UNREACHABLE,
    "RECOVERY_ON_TIMER_EXPIRE": OfferResult.UNREACHABLE,
    "NORMAL_TEMPORARY_FAILURE": OfferResult.UNREACHABLE,
    "INVALID_URL": OfferResult.UNREACHABLE,
    "INVALID_PROFILE": OfferResult.UNREACHABLE,
    "REQUESTED_CHAN_UNAVAIL": OfferResult.UNREACHABLE,  # 302: a phone that forwards its calls is not followed
}

# These count towards being put on break: the agent was there to be rung and did not take the call.
BLAMES_AGENT = frozenset({OfferResult.RONA})

WORDS: dict[OfferResult, str] = {
    OfferResult.RONA: "rang out",
    OfferResult.BUSY: "phone was busy",
    OfferResult.REJECTED: "declined",
    OfferResult.UNREACHABLE: "phone could not be reached",
    OfferResult.FAILED: "the switch could not ring the phone",
    OfferResult.DROPPED: "answered and was gone before the bridge stood",
}


def result_of(cause: str) -> OfferResult:
    """How an offer ended whose agent leg died unanswered with `cause`."""
    return RESULTS.get(cause, OfferResult.FAILED)
