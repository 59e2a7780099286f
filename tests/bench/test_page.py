"""docs/performance.md is what the command makes of docs/performance.json."""

from __future__ import annotations

import json
from pathlib import Path

from ccswitch.bench.page import page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_is_made_of_its_document():
    made = json.loads((DOCS / "performance.json").read_text(encoding="utf-8"))
    assert (DOCS / "performance.md").read_text(encoding="utf-8") == page(made)


def test_no_figure_is_missing_from_the_page():
    # Given the document
    made = json.loads((DOCS / "performance.json").read_text(encoding="utf-8"))
    text = (DOCS / "performance.md").read_text(encoding="utf-8")
    # Then each figure has a row, and each that falls short is said to
    for bench in made["benches"]:
        for figure in bench["figures"]:
            assert f"| {figure['name']} |" in text
            if figure["held"] is False:
                assert f"- {figure['name']}: " in text
