"""What a plan takes from a configuration, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ccswitch.controller.config_rules import rules
from ccswitch.errors import ConfigError

SHIPPED = Path(__file__).resolve().parents[2] / "conf" / "ccswitch.toml"


def test_queues_agents_and_the_floors_rules_of_the_shipped_configuration() -> None:
    found = rules(SHIPPED)
    assert [queue.name for queue in found.queues] == ["sales", "support"]
    assert [(agent.agent, agent.queues) for agent in found.agents] == [("li", ("sales", "support"))]
    assert (found.rona_limit, found.rest_after_refusal) == (2, 10.0)


def test_neither_nodes_nor_scripts_nor_the_environment_matter(tmp_path: Path) -> None:
    # Given a configuration that cannot be served: its password is nowhere, its entry leads to no script
    file = tmp_path / "c.toml"
    file.write_text(
        '[[node]]\nname = "a"\npassword_env = "NOT_THERE"\n[[entry]]\nname = "x"\ndids = ["1"]\nscript = "none"\n'
        '[[queue]]\nname = "support"\ntarget = 20.0\n'
    )
    # Then its rules can be planned with
    assert [(queue.name, queue.target) for queue in rules(file).queues] == [("support", 20.0)]


def test_everything_that_is_wrong_with_the_rules_is_told(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text(
        '[[queue]]\nname = "support"\ntarget = "soon"\n[[agent]]\nid = "li"\nphone = "1001"\nqueues = ["suport"]\n'
    )
    with pytest.raises(ConfigError) as wrong:
        rules(file)
    assert [(problem.line, problem.mend) for problem in wrong.value.problems] == [
        (3, "write a number"),
        (7, "did you mean 'support'?"),
    ]
    with pytest.raises(ConfigError, match="cannot be read"):
        rules(tmp_path / "none.toml")


def test_a_plan_needs_no_database_driver() -> None:
    script = (
        "import sys; from pathlib import Path; from ccswitch.controller.config_rules import rules\n"
        f"rules(Path({str(SHIPPED)!r}))\n"
        "print([name for name in ('sqlalchemy', 'gevent', 'falcon') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_a_file_without_an_end_is_no_configuration() -> None:
    with pytest.raises(ConfigError, match="more than 4,194,304 characters"):
        rules(Path("/dev/zero"))
