"""The review at `/api/review`: only for this machine, only with the token, only from a page of this server.

This package decides nothing and writes nothing itself; who starts the server hands in what does (`Reviewer`). A
request is answered when all of these hold, and is refused with a sentence otherwise:

- it comes from a loopback address, and no proxy says that it passes on somebody else's;
- its Host is a loopback name, so that no name of another site that points here is ours;
- its Origin and Sec-Fetch-Site, where a browser sends them, are our own page's;
- it carries the token in a header of its own, which no form and no page of another site can send;
- a POST says that it is JSON, which no form can say.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from phengraph.serve.doorway import LOOPBACK_NAMES, host_name
from phengraph.serve.pages.answers import problem
from phengraph.serve.site import Current

TOKEN_HEADER = "X-Phengraph-Token"
_BODY_BYTES = 64 * 1024
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Reviewer(Protocol):
    """Holds the queue and decides; `review.web.WebReview` is one. Called from several threads."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def state(self) -> Mapping[str, Any]:
        """What the page shows, as JSON."""

    def act(self, asked: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
        """Do what a key asks; an HTTP status and the state afterwards."""


async def keep_reviewing(reviewer: Reviewer) -> None:
    """Let it run until cancelled; what was asked is written before it ends."""
    await asyncio.to_thread(reviewer.start)
    try:
        await asyncio.Event().wait()
    finally:
        reviewer.stop()


class ReviewRoutes:
    """The route `/api/review`: GET tells how the queue stands, POST does what a key asks.

    Args:
        reviewer: what is told and asked.
        token: what `phengraph serve --curate` prints.
    """

    def __init__(self, reviewer: Reviewer, *, token: str) -> None:
        self._reviewer = reviewer
        self._token = token.encode()

    def __call__(self, current: Current) -> Sequence[BaseRoute]:
        del current
        return [Route("/api/review", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        """200 with the state; 403 for who may not, 409 for what is stale, 422 for what is refused."""
        if (refused := self._refusal(request)) is not None:
            return problem(403, "Forbidden", refused)
        if request.method != "POST":
            return _state(200, await run_in_threadpool(self._reviewer.state))
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return problem(415, "Unsupported Media Type", "send application/json")
        asked = await _read_json(request)
        if asked is None:
            return problem(400, "Bad Request", "send a JSON object of at most 64 kB")
        status, state = await run_in_threadpool(self._reviewer.act, asked)
        return _state(status, state)

    def _refusal(self, request: Request) -> str | None:
        headers = request.headers
        if not _is_loopback(request) or any(name in headers for name in _PASSED_ON):
            return "the review is for the machine on which the server runs"
        host = headers.get("host", "")
        if host_name(host) not in LOOPBACK_NAMES:
            return "the review is asked for under a name of this machine"
        origin = headers.get("origin")
        if origin is not None and (urlsplit(origin).scheme, urlsplit(origin).netloc.lower()) != ("http", host.lower()):
            return "the review is asked for from a page of this server"
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return "the review is asked for from a page of this server"
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token):
            return "open the address that `phengraph serve --curate` printed: it holds the token"
        return None


def _is_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def _read_json(request: Request) -> Mapping[str, Any] | None:
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _BODY_BYTES:
                return None
        asked = json.loads(body)
    except (ValueError, RecursionError, ClientDisconnect):
        return None
    return asked if isinstance(asked, dict) else None


def _state(status: int, state: Mapping[str, Any]) -> Response:
    return JSONResponse(state, status, {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"})
