"""All look-ups: one fact for each request, whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gevent
import pytest

from ccswitch.errors import LinkDown
from ccswitch.lookups.answers import FAILED, FOUND, NOT_FOUND, Told
from ccswitch.lookups.definition import Definition
from ccswitch.lookups.lookups import Lookups
from ccswitch.model import facts as f
from ccswitch.model import requests as r
from ccswitch.model.ids import CallId, ExecuteId, LegId, NodeName
from tests.controller.waiting import soon
from tests.lookups.test_asking import Hand, Server

ACCOUNT = Definition(name="account", url="http://crm/{n}", parameters=("n", "pin"), method="POST", backoff=0.0)


def request(lookup: str = "account", **fields: Any) -> r.LookUp:
    known: dict[str, Any] = {
        "node": NodeName("a"),
        "leg": LegId("L1"),
        "call": CallId("L1"),
        "execute": ExecuteId("L1-x2"),
        "lookup": lookup,
        "caller_number": "138",
        "given": (("n", "1"),),
    }
    return r.LookUp(**{**known, **fields})


class World:
    """Look-ups with servers, a switch and an ear."""

    def __init__(self, *definitions: Definition, **more: Any) -> None:
        self.facts: list[f.Fact] = []
        self.servers: dict[str, Server] = {}
        self.headers: list[Mapping[str, str]] = []
        self.digits: dict[str, str] = {"ccs_secret_1": "4711"}
        self.lookups = Lookups(
            definitions or (ACCOUNT,),
            {"account": {"X": "1"}},
            on_fact=self.facts.append,
            digits=lambda node, leg, secret: self.digits[secret],
            clock=Hand(),
            client=self.server,
            **more,
        )

    def server(self, one: Definition, headers: Mapping[str, str]) -> Server:
        self.headers.append(headers)
        self.servers[one.name] = Server()
        return self.servers[one.name]

    def told(self, asked: r.LookUp) -> f.LookedUp:
        """The one answer to a request."""
        before = len(self.facts)
        self.lookups.carry(asked)
        assert len(self.facts) == before, "it waits for nobody"
        soon(lambda: len(self.facts) > before)
        (fact,) = self.facts[before:]
        assert isinstance(fact, f.LookedUp) and (fact.call, fact.execute) == (asked.call, asked.execute)
        return fact


def test_a_request_becomes_a_fact() -> None:
    world = World()
    world.servers["account"].answers = [Told(FOUND, (("a", "1"),))]
    fact = world.told(request(wanted=("a",)))
    assert (fact.answer, fact.values, fact.why) == (FOUND, (("a", "1"),), "")
    assert world.headers == [{"X": "1"}]


def test_masked_digits_go_into_the_body_and_into_no_fact() -> None:
    world = World()
    fact = world.told(request(secrets=(("pin", "ccs_secret_1"),)))
    assert world.servers["account"].asked == [("http://crm/1", {"pin": "4711"})]
    assert "4711" not in repr(fact)


@pytest.mark.parametrize("unfit", ["n", "other"])
def test_masked_digits_go_nowhere_else(unfit: str) -> None:
    world = World()
    assert world.told(request(secrets=((unfit, "ccs_secret_1"),))).answer is FAILED
    assert not world.servers["account"].asked


def test_a_look_up_that_is_not_there() -> None:
    assert World().told(request("nothing")).why == "there is no look-up named nothing"


def test_a_switch_that_is_away_and_an_error_of_ours_are_failures(caplog: pytest.LogCaptureFixture) -> None:
    def away(node: NodeName, leg: LegId, secret: str) -> str:
        raise LinkDown("a is not connected")

    world = World()
    world.lookups._digits = away
    assert world.told(request(secrets=(("pin", "x"),))).why == "a is not connected"
    broken = World(built_in={"customer": lambda asked: 1 / 0})  # type: ignore[arg-type, return-value]
    assert broken.told(request("customer")).answer is FAILED
    assert "nobody foresaw" in caplog.text


def test_what_is_built_in_is_asked_here() -> None:
    world = World(built_in={"customer": lambda asked: Told(NOT_FOUND, why=asked.caller_number)})
    assert world.told(request("customer")).answer is NOT_FOUND


def test_one_that_hangs_holds_no_other() -> None:
    other = Definition(name="other", url="http://b/")
    world = World(ACCOUNT, other)
    world.servers["account"].free.clear()
    for _ in range(50):
        world.lookups.carry(request())
    assert world.told(request("other", given=())).answer is FOUND
    world.lookups.stop()
    for _ in range(10):  # whoever has something to say has had his turn
        gevent.sleep(0)
    assert len(world.facts) == 1, "who waits at a stop is asked again by the successor"


def test_new_definitions_take_effect_and_the_others_keep_what_they_know() -> None:
    world = World(ACCOUNT, Definition(name="other", url="http://b/"))
    first = world.servers["account"]
    world.lookups.take([ACCOUNT, Definition(name="other", url="http://c/")], {"account": {"X": "1"}})
    assert world.servers["account"] is first and world.told(request("other", given=())).answer is FOUND
    assert world.servers["other"].asked == [("http://c/", None)]
    # And a new secret is a new client
    world.lookups.take([ACCOUNT], {"account": {"X": "2"}})
    assert world.servers["account"] is not first and world.headers[-1] == {"X": "2"}
    assert world.told(request("other")).answer is FAILED
