"""Rendered answers that are kept: the same bytes, never those of another state, within their bounds."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from loops import run_apart
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from phengraph.serve.kept import Kept
from phengraph.serve.pages.answers import document, etag_of, not_modified, page, problem


class Pages:
    """Pages of a state, counted as they are made."""

    def __init__(self, most_bytes: int = 1_000_000) -> None:
        self.digest = "a" * 32
        self.made: Counter[str] = Counter()
        self.release: asyncio.Event | None = None
        routes = [
            Route("/page/{name}", self.page),
            Route("/missing", self.missing),
            Route("/stream", self.stream),
            Route("/untagged", self.untagged),
            Route("/sparql", self.page),
        ]
        self.kept = Kept(GZipMiddleware(Starlette(routes=routes), minimum_size=100), lambda: self.digest, most_bytes)

    async def page(self, request: Request) -> Response:
        self.made[request.url.path] += 1
        digest = self.digest
        if self.release is not None:
            await self.release.wait()
        etag = etag_of(digest, "html")
        if request.headers.get("if-none-match") == etag:
            return not_modified({"ETag": etag}, data=False)
        accept = request.headers.get("accept", "")
        text = f"{digest} {request.url.path}?{request.url.query} {accept} " + "x" * 1_000
        return page(text, headers={"ETag": etag, "Vary": "Accept"})

    async def missing(self, request: Request) -> Response:
        self.made["/missing"] += 1
        return problem(404, "Not Found", "nothing", headers={"ETag": etag_of(self.digest, "json")})

    async def stream(self, request: Request) -> Response:
        self.made["/stream"] += 1

        async def parts() -> Any:
            yield b"one"
            yield b"two"

        return StreamingResponse(parts(), headers={"ETag": etag_of(self.digest, "nt")})

    async def untagged(self, request: Request) -> Response:
        self.made["/untagged"] += 1
        return PlainTextResponse("now", headers={"ETag": '"of something else"'})


def run(pages: Pages, use: Callable[[httpx.AsyncClient], Any]) -> Any:
    async def go() -> Any:
        transport = httpx.ASGITransport(app=pages.kept)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await use(client)

    return run_apart(go())


def test_the_second_answer_is_the_first_one() -> None:
    pages = Pages()

    async def use(client: httpx.AsyncClient) -> None:
        first, second = [await client.get("/page/a") for _ in range(2)]
        assert (first.content, first.headers) == (second.content, second.headers)
        assert first.headers["content-encoding"] == "gzip"
        assert pages.made["/page/a"] == 1
        plain = await client.get("/page/a", headers={"Accept-Encoding": "identity"})
        assert (plain.text, "content-encoding" in plain.headers) == (first.text, False)
        for again in ("gzip", "identity"):
            headers = {"If-None-Match": first.headers["etag"], "Accept-Encoding": again}
            known = await client.get("/page/a", headers=headers)
            assert (known.status_code, known.content) == (304, b"")
            assert known.headers["etag"] == first.headers["etag"]
            assert known.headers["content-security-policy"] == first.headers["content-security-policy"]
            assert "content-type" not in known.headers
        assert pages.made["/page/a"] == 2
        assert (pages.kept.hits, pages.kept.misses) == (3, 2)

    run(pages, use)


def test_what_an_answer_may_depend_on_is_kept_apart() -> None:
    pages = Pages()

    async def use(client: httpx.AsyncClient) -> None:
        seen = {(await client.get("/page/a")).text}
        seen.add((await client.get("/page/a?x=1")).text)
        seen.add((await client.get("/page/a", headers={"Accept": "text/html"})).text)
        seen.add((await client.get("/page/b")).text)
        assert len(seen) == 4
        assert (await client.get("/page/a", headers={"Host": "other.example.org"})).text in seen
        assert pages.made["/page/a"] == 4

    run(pages, use)


def test_another_state_is_never_answered_with_pages_of_the_one_before() -> None:
    pages = Pages()

    async def use(client: httpx.AsyncClient) -> None:
        await client.get("/page/a")
        pages.digest = "b" * 32
        assert (await client.get("/page/a")).text.startswith("bbbb")
        assert (await client.get("/page/a")).text.startswith("bbbb")
        # A page that is being made while the state changes is sent and not kept.
        pages.release = asyncio.Event()
        making = asyncio.ensure_future(client.get("/page/slow"))
        await asyncio.sleep(0)
        while not pages.made["/page/slow"]:
            await asyncio.sleep(0.001)
        pages.digest = "c" * 32
        pages.release.set()
        assert (await making).text.startswith("bbbb")
        assert (await client.get("/page/slow")).text.startswith("cccc")

    run(pages, use)


@pytest.mark.parametrize("path", ["/missing", "/stream", "/untagged", "/sparql"])
def test_what_does_not_say_that_it_depends_on_the_state_alone_is_made_anew(path: str) -> None:
    pages = Pages()

    async def use(client: httpx.AsyncClient) -> None:
        await client.get(path)
        await client.get(path)
        assert pages.made[path] == 2
        assert pages.kept.bytes_kept == 0

    run(pages, use)


def test_the_memory_is_bounded_and_the_least_asked_go_first() -> None:
    pages = Pages(most_bytes=10_000)

    async def use(client: httpx.AsyncClient) -> None:
        for number in range(200):
            await client.get(f"/page/{number}", headers={"Accept-Encoding": "identity"})
            await client.get("/page/0", headers={"Accept-Encoding": "identity"})
            assert pages.kept.bytes_kept <= 10_000
        assert pages.made["/page/0"] == 1
        await client.get("/page/1", headers={"Accept-Encoding": "identity"})
        assert pages.made["/page/1"] == 2

    run(pages, use)


def test_one_that_is_too_large_or_has_too_long_an_address_is_not_kept() -> None:
    pages = Pages(most_bytes=4_000)

    async def use(client: httpx.AsyncClient) -> None:
        for path in ("/page/a", f"/page/a?{'x' * 3_000}"):
            await client.get(path, headers={"Accept-Encoding": "identity"})
        assert pages.kept.bytes_kept == 0

    run(pages, use)


def test_of_many_who_ask_at_once_one_makes_it() -> None:
    pages = Pages()

    async def use(client: httpx.AsyncClient) -> None:
        pages.release = asyncio.Event()
        asking = [asyncio.ensure_future(client.get("/page/a")) for _ in range(20)]
        while not pages.made["/page/a"]:
            await asyncio.sleep(0.001)
        # The one who makes it leaves; another makes it for the rest.
        asking[0].cancel()
        await asyncio.sleep(0.01)
        pages.release.set()
        answers = await asyncio.gather(*asking[1:])
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert pages.made["/page/a"] == 2

    run(pages, use)


def test_documents_of_data_are_kept_too() -> None:
    made: Counter[str] = Counter()
    digest = "d" * 32

    async def turtle(request: Request) -> Response:
        made["ttl"] += 1
        return document(b"# made up\n", "text/turtle", headers={"ETag": etag_of(digest, "ttl")})

    async def go() -> None:
        kept = Kept(Starlette(routes=[Route("/a.ttl", turtle)]), lambda: digest, 1_000_000)
        transport = httpx.ASGITransport(app=kept)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            for _ in range(3):
                assert (await client.get("/a.ttl")).headers["content-type"] == "text/turtle; charset=utf-8"
            assert (await client.head("/a.ttl")).status_code == 200

    run_apart(go())
    assert made["ttl"] == 2
