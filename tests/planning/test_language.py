"""The JSON Schema says what the reader says: about every shipped scenario, and about broken ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ccswitch.planning.language import SCENARIO, json_schema
from ccswitch.reading.findings import Findings
from ccswitch.reading.kinds import Cases, Field, Kind, ListOf, Named, Record, Spot
from ccswitch.reading.yaml_nodes import Text
from tests.planning.files import EXAMPLES, QUEUEING, SMALL, document, wrong

SCHEMA = Draft202012Validator(json_schema())


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("file", [*EXAMPLES, *QUEUEING], ids=lambda file: file.name)
def test_it_takes_every_shipped_scenario(file: Path) -> None:
    assert list(SCHEMA.iter_errors(document(file.read_text(encoding="utf-8")))) == []


BROKEN = {
    "a key that nobody knows": ("count: 4", "cuont: 4"),
    "a duration": ("length: 1h", "length: 1:30"),
    "a rate without a unit": ("60/h", "60"),
    "a law": ("law: exponential", "law: normal"),
    "a law's parameter": ("mean: 3 min", "sd: 3 min"),
    "a law's spread": ("law: exponential", "law: gamma"),
    "a count": ("count: 4", "count: many"),
    "a negative count": ("count: 4", "count: -4"),
    "a span": ("count: 4", "count: 4, schedule: [Mo 9-18]"),
    "a share": ("count: 4", "count: 4, rona: 3 percent"),
    "no types": ("types:", "typs:"),
    "a missing queue": ("queue: main, ", ""),
    "two kinds of rate": ("arrivals: 60/h", "arrivals: {rate: 60/h, counts: [3]}"),
    "no rate": ("arrivals: 60/h", "arrivals: {every: 1h}"),
    "an empty value": ("count: 4", "count:"),
    "more than always": ("count: 4", "count: 4, rona: 1.5"),
    "more than a year": ("length: 1h", "length: 99999999"),
    "less than a second": ("length: 1h", "length: 0"),
    "a date before there were clocks": ("horizon:", "start: 0001-01-01\nhorizon:"),
    "a date after the calendar": ("horizon:", "start: 9999-12-31\nhorizon:"),
    "an empty list": ("queues: main}", "queues: []}"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_it_refuses_what_the_reader_refuses(broken: str, tmp_path: Path) -> None:
    before, after = BROKEN[broken]
    assert before in SMALL
    text = SMALL.replace(before, after)
    assert wrong(tmp_path, text)
    assert not SCHEMA.is_valid(document(text))


def test_a_variant_need_not_be_whole() -> None:
    assert SCHEMA.is_valid(document("like: day.yaml\ngroups:\n  late: {count: 3}\n"))
    assert not SCHEMA.is_valid(document("groups:\n  late: {count: 3}\n"))


def _fields(kind: Kind, path: str = "") -> Any:
    """Every field of the language with its path."""
    match kind:
        case Record():
            for key, field in kind.fields.items():
                yield f"{path}.{key}", field
                yield from _fields(field.kind, f"{path}.{key}")
        case Named() | ListOf():
            yield from _fields(kind.item, f"{path}.*")
        case Cases():
            for word, record in kind.cases.items():
                yield from _fields(record, f"{path}.{word}")
        case _:
            if hasattr(kind, "table"):
                yield from _fields(kind.table, path)


FIELDS = dict(_fields(SCENARIO))


@pytest.mark.parametrize("path", FIELDS)
def test_what_the_schema_calls_a_default_is_what_holds(path: str) -> None:
    field: Field = FIELDS[path]
    assert field.says.endswith(".")
    if field.written is not None:
        findings = Findings("f")
        assert field.kind.read(Text(str(field.written), at=None), Spot(findings)) == field.default  # type: ignore[arg-type]
        assert not findings
