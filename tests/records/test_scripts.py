"""Versions and releases as the records have them."""

from __future__ import annotations

from ccswitch.floor.publishing import releases_found
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model.decision import Decision
from ccswitch.model.facts import TimePassed
from ccswitch.records.ledger import Ledger
from ccswitch.records.scripts import find_versions, releases_of, standing, versions_of
from ccswitch.records.store import Store
from tests.floor.floors import Floor, a_floor
from tests.floor.test_publishing import FILES, A, B, publish, roll_back


def written(store: Store, floor: Floor) -> None:
    """The floor's journal, in the records."""
    decisions = [Decision(n=n, t=t, given=TimePassed(), outcomes=(x,)) for n, (t, x) in enumerate(floor.journal, 1)]
    Ledger(store).write(decisions)


def test_a_new_floor_is_told_what_was_in_force(store: Store) -> None:
    # Given a floor on which a version was published, and a canary beside it
    floor = a_floor()
    publish(floor, A, comment="shorter")
    floor.wait(60.0)
    publish(floor, B, share=0.25)
    written(store, floor)
    # When another floor asks the records
    found = standing(store)
    fact = f.ReleasesFound(releases=found.releases, sources=found.sources)
    new = a_floor()
    new.give(fact)
    # Then it has the same in force, the same to roll back to, and knows who did it
    assert new.state.releases == floor.state.releases
    assert new.state.editions[new.state.edition] == floor.state.editions[floor.state.edition]
    assert new.state.scripts == floor.state.scripts
    assert not releases_found(new.state, fact, 0.0).outcomes  # once is enough


def test_records_without_a_release_tell_of_none(store: Store) -> None:
    assert standing(store).releases == ()
    assert versions_of(store, "menu") == []


def test_versions_and_releases_are_told_the_newest_first(store: Store) -> None:
    # Given versions that were published and rolled back
    floor = a_floor()
    publish(floor, A, comment="shorter")
    floor.wait(60.0)
    publish(floor, B)
    roll_back(floor)
    written(store, floor)
    # Then each version is told once, with who brought it
    versions = versions_of(store, "menu")
    assert [(row["hash"], row["author"], row["comment"]) for row in versions] == [
        (B.hash, "ann", ""),
        *sorted([(A.hash, "ann", "shorter"), (FILES.hash, "", "")]),
    ]
    assert "text" not in versions[0]
    # and each release
    assert [(row["kind"], row["hash"]) for row in releases_of(store, "menu")] == [
        ("rolled_back", A.hash),
        ("published", B.hash),
        ("published", A.hash),
    ]


def test_a_version_is_found_by_the_beginning_of_its_hash(store: Store) -> None:
    floor = a_floor()
    publish(floor, A)
    floor.order(d.PublishScript, source=B)
    written(store, floor)
    assert find_versions(store, "menu", A.hash[:6]) == [A]
    assert len(find_versions(store, "menu", "")) == 2
    assert find_versions(store, "menu", "%") == []
    assert find_versions(store, "other", A.hash) == []
