"""Why a phone did not take a call, in the words of an offer."""

from __future__ import annotations

import pytest

from ccswitch.acd.refusal import BLAMES_AGENT, RESULTS, WORDS, result_of
from ccswitch.model.nouns import OfferResult


@pytest.mark.parametrize(
    ("cause", "result"),
    [
        ("NO_ANSWER", OfferResult.RONA),
        ("USER_BUSY", OfferResult.BUSY),
        ("CALL_REJECTED", OfferResult.REJECTED),
        ("NO_USER_RESPONSE", OfferResult.UNREACHABLE),
        ("USER_NOT_REGISTERED", OfferResult.UNREACHABLE),
        ("INVALID_GATEWAY", OfferResult.UNREACHABLE),
        ("ORIGINATOR_CANCEL", OfferResult.FAILED),
        ("", OfferResult.FAILED),
    ],
)
def test_the_causes_of_a_real_switch(cause: str, result: OfferResult) -> None:
    assert result_of(cause) is result


def test_every_refusal_has_its_words() -> None:
    assert set(RESULTS.values()) | {OfferResult.FAILED, OfferResult.DROPPED} == set(WORDS)


def test_only_who_was_rung_and_did_not_answer_is_to_blame() -> None:
    assert {cause for cause, result in RESULTS.items() if result in BLAMES_AGENT} == {
        "NO_ANSWER",
        "ALLOTTED_TIMEOUT",
        "PROGRESS_TIMEOUT",
    }
