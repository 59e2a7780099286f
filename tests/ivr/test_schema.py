"""The JSON Schema says what the reader says: about every shipped script and every example, and about broken ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from ccswitch.ivr.schema import json_schema
from ccswitch.ivr.steps import BY_WORD
from tests.ivr.scripts import CHOICE, problems, sources
from tests.planning.files import document
from tests.searching import examples

SCHEMA = Draft202012Validator(json_schema())
ROOT = Path(__file__).parents[2]
SHIPPED = sorted(path for path in (ROOT / "ivr_scripts").rglob("*.yaml") if not path.name.endswith(".ivrtest.yaml"))
PAGES = sorted((ROOT / "docs").glob("ivr*.md"))
EXAMPLES = [
    pytest.param(text, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
    if re.search("^steps:$", text, re.MULTILINE)
]


def test_it_is_a_schema_of_every_kind_of_step() -> None:
    Draft202012Validator.check_schema(json_schema())
    kinds = json_schema()["properties"]["steps"]["additionalProperties"]["anyOf"]
    assert [kind["title"] for kind in kinds] == list(BY_WORD)
    assert all(kind["description"] for kind in kinds)


def test_no_key_is_left_open() -> None:
    # Given the keys of every kind, then each has a schema: whoever reads a key by himself describes it (`DESCRIBED`)
    for kind in json_schema()["properties"]["steps"]["additionalProperties"]["anyOf"]:
        assert [key for key, schema in kind["properties"].items() if not schema] == [], kind["title"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_it_takes_every_shipped_script(path: Path) -> None:
    assert list(SCHEMA.iter_errors(document(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("text", EXAMPLES)
def test_it_takes_every_example_in_the_docs(text: str) -> None:
    assert list(SCHEMA.iter_errors(document(text))) == []


@settings(max_examples=examples(15), deadline=None)
@given(sources())
def test_it_takes_what_the_reader_takes(text: str) -> None:
    assert list(SCHEMA.iter_errors(document(text))) == []


BROKEN = {
    "a key that nobody knows": ("timeout: 4s", "timeut: 4s"),
    "a time": ("timeout: 4s", "timeout: four"),
    "too long": ("timeout: 4s", "timeout: 100"),
    "too many tries": ("tries: 3", "tries: 11"),
    "no way on": ("answer: , then: choice", "answer: "),
    "digits": ("digits: 4", "digits: four"),
    "a variable": ("into: pin", "into: Pin"),
    "neither yes nor no": ("masked: yes", "masked: perhaps"),
    "a cause": ("USER_BUSY", "USER_BSY"),
    "a kind": ("queue: sales", "queu: sales"),
    "a number": ('"+8621"', "nobody"),
    "no keys": ("keys: {1: sales, 2: pin}", "keys: {}"),
    "keys that are missing": ("keys: {1: sales, 2: pin}", ""),
    "an answer with a value": ("answer: ,", "answer: now,"),
    "a prompt that says nothing": ("[bye.wav, tone.wav]", "[{numbr: 7}]"),
    "what follows a silence": ("no_input: {play:", "no_input: {plays:"),
    "no steps": ("steps:", "stps:"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_it_refuses_what_the_reader_refuses(broken: str) -> None:
    before, after = BROKEN[broken]
    assert before in CHOICE
    text = CHOICE.replace(before, after)
    assert problems(text)
    assert not SCHEMA.is_valid(document(text))
