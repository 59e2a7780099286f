"""A desk on a small floor of its own: the real brain, and records and phones made of dictionaries."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ccswitch.clock import ManualClock
from ccswitch.desk.ports import After, AuditWanted, CallsWanted, Foreseen, Ports, SipSecret
from ccswitch.errors import Problem, StoreError
from ccswitch.floor.apply import apply
from ccswitch.floor.decide import decide, next_due
from ccswitch.floor.preview import foresee
from ccswitch.floor.publishing import problems
from ccswitch.floor.state import State
from ccswitch.model import facts as f
from ccswitch.model.ids import AgentId, CallId, LegId, NodeName, QueueName
from ccswitch.model.nouns import Agent, Entry, FloorSettings, Queue, ScriptSource
from ccswitch.model.orders import LogIn, MakeReady, Order, TakeBreak
from ccswitch.model.outcomes import CallEnqueued, OrderAccepted, OrderRefused, VisitEnded
from ccswitch.model.wire import from_wire_as, to_plain
from ccswitch.records.customers import Customer

NODE = NodeName("pbx1")
START = 1_000_000.0
TOKENS = {"good": ("wang", "supervisor"), "root": ("admin", "admin"), "lis": ("li", "agent")}
CALL = CallId("3f0a6c2e-1111-4222-8333-944455556666")
OLD = "9b1d5e00-aaaa-4bbb-8ccc-9ddd00001111"


class FakeFloor:
    """A State that the real brain keeps, moved by hand."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self._state = State()
        self.orders: list[Order] = []
        self.requests: list[object] = []
        self.fails: Exception | None = None

    def state(self) -> State:
        """The State that the real brain keeps."""
        return self._state

    def now(self) -> float:
        """The test's clock, in seconds since the epoch."""
        return self.clock.now()

    def ask(self, order: Order) -> OrderAccepted | OrderRefused:
        """Decide and apply the order at once; its one answer. Raises `fails` when that is set."""
        if self.fails is not None:
            raise self.fails
        self.orders.append(order)
        answers = [out for out in self.give(order) if isinstance(out, OrderAccepted | OrderRefused)]
        assert len(answers) == 1
        return answers[0]

    def preview(self, order: Order) -> Foreseen:
        """As the controller does it, with a copy by way of the wire."""
        if self.fails is not None:
            raise self.fails
        outcomes = foresee(from_wire_as(State, to_plain(self._state)), order, self.now())
        answer = next(out for out in outcomes if isinstance(out, OrderAccepted | OrderRefused))
        done = isinstance(answer, OrderAccepted)
        return Foreseen(
            accepted=done,
            what=answer.what if isinstance(answer, OrderAccepted) else answer.why,
            missing=isinstance(answer, OrderRefused) and answer.missing,
            follows=[(out.call, type(out).__name__) for out in outcomes if isinstance(out, VisitEnded | CallEnqueued)],
        )

    def give(self, given: f.Fact | Order) -> list[object]:
        """Let the brain decide on one input, and on what falls due at once."""
        decided = decide(self._state, given, self.now())
        for outcome in decided.outcomes:
            apply(self._state, outcome, self.now())
        self.requests += decided.requests
        due = next_due(self._state)
        if due is not None and due <= self.now():
            self.give(f.TimePassed())
        return list(decided.outcomes)

    def arrives(self, call: str, number: str = "13800138000", name: str = "", entry: str = "main") -> None:
        """A caller comes in at an entry."""
        self.give(
            f.LegParked(
                leg=LegId(call),
                node=NODE,
                call=CallId(call),
                entry=entry,
                caller_number=number,
                caller_name=name,
                called_number="4000",
            )
        )


def small_floor(*, ready: Sequence[str] = (), callers: int = 0) -> FakeFloor:
    """Queues sales and support, agents li, zhao and chen, one node that is up."""
    floor = FakeFloor()
    floor.give(f.SettingsLoaded(settings=SETTINGS))
    floor.give(f.NodeUp(node=NODE, core="core-1"))
    floor.give(f.LegsSeen(node=NODE, core="core-1", asked_at=floor.now(), legs=()))
    for agent in ready:
        floor.ask(LogIn(order="o", author="test", agent=AgentId(agent)))  # type: ignore[arg-type]
        floor.ask(MakeReady(order="o", author="test", agent=AgentId(agent)))  # type: ignore[arg-type]
    for serial in range(callers):
        floor.clock.advance(1.0)
        floor.arrives(f"call-{serial}", number=f"1380013800{serial}")
    floor.orders.clear()
    return floor


