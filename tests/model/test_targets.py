"""Where a call can be sent, as people write it."""

from __future__ import annotations

import pytest

from ccswitch.model.targets import Target, TargetKind, WrongTarget, target


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("queue:sales", Target(TargetKind.QUEUE, "sales")),
        (" script: menu-2 ", Target(TargetKind.SCRIPT, "menu-2")),
        ("agent:li.wei", Target(TargetKind.AGENT, "li.wei")),
        ("voicemail:销售", Target(TargetKind.VOICEMAIL, "销售")),
        ("number:+86 21-6234 5678", Target(TargetKind.NUMBER, "+862162345678")),
    ],
)
def test_a_target_is_read(written: str, meant: Target) -> None:
    assert target(written) == meant
    assert target(str(meant)) == meant


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "no target"),
        ("sales", "queue:NAME"),
        ("Queue:sales", "no target"),
        ("queue:", "is no name"),
        ("agent:li wei", "is no name"),
        ("number:sales", "no number to dial"),
        ("number:１２３", "no number to dial"),
        ("number:" + "1" * 33, "no number to dial"),
        ("script:a\nb", "is no name"),
    ],
)
def test_what_is_no_target_is_refused_with_what_is(written: str, told: str) -> None:
    with pytest.raises(WrongTarget, match=told):
        target(written)
