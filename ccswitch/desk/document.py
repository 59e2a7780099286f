"""The document of the API: OpenAPI 3.1, served at /openapi.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import falcon
from pydantic import BaseModel, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.model_adapter.pydantic_adapter import PydanticModelAdapter
from spectree.models import SecureType, SecuritySchemeData

from ccswitch.desk.bodies import invalid
from ccswitch.desk.errors import Trouble


def _refuse_invalid(_req: Any, _resp: Any, error: Exception | None, _self: Any, _adapter: Any) -> None:
    if isinstance(error, ValidationError):
        raise invalid(error)


def _short(model: type) -> str:
    return model.__name__


class OnceEach(PydanticModelAdapter):
    """Describes a model once: spectree asks for that of `Trouble` some two hundred times, a sixth of a start."""

    def __init__(self) -> None:
        super().__init__()
        self._described: dict[object, dict[str, Any]] = {}

    def json_schema(
        self, model: type[Any], *, ref_template: str, mode: Literal["validation", "serialization"] = "validation"
    ) -> dict[str, Any]:
        """What pydantic says; spectree copies it before it changes anything."""
        wanted = model, ref_template, mode
        if wanted not in self._described:
            self._described[wanted] = super().json_schema(model, ref_template=ref_template, mode=mode)
        return self._described[wanted]


DOCUMENT = SpecTree(
    "falcon",
    model_adapter=cast(Any, OnceEach()),
    mode="strict",
    title="ccswitch control API",
    description="Instants are seconds since the epoch, durations plain seconds.",
    version="1",
    page_templates={},  # the usual pages load scripts from other people's servers
    annotations=False,
    validation_error_model=Trouble,
    naming_strategy=_short,
    nested_naming_strategy=lambda _parent, child: child,
    before=_refuse_invalid,
    security_schemes=[SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))],
    security={"token": []},
)

REFUSALS: dict[int, str] = {
    400: "What was sent is not JSON.",
    401: "No good token was sent.",
    403: "The token's role does not allow it.",
    404: "There is no such thing.",
    409: "The order was refused; `why` says why.",
    413: "The body is too large.",
    503: "The database is away, or the controller did not answer in time.",
}
READING = (401, 403, 404, 503)
CHANGING = (400, 401, 403, 404, 409, 413, 503)


def answers(model: type[BaseModel], refusals: Sequence[int], **more: Any) -> Response:
    """The answers of one path: `model` when all went well, `Trouble` otherwise, `more` by `HTTP_…`."""
    refused: dict[str, Any] = {f"HTTP_{code}": (Trouble, REFUSALS[code]) for code in refusals}
    return Response(**({"HTTP_200": model} | refused | more))


class DocumentResource:
    """GET /openapi.json."""

    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """The document itself."""
        resp.media = DOCUMENT.spec
