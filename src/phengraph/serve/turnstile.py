"""Who may ask now: a bounded number of queries at once, fair between clients, and short ones before long ones.

There are `workers` places. A query that takes longer than a moment moves to one of the `long_workers` further places,
so that the next one can start; when those are taken too and others wait, it is sent away, because ten runaway queries
must not stand between a hundred short ones and their answers. Clients take turns, one client cannot hold every place,
and when too many wait, the client with the most waiting loses its newest.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass


class Busy(Exception):
    """No place for this query now; `.retry_after_seconds` says when to try again."""

    def __init__(self, message: str, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


@dataclass(eq=False, slots=True)
class Place:
    """The place of one running query; give it back with `Turnstile.leave`."""

    client: str
    is_long: bool = False


class Turnstile:
    """Gives places and takes them back; for one event loop.

    Args:
        workers: queries that run at once.
        long_workers: further places for those that take long.
        per_client: queries of one client that run at once.
        waiting: how many may wait.
        waiting_seconds: how long one may wait.
    """

    def __init__(
        self, *, workers: int, long_workers: int, per_client: int, waiting: int, waiting_seconds: float
    ) -> None:
        self.workers = workers
        self.long_workers = long_workers
        self._per_client = per_client
        self._waiting_limit = waiting
        self._waiting_seconds = waiting_seconds
        self._running: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[Place]]] = OrderedDict()
        self.short_running = 0
        self.long_running = 0
        self.waiting = 0

    async def enter(self, client: str) -> Place:
        """A place, at once or after a wait.

        Raises:
            Busy: too many wait, or it took too long.
        """
        if not self.waiting and self._may_start(client):
            return self._start(client)
        turn: asyncio.Future[Place] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(client, deque()).append(turn)
        self.waiting += 1
        if self.waiting > self._waiting_limit:
            self._send_one_away()
        self._advance()
        taken = False
        try:
            async with asyncio.timeout(self._waiting_seconds):
                place = await turn
            taken = True
            return place
        except TimeoutError as error:
            raise Busy(f"no query could start within {self._waiting_seconds:g} s; try again later") from error
        finally:
            self.waiting -= 1
            if not taken:
                self._forget(client, turn)

    def leave(self, place: Place) -> None:
        """Give a place back; the next one starts."""
        if place.is_long:
            self.long_running -= 1
        else:
            self.short_running -= 1
        self._running[place.client] -= 1
        if not self._running[place.client]:
            del self._running[place.client]
        self._advance()

    def lengthen(self, place: Place) -> None:
        """The query in this place takes long: move it aside, so that others can start.

        When there is no room aside it stays as long as nobody waits.

        Raises:
            Busy: no room aside, and others wait.
        """
        if place.is_long:
            return
        if self.long_running < self.long_workers:
            place.is_long = True
            self.long_running += 1
            self.short_running -= 1
            self._advance()
        elif self.waiting:
            raise Busy("too many long queries run at this moment; try again later, or ask for less", 30)

    def _may_start(self, client: str) -> bool:
        return self.short_running < self.workers and self._running[client] < self._per_client

    def _start(self, client: str) -> Place:
        self.short_running += 1
        self._running[client] += 1
        return Place(client)

    def _advance(self) -> None:
        """Start those who can, one of each client in turn."""
        passed_over = 0
        while self._queues and self.short_running < self.workers and passed_over < len(self._queues):
            client, queue = next(iter(self._queues.items()))
            self._queues.move_to_end(client)
            while queue and queue[0].done():
                queue.popleft()
            if queue and self._may_start(client):
                queue.popleft().set_result(self._start(client))
                passed_over = 0
            else:
                passed_over += 1
            if not queue:
                del self._queues[client]

    def _send_one_away(self) -> None:
        greediest = max(self._queues.values(), key=len)
        last = greediest.pop()
        if not last.done():
            last.set_exception(Busy("too many queries wait at this moment; try again later"))

    def _forget(self, client: str, turn: asyncio.Future[Place]) -> None:
        """One who waited has gone: take the turn out of the queue, or give back a place that it had just been given."""
        if turn.done() and not turn.cancelled() and turn.exception() is None:
            self.leave(turn.result())
            return
        queue = self._queues.get(client)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._queues[client]
