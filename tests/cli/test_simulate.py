"""`ccswitch simulate`: tables, one document, refusals, and what Ctrl-C leaves."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ccswitch.cli import main
from ccswitch.planning.scenario import Law
from tests.planning.files import CHECKOUT, EXAMPLES, SMALL

SHORT = SMALL.replace("1h}", "20 min}") + "replications: 3\nname: A short hour\n"


def simulate(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["simulate", "--jobs", "1", *arguments], prog_name="ccswitch")


@pytest.fixture
def file(tmp_path: Path) -> str:
    (tmp_path / "s.yaml").write_text(SHORT)
    return str(tmp_path / "s.yaml")


def test_tables(file: str) -> None:
    done = simulate(file)
    assert done.exit_code == 0
    assert "A short hour" not in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "replications\t3 of 3, seed 1"
    assert "figure\tvalue\t± 95 %" in lines
    figures = {line.split("\t")[0]: line.split("\t")[1:] for line in lines}
    value, half = figures["calls a half-hour"]
    assert float(value) > 0
    assert float(half) > 0
    # One queue, one group, one type and one interval tell no two things apart, so there are no more tables
    assert not any(line.startswith(("queue\t", "group\t", "type\t", "interval\t")) for line in lines)
    assert "note: 3 replications are few" in done.stderr


def test_slices_and_level(file: str) -> None:
    narrow, wide = simulate(file, "--by", "group", "--by", "interval"), simulate(file, "--level", "99")
    assert "group\tanswered\t±" in narrow.stdout
    assert "interval\tcalls/½h\t±" in narrow.stdout
    assert "\n00:00\t" in narrow.stdout
    assert "figure\tvalue\t± 99 %" in wide.stdout


def test_a_trace_is_not_written_over_the_scenario(file: str) -> None:
    refused = simulate(file, "--trace", file)
    assert refused.exit_code == 2
    assert "would be written over the scenario" in refused.stderr
    assert Path(file).read_text() == SHORT


def test_one_document_and_the_seed(file: str) -> None:
    first, again, other = (simulate(file, "--json", "--seed", seed) for seed in ("5", "5", "6"))
    assert first.stdout == again.stdout != other.stdout
    document = json.loads(first.stdout)
    assert (document["scenario"], document["seed"]) == ("A short hour", 5)
    assert set(document["by"]) == {"overall", "type", "queue", "group", "interval"}


def test_trace_and_replications(file: str, tmp_path: Path) -> None:
    done = simulate(file, "--replications", "1", "--trace", str(tmp_path / "t.ndjson"), "--json")
    assert json.loads(done.stdout)["replications"] == {"asked": 1, "played": 1}
    assert all(json.loads(line)["at"] >= 0 for line in (tmp_path / "t.ndjson").read_text().splitlines())
    # A trace that cannot be written is refused in a line
    refused = simulate(file, "--trace", str(tmp_path / "no" / "t.ndjson"))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "No such file or directory" in refused.stderr


def test_what_is_wrong_is_told_and_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SMALL.replace("3 min", "3 mn").replace("count", "cuont"))
    done = simulate(str(tmp_path / "s.yaml"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert [line.split(": ")[0].rpartition("s.yaml")[2] for line in done.stderr.splitlines()] == [
        ":3:74",
        ":7:8",
        ":7:9",
    ]
    assert simulate(str(tmp_path / "none.yaml")).exit_code == 1
    assert simulate().exit_code == 2
    assert simulate(str(tmp_path / "s.yaml"), "--level", "90").exit_code == 2


def test_check_says_warnings_too(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SMALL.replace("60/h", "90/h").replace("1h}", "2h, warmup: 1h, batches: 20}"))
    done = simulate("--check", str(tmp_path / "s.yaml"))
    assert done.exit_code == 0
    assert done.stdout.endswith("s.yaml: right\n")
    assert "the offered load of main is 4.8 Erlang for 4 agents" in done.stderr


def test_the_schema(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["simulate", "--schema"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["properties"]["horizon"]["required"] == ["length"]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda file: file.name)
def test_the_shipped_examples_run(example: Path) -> None:
    done = simulate(str(example), "--replications", "1", "--json")
    assert done.exit_code == 0
    overall = json.loads(done.stdout)["by"]["overall"][0]["figures"]
    assert overall["answered"]["value"] > 100
    assert 0 < overall["service_level"]["value"] < 1
    assert overall["blocked_share"]["value"] > 0 if example.stem == "peak" else overall["closed_share"] is not None


def test_it_needs_no_database_no_web_and_no_gevent(file: str) -> None:
    script = (
        "import sys, atexit\n"
        "heavy = ('sqlalchemy', 'gevent', 'falcon', 'redis', 'greenswitch')\n"
        "atexit.register(lambda: print([name for name in heavy if name in sys.modules], file=sys.stderr))\n"
        f"sys.argv = ['ccswitch', 'simulate', '--replications', '1', '--json', {file!r}]\n"
        "from ccswitch.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "[]")


def test_ctrl_c_leaves_what_is_there(tmp_path: Path) -> None:
    # Given a simulation that would go on for hours, in two processes, and its first run's trace
    (tmp_path / "s.yaml").write_text(SHORT.replace("20 min", "8h").replace("replications: 3", "replications: 10000"))
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "ccswitch", "simulate", "--jobs", "2", "s.yaml", "--trace", "pipe"]
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores it
    )
    # When Ctrl-C comes while the first run still writes its trace
    with running, (tmp_path / "pipe").open(encoding="utf-8") as trace:
        assert json.loads(trace.readline())
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=120)  # nobody closes the pipe before: that would be another story
    # Then it says so in a line, leaves no process behind, and shows no traceback
    assert running.returncode == 1
    assert (out, err) == ("", "ccswitch: stopped before the first run was over\n")


def test_a_killed_replication_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    # Given a system that is out of memory and ends the processes that play
    from ccswitch.planning import replications

    parent = os.getpid()

    def play(scenario, seed, **more):
        assert os.getpid() != parent
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(replications, "play", play)
    done = CliRunner().invoke(main, ["simulate", "--jobs", "2", file], prog_name="ccswitch")
    # Then the command says so, without a traceback
    assert done.exit_code == 1
    assert "a replication was killed from outside" in done.stderr
    assert not done.stdout


def test_ctrl_c_shows_the_runs_that_are_over(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    # Given somebody who stops after two of three runs
    from ccswitch.planning import replications

    real = replications.play
    played: list[int] = []

    def play(scenario, seed, **more):
        played.append(seed)
        if len(played) == 3:
            raise KeyboardInterrupt
        return real(scenario, seed, **more)

    monkeypatch.setattr(replications, "play", play)
    done = simulate(file, "--json")
    # Then the two are told, and the exit code is a shell's for Ctrl-C
    assert json.loads(done.stdout)["replications"] == {"asked": 3, "played": 2}
    assert "stopped after 2 of 3 replications" in done.stderr
    assert done.exit_code == 130


# ---- docs/simulate.md ----------------------------------------------------------------------------------------

PAGE = (CHECKOUT / "docs" / "simulate.md").read_text(encoding="utf-8")


def test_what_the_page_quotes_stands_in_the_examples() -> None:
    lines = {line for file in EXAMPLES for line in file.read_text(encoding="utf-8").splitlines()}
    quoted = [
        line for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines() if line
    ]
    assert len(quoted) > 30
    assert [line for line in quoted if line not in lines] == []


def test_the_page_tells_every_option() -> None:
    options = {name for parameter in main.get_command(None, "simulate").params for name in parameter.opts}  # type: ignore
    assert [
        name for name in sorted(options) if name.startswith("--") and f"`{name}" not in PAGE and name != "--json"
    ] == []


def test_the_page_names_every_law() -> None:
    assert [law.value for law in Law if f"`{law.value}`" not in PAGE] == []
