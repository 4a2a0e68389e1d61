"""Who may ask now: a bounded number of queries at once, fair between clients, and short ones before long ones.

There are `workers` places. A query that takes longer than a moment moves to one of the `long_workers` further places,
so that the next one can start; when those are taken too and others wait, it is sent away, because ten runaway queries
must not stand between a hundred short ones and their answers. Clients take turns, one client cannot hold every long
place, and when too many wait, the client with the most waiting loses its newest.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

_TOO_MANY_LONG = "too many long queries run at this moment; try again later, or ask for less"
_LONG_RETRY_SECONDS = 30


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
        long_per_client: long places that one client may hold.
        waiting: how many may wait.
        waiting_seconds: how long one may wait.
    """

    def __init__(
        self, *, workers: int, long_workers: int, long_per_client: int, waiting: int, waiting_seconds: float
    ) -> None:
        self.workers = workers
        self.long_workers = long_workers
        self._long_per_client = long_per_client
        self._waiting_limit = waiting
        self._waiting_seconds = waiting_seconds
        self._long_of: Counter[str] = Counter()
        self._queues: OrderedDict[str, deque[asyncio.Future[Place]]] = OrderedDict()
        self.short_running = 0
        self.long_running = 0
        self.waiting = 0

    async def enter(self, client: str, *, is_long: bool = False) -> Place:
        """A place, at once or after a wait; a long place, or none, for a query that is known to take long.

        Raises:
            Busy: too many wait, or it took too long.
        """
        is_free = not self.waiting and self.short_running < self.workers
        if is_long and self._has_long_place(client):
            return self._take_long_place(Place(client))
        if is_long and not is_free:
            raise Busy(_TOO_MANY_LONG, _LONG_RETRY_SECONDS)
        if is_free:
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
            self._long_of[place.client] -= 1
            if not self._long_of[place.client]:
                del self._long_of[place.client]
        else:
            self.short_running -= 1
        self._advance()

    def lengthen(self, place: Place) -> None:
        """The query in this place takes long: move it aside, so that others can start.

        When there is no room aside it stays as long as nobody waits.

        Raises:
            Busy: no room aside, and others wait.
        """
        if place.is_long:
            return
        if self._has_long_place(place.client):
            self.short_running -= 1
            self._take_long_place(place)
            self._advance()
        elif self.waiting:
            raise Busy(_TOO_MANY_LONG, _LONG_RETRY_SECONDS)

    def _has_long_place(self, client: str) -> bool:
        return self.long_running < self.long_workers and self._long_of[client] < self._long_per_client

    def _take_long_place(self, place: Place) -> Place:
        place.is_long = True
        self.long_running += 1
        self._long_of[place.client] += 1
        return place

    def _start(self, client: str) -> Place:
        self.short_running += 1
        return Place(client)

    def _advance(self) -> None:
        """Start those who wait, one of each client in turn."""
        while self._queues and self.short_running < self.workers:
            client, queue = next(iter(self._queues.items()))
            self._queues.move_to_end(client)
            while queue and queue[0].done():
                queue.popleft()
            if queue:
                queue.popleft().set_result(self._start(client))
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
