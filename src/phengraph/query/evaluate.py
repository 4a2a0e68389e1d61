"""Evaluate one request on a store and write the answer as it comes: what a worker does, and what trusted code may do
in its own process."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pyoxigraph

from phengraph.problems import QueryError
from phengraph.query.formats import FORMATS
from phengraph.query.frames import BODY_BYTES, Request
from phengraph.query.graphs import write_graph
from phengraph.query.rows import row_counter
from phengraph.query.syntax import explain_syntax
from phengraph.vocabulary import base_prefixes

_PATIENCE_SECONDS = 0.2
"""A part is handed on after this long even when it is small, so that a slow query shows what it has."""


class _Stopped(Exception):
    """The writer has had enough; `_Writer.failure` says why."""


class _Writer:
    """The file that the engine writes to: gathers, counts, bounds, hands on."""

    def __init__(self, send: Callable[[bytes], None], request: Request) -> None:
        self._send = send
        self._parts: list[bytes] = []
        self._gathered = 0
        self._sent_at = time.monotonic()
        self._byte_limit = request.byte_limit
        self._row_limit = request.row_limit
        self._count_rows = row_counter(request.format) if request.row_limit is not None else None
        self.bytes_written = 0
        self.failure: QueryError | None = None

    def write(self, part: bytes) -> int:
        self.bytes_written += len(part)
        if self._byte_limit is not None and self.bytes_written > self._byte_limit:
            self._stop(f"the answer is longer than {self._byte_limit:,} bytes; add LIMIT or ask for less")
        if self._count_rows is not None:
            self.check_rows(self._count_rows(part))
        # The engine reuses no buffer: pyo3 hands a bytes object of its own each time.
        self._parts.append(part)
        self._gathered += len(part)
        if self._gathered >= BODY_BYTES or time.monotonic() - self._sent_at > _PATIENCE_SECONDS:
            self.flush()
        return len(part)

    def check_rows(self, rows: int) -> None:
        if self._row_limit is not None and rows > self._row_limit:
            self._stop(f"the answer has more than {self._row_limit:,} rows; add LIMIT or ask for less")

    def flush(self) -> None:
        if self._parts:
            self._send(b"".join(self._parts))
            self._parts.clear()
            self._gathered = 0
            self._sent_at = time.monotonic()

    def _stop(self, message: str) -> None:
        self.failure = QueryError(message, kind="limit")
        raise _Stopped


def evaluate(
    store: pyoxigraph.Store,
    request: Request,
    begin: Callable[[list[str]], None],
    send: Callable[[bytes], None],
) -> int:
    """Evaluate, call `begin` with the names of the variables once the query has been understood, `send` each part of
    the answer, and give the number of bytes.

    Raises:
        QueryError: syntax, a function that does not exist, a limit that was met (parts may have been sent), memory.
    """
    try:
        answer = store.query(request.text, **_dataset_of(request))
    except (SyntaxError, ValueError) as error:
        raise explain_syntax(request.text, str(error), _prefixes(request.base)) from error
    except RuntimeError as error:
        # What the engine finds while it plans: `The custom function <...> is not supported`.
        raise QueryError(str(error), kind="syntax") from error
    except OSError as error:
        raise QueryError(f"the store cannot be read: {error}", kind="engine") from error
    begin([variable.value for variable in answer.variables] if isinstance(answer, pyoxigraph.QuerySolutions) else [])
    return write_answer(answer, request, send)


def write_answer(answer: Any, request: Request, send: Callable[[bytes], None]) -> int:
    """Write an answer in the format of its request, `send` each part, and give the number of bytes.

    Args:
        answer: solutions, yes or no, or triples, of the engine or of its parsers.
        request: for the format and the limits.
        send: takes the parts in order.

    Raises:
        QueryError: a limit that was met (parts may have been sent), memory.
        SyntaxError: what a parser reads the answer from is not what it should be.
    """
    writer = _Writer(send, request)
    try:
        _serialize(answer, request, writer)
        writer.flush()
    except MemoryError as error:
        raise QueryError("the query needs more memory than it may have; ask for less", kind="memory") from error
    except (_Stopped, OSError, RuntimeError) as error:
        if writer.failure is not None:
            raise writer.failure from error
        if isinstance(error, BrokenPipeError):
            raise
        raise QueryError(f"the engine gave up: {error}", kind="engine") from error
    return writer.bytes_written


_prefixes = lru_cache(maxsize=8)(base_prefixes)


def _dataset_of(request: Request) -> dict[str, Any]:
    options: dict[str, Any] = {"prefixes": _prefixes(request.base), "base_iri": request.base}
    if request.default_graphs is None and request.named_graphs is None:
        # The engine ignores FROM when the union is asked for, so the guard tells whether the query says FROM.
        return options | {"use_default_graph_as_union": request.union}
    return options | {
        "default_graph": [pyoxigraph.NamedNode(one) for one in request.default_graphs or ()],
        "named_graphs": [pyoxigraph.NamedNode(one) for one in request.named_graphs or ()],
    }


def _serialize(answer: Any, request: Request, writer: _Writer) -> None:
    chosen = FORMATS[request.format]
    if chosen.gives_graph:
        write_graph(answer, chosen, _prefixes(request.base), writer)
    else:
        answer.serialize(writer, getattr(pyoxigraph.QueryResultsFormat, chosen.engine_name))
