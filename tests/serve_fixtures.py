"""A server for tests: the real application on a real socket of 127.0.0.1, in a thread of its own."""

from __future__ import annotations

import asyncio
import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pyoxigraph

from phengraph.problems import PhengraphError
from phengraph.remote.asking import RemoteStore
from phengraph.serve.app import House, make_app
from phengraph.serve.server import address_of, bind, run_server
from phengraph.settings import ServeSettings

BASE = "https://example.org/toy/"


@dataclass
class FileSource:
    """A dataset of one file of N-Quads, which a test exchanges."""

    quads_path: Path
    name: str = "1"
    trouble: str = ""
    """When set, the next state cannot be built for this reason."""

    unreadable: str = ""
    """When set, the files cannot be looked at."""

    def digest(self) -> str:
        if self.unreadable:
            raise OSError(self.unreadable)
        return self.name

    def open(self) -> Any:
        count = self.quads_path.read_text(encoding="utf-8").count("\n")
        contents = SimpleNamespace(
            quads=count, title="Made-up title", description="", repository=None, base=BASE, digest=self.name
        )
        return SimpleNamespace(
            digest=self.name, base=BASE, quads_path=self.quads_path, store_path=None, contents=contents
        )

    async def prepare(self) -> None:
        if self.trouble:
            raise PhengraphError(self.trouble)


@dataclass
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    is_whole: bool = True
    """False when the connection ended before the answer did."""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass
class Served:
    """A running server."""

    house: House
    url: str
    loop: asyncio.AbstractEventLoop
    port: int

    def ask(
        self,
        query: str | None = None,
        *,
        method: str = "GET",
        path: str = "/sparql",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 60,
        **parameters: str | list[str],
    ) -> Answer:
        """One request on a connection of its own."""
        fields = {**({} if query is None else {"query": query}), **parameters}
        address = f"{path}?{urlencode(fields, doseq=True)}" if fields else path
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, address, body, dict(headers or {}))
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            try:
                content, whole = response.read(), True
            except http.client.IncompleteRead as error:
                content, whole = error.partial, False
            return Answer(response.status, found, content, whole)
        finally:
            connection.close()

    def in_loop(self, coroutine: Any) -> Any:
        """Run something on the server's own loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)


@contextmanager
def serve(
    source: Any, settings: ServeSettings | None = None, *, store: RemoteStore | None = None, **options: Any
) -> Iterator[Served]:
    """A server of this source, or of a store beside it; `options` are those of `make_app`."""
    house = House(source, settings or ServeSettings(workers=2, watch_seconds=0), store)
    listener = bind("127.0.0.1", 0)
    started = threading.Event()
    found: dict[str, Any] = {}

    async def until() -> None:
        found["loop"] = asyncio.get_running_loop()
        found["end"] = asyncio.Event()
        await found["end"].wait()

    app = make_app(house, **options)

    def run() -> None:
        try:
            run_server(house, app, listener, ready=started.set, until=until)
        except PhengraphError as error:
            found["error"] = error
        finally:
            started.set()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(60)
    if "error" in found:
        thread.join()
        raise found["error"]
    port = listener.getsockname()[1]
    try:
        yield Served(house, address_of(listener).rstrip("/"), found["loop"], port)
    finally:
        found["loop"].call_soon_threadsafe(found["end"].set)
        thread.join(60)
        listener.close()


def write_quads(store: pyoxigraph.Store, path: Path) -> Path:
    store.dump(path, pyoxigraph.RdfFormat.N_QUADS)
    return path
