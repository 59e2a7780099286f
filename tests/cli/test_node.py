"""`ccswitch node`."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_nodes_as_lines_and_as_json(run: Run):
    head, row = run("node", "list").stdout.splitlines()
    assert head == "node\tlink\tsince\tcalls"
    assert row.startswith("pbx1\tup\t")
    assert json.loads(run("node", "list", "--json").stdout)["nodes"][0]["node"] == "pbx1"
