"""The lease: one holder at a time, tokens that only grow, and a holder who is told when he has lost it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccswitch.live.ports import LeaseLost, LiveStore, Owner
from tests.controller.waiting import PATIENCE
from tests.searching import examples

A, B = Owner(name="a", token=1, since=5.0, desk="http://a:8470"), Owner(name='b "quoted" ü', token=1, since=6.0)
LONG, SHORT = 60.0, 0.03


def taken(store: LiveStore, wanted: Owner, lasts: float = LONG, *, seize: bool = False) -> Owner:
    owner = store.lease.take(wanted, lasts=lasts, seize=seize)
    assert owner is not None, "the lease is another's"
    return owner


def ran_out(store: LiveStore) -> None:
    """Wait until nobody has it."""
    deadline = time.monotonic() + PATIENCE
    while store.lease.holder() is not None:
        assert time.monotonic() < deadline


def test_one_has_it_and_the_others_are_told_who(ends: Callable[[], LiveStore]) -> None:
    # Given a lease that one has
    here, there = ends(), ends()
    assert here.lease.holder() is None
    mine = taken(here, A)
    assert (mine.name, mine.since, mine.desk) == (A.name, A.since, A.desk)
    # When another wants it, then it is refused and can see whose it is
    assert there.lease.take(B, lasts=LONG) is None
    assert there.lease.holder() == mine
    # When it is released, then it is the other's, with a greater token
    here.lease.release(mine)
    his = taken(there, B)
    assert his.name == B.name and his.token > mine.token


def test_who_releases_what_is_not_his_does_no_harm(store: LiveStore) -> None:
    mine = taken(store, A)
    his = taken(store, B, seize=True)
    store.lease.release(mine)
    assert store.lease.holder() == his


def test_a_lease_that_ran_out_is_free_and_its_holder_is_told_who_took_it(ends: Callable[[], LiveStore]) -> None:
    # Given a holder who does not renew
    here, there = ends(), ends()
    mine = taken(here, A, SHORT)
    ran_out(there)
    # When another takes it
    his = taken(there, B)
    # Then the first one is told when he renews, also when that one has let it go meanwhile
    with pytest.raises(LeaseLost) as lost:
        here.lease.renew(mine, lasts=LONG)
    assert lost.value.holder == his and his.token > mine.token
    there.lease.release(his)
    with pytest.raises(LeaseLost) as lost:
        here.lease.renew(mine, lasts=LONG)
    assert lost.value.holder is None


def test_a_lease_that_ran_out_and_that_nobody_took_is_had_again(store: LiveStore) -> None:
    mine = taken(store, A, SHORT)
    ran_out(store)
    store.lease.renew(mine, lasts=LONG)
    assert store.lease.holder() == mine


def test_renewing_makes_it_last(store: LiveStore) -> None:
    # Given a lease that soon runs out, When it is renewed, Then it is still there long after it would have ended
    mine = taken(store, A, 0.1)
    store.lease.renew(mine, lasts=LONG)
    time.sleep(0.3)  # time is what this is about: Redis' own clock ends a lease
    assert store.lease.holder() == mine


def test_a_lease_is_seized_by_who_has_a_better_right(ends: Callable[[], LiveStore]) -> None:
    # Given a holder whose process is dead: the journal's lock said so
    here, there = ends(), ends()
    mine = taken(here, A)
    # When another seizes it, then it is his at once
    his = taken(there, B, seize=True)
    assert his.token > mine.token
    with pytest.raises(LeaseLost):
        here.lease.renew(mine, lasts=LONG)


def test_a_store_that_forgot_everything_is_told_again(ends: Callable[[], LiveStore]) -> None:
    # Given an owner whose token is from a store that is gone
    here, there = ends(), ends()
    mine = Owner(name="a", token=700, since=5.0)
    # When he renews, then the lease is his again
    here.lease.renew(mine, lasts=LONG)
    assert there.lease.holder() == mine
    # And whoever comes after him has a greater token
    here.lease.release(mine)
    assert taken(there, B).token == 701


def test_tokens_begin_where_the_asker_knows_that_they_stood(store: LiveStore) -> None:
    first = taken(store, Owner(name="a", token=1_795_289_722))
    assert first.token == 1_795_289_722
    assert taken(store, Owner(name="b", token=5), seize=True).token == first.token + 1


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["take", "seize", "renew", "release"])), max_size=12
    )
)
@settings(
    max_examples=examples(10),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_whatever_they_do_tokens_grow_and_one_has_it(
    ends: Callable[[], LiveStore], steps: list[tuple[str, str]]
) -> None:
    # Given three controllers that take, seize, renew and release in any order
    store = ends()
    held: dict[str, Owner] = {}
    greatest = 0
    for name, what in steps:
        before = store.lease.holder()
        if what in ("take", "seize"):
            owner = store.lease.take(Owner(name=name, token=1), lasts=LONG, seize=what == "seize")
            # Then it is had when it is free or seized, with a token greater than every one before
            assert (owner is not None) == (before is None or what == "seize")
            if owner is not None:
                assert owner.token > greatest
                held[name], greatest = owner, owner.token
                assert store.lease.holder() == owner
        elif name in held and what == "renew":
            newest = held[name].token == greatest
            if newest:  # who has it, or had it last
                store.lease.renew(held[name], lasts=LONG)
                assert store.lease.holder() == held[name]
            else:
                with pytest.raises(LeaseLost):
                    store.lease.renew(held[name], lasts=LONG)
                assert store.lease.holder() == before
        elif name in held:
            store.lease.release(held[name])
            assert store.lease.holder() == (None if before == held[name] else before)
    if (holder := store.lease.holder()) is not None:
        store.lease.release(holder)
