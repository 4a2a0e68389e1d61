"""Queries that an external store answers, behind the same turnstile and doors as those of our own engine.

A worker over nothing reads the query first, so that what is wrong with it is told as ever and what only that store
knows (functions that read files or call out) never gets there. Then the store is asked. Its answer is handed on when it
is here whole and has been parsed to its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from phengraph.problems import QueryError, StoreError
from phengraph.query.frames import Request
from phengraph.query.guard import Bounds, inspect_query
from phengraph.remote.asking import UNFINISHED, Given, RemoteStore
from phengraph.serve.pool import Pool, Told
from phengraph.serve.spool import Spool
from phengraph.serve.turnstile import Place, Turnstile
from phengraph.serve.workers import ForkHatchery, Worker

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.serve.snapshots import Snapshots

log = logging.getLogger("phengraph.serve")

_LOOK_SECONDS = 15


class RemotePool(Pool):
    """As `Pool`, for a brood over nothing (`hatchery_over_nothing`) and a store.

    Args:
        turnstile: who may run.
        remote: who answers.
        bounds: of a query, as everywhere in this server.
        timeout_seconds: a query is given up after this.
        long_after_seconds: from here on a query counts as long.
        memory_bytes: what the workers were limited to; for the message.
    """

    def __init__(
        self,
        turnstile: Turnstile,
        remote: RemoteStore,
        bounds: Bounds,
        *,
        timeout_seconds: float,
        long_after_seconds: float,
        memory_bytes: int | None,
    ) -> None:
        super().__init__(
            turnstile,
            timeout_seconds=timeout_seconds,
            long_after_seconds=long_after_seconds,
            memory_bytes=memory_bytes,
        )
        self.remote = remote
        self.complaint = ""
        """What is wrong with the store, or with what it holds; `""` when it holds the state that is served."""
        self._bounds = bounds
        self._seconds = min(timeout_seconds, remote.settings.timeout_seconds)

    async def _carry(
        self, worker: Worker, request: Request, place: Place, spool: Spool, head: asyncio.Future[list[str]]
    ) -> bool:
        nothing = Spool()
        try:
            is_healthy = await super()._carry(worker, request, place, nothing, asyncio.Future())
        finally:
            nothing.close()
        given = await self._given(request, place)
        head.set_result(given.variables)
        for part in given.parts:
            spool.put(part)
        return is_healthy

    async def _given(self, request: Request, place: Place) -> Given:
        """Wait for the store, and move the query to the long places when it takes long."""
        form = inspect_query(request.text, self._bounds).form
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        asking = asyncio.ensure_future(self.remote.answer(form, request, seconds=self._seconds))
        try:
            while not (await asyncio.wait([asking], timeout=self._long_after_seconds / 4))[0]:
                if not place.is_long and (self.turnstile.waiting or loop.time() - began_at >= self._long_after_seconds):
                    self._remember_long(request.text)
                    self.turnstile.lengthen(place)
            return asking.result()
        except QueryError as error:
            # The worker that read the query is as good as before.
            raise Told(error) from error
        finally:
            if not asking.done():
                asking.cancel()
                await asyncio.wait([asking])

    async def look(self, quads_digest: str) -> None:
        """See whether the store answers and holds the quads of this digest, and tell changes in the log."""
        try:
            state = await self.remote.check()
        except (StoreError, QueryError) as error:
            complaint = str(error)
            # The next query looks again, and tells its client.
            self.remote.state = None
        else:
            complaint = ""
            if state == UNFINISHED:
                complaint = "the store is half filled; run `phengraph build --push`"
            elif state != quads_digest:
                complaint = "the store holds another state of the project; run `phengraph build --push`"
        if complaint and complaint != self.complaint:
            log.warning("%s", complaint)
        self.complaint = complaint

    @contextlib.asynccontextmanager
    async def watched(self, snapshots: Snapshots) -> AsyncIterator[None]:
        """Look now and then within this block; the connection is closed behind it."""

        async def watch() -> None:
            while True:
                await self.look(snapshots.current.dataset.contents.quads_digest)
                await asyncio.sleep(_LOOK_SECONDS)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            await self.remote.close()


def hatchery_over_nothing(dataset: Dataset, memory_bytes: int | None) -> ForkHatchery:
    """Workers that read queries and know no quad."""
    del dataset
    return ForkHatchery(os.devnull, memory_bytes)
