"""The command line as a whole: nouns, help, exit codes, errors in a line."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ccswitch.cli import NOUNS, main
from ccswitch.controller import bootstrap
from ccswitch.errors import ConfigError, JournalError, Problem
from tests.cli.conftest import Run

COMMANDS = {  # noun → what can be done with it
    "": "serve demo doctor audit bench simulate",
    "agent": "list show add login logout ready break dial explain follow queue report skill wrapup devices "
    "connection leg",
    "call": "list show trace explain hangup hold unhold transfer consult complete conference back record monitor "
    "whisper barge take leave keep",
    "queue": "list show watch close drain move open pause report priority resume",
    "callback": "list show add cancel explain",
    "voicemail": "list done",
    "customer": "find import show tag",
    "calendar": "list show close-now open-now follow",
    "ivr": "list check draw rehearse test publish rollback versions usage schema",
    "node": "list",
    "config": "check render diff export",
    "db": "upgrade status",
    "token": "add revoke list",
}


def leaves(command: click.Command, path: tuple[str, ...] = ()):
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from leaves(found, (*path, name))
    else:
        yield path, command


def test_every_noun_lives_where_the_table_says():
    for name, (where, line) in NOUNS.items():
        module, _, attribute = where.partition(":")
        assert getattr(import_module(module), attribute).name == name
        assert line.endswith(".")


def test_the_commands_of_this_release():
    known = {f"{noun} {word}".strip() for noun, words in COMMANDS.items() for word in words.split()}
    assert {" ".join(path) for path, _ in leaves(main)} == known


@pytest.mark.parametrize("path", [path for path, _ in leaves(main)], ids=" ".join)
def test_every_command_says_what_it_does(path: tuple[str, ...]):
    command = dict(leaves(main))[path]
    shown = CliRunner().invoke(main, [*path, "--help"])
    assert shown.exit_code == 0
    assert command.help
    assert all(option.help or option.hidden for option in command.params if isinstance(option, click.Option))


def test_listings_take_json_and_watch():
    for path, command in leaves(main):
        names = {name for option in command.params for name in option.opts}
        if path in (("ivr", "list"), ("token", "list"), ("customer", "show")):
            assert "--json" in names  # files, and the database itself: no desk to ask, nothing to watch
        elif path[-1] in ("list", "show", "trace", "explain"):
            assert {"--json", "--watch", "--url", "--token"} <= names, path


@pytest.mark.parametrize("arguments", [["bogus"], ["queue", "bogus"], ["queue", "list", "--bogus"], ["agent", "ready"]])
def test_a_mistake_of_usage_is_2(run: Run, arguments: list[str]):
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ConfigError([Problem("a.toml", 3, 1, "no such key", "take it out"), Problem("a.toml", 5, 2, "bad")]),
            ["a.toml:3:1: no such key (take it out)", "a.toml:5:2: bad"],
        ),
        (JournalError("journal 3: torn\nat 17"), ["ccswitch: journal 3: torn at 17"]),
        (
            FileNotFoundError(2, "No such file or directory", "/nowhere"),
            ["ccswitch: /nowhere: No such file or directory"],
        ),
    ],
)
def test_what_is_refused_on_purpose_is_told_without_traceback(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: list[str]
):
    def serve(_path: Path) -> None:
        raise error

    monkeypatch.setattr(bootstrap, "serve", serve)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == said


def test_an_error_of_ours_is_not_hidden(elsewhere: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bootstrap, "serve", lambda _path: 1 / 0)
    assert isinstance(CliRunner().invoke(main, ["serve"]).exception, ZeroDivisionError)


# ---- as a process of its own


def ccswitch(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ccswitch", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, **more)  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["queue", "list"], 0, ""),
        (["agent", "break", "li", "--reason", "lunch"], 0, ""),
        (["agent", "add", "sun", "--phone", "1001"], 1, "phone 1001 is li's"),
        (["agent", "ready", "nobody"], 4, "no agent named 'nobody'"),
        (["call", "hangup", "nope"], 4, "no live call"),
        (["agent", "bogus"], 2, "No such command"),
    ],
)
def test_exit_codes(run: Run, arguments: list[str], code: int, words: str):
    done = ccswitch(*arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= (1 if code in (1, 4) else 9)


def test_nothing_listens_is_3(elsewhere: Path):
    done = ccswitch("queue", "list", "--url", "http://127.0.0.1:1", "--token", "t")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "ccswitch: nothing listens at http://127.0.0.1:1: start `ccswitch serve`, or name another with --url\n"
    )


def test_a_reader_who_has_seen_enough_is_no_traceback(run: Run):
    command = f"{sys.executable} -m ccswitch call list --json --watch --frames 3 | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=240, check=False)
    assert "Traceback" not in done.stderr