def take_break(floor: FakeFloor, agent: str, reason: str) -> None:
    """An agent goes on break."""
    floor.ask(TakeBreak(order="o", author="test", agent=AgentId(agent), reason=reason))  # type: ignore[arg-type]


SETTINGS = FloorSettings(
    hash="h1",
    nodes=(NODE,),
    queues=(Queue(name=QueueName("sales")), Queue(name=QueueName("support"), target=15.0)),
    agents=(
        Agent(agent=AgentId("li"), name="Li Wei", phone="1001", queues=(QueueName("sales"),)),
        Agent(agent=AgentId("zhao"), name="Zhao", phone="1002", queues=(QueueName("sales"), QueueName("support"))),
        Agent(agent=AgentId("chen"), name="Chen", phone="sip:chen@127.0.0.1:6070", queues=(QueueName("support"),)),
    ),
    entries=(
        Entry(name="main", dids=("4000",), queue=QueueName("sales")),
        Entry(name="help", dids=("4001",), queue=QueueName("support")),
    ),
)


@dataclass(frozen=True)
class Holder:
    """Whose a token is."""

    name: str
    role: str


@dataclass
class FakePage:
    """A page of calls, and where the next begins."""

    rows: list[dict[str, Any]]
    next: After | None = None


@dataclass
class FakeHistory:
    """All rows of one call, by table."""

    call: dict[str, Any]
    legs: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    offers: list[dict[str, Any]] = field(default_factory=list)
    talks: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[dict[str, Any]] = field(default_factory=list)
    pauses: list[dict[str, Any]] = field(default_factory=list)
    guests: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class FakePromise:
    """A promise's row, and its calls."""

    promise: dict[str, Any]
    calls: list[dict[str, Any]]


def old_call(call: str = OLD, started: float = START - 600, **more: Any) -> dict[str, Any]:
    """A row of an ended call."""
    row = {"call_id": call, "started": started, "ended": started + 95, "duration": 95.0, "node": NODE, "entry": "main"}
    row |= {"caller_number": "13912345678", "caller_name": "王", "called_number": "4000", "queue": "sales"}
    return row | {"agent": "li", "result": "answered", "cause": "NORMAL_CLEARING", "why": "talk ended by caller"} | more


