"""Calendars on the floor: by their hours, or by a supervisor's word, which begins at once and ends by itself."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ccswitch.floor.boards.calendars import calendar_board, calendar_boards, calendar_days
from ccswitch.floor.hours import stands
from ccswitch.hours.opening import standing
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model.calendars import Almanac, Calendar, SpecialDay, Week, Zone
from ccswitch.model.nouns import Entry
from tests.floor.floors import START, Floor, a_floor, script, settings_of
from tests.searching import examples

# START is 1970-01-12 13:46:40 UTC, a Monday
OFFICE = Calendar(
    name="office",
    zone=Zone(),
    weeks=(Week(days=((((9 * 60, 18 * 60)),),) * 5 + ((), ())),),
    days=(SpecialDay(date="1970-01-13", holiday=True, note="feast"),),
)
ALMANAC = Almanac(zone=Zone(name="Asia/Shanghai", offsets=((0.0, 8 * 3600),)), calendars=(OFFICE,))
ASKS = """\
steps:
  menu: {menu: ask.wav, keys: {1: office}, otherwise: end}
  office: {hours: office, open: there, closed: away, holiday: feast}
  there: {play: there.wav, then: end}
  away: {play: away.wav, then: told}
  told: {set: {why: "{{ calendar.office.note }} {{ time.hour }} {{ time.weekday }} {{ time.date }}"}, then: end}
  feast: {play: feast.wav, then: end}
"""
HOUR = 3600.0


def a_site() -> Floor:
    """A floor with a script that asks the office's calendar. No node, so no survey every 30 s: hours go by at once."""
    return a_floor(
        node=False,
        scripts=(script("asks", ASKS),),
        entries=(Entry(name="menu", script="asks"),),
        almanac=ALMANAC,
    )


def asking(leg: str = "L1", floor: Floor | None = None) -> Floor:
    """A floor with a caller in the menu before the hours step."""
    floor = floor or a_site()
    floor.parked(leg, entry="menu")
    return floor


def goes(floor: Floor, leg: str = "L1") -> str:
    """The step that follows when the caller presses 1; then he hangs up."""
    step = floor.pressed(leg, "1").the(o.StepStarted).step
    floor.ended(leg)
    return step


def test_by_its_hours() -> None:
    assert goes(asking()) == "there"
    floor = a_site()
    floor.wait(6 * HOUR)
    assert goes(asking("L2", floor), "L2") == "away"
    floor.wait(12 * HOUR)
    assert goes(asking("L3", floor), "L3") == "feast"


def test_closed_at_once_for_a_caller_who_is_in_the_menu() -> None:
    # Given a caller in a menu while the office is open
    floor = asking()
    # When a supervisor closes it for two hours
    told = floor.order(
        d.OverrideCalendar, calendar="office", open=False, until=floor.now + 2 * HOUR, reason="fire drill"
    )
    assert "closed for 120 min" in told.the(o.OrderAccepted).what
    # Then his next key leads to where nobody is, and the trace knows why
    away = floor.pressed("L1", "1")
    assert away.the(o.StepStarted).step == "away"
    assert away.the(o.StepPassed).result == "closed (ann: fire drill)"
    assert floor.pressed("L1").the(o.StepPassed).result == "why = fire drill 21 monday 1970-01-12"
    floor.ended("L1")
    # And it ends by itself, and not before
    floor.wait(2 * HOUR - 1)
    assert goes(asking("L2", floor), "L2") == "away"
    ended = floor.wait(1.0)
    assert ended.the(o.CalendarFollowed).why == "the time is over"
    assert goes(asking("L3", floor), "L3") == "there"


