"""For those who watch over the controller: health and metrics. No token is asked for."""

from __future__ import annotations

import ipaddress

import falcon
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from ccswitch.desk.answers import HealthAnswer
from ccswitch.desk.document import DOCUMENT, answers
from ccswitch.desk.errors import Declined
from ccswitch.desk.ports import Ports


class HealthResource:
    """/health."""

    def __init__(self, ports: Ports) -> None:
        self._health = ports.health

    @DOCUMENT.validate(
        resp=answers(HealthAnswer, (), HTTP_503=(HealthAnswer, "Something is wrong; `reasons` says what.")),
        tags=["watching"],
        security={},
    )
    def on_get(self, _req: falcon.Request, resp: falcon.Response) -> None:
        """Say how the controller feels: 200 and `ok`, or 503 and `degraded` with reasons. Warnings change neither."""
        reasons = list(self._health.reasons())
        resp.status = falcon.HTTP_503 if reasons else falcon.HTTP_200
        resp.cache_control = ["no-store"]
        warnings = list(self._health.warnings())
        resp.media = HealthAnswer(status="degraded" if reasons else "ok", reasons=reasons, warnings=warnings)


class MetricsResource:
    """/metrics, to loopback only unless it was opened."""

    def __init__(self, registry: CollectorRegistry, *, to_all: bool) -> None:
        self._registry = registry
        self._to_all = to_all

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Every metric, in Prometheus' text format."""
        if not self._to_all and not _is_loopback(req.remote_addr):
            why = "metrics are shown on this machine only"
            raise Declined(falcon.HTTP_403, "Not allowed", why, "ask from the controller's own machine")
        resp.data = generate_latest(self._registry)
        resp.content_type = CONTENT_TYPE_LATEST


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
