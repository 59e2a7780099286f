"""The application: every path in one table."""

from __future__ import annotations

import re
from typing import Any

import falcon
from falcon.routing import BaseConverter
from prometheus_client import CollectorRegistry

from ccswitch.desk.access import Authentication, Tokens
from ccswitch.desk.agents import Agents
from ccswitch.desk.answers import DOCUMENT, DocumentResource
from ccswitch.desk.bodies import BodyLimits, Json
from ccswitch.desk.calendars import Calendars
from ccswitch.desk.calls import Calls
from ccswitch.desk.customers import Customers
from ccswitch.desk.errors import serialize, store_away, unexpected
from ccswitch.desk.messages import Messages
from ccswitch.desk.nodes import Nodes
from ccswitch.desk.orders import DryRun
from ccswitch.desk.overrides import Overrides
from ccswitch.desk.ports import Ports
from ccswitch.desk.queues import Queues
from ccswitch.desk.scripts import Scripts
from ccswitch.desk.watching import HealthResource, MetricsResource
from ccswitch.errors import StoreError

App = falcon.App[falcon.Request, falcon.Response]

API = "/api/v1"
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
    queues, agents, calls = Queues(ports), Agents(ports), Calls(ports)
    scripts, messages, calendars = Scripts(ports), Messages(ports), Calendars(ports)
    customers = Customers(ports)
    routes: tuple[tuple[str, Any, str | None], ...] = (
        ("/health", HealthResource(ports), None),
        ("/metrics", MetricsResource(registry, to_all=metrics_to_all), None),
        ("/openapi.json", DocumentResource(), None),
        (f"{API}/nodes", Nodes(ports), None),
        (f"{API}/overrides", Overrides(ports), None),
        (f"{API}/queues", queues, None),
        (f"{API}/queues/{{queue:name}}", queues, "one"),
        (f"{API}/queues/{{queue:name}}/pause", queues, "pause"),
        (f"{API}/queues/{{queue:name}}/drain", queues, "drain"),
        (f"{API}/queues/{{queue:name}}/close", queues, "close"),
        (f"{API}/queues/{{queue:name}}/open", queues, "open"),
        (f"{API}/queues/{{queue:name}}/move", queues, "move"),
        (f"{API}/agents", agents, None),
        (f"{API}/agents/{{agent:name}}", agents, "one"),
        (f"{API}/agents/{{agent:name}}/login", agents, "login"),
        (f"{API}/agents/{{agent:name}}/logout", agents, "logout"),
        (f"{API}/agents/{{agent:name}}/ready", agents, "ready"),
        (f"{API}/agents/{{agent:name}}/break", agents, "break"),
        (f"{API}/calendars", calendars, None),
        (f"{API}/calendars/{{calendar:name}}", calendars, "one"),
        (f"{API}/calendars/{{calendar:name}}/close", calendars, "close"),
        (f"{API}/calendars/{{calendar:name}}/open", calendars, "open"),
        (f"{API}/calendars/{{calendar:name}}/follow", calendars, "follow"),
        (f"{API}/messages", messages, None),
        (f"{API}/messages/{{message:call_id}}/done", messages, "done"),
        (f"{API}/calls", calls, None),
        (f"{API}/calls/{{call:call_id}}", calls, "one"),
        (f"{API}/calls/{{call:call_id}}/trace", calls, "trace"),
        (f"{API}/calls/{{call:call_id}}/explain", calls, "explain"),
        (f"{API}/calls/{{call:call_id}}/hangup", calls, "hangup"),
        (f"{API}/calls/{{call:call_id}}/priority", calls, "priority"),
        (f"{API}/customers", customers, None),
        (f"{API}/customers/{{customer:int(min=1, max=9007199254740991)}}", customers, "one"),
        (f"{API}/customers/{{customer:int(min=1, max=9007199254740991)}}/tags", customers, "tags"),
        (f"{API}/scripts", scripts, None),
        (f"{API}/scripts/{{script:name}}", scripts, "one"),
        (f"{API}/scripts/{{script:name}}/versions", scripts, "versions"),
        (f"{API}/scripts/{{script:name}}/versions/{{version:name}}", scripts, "version"),
        (f"{API}/scripts/{{script:name}}/usage", scripts, "usage"),
        (f"{API}/scripts/{{script:name}}/publish", scripts, "publish"),
        (f"{API}/scripts/{{script:name}}/promote", scripts, "promote"),
        (f"{API}/scripts/{{script:name}}/rollback", scripts, "rollback"),
    )
    for path, resource, suffix in routes:
        app.add_route(path, resource, suffix=suffix)
    DOCUMENT.app = app  # spectree's own registration would add a page of its own


def _as_it_is(_req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError, _params: dict[str, Any]) -> None:
    """Falcon's own handling, named so that the handler for everything else does not take it."""
    resp.status = error.status
    resp.set_headers(error.headers or {})
    serialize(_req, resp, error)