def test_it_outlives_a_restart_and_is_taken_back() -> None:
    # Given an office that is open for good on a holiday
    floor = a_site()
    floor.wait(24 * HOUR)
    floor.order(d.OverrideCalendar, calendar="office", open=True)
    # When the controller is killed and comes back
    floor.state = floor.replayed()
    # Then it is open still, until it is told to follow its hours
    assert goes(asking("L2", floor), "L2") == "there"
    assert floor.order(d.FollowCalendar, calendar="office").the(o.CalendarFollowed).why == "told by ann"
    assert goes(asking("L3", floor), "L3") == "feast"
    assert not floor.order(d.FollowCalendar, calendar="office").every(o.CalendarFollowed)


def test_a_later_word_stands_in_the_place_of_an_earlier_one() -> None:
    floor = a_site()
    floor.order(d.OverrideCalendar, calendar="office", open=False, until=floor.now + HOUR)
    floor.order(d.OverrideCalendar, calendar="office", open=False)
    floor.wait(2 * HOUR)
    assert not calendar_board(floor.state, OFFICE, floor.now).open


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"calendar": "offise"}, "did you mean 'office'?"), ({"calendar": "office", "until": START - 1}, "is over")],
)
def test_what_cannot_be_meant_is_refused(fields: dict[str, object], why: str) -> None:
    assert why in asking().order(d.OverrideCalendar, open=False, **fields).the(o.OrderRefused).why


def test_the_board_says_when_it_changes() -> None:
    floor = asking()
    (board,) = calendar_boards(floor.state, floor.now)
    six = START + (18 - 13) * HOUR - (46 * 60 + 40)
    assert (board.open, board.changes_at, board.by, board.shown) == (True, six, "", "1970-01-12 13:46")
    floor.order(d.OverrideCalendar, calendar="office", open=False, until=floor.now + HOUR)
    (board,) = calendar_boards(floor.state, floor.now)
    assert (board.open, board.changes_at, board.by, board.until) == (False, floor.now + HOUR, "ann", floor.now + HOUR)
    floor.order(d.OverrideCalendar, calendar="office", open=True)
    (board,) = calendar_boards(floor.state, floor.now)
    assert (board.open, board.changes_at, board.until) == (True, None, None)
    days = calendar_days(OFFICE, floor.now, 2)
    assert [(day.weekday, day.hours, day.note) for day in days] == [
        ("monday", ["09:00-18:00"], ""),
        ("tuesday", [], "feast"),
    ]


def test_a_calendar_that_went_from_the_files_is_closed() -> None:
    floor = asking()
    floor.give(f.SettingsLoaded(settings=settings_of(hash="h2", scripts=(script("asks", ASKS),))))
    assert goes(floor) == "away"


class Words(RuleBasedStateMachine):
    """Supervisors' words at any time: the floor says what the last of them said that is not over."""

    def __init__(self) -> None:
        super().__init__()
        self.floor = a_floor(node=False, almanac=ALMANAC)
        self.said: tuple[bool, float] | None = None

    @rule(opened=st.booleans(), span=st.sampled_from([0.0, 60.0, HOUR, 30 * HOUR]))
    def override(self, opened: bool, span: float) -> None:
        until = self.floor.now + span if span else 0.0
        self.floor.order(d.OverrideCalendar, calendar="office", open=opened, until=until)
        self.said = (opened, until)

    @rule()
    def follow(self) -> None:
        self.floor.order(d.FollowCalendar, calendar="office")
        self.said = None

    @rule(seconds=st.sampled_from([1.0, 59.0, HOUR, 11 * HOUR]))
    def wait(self, seconds: float) -> None:
        self.floor.wait(seconds)

    @rule()
    def restart(self) -> None:
        self.floor.state = self.floor.replayed()

    @invariant()
    def it_stands_as_it_was_said(self) -> None:
        now = self.floor.now
        if self.said is not None and self.said[1] and self.said[1] <= now:
            self.said = None
            assert "office" not in self.floor.state.overrides
        expected = self.said[0] if self.said else standing(OFFICE, now).open
        assert stands(self.floor.state, OFFICE, now).open is expected


TestWords = Words.TestCase
TestWords.settings = settings(max_examples=examples(8), stateful_step_count=12, deadline=None)
