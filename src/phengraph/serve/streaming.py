"""Sending an answer while it is made, and breaking it off so that nobody takes it for whole."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from phengraph.problems import QueryError
from phengraph.serve.pool import Asked
from phengraph.serve.turnstile import Busy

log = logging.getLogger("phengraph.serve")


class StreamedAnswer(Response):
    """An answer of unknown length, sent as it comes.

    When it cannot be finished the connection is closed before the last chunk: HTTP has no other way to say so after
    the status was sent, and every client treats it as an error. A client of HTTP/1.0 knows no chunks, so it gets its
    answer when it is whole, with its length, or a status that says why there is none.
    """

    def __init__(self, asked: Asked, headers: Mapping[str, str], slow_client_seconds: float) -> None:
        super().__init__(headers=headers)
        # The length is not known; Starlette has written one of nothing.
        del self.headers["content-length"]
        self._asked = asked
        self._slow_client_seconds = slow_client_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["http_version"] == "1.0":
                await self._asked.spool.wait_for_end()
                if self._asked.spool.error is not None:
                    raise self._asked.spool.error
                self.headers["content-length"] = str(self._asked.spool.kept_bytes)
            sending = asyncio.create_task(self._send_parts(self._asked.parts(), send))
            leaving = asyncio.create_task(_left(receive))
            try:
                await asyncio.wait([sending, leaving], return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sending, leaving):
                    task.cancel()
                await asyncio.wait([sending, leaving])
            if not sending.cancelled():
                sending.result()
        except (QueryError, Busy, TimeoutError) as error:
            # Returning without the last part makes the server close the connection; that is the visible break.
            scope.setdefault("state", {})["broken_off"] = str(error) or "the client takes nothing"
        finally:
            await self._asked.close()

    async def _send_parts(self, parts: AsyncIterator[bytes], send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for part in parts:
            async with asyncio.timeout(self._slow_client_seconds):
                await send({"type": "http.response.body", "body": part, "more_body": True})
            # What is here already comes without a pause, in which nobody would hear that the client has gone.
            await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    """Until the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
