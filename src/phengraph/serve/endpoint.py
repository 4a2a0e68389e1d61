"""`/sparql`: from a request of the SPARQL 1.1 Protocol to an answer that is whole or visibly broken.

A status tells what went wrong as long as nothing was sent. Once an answer has begun it can only be broken off: the
connection is closed without the last chunk, which every HTTP client reports as an error. A client of HTTP/1.0 has no
chunks, so it waits until its answer is whole and gets its length.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from phengraph.problems import QueryError
from phengraph.query.asking import Limits, prepare_request
from phengraph.query.formats import Form, Format, formats_of
from phengraph.query.guard import inspect_query
from phengraph.serve.pages.answers import is_known, program_digest
from phengraph.serve.pages.negotiation import choose
from phengraph.serve.pool import Asked, Pool
from phengraph.serve.protocol import Operation, Refusal, read_operation
from phengraph.serve.snapshots import Snapshots
from phengraph.serve.streaming import StreamedAnswer
from phengraph.serve.turnstile import Busy

CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_METHODS = "GET, HEAD, POST, OPTIONS"
_SMALL_BYTES = 131_072
"""An answer that is whole before this length is sent with its Content-Length."""
_STATUS_OF_KIND = {
    "syntax": 400,
    "format": 406,
    "refused": 403,
    "parameter": 400,
    "limit": 400,
    "timeout": 504,
    "memory": 500,
    "engine": 500,
    "store": 502,
}

Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How long requests may be."""

    body_bytes: int
    slow_client_seconds: float


class Endpoint:
    """The query operation over the current snapshot.

    Args:
        snapshots: what is asked.
        pool: who answers.
        limits: of one query; its time is the pool's.
        sizes: of a request.
        describe: answers a GET that has no query, with the service description.
        page: answers a browser that asks for no `format`, with the query page; without it a browser gets data too.
        is_dated: the same query has the same answer as long as the snapshot is the same, so that ETags tell it.
    """

    def __init__(
        self,
        snapshots: Snapshots,
        pool: Pool,
        *,
        limits: Limits,
        sizes: Sizes,
        describe: Page,
        page: Page | None = None,
        is_dated: bool = True,
    ) -> None:
        self._snapshots = snapshots
        self._pool = pool
        self._limits = limits
        self._sizes = sizes
        self._describe = describe
        self._page = page
        self._is_dated = is_dated

    async def answer(self, request: Request) -> Response:
        """Answer one request; never raises for what a client did."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={**CROSS_ORIGIN, "Allow": _METHODS})
        try:
            async with asyncio.timeout(self._sizes.slow_client_seconds):
                operation = await read_operation(request, longest_body=self._sizes.body_bytes)
            is_read = request.method in ("GET", "HEAD") and operation.format_name is None
            if is_read and self._page is not None and _wants_page(request):
                return await self._page(request)
            if operation.query is None:
                if request.method == "POST":
                    raise Refusal(400, "the request holds no query; send it as the parameter 'query'")
                return await self._describe(request)
            return await self._answer(request, operation, operation.query)
        except Refusal as error:
            return refuse(error.status, str(error), error.headers)
        except Busy as error:
            return refuse(503, str(error), {"Retry-After": str(error.retry_after_seconds)})
        except QueryError as error:
            return refuse(_STATUS_OF_KIND[error.kind], str(error))
        except TimeoutError:
            return refuse(408, "the request did not come in time", {"Connection": "close"})
        except ClientDisconnect:
            return Response(status_code=499)

    async def _answer(self, request: Request, operation: Operation, text: str) -> Response:
        inspection = inspect_query(text, self._limits.bounds)
        chosen, media_type = negotiate(inspection.form, request.headers.get("accept"), operation.format_name)
        with self._snapshots.lease() as snapshot:
            headers = {**CROSS_ORIGIN, "Content-Type": _content_type(chosen, media_type), "Vary": "Accept"}
            if self._is_dated and request.method != "POST" and inspection.is_repeatable:
                headers["ETag"] = _etag(snapshot.digest, chosen, operation, text)
                headers["Cache-Control"] = "no-cache"
                if is_known(request, headers["ETag"]):
                    del headers["Content-Type"]
                    return Response(status_code=304, headers=headers)
            _, _, asked_request = prepare_request(
                snapshot.dataset.base,
                text,
                format=chosen.name,
                limits=self._limits,
                default_graphs=operation.default_graphs,
                named_graphs=operation.named_graphs,
            )
            client = request.client.host if request.client else ""
            asked = await _unless_gone(request, self._pool.ask(snapshot.brood, asked_request, client))
        return await _respond(request, asked, headers, self._sizes.slow_client_seconds)


def negotiate(form: Form, accept: str | None, format_name: str | None) -> tuple[Format, str]:
    """The format of an answer and the media type under which it goes out.

    A `format` parameter that names a fitting format wins over the Accept header; one that does not is left alone, since
    many clients always send one.

    Raises:
        Refusal: 406 when the client takes none of the formats of this form.

    >>> negotiate(Form.SELECT, "application/xml;q=0.9, text/csv;q=0.5", None)[1]
    'application/xml'
    """
    offered = formats_of(form)
    if format_name:
        wanted = format_name.strip().lower()
        for one in offered:
            if wanted in (one.name, one.suffix, one.media_type):
                return one, one.media_type
    types = {one.media_type: one for one in offered}
    for one in offered:
        types |= {other: one for other in one.also_accepted if other not in types}
    media_type = choose(accept, list(types))
    if media_type is None:
        told = ", ".join(one.media_type for one in offered)
        raise Refusal(406, f"{form} gives {told}; the request accepts none of them", {"Vary": "Accept"})
    return types[media_type], media_type


def refuse(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error in plain words."""
    return PlainTextResponse(f"{message}\n", status, {**CROSS_ORIGIN, **(headers or {})})


async def _respond(request: Request, asked: Asked, headers: dict[str, str], slow_client_seconds: float) -> Response:
    try:
        whole = await asked.whole(_SMALL_BYTES)
    except BaseException:
        await asked.close()
        raise
    if whole is None and request.method != "HEAD":
        return StreamedAnswer(asked, headers, slow_client_seconds)
    await asked.close()
    if request.method == "HEAD":
        length = {} if whole is None else {"Content-Length": str(len(whole))}
        return _Bodiless(headers=headers | length)
    return Response(whole, headers=headers)


class _Bodiless(Response):
    """A response to HEAD, which says of what length the body would be and has none."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        self.raw_headers = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]


async def _unless_gone(request: Request, asking: Coroutine[Any, Any, Asked]) -> Asked:
    """Wait for an answer to begin as long as the client is there."""
    asked = asyncio.ensure_future(asking)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait([asked, leaving], return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            raise ClientDisconnect
        return asked.result()
    finally:
        leaving.cancel()
        if not asked.done():
            asked.cancel()
            await asyncio.wait([asked])


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _wants_page(request: Request) -> bool:
    return choose(request.headers.get("accept", "*/*"), ["application/sparql-results+json", "text/html"]) == "text/html"


def _content_type(chosen: Format, media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if chosen.is_text or media_type.startswith("text/") else media_type


def _etag(digest: str, chosen: Format, operation: Operation, text: str) -> str:
    """Weak: the order of rows may differ between workers, and what is sent may be compressed."""
    content = repr((digest, program_digest(), chosen.name, operation.default_graphs, operation.named_graphs, text))
    return f'W/"{hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:24]}"'
