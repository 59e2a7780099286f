"""Rules of queues in the configuration: what is wrong is told where it stands, circles with the whole way."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccswitch.controller import config
from ccswitch.errors import ConfigError

DIALS_OUT = '[[node]]\nname = "pbx1"\ngateway = "carrier"\n'
NORTH = '[[site]]\nname = "north"\ndial = "sip:4000@192.0.2.9"\n'
HEAD = '[[node]]\nname = "pbx1"\npassword = "s3cret"\n'


def problems(
    folder: Path, queues: str, scripts: dict[str, str] | None = None, head: str = HEAD
) -> list[tuple[int, int, str, str]]:
    """What is wrong with a site of these queues and scripts: line of `queues` (from 1), column, what, how to mend."""
    (folder / "ivr").mkdir()
    for name, text in (scripts or {}).items():
        (folder / "ivr" / f"{name}.yaml").write_text(text)
    file = folder / "ccswitch.toml"
    file.write_text(f'{head}[ivr]\ndir = "ivr"\n{queues}')
    try:
        config.load(file, {})
    except ConfigError as error:
        return [(p.line - 5, p.column, p.what, p.mend) for p in error.problems]
    return []


def queue(name: str, *rules: str) -> str:
    """A queue, its rules one a line."""
    lines = "".join(f'  "{rule}",\n' for rule in rules)
    return f'[[queue]]\nname = "{name}"\nrules = [\n{lines}]\n'


def test_a_rule_that_cannot_be_read_is_told_in_its_line_and_column(tmp_path: Path) -> None:
    [(line, column, what, mend)] = problems(tmp_path, queue("sales", "after 20s: billing >= 3", "after 20: billing"))
    assert (line, column) == (5, 3)
    assert what == "rules = 'after 20: billing'"
    assert mend == "column 7: how long, up to 24h is needed, not '20:'; as 20s, 5min or 1h"


@pytest.mark.parametrize(
    ("rule", "what", "mend"),
    [
        ("after 9s: to queue:suport", "there is no queue 'suport'", "did you mean 'support'?"),
        ("after 9s: add queue suport", "there is no queue 'suport'", "did you mean 'support'?"),
        ("after 9s: to voicemail:suport", "there is no queue 'suport'", "did you mean 'support'?"),
        ("after 9s: to callback:suport", "there is no queue 'suport'", "did you mean 'support'?"),
        (
            "after 9s: to callback:support",
            "no node has a gateway to call anybody back",
            'add gateway = "…" to [[node]]',
        ),
        ("after 9s: to site:nort", "there is no site 'nort'", "did you mean 'north'?"),
        ("after 9s: to script:clsed", "there is no script 'clsed'", "did you mean 'closed'?"),
        ("when closed(office): to script:closed", "there is no calendar 'office'", ""),
        ("after 9s: to number:+8621", "node pbx1 has no gateway to dial +8621", "give it a gateway"),
    ],
)
def test_what_a_rule_names_must_be_there(tmp_path: Path, rule: str, what: str, mend: str) -> None:
    found = problems(
        tmp_path,
        queue("sales", rule) + queue("support") + NORTH,
        {"closed": "steps:\n  bye: {hangup: NORMAL_CLEARING}\n"},
    )
    assert (4, 3, what, mend) in found


def test_a_rule_that_stands_there_twice(tmp_path: Path) -> None:
    [(line, _, what, _)] = problems(tmp_path, queue("sales", "after 9s: anybody", "after 9s: anybody"))
    assert (line, what) == (5, "this rule stands here twice")


QUEUES_AGAIN = "start: again\nsteps:\n  again: {play: sorry.wav, then: wait}\n  wait: {queue: sales}\n"
ASKS_FIRST = """
start: ask
steps:
  ask: {menu: stay.wav, keys: {1: wait}, otherwise: bye}
  wait: {queue: sales}
  bye: {hangup: NORMAL_CLEARING}
"""


class TestCircles:
    def test_of_two_queues_are_spelled_out(self, tmp_path: Path) -> None:
        found = problems(
            tmp_path, queue("sales", "after 60s: to queue:care") + queue("care", "when waiting > 9: to queue:sales")
        )
        assert found == [
            (
                9,
                3,
                "callers whom nobody answers go round for ever: queue:sales → queue:care → queue:sales",
                "let one of them end elsewhere; `add queue` lets a caller wait in both",
            )
        ]

    def test_of_a_queue_with_itself(self, tmp_path: Path) -> None:
        [(_, _, what, _)] = problems(tmp_path, queue("sales", "after 60s: to queue:sales"))
        assert "queue:sales → queue:sales" in what

    def test_over_a_script_that_queues_again_by_itself(self, tmp_path: Path) -> None:
        scripts = {"again": QUEUES_AGAIN}
        [(_, _, what, _)] = problems(tmp_path, queue("sales", "after 60s: to script:again"), scripts)
        assert "queue:sales → script:again → queue:sales" in what

    def test_are_none_where_the_caller_is_asked(self, tmp_path: Path) -> None:
        assert problems(tmp_path, queue("sales", "after 60s: to script:ask"), {"ask": ASKS_FIRST}) == []

    def test_are_none_where_queues_help_each_other_in_place(self, tmp_path: Path) -> None:
        queues = queue("sales", "after 9s: add queue care") + queue("care", "after 9s: add queue sales")
        assert problems(tmp_path, queues) == []

    def test_are_none_of_one_who_is_called_back(self, tmp_path: Path) -> None:
        assert problems(tmp_path, queue("sales", "after 60s: to callback:sales"), head=DIALS_OUT) == []

    def test_are_none_of_a_way_that_ends(self, tmp_path: Path) -> None:
        queues = queue("a", "after 9s: to queue:b", "after 5s: to queue:c") + queue("b", "after 9s: to queue:c")
        assert problems(tmp_path, queues + queue("c", "after 9s: to voicemail:a")) == []


def test_the_example_of_the_supervisors_page_is_right(tmp_path: Path) -> None:
    # Given what stands on the page, with the scripts that it names
    page = (Path(__file__).resolve().parents[2] / "docs" / "supervisor.md").read_text()
    example = page.partition("## While callers wait")[2].partition("```toml\n")[2].partition("```")[0]
    assert example.count("[[queue]]") == 2 and "exit_keys" in example
    ends = "steps:\n  bye: {hangup: NORMAL_CLEARING}\n"
    # Then it is a configuration without a mistake
    assert problems(tmp_path, example, {"closed": ends}, DIALS_OUT) == []


def test_exit_keys_lead_somewhere(tmp_path: Path) -> None:
    sales = '[[queue]]\nname = "sales"\nexit_keys = { 1 = "voicemail:sales", 2 = "queue:suport" }\n'
    [(line, _, what, mend)] = problems(tmp_path, sales + queue("support"))
    assert (line, what, mend) == (3, "there is no queue 'suport'", "did you mean 'support'?")


@pytest.mark.parametrize("key", ["10", "a", ""])
def test_an_exit_key_is_one_key(tmp_path: Path, key: str) -> None:
    [(_, _, what, mend)] = problems(tmp_path, f'[[queue]]\nname = "q"\nexit_keys = {{ "{key}" = "queue:q" }}\n')
    assert what == f"exit_keys = '{key}=queue:q'" and mend.startswith("one of 0123456789*#")
