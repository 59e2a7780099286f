"""The tutorial's script and its tests do what the page says."""

from __future__ import annotations

import re
from pathlib import Path

from ccswitch.ivr.lint import hints
from ccswitch.ivr.parse import parse_script
from ccswitch.ivr.trial import run
from ccswitch.ivr.trial_file import parse_trials

PAGE = (Path(__file__).parents[2] / "docs" / "ivr-tutorial.md").read_text(encoding="utf-8")
SCRIPT, TESTS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ASTERISK = re.findall(r"```ini\n(.*?)```", PAGE, re.DOTALL)[0]


def test_the_script_passes_its_tests_at_every_step() -> None:
    script = parse_script(SCRIPT, "ten.yaml", name="ten")
    report = run(script, parse_trials(TESTS, "ten.ivrtest.yaml", script=script))
    assert [(tried.trial.name, tried.wrong) for tried in report.tried if tried.wrong] == []
    assert report.passed, report.too_little


def test_every_option_of_the_old_menu_is_there() -> None:
    script = parse_script(SCRIPT, "ten.yaml", name="ten")
    old = set(re.findall(r"^exten => ([0-9]),", ASTERISK, re.MULTILINE))
    assert set(getattr(script.steps["choice"], "keys", {})) == old
    assert len(old) == 10


def test_check_remarks_on_ten_options() -> None:
    script = parse_script(SCRIPT, "ten.yaml", name="ten")
    assert [hint.what for hint in hints(script)] == ["step 'choice' has 10 choices"]
