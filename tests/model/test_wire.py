"""What is written to the journal is read back the same, by this release and by the next."""

from __future__ import annotations

import timeit
from collections import deque
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any, NamedTuple, NewType, get_args

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccswitch.errors import JournalError
from ccswitch.model.decision import Decision
from ccswitch.model.facts import Fact, LegSeen, LegsSeen, SettingsLoaded
from ccswitch.model.ids import AgentId, CallId, ExecuteId, LegId, NodeName, OfferId, QueueName
from ccswitch.model.nouns import Agent, AgentStatus, FloorSettings, OfferResult, Queue
from ccswitch.model.orders import AddAgent, LogIn, Order
from ccswitch.model.outcomes import AgentStatusChanged, CallStarted, OfferEnded, Outcome, StepStarted
from ccswitch.model.requests import Play
from ccswitch.model.said import Spoken
from ccswitch.model.wire import CLASSES, decoder, from_wire, from_wire_as, to_plain, to_wire
from tests.searching import examples

EVERY_CLASS = get_args(Fact) + get_args(Order) + get_args(Outcome)


def through_json(data: Any) -> Any:
    return orjson.loads(orjson.dumps(data))


def test_every_name_stands_for_one_class() -> None:
    # The names on the wire are class names, so two classes must not share one
    assert len(CLASSES) == len(EVERY_CLASS)


@pytest.mark.parametrize("cls", EVERY_CLASS, ids=lambda cls: cls.__name__)
@settings(max_examples=examples(6), deadline=None)
@given(data=st.data())
def test_whatever_can_be_decided_comes_back_the_same(cls: type, data: st.DataObject) -> None:
    # Given any value of a class that the journal holds
    value = data.draw(st.from_type(cls).filter(encodable))
    # When it goes through JSON
    back = from_wire(through_json(to_wire(value)))
    # Then it is the same value of the same class
    assert back == value
    assert type(back) is cls


def encodable(value: object) -> bool:
    """JSON has no lone surrogates, no NaN and no integers beyond 64 bits; the journal's inputs have none either."""
    try:
        return bool(through_json(to_wire(value)) == to_wire(value))
    except TypeError:
        return False


def test_the_class_is_named_at_the_top_and_not_where_only_one_can_stand() -> None:
    settings_ = FloorSettings(hash="h", queues=(Queue(name=QueueName("sales")),), agents=(Agent(agent=AgentId("li")),))
    wire = to_wire(SettingsLoaded(settings=settings_))
    assert wire["is"] == "SettingsLoaded"
    assert "is" not in wire["settings"]
    assert wire["settings"]["queues"][0]["name"] == "sales"


def test_enums_travel_as_their_values() -> None:
    changed = AgentStatusChanged(agent=AgentId("li"), status=AgentStatus.BREAK, reason="tea", author="li")
    assert to_wire(changed) == {
        "is": "AgentStatusChanged",
        "agent": "li",
        "status": "break",
        "reason": "tea",
        "author": "li",
        "until": 0.0,
    }


def test_optional_and_nested_values() -> None:
    seen = LegSeen(
        leg=LegId("a"), call=CallId("a"), agent_leg=False, parked=True, answered=True, orphaned=False,
        peer=None, stranded=False,
    )  # fmt: skip
    fact = LegsSeen(node=NodeName("n1"), core="c", asked_at=1.5, legs=(seen,))
    assert from_wire(through_json(to_wire(fact))) == fact


