"""What callers did with each version of a script."""

from __future__ import annotations

from ccswitch.model import facts as f
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId
from ccswitch.model.nouns import CallResult
from ccswitch.records.ledger import Ledger
from ccswitch.records.store import Store
from ccswitch.records.usage import usage
from tests.records.journals import Moment, arrives, gives_up, keyed, numbered


def ends(call: str, at: float, result: CallResult = CallResult.LEFT) -> list[Moment]:
    over = o.CallEnded(call=CallId(call), result=result, cause="NORMAL_CLEARING", why="")
    return [(at, f.TimePassed(), [over])]


def queued(call: str, at: float, version: str = "v1") -> list[Moment]:
    cursor = f'{{"script":"main","hash":"{version}","step":"sales"}}'
    waits = o.CallEnqueued(call=CallId(call), queue="sales", priority=0, since=at, why="", cursor=cursor)  # type: ignore[arg-type]
    return [(at, f.TimePassed(), [waits])]


def a_day() -> list[Moment]:
    """Three calls in one version, two in another: 1 s a try in the menu."""
    return [
        # silent, wrong, then 1: waits in sales and gives up after 7 s
        *keyed("a", 100.0, "", "!9", "1", to="sales"),
        *queued("a", 103.0),
        *gives_up("a", 110.0, waited=7.0),
        # 2 at once: to the end
        *keyed("b", 200.0, "2", to="end"),
        *ends("b", 201.0, CallResult.SERVED),
        # hangs up in the second try
        *keyed("c", 300.0, "")[:2],
        *keyed("c", 301.0, "x")[:1],
        *ends("c", 304.0),
        # the other version
        *keyed("d", 400.0, "1", version="v2", to="end"),
        *ends("d", 401.0, CallResult.SERVED),
        *keyed("e", 500.0, "1", version="v2", to="end")[:1],  # is in it now
        # another script
        *keyed("f", 600.0, "1", script="other", to="end"),
    ]


def test_each_version_has_its_figures(store: Store) -> None:
    # Given a day with two versions
    starts = [moment for call in "abcdef" for moment in arrives(call, 99.0)[:1]]
    Ledger(store).write(numbered([*starts, *a_day()]))
    # When it is asked how they were used
    new, old = usage(store, "main")
    # Then the last used is first, each with its calls and the middle of their times in the menu (3, 1 and 4 s)
    assert [(one.version, one.calls) for one in (new, old)] == [("v2", 2), ("v1", 3)]
    assert (old.median, new.median) == (3.0, 1.0)
    # how they left it
    assert old.ways_out == [
        {"how": "hangup", "step": "choice", "calls": 1},
        {"how": "left", "step": "choice", "calls": 1},
        {"how": "queue", "step": "sales", "calls": 1},
    ]
    assert {row["how"]: row["calls"] for row in new.ways_out} == {"hangup": 1, "in it now": 1}
    # how the menu was understood
    assert old.menus == [{"step": "choice", "tries": 6, "no_input": 2, "wrong_input": 1}]
    # and where callers were lost
    assert old.steps == [
        {"step": "choice", "kind": "menu", "came": 3, "left": 1},
        {"step": "sales", "kind": "queue", "came": 1, "left": 1},
    ]


def test_a_span_and_a_version_may_be_asked_for(store: Store) -> None:
    Ledger(store).write(numbered(a_day()))
    assert [one.version for one in usage(store, "main", version="v2")] == ["v2"]
    assert [one.calls for one in usage(store, "main", since=200.0, until=300.0)] == [1]
    assert usage(store, "main", since=1000.0) == []
    assert usage(store, "nobody") == []
    assert usage(store, "main", version="%") == []


def test_the_middle_of_an_even_number_of_calls_is_between_the_two(store: Store) -> None:
    Ledger(store).write(numbered([*keyed("a", 100.0, "1"), *keyed("b", 200.0, "", "", "1")]))
    assert usage(store, "main")[0].median == 2.0
