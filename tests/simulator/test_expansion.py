"""`${…}`."""

from __future__ import annotations

import pytest

from ccswitch.simulator.expansion import expand

VARIABLES = {
    "a": "1",
    "name": "a",
    "long": "abcdef",
    "list": "ARRAY::x|:y|:z",
    "evil": "${a}",
}


def api(name: str, arguments: str) -> str:
    return f"<{name}:{arguments}>"


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("plain", "plain"),
        ("x${a}y", "x1y"),
        ("$${a}", "1"),
        ("${${name}}", "1"),
        ("${none}", ""),
        (r"\${a}", "${a}"),
        ("${long:2}", "cdef"),
        ("${long:1:2}", "bc"),
        ("${long:-2}", "ef"),
        ("${list[1]}", "y"),
        ("${strepoch()}", "<strepoch:>"),
        ("${sched_del(${a})}", "<sched_del:1>"),
        ("${expr(1 + (2 * 3))}", "<expr:1 + (2 * 3)>"),
        ("$1 $ ${", "$1 $ "),
    ],
)
def test_expansion(text: str, out: str) -> None:
    assert expand(text, VARIABLES.get, api) == out


def test_a_value_is_expanded_again_as_the_switch_does_it() -> None:
    # What protects a node is that neither profiles nor checked variables can hold `${` (test_profile, test_variables).
    assert expand("${evil}", VARIABLES.get, api) == "1"


def test_endless_recursion_ends() -> None:
    loop = {"x": "${x}"}
    assert "${x}" in expand("${x}", loop.get, api)
