"""Scripts as pictures."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given

from ccswitch.ivr.drawing import Traffic, arrows, boxes, to_dot, to_mermaid
from ccswitch.ivr.parse import parse_script
from tests.ivr.scripts import script, sources

QUOTES = """\
steps:
  a: {play: 'tone_stream://%(1,2,3);x"y', then: b}
  b: {menu: ask.wav, keys: {1-9: a, "#": a}, otherwise: end}
"""


def test_a_box_says_what_a_step_does_and_what_calls_did_there():
    drawn = {box.name: box for box in boxes(script(), {"choice": Traffic(came=200, left=50)})}
    assert drawn["hello"].first and not drawn["choice"].first
    assert drawn["choice"].lines == ("menu: ask.wav", "200 calls, 25% left")
    assert drawn["pin"].lines == ("collect pin (masked): pin.wav",)
    assert drawn["sales"].lines == ("queue sales, priority 7",)
    assert drawn["done"].lines == ("hangup USER_BUSY",)


def test_arrows_between_the_same_steps_are_one():
    drawn = {(arrow.come, arrow.go): arrow.when for arrow in arrows(script(QUOTES))}
    assert drawn == {("a", "b"): "", ("b", "a"): "1–9, #", ("b", "end"): "no input, wrong input"}


@given(sources())
def test_no_way_is_left_out(text):
    drawn = parse_script(text, "any.yaml", name="any")
    there = {(name, way.to) for name, step in drawn.steps.items() for way in step.ways()}
    assert {(arrow.come, arrow.go) for arrow in arrows(drawn)} == there


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz (Debian: apt install graphviz)")
@pytest.mark.parametrize("text", [None, QUOTES])
def test_graphviz_reads_it(text):
    source = to_dot(script(text) if text else script())
    done = subprocess.run(["dot", "-Tsvg"], input=source, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    assert "<svg" in done.stdout and 'x"y' not in source


def test_mermaid_takes_no_character_for_its_own():
    drawn = to_mermaid(script(QUOTES))
    assert drawn.startswith("flowchart TD\n")
    assert "%#40;1,2,3#41;#59;x#34;y" in drawn
    assert 's1 -->|"1–9, #35;"| s0' in drawn
