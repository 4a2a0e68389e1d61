"""Rendered answers, kept as long as the snapshot that they were made from is the current one.

A page takes some ten milliseconds to make and depends on nothing but the snapshot, the program, its address and what
the client accepts; its ETag says so (`pages.answers.etag_of`). So the bytes are kept, compressed where they were sent
so, in a bounded memory from which the ones that were not asked for longest go first. When many ask for the same page at
once, one makes it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from phengraph.serve.pages.answers import is_tagged_known, tag_prefix

# Answered anew each time, or as it comes: nothing of it is kept, and nobody waits for another's.
_NEVER = ("/sparql", "/healthz", "/metrics")
_LONGEST_KEY = 2_000
_LARGEST_SHARE = 4
"""One answer may take a fourth of the memory, so that a table of everything does not put out all pages."""

_Key: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class _Answer:
    headers: list[tuple[bytes, bytes]]
    body: bytes
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)


@dataclass(slots=True)
class _Shelf:
    """What is kept of one snapshot."""

    digest: str
    answers: OrderedDict[_Key, _Answer] = field(default_factory=OrderedDict)
    size: int = 0


class Kept:
    """Answers a GET with what was made for the same GET before.

    Args:
        app: makes the answers.
        digest: of the current snapshot; asked twice a request.
        most_bytes: how much is kept; 0 keeps nothing.
    """

    def __init__(self, app: ASGIApp, digest: Callable[[], str], most_bytes: int) -> None:
        self._app = app
        self._digest = digest
        self._most_bytes = most_bytes
        self._shelf = _Shelf("")
        self._making: dict[_Key, asyncio.Future[bool]] = {}
        self.hits = 0
        self.misses = 0

    @property
    def bytes_kept(self) -> int:
        """What is kept now."""
        return self._shelf.size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = self._key_of(scope) if scope["type"] == "http" and self._most_bytes else None
        if key is None:
            await self._app(scope, receive, send)
            return
        digest = self._digest()
        found = self._find(key, digest)
        while found is None and (making := self._making.get(key)) is not None:
            # Shielded: who leaves must not take it from the others.
            was_made = await asyncio.shield(making)
            found = self._find(key, digest)
            if was_made:
                # It is kept, or is of a kind that is not: then each makes its own.
                break
        if found is not None:
            self.hits += 1
            await _again(found, scope, receive, send)
            return
        self.misses += 1
        await self._make(key, digest, scope, receive, send)

    async def _make(self, key: _Key, digest: str, scope: Scope, receive: Receive, send: Send) -> None:
        mine = key not in self._making
        if mine:
            self._making[key] = asyncio.get_running_loop().create_future()
        seen = _Seen(send)
        was_made = False
        try:
            await self._app(scope, receive, seen.send)
            was_made = True
        finally:
            answer = seen.answer(digest)
            # Made from the snapshot that was current at the beginning and still is: no swap came between.
            if answer is not None and self._digest() == digest:
                self._keep(key, digest, answer)
            if mine:
                self._making.pop(key).set_result(was_made)

    def _key_of(self, scope: Scope) -> _Key | None:
        path: str = scope["path"]
        if scope["method"] != "GET" or path.removeprefix(scope.get("root_path", "")).startswith(_NEVER):
            return None
        headers = Headers(scope=scope)
        key = (
            path,
            scope["query_string"].decode("latin-1"),
            scope.get("root_path", ""),
            scope["scheme"],
            headers.get("host", ""),
            ",".join(headers.getlist("accept")),
            "gzip" if "gzip" in headers.get("accept-encoding", "") else "",
        )
        return key if sum(map(len, key)) <= _LONGEST_KEY else None

    def _find(self, key: _Key, digest: str) -> _Answer | None:
        shelf = self._shelf
        if shelf.digest != digest or key not in shelf.answers:
            return None
        shelf.answers.move_to_end(key)
        return shelf.answers[key]

    def _keep(self, key: _Key, digest: str, answer: _Answer) -> None:
        if self._shelf.digest != digest:
            self._shelf = _Shelf(digest)
        shelf = self._shelf
        if answer.size > self._most_bytes // _LARGEST_SHARE or key in shelf.answers:
            return
        shelf.answers[key] = answer
        shelf.size += answer.size
        while shelf.size > self._most_bytes:
            _, oldest = shelf.answers.popitem(last=False)
            shelf.size -= oldest.size


class _Seen:
    """Passes messages on, and remembers an answer that comes in one piece."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body: bytes | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = {**message, "headers": list(message["headers"])}
        elif message["type"] == "http.response.body" and not message.get("more_body") and self._body is None:
            self._body = bytes(message.get("body", b""))
        else:
            self._start = None
        await self._send(message)

    def answer(self, digest: str) -> _Answer | None:
        """The answer, when it says itself that it depends on nothing but the snapshot of this digest."""
        if self._start is None or self._body is None or self._start["status"] != 200:
            return None
        etag = Headers(raw=self._start["headers"]).get("etag", "")
        return _Answer(self._start["headers"], self._body, etag) if etag.startswith(tag_prefix(digest)) else None


async def _again(answer: _Answer, scope: Scope, receive: Receive, send: Send) -> None:
    if is_tagged_known(Headers(scope=scope).get("if-none-match"), answer.etag):
        response = Response(None, 304)
        gone = (b"content-length", b"content-type", b"content-encoding")
        response.raw_headers = [(name, value) for name, value in answer.headers if name not in gone]
    else:
        response = Response(answer.body)
        response.raw_headers = list(answer.headers)
    await response(scope, receive, send)
