"""Reading dial strings."""

from __future__ import annotations

from ccswitch.simulator.dial_strings import Target, parse


def test_variables_for_all_and_for_one_leg() -> None:
    read = parse("<x=1>{a=b,name='Li, Lei',c=d\\,e}[leg=1]user/1001@x,[leg=2]user/1002@x|sofia/gateway/gw/123")
    assert read.variables == {"x": "1", "a": "b", "name": "Li, Lei", "c": "d,e"}
    assert read.rounds == (
        (Target("user", "1001@x", {"leg": "1"}), Target("user", "1002@x", {"leg": "2"})),
        (Target("sofia", "gateway/gw/123"),),
    )


def test_another_delimiter() -> None:
    assert parse("{^^:sip_h_X-Card=a,b:x=y}user/1@d").variables == {"sip_h_X-Card": "a,b", "x": "y"}
