"""Every error as JSON that says what, why and how to mend it: `{"what": …, "why": …, "mend": …, "problems": […]}`."""

from __future__ import annotations

from typing import Any

import falcon
import structlog
from pydantic import BaseModel, Field

from ccswitch.errors import StoreError

log = structlog.get_logger(__name__)

# What Falcon itself refuses: what could not be done, and how to mend it. Its own words are the reason.
FALCONS: dict[int, tuple[str, str]] = {
    400: ("The request cannot be read", "send what /openapi.json describes"),
    404: ("There is no such path", "GET /openapi.json lists every path; names are case-sensitive"),
    405: ("The path has no such method", "the Allow header names its methods"),
    415: ("The body is not JSON", "send Content-Type: application/json"),
}


class Wrong(BaseModel):
    """One thing wrong in what was sent."""

    where: str = Field(description="The field, as queues.0; empty for the whole.")
    what: str


class Trouble(BaseModel):
    """Why a request was not carried out."""

    what: str = Field(description="What could not be done.")
    why: str = Field(description="Why not.")
    mend: str = Field(default="", description="What to do about it.")
    problems: list[Wrong] = Field(default_factory=list, description="Each field that is wrong.")


class Declined(falcon.HTTPError):
    """A request that is not carried out, in our own words."""

    def __init__(
        self,
        status: str,
        what: str,
        why: str,
        mend: str = "",
        *,
        problems: list[Wrong] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(status, title=what, description=why, headers=headers)
        self.mend = mend
        self.problems = problems or []


def serialize(_req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError) -> None:
    """Falcon's errors and ours in the one shape."""
    if isinstance(error, Declined):
        what, mend, problems = error.title or "", error.mend, error.problems
    else:
        what, mend = FALCONS.get(error.status_code, (error.title or str(error.status), ""))
        problems = []
    trouble = Trouble(what=what, why=error.description or str(error.status), mend=mend, problems=problems)
    resp.data = trouble.model_dump_json().encode()
    resp.content_type = falcon.MEDIA_JSON
    resp.append_header("Vary", "Accept")


def store_away(_req: falcon.Request, _resp: falcon.Response, error: StoreError, _params: dict[str, Any]) -> None:
    """The database is away: what needs no history goes on."""
    raise Declined(
        falcon.HTTP_503,
        "The records cannot be read or written",
        str(error),
        "calls and agents go on; try again when the database is back (`ccswitch doctor`)",
        headers={"Retry-After": "5"},
    )


def unexpected(req: falcon.Request, _resp: falcon.Response, error: Exception, _params: dict[str, Any]) -> None:
    """An error of ours: the log has the traceback, the asker its place."""
    log.error("desk: unexpected error", method=req.method, path=req.path, exc_info=error)
    raise Declined(
        falcon.HTTP_500,
        "An error of ccswitch",
        f"{type(error).__name__}; its log has the rest",
        "report it with the log's lines at this time",
    )
