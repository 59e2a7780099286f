"""Old recordings are deleted where they lie, by the rule of their queue, and nothing else is."""

from __future__ import annotations

import pytest

from ccswitch.clock import ManualClock
from ccswitch.errors import LinkDown
from ccswitch.model.ids import CallId, NodeName, QueueName
from ccswitch.model.nouns import FloorSettings, Queue
from ccswitch.records import recordings
from ccswitch.records.ledger import Ledger
from ccswitch.records.recordings import Keeping, RecordingPruner, due, held, hold, keeping, release
from ccswitch.records.store import Store
from tests.records.journals import answered_call, arrives, hangs_up, numbered, offered, talks

HOUR = 3600.0
NOW = 100 * HOUR


class Disks:
    """What the nodes have, and what is asked of them."""

    def __init__(self, *there: str) -> None:
        self.there, self.asked, self.away = set(there), [], False

    def forget_recording(self, node: NodeName, path: str) -> bool:
        """As a node does it."""
        self.asked.append((node, path))
        if self.away:
            raise LinkDown("n1: no link")
        gone = path in self.there
        self.there.discard(path)
        return gone


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recordings, "BETWEEN", 0.0)


def write(store: Store, **calls: float) -> None:
    """A recorded talk for each call, begun at so many hours; its file is /rec/CALL.wav."""
    Ledger(store).write(
        numbered([moment for call, hours in calls.items() for moment in answered_call(call, "li", hours * HOUR)])
    )


def pruner(store: Store, disks: Disks, rules: Keeping) -> RecordingPruner:
    return RecordingPruner(store, disks, ManualClock(NOW), lambda: rules)


def deleted(store: Store) -> dict[str, float | None]:
    """When the recording of each call was deleted."""
    rows = store.read(
        lambda connection: [dict(row) for row in connection.execute(recordings.TALKS.select()).mappings()]
    )
    return {row["call_id"]: row["recording_deleted_at"] for row in rows}


def test_what_is_old_goes_once_and_the_row_says_when(store: Store) -> None:
    # Given a recording of long ago and one of now
    write(store, old=10.0, new=99.0)
    disks = Disks("/rec/old.wav", "/rec/new.wav")
    # When those older than a day go, twice
    one = pruner(store, disks, Keeping(others=24 * HOUR))
    one.look()
    one.look()
    # Then its node was asked for the old one, once
    assert disks.asked == [("n1", "/rec/old.wav")] and disks.there == {"/rec/new.wav"}
    assert deleted(store) == {"old": NOW, "new": None} and one.deleted == 1


def test_each_queue_has_its_rule(store: Store) -> None:
    # Given recordings of two queues, one of which is kept for ever
    of_care = [
        *arrives("care", 10 * HOUR, queue="care"),
        *offered("care", "wu", 10 * HOUR + 1, queue="care"),
        *talks("care", "wu", 10 * HOUR + 5, waited=5.0, queue="care"),
        *hangs_up("care", "wu", 10 * HOUR + 60, talked=55.0, wrapup=5.0),
    ]
    Ledger(store).write(numbered([*of_care, *answered_call("sold", "li", 20 * HOUR)]))
    sales, care = QueueName("sales"), QueueName("care")
    # Then each goes by its own, and by the others' when it has none
    asked = lambda rules: [row["recording"] for row in due(store, rules, NOW, after=(0.0, 0, 0))]  # noqa: E731
    assert asked(Keeping(others=HOUR)) == ["/rec/care.wav", "/rec/sold.wav"]
    assert asked(Keeping(others=HOUR, queues={care: None})) == ["/rec/sold.wav"]
    assert asked(Keeping(queues={care: HOUR})) == ["/rec/care.wav"]
    assert asked(Keeping(queues={sales: 90 * HOUR, care: 89 * HOUR})) == ["/rec/care.wav"]
    assert asked(Keeping()) == []


def test_what_the_files_say() -> None:
    queues = (Queue(name=QueueName("a"), keep_recordings="2h"), Queue(name=QueueName("b")))
    said = keeping(FloorSettings(hash="", queues=queues, keep_recordings="1d"))
    assert said == Keeping(others=24 * HOUR, queues={QueueName("a"): 2 * HOUR})
    assert keeping(FloorSettings(hash="")) == Keeping()


def test_what_is_held_stays_until_it_is_released(store: Store) -> None:
    # Given an old recording that somebody holds
    write(store, old=10.0)
    call, disks = CallId("old"), Disks("/rec/old.wav")
    one = pruner(store, disks, Keeping(others=HOUR))
    assert hold(store, call, author="ann", why="case 7", now=5.0)
    # Then it is not touched, and it is known who says so
    one.look()
    assert disks.asked == []
    assert held(store, call) == {"call_id": "old", "at": 5.0, "author": "ann", "why": "case 7"}
    # When it is released, then it goes
    assert release(store, call) and not release(store, call) and held(store, call) is None
    one.look()
    assert disks.there == set()
    # And what the records do not know cannot be held
    assert not hold(store, CallId("nobody"), author="ann", why="", now=5.0)


def test_a_node_that_cannot_be_asked_is_asked_again(store: Store) -> None:
    # Given a node that is away
    write(store, first=10.0, second=11.0)
    disks = Disks("/rec/first.wav", "/rec/second.wav")
    disks.away = True
    one = pruner(store, disks, Keeping(others=HOUR))
    # When it is looked for old recordings, then no row says that one is gone
    one.look()
    assert len(disks.asked) == 2 and deleted(store) == {"first": None, "second": None}
    assert "no link" in one.trouble
    # And they go as soon as it is there
    disks.away = False
    one.look()
    assert disks.there == set() and one.trouble == ""


def test_one_that_was_gone_already_is_not_asked_for_again(store: Store) -> None:
    write(store, old=10.0)
    one = pruner(store, disks := Disks(), Keeping(others=HOUR))
    one.look()
    one.look()
    assert len(disks.asked) == 1 and one.deleted == 0 and deleted(store) == {"old": NOW}


def test_batch_by_batch_all_of_them_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given more than a batch, of which one cannot be deleted and must not keep the others
    monkeypatch.setattr(recordings, "BATCH", 2)
    calls = {f"c{i}": 10.0 + i for i in range(7)}
    write(store, **calls)
    disks = Disks(*(f"/rec/{call}.wav" for call in calls))
    pruner(store, disks, Keeping(others=HOUR)).look()
    assert disks.there == set() and len(disks.asked) == 7
