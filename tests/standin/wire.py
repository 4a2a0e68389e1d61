"""Requests and answers as values, so that the rules can be tried without a socket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. `path` is decoded; `query` keeps order and repetitions; header names are in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def parse(cls, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        parts = urlsplit(target)
        return cls(
            method,
            unquote(parts.path),
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in headers.items()},
            body,
        )

    def parameter(self, name: str, default: str = "") -> str:
        return next((value for key, value in self.query if key == name), default)

    @property
    def key(self) -> str | None:
        return self.headers.get("x-api-key")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out. The last fields say how the sending goes wrong, when it shall."""

    status: int
    content: Any
    """A value to be sent as JSON, or bytes to be sent as they are."""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    """Close the connection after so many bytes of the body, though Content-Length says more."""
    wait_seconds: float = 0.0
    """Before the first byte."""
    drip_seconds: float = 0.0
    """Between one piece of the body (`drip_bytes` long) and the next."""
    drip_bytes: int = 1
    drip_headers: bool = False
    """Drip the headers, too."""
    raw: bytes | None = None
    """Send these bytes instead of any HTTP, and close."""
    reset: bool = False
    """Close at once without a byte."""

    @property
    def body(self) -> bytes:
        if isinstance(self.content, bytes):
            return self.content
        try:
            return orjson.dumps(self.content) + b"\n"
        except TypeError:
            # Half a surrogate pair is no UTF-8; as an escape it is JSON, and servers have sent it.
            return json.dumps(self.content).encode() + b"\n"

    def but(self, **changes: Any) -> Answer:
        return replace(self, **changes)


def error(status: int, text: str) -> Answer:
    """An error of the service itself."""
    return Answer(status, {"error": text})


def gateway_error(status: int, text: str, **more: str) -> Answer:
    """An error of the gateway before the service."""
    return Answer(status, {"message": text, **more}, {"X-Cache": "Error from cloudfront"})
