"""Sheets: tables on a terminal, tab-separated lines elsewhere, JSON on demand."""

from __future__ import annotations

import io
import json
import re
from contextlib import redirect_stdout

import pytest

from ccswitch.cli import sheets
from ccswitch.cli.client import Desk
from ccswitch.cli.failures import Unreachable
from ccswitch.cli.sheets import Cell, Sheet, card, show, write, write_json

HOSTILE = "Eve\x1b]0;owned\x07\n\t[red]x[/red]"
SHEET = Sheet(
    title="Live",
    columns=("~call", ">for", "name"),
    rows=[("3f0a6c2e-1111", Cell("0:42", "bold red"), HOSTILE)],
    empty="nobody",
)


class Terminal(io.StringIO):
    """A terminal of a hundred columns."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return terminal


def test_without_a_terminal_there_are_lines_with_tabs(capsys: pytest.CaptureFixture[str]):
    write([SHEET, card("one", ("name", "Li"), ("phone", ""))])
    head, row, empty, name = capsys.readouterr().out.splitlines()
    assert head == "call\tfor\tname"
    assert row.split("\t")[:2] == ["3f0a6c2e-1111", "0:42"]
    assert row.count("\t") == 2
    assert "\x1b" not in row
    assert (empty, name) == ("", "name\tLi")


def test_on_a_terminal_there_is_a_table_with_short_ids(terminal: Terminal):
    with redirect_stdout(terminal):
        write([SHEET])
    text = terminal.getvalue()
    assert "3f0a6c2e " in text
    assert "3f0a6c2e-1111" not in text
    assert "\x1b[1;31m0:42" in text
    assert "[red]x[/red]" in text  # a name is no markup
    assert "\x1b]0;owned" not in text


def test_no_color_is_honoured(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    with redirect_stdout(terminal):
        write([SHEET])
    assert "0:42" in terminal.getvalue()
    assert "31m" not in terminal.getvalue()


def test_an_empty_sheet_says_so_on_a_terminal(terminal: Terminal):
    with redirect_stdout(terminal):
        write([Sheet(columns=("a",), rows=[], empty="nobody waits")])
    assert "nobody waits" in terminal.getvalue()


def test_json_is_one_document_that_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]):
    document = {"name": HOSTILE + "\x9b31m\u2028\u202e王"}
    write_json(document)
    text = capsys.readouterr().out
    assert json.loads(text) == document
    assert not any(mark in text for mark in ("\x1b", "\x9b", "\u2028", "\u202e"))
    assert "王" in text


def looks(*answers: object):
    """A question that is answered differently each time."""
    left = list(answers)

    def fetch() -> dict:
        answer = left.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return fetch


def draw(document: dict) -> list[Sheet]:
    return [Sheet(columns=("n",), rows=[(str(document["n"]),)])]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(sheets, "EVERY", 0.0)
    return Desk("http://127.0.0.1:9", "t")


def test_a_watched_view_with_json_is_one_document_a_line(desk: Desk, capsys: pytest.CaptureFixture[str]):
    show(looks({"n": 1}, {"n": 2}), draw, as_json=True, watch=True, frames=2, desk=desk)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [{"n": 1}, {"n": 2}]


def test_a_program_that_watches_is_told_at_once_when_nothing_listens(desk: Desk):
    with pytest.raises(Unreachable):
        show(looks({"n": 1}, Unreachable("gone")), draw, as_json=True, watch=True, frames=2, desk=desk)


def test_a_person_who_watches_keeps_the_last_picture(desk: Desk, terminal: Terminal):
    answers = looks({"n": 77}, Unreachable("gone for a moment"), {"n": 78})
    with redirect_stdout(terminal):
        show(answers, draw, as_json=False, watch=True, frames=3, desk=desk)
    text = terminal.getvalue()
    trouble = text.index("gone for a moment")
    assert "77" in text[:trouble]
    assert "77" in text[trouble:]
    assert text.rindex("77") < text.index("78")


def test_ctrl_c_ends_a_watched_view(desk: Desk, capsys: pytest.CaptureFixture[str]):
    show(looks({"n": 1}, KeyboardInterrupt()), draw, as_json=True, watch=True, desk=desk)
    assert capsys.readouterr().out == '{"n": 1}\n'


def test_a_table_of_figures_that_is_too_wide_goes_on_below(terminal: Terminal, monkeypatch: pytest.MonkeyPatch):
    # Given ten figures with their half-widths, three times as wide as the terminal
    columns = ("interval", *(name for n in range(10) for name in (f">figure {n}", ">±")))
    wide = Sheet(columns=columns, rows=[("09:00", *(f"{n}00.{half} %" for n in range(10) for half in (25, 50)))])
    monkeypatch.setenv("COLUMNS", "60")
    # When it is drawn
    with redirect_stdout(terminal):
        write([wide])
    lines = [line.split() for line in re.sub("\x1b\\[[0-9;]*m", "", terminal.getvalue()).splitlines() if line.strip()]
    # Then no value is cut or folded, each stands beside its half-width, and every part says which row is which
    rows = lines[1::2]
    assert len(rows) > 1
    assert all(row[0] == "09:00" and len(row) % 4 == 1 for row in rows)
    assert [part for row in rows for part in row[1:]] == [
        part for n in range(10) for half in (25, 50) for part in (f"{n}00.{half}", "%")
    ]
    assert all(head[0] == "interval" and head[-1] == "±" for head in lines[::2])
