"""What is needed to ask: the dataset, the limits, the request; and the answer, which comes in parts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from phengraph.query.formats import Form, Format, format_for, formats_of
from phengraph.query.frames import Request
from phengraph.query.guard import Bounds, inspect_query

if TYPE_CHECKING:
    import pyoxigraph


LONGEST_SECONDS = 1_000_000
"""Eleven days: more is no limit, and the clocks of some systems cannot count it."""


class Queryable(Protocol):
    """What is needed of a dataset: `dataset.Dataset` is one."""

    @property
    def base(self) -> str: ...
    @property
    def store(self) -> pyoxigraph.Store: ...
    @property
    def quads_path(self) -> Path: ...
    @property
    def store_path(self) -> Path | None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may cost. None is no limit."""

    timeout_seconds: float | None = 60.0
    """Time of waiting for the engine; the reader's own time is not counted."""
    memory_bytes: int | None = 4 * 2**30
    """Beyond what the open dataset takes."""
    answer_bytes: int | None = None
    rows: int | None = None
    bounds: Bounds = field(default_factory=Bounds)

    def __post_init__(self) -> None:
        """Refuse what no clock can measure.

        Raises:
            ValueError: the time is negative, not a number, or more than `LONGEST_SECONDS`.
        """
        if self.timeout_seconds is not None and not 0 <= self.timeout_seconds <= LONGEST_SECONDS:
            raise ValueError(f"a query may take 0 to {LONGEST_SECONDS:,} seconds; None lets it run")


def prepare_request(
    base: str,
    text: str,
    *,
    format: str | None = None,
    limits: Limits,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
) -> tuple[Form, Format, Request]:
    """Pass a query through the guard and make the request for a worker.

    Args:
        base: base IRI of the dataset; the prefixes of its entries need no declaration.
        text: the query.
        format: a name of `formats.FORMATS`; None for the usual one of the query's form.
        limits: what the query may cost.
        default_graphs: IRIs that make the default graph in place of what the query says.
        named_graphs: IRIs that GRAPH may name in place of what the query says.

    Raises:
        QueryError: refused, too long, or a format that does not fit.
    """
    inspection = inspect_query(text, limits.bounds)
    chosen = formats_of(inspection.form)[0] if format is None else format_for(format, inspection.form)
    request = Request(
        text=text,
        format=chosen.name,
        base=base,
        union=not inspection.names_dataset,
        default_graphs=None if default_graphs is None else tuple(default_graphs),
        named_graphs=None if named_graphs is None else tuple(named_graphs),
        byte_limit=limits.answer_bytes,
        row_limit=limits.rows,
        cpu_seconds=None if limits.timeout_seconds is None else limits.timeout_seconds + 5,
    )
    return inspection.form, chosen, request


class Answer:
    """The answer to one query, in parts.

    Iterate over it, or `read` it whole; leaving it (`with`, `close`) before its end stops the query.
    """

    def __init__(
        self, form: Form, format: Format, variables: Sequence[str], parts: Iterator[bytes], stop: contextlib.ExitStack
    ) -> None:
        self.form = form
        self.format = format
        self.variables = tuple(variables)
        """Names of the variables of a SELECT in the order of its projection; empty for the other forms."""
        self._parts = parts
        self._stop = stop

    def __iter__(self) -> Iterator[bytes]:
        with self:
            yield from self._parts

    def read(self) -> bytes:
        """The whole answer.

        Raises:
            QueryError: a limit was met, the time is over, or the worker has died.
        """
        return b"".join(self)

    def on_close(self, action: Callable[[], object]) -> None:
        """Do this too when the answer ends or is closed."""
        self._stop.callback(action)

    def close(self) -> None:
        """End the query; nothing happens when it has ended."""
        self._stop.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
