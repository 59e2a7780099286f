"""Versions by order: new calls take them, live ones finish on their own, and nothing is kept that nobody needs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ccswitch.floor.state import State
from ccswitch.ivr.canary import version_for
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.ids import CallId, QueueName, ScriptHash
from ccswitch.model.nouns import CallPlace, InForce, Queue, Release, ReleaseKind, ScriptSource
from ccswitch.model.wire import from_wire_as, to_plain
from tests.floor.floors import MENU, Floor, Given, a_floor, script, settings_of
from tests.searching import examples

FILES = script()


def version(number: int) -> ScriptSource:
    """Menu number `number`, told by its first prompt."""
    return script(text=MENU.replace("ask.wav", f"ask{number}.wav"))


A, B, C = version(1), version(2), version(3)


def publish(floor: Floor, source: ScriptSource, share: float = 1.0, comment: str = "") -> Given:
    return floor.order(d.PublishScript, source=source, share=share, comment=comment)


def roll_back(floor: Floor, to: ScriptSource | None = None, name: str = "menu") -> Given:
    return floor.order(d.RollBackScript, script=name, to=to)


def arrives(floor: Floor, leg: str) -> str:
    """A caller comes in at the menu; the version that he hears."""
    return floor.parked(leg, entry="menu").the(o.StepStarted).script_hash


def kept(floor: Floor) -> set[str]:
    return set(floor.state.scripts)


def test_new_calls_take_it_and_a_live_one_finishes_on_its_own() -> None:
    # Given a caller in the files' version
    floor = a_floor()
    assert arrives(floor, "L1") == FILES.hash
    # When another is published
    told = publish(floor, A, comment="shorter")
    # Then it is kept who did it, and the next caller takes it
    released = told.the(o.ScriptReleased)
    assert (released.kind, released.release.author, released.release.comment, released.release.before) == (
        ReleaseKind.PUBLISHED, "ann", "shorter", FILES.hash,
    )  # fmt: skip
    assert {source.hash for source in released.sources} == {A.hash, FILES.hash}  # the records know neither
    assert told.the(o.OrderAccepted).what == (
        f"script menu: version {A.hash} takes all new calls, in the place of {FILES.hash}"
    )
    assert arrives(floor, "L2") == A.hash
    # and the first one finishes on the version that he began with
    assert floor.pressed("L1", invalid="9").the(o.StepStarted).script_hash == FILES.hash


def test_the_files_stay_drafts_of_what_was_published() -> None:
    # Given a published script
    floor = a_floor()
    publish(floor, A)
    # When its file is changed and read
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2", scripts=(B, script("other", MENU)))))
    # Then the published version stays, and a script that was never published is the file's
    assert arrives(floor, "L1") == A.hash
    assert floor.state.editions[floor.state.edition]["other"].hash == script("other", MENU).hash


def test_a_canary_takes_its_share_and_ends_with_a_rollback() -> None:
    # Given a canary for 30 %
    floor = a_floor()
    publish(floor, A)
    told = publish(floor, B, share=0.3)
    assert told.the(o.OrderAccepted).what == (
        f"script menu: version {B.hash} takes 0.3 of the new calls, {A.hash} the others"
    )
    # Then each caller takes what his id says
    versions = InForce(hash=ScriptHash(A.hash), canary=ScriptHash(B.hash), share=0.3)
    heard = {f"L{number}": arrives(floor, f"L{number}") for number in range(40)}
    assert heard == {leg: version_for(CallId(leg), versions) for leg in heard}
    assert set(heard.values()) == {A.hash, B.hash}
    # and after the rollback all new ones take the version that was in force beside it
    assert roll_back(floor).the(o.ScriptReleased).kind is ReleaseKind.ROLLED_BACK
    assert {arrives(floor, f"M{number}") for number in range(20)} == {A.hash}


def test_a_canary_is_promoted() -> None:
    floor = a_floor()
    publish(floor, A)
    publish(floor, B, share=0.1)
    released = publish(floor, B).the(o.ScriptReleased)
    assert (released.kind, released.release.versions, released.release.before) == (
        ReleaseKind.PROMOTED, InForce(hash=ScriptHash(B.hash)), A.hash,
    )  # fmt: skip


def test_a_canary_of_a_script_from_the_files_pins_the_files_version() -> None:
    # Given a canary beside a version that was never published
    floor = a_floor()
    publish(floor, A, share=0.5)
    # When the file changes: then the other calls still take the version that the canary was held against
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2", scripts=(B,))))
    assert {arrives(floor, f"L{number}") for number in range(20)} == {A.hash, FILES.hash}


AGAIN = "start: sorry\nsteps:\n  sorry: {play: sorry.wav, then: wait}\n  wait: {queue: support}\n"


def test_one_that_would_send_callers_round_for_ever_is_refused() -> None:
    # Given a queue whose rule sends to a script, which asks
    queues = (Queue(name=QueueName("support"), rules=("after 60s: to script:menu",)), Queue(name=QueueName("sales")))
    floor = a_floor(queues=queues)
    # When a version is published that leads back whoever presses nothing
    why = publish(floor, script(text=AGAIN)).the(o.OrderRefused).why
    # Then it is refused with the circle, where its queue step stands, and the version before stays
    assert "queue:support → script:menu → queue:support" in why and "menu.yaml:4:3" in why
    assert arrives(floor, "L1") == FILES.hash
    # And one that leads to another queue is not
    publish(floor, script(text=AGAIN.replace("support", "sales"))).the(o.OrderAccepted)


def test_nor_over_a_script_that_runs_it() -> None:
    queues = (Queue(name=QueueName("support"), rules=("after 60s: to script:outer",)), Queue(name=QueueName("sales")))
    outer = script("outer", "steps:\n  in: {run: inner, then: end, otherwise: end}\n")
    inner = script("inner", "steps:\n  back: {return: }\n")
    floor = a_floor(queues=queues, scripts=(FILES, outer, inner))
    told = publish(floor, script("inner", AGAIN.replace("support}", "support, then: back}") + "  back: {return: }\n"))
    assert "queue:support → script:outer → queue:support" in told.the(o.OrderRefused).why


def test_a_rollback_brings_the_version_before_and_then_one_that_is_named() -> None:
    # Given three versions, one after the other
    floor = a_floor()
    for source in (A, B, C):
        publish(floor, source)
    # When it is rolled back: then the one before is in force
    roll_back(floor)
    assert arrives(floor, "L1") == B.hash
    # And what was before that has to be named
    assert "name one" in roll_back(floor).the(o.OrderRefused).why
    roll_back(floor, to=A)
    assert arrives(floor, "L2") == A.hash
    assert roll_back(floor).the(o.ScriptReleased).release.versions.hash == B.hash


BROKEN = "steps:\n  a: {play: x.wav, then: b}\n  c: {menu: y.wav}\n"
NO_QUEUE = script(text="steps: {a: {queue: nowhere}}")


@pytest.mark.parametrize(
    ("source", "share", "why"),
    [
        (script(text=BROKEN), 1.0, "menu.yaml:2:26: there is no step 'b'"),
        (script(text=BROKEN), 1.0, "menu step 'c'"),  # every reason
        (NO_QUEUE, 1.0, "menu.yaml:1:9: there is no queue 'nowhere'"),
        (ScriptSource(name="menu", hash="0" * 16, text=MENU), 1.0, "is not that of version"),
        (B, 0.0, "a share is above 0"),
        (B, -0.1, "a share is above 0"),
        (B, 1.1, "a share is above 0"),
        (B, float("nan"), "a share is above 0"),
        (A, 1.0, "in force so already"),
        (A, 0.5, "in force for all calls already"),
        (script("new", MENU), 0.5, "nothing is in force of new"),
        (script("../menu", MENU), 1.0, "a script cannot be called '../menu'"),
        (script("menu\n", MENU), 1.0, "letters, digits, _ . - only"),
        (script("m" * 65, MENU), 1.0, "at most 64"),
    ],
)
def test_what_is_refused_changes_nothing(source: ScriptSource, share: float, why: str) -> None:
    # Given a version in force
    floor = a_floor()
    publish(floor, A)
    before = to_plain(floor.state)
    # When an order makes no sense, or its script is wrong
    told = publish(floor, source, share)
    # Then the reason is told, and the old version stays
    assert why in told.the(o.OrderRefused).why
    assert not told.every(o.ScriptReleased)
    assert to_plain(floor.state) == before


@pytest.mark.parametrize(
    ("name", "to", "why", "missing"),
    [
        ("nothing", None, "no script named 'nothing'", True),
        ("menu", None, "no version before", False),
        ("menu", A, "is in force already", False),
        ("menu", script("other", MENU), "is a version of other", False),
        ("menu", NO_QUEUE, "there is no queue 'nowhere'", False),
    ],
)
def test_a_rollback_that_makes_no_sense_is_refused(name: str, to: ScriptSource | None, why: str, missing: bool) -> None:
    floor = a_floor(scripts=())
    publish(floor, A)
    refused = roll_back(floor, to, name).the(o.OrderRefused)
    assert why in refused.why
    assert refused.missing is missing


def test_a_script_that_was_never_published_is_not_rolled_back() -> None:
    assert "was never published" in roll_back(a_floor()).the(o.OrderRefused).why


def test_a_version_goes_with_its_last_call() -> None:
    # Given callers in two versions, and a third in force
    floor = a_floor()
    arrives(floor, "L1")
    publish(floor, A)
    arrives(floor, "L2")
    publish(floor, B)
    publish(floor, C)
    assert kept(floor) == {FILES.hash, A.hash, B.hash, C.hash}  # B for a rollback
    # When they end
    floor.ended("L1")
    assert kept(floor) == {A.hash, B.hash, C.hash}
    floor.ended("L2")
    # Then only what is in force is kept, and what a rollback would bring
    assert kept(floor) == {B.hash, C.hash}
    assert list(floor.state.editions) == [floor.state.edition]


def test_a_caller_who_is_moved_meets_no_version_newer_than_himself() -> None:
    # Given a caller in a talk, who came before a version was published
    floor = a_floor()
    floor.talking("L1")
    publish(floor, A)
    # When the agent's phone moves him to the menu
    told = floor.parked("L1", transfer_to="menu")
    # Then he hears it as it was when he came
    assert told.the(o.StepStarted).script_hash == FILES.hash


def test_two_scripts_of_the_same_text_keep_their_names() -> None:
    floor = a_floor(scripts=(script(), script("twin", MENU)))
    publish(floor, script("twin", MENU))
    assert floor.parked("L1", entry="menu").the(o.StepStarted).script == "menu"


FOUND = f.ReleasesFound(
    releases=(
        Release(
            script="menu",
            versions=InForce(hash=ScriptHash(A.hash), canary=ScriptHash(B.hash), share=0.5),
            before=ScriptHash(C.hash),
            author="wang",
            since=5.0,
        ),
    ),
    sources=(A, B, C),
)


def test_a_new_journal_takes_what_the_records_found() -> None:
    # Given a floor with a new journal
    floor = a_floor()
    # When the records say what was in force
    floor.give(FOUND)
    # Then it is again, with what a rollback would bring
    assert floor.state.releases["menu"] == FOUND.releases[0]
    assert {arrives(floor, f"L{number}") for number in range(20)} == {A.hash, B.hash}
    roll_back(floor)
    assert roll_back(floor).the(o.ScriptReleased).release.versions.hash == C.hash


def test_what_the_floor_knows_is_newer_than_what_the_records_found() -> None:
    floor = a_floor()
    publish(floor, C)
    assert floor.give(FOUND).is_nothing
    # and a release whose text is lost is none
    lost = f.ReleasesFound(releases=FOUND.releases, sources=(A, B))
    assert a_floor().give(lost).is_nothing


def test_a_snapshot_of_a_release_that_knew_no_editions_is_read() -> None:
    # Given a floor with a caller, as the release before wrote it
    floor = a_floor()
    arrives(floor, "L1")
    plain = to_plain(floor.state)
    for name in ("releases", "editions", "edition"):
        del plain[name]
    for call in plain["calls"].values():
        del call["edition"]
    # When it is read
    floor.state = from_wire_as(State, plain)
    # Then he goes on, others come, and what is published is in force
    publish(floor, A)
    assert floor.pressed("L1", invalid="9").the(o.StepStarted).script_hash == FILES.hash
    assert arrives(floor, "L2") == A.hash
    floor.ended("L1")
    floor.ended("L2")
    assert kept(floor) == {FILES.hash, A.hash}


# ---- every call ends on the version that it began with --------------------------------------------------------


class Publishing(RuleBasedStateMachine):
    """Publish, canary, roll back, new files, calls that come, press keys and go: against what each call began with."""

    @initialize()
    def begin(self) -> None:
        self.floor = a_floor()
        self.floor.lawful = False  # the laws of calls are `test_floor_model`'s
        self.began: dict[str, str] = {}
        self.came = 0
        self.hash = 1

    @rule(number=st.integers(0, 4), share=st.sampled_from([1.0, 1.0, 0.5]))
    def publish(self, number: int, share: float) -> None:
        publish(self.floor, version(number), share)

    @rule(number=st.none() | st.integers(0, 4))
    def roll_back(self, number: int | None) -> None:
        roll_back(self.floor, None if number is None else version(number))

    @rule(number=st.integers(0, 4))
    def files_change(self, number: int) -> None:
        self.hash += 1
        taken = settings_of(hash=f"x{self.hash}", scripts=(version(number),))
        self.floor.give(f.SettingsLoaded(settings=taken))

    @rule()
    def call_comes(self) -> None:
        self.came += 1
        standing = self.floor.state.editions[self.floor.state.edition]["menu"]
        wanted = version_for(CallId(f"L{self.came}"), standing)
        assert arrives(self.floor, f"L{self.came}") == wanted
        self.began[f"L{self.came}"] = wanted

    @precondition(lambda self: self.began)
    @rule(data=st.data(), key=st.sampled_from(["", "9", "2"]))
    def key(self, data: st.DataObject, key: str) -> None:
        leg = data.draw(st.sampled_from(sorted(self.began)))
        call = self.floor.state.calls[CallId(leg)]
        if call.place is CallPlace.SCRIPT:
            told = self.floor.pressed(leg, key if key == "2" else "", invalid=key if key == "9" else "")
            assert {x.script_hash for x in told.every(o.StepStarted)} <= {self.began[leg]}
        else:  # handed to an outside number: not reached, back in his script
            told = self.floor.parked(leg)
            assert {x.script_hash for x in told.every(o.StepStarted)} <= {self.began[leg]}

    @precondition(lambda self: self.began)
    @rule(data=st.data())
    def call_ends(self, data: st.DataObject) -> None:
        leg = data.draw(st.sampled_from(sorted(self.began)))
        self.floor.ended(leg)
        del self.began[leg]

    @rule()
    def starts_again(self) -> None:
        """From the journal, or from a snapshot."""
        known: Any = to_plain(self.floor.state)
        assert to_plain(self.floor.replayed()) == known
        self.floor.state = from_wire_as(State, known)

    @invariant()
    def nothing_is_kept_that_nobody_needs(self) -> None:
        state = self.floor.state
        in_use = {call.edition for call in state.calls.values()}
        assert set(state.editions) == in_use | {state.edition}
        needed = {release.before for release in state.releases.values() if release.before}
        for edition in state.editions.values():
            needed |= {hash for versions in edition.values() for hash in (versions.hash, versions.canary) if hash}
        assert set(state.scripts) == needed
        assert all(self.began[leg] in needed for leg in self.began)


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(
    max_examples=examples(15), stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
