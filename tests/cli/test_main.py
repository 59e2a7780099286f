"""The door: gevent is for commands that work themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccswitch.__main__ import needs_gevent


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ([], False),
        (["--help"], False),
        (["--version"], False),
        (["serve", "--help"], False),
        (["queue", "watch"], False),
        (["agent", "list"], False),
        (["simulate", "s.yaml"], False),
        (["serve"], True),
        (["serve", "--config", "x"], True),
        (["demo", "--for", "5s"], True),
        (["doctor"], True),
        (["db", "upgrade"], True),
    ],
)
def test_who_needs_gevent(monkeypatch: pytest.MonkeyPatch, arguments: list[str], needed: bool):
    monkeypatch.delenv("_CCSWITCH_COMPLETE", raising=False)
    assert needs_gevent(arguments) is needed


def test_completion_needs_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("_CCSWITCH_COMPLETE", "bash_complete")
    assert not needs_gevent(["serve"])


HEAVY = ("gevent", "sqlalchemy", "falcon", "pydantic", "rich", "alembic", "jinja2", "greenswitch", "prometheus_client")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["queue", "--help"], ["call", "list", "--help"], ["serve", "--help"], ["bench", "--help"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]):
    # Given a process that is asked for help and then says what it imported
    script = (
        "import sys, atexit\n"
        f"atexit.register(lambda: print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr))\n"
        f"sys.argv = ['ccswitch', *{arguments!r}]\n"
        "from ccswitch.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0
    assert done.stderr == "[]\n"


def test_a_command_that_works_itself_is_patched_before_anything_else(tmp_path: Path):
    script = (
        "import sys\n"
        f"sys.argv = ['ccswitch', 'config', 'check', '--config', {str(tmp_path / 'none.toml')!r}]\n"
        "from ccswitch.__main__ import main\n"
        "try:\n    main()\n"
        "finally:\n    from gevent import monkey; print(monkey.is_module_patched('socket'))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    assert done.stdout.splitlines()[-1] == "True"


def test_ctrl_c_while_modules_are_read_shows_no_traceback():
    # Given somebody who stops the command before it has begun
    script = (
        "import sys\n"
        "class Impatient:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'ccswitch.cli':\n"
        "            raise KeyboardInterrupt\n"
        "from ccswitch.__main__ import main\n"
        "sys.meta_path.insert(0, Impatient())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    # Then it ends as a shell expects, without a word
    assert (done.returncode, done.stderr) == (130, "")