class FakeRecords:
    """Records made of lists; `away` is a database that is not there."""

    def __init__(self) -> None:
        self.away = False
        self.tokens = {token: Holder(*who) for token, who in TOKENS.items()}
        self.asked_tokens: list[str] = []
        self.rows = [old_call()]
        self.promises: list[dict[str, Any]] = []
        self.secrets: dict[str, tuple[str, str, str]] = {}
        self.notes: list[dict[str, Any]] = []
        self.known: dict[int, Customer] = {}
        self.held: dict[str, dict[str, Any]] = {}

    def _ask(self) -> None:
        if self.away:
            raise StoreError("sqlite:///x.db: the database is away or refuses us (no route to host)")

    def token_holder(self, token: str) -> Holder | None:
        """Whose the token is; None for nobody's. The token is noted in `asked_tokens`."""
        self.asked_tokens.append(token)
        self._ask()
        return self.tokens.get(token)

    def calls(self, wanted: CallsWanted, *, limit: int, after: After | None) -> FakePage:
        """A page of `rows`, by queue and by where the page before ended."""
        self._ask()
        rows = [row for row in self.rows if not wanted.queue or row["queue"] == wanted.queue]
        rows = [row for row in rows if after is None or row["started"] < after[0]]
        return FakePage(
            rows[:limit], (rows[limit - 1]["started"], rows[limit - 1]["call_id"]) if rows[limit:] else None
        )

    def call(self, call: CallId) -> FakeHistory | None:
        """One leg, step, visit, offer and talk for each row of `rows`; None for other calls."""
        self._ask()
        row = next((row for row in self.rows if row["call_id"] == call), None)
        if row is None:
            return None
        at = row["started"]
        leg = {"leg_id": call, "role": "caller", "started": at, "ended": row["ended"], "cause": row["cause"]}
        visit = {"queue": "sales", "started": at + 5, "waited": 12.0, "result": "answered", "agent": "li", "why": ""}
        offer = {"agent": "li", "started": at + 10, "result": "talked", "why": "the only free agent, idle 60 s"}
        talk = {"agent": "li", "queue": "sales", "started": at + 17, "duration": 78.0, "ended_by": "caller"}
        step = {"started": at, "duration": 4.0, "script": "main", "step": "choice", "kind": "menu", "try_number": 2}
        step |= {"result": "keys", "keys": "1", "led_to": "sales"}
        return FakeHistory(row, [leg], [step], [visit], [offer], [talk])

    def past_promises(self, limit: int) -> list[dict[str, Any]]:
        """Those in `promises`."""
        self._ask()
        return self.promises[:limit]

    def promise(self, promise: CallId) -> FakePromise | None:
        """The one in `promises`, with a call for each attempt."""
        self._ask()
        row = next((row for row in self.promises if row["promise_id"] == promise), None)
        if row is None:
            return None
        calls = [old_call(f"{promise}-{n}", origin="callback") for n in range(1, 1 + row["attempts"])]
        return FakePromise(row, calls)

    def trace(self, call: CallId) -> list[Mapping[str, Any]]:
        """Two lines of `OLD`, none of other calls."""
        self._ask()
        if call != OLD:
            return []
        return [
            {"at": START - 600, "kind": "CallStarted", "text": "arrived at main", "given": "the caller's leg parked"},
            {"at": START - 595, "kind": "CallEnqueued", "text": "waits in sales", "given": "key 1 was pressed"},
        ]

    def explain(self, call: CallId) -> list[Mapping[str, Any]]:
        """A visit and an offer of `OLD`, nothing of other calls."""
        self._ask()
        if call != OLD:
            return []
        why = "the only free agent, idle 60 s; caller is next by priority 0 after 5.0 s"
        return [
            {"at": START - 595, "kind": "visit", "queue": "sales", "why": "entry main", "result": "answered"},
            {"at": START - 590, "kind": "offer", "queue": "sales", "agent": "li", "why": why, "result": "talked"},
        ]

    def kpi(self, since: float) -> Mapping[str, Mapping[str, float | None]]:
        """The same figures of sales whenever it is asked."""
        self._ask()
        return {"sales": {"offered": 12.0, "answered": 10.0, "service_level": 0.8333, "asa": 8.4, "abandoned": 2.0}}

    def agent_days(self, since: float, until: float) -> list[dict[str, Any]]:
        """One agent who had one call, and lunch until now."""
        self._ask()
        times = {"ready": 60.0, "ringing": 4.0, "talking": 100.0, "holding": 0.0, "wrapup": 10.0, "offline": 0.0}
        offers = {"offers": 4, "answered": 1, "rona": 1, "rejected": 0, "busy": 0, "network": 2}
        return [{"agent": "li", **times, **offers, "breaks": {"lunch": until - since}}]

    def sent_on(self, since: float, until: float) -> list[dict[str, Any]]:
        """Three who were sent to care by a rule."""
        self._ask()
        return [
            {
                "queue": "sales",
                "result": "overflowed",
                "to": "queue:care",
                "why": "after 5min: to queue:care",
                "calls": 3,
            }
        ]

    def balances(self, since: float, until: float) -> list[dict[str, Any]]:
        """Two agents, one of whom had nearly all."""
        self._ask()
        return [{"queue": "sales", "agents": 2, "talks": 10, "balance": 0.4}]

    def sip_user(self, agent: str) -> str | None:
        """Whose SIP account the agent has, as last put."""
        self._ask()
        return self.secrets[agent][0] if agent in self.secrets else None

    def put_agent_secret(self, agent: str, *, sip_user: str, realm: str, a1_hash: str) -> None:
        """Keep it in `secrets`."""
        self._ask()
        self.secrets[agent] = (sip_user, realm, a1_hash)

    def drop_agent_secret(self, agent: str) -> None:
        """Forget it. KeyError when the agent has none."""
        self._ask()
        del self.secrets[agent]

    def customers(self, wanted: str) -> list[Customer]:
        """Those in `known` with the text in their names."""
        self._ask()
        return [one for one in self.known.values() if wanted in one.name.lower()]

    def customer(self, customer: int) -> Customer | None:
        """The one in `known`, or None."""
        self._ask()
        return self.known.get(customer)

    def tag_customer(self, customer: int, *, add: Sequence[str], remove: Sequence[str]) -> Customer | None:
        """The one in `known` as he would be; nothing is kept."""
        self._ask()
        one = self.known.get(customer)
        return one and replace(one, tags=(*(tag for tag in one.tags if tag not in remove), *add))

    def hold_recordings(self, call: CallId, *, author: str, why: str) -> bool:
        """Keep who holds them in `held`, of a call in `rows`."""
        self._ask()
        if not any(row["call_id"] == call for row in self.rows):
            return False
        self.held[call] = {"at": START, "author": author, "why": why}
        return True

    def release_recordings(self, call: CallId) -> bool:
        """Take it out of `held`."""
        self._ask()
        return self.held.pop(call, None) is not None

    def recordings_held(self, call: CallId) -> dict[str, Any] | None:
        """What `held` says."""
        return self.held.get(call)

    def audit(self, **note: Any) -> None:
        """Keep what is noted in `notes`."""
        self._ask()
        self.notes.append(note)

    def audited(self, wanted: AuditWanted, *, limit: int, before: int | None) -> list[dict[str, Any]]:
        """What is in `notes`, the newest first; of what is asked only the author is looked at."""
        self._ask()
        rows = [{"id": n, "at": START, "n": None, **note} for n, note in enumerate(self.notes, 1)]
        rows = [row for row in rows if wanted.author in ("", row["author"]) and (before is None or row["id"] < before)]
        return rows[::-1][:limit]


