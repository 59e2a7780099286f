"""What goes along to another site: it comes back as it was, and a forged one is no more than it may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ccswitch.model.passed import LONGEST, LONGEST_WAIT, MOST_PRIORITY, MOST_TAGS, Passed, from_header, to_header

FULL = Passed("3f0a-1", 42.5, 2, "lang.zh >= 5 and (billing or vip)", "lang.zh >= 8, vip", ("gold", "night"))


def test_what_is_sent_is_what_comes() -> None:
    assert from_header(to_header(FULL)) == FULL
    assert from_header(to_header(Passed("c1"))) == Passed("c1")


def test_a_long_one_leaves_wishes_out_and_keeps_the_place() -> None:
    # Given wishes and tags that no line of SIP would take
    long = FULL._replace(requires=" or ".join(f"skill{n} >= 3" for n in range(60)), prefers="x, " * 100 + "x")
    # Then who he is and how long he has waited are there all the same
    came = from_header(header := to_header(long))
    assert len(header) <= LONGEST and came is not None
    assert (came.call, came.waited, came.priority, came.tags, came.prefers) == (
        "3f0a-1",
        42.5,
        2,
        ("gold", "night"),
        "",
    )


@given(st.text(max_size=LONGEST + 50))
def test_anything_else_is_nothing_or_within_bounds(header: str) -> None:
    passed = from_header(header)
    assert passed is None or (0 <= passed.waited <= LONGEST_WAIT and 0 <= passed.priority <= MOST_PRIORITY)


def test_what_does_not_fit_is_left_out() -> None:
    # Given a header of somebody who wants more than he may have
    forged = "call=c1&waited=1e9&priority=-5&requires=billing+%3E%3D+99&prefers=((&tags=gold,a%0Ab,{x}," + "t," * 50
    passed = from_header(forged + "&".join(f"tags={n}" for n in range(5)))
    assert passed is not None and (passed.waited, passed.priority, passed.requires, passed.prefers) == (0.0, 0, "", "")
    assert from_header("call=c1&waited=999999999&priority=999999999") == Passed("c1", LONGEST_WAIT, MOST_PRIORITY)
    many = from_header("call=c1&tags=" + ",".join(f"t{n}" for n in range(90)))
    assert many is not None and len(many.tags) == MOST_TAGS
    assert from_header("call=c1&tags=gold,a%0Ab,{x}") == Passed("c1", tags=("gold",))
    for none in ("", "waited=5", "call=a%0Ab", "call=" + "c" * 129, "call=c1&" + "x" * LONGEST):
        assert from_header(none) is None
