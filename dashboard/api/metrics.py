"""/metrics: what Prometheus is told of the dashboard itself.

The flow tells of the flow, on its own port (docs/metrics.md). Everything is read when
it is asked for; nothing costs anything in between.
"""

import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    StateSetMetricFamily,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from tornado import web

from dashboard.api.handlers import ApiHandler
from dashboard.api.health import health_of
from dashboard.api.service import Service
from dashboard.model import FeedState

__all__ = ["MetricsHandler"]

_PREFIX: Final = "live_viewers_dashboard_"


class _DashboardCollector(Collector):
    """Reads the model, the clients of /ws and the server's sessions."""

    def __init__(self, service: Service, application: web.Application) -> None:
        self._service = service
        self._application = application

    def collect(self) -> Iterable[Metric]:
        """Yield what there is to tell."""
        yield from self._of_the_feed()
        yield from self._of_the_clients()
        yield _gauge("sessions", "Pages open in browsers.", self._sessions())

    def _of_the_feed(self) -> Iterable[Metric]:
        model = self._service.model
        health = health_of(model, time.time())
        states = {str(state): state is health.feed for state in FeedState}
        yield StateSetMetricFamily(_PREFIX + "feed", "How the feed stands.", states)
        live = model.viewers.count
        yield _gauge("viewers", "Viewers whose session goes on.", live)
        turned_away = model.viewers.turned_away
        newest = model.history.newest
        if newest is not None and health.age_s is not None:
            yield _gauge("age_seconds", "Age of the newest audience.", health.age_s)
            lag = max((partition.seconds for partition in newest.lag), default=0.0)
            yield _gauge("lag_seconds", "The flow's lag, of the newest audience.", lag)
        yield _counter(
            "turned_away", "Changes with no room for one more viewer.", turned_away
        )
        yield _counter(
            "undecodable_records", "Records that can't be read.", health.undecodable
        )

    def _of_the_clients(self) -> Iterable[Metric]:
        hub = self._service.hub
        yield _gauge("ws_clients", "Clients of /ws.", hub.clients)
        yield _counter("ws_dropped", "Clients dropped as too slow.", hub.dropped)
        yield _counter("ws_refused", "Clients for whom there was no room.", hub.refused)
        yield _counter("ws_ticks", "Times that changes were looked for.", hub.ticks)
        yield _counter("ws_changes", "Changes of viewers told.", hub.told)
        yield _counter("ws_sent_bytes", "Bytes of messages sent.", hub.told_bytes)

    def _sessions(self) -> int:
        contexts: Any = getattr(self._application, "applications", {})
        return sum(len(list(context.sessions)) for context in contexts.values())


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(_PREFIX + name, text, value=value)


class MetricsHandler(ApiHandler):
    """What Prometheus scrapes."""

    async def answer(self, *arguments: str) -> None:
        """Answer in the format that is asked for."""
        del arguments
        registry = CollectorRegistry()
        registry.register(_DashboardCollector(self.service, self.application))
        ProcessCollector(registry=registry)
        encode, media_type = choose_encoder(self.request.headers.get("Accept", ""))
        body = await self.service.aside(lambda: encode(registry))
        self.set_status(HTTPStatus.OK)
        self.set_header("Content-Type", media_type)
        self.finish(body)