def test_a_release_reads_the_one_before_it_and_the_one_after() -> None:
    # Given a line with a field we do not know, and without one that has a default
    line = {
        "is": "CallStarted", "call": "c", "leg": "c", "node": "n", "entry": "e", "caller_number": "1",
        "caller_name": "", "called_number": "2", "colour": "blue",
    }  # fmt: skip
    # Then it is read: the first is ignored, the second takes its default
    assert from_wire(line) == CallStarted(
        call=CallId("c"), leg=LegId("c"), node=NodeName("n"), entry="e",
        caller_number="1", caller_name="", called_number="2", answered=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"is": "CallTeleported"}, "unknown class 'CallTeleported'"),
        ({"call": "c"}, "unknown class None"),
        ({"is": ["CallStarted"]}, "unknown class"),
        ([1, 2], "unknown class None"),
        ({"is": "LogIn", "order": "o", "author": "a"}, "LogIn: agent missing"),
        (
            {"is": "AgentStatusChanged", "agent": "a", "status": "asleep", "reason": "", "author": ""},
            "AgentStatusChanged.status: cannot read 'asleep'",
        ),
        ({"is": "SettingsLoaded", "settings": 7}, "FloorSettings: expected an object, found 7"),
        ({"is": "SettingsLoaded", "settings": {"hash": "h", "nodes": "n1"}}, "FloorSettings.nodes: cannot read 'n1'"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(line: Any, says: str) -> None:
    with pytest.raises(JournalError, match=says):
        from_wire(line)


class Colour(Enum):
    RED = "red"


Name = NewType("Name", str)


@dataclass(slots=True)
class Node:
    """Holds its own kind."""

    name: Name
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None


class Place(NamedTuple):
    rank: int
    colour: Colour = Colour.RED


@dataclass(slots=True)
class Shelf:
    """One field for each kind of hint that a state may use."""

    by_name: dict[Name, Node] = field(default_factory=dict)
    by_pair: dict[tuple[Name, str], set[str]] = field(default_factory=dict)
    by_colour: dict[Colour, int] = field(default_factory=dict)
    line: deque[str] = field(default_factory=deque)
    either: LogIn | AddAgent | None = None
    given: Fact | Order | None = None
    number: int | str | None = None
    point: tuple[float, Colour] = (0.0, Colour.RED)
    marks: frozenset[tuple[str, int]] = frozenset()
    places: list[Place] = field(default_factory=list)
    derived: dict[str, int] = field(init=False, default_factory=dict)
    _heap: list[int] = field(default_factory=list)


def test_every_kind_of_hint_that_a_state_may_use() -> None:
    shelf = Shelf(
        by_name={Name("a"): Node(Name("a"), children=[Node(Name("b"))])},
        by_pair={(Name("a"), "x"): {"2", "1"}},
        by_colour={Colour.RED: 3},
        line=deque(["first", "second"]),
        either=LogIn(order="o", author="a", agent=AgentId("li")),  # type: ignore[arg-type]
        number=4,
        point=(1.5, Colour.RED),
        marks=frozenset({("b", 1), ("a", 2)}),
        places=[Place(1), Place(2)],
    )
    plain = to_plain(shelf)
    # Sets are sorted, so that equal states give equal bytes; what is derived stays at home
    assert plain["by_pair"] == [[["a", "x"], ["1", "2"]]]
    assert plain["either"]["is"] == "LogIn"
    assert plain["places"] == [[1, "red"], [2, "red"]]
    assert "derived" not in plain and "_heap" not in plain
    assert from_wire_as(Shelf, through_json(plain)) == shelf


@dataclass
class Hopeless:
    thing: Colour | Node


def test_a_type_without_a_shape_is_told_at_the_first_use() -> None:
    with pytest.raises(JournalError, match="cannot be told apart"):
        decoder(Hopeless)
    with pytest.raises(JournalError, match="int is not a dataclass"):
        to_plain(3)


def test_a_decision_travels_whole() -> None:
    ended = OfferEnded(
        offer=OfferId("o"),
        call=CallId("c"),
        agent=AgentId("li"),
        result=OfferResult.RONA,
        cause="NO_ANSWER",
        why="20 s",
    )
    decision = Decision(n=1, t=2.0, given=LogIn(order="o", author="a", agent=AgentId("li")), outcomes=(ended,))  # type: ignore[arg-type]
    assert from_wire_as(Decision, through_json(to_plain(decision))) == decision


def test_an_outcome_costs_a_fraction_of_what_copying_it_does() -> None:
    # 1.5 and 2 µs on a quiet machine, where `asdict` takes 18: a ratio, as a machine may be busy
    step = StepStarted(
        call=CallId("c" * 36), serial=1, execute=ExecuteId("x"), script="main", script_hash="ab12", step="menu",
        kind="menu", cursor="{}", deadline=1.5,
    )  # fmt: skip
    wire = to_wire(step)

    def best(work: Any) -> float:
        return min(timeit.repeat(work, number=500, repeat=20)) / 500

    plain = best(lambda: asdict(step))
    assert best(lambda: to_wire(step)) < plain / 2
    assert best(lambda: from_wire(wire)) < plain / 2


def test_a_text_stands_beside_dataclasses_as_itself() -> None:
    # Given what a caller hears: a file of the switch, then words for a voice
    words = Spoken(text="您好", language="zh", otherwise=Spoken(text="Hello", language="en"))
    play = Play(node=NodeName("a"), leg=LegId("L1"), execute=ExecuteId("L1-x1"), files=("tone.wav", words))
    # Then it travels and comes back the same
    assert to_plain(play)["files"][0] == "tone.wav"
    assert from_wire_as(Play, through_json(to_plain(play))) == play
