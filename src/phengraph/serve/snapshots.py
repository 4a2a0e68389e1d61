"""The snapshot that is served, and how a newer one takes its place while queries run.

A `Snapshot` is a dataset with its workers. Whoever answers a request takes the current snapshot once, so an answer is
never half of one state and half of another. A snapshot that is no longer the newest ends its workers when the last
query on them is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from phengraph.problems import PhengraphError
from phengraph.serve.pool import Brood
from phengraph.serve.workers import ForkHatchery, Hatchery, SpawnHatchery

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.views import View

log = logging.getLogger("phengraph.serve")

FORKED_QUADS = 2_000_000
"""Up to this many quads the dataset is held in memory, and workers are forked; beyond, each opens the store on disk."""
_HEALTH_SECONDS = 1.0


class Snapshot:
    """One state of the project, opened."""

    def __init__(self, dataset: Dataset, brood: Brood) -> None:
        self.dataset = dataset
        self.brood = brood
        self._view: View | None = None
        self._reading = threading.Lock()

    @property
    def digest(self) -> str:
        return self.dataset.digest

    @property
    def is_read(self) -> bool:
        """Somebody has asked for the view."""
        return self._view is not None

    @property
    def view(self) -> View:
        """What the dataset says, as values; read when first asked for, which takes a moment."""
        from phengraph.views import read_view

        with self._reading:
            if self._view is None:
                self._view = read_view(self.dataset)
            return self._view


def hatchery_for(dataset: Dataset, memory_bytes: int | None) -> ForkHatchery | SpawnHatchery:
    """Where the workers of a dataset come from, by its size."""
    if dataset.store_path is not None and dataset.contents.quads > FORKED_QUADS:
        return SpawnHatchery(str(dataset.store_path), memory_bytes)
    return ForkHatchery(str(dataset.quads_path), memory_bytes)


class Source(Protocol):
    """Where datasets come from: `sources.ProjectSource` watches a project's files."""

    def digest(self) -> str:
        """The digest of the dataset as it would be now; called in a thread."""

    def open(self) -> Dataset:
        """The dataset as it is now, built if need be; called in a thread."""

    async def prepare(self) -> None:
        """Make `open` quick, without holding up this process.

        Raises:
            PhengraphError: there is no dataset of the present state.
        """


class Snapshots:
    """The current snapshot, its replacement, and the watch over its source.

    Args:
        source: where datasets come from.
        memory_bytes: of one query.
        watch_seconds: how often to look; 0 never.
        hatchery: gives workers on a dataset with so much memory.
    """

    def __init__(
        self,
        source: Source,
        *,
        memory_bytes: int | None,
        watch_seconds: float,
        hatchery: Callable[[Dataset, int | None], Hatchery] = hatchery_for,
    ) -> None:
        self._source = source
        self._hatchery_for = hatchery
        self._memory_bytes = memory_bytes
        self._watch_seconds = watch_seconds
        self._current: Snapshot | None = None
        self._leaving: list[Brood] = []
        self._watching: asyncio.Task[None] | None = None
        self._failed_digest = ""
        self.complaint = ""
        """Why the newest state of the files is not served; `""` when it is."""
        self.swaps = 0
        self.changed_at = 0.0
        """When the current snapshot was opened, a time of `time.time`."""

    @property
    def current(self) -> Snapshot:
        """The newest snapshot; take a `lease` to use it over time."""
        assert self._current is not None, "the server has not started"
        return self._current

    @contextlib.contextmanager
    def lease(self) -> Iterator[Snapshot]:
        """The current snapshot, which stays usable as long as the block lasts."""
        snapshot = self.current
        with snapshot.brood.used():
            yield snapshot

    async def start(self) -> None:
        """Open the dataset as it is now and begin to watch; nothing happens when that was done.

        Raises:
            InvalidProject: there is no dataset in the cache and graph/ has errors.
            QueryError: the workers cannot open it.
        """
        if self._watching is not None:
            return
        await self._serve(await asyncio.to_thread(self._source.open))
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End all workers."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])
        if self._current is not None:
            await self._current.brood.close()
        await asyncio.gather(*(brood.close() for brood in self._leaving))

    async def look(self) -> bool:
        """Look at the source now; True when a newer snapshot has taken its place.

        A state that cannot be built is told in `complaint`, and the one before is served on.
        """
        try:
            digest = await asyncio.to_thread(self._source.digest)
        except OSError as error:
            # A file went away, or may not be read, just while it was looked at: look again next time.
            self.complaint = f"the files cannot be read: {error}"
            return False
        if digest == self.current.digest:
            self.complaint = self._failed_digest = ""
            return False
        if digest == self._failed_digest:
            return False
        try:
            await self._source.prepare()
            await self._serve(await asyncio.to_thread(self._source.open))
        except (PhengraphError, OSError) as error:
            self._failed_digest = digest
            self.complaint = str(error)
            log.warning("the changed files are not served: %s", error)
            return False
        self.complaint = self._failed_digest = ""
        self.swaps += 1
        log.info("serving %s, %d quads", self.current.digest, self.current.dataset.contents.quads)
        return True

    async def _serve(self, dataset: Dataset) -> None:
        brood = Brood(self._hatchery_for(dataset, self._memory_bytes))
        await brood.hatchery.start()
        snapshot = Snapshot(dataset, brood)
        if self._current is not None and self._current.is_read:
            # Pages are asked for, so read beforehand what they need: nobody waits for it after the swap.
            try:
                await asyncio.to_thread(lambda: snapshot.view)
            except BaseException:
                await brood.close()
                raise
        before, self._current = self._current, snapshot
        self.changed_at = time.time()
        if before is not None:
            # Those who use it keep it to their end; then it ends itself. Kept here so that `stop` can wait for it.
            self._leaving = [one for one in self._leaving if not one.closed] + [before.brood]
            before.brood.retire()

    async def _watch(self) -> None:
        looked_at = time.monotonic()
        while True:
            await asyncio.sleep(min(_HEALTH_SECONDS, self._watch_seconds or _HEALTH_SECONDS))
            if not self.current.brood.hatchery.alive or not self.current.dataset.quads_path.exists():
                await self._revive()
            if self._watch_seconds and time.monotonic() - looked_at >= self._watch_seconds:
                await self.look()
                looked_at = time.monotonic()

    async def _revive(self) -> None:
        """Open the dataset again: the system may have ended its process for want of memory, or the cache, which keeps
        the newest few, may have dropped its files."""
        log.warning("the dataset's process has ended, or its files are gone; opening it again")
        try:
            # Opened anew: the cache keeps only the newest datasets, and this one may be gone from it.
            await self._source.prepare()
            await self._serve(await asyncio.to_thread(self._source.open))
        except (PhengraphError, OSError) as error:
            log.warning("it cannot be started: %s", error)