class FakeScripts:
    """Versions made of a list; what is wrong with one the real brain says."""

    def __init__(self, floor: FakeFloor) -> None:
        self.floor = floor
        self.away = False
        self.known: list[ScriptSource] = []
        self.asked: list[tuple[Any, ...]] = []

    def _ask(self) -> None:
        if self.away:
            raise StoreError("sqlite:///x.db: the database is away or refuses us (no route to host)")

    def problems(self, source: ScriptSource) -> list[Problem]:
        """What the floor itself finds wrong with a text."""
        return problems(self.floor.state(), source)

    def versions(self, script: str) -> list[dict[str, Any]]:
        """Those in `known`, all by one author."""
        self._ask()
        known = [source for source in self.known if source.name == script]
        return [{"hash": source.hash, "at": START - 60, "author": "li", "comment": "shorter"} for source in known]

    def releases(self, script: str) -> list[dict[str, Any]]:
        """One a version, each published in its turn."""
        self._ask()
        return [{"at": START - 60, "kind": "published", "hash": row["hash"], "author": "li", "comment": "shorter",
                 "canary": "", "share": 0.0, "before": "b" * 16} for row in self.versions(script)]  # fmt: skip

    def find(self, script: str, beginning: str) -> list[ScriptSource]:
        """At most two of `known` whose hash begins so: two are one too many."""
        self._ask()
        return [one for one in self.known if one.name == script and one.hash.startswith(beginning)][:2]

    def usage(self, script: str, since: float | None, until: float | None, version: str) -> list[dict[str, Any]]:
        """One version of `menu` with one menu, nothing of other scripts. What was asked is noted in `asked`."""
        self._ask()
        self.asked.append((script, since, until, version))
        if script != "menu":
            return []
        ways = [{"how": "queue", "step": "sales", "calls": 30}, {"how": "left", "step": "choice", "calls": 10}]
        steps = [{"step": "choice", "kind": "menu", "came": 40, "left": 10}]
        menus = [{"step": "choice", "tries": 50, "no_input": 10, "wrong_input": 5}]
        return [{"version": "a" * 16, "calls": 40, "first": START - 600, "last": START - 6, "median": 12.5,
                 "ways_out": ways, "steps": steps, "menus": menus}]  # fmt: skip


class FakePhones:
    """Digits are accounts of ours, `sip:` is elsewhere, anything else is no phone."""

    def sip_user(self, phone: str) -> str | None:
        """The account that the phone is; None for one elsewhere. ValueError when it is no phone."""
        if phone.startswith("sip:"):
            return None
        if not phone.isdigit():
            raise ValueError(f"{phone!r} is no phone: write 1001")
        return phone

    def secret(self, sip_user: str, password: str) -> SipSecret:
        """What the real one makes of a password, in the realm `ccswitch`."""
        text = f"{sip_user}:ccswitch:{password}".encode()
        return SipSecret(realm="ccswitch", a1_hash=hashlib.md5(text, usedforsecurity=False).hexdigest())


class FakeHealth:
    """What the controller says of itself: what the test puts into its lists."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.mishaps: list[str] = []

    def reasons(self) -> list[str]:
        """Why it is not well, as the test says."""
        return self.wrong

    def warnings(self) -> list[str]:
        """What went wrong and did no harm, as the test says."""
        return self.mishaps


@dataclass
class Fakes:
    """The five ports, each a fake."""

    floor: FakeFloor = field(default_factory=small_floor)
    records: FakeRecords = field(default_factory=FakeRecords)
    scripts: FakeScripts = field(init=False)
    phones: FakePhones = field(default_factory=FakePhones)
    health: FakeHealth = field(default_factory=FakeHealth)

    def __post_init__(self) -> None:
        self.scripts = FakeScripts(self.floor)

    @property
    def ports(self) -> Ports:
        """All of them, as the application takes them."""
        return Ports(
            floor=self.floor, records=self.records, scripts=self.scripts, phones=self.phones, health=self.health
        )
