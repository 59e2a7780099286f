"""`ccswitch config diff | export`."""

from __future__ import annotations

import tomllib

from tests.cli.conftest import Run
from tests.desk.fakes import Fakes


def test_what_orders_changed_is_shown_and_written_as_a_file(run: Run, fakes: Fakes):
    # Given a floor as its files have it
    assert len(run("config", "diff").stdout.splitlines()) == 1
    assert run("config", "export").stdout == "# all is as the files say\n"
    # When an agent is taken on, and a queue paused
    run("agent", "add", "new", "--phone", "1099", "--queue", "sales", "--skill", "billing=7")
    run("queue", "pause", "sales", "--reason", "drill")
    # Then both are shown
    shown = run("config", "diff").stdout
    assert "agent new" in shown and "billing=7" in shown
    assert "queue sales\tmode\topen\tpaused\twang" in shown
    # And what belongs into the files can be put there as it is
    written = run("config", "export").stdout
    assert tomllib.loads(written)["agent"] == [
        {"id": "new", "name": "", "phone": "1099", "queues": ["sales"], "skills": ["billing=7"]}
    ]
    assert "# queue sales: mode paused by wang" in written


def test_devices_by_order_are_shown_and_written_too(run: Run, fakes: Fakes):
    # Given an agent who has a further device by order
    assert run("agent", "devices", "li", "1012", "--ring", "in_turn").exit_code == 0
    # Then it is shown, and can be put into the files
    assert "agent li\tphones\t\t1012\twang" in run("config", "diff").stdout
    [agent] = tomllib.loads(run("config", "export").stdout)["agent"]
    assert (agent["phones"], agent["ring"]) == (["1012"], "in_turn")
