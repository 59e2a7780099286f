"""How queues did, over HTTP and on the command line."""

from __future__ import annotations

from falcon.testing import TestClient

from ccswitch.cli.queue_report import draw
from tests.desk.conftest import client_of
from tests.desk.fakes import START, Fakes

API = "/api/v1/queue-days"


def test_what_sent_callers_on_and_how_evenly_calls_fell(desk: TestClient, fakes: Fakes) -> None:
    # When it is asked for a span
    told = desk.simulate_get(API, params={"since": START - 100, "until": START}).json
    # Then both are there, and the command line has a line for each
    assert told["sent_on"][0]["calls"] == 3 and told["balances"][0]["balance"] == 0.4
    sent, even = draw(told)
    assert sent.rows == [["sales", "overflowed", "queue:care", "after 5min: to queue:care", "3"]]
    assert even.rows == [["sales", "2", "10", "0.40"]]
    # And of no time there is nothing
    nothing = desk.simulate_get(API, params={"since": START, "until": START - 1}).json
    assert nothing["sent_on"] == nothing["balances"] == []
    assert draw(nothing)[0].rows == []


def test_who_may(fakes: Fakes, desk: TestClient) -> None:
    assert client_of(fakes, "lis").simulate_get(API).status_code == 403
    fakes.records.away = True
    assert desk.simulate_get(API).status_code == 503
