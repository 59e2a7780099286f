"""What the desk gets of floor, records and switch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ccswitch.clock import ManualClock
from ccswitch.controller.desk_ports import FloorPort, HealthPort, PhonesPort, RecordsPort, ScriptsPort
from ccswitch.controller.engine import Engine, Refused
from ccswitch.desk import ports
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.decision import Decision
from ccswitch.model.ids import AgentId, CallId, OrderId, ScriptHash
from ccswitch.model.nouns import InForce, Release, ReleaseKind, ScriptSource
from ccswitch.model.wire import to_plain
from ccswitch.records import agents, tokens
from ccswitch.records.ledger import Ledger
from ccswitch.records.migrate import upgrade
from ccswitch.records.store import Store, open_store
from tests.floor.floors import Floor, a_floor
from tests.records.journals import answered_call, gives_up, numbered
from tests.records.journals import arrives as arrival

A1 = "0123456789abcdef0123456789abcdef"


class Kept:
    """A journal that keeps nothing."""

    def append(self, decision: object) -> None:
        pass


@pytest.fixture
def floor() -> Floor:
    return a_floor("li", ready=False)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000_500.0)


@pytest.fixture
def engine(floor: Floor, clock: ManualClock) -> Iterator[Engine]:
    one = Engine(floor.state, n=0, journal=Kept(), carry=lambda request: None, clock=clock)
    one.start()
    yield one
    one.stop()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'records.db'}"
    upgrade(url)
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def records(store: Store, engine: Engine, clock: ManualClock) -> RecordsPort:
    return RecordsPort(store, engine, clock)


def test_the_ports_are_what_the_desk_asked_for(store: Store, records: RecordsPort, engine: Engine) -> None:
    # Given the protocols of desk/ports.py, which mypy holds too
    floor: ports.Floor = FloorPort(engine)
    typed: ports.Records = records
    phones: ports.Phones = PhonesPort("pbx")
    health: ports.Health = HealthPort()
    scripts: ports.Scripts = ScriptsPort(store, engine)
    assert ports.Ports(floor=floor, records=typed, scripts=scripts, phones=phones, health=health)


def test_versions_of_scripts_are_checked_and_told(store: Store, engine: Engine) -> None:
    # Given a version that was published, used and kept in the records
    port = ScriptsPort(store, engine)
    source = ScriptSource(name="main", hash="a" * 16, text="steps: {bye: {hangup: }}")
    release = Release(script="main", versions=InForce(hash=ScriptHash(source.hash)), author="ann")
    released = o.ScriptReleased(release=release, kind=ReleaseKind.PUBLISHED, sources=(source,))
    passed = o.StepPassed(
        call=CallId("c"), script="main", script_hash=source.hash, step="bye", kind="hangup", result="", to="end"
    )
    Ledger(store).write([Decision(n=1, t=5.0, given=f.TimePassed(), outcomes=(released, passed))])
    # Then it is told
    assert [row["hash"] for row in port.versions("main")] == [source.hash]
    assert [row["kind"] for row in port.releases("main")] == ["published"]
    assert port.find("main", "aaaa") == [source]
    assert [(row["version"], row["calls"]) for row in port.usage("main", None, None, "")] == [(source.hash, 1)]
    # and what is wrong with another, each with its place
    wrong = port.problems(ScriptSource(name="main", hash="b", text="steps: {a: {queue: nowhere}, b: {play: }}"))
    assert {(one.line, one.column) for one in wrong} >= {(1, 30)}
    assert "no queue 'nowhere'" in str(
        port.problems(ScriptSource(name="x", hash="", text="steps: {a: {queue: nowhere}}"))
    )


def test_the_floor_is_the_live_one(engine: Engine, clock: ManualClock) -> None:
    port = FloorPort(engine)
    assert port.state() is engine.state and port.now() == clock.now()
    order = d.MakeReady(order=OrderId("o1"), author="ann", agent=AgentId("li"))
    assert isinstance(port.ask(order), o.OrderAccepted)
    engine.stop()
    with pytest.raises(Refused):
        port.ask(order)


def test_an_order_is_foreseen_in_a_copy(engine: Engine) -> None:
    # When it is asked what an order would do
    port = FloorPort(engine)
    before = to_plain(engine.state)["agents"]
    foreseen = port.preview(d.MakeReady(order=OrderId("o1"), author="ann", agent=AgentId("li")))
    # Then its answer and what follows are told, and the floor is as it was
    assert foreseen.accepted and foreseen.what == "agent li: ready"
    assert any("li is ready" in what for _, what in foreseen.follows)
    assert to_plain(engine.state)["agents"] == before
    # And a refusal is one
    refused = port.preview(d.MakeReady(order=OrderId("o2"), author="ann", agent=AgentId("nobody")))
    assert (refused.accepted, refused.missing) == (False, True)


def test_calls_of_the_records(records: RecordsPort, store: Store) -> None:
    # Given two calls in SQL
    moments = [*answered_call("c1", "li", 2000.0), *arrival("c2", 2100.0), *gives_up("c2", 2107.0, waited=7.0)]
    Ledger(store).write(numbered(moments))
    # Then they are found, newest first, page by page, and by what is asked
    everything = ports.CallsWanted()
    page = records.calls(everything, limit=1, after=None)
    assert [row["call_id"] for row in page.rows] == ["c2"] and page.next is not None
    assert [row["call_id"] for row in records.calls(everything, limit=9, after=page.next).rows] == ["c1"]
    for wanted, found in (
        (ports.CallsWanted(agent="li"), ["c1"]),
        (ports.CallsWanted(result="abandoned"), ["c2"]),
        (ports.CallsWanted(queue="sales", until=2050.0), ["c1"]),
        (ports.CallsWanted(since=2050.0), ["c2"]),
        (ports.CallsWanted(number="13900000001"), ["c2", "c1"]),
        (ports.CallsWanted(number="0000"), []),
    ):
        assert [row["call_id"] for row in records.calls(wanted, limit=9, after=None).rows] == found, wanted
    record = records.call(CallId("c1"))
    assert record is not None and len(record.talks) == 1
    assert records.call(CallId("nobody")) is None
    assert records.trace(CallId("c1")) and records.explain(CallId("c1"))


def test_the_figures_of_queues_with_calls(records: RecordsPort, store: Store, clock: ManualClock) -> None:
    # Given one call answered and one abandoned in the last half hour
    at = clock.now() - 1000.0
    moments = [*answered_call("c1", "li", at), *arrival("c2", at + 50), *gives_up("c2", at + 57, waited=7.0)]
    Ledger(store).write(numbered(moments))
    # Then the queue's figures say so, and say nothing of the time before
    assert set(records.kpi(clock.now() - 1800)) == {"sales"}
    assert records.kpi(clock.now() - 1800)["sales"]["answered"] == 1
    assert records.kpi(clock.now() - 60) == {}


def test_tokens_and_secrets(records: RecordsPort, store: Store, clock: ManualClock) -> None:
    # Given a token, and an agent's account
    token = tokens.add_token(store, name="ann", role="admin", now=clock.now())
    holder = records.token_holder(token)
    assert holder is not None and (holder.name, holder.role) == ("ann", "admin")
    assert records.token_holder("ccs_wrong") is None
    assert records.sip_user("li") is None
    records.put_agent_secret("li", sip_user="1001", realm="pbx", a1_hash=A1)
    # Then the desk learns the user, and the secret is where nodes fetch it
    assert records.sip_user("li") == "1001"
    secret = agents.phone_secret(store, AgentId("li"))
    assert secret is not None and (secret.a1_hash, secret.realm) == (A1, "pbx")
    records.drop_agent_secret("li")
    assert records.sip_user("li") is None
    records.audit(author="ann", kind="agent.password", what={"agent": "li"}, accepted=True, said="changed")


def test_phones_are_understood_as_the_switch_room_does() -> None:
    phones = PhonesPort("pbx.example.com")
    assert phones.sip_user("1001") == "1001"
    assert phones.sip_user("sip:1001@192.0.2.7") is None
    assert phones.sip_user("trunk:pstn/138") is None
    with pytest.raises(ValueError, match="no phone"):
        phones.sip_user("")
    secret = phones.secret("1001", "s3cret")
    # md5 of 1001:pbx.example.com:s3cret
    assert (secret.realm, secret.a1_hash) == ("pbx.example.com", "c66da1f7c969de6268c0a7e331185f26")


def test_only_what_is_wrong_is_told() -> None:
    assert HealthPort(lambda: "", lambda: "the disk is full", lambda: "").reasons() == ["the disk is full"]
    assert HealthPort().reasons() == []
