"""The example scripts are right, are shown in the docs as they are, and come to every step in their own tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccswitch.ivr.lint import hints
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.script import Script
from ccswitch.ivr.trial import run
from ccswitch.ivr.trial_file import SUFFIX, parse_trials

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ivr_scripts" / "examples"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.endswith(SUFFIX))
SHOWN = (ROOT / "docs" / "ivr-examples.md").read_text(encoding="utf-8")


def load(path: Path) -> Script:
    return parse_script(path.read_text(encoding="utf-8"), str(path), name=path.stem)


def test_there_are_six() -> None:
    assert [path.stem for path in FILES] == ["balance", "callback", "closed", "survey", "voicemail", "welcome"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_example_comes_to_every_step_in_its_tests(path: Path) -> None:
    # Given an example and the tests beside it
    script = load(path)
    tests = path.with_name(path.stem + SUFFIX)
    # When they run
    report = run(script, parse_trials(tests.read_text(encoding="utf-8"), str(tests), script=script))
    # Then all is as expected, and no step was left out
    assert [(tried.trial.name, tried.wrong) for tried in report.tried if tried.wrong] == []
    assert report.coverage.of_steps == 1.0
    assert report.passed, report.too_little


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_is_remarked_on(path: Path) -> None:
    assert hints(load(path)) == []


def test_the_docs_show_them_as_they_are() -> None:
    shown = re.findall(r"```yaml\n(.*?)```", SHOWN, re.DOTALL)
    assert sorted(shown) == sorted(path.read_text(encoding="utf-8") for path in FILES)
