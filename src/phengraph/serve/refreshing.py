"""The refresh that runs beside the server: started and ended with it, told and begun at `/api/refresh`.

This package never fetches anything itself; who starts the server hands in what does (`Refresher`).
"""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from phengraph.serve.pages.answers import problem
from phengraph.serve.site import Current


class RefreshStatus(Protocol):
    """How a refresh stands."""

    @property
    def running(self) -> bool: ...
    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def last_run(self) -> datetime.datetime | None: ...
    @property
    def last_ok(self) -> datetime.datetime | None: ...
    @property
    def next_run(self) -> datetime.datetime | None: ...


class Refresher(Protocol):
    """Refreshes now and then in a thread of its own; `ingest.scheduler.BackgroundRefresh` is one."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def run_now(self) -> bool:
        """Begin one; False while one is running."""

    def status(self) -> RefreshStatus: ...


async def keep_refreshing(refresher: Refresher) -> None:
    """Let it run until cancelled."""
    await asyncio.to_thread(refresher.start)
    try:
        await asyncio.Event().wait()
    finally:
        refresher.stop()


class RefreshRoutes:
    """The route `/api/refresh`: GET tells how it stands, POST begins one.

    Args:
        refresher: what is told and begun.
        may_begin: whether a visitor may begin one; each costs requests at the service that is asked.
    """

    def __init__(self, refresher: Refresher, *, may_begin: bool) -> None:
        self._refresher = refresher
        self._may_begin = may_begin

    def __call__(self, current: Current) -> Sequence[BaseRoute]:
        del current
        return [Route("/api/refresh", self.answer, methods=["GET", "HEAD", "POST"])]

    def answer(self, request: Request) -> Response:
        """200 with the state, 202 when one was begun, 403 for who may not, 409 while one is running."""
        if request.method != "POST":
            return self._state(200)
        if not self._may_begin:
            return problem(403, "Forbidden", "a refresh is begun on the server's own machine only")
        if not _is_from_our_page(request):
            # A form of another site can send a POST; it must not spend our requests.
            return problem(403, "Forbidden", "a refresh is begun from a page of this server")
        if not self._refresher.run_now():
            return problem(409, "Conflict", "a refresh is running")
        return self._state(202)

    def _state(self, code: int) -> Response:
        status = self._refresher.status()
        content = {
            "allowed": self._may_begin,
            "running": status.running or code == 202,
            "done": status.done,
            "total": status.total,
            "message": status.message,
            "last_run": _text(status.last_run),
            "last_ok": _text(status.last_ok),
            "next_run": _text(status.next_run),
        }
        return JSONResponse(content, code, {"Cache-Control": "no-store"})


def _is_from_our_page(request: Request) -> bool:
    origin = request.headers.get("origin")
    if origin is None:
        # A browser always sends it with a POST of another site; programs send none.
        return request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


def _text(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
