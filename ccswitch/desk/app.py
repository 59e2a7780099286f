"""The application: every path in one table."""

from __future__ import annotations

import re
from typing import Any

import falcon
from falcon.routing import BaseConverter
from prometheus_client import CollectorRegistry

from ccswitch.desk.access import Authentication, Tokens
from ccswitch.desk.agent_days import Days
from ccswitch.desk.agents import Agents
from ccswitch.desk.audit import Audit
from ccswitch.desk.bodies import BodyLimits, Json
from ccswitch.desk.calendars import Calendars
from ccswitch.desk.callbacks import Callbacks
from ccswitch.desk.calls import Calls
from ccswitch.desk.customers import Customers
from ccswitch.desk.document import DOCUMENT, DocumentResource
from ccswitch.desk.errors import serialize, store_away, unexpected
from ccswitch.desk.messages import Messages
from ccswitch.desk.nodes import Nodes
from ccswitch.desk.orders import DryRun
from ccswitch.desk.overrides import Overrides
from ccswitch.desk.ports import Ports
from ccswitch.desk.queue_days import DaysOfQueues
from ccswitch.desk.queues import Queues
from ccswitch.desk.recordings import Recordings
from ccswitch.desk.scripts import Scripts
from ccswitch.desk.talks import Talks
from ccswitch.desk.watching import HealthResource, MetricsResource
from ccswitch.errors import StoreError

App = falcon.App[falcon.Request, falcon.Response]

API = "/api/v1"
TALK_VERBS = "hold unhold transfer consult complete conference back record monitor whisper barge take leave"
OPEN_PATHS = frozenset({"/health", "/metrics", "/openapi.json"})


class NameConverter(BaseConverter):
    """A name in a path; what cannot be one is not found."""

    pattern = re.compile(r"\w[\w.-]{0,63}")

    def convert(self, value: str) -> str | None:
        """The name, or None."""
        return value if self.pattern.fullmatch(value) else None


class CallIdConverter(NameConverter):
    """A call's id in a path."""

    pattern = re.compile(r"[A-Za-z0-9-]{1,128}")


def make_app(ports: Ports, registry: CollectorRegistry, *, metrics_to_all: bool = False) -> App:
    """The desk as a WSGI application. `registry` is what /metrics shows, on loopback only unless `metrics_to_all`."""
    tokens = Tokens(ports.records.token_holder, ports.floor.now)
    middleware: list[Any] = [BodyLimits(), Authentication(tokens, OPEN_PATHS), DryRun()]
    app: App = falcon.App(middleware=middleware)
    app.req_options.media_handlers = falcon.media.Handlers({falcon.MEDIA_JSON: Json()})
    app.resp_options.media_handlers = falcon.media.Handlers({falcon.MEDIA_JSON: Json()})
    app.req_options.strip_url_path_trailing_slash = True
    app.router_options.converters["name"] = NameConverter
    app.router_options.converters["call_id"] = CallIdConverter
    app.set_error_serializer(serialize)
    app.add_error_handler(Exception, unexpected)
    app.add_error_handler(falcon.HTTPError, _as_it_is)
    app.add_error_handler(StoreError, store_away)
    _add_routes(app, ports, registry, metrics_to_all)
    return app


def _add_routes(app: App, ports: Ports, registry: CollectorRegistry, metrics_to_all: bool) -> None:
    app.add_route("/health", HealthResource(ports))
    app.add_route("/metrics", MetricsResource(registry, to_all=metrics_to_all))
    app.add_route("/openapi.json", DocumentResource())
    messages, scripts = Messages(ports), Scripts(ports)
    collections: tuple[tuple[str, Any, str, str], ...] = (  # path, resource, one of it, what may be done with that one
        ("nodes", Nodes(ports), "", ""),
        ("overrides", Overrides(ports), "", ""),
        ("queues", Queues(ports), "{queue:name}", "pause drain close open move"),
        (
            "agents",
            Agents(ports),
            "{agent:name}",
            "login logout ready break wrapup skills queues devices connection leg dial follow explain",
        ),
        ("agent-days", Days(ports), "", ""),
        ("queue-days", DaysOfQueues(ports), "", ""),
        ("calendars", Calendars(ports), "{calendar:name}", "close open follow"),
        ("messages", messages, "", ""),
        ("callbacks", Callbacks(ports), "{promise:call_id}", "cancel"),
        ("calls", Calls(ports), "{call:call_id}", "trace explain hangup priority"),
        ("audit", Audit(ports), "", ""),
        ("customers", Customers(ports), "{customer:int(min=1, max=9007199254740991)}", "tags"),
        ("scripts", scripts, "{script:name}", "versions usage publish promote rollback"),
    )
    for path, resource, one, words in collections:
        app.add_route(f"{API}/{path}", resource)
        if one:
            app.add_route(f"{API}/{path}/{one}", resource, suffix="one")
        for word in words.split():
            app.add_route(f"{API}/{path}/{one}/{word}", resource, suffix=word)
    app.add_route(f"{API}/messages/{{message:call_id}}/done", messages, suffix="done")
    app.add_route(f"{API}/calls/{{call:call_id}}/keep", Recordings(ports), suffix="keep")
    talks = Talks(ports)
    for word in TALK_VERBS.split():
        app.add_route(f"{API}/calls/{{call:call_id}}/{word}", talks, suffix=word)
    app.add_route(f"{API}/scripts/{{script:name}}/versions/{{version:name}}", scripts, suffix="version")
    DOCUMENT.app = app  # spectree's own registration would add a page of its own


def _as_it_is(_req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, _params: dict[str, Any]) -> None:
    """Falcon's own handling, named so that the handler for everything else does not take it."""
    resp.status = error.status
    resp.set_headers(error.headers or {})
    serialize(_req, resp, error)
