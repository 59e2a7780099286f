"""A language as a table: what it reads, what it reports, and the schema that says the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ccswitch.reading.findings import Findings, Place
from ccswitch.reading.kinds import Cases, Field, Kind, ListOf, Named, Record, Scalar, Spot, Taken
from ccswitch.reading.yaml_nodes import read_yaml


def _small(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError
    if int(text) > 9:
        raise ValueError("write 9 at most")
    return int(text)


SMALL = Scalar("a digit", _small, {"type": "integer", "minimum": 0, "maximum": 9})
SHAPE = Cases(
    "kind",
    {
        "dot": Record({"at": Field(SMALL, "Where.", required=True)}),
        "line": Record({"to": Field(SMALL, "Where to.", 3)}),
    },
    needs="a shape",
    short=("dot", "at"),
)
PICTURE = Record(
    {
        "size": Field(SMALL, "How large.", 4, 4),
        "shapes": Field(Named(SHAPE, re.compile("[a-z]+"), most=3), "What is on it.", required=True),
        "layers": Field(ListOf(SMALL, most=2), "Which."),
    }
)


def read(kind: Kind, text: str) -> tuple[Any, list[str]]:
    findings = Findings("f.yaml")
    node = read_yaml(text, findings)
    assert node is not None
    return kind.read(node, Spot(findings)), [str(problem) for problem in findings.sorted()]


def test_values_defaults_and_places() -> None:
    picture, wrong = read(PICTURE, "shapes:\n  a: 5\n  b: {kind: line}\nlayers: 1\n")
    assert wrong == []
    assert isinstance(picture, Taken)
    assert (picture["size"], picture["layers"]) == (4, (1,))
    assert (picture.has("size"), picture.has("layers")) == (False, True)
    assert picture.place("layers") == Place(4, 9)
    assert picture.place("size") == picture.at
    assert picture["shapes"]["a"].values == {"kind": "dot", "at": 5}
    assert picture["shapes"]["b"].values == {"kind": "line", "to": 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("size: 12\nshapes: {a: 1}", "f.yaml:1:7: size: this cannot be '12' (write 9 at most)"),
        ("size: x\nshapes: {a: 1}", "f.yaml:1:7: size: this cannot be 'x' (write a digit)"),
        ("size:\nshapes: {a: 1}", "size: there is no value (write a digit)"),
        ("size: [1]\nshapes: {a: 1}", "size: a list or a table where one value should stand (write a digit)"),
        ("size: 1", "f.yaml:1:1: 'shapes' is missing"),
        ("siz: 1\nshapes: {a: 1}", "f.yaml:1:1: there is no 'siz' here (did you mean 'size'?)"),
        ("shapes: {A: 1}", "shapes: 'A' is no name"),
        ("shapes: {a: 1, b: 1, c: 1, d: 1}", "shapes: 4 names (at most 3)"),
        ("shapes: []", "shapes: there is nothing here"),
        ("shapes: {a: {kind: dott, at: 1}}", "shapes.a.kind: there is no 'dott' (did you mean 'dot'?)"),
        ("shapes: {a: {at: 1}}", "shapes.a: 'kind' is missing (add `kind: …`, one of dot, line)"),
        ("shapes: {a: {kind: dot}}", "shapes.a: 'at' is missing"),
        ("shapes: {a: [1]}", "shapes.a: this cannot be a list (write a shape)"),
        ("shapes: {a: {kind: dot, at: 1, to: 1}}", "shapes.a: there is no 'to' here"),
        ("shapes: {a: 1}\nlayers: []", "layers: the list is empty"),
        ("shapes: {a: 1}\nlayers: [1, 2, 3]", "layers: 3 values (at most 2)"),
        ("- 1", "this is no table"),
    ],
)
def test_what_does_not_fit_is_reported_and_the_schema_refuses_it_too(text: str, says: str) -> None:
    _, wrong = read(PICTURE, text)
    assert says in "\n".join(wrong)
    if "no name" not in says:  # names are the reader's matter
        assert not Draft202012Validator(PICTURE.schema()).is_valid(plain(text))


def plain(text: str) -> Any:
    """The document as YAML 1.2 reads it: numbers where digits stand alone."""
    import yaml

    return yaml.safe_load(text)


def test_everything_wrong_is_told_at_once() -> None:
    _, wrong = read(PICTURE, "size: 12\nshapes: {a: x, b: {kind: no}}\nlayers: [y]\nmore: 1\n")
    assert [line.split(":")[1] for line in wrong] == ["1", "2", "2", "3", "4"]


def test_the_schema_takes_what_the_reader_takes() -> None:
    schema = PICTURE.schema()
    Draft202012Validator.check_schema(schema)
    for text in ("shapes: {a: 5, b: {kind: line}}\nlayers: 1", "shapes: {a: {kind: dot, at: 1}}\nlayers: [1, 2]"):
        assert Draft202012Validator(schema).is_valid(plain(text))
    assert schema["properties"]["size"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 9,
        "description": "How large.",
        "default": 4,
    }
