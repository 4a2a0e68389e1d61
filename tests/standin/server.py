"""The HTTP server of the stand-in, on 127.0.0.1 only."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from .answers import respond
from .corpus import Corpus
from .datasets import Datasets
from .faults import TOO_MANY, Fault, Strike
from .recorded import Recordings
from .wire import Answer, Request, gateway_error


@dataclass(slots=True)
class Seen:
    """One request as it was seen."""

    request: Request
    at: float
    """Seconds of the clock of the stand-in."""
    connection: int
    """Number of the TCP connection: a client that keeps its connection has one."""
    status: int = 0


@dataclass
class StandIn:
    """The service without its socket: corpus, faults, limits, and what was asked of it."""

    corpus: Corpus = field(default_factory=Corpus)
    datasets: Datasets = field(default_factory=Datasets)
    """The releases of the whole, and the store of their files."""
    requests_per_second: float | None = None
    """More of one key (or of nobody's) are answered with 429; None for no limit."""
    recordings: Recordings | None = None
    """Recorded answers, asked before the corpus."""
    clock: Callable[[], float] = time.monotonic
    needs_key: str | None = None
    """A request with another key is answered with 403."""
    compress: bool = False
    faults: list[Fault] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    _last: dict[str | None, float] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def switch(self, strike: Strike, endpoint: str = "", *, after: int = 0, times: int | None = 1) -> Fault:
        """Switch a fault on."""
        fault = Fault(strike, endpoint, after, times)
        self.faults.append(fault)
        return fault

    def handle(self, request: Request, connection: int = 0) -> Answer:
        with self._guard:
            seen = Seen(request, self.clock(), connection)
            self.seen.append(seen)
            answer = self._answer(request, seen.at)
            seen.status = answer.status
            return answer

    def _answer(self, request: Request, at: float) -> Answer:
        if self.requests_per_second is not None:
            last = self._last.get(request.key)
            # A twentieth is allowed for: the service counts too, but not to the millisecond.
            if last is not None and at - last < 0.95 / self.requests_per_second:
                return gateway_error(429, TOO_MANY, code="429")
            self._last[request.key] = at
        if self.needs_key is not None and request.key is not None and request.key != self.needs_key:
            return gateway_error(403, "Forbidden")
        striking = [fault for fault in self.faults if fault.applies(request)]
        recorded = self.recordings.answer(request) if self.recordings else None
        answer = recorded or self.datasets.answer(request) or respond(self.corpus, request)
        for fault in striking:
            answer = fault.strike(request, answer)
        return answer

    # --- what was asked -------------------------------------------------------------------------------------------

    def count(self, part: str = "") -> int:
        """How many requests had this in their path."""
        return sum(part in seen.request.path for seen in self.seen)

    def keys(self) -> set[str | None]:
        return {seen.request.key for seen in self.seen}

    def gaps(self) -> list[float]:
        """Seconds between each request and the next."""
        return [later.at - earlier.at for earlier, later in itertools.pairwise(self.seen)]

    def connections(self) -> int:
        return len({seen.connection for seen in self.seen})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    _connections = itertools.count(1)

    def setup(self) -> None:
        super().setup()
        self.connection_number = next(self._connections)

    def log_message(self, format: str, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request.parse(self.command, self.path, dict(self.headers.items()), body)
        answer = self.server.stand_in.handle(request, self.connection_number)
        # A client that has gone is no fault of the server's.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._send(
                answer, squeeze=self.server.stand_in.compress and "gzip" in request.headers.get("accept-encoding", "")
            )

    def _send(self, answer: Answer, *, squeeze: bool) -> None:
        self._pause(answer.wait_seconds)
        if answer.reset or answer.raw is not None:
            self.close_connection = True
            self.wfile.write(answer.raw or b"")
            return
        body = gzip.compress(answer.body, 1) if squeeze else answer.body
        headers = {
            "Content-Type": "application/json",
            "Access-Control-Allow-Origin": "*",
            "x-amzn-RequestId": f"made-up-{len(self.server.stand_in.seen)}",
            "x-amz-apigw-id": "made-up",
            "X-Cache": "Miss from cloudfront" if answer.status == 200 else "Error from cloudfront",
            "Content-Length": str(len(body)),
            **({"Content-Encoding": "gzip"} if squeeze else {}),
            **answer.headers,
        }
        lines = [f"HTTP/1.1 {answer.status} Made-up", *(f"{name}: {value}" for name, value in headers.items())]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if answer.drip_headers:
            self._drip(head, 1, answer.drip_seconds)
        else:
            self.wfile.write(head)
        if answer.cut_at is not None:
            self.close_connection = True
            self.wfile.write(body[: answer.cut_at])
        elif answer.drip_seconds and not answer.drip_headers:
            self._drip(body, answer.drip_bytes, answer.drip_seconds)
        else:
            self.wfile.write(body)

    def _drip(self, content: bytes, size: int, seconds: float) -> None:
        for start in range(0, len(content), size):
            if self.server.stopping.is_set():
                return
            self.wfile.write(content[start : start + size])
            self.wfile.flush()
            self._pause(seconds)

    def _pause(self, seconds: float) -> None:
        if seconds:
            self.server.stopping.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, stand_in: StandIn, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.stand_in = stand_in
        self.stopping = threading.Event()


@contextlib.contextmanager
def serving(stand_in: StandIn, port: int = 0) -> Iterator[str]:
    """Serve until the block ends; gives the base address, `http://127.0.0.1:PORT`."""
    server = _Server(stand_in, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
