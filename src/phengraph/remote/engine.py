"""The store as an engine for one query at a time, with the face of `query.engine.KillableEngine`.

A query is first given to our own engine over nothing, in its killable process: what is wrong with it is told as ever,
with line and caret, and what no standard knows (a store's own functions, which may read files or call out) stays here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import pyoxigraph

from phengraph.query.asking import Answer, Limits, prepare_request
from phengraph.query.engine import KillableEngine
from phengraph.remote.asking import UNFINISHED, RemoteStore
from phengraph.settings import StoreSettings


class EmptyDataset:
    """A dataset without a quad, for those who want to know whether a query is one."""

    store_path = None
    quads_path = Path(os.devnull)

    def __init__(self, base: str) -> None:
        self.base = base

    @property
    def store(self) -> pyoxigraph.Store:
        return pyoxigraph.Store()


class RemoteEngine:
    """Answers from the store of a project's settings.

    Args:
        settings: where it is.
        base: the base IRI of the project.
        environment: where credentials come from.
        memory_bytes: of the process that reads queries.
    """

    def __init__(
        self, settings: StoreSettings, base: str, environment: Mapping[str, str], *, memory_bytes: int | None = None
    ) -> None:
        self._settings = settings
        self._base = base
        self._reader = KillableEngine(EmptyDataset(base), memory_bytes=memory_bytes)
        self._runner = asyncio.Runner()
        self._remote = RemoteStore(settings, base, environment)

    def ask(self, text: str, *, format: str | None = None, limits: Limits | None = None) -> Answer:
        """Ask one query; returns when its answer is here whole.

        Raises:
            QueryError: refused, wrong, too slow, too large; of kind `store` when the store fails.
        """
        chosen = limits or Limits()
        form, found, request = prepare_request(self._base, text, format=format, limits=chosen)
        self._reader.ask_request(form, found, replace(request, row_limit=None), chosen.timeout_seconds).read()
        seconds = min(chosen.timeout_seconds or self._settings.timeout_seconds, self._settings.timeout_seconds)
        given = self._runner.run(self._remote.answer(form, request, seconds=seconds))
        return Answer(form, found, given.variables, iter(given.parts), contextlib.ExitStack())

    @property
    def is_unfinished(self) -> bool:
        """The store said that a push goes on, or was broken off, so what it holds is of no one state."""
        return self._remote.state == UNFINISHED

    def close(self) -> None:
        """End the process that reads queries, and the connection."""
        self._reader.close()
        with self._runner:
            self._runner.run(self._remote.close())

    def __enter__(self) -> RemoteEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
