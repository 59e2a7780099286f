"""YAML: text stays text, places are right, and nothing that swells or hides is let in."""

from __future__ import annotations

import pytest
import yaml

from ccswitch.reading import yaml_nodes
from ccswitch.reading.findings import Findings, Place
from ccswitch.reading.yaml_nodes import DEPTH_LIMIT, SIZE_LIMIT, Many, Table, Text, read_yaml

BILLION_LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{last}, *{last}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str) -> tuple[object, list[str]]:
    findings = Findings("f.yaml")
    node = read_yaml(text, findings)
    return node, [str(problem) for problem in findings.sorted()]


def test_nodes_know_where_they_stand() -> None:
    node, wrong = read("a: 1\n中:\n  - on\n  - {b: '1:30'}\n")
    assert wrong == []
    assert isinstance(node, Table)
    assert node.entries["a"] == (Text("a", Place(1, 1)), Text("1", Place(1, 4)))
    key, many = node.entries["中"]
    assert key.at == Place(2, 1)
    assert isinstance(many, Many)
    assert many.items[0] == Text("on", Place(3, 5))
    inner = many.items[1]
    assert isinstance(inner, Table)
    assert inner.entries["b"][1] == Text("1:30", Place(4, 9), quoted=True)


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2", "f.yaml:2:1: 'a' is written twice (the first one is in line 1)"),
        ("a: &x 1", "f.yaml:1:4: anchor &x"),
        ("a: *x", "f.yaml:1:4: alias *x"),
        ("a: !!python/name:os.system x", "f.yaml:1:4: tag"),
        ("a: !!int 3", "f.yaml:1:4: tag"),
        ("a: 1\n---\nb: 2", "f.yaml:2:1: a second document"),
        ("? [a]\n: b", "f.yaml:1:3: a list or a table where a name should stand"),
        ("a:\n\tb: 1", "f.yaml:2:1: not YAML"),
        ("a: b: c", "f.yaml:1:5: not YAML"),
        ("a: 'x", "(close the quote)"),
        ("a: 中\x00", "f.yaml:1:5: character '\\x00' is no text"),
        ("a: 1\nb: 中\ud800", "f.yaml:2:5: character '\\ud800' is no text"),
        ("{" * 2000, "nested more than"),
        ("{a: 1", "f.yaml:"),
        ("*: x", 'needs quotes: "*"'),
    ],
)
def test_what_is_refused(monkeypatch: pytest.MonkeyPatch, loader: type, text: str, says: str) -> None:
    # Both parsers of PyYAML refuse it, in the same place
    monkeypatch.setattr(yaml_nodes, "_LOADER", loader)
    _, wrong = read(text)
    assert says in "\n".join(wrong)


def test_a_billion_laughs_are_refused_where_they_begin() -> None:
    _, wrong = read(BILLION_LAUGHS)
    assert len(wrong) == 9 + 16
    assert wrong[0] == "f.yaml:1:4: anchor &a (remove it; scripts have no anchors)"


def test_depth_and_size_have_a_limit() -> None:
    assert read("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT)[1] == []
    assert "nested" in read("[" * (DEPTH_LIMIT + 1))[1][0]
    assert read("#" * SIZE_LIMIT)[1] == []
    assert "characters" in read("#" * (SIZE_LIMIT + 1))[1][0]


def test_nothing_is_nothing() -> None:
    assert read("# only a comment\n") == (None, [])
