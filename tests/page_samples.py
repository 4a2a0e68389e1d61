"""The pages and the API over made-up and shipped datasets, asked without a socket."""

from __future__ import annotations

import asyncio
import html.parser
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import httpx
from picture_samples import citation, widgets
from serve_fixtures import Served, serve
from starlette.applications import Starlette

from phengraph.dataset import Dataset
from phengraph.model import Citation, CitationCount, Confidence, Figure, Knowledge, Note, Source
from phengraph.serve.api import api_routes
from phengraph.serve.pages import page_routes
from phengraph.serve.site import Site
from phengraph.views import read_view

HOST = "http://127.0.0.1"
_RUNNER = ThreadPoolExecutor(max_workers=1)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@dataclass
class Server:
    """The routes over one dataset."""

    app: Starlette
    dataset: Dataset
    site: Site

    def get(
        self,
        path: str,
        *,
        accept: str | None = None,
        method: str = "GET",
        root_path: str = "",
        base: str = HOST,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One request; redirections are not followed. With a root path the address is under that prefix."""
        given = {**({"accept": accept} if accept is not None else {}), **(headers or {})}

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, root_path=root_path, raise_app_exceptions=True)
            async with httpx.AsyncClient(transport=transport, base_url=base) as client:
                if accept is None:
                    del client.headers["accept"]
                return await client.request(method, path, headers=given)

        # In a thread of its own: Playwright keeps a loop running in the main one.
        return _RUNNER.submit(lambda: asyncio.run(ask())).result()


def server_of(dataset: Dataset) -> Server:
    shown = SimpleNamespace(dataset=dataset, view=read_view(dataset))
    routes = [*page_routes(lambda: shown, with_home=True), *api_routes(lambda: shown)]
    return Server(Starlette(routes=routes), dataset, Site(dataset, shown.view))


def serve_dataset(dataset: Dataset, **options: Any) -> AbstractContextManager[Served]:
    """The real server on a socket of 127.0.0.1; `options` are those of `make_app`."""

    async def prepare() -> None:
        return None

    source = SimpleNamespace(digest=lambda: dataset.digest, open=lambda: dataset, prepare=prepare)
    routes = [api_routes, lambda current: page_routes(current, with_home=True)]
    return serve(source, routes=routes, **options)


def cited_widgets() -> tuple[Knowledge, tuple[list[Citation], list[CitationCount]]]:
    """The widgets with a note, a figure, citing papers and counts on three days."""
    known = widgets()
    growth = replace(
        known.phenomena["growth"],
        label_zh="部件增长",
        description="A widget of size $N^{\\alpha}$ grows, see [the source](https://example.org/w).",
        figures=(Figure("https://example.org/figure.png", "Growth of $N$ widgets"),),
    )
    place = Source("graph/phenomena/widgets.md", 90)
    note = Note("wrong-name", "growth", "says gadgets", "they are widgets", "the paper", Confidence.HIGH, place)
    citations = [
        replace(citation("alpha", f"{one:040x}", f"Made-up citing paper {one:03}"), seen=f"2099-01-{1 + one % 28:02}")
        for one in range(150)
    ]
    tracked = citation("alpha", "", "A tracked paper cites it", doi="10.5555/made-up")
    citations += [
        replace(tracked, influential=False, contexts=()),
        replace(citation("beta", "f" * 40, "Gone again"), removed="2099-03-01"),
    ]
    counts = [CitationCount("alpha", f"2099-0{month}-01", 100 * month, month) for month in (1, 2, 3)]
    counts.append(CitationCount("gamma", "2099-03-01", 7, 0))
    notes = {note.slug: note}
    return replace(known, phenomena={**known.phenomena, "growth": growth}, notes=notes), (citations, counts)


@dataclass
class Html(html.parser.HTMLParser):
    """A page taken apart: start tags with their attributes, the text, the contents of scripts."""

    text: str
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    _in_script: bool = False

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._in_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)
        else:
            self.words.append(data)

    @property
    def plain(self) -> str:
        return " ".join(" ".join(self.words).split())

    def attributes(self, tag: str, name: str) -> list[str]:
        return [known[name] for found, known in self.tags if found == tag and name in known]

    def meta(self, name: str) -> list[str]:
        return [known["content"] for tag, known in self.tags if tag == "meta" and known.get("name") == name]
