"""What the server counts (`/metrics`, for Prometheus) and what it writes down of each request (the access log)."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from phengraph.serve.pool import Pool
    from phengraph.serve.snapshots import Snapshots

access_log = logging.getLogger("phengraph.access")

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})
_LONGEST_TEXT = 300


class Measures:
    """The counters of one server; not those of the process, so that several can live in one."""

    def __init__(self, pool: Pool, snapshots: Snapshots) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "phengraph_http_requests", "Requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "phengraph_http_request_seconds",
            "Time from the request to the last byte of its answer.",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=self.registry,
        )
        self.broken_off = Counter(
            "phengraph_http_answers_broken_off", "Answers that could not be finished.", registry=self.registry
        )
        self.registry.register(_State(pool, snapshots))

    async def answer(self, request: Request) -> Response:
        """The current values in Prometheus' text format."""
        del request
        return Response(generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _State(Collector):
    """Reads the pool and the snapshot when it is asked, so that nothing has to be kept in step."""

    def __init__(self, pool: Pool, snapshots: Snapshots) -> None:
        self._pool = pool
        self._snapshots = snapshots

    def collect(self) -> Iterator[Metric]:
        turnstile, tally = self._pool.turnstile, self._pool.tally
        running = GaugeMetricFamily("phengraph_queries_running", "Queries that run now.", labels=["lane"])
        running.add_metric(["short"], turnstile.short_running)
        running.add_metric(["long"], turnstile.long_running)
        yield running
        yield GaugeMetricFamily("phengraph_queries_waiting", "Queries that wait for a worker.", turnstile.waiting)
        yield CounterMetricFamily("phengraph_queries_answered", "Queries answered to their end.", tally.answered)
        failed = CounterMetricFamily("phengraph_queries_failed", "Queries that were not answered.", labels=["kind"])
        for kind, count in sorted(tally.failed.items()):
            failed.add_metric([kind], count)
        yield failed
        yield CounterMetricFamily("phengraph_workers_lost", "Workers that died or were killed.", tally.workers_lost)
        yield CounterMetricFamily("phengraph_dataset_swaps", "Newer datasets put in place.", self._snapshots.swaps)
        current = self._snapshots.current
        yield GaugeMetricFamily("phengraph_dataset_quads", "Quads of the dataset.", current.dataset.contents.quads)
        yield GaugeMetricFamily(
            "phengraph_dataset_opened_seconds", "When the dataset was opened, in Unix time.", self._snapshots.changed_at
        )
        yield GaugeMetricFamily(
            "phengraph_dataset_is_newest", "1 when it is of the files as they are.", int(not self._snapshots.complaint)
        )


class Observed:
    """Counts and logs every request; the outermost layer, so that it sees refusals too.

    `known` are the first steps of the paths that there are, which the counts are kept by.
    """

    def __init__(self, app: ASGIApp, measures: Measures, known: Iterable[str]) -> None:
        self._app = app
        self._measures = measures
        self._known = frozenset(known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen = _Seen(send)
        scope.setdefault("state", {})
        started = time.perf_counter()
        try:
            await self._app(scope, receive, seen.send)
        finally:
            self._write_down(scope, seen, time.perf_counter() - started)

    def _write_down(self, scope: Scope, seen: _Seen, seconds: float) -> None:
        # The first step of a path that we have: whoever asks for a million paths makes no million time series.
        path: str = scope["path"]
        first = path.removeprefix(scope.get("root_path", "")).split("/", 2)[1:2]
        route = f"/{first[0]}" if first and first[0] in self._known else "other"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._measures.requests.labels(route, method, str(seen.status)).inc()
        self._measures.seconds.labels(route).observe(seconds)
        broken_off = scope["state"].get("broken_off")
        if broken_off:
            self._measures.broken_off.inc()
        if access_log.isEnabledFor(logging.INFO):
            access_log.info("%s", _line(scope, seen, seconds, broken_off))


class _Seen:
    """Passes messages on, and remembers the status and the number of bytes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.bytes_sent = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif message["type"] == "http.response.body":
            self.bytes_sent += len(message.get("body", b""))
        await self._send(message)


def _line(scope: Scope, seen: _Seen, seconds: float, broken_off: str | None) -> str:
    """One JSON object. The query is not in it: what people ask may be private; its length is."""
    headers = Headers(scope=scope)
    client = scope.get("client")
    fields: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "client": client[0] if client else None,
        "method": scope["method"][:20],
        "path": scope["path"][:_LONGEST_TEXT],
        "query_bytes": len(scope["query_string"]),
        "status": seen.status,
        "bytes": seen.bytes_sent,
        "seconds": round(seconds, 4),
        "agent": headers.get("user-agent", "")[:_LONGEST_TEXT],
    }
    if broken_off:
        fields["broken_off"] = broken_off
    return json.dumps(fields)
