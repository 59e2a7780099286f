"""`ccswitch demo`."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from ccswitch.cli import main


@pytest.mark.parametrize("arguments", [["--for", "soon"], ["--for", "-5s"], ["--calls-per-minute", "-1"]])
def test_a_span_that_is_none_is_a_mistake_of_usage(arguments: list[str]):
    assert CliRunner().invoke(main, ["demo", *arguments]).exit_code == 2
