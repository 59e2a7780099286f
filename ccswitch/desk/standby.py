"""What the desk of a standby answers: how it feels, and whom to ask instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import falcon
from pydantic import BaseModel, Field

from ccswitch.desk.errors import Declined, serialize
from ccswitch.model.ids import Seconds

App = falcon.App[falcon.Request, falcon.Response]


class Active(Protocol):
    """The controller that decides."""

    @property
    def name(self) -> str:
        """Which controller it is."""
        ...

    @property
    def token(self) -> int:
        """Its fencing token: who came later has a higher one."""
        ...

    @property
    def since(self) -> Seconds:
        """Since when it has been active."""
        ...

    @property
    def desk(self) -> str:
        """Where its desk answers."""
        ...


class Waiting(Protocol):
    """The standby behind this desk."""

    @property
    def active(self) -> Active | None:
        """Whom it waits for."""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """What keeps it from taking over well."""
        ...


class ActiveAnswer(BaseModel):
    """The active controller."""

    name: str
    token: int = Field(description="Grows with every takeover.")
    since: Seconds
    desk: str = Field(description="Where its API answers.")


class StandbyAnswer(BaseModel):
    """How a standby feels."""

    status: Literal["standby"] = "standby"
    reasons: list[str] = Field(description="What keeps it from taking over well; 503 when there is any.")
    active: ActiveAnswer | None


class StandbyHealth:
    """/health."""

    def __init__(self, waiting: Waiting) -> None:
        self._waiting = waiting

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """Say that this is a standby, and whose."""
        active, reasons = self._waiting.active, list(self._waiting.reasons)
        who = None
        if active is not None:
            who = ActiveAnswer(name=active.name, token=active.token, since=active.since, desk=active.desk)
        resp.status = falcon.HTTP_503 if reasons else falcon.HTTP_200
        resp.cache_control = ["no-store"]
        resp.content_type = falcon.MEDIA_JSON
        resp.data = StandbyAnswer(reasons=reasons, active=who).model_dump_json().encode()


def make_standby_app(waiting: Waiting) -> App:
    """A WSGI application that answers /health and sends everything else to the active controller."""
    app: App = falcon.App()

    def elsewhere(req: falcon.Request, resp: falcon.Response, **kwargs: Any) -> None:
        """503 to every request, with the name and address of who is active."""
        active = waiting.active
        why = f"{active.name} is active" if active else "no controller is active yet"
        mend = f"ask {active.desk}" if active and active.desk else "ask again in a moment"
        raise Declined(falcon.HTTP_503, "This controller is a standby", why, mend, headers={"Retry-After": "1"})

    app.set_error_serializer(serialize)
    app.add_route("/health", StandbyHealth(waiting))
    app.add_sink(elsewhere)
    return app
