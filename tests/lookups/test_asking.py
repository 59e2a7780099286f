"""One look-up for many callers: turns, tries, memory and breaker, without a server and without waiting for a clock."""

from __future__ import annotations

from collections.abc import Mapping

import gevent
import pytest
from gevent.event import Event as Flag

from ccswitch.lookups.answers import FAILED, FOUND, NOT_FOUND, Told, failed
from ccswitch.lookups.asking import REMEMBERED, Asking
from ccswitch.lookups.definition import Definition
from tests.controller.waiting import PATIENCE, soon


class Hand:
    """A clock in the hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at


class Server:
    """Gives the answers that the test likes, the last one for ever; waits for `free` first."""

    def __init__(self, *answers: Told) -> None:
        self.answers = list(answers) or [Told(FOUND)]
        self.asked: list[tuple[str, Mapping[str, str] | None]] = []
        self.at_once = self.most = 0
        self.free = Flag()
        self.free.set()

    def ask(self, address: str, body: Mapping[str, str] | None, wanted: tuple[str, ...]) -> Told:
        self.asked.append((address, body))
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            self.free.wait()
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        finally:
            self.at_once -= 1

    def close(self) -> None:
        """Nothing."""


def asking(server: Server, clock: Hand | None = None, **fields: object) -> Asking:
    known: dict[str, object] = {"name": "a", "url": "http://crm/{n}", "parameters": ("n",), "backoff": 0.0, **fields}
    return Asking(Definition(**known), server, clock or Hand())  # type: ignore[arg-type]


ONE = {"n": "1"}
BROKEN = failed("it broke", again=True)


def test_what_may_be_better_is_tried_again() -> None:
    server = Server(BROKEN, Told(FOUND))
    assert asking(server, retries=1).ask(ONE, ()).answer is FOUND
    assert len(server.asked) == 2


@pytest.mark.parametrize(("answer", "tries"), [(BROKEN, 3), (failed("no"), 1), (Told(NOT_FOUND), 1), (Told(FOUND), 1)])
def test_and_what_may_not_is_not(answer: Told, tries: int) -> None:
    server = Server(answer)
    assert asking(server, retries=2).ask(ONE, ()) == answer
    assert len(server.asked) == tries


def test_a_value_that_cannot_stand_in_the_address_asks_nobody() -> None:
    server = Server()
    assert asking(server).ask({"n": ".."}, ()).answer is FAILED
    assert not server.asked


def test_no_more_at_a_time_than_allowed_and_no_more_wait() -> None:
    # Given a server that keeps everybody waiting
    server = Server()
    server.free.clear()
    one = asking(server, concurrency=2, waiting=3)
    running = [gevent.spawn(one.ask, {"n": str(n)}, ()) for n in range(7)]
    # Then two are asked, three wait, and the others are told at once
    soon(lambda: sum(each.ready() for each in running) == 2)
    assert (server.most, one.waiting) == (2, 3)
    told = [each.value for each in running if each.ready()]
    assert [answer.why for answer in told] == ["3 callers wait for it already"] * 2
    # And when it answers, all are served
    server.free.set()
    gevent.joinall(running, timeout=PATIENCE)
    assert [one.value.answer for one in running].count(FOUND) == 5 and one.waiting == 0 and server.most == 2


def test_neither_a_turn_nor_an_answer_is_waited_for_beyond_the_limit() -> None:
    server = Server()
    server.free.clear()
    one = asking(server, concurrency=1, limit=0.05, timeout=0.05)
    running = [gevent.spawn(one.ask, {"n": str(n)}, ()) for n in range(2)]
    gevent.joinall(running, timeout=PATIENCE)
    assert {running[0].value.why, running[1].value.why} <= {
        "no answer within 0.05 s",
        "its turn did not come within 0.05 s",
    }
    # And the turns are free again
    server.free.set()
    assert one.ask(ONE, ()).answer is FOUND and one.waiting == 0


def test_after_failures_in_a_row_nobody_is_asked_for_a_while(caplog: pytest.LogCaptureFixture) -> None:
    clock, server = Hand(), Server(failed("it broke"))
    one = asking(server, clock, fail_fast_after=3, fail_fast_for=10.0)
    for _ in range(5):
        one.ask(ONE, ())
    assert len(server.asked) == 3 and one.breaker.open and "does not answer" in one.breaker.trouble
    # When the while is over, one question tries; as it fails, the others are told at once again
    clock.at += 10.0
    assert (one.ask(ONE, ()).why, one.ask(ONE, ()).why) == (
        "it broke",
        "it failed too often just now, so it is not asked",
    )
    assert len(server.asked) == 4
    # When it answers, all is well; and both were told once
    clock.at, server.answers = clock.at + 10.0, [Told(NOT_FOUND)]
    assert one.ask(ONE, ()).answer is NOT_FOUND and one.breaker.trouble == ""
    assert [record.message.partition(";")[0] for record in caplog.records] == [
        "look-up a: failed 3 times in a row, last because it broke",
        "look-up a: it answers again",
    ]


def test_after_the_while_one_question_tries_and_the_others_do_not_wait_for_it() -> None:
    # Given a server that failed too often, and nobody was asked for a while
    clock, server = Hand(), Server(failed("it broke"))
    one = asking(server, clock, fail_fast_after=1, fail_fast_for=10.0, concurrency=5)
    one.ask(ONE, ())
    clock.at += 10.0
    # When five ask at a time, and the server stands still
    server.free.clear()
    running = [gevent.spawn(one.ask, {"n": str(n)}, ()) for n in range(5)]
    gevent.joinall(running[1:], timeout=PATIENCE)
    # Then one question is on its way, and the others are told at once
    assert [each.value.why for each in running[1:]] == ["it failed too often just now, so it is not asked"] * 4
    server.free.set()
    gevent.joinall(running, timeout=PATIENCE)
    assert running[0].value.why == "it broke"


def test_a_breaker_of_zero_never_trips() -> None:
    server = Server(failed("it broke"))
    one = asking(server, fail_fast_after=0)
    for _ in range(20):
        one.ask(ONE, ())
    assert len(server.asked) == 20


def test_answers_are_good_for_a_while() -> None:
    clock, server = Hand(), Server(Told(FOUND, (("a", "1"),)), Told(NOT_FOUND), failed("x"))
    one = asking(server, clock, cache=60.0)
    first = one.ask(ONE, ("a",))
    assert one.ask(ONE, ("a",)) == first and len(server.asked) == 1
    # But another question is another one, and a failure is not kept
    assert one.ask({"n": "2"}, ("a",)).answer is NOT_FOUND
    assert [one.ask({"n": "3"}, ("a",)).answer for _ in range(2)] == [FAILED, FAILED] and len(server.asked) == 4
    clock.at += 61
    one.ask(ONE, ("a",))
    assert len(server.asked) == 5


def test_what_is_remembered_has_an_end() -> None:
    server = Server()
    one = asking(server, cache=60.0)
    for n in range(REMEMBERED + 5):
        one.ask({"n": str(n)}, ())
    assert len(one._memory._known) == REMEMBERED


def test_masked_digits_are_fetched_for_each_try_and_kept_nowhere() -> None:
    server, fetched = Server(BROKEN, Told(FOUND)), []

    def secrets() -> Mapping[str, str]:
        fetched.append(1)
        return {"pin": "4711"}

    one = asking(server, method="POST", parameters=("n", "pin"), cache=60.0)
    assert one.ask(ONE, (), secrets).answer is FOUND
    assert len(fetched) == 2 and [body for _, body in server.asked] == [{"pin": "4711"}] * 2
    assert "4711" not in repr(vars(one)) and not one._memory._known
    # And the next one with the same number is asked again
    one.ask(ONE, (), secrets)
    assert len(server.asked) == 3


def test_digits_that_are_gone_ask_nobody() -> None:
    server = Server()
    one = asking(server, method="POST", parameters=("n", "pin"))
    # Callers who hang up say nothing of the server, however many they are
    for _ in range(20):
        assert one.ask(ONE, (), lambda: {"pin": ""}).why == "the digits for pin are no longer there"
    assert not server.asked and not one.breaker.open
