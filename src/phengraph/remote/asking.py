"""Asking a store: one query, its answer whole and in the format that was wanted, or an error that says why not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from phengraph.problems import QueryError, StoreError
from phengraph.query.formats import Form
from phengraph.query.frames import Request
from phengraph.remote.connection import AnswerTooLong, Connection, Received, StoreRefused, StoreSlow
from phengraph.remote.dialect import DIALECTS
from phengraph.remote.reading import SOLUTIONS, TRIPLES, refuse_cut, refuse_other_media, rewrite
from phengraph.remote.wording import as_rows, declare
from phengraph.settings import StoreSettings
from phengraph.vocabulary import expand

RECORD = "store"
"""The graph, under the base, in which a push writes down what the store holds (see `pushing`)."""
DIGEST = expand("dcterms:identifier")
UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Given:
    """A whole answer."""

    variables: list[str]
    parts: list[bytes]


class RemoteStore:
    """The store of a project's settings; to be used within one event loop, and closed.

    Args:
        settings: where it is and what it may take.
        base: the base IRI of the project.
        environment: where credentials come from.
    """

    def __init__(self, settings: StoreSettings, base: str, environment: Mapping[str, str]) -> None:
        if not settings.query_url:
            raise StoreError("there is no store; set store.query_url in phengraph.toml (docs/store.md)")
        self.settings = settings
        self.base = base
        self.dialect = DIALECTS[settings.software]
        self.connection = Connection(settings, environment, digest=self.dialect.digest_authentication)
        self.state: str | None = None
        """What `check` found last; None before it was called."""

    async def close(self) -> None:
        await self.connection.close()

    async def __aenter__(self) -> RemoteStore:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def answer(self, form: Form, request: Request, *, seconds: float) -> Given:
        """Ask one query that has passed the guard and the engine's parser.

        Before the first one it is made sure that the store holds this project, and that its default graph is the union.

        Args:
            form: of the query.
            request: as `query.asking.prepare_request` makes it.
            seconds: the most that it may take.

        Raises:
            QueryError: `timeout`, `limit`, or `store` with what is wrong there.
        """
        try:
            if self.state is None:
                await self.check()
            received = await self._receive(form, request, seconds)
            with received.body:
                # Beside the loop: a server goes on with others meanwhile.
                variables, parts = await asyncio.to_thread(rewrite, received.body, form, request)
        except StoreSlow as error:
            raise QueryError(f"stopped after {seconds:g} s; ask for less", kind="timeout") from error
        except AnswerTooLong as error:
            raise QueryError(str(error), kind="limit") from error
        except StoreError as error:
            raise QueryError(str(error), kind=_kind_of(error)) from error
        return Given(variables, parts)

    async def check(self) -> str:
        """Make sure that the store holds this project, and that a query sees the union of its graphs.

        Returns:
            The digest of the quads that it holds; `UNFINISHED` while a push goes on, or when one was broken off.

        Raises:
            StoreError, QueryError: it does not, or cannot be asked; the message says what to do.
        """
        record = f"<{self.base}{RECORD}>"
        rows = await self.select(f"SELECT ?state {{ {record} <{DIGEST}> ?state }}", union=True)
        if not rows:
            if await self.select(f"SELECT ?state {{ GRAPH {record} {{ {record} <{DIGEST}> ?state }} }}"):
                raise StoreError(f"the store is not set up for this: {self.dialect.mend_union}")
            raise StoreError("the store holds nothing of this project; run `phengraph build --push`")
        self.state = str(rows[0]["state"]["value"])
        return self.state

    async def select(self, text: str, *, union: bool = False) -> list[dict[str, Any]]:
        """Ask a question of our own for rows, as in SPARQL results in JSON; raises QueryError and StoreError."""
        request = Request(text, "json", self.base, union=union)
        received = await self._receive(Form.SELECT, request, self.settings.timeout_seconds)
        with received.body:
            content = b"".join(rewrite(received.body, Form.SELECT, request)[1])
        rows: list[dict[str, Any]] = json.loads(content)["results"]["bindings"]
        return rows

    async def _receive(self, form: Form, request: Request, seconds: float) -> Received:
        text = declare(request.text, self.base)
        if form.gives_graph and self.dialect.cuts_graphs and (rows := as_rows(text)) is not None:
            known = await self._send(rows, request, "text/csv", seconds, 0, head_only=True)
            known.body.close()
            refuse_cut(known)
        most = self.settings.answer_megabytes * 2**20
        accept = TRIPLES if form.gives_graph else SOLUTIONS
        received = await self._send(text, request, accept, seconds, most)
        try:
            refuse_cut(received)
            refuse_other_media(received, form)
        except QueryError:
            received.body.close()
            raise
        return received

    async def _send(
        self, text: str, request: Request, accept: str, seconds: float, most_bytes: int, *, head_only: bool = False
    ) -> Received:
        # As a form: Virtuoso never answers a direct POST, and every store takes a form.
        form: dict[str, str | list[str]] = {"query": text, **self.dialect.time_limit(seconds)}
        if request.default_graphs is not None or request.named_graphs is not None:
            form["default-graph-uri"] = list(request.default_graphs or ())
            form["named-graph-uri"] = list(request.named_graphs or ())
        elif request.union:
            form |= self.dialect.union
        return await self.connection.send(
            "POST",
            self.settings.query_url,
            seconds=seconds,
            most_bytes=most_bytes,
            form=form,
            headers={"Accept": accept},
            head_only=head_only,
        )


def _kind_of(error: StoreError) -> str:
    """A store that says by its status that time was over; Virtuoso says so with 500 and its own code."""
    if isinstance(error, StoreRefused) and (error.status in (408, 504) or "S1T00" in error.words):
        return "timeout"
    return "store"
