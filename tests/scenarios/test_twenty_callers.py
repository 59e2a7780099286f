"""Twenty callers of every kind, five phones of different manners: everybody gets an agent or a named outcome."""

from __future__ import annotations

from collections import Counter

from ccswitch.simulator.phones import busy, declines, rings_on, talks
from tests.scenarios.conftest import MakeStage
from tests.scenarios.stage import MENU, Rules, Stage
from tests.scenarios.world import Caller

MANNERS = {
    "1001": talks(1.0, answer_after=0.2),
    "1002": talks(2.0, answer_after=0.6),
    "1003": busy(),
    "1004": declines(after=0.3),
    "1005": rings_on(),
}
# what they press, when they hang up, and how their calls may end
CROWD = (
    *(({"keys": [(0.8, "1")]}, {"answered"}),) * 8,
    *(({"keys": [(0.8, "2")]}, {"answered"}),) * 4,
    *(({"keys": [(0.8, "1")], "hangs_up_after": 2.5}, {"answered", "abandoned"}),) * 3,
    *(({"keys": [(0.8, "7")]}, {"served"}),) * 2,
    *(({}, {"served"}),) * 1,
    *(({"hangs_up_after": 0.4}, {"left"}),) * 2,
)


def test_every_caller_reaches_an_agent_or_a_named_outcome(make_stage: MakeStage) -> None:
    # Given five phones of different manners whose agents are ready
    stage = make_stage(rules=Rules(ring_timeout=1.5))
    phones = {agent: stage.phone(agent, manner) for agent, manner in MANNERS.items()}
    stage.controller.start()
    stage.ready(*MANNERS)
    # When twenty people call
    crowd = [(stage.caller(to=MENU, **manner), results) for manner, results in CROWD]
    # Then each call comes to an end that is one of those that such a caller can have
    stage.eventually(lambda: all(caller.ended for caller, _ in crowd), 60)
    stage.eventually(lambda: len(stage.rows("calls")) == 20 and all(row["ended"] for row in stage.rows("calls")))
    for caller, results in crowd:
        assert caller.answered
        assert stage.result(caller) in results, (caller.number, stage.row(caller))
    # And what the phones saw is what SQL has
    for agent, phone in phones.items():
        check_phone(stage, agent, phone.rung, phone.answered)
        assert phone.most_at_once <= 1, f"{agent} was rung twice at the same time"
    check_calls(stage, [caller for caller, _ in crowd])
    stage.eventually(lambda: not stage.channels())


def check_phone(stage: Stage, agent: str, rung: int, answered: int) -> None:
    """An offer taken back at once may not have reached the phone; every other one has."""
    offers = stage.rows("offers", agent=agent)
    sure = [offer for offer in offers if offer["result"] != "cancelled" or offer["rang"]]
    assert len(sure) <= rung <= len(offers)
    assert answered == sum(offer["answered"] is not None for offer in offers)
    assert len(stage.rows("talks", agent=agent)) == sum(offer["result"] == "talked" for offer in offers)


def check_calls(stage: Stage, callers: list[Caller]) -> None:
    """Every call once; of each stay, offer and talk the beginning and the end."""
    assert len({row["call_id"] for row in stage.rows("calls")}) == len(callers)
    for table in ("legs", "queue_visits", "offers", "talks"):
        assert all(row["ended"] is not None for row in stage.rows(table)), table
    visits = Counter(row["call_id"] for row in stage.rows("queue_visits"))
    assert set(visits.values()) <= {1}
    talks_of = Counter(row["call_id"] for row in stage.rows("talks"))
    assert set(talks_of.values()) <= {1}
