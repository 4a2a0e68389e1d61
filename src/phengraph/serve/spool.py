"""An answer between the worker that makes it and the client that takes it.

The worker must never wait for a slow client, or ten slow clients would hold all workers. So what the client has not
taken yet is kept here: in memory up to a megabyte, beyond that in a temporary file that has no name.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from collections.abc import AsyncIterator
from typing import IO

MEMORY_BYTES = 2**20
_READ_BYTES = 131_072


class Spool:
    """Bytes in the order in which they were put in; for one writer and one reader on one event loop."""

    def __init__(self, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._memory_bytes = memory_bytes
        self._parts: deque[bytes] = deque()
        self._in_memory = 0
        self._file: IO[bytes] | None = None
        self._written = 0
        self._taken = 0
        self._ended = False
        self._error: Exception | None = None
        self._news = asyncio.Event()

    @property
    def ended(self) -> bool:
        """Nothing more will be put in."""
        return self._ended

    @property
    def error(self) -> Exception | None:
        """Why the answer is not whole, once it is known."""
        return self._error

    @property
    def kept_bytes(self) -> int:
        """What waits for the reader."""
        return self._in_memory + self._written - self._taken

    def put(self, part: bytes) -> None:
        """Add a part."""
        if self._written > self._taken or self._in_memory + len(part) > self._memory_bytes:
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`, with the answer
            self._file.seek(self._written)
            self._file.write(part)
            self._written += len(part)
        else:
            self._parts.append(part)
            self._in_memory += len(part)
        self._news.set()

    def end(self, error: Exception | None = None) -> None:
        """Nothing more comes; with an error, the answer is not whole."""
        if not self._ended:
            self._ended = True
            self._error = error
            self._news.set()

    async def wait(self) -> None:
        """Until there is something to take, or nothing more comes."""
        while not self.kept_bytes and not self._ended:
            self._news.clear()
            await self._news.wait()

    async def wait_for_end(self) -> None:
        """Until nothing more comes; what has come is kept."""
        while not self._ended:
            self._news.clear()
            await self._news.wait()

    async def parts(self) -> AsyncIterator[bytes]:
        """The parts in order.

        Raises:
            Exception: the one that `end` was given, after the parts that came before it.
        """
        while True:
            await self.wait()
            part = self._take()
            if part:
                yield part
            elif self._ended:
                if self._error is not None:
                    raise self._error
                return

    def close(self) -> None:
        """Forget everything."""
        self._parts.clear()
        self._in_memory = self._written = self._taken = 0
        if self._file is not None:
            self._file.close()
            self._file = None
        self.end()

    def _take(self) -> bytes:
        if self._parts:
            part = self._parts.popleft()
            self._in_memory -= len(part)
            return part
        if self._file is None or self._written == self._taken:
            return b""
        self._file.seek(self._taken)
        part = self._file.read(min(_READ_BYTES, self._written - self._taken))
        self._taken += len(part)
        if self._taken == self._written:
            # All of it was taken: begin the file anew, and let memory serve again.
            self._file.truncate(0)
            self._written = self._taken = 0
        return part
