"""Time that does not pass by itself, and a way into the stand-in without a socket."""

from __future__ import annotations

import datetime
import io
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from .server import StandIn
from .wire import Request


class SimulatedClock:
    """A clock whose sleep is instant and moves its time; what phengraph.ingest calls a Clock."""

    def __init__(self, start: str = "2026-11-24T06:00:00+00:00") -> None:
        self._start = datetime.datetime.fromisoformat(start)
        self.elapsed = 0.0
        self.jump = datetime.timedelta()
        self.slept: list[float] = []

    def now(self) -> datetime.datetime:
        return self._start + self.jump + datetime.timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds

    def pass_days(self, days: float) -> None:
        self.elapsed += days * 86_400


class InProcess(BaseAdapter):
    """An adapter of `requests` that asks a stand-in without a socket: for many requests, quickly."""

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__()
        self._stand_in = stand_in

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        assert isinstance(body, bytes)
        made = Request.parse(request.method or "GET", request.path_url, dict(request.headers), body)
        answer = self._stand_in.handle(made)
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update({"Content-Type": "application/json", **answer.headers})
        response.request = request
        response.url = request.url or ""
        response.raw = HTTPResponse(io.BytesIO(answer.body), preload_content=False, status=answer.status)
        return response

    def close(self) -> None:
        return
