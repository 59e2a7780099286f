"""The readers of values: prompts above all, because they end up in a command to the switch."""

from __future__ import annotations

import pytest

from ccswitch.ivr.fields import Fields
from ccswitch.ivr.prompts import Sound
from ccswitch.ivr.saying import prompt_trouble
from ccswitch.ivr.step import END, Way
from ccswitch.reading.findings import Findings, Place
from ccswitch.reading.yaml_nodes import Table, read_yaml


def fields(text: str) -> tuple[Fields, Findings]:
    findings = Findings("f.yaml")
    table = read_yaml(text, findings)
    assert isinstance(table, Table)
    return Fields(table, "here", findings), findings


@pytest.mark.parametrize(
    "prompt",
    [
        "prompts/welcome.wav",
        "/var/lib/提示/你好.wav",
        "a file.wav",
        "it's.wav",
        "silence_stream://500",
        "tone_stream://%(200,100,440);loops=2",
        "local_stream://moh",
    ],
)
def test_prompts_that_are_fine(prompt: str) -> None:
    assert prompt_trouble(prompt) is None


@pytest.mark.parametrize(
    "prompt",
    [
        "a.wav\nevil: 1",
        "a.wav\r",
        "a\x00b",
        "a\u2028b",
        "\u202egnp.wav",
        "shell_stream:///bin/sh",
        "http://example.org/a.wav",
        "tone_steam://x",
        "${system(ls)}",
        "{loops=2}a.wav",
        "a@@b",
        "tone_stream://%(200",
        "a" * 301,
    ],
)
def test_prompts_that_are_refused(prompt: str) -> None:
    assert prompt_trouble(prompt) is not None


def test_a_misspelt_source_is_recognised() -> None:
    assert prompt_trouble("tone_steam://x") == (
        "'tone_steam://' is no source of prompts",
        "did you mean 'tone_stream'?",
    )


def test_a_reader_that_finds_nothing_usable_reports_it_and_gives_a_stand_in() -> None:
    values, findings = fields("a: []\nb: x\nc: 99\nd: maybe\n")
    assert values.seconds("b", 5.0, 1.0, 60.0) == 5.0
    assert values.whole("b", 3, 1, 10) == 3
    assert values.flag("d") is False
    assert values.onward("missing") == Way(END)
    assert values.table("a") is None
    assert values.prompts("a") == ()
    assert values.whole("c", 3, 1, 10) == 99
    assert len(findings.sorted()) == 7


def test_keys_that_nobody_asked_for_are_reported() -> None:
    values, findings = fields("play: x\nthne: y\n")
    assert values.prompts("play") == (Sound("x"),)
    assert values.way("then") is None
    values.finish()
    assert [str(problem) for problem in findings.sorted()] == [
        "f.yaml:2:1: here: there is no 'thne' here (did you mean 'then'?)"
    ]


def test_a_way_points_to_where_it_is_written() -> None:
    values, _ = fields("a: b\nthen: bye\n")
    way = values.way("then")
    assert way is not None
    assert (way.to, way.at) == ("bye", Place(2, 7))
