"""A connection that does not wait for ever: uvicorn's own waits without end for the rest of a request's head."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class ImpatientProtocol(H11Protocol):
    """Closes a connection on which a request has begun, or is due, and has not come whole within `patience_seconds`.

    h11 and not httptools, although it is slower: it bounds the length of a request's head.
    """

    patience_seconds: ClassVar[float] = 30.0
    _waiting: asyncio.TimerHandle | None = None

    @classmethod
    def patient_for(cls, seconds: float) -> type[ImpatientProtocol]:
        """This protocol with another patience."""
        return type("ImpatientProtocol", (cls,), {"patience_seconds": seconds})

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering:
            # From here on the application keeps the time: of the body that comes, and of the answer that is taken.
            self._stop_watching()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(self.patience_seconds, self._give_up)

    def _stop_watching(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        self.transport.abort()
