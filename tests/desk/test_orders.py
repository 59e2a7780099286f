"""An order's answer goes back to the asker, whatever it is."""

from __future__ import annotations

import pytest
from falcon.testing import TestClient

from ccswitch.errors import CcswitchError
from tests.desk.fakes import Fakes


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (TimeoutError("no answer to the order within 5 s"), "The controller is busy"),
        (CcswitchError("the controller is stopping; ask its successor"), "The controller takes no orders"),
    ],
)
def test_a_controller_that_does_not_answer_is_503(desk: TestClient, fakes: Fakes, error: Exception, what: str):
    fakes.floor.fails = error
    answer = desk.simulate_post("/api/v1/agents/li/ready")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert (answer.json["what"], answer.json["why"]) == (what, str(error))


def test_what_changed_is_told_with_order_and_author(desk: TestClient, fakes: Fakes):
    answer = desk.simulate_post("/api/v1/agents/li/login")
    (order,) = fakes.floor.orders
    assert answer.json == {"order": order.order, "author": "wang", "what": "agent li: break (login)"}
