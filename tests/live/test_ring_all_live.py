"""A queue that rings all: on a real FreeSWITCH two phones pick up within milliseconds, again and again. One talks, the
other is let go without blame, and nobody is stuck."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.live.office import Office, open_office
from tests.live.sip_phone import SipPhone

pytestmark = pytest.mark.live

TIMES = 20
AGENTS = ("li", "wang")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as office:
        for agent in AGENTS:
            office.api("POST", f"/agents/{agent}/queues", {"add": ["all"], "drop": ["sales"]})
            office.says(agent, "*13")
        yield office


def test_two_agents_pick_up_within_milliseconds(office: Office) -> None:
    with SipPhone("caller") as caller:
        for _ in range(TIMES):
            # Given both free, When somebody calls, and both phones pick up as soon as they ring
            office.eventually(lambda: all(office.agent(name)["free"] for name in AGENTS))
            before = {name: len(office.phones[name].dialogs) for name in AGENTS}
            dialog = caller.call("4001", office.switch.sip_port)
            # Then one talks and the other's phone is let go
            office.eventually(lambda: sorted(office.agent(name)["state"] for name in AGENTS)[-1] == "talking")
            office.eventually(lambda: len(office.switch.channels()) == 2)
            assert [len(office.phones[name].dialogs) - before[name] for name in AGENTS] == [1, 1]
            sides = [list(office.phones[name].dialogs.values())[-1] for name in AGENTS]
            assert all(side.answered.is_set() for side in sides)
            assert dialog.answered.is_set() and not dialog.ended.is_set()
            caller.hang_up(dialog)
            office.quiet()
    # And of each call one offer was taken, and the others blame nobody
    office.eventually(lambda: not office.rows("SELECT * FROM offers WHERE ended IS NULL"))
    query = "SELECT call_id, result FROM offers ORDER BY call_id, result"
    by_call: dict[str, list[str]] = {}
    for row in office.rows(query):
        by_call.setdefault(row["call_id"], []).append(row["result"])
    assert len(by_call) == TIMES
    assert set(map(tuple, by_call.values())) == {("cancelled", "talked")}
    assert not office.rows("SELECT * FROM calls WHERE result != 'answered' AND entry = 'all'")
    assert all(office.agent(name)["status"] == "ready" for name in AGENTS)
