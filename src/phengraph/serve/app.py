"""The server as an ASGI application: the endpoint, the pages and the API over snapshots that swap.

    Observed > HostCheck > RootPath > Manners > Kept > gzip > routes

`House` holds what all requests share. Its `snapshots.current` is the seam for whoever adds routes: it has the dataset
and its view, and is asked once a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from phengraph.problems import DamagedCache
from phengraph.query.asking import Limits
from phengraph.query.guard import Bounds
from phengraph.remote.asking import RemoteStore
from phengraph.serve.doorway import LOOPBACK_NAMES, HostCheck, Manners, RootPath
from phengraph.serve.endpoint import Endpoint, Page, Sizes, refuse
from phengraph.serve.kept import Kept
from phengraph.serve.measures import Measures, Observed
from phengraph.serve.pool import Pool
from phengraph.serve.protocol import Refusal
from phengraph.serve.remote_pool import RemotePool, hatchery_over_nothing
from phengraph.serve.service import ServiceDescription
from phengraph.serve.site import Current
from phengraph.serve.snapshots import Snapshots, Source, hatchery_for
from phengraph.serve.turnstile import Busy, Turnstile
from phengraph.settings import ServeSettings

_RENDERING_THREADS = 2
"""Pages are made in threads that share one interpreter with the event loop: forty of them, as is usual, would make no
page sooner, and let every query wait for its turn of the loop."""

Routes = Callable[[Current], Sequence[BaseRoute]]
Task = Callable[["House"], Awaitable[None]]


@dataclass
class House:
    """What the requests to one server share."""

    source: Source
    settings: ServeSettings
    store: RemoteStore | None = None
    """Who answers queries in place of our own engine; pages and the API are of the dataset all the same."""
    snapshots: Snapshots = field(init=False)
    pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        chosen = self.settings
        memory_bytes = chosen.memory_megabytes * 2**20
        workers = chosen.workers or max(2, os.cpu_count() or 1)
        long_workers = chosen.long_workers or workers
        self.snapshots = Snapshots(
            self.source,
            memory_bytes=memory_bytes,
            watch_seconds=chosen.watch_seconds,
            hatchery=hatchery_for if self.store is None else hatchery_over_nothing,
        )
        turnstile = Turnstile(
            workers=workers,
            long_workers=long_workers,
            long_per_client=chosen.long_per_client or max(1, long_workers - 1),
            waiting=chosen.waiting,
            waiting_seconds=chosen.waiting_seconds,
        )
        limits: dict[str, Any] = {
            "timeout_seconds": chosen.timeout_seconds,
            "long_after_seconds": chosen.long_after_seconds,
            "memory_bytes": memory_bytes,
        }
        if self.store is None:
            self.pool = Pool(turnstile, **limits)
        else:
            self.pool = RemotePool(turnstile, self.store, self.limits.bounds, **limits)

    @property
    def limits(self) -> Limits:
        """What one query may cost."""
        chosen = self.settings
        return Limits(
            timeout_seconds=chosen.timeout_seconds,
            memory_bytes=chosen.memory_megabytes * 2**20,
            answer_bytes=chosen.answer_megabytes * 2**20,
            bounds=Bounds(chosen.query_characters, chosen.query_depth, chosen.query_tokens),
        )


def make_app(
    house: House,
    *,
    routes: Sequence[Routes] = (),
    query_page: Page | None = None,
    root_path: str = "",
    allowed_hosts: Sequence[str] = LOOPBACK_NAMES,
    tasks: Sequence[Task] = (),
) -> ASGIApp:
    """The application.

    Args:
        house: what is served.
        routes: functions that give further routes; each gets the function that gives the current snapshot.
        query_page: answers a browser that opens `/sparql`.
        root_path: the prefix under which a proxy serves us.
        allowed_hosts: names that the server answers to; `*` is any.
        tasks: what runs beside the requests as long as the server does, such as a scheduled refresh.
    """
    description = ServiceDescription(house.snapshots, house.pool)
    sizes = Sizes(house.settings.request_kilobytes * 1024, house.settings.slow_client_seconds)
    endpoint = Endpoint(
        house.snapshots,
        house.pool,
        limits=house.limits,
        sizes=sizes,
        describe=description.answer,
        page=query_page,
        is_dated=house.store is None,
    )
    measures = Measures(house.pool, house.snapshots)

    async def void(request: Request) -> Response:
        try:
            return await description.answer(request)
        except Refusal as error:
            return refuse(error.status, str(error), error.headers)
        except Busy as error:
            return refuse(503, str(error), {"Retry-After": str(error.retry_after_seconds)})

    methods = ["GET", "HEAD", "POST", "OPTIONS"]
    known: list[BaseRoute] = [
        Route("/sparql", endpoint.answer, methods=methods),
        Route("/sparql/", endpoint.answer, methods=methods),
        Route("/.well-known/void", void),
        Route("/healthz", _Health(house).answer),
    ]
    if house.settings.metrics:
        known.append(Route("/metrics", measures.answer))
    for more in routes:
        known += more(lambda: house.snapshots.current)
    app: ASGIApp = Starlette(
        routes=known, lifespan=lambda app: _lifespan(house, tasks), exception_handlers={DamagedCache: _try_again}
    )
    app = GZipMiddleware(app, minimum_size=1000, compresslevel=5)
    app = Kept(app, lambda: house.snapshots.current.digest, house.settings.page_cache_megabytes * 2**20)
    app = Manners(app, house.settings.address_characters)
    app = RootPath(app, root_path)
    app = HostCheck(app, allowed_hosts)
    return Observed(app, measures, {route.path.split("/")[1] for route in known if isinstance(route, Route)})


async def _try_again(request: Request, error: Exception) -> Response:
    """The files of the dataset went away just now; it is opened again within moments."""
    del request
    logging.getLogger("phengraph.serve").warning("%s", error)
    return refuse(503, "the dataset is being opened again; try again in a moment", {"Retry-After": "5"})


@contextlib.asynccontextmanager
async def _lifespan(house: House, tasks: Sequence[Task]) -> AsyncIterator[None]:
    await house.snapshots.start()
    to_thread.current_default_thread_limiter().total_tokens = _RENDERING_THREADS
    running = [asyncio.ensure_future(task(house)) for task in tasks]
    pool = house.pool
    watching = pool.watched(house.snapshots) if isinstance(pool, RemotePool) else nullcontext()
    try:
        async with watching:
            yield
    finally:
        for one in running:
            one.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await house.snapshots.stop()


class _Health:
    """`/healthz`: whether queries can be answered, and whether the newest state of the files is served."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def answer(self, request: Request) -> Response:
        """200 when queries can be answered, 503 when the dataset's process has ended and is not back yet."""
        del request
        snapshots = self._house.snapshots
        current = snapshots.current
        alive = current.brood.hatchery.alive
        content = {
            "status": "ok" if alive else "starting",
            "digest": current.digest,
            "quads": current.dataset.contents.quads,
            "newest": not snapshots.complaint,
            "complaint": snapshots.complaint,
        }
        if isinstance(self._house.pool, RemotePool):
            content["store"] = self._house.pool.complaint or "ok"
        return JSONResponse(content, 200 if alive else 503, {"Cache-Control": "no-store"})
