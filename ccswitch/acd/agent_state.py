"""The agent's state machine.

Rule 1: everything that changes an agent's state is in this table.
Rule 2: a cause that is not in it is an error and changes nothing.

Status (what the agent says) is no part of it: an agent who takes a break in a talk goes on talking.
"""

from __future__ import annotations

from ccswitch.errors import IllegalTransition
from ccswitch.model.nouns import AgentState, Word


class AgentCause(Word):
    """What can happen to an agent."""

    CALLS = "calls on his own phone"
    CALL_OVER = "his own call is over"
    OFFERED = "a call was offered"
    RINGING = "the phone rings"
    OFFER_OVER = "the offer ended without a talk"
    TALK_STARTED = "the talk started"
    HELD = "put on hold"
    UNHELD = "taken back"
    TALK_ENDED = "the talk ended"
    WRAPUP_ENDED = "wrap-up ended"
    INVITED = "rung for another's talk"
    LEFT = "no longer at another's talk"


_S, _C = AgentState, AgentCause

TRANSITIONS: dict[tuple[AgentState, AgentCause], AgentState] = {
    (_S.IDLE, _C.CALLS): _S.CALLING,
    (_S.WRAPUP, _C.CALLS): _S.CALLING,  # after-call work is often a call
    (_S.CALLING, _C.CALL_OVER): _S.IDLE,
    (_S.CALLING, _C.TALK_STARTED): _S.TALKING,  # with a customer whom he called
    (_S.IDLE, _C.OFFERED): _S.OFFERED,
    (_S.OFFERED, _C.RINGING): _S.RINGING,
    (_S.RINGING, _C.RINGING): _S.RINGING,  # 180 may be followed by 183
    (_S.OFFERED, _C.OFFER_OVER): _S.IDLE,
    (_S.RINGING, _C.OFFER_OVER): _S.IDLE,
    (_S.OFFERED, _C.TALK_STARTED): _S.TALKING,  # an auto-answering phone sends no 180
    (_S.RINGING, _C.TALK_STARTED): _S.TALKING,
    (_S.IDLE, _C.TALK_STARTED): _S.TALKING,  # given up while his node was away, and it says that they talk
    (_S.TALKING, _C.HELD): _S.HOLDING,
    (_S.HOLDING, _C.HELD): _S.HOLDING,
    (_S.HOLDING, _C.UNHELD): _S.TALKING,
    (_S.TALKING, _C.UNHELD): _S.TALKING,
    (_S.TALKING, _C.TALK_ENDED): _S.WRAPUP,
    (_S.HOLDING, _C.TALK_ENDED): _S.WRAPUP,
    (_S.WRAPUP, _C.WRAPUP_ENDED): _S.IDLE,
    (_S.IDLE, _C.INVITED): _S.ASSISTING,
    (_S.ASSISTING, _C.LEFT): _S.IDLE,
    (_S.ASSISTING, _C.TALK_STARTED): _S.TALKING,  # he took the caller
}


def advance(state: AgentState, cause: AgentCause) -> AgentState:
    """The state after `cause`. Raises `IllegalTransition`."""
    try:
        return TRANSITIONS[state, cause]
    except KeyError:
        raise IllegalTransition("agent", state.value, cause.value) from None
