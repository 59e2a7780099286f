"""Findings: in file order, not without end, and with a suggestion."""

from __future__ import annotations

import time
import timeit

import pytest

from ccswitch.errors import ConfigError
from ccswitch.reading.findings import LIMIT, Findings, Place, TooMany, all_or_nothing, did_you_mean, shown


def test_problems_are_told_in_file_order() -> None:
    findings = Findings("f.yaml")
    for at in (Place(3, 1), Place(1, 9), Place(1, 2)):
        findings.add(at, "x")
    assert [(problem.line, problem.column) for problem in findings.sorted()] == [(1, 2), (1, 9), (3, 1)]


def test_problems_of_a_file_that_this_one_builds_on_come_after_its_own() -> None:
    findings = Findings("f.yaml")
    for at in (Place(1, 1, "base.yaml"), Place(9, 1)):
        findings.add(at, "x")
    assert [str(problem) for problem in findings.sorted()] == ["f.yaml:9:1: x", "base.yaml:1:1: x"]


def test_there_is_a_limit() -> None:
    findings = Findings("f.yaml")
    with pytest.raises(TooMany):
        for line in range(LIMIT + 1):
            findings.add(Place(line + 1, 1), "x")
    assert len(findings.sorted()) == LIMIT


def test_a_file_is_read_whole_or_everything_wrong_is_told() -> None:
    # Given readers that find nothing wrong, something, more than anybody reads, and nothing at all
    def wrong(findings: Findings, times: int) -> str:
        for line in range(times):
            findings.add(Place(line + 1, 1), "x")
        return "made of it all the same"

    # When and then: only the first has a value, the others' findings are the error
    assert all_or_nothing("f.yaml", lambda findings: wrong(findings, 0)) == "made of it all the same"
    for times, told in ((2, 2), (LIMIT + 5, LIMIT)):
        with pytest.raises(ConfigError) as error:
            all_or_nothing("f.yaml", lambda findings, times=times: wrong(findings, times))
        assert len(error.value.problems) == told
    with pytest.raises(ConfigError):
        all_or_nothing("f.yaml", lambda findings: None)


def test_suggestions() -> None:
    assert did_you_mean("suport", ["sales", "support"]) == "did you mean 'support'?"
    assert did_you_mean("zzz", ["sales", "support"]) == "there is sales, support"
    assert did_you_mean("zzz", [f"n{number}" for number in range(20)]).endswith("n11 …")
    assert did_you_mean("zzz", []) == ""


def test_a_thousand_long_names_that_are_nearly_alike_do_not_hold_up_a_suggestion() -> None:
    names = [f"{'step' * 15}{number}" for number in range(1000)]
    assert did_you_mean("step" * 14 + "stxp777", names) == f"did you mean {shown(names[777])}?"
    assert (
        min(timeit.repeat(lambda: did_you_mean("stxp" * 15, names), timer=time.process_time, number=1)) < 0.2
    )  # 0.01 measured; all in full: 0.5


def test_hostile_words_are_shown_harmlessly() -> None:
    assert shown("a\nb\x1b[31m") == "'a\\nb\\x1b[31m'"
    assert len(shown("x" * 1000)) == 42
