"""`lookup: customer` over a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.controller.customer_lookup import NOTED_AGAIN, CustomerLookup
from ccswitch.errors import StoreError
from ccswitch.lookups.answers import FOUND, NOT_FOUND
from ccswitch.records import customers
from ccswitch.records.customer_file import import_customers
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import open_store
from tests.controller.waiting import soon
from tests.lookups.test_asking import Hand
from tests.lookups.test_lookups import request

FILE = "name,phones,keys,level,tags\nLi Wei,13800138000,A-1,gold,vip;late\nWang,13800138000,A-2,,\nAnn,13900139000,,,\n"


def test_a_customer_by_his_number_or_key(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    upgrade(url)
    store, clock = open_store(url), Hand()
    import_customers(store, FILE, region="CN", now=1.0)
    asks, noted = CustomerLookup(store, "CN", clock), list[str]()
    note = asks._note
    asks._note = lambda one: (note(one), noted.append(one.name))  # type: ignore[assignment, method-assign, func-returns-value]
    wanted = ("name", "level", "tags", "count", "key", "nothing")
    # By the caller's own number, another one, or a key
    told = asks(request("customer", given=(), caller_number="013900139000"[1:], wanted=("name", "count")))
    assert (told.answer, told.values) == (FOUND, (("name", "Ann"), ("count", "1")))
    told = asks(request("customer", given=(("number", "+8613800138000"),), wanted=wanted))
    assert told.values == (
        ("name", "Li Wei"),
        ("level", "gold"),
        ("tags", "late, vip"),
        ("count", "2"),
        ("key", "A-1"),
        ("nothing", ""),
    )
    assert asks(request("customer", given=(("key", "A-2"),), wanted=("name",))).values == (("name", "Wang"),)
    soon(lambda: noted == ["Ann", "Wang"])
    # Then Wang, who was told apart by his key, goes first among those of his number
    told = asks(request("customer", given=(), caller_number="13800138000", wanted=("name", "count")))
    assert told.values == (("name", "Wang"), ("count", "2"))
    for nobody in ((("key", "?"),), (("number", "anonymous"),)):
        assert asks(request("customer", given=nobody)).answer is NOT_FOUND
    # And a contact is not written again for every call
    clock.at += NOTED_AGAIN / 2
    noted.clear()
    asks(request("customer", given=(("key", "A-2"),)))
    soon(lambda: noted == ["Wang"])
    (wang,) = customers.find(store, "Wang", "CN")
    assert wang.contacted == 1000.0
    store.close()


def test_a_store_that_is_away_is_an_error_for_the_look_up_to_tell(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(StoreError):
        CustomerLookup(store, "CN", Hand())(request("customer", given=(("key", "A-1"),)))
    store.close()
