"""What a waiting caller is told over his music, and the keys by which he leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccswitch.floor.announcing import MINUTE, NEXT, POSITION, WAIT
from ccswitch.floor.pace import Pace
from ccswitch.model import facts as f
from ccswitch.model import orders as d
from ccswitch.model import outcomes as o
from ccswitch.model import requests as r
from ccswitch.model.ids import AgentId, LegId, QueueName
from ccswitch.model.nouns import OfferResult, Queue, VisitResult
from ccswitch.model.said import Said, wording
from tests.floor.floors import Floor, a_floor, script

SUPPORT = QueueName("support")
TOLD = Queue(name=SUPPORT, announce_position=True, announce_first=20.0, announce_every=60.0)
IN_CHINESE = "languages: [zh, en]\nsteps:\n  help: {queue: support}\n"


def centre(queue: Queue, **more: object) -> Floor:
    """Nobody is ready; entry `support` leads to `queue`, entry `menu` over a Chinese script."""
    return a_floor(
        "li", ready=False, queues=(queue, Queue(name=QueueName("sales"))), scripts=(script(text=IN_CHINESE),), **more
    )


def said(floor: Floor, leg: str = "L1") -> list[str]:
    """What was told over the music, in words."""
    heard: list[Said] = []
    for announced in floor.everything(o.QueueAnnounced):
        heard += [
            file
            for request in floor.requests
            if isinstance(request, r.Play | r.Collect) and request.leg == leg and request.execute == announced.execute
            for file in request.files
        ]
    return [wording(one) for one in heard]


def moves(floor: Floor, every: float) -> None:
    """The line of support is one that moves so often, and was seen to."""
    pace = floor.state.paces.setdefault(SUPPORT, Pace())
    for n in range(30):
        pace.answered(floor.now - (30 - n) * every, busy=True)


class TestPosition:
    def test_is_told_first_after_a_while_and_then_again(self) -> None:
        # Given two callers who wait
        floor = centre(TOLD)
        floor.parked("L1", entry="support")
        floor.parked("L2", entry="support")
        floor.wait(19.0)
        assert said(floor) == []
        # When their time is come
        floor.wait(62.0)
        # Then each was told his place twice, over music that goes on
        assert said(floor, "L1") == [NEXT["en"]] * 2
        assert said(floor, "L2") == [POSITION["en"].format(n=2)] * 2
        assert floor.call("L1").music and len(floor.everything(o.MusicStarted)) == 2

    def test_is_not_told_when_it_is_worse_than_he_was_told_before(self) -> None:
        floor = centre(TOLD)
        floor.parked("L1", entry="support")
        floor.wait(21.0)
        # When somebody with a greater priority comes
        floor.parked("L2", entry="vip")
        floor.wait(60.0)
        # Then he hears nothing of it
        assert said(floor, "L1") == [NEXT["en"]]

    def test_is_not_told_far_back_in_the_line(self) -> None:
        floor = centre(replace(TOLD, announce_up_to=1))
        floor.parked("L1", entry="support")
        floor.parked("L2", entry="support")
        floor.wait(30.0)
        assert (said(floor, "L1"), said(floor, "L2")) == ([NEXT["en"]], [])

    def test_waits_until_no_phone_rings_for_him(self) -> None:
        floor = centre(replace(TOLD, ring_timeout=60.0))
        floor.ready("li")
        floor.parked("L1", entry="support")
        floor.wait(22.0)
        assert said(floor) == [] and floor.call("L1").offer
        # When the agent does not pick up
        floor.ended(floor.agent_leg("L1"), cause="NO_ANSWER")
        floor.wait(4.0)
        assert said(floor) == [NEXT["en"]]

    @pytest.mark.parametrize(
        ("entry", "queue", "site", "language"),
        [
            ("menu", "", "en", "zh"),
            ("support", "zh", "en", "zh"),
            ("support", "", "zh", "zh"),
            ("support", "", "", "en"),
        ],
        ids=["as his script speaks", "as the queue does", "as the site does", "English"],
    )
    def test_is_told_in_his_language(self, entry: str, queue: str, site: str, language: str) -> None:
        floor = centre(replace(TOLD, language=queue), language=site)
        floor.parked("L1", entry=entry)
        floor.wait(21.0)
        assert said(floor) == [NEXT[language]]

    def test_in_a_language_that_the_house_does_not_speak_a_recording_goes_first(self) -> None:
        floor = centre(replace(TOLD, language="fr"))
        floor.parked("L1", entry="support")
        floor.wait(21.0)
        [spoken] = [one for one in floor.requests if isinstance(one, r.Play)][-1].files
        assert not isinstance(spoken, str)
        assert (spoken.name, spoken.language, wording(spoken)) == ("queue/position-1", "fr", NEXT["en"])


class TestWait:
    QUEUE = replace(TOLD, announce_position=False, announce_wait=True, announce_from=60.0)

    def test_is_told_in_minutes_where_it_is_known(self) -> None:
        floor = centre(self.QUEUE)
        floor.ready("li")
        moves(floor, 100.0)
        floor.parked("L0", entry="sales")
        floor.parked("L1", entry="support")
        floor.parked("L2", entry="support")
        floor.ended(floor.agent_leg("L1"), cause="USER_BUSY")
        floor.wait(21.0)
        assert said(floor, "L2") == [WAIT["en"].format(n=4)]

    def test_is_not_told_where_it_is_short_or_nobody_is_there_or_the_estimate_was_wrong(self) -> None:
        # Given a line whose estimates were wrong
        floor = centre(self.QUEUE)
        moves(floor, 100.0)
        floor.parked("L1", entry="support")
        floor.wait(21.0)
        assert said(floor) == []  # nobody is logged in
        floor.state.paces[SUPPORT].error, floor.state.paces[SUPPORT].judged = 0.9, 20
        floor.ready("li")
        floor.ended(floor.agent_leg("L1"), cause="USER_BUSY")
        floor.wait(60.0)
        assert said(floor) == [] and floor.everything(o.QueueAnnounced) == []

    def test_of_less_than_a_minute_is_told_as_such(self) -> None:
        floor = centre(replace(self.QUEUE, announce_from=10.0))
        floor.ready("li")
        floor.order(d.TakeBreak, agent=AgentId("li"), reason="lunch")
        moves(floor, 50.0)
        floor.parked("L1", entry="support")
        floor.wait(21.0)
        assert said(floor) == [MINUTE["en"]]


def test_comfort_messages_come_in_turn() -> None:
    floor = centre(Queue(name=SUPPORT, comfort=("one.wav", "two.wav"), announce_first=10.0, announce_every=30.0))
    floor.parked("L1", entry="support")
    floor.wait(75.0)
    assert said(floor) == ["one.wav", "two.wav", "one.wav"]


class TestExitKeys:
    QUEUE = Queue(
        name=SUPPORT, exit_keys=("1=voicemail:support", "2=queue:sales"), comfort=("sorry.wav",), announce_first=10.0
    )

    def press(self, floor: Floor, execute: str, digits: str = "", invalid: str = "") -> None:
        floor.give(f.ExecuteEnded(leg=LegId("L1"), execute=execute, digits=digits, invalid=invalid))

    def test_are_listened_for_in_the_music(self) -> None:
        floor = centre(self.QUEUE)
        floor.parked("L1", entry="support")
        music = next(request for request in floor.requests if isinstance(request, r.Collect))
        assert (music.files, music.pattern, music.most) == (("local_stream://moh",), "^(1|2)$", 1)
        # When he presses one
        self.press(floor, music.execute, "2")
        # Then he is where it leads, and his stay has its one word
        [ended] = floor.everything(o.VisitEnded)
        assert (ended.result, ended.to, ended.why) == (VisitResult.EXITED, "queue:sales", "he pressed 2")
        assert floor.call("L1").queue == "sales"

    def test_are_listened_for_in_an_announcement(self) -> None:
        floor = centre(self.QUEUE)
        floor.parked("L1", entry="support")
        floor.wait(11.0)
        [announced] = floor.everything(o.QueueAnnounced)
        self.press(floor, announced.execute, "1")
        assert floor.everything(o.VisitEnded)[0].to == "voicemail:support"

    def test_another_key_leads_nowhere_and_the_music_goes_on_at_once(self) -> None:
        floor = centre(self.QUEUE)
        floor.parked("L1", entry="support")
        self.press(floor, floor.call("L1").music, invalid="9")
        assert floor.everything(o.VisitEnded) == []
        assert len(floor.everything(o.MusicStarted)) == 2 and floor.everything(o.MusicStopped) == []

    def test_a_key_that_comes_when_he_is_being_joined_changes_nothing(self) -> None:
        floor = centre(self.QUEUE)
        floor.ready("li")
        floor.parked("L1", entry="support")
        music = floor.call("L1").music
        floor.agent_parked(floor.agent_leg("L1"))
        self.press(floor, music, "1")
        assert floor.everything(o.VisitEnded) == []

    def test_a_key_while_a_phone_rings_takes_the_offer_back(self) -> None:
        floor = centre(self.QUEUE)
        floor.ready("li")
        floor.parked("L1", entry="support")
        self.press(floor, floor.call("L1").music, "1")
        assert floor.everything(o.OfferEnded)[0].result is OfferResult.CANCELLED and not floor.state.offers
        assert floor.everything(o.VisitEnded)[0].result is VisitResult.EXITED
