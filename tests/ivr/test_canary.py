"""Which calls take a canary."""

from __future__ import annotations

import uuid
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccswitch.ivr.canary import place, version_for
from ccswitch.model.ids import CallId, ScriptHash
from ccswitch.model.nouns import InForce

OLD, NEW, OTHER = ScriptHash("a" * 16), ScriptHash("b" * 16), ScriptHash("c" * 16)


def calls(count: int, seed: int = 1) -> list[CallId]:
    """Ids as FreeSWITCH gives them."""
    random = Random(seed)
    return [CallId(str(uuid.UUID(int=random.getrandbits(128), version=4))) for _ in range(count)]


def takers(share: float, canary: ScriptHash = NEW, count: int = 10_000) -> set[CallId]:
    versions = InForce(hash=OLD, canary=canary, share=share)
    return {call for call in calls(count) if version_for(call, versions) == canary}


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.9])
def test_a_share_of_the_calls_takes_it(share: float) -> None:
    # 10,000 calls: five standard deviations of a binomial draw
    spread = 5 * (share * (1 - share) / 10_000) ** 0.5
    assert abs(len(takers(share)) / 10_000 - share) < spread


def test_calls_are_spread_evenly() -> None:
    # Chi-square over 100 cells of 10,000 calls: 99 degrees of freedom, the 99.9th percentile is 148
    cells = [0] * 100
    for call in calls(10_000):
        cells[int(place(call, NEW) * 100)] += 1
    assert sum((cell - 100) ** 2 / 100 for cell in cells) < 148


def test_ids_that_differ_in_their_end_alone_are_spread_too() -> None:
    numbered = [CallId(f"call-{number}") for number in range(1000)]
    assert 0.4 < sum(place(call, NEW) < 0.5 for call in numbered) / 1000 < 0.6


def test_who_takes_a_canary_takes_it_when_more_do() -> None:
    assert takers(0.1) < takers(0.3)


def test_another_canary_chooses_anew() -> None:
    both = len(takers(0.3) & takers(0.3, OTHER)) / 10_000
    assert abs(both - 0.09) < 0.02


@given(st.text(), st.floats(0, 1))
def test_the_same_call_takes_the_same_version(call: str, share: float) -> None:
    versions = InForce(hash=OLD, canary=NEW, share=share)
    assert version_for(CallId(call), versions) == version_for(CallId(call), versions)
    assert version_for(CallId(call), InForce(hash=OLD)) == OLD
    assert version_for(CallId(call), InForce(hash=OLD, canary=NEW, share=1.0)) == NEW
