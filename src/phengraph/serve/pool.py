"""Queries on their way through the workers of a snapshot: limited, ended in time, never waiting for a client."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

from phengraph.problems import QueryError
from phengraph.query.engine import death_of, failure_of, fields_of
from phengraph.query.frames import BODY, END, FAIL, HEAD, Request
from phengraph.serve.spool import Spool
from phengraph.serve.turnstile import Busy, Place, Turnstile
from phengraph.serve.workers import Hatchery, Worker

_LOOKS = 4
"""How often a query is looked at before it counts as long; while others wait, a fourth of the time is enough."""
_REMEMBERED = 200
_DEATH_SECONDS = 5
"""How long to wait for the word of how a worker ended, once its socket has closed."""


class Brood:
    """The workers of one snapshot: those that have nothing to do, and where more come from.

    It ends when it was retired and nobody uses it any more.
    """

    def __init__(self, hatchery: Hatchery) -> None:
        self.hatchery = hatchery
        self.idle: list[Worker] = []
        self.retired = False
        self._users = 0
        self._closing: asyncio.Task[None] | None = None

    @property
    def closed(self) -> bool:
        """Everything has ended."""
        return self._closing is not None and self._closing.done()

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """It does not end within this block."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self._end_when_left()

    def retire(self) -> None:
        """The snapshot is no longer the newest: let idle workers go, and end when the busy ones are done."""
        self.retired = True
        self._let_go()
        self._end_when_left()

    async def close(self) -> None:
        """End everything now."""
        self.retired = True
        self._let_go()
        if self._closing is None:
            self._closing = asyncio.create_task(self.hatchery.close())
        await self._closing

    def _let_go(self) -> None:
        for worker in self.idle:
            worker.kill()
        self.idle.clear()

    def _end_when_left(self) -> None:
        if self.retired and not self._users and self._closing is None:
            self._closing = asyncio.create_task(self.hatchery.close())


@dataclass
class Tally:
    """What has happened so far, for the metrics."""

    answered: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    """By kind of `QueryError`, and `busy`."""
    workers_lost: int = 0

    def add_failure(self, kind: str) -> None:
        self.failed[kind] = self.failed.get(kind, 0) + 1


class Asked:
    """The answer to one query, as it comes."""

    def __init__(self, spool: Spool, pump: asyncio.Task[None], variables: list[str]) -> None:
        self.spool = spool
        self.variables = variables
        self._pump = pump

    async def whole(self, most_bytes: int) -> bytes | None:
        """All of it, when it has ended and is no longer than this; else None, and nothing was taken.

        Raises:
            QueryError, Busy: it has ended and is not whole.
        """
        if not self.spool.ended or self.spool.kept_bytes > most_bytes:
            return None
        return b"".join([part async for part in self.spool.parts()])

    def parts(self) -> AsyncIterator[bytes]:
        """The parts in order; raises QueryError or Busy at the end when it is not whole."""
        return self.spool.parts()

    async def close(self) -> None:
        """Stop the query if it still runs, and forget its answer."""
        self._pump.cancel()
        await asyncio.wait([self._pump])
        self.spool.close()


