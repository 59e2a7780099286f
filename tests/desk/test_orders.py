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


@pytest.mark.parametrize(
    ("path", "body", "listed_by"),
    [
        ("agents/none/ready", {}, "`ccswitch agent list`"),
        ("queues/none/pause", {}, "`ccswitch queue list`"),
        ("calls/none/hold", {}, "`ccswitch call list`"),
        ("calls/none/monitor", {"agent": "li"}, "`ccswitch call list`"),
        ("callbacks/none/cancel", {}, "`ccswitch callback list`"),
        ("messages/none/done", {}, "`ccswitch voicemail list`"),
        ("calendars/none/close", {}, "`ccswitch calendar list`"),
    ],
)
@pytest.mark.parametrize("asked", ["", "?dry_run=true"])
def test_who_names_what_is_not_there_is_told_where_it_is_listed(
    desk: TestClient, path: str, body: dict[str, str], listed_by: str, asked: str
):
    answer = desk.simulate_post(f"/api/v1/{path}{asked}", json=body)
    assert (answer.status_code, answer.json["mend"]) == (404, listed_by)


# ---- asked, not ordered


def test_what_an_order_would_do_is_told_and_not_done(desk: TestClient, fakes: Fakes):
    # Given a caller who waits in sales
    fakes.floor.arrives("a")
    # When a supervisor asks what it would do to close it
    answer = desk.simulate_post("/api/v1/queues/sales/close?dry_run=true", json={"to": "queue:support"})
    # Then he is told who would go where
    assert answer.json["dry_run"] is True
    assert answer.json["what"] == "queue sales is closed; 1 who wait there go elsewhere"
    assert [one["what"] for one in answer.json["follows"]] == ["CallEnqueued", "VisitEnded"][::-1]
    # And nothing was ordered, and the next order is done
    assert fakes.floor.orders == [] and not fakes.floor.state().queue_orders
    assert "dry_run" not in desk.simulate_post("/api/v1/queues/sales/pause", json={}).json
    assert fakes.floor.state().queue_orders


def test_what_would_be_refused_is_told_as_a_refusal(desk: TestClient, fakes: Fakes):
    refused = desk.simulate_post("/api/v1/queues/sales/open?dry_run=true", json={})
    assert (refused.status_code, refused.json["why"]) == (409, "queue sales is open")
    assert desk.simulate_post("/api/v1/queues/none/pause?dry_run=true", json={}).status_code == 404


def test_what_cannot_be_foreseen_is_not_done_either(desk: TestClient, fakes: Fakes):
    answer = desk.simulate_post("/api/v1/agents?dry_run=true", json={"agent": "new", "phone": "1099"})
    assert (answer.status_code, answer.json["what"]) == (422, "No preview")
    assert "new" not in fakes.floor.state().agents
    fakes.floor.fails = OSError("no memory")
    assert desk.simulate_post("/api/v1/queues/sales/pause?dry_run=true", json={}).status_code == 503