class Pool:
    """Runs queries on broods of workers.

    Args:
        turnstile: who may run.
        timeout_seconds: a query is ended after this.
        long_after_seconds: from here on a query counts as long.
        memory_bytes: what the workers were limited to; for the message.
    """

    def __init__(
        self,
        turnstile: Turnstile,
        *,
        timeout_seconds: float,
        long_after_seconds: float,
        memory_bytes: int | None,
    ) -> None:
        self.turnstile = turnstile
        self.tally = Tally()
        self._timeout_seconds = timeout_seconds
        self._long_after_seconds = long_after_seconds
        self._memory_bytes = memory_bytes
        self._known_long: OrderedDict[str, None] = OrderedDict()

    async def ask(self, brood: Brood, request: Request, client: str) -> Asked:
        """Run a query; returns when its first bytes are there or its end is known.

        Raises:
            Busy: no worker in time.
            QueryError: the query is wrong or was ended before it gave anything.
        """
        try:
            place = await self.turnstile.enter(client, is_long=request.text in self._known_long)
        except Busy:
            self.tally.add_failure("busy")
            raise
        spool = Spool()
        head: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        pump = asyncio.create_task(self._run(brood, request, place, spool, head))
        try:
            variables = await head
            await spool.wait()
        except BaseException:
            await Asked(spool, pump, []).close()
            raise
        return Asked(spool, pump, variables)

    async def _run(
        self, brood: Brood, request: Request, place: Place, spool: Spool, head: asyncio.Future[list[str]]
    ) -> None:
        """Carry one answer from a worker to its spool, and account for how it ended."""
        worker: Worker | None = None
        healthy = False
        using = contextlib.ExitStack()
        using.enter_context(brood.used())
        try:
            worker = brood.idle.pop() if brood.idle else await brood.hatchery.birth()
            await worker.ask(request)
            healthy = await self._carry(worker, request, place, spool, head)
            self.tally.answered += 1
            spool.end()
        except (QueryError, Busy) as error:
            # A query that is wrong, or met its limit, leaves its worker as good as before.
            healthy = isinstance(error, Told)
            told = error.error if isinstance(error, Told) else error
            self.tally.add_failure(told.kind if isinstance(told, QueryError) else "busy")
            if head.done():
                spool.end(told)
            else:
                head.set_exception(told)
        finally:
            if worker is not None:
                self._take_back(brood, worker, healthy=healthy)
            using.close()
            self.turnstile.leave(place)
            if not head.done():
                head.cancel()

    async def _carry(
        self, worker: Worker, request: Request, place: Place, spool: Spool, head: asyncio.Future[list[str]]
    ) -> bool:
        """Take frames until the end; True when the worker may answer another query."""
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        ends_at = began_at + self._timeout_seconds
        look_at = ends_at if place.is_long else began_at + self._long_after_seconds / _LOOKS
        spent = _Spent(worker, began_at)
        while True:
            frame = worker.channel.ready()
            if frame is None:
                try:
                    async with asyncio.timeout_at(min(ends_at, look_at)):
                        frame = await worker.channel.next()
                except TimeoutError as error:
                    if loop.time() >= ends_at:
                        message = f"stopped after {self._timeout_seconds:g} s; ask for less"
                        raise QueryError(message, kind="timeout") from error
                    look_at = loop.time() + self._long_after_seconds / _LOOKS
                    # While others wait, patience is shorter.
                    patience = self._long_after_seconds / (_LOOKS if self.turnstile.waiting else 1)
                    if spent.seconds(loop.time()) >= patience:
                        self._remember_long(request.text)
                        self.turnstile.lengthen(place)
                        worker.lower_priority()
                        # Its priority stays low, so it answers no other query.
                        worker.retire = True
                        look_at = ends_at if place.is_long else look_at
                    continue
                if frame is None:
                    raise await self._death_of(worker)
            kind, payload = frame
            if kind == BODY:
                spool.put(payload)
            elif kind == HEAD:
                head.set_result(fields_of(payload)["variables"])
            elif kind == FAIL:
                raise Told(failure_of(payload))
            elif kind == END:
                fields: dict[str, Any] = fields_of(payload)
                worker.retire = worker.retire or fields["retire"]
                if request.text in self._known_long and spent.seconds(loop.time()) < self._long_after_seconds / _LOOKS:
                    del self._known_long[request.text]
                return True

    def _remember_long(self, text: str) -> None:
        """The same query again goes to the long places at once: who repeats a runaway query holds up nobody."""
        self._known_long[text] = None
        self._known_long.move_to_end(text)
        if len(self._known_long) > _REMEMBERED:
            self._known_long.popitem(last=False)

    async def _death_of(self, worker: Worker) -> QueryError:
        try:
            async with asyncio.timeout(_DEATH_SECONDS):
                code = await asyncio.shield(worker.exit_code)
        except TimeoutError:
            code = 1
        return death_of(code, self._memory_bytes, self._timeout_seconds)

    def _take_back(self, brood: Brood, worker: Worker, *, healthy: bool) -> None:
        if healthy and not worker.retire and not brood.retired:
            brood.idle.append(worker)
            return
        if not healthy:
            self.tally.workers_lost += 1
        worker.kill()


class _Spent:
    """What a query has taken: processor time of its worker, since on a busy machine a short query takes long, too.

    Time of the clock counts for an eighth, so that one which waits for a disk does not keep its place for ever.
    """

    def __init__(self, worker: Worker, began_at: float) -> None:
        self._worker = worker
        self._began_at = began_at
        self._before = worker.cpu_seconds()

    def seconds(self, now: float) -> float:
        elapsed = now - self._began_at
        used = self._worker.cpu_seconds()
        return elapsed if used is None or self._before is None else max(used - self._before, elapsed / 8)


class Told(QueryError):
    """The worker lives: it told the error itself, or has no part in it."""

    def __init__(self, error: QueryError) -> None:
        super().__init__(str(error), kind=error.kind, line=error.line, column=error.column)
        self.error = error
