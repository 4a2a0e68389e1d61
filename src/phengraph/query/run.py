"""Run queries: in a worker that can be killed, or in this process when the query is trusted.

`run_query` is for one query, `KillableEngine` for many on the same dataset. Either gives an `Answer`, which is read
in parts and raises `QueryError` when it is not whole: a part that came is never all there is until the iteration has
ended without an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from phengraph.problems import QueryError
from phengraph.query.formats import Form, Format, format_for, formats_of
from phengraph.query.frames import BODY, END, FAIL, HEAD, OPEN, QUERY, READY, FrameReader, Request, pack, pack_json
from phengraph.query.guard import Bounds, inspect_query

if TYPE_CHECKING:
    import pyoxigraph

# A worker evaluates what strangers wrote: it gets what an interpreter needs to start, and no keys of services.
_ENVIRONMENT = (
    "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR",
    "VIRTUAL_ENV",
)  # fmt: skip


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

    def close(self) -> None:
        """End the query; nothing happens when it has ended."""
        self._stop.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class KillableEngine:
    """One worker process with the dataset open, for one query at a time.

    A query that is stopped takes the worker with it, and the next query starts a fresh one. `resident` holds the quads
    in memory, which answers two to three times faster and takes longer to start; else a large dataset is opened on
    disk.
    """

    def __init__(self, dataset: Queryable, *, memory_bytes: int | None = None, resident: bool = False) -> None:
        self._base = dataset.base
        on_disk = None if resident else dataset.store_path
        self._path = str(on_disk or dataset.quads_path)
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._reader: FrameReader | None = None
        self._busy = False
        self.network = ""
        """How the worker's network was taken away: `namespace`, `seccomp`, or `open` where this system cannot."""

    def start(self) -> None:
        """Start the worker and wait until the dataset is open.

        Raises:
            QueryError: of kind `engine`: it cannot be opened.
        """
        if self._process is not None:
            return
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = start_worker(theirs)
        self._channel.sendall(pack_json(OPEN, path=self._path, memory_bytes=self._memory_bytes, zygote=False))
        self._reader = FrameReader(self._channel)
        frame = self._reader.next()
        if frame is None:
            raise self._death(None)
        kind, payload = frame
        if kind != READY:
            self.close()
            raise failure_of(payload)
        self.network = fields_of(payload)["network"]

    def ask(self, text: str, *, format: str | None = None, limits: Limits | None = None) -> Answer:
        """Ask one query; returns when the engine has understood it.

        Raises:
            QueryError: refused, wrong, too slow, too large, or the engine has died of it.
            RuntimeError: the answer before was neither read to its end nor closed.
        """
        chosen = limits or Limits()
        form, found, request = prepare_request(self._base, text, format=format, limits=chosen)
        return self.ask_request(form, found, request, chosen.timeout_seconds)

    def ask_request(self, form: Form, format: Format, request: Request, timeout_seconds: float | None) -> Answer:
        """As `ask`, for a request that `prepare_request` made."""
        if self._busy:
            raise RuntimeError("one query at a time: read the answer before to its end, or close it")
        self.start()
        assert self._channel is not None
        clock = _Clock(timeout_seconds)
        stop = contextlib.ExitStack()
        stop.callback(self._stop_when_busy)
        self._busy = True
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(stop.close)
            self._channel.sendall(pack(QUERY, request.encode()))
            kind, payload = self._next_frame(clock)
            if kind == FAIL:
                self._busy = False
                raise failure_of(payload)
            assert kind == HEAD
            on_failure.pop_all()
        return Answer(form, format, fields_of(payload)["variables"], self._parts(clock), stop)

    def close(self) -> None:
        """Kill the worker; the next query starts a fresh one."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._channel is not None:
            self._channel.close()
        self._process = self._channel = self._reader = None
        self._busy = False

    def __enter__(self) -> KillableEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _parts(self, clock: _Clock) -> Iterator[bytes]:
        while True:
            kind, payload = self._next_frame(clock)
            if kind == BODY:
                yield payload
                continue
            self._busy = False
            if kind == FAIL:
                raise failure_of(payload)
            assert kind == END
            return

    def _next_frame(self, clock: _Clock) -> tuple[bytes, bytes]:
        assert self._reader is not None
        try:
            with clock:
                frame = self._reader.next(clock.deadline)
        except TimeoutError as error:
            self.close()
            raise QueryError(
                f"stopped after {clock.seconds:g} s; ask for less, or give more time with --timeout", kind="timeout"
            ) from error
        if frame is None:
            raise self._death(clock.seconds)
        return frame

    def _death(self, seconds: float | None) -> QueryError:
        assert self._process is not None
        code = self._process.wait()
        self.close()
        return death_of(code, self._memory_bytes, seconds)

    def _stop_when_busy(self) -> None:
        if self._busy:
            self.close()


class _Clock:
    """Adds up the time spent inside its `with` blocks."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._spent = 0.0
        self._since = 0.0

    @property
    def deadline(self) -> float | None:
        return None if self.seconds is None else self._since + self.seconds - self._spent

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *error: object) -> None:
        self._spent += time.monotonic() - self._since


def run_query(
    dataset: Queryable,
    text: str,
    *,
    format: str | None = None,
    limits: Limits | None = None,
    isolated: bool = True,
) -> Answer:
    """Run one SPARQL query over a dataset.

    The prefixes of `vocabulary.base_prefixes` need no declaration. The default graph is the union of all graphs,
    unless the query says FROM.

    Args:
        dataset: what is asked.
        text: SELECT, ASK, CONSTRUCT or DESCRIBE.
        format: json, xml, csv or tsv for SELECT and ASK (json when None); turtle, ntriples, jsonld or rdfxml for
            CONSTRUCT and DESCRIBE (turtle when None).
        limits: what the query may cost.
        isolated: in a process of its own, that ends when the time is over or the answer is closed. False evaluates in
            this process, for queries that you wrote yourself: no time and memory limit, and a crash is this process's.

    Raises:
        QueryError: `.kind` says which: `syntax`, `refused`, `format`, `limit`, `timeout`, `memory`, `engine`.
    """
    chosen = limits or Limits()
    form, found, request = prepare_request(dataset.base, text, format=format, limits=chosen)
    if not isolated:
        return _evaluate_here(dataset, form, found, request)
    engine = KillableEngine(dataset, memory_bytes=chosen.memory_bytes)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(engine.close)
        answer = engine.ask_request(form, found, request, chosen.timeout_seconds)
        on_failure.pop_all()
    answer._stop.callback(engine.close)
    return answer


def _evaluate_here(dataset: Queryable, form: Form, format: Format, request: Request) -> Answer:
    from phengraph.query.evaluate import evaluate

    variables: list[str] = []
    parts: list[bytes] = []
    evaluate(dataset.store, replace(request, cpu_seconds=None), variables.extend, parts.append)
    return Answer(form, format, variables, iter(parts), contextlib.ExitStack())


def start_worker(channel: socket.socket) -> subprocess.Popen[bytes]:
    """Start `worker` on one end of a socket pair; the caller closes its copy of that end."""
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(
        # -P: a file of the working directory must not stand in for a module.
        [sys.executable, "-P", "-m", "phengraph.query.worker", str(channel.fileno())],
        env=environment,
        pass_fds=(channel.fileno(),),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        # The engine's last words ("memory allocation of N bytes failed") are told by its exit code, in a sentence.
        stderr=subprocess.DEVNULL,
    )


def death_of(exit_code: int, memory_bytes: int | None, timeout_seconds: float | None) -> QueryError:
    """What a worker's end means: an allocation that fails aborts, too deep a recursion is a segmentation fault."""
    if exit_code == -signal.SIGABRT:
        may = f" than the {memory_bytes / 2**20:,.0f} MB it may have" if memory_bytes else " than there is"
        return QueryError(f"the query needs more memory{may}; ask for less", kind="memory")
    if exit_code == -signal.SIGXCPU:
        return QueryError(f"stopped after {timeout_seconds or 0:g} s of processor time; ask for less", kind="timeout")
    if exit_code == -signal.SIGKILL:
        return QueryError("the query was ended by the system, probably for want of memory; ask for less", kind="memory")
    how = signal.Signals(-exit_code).name if exit_code < 0 else f"exit code {exit_code}"
    return QueryError(f"the engine crashed on this query ({how}); simplify it", kind="engine")


def failure_of(payload: bytes) -> QueryError:
    """The error that a worker told in a `FAIL`."""
    fields = fields_of(payload)
    return QueryError(fields["message"], kind=fields["kind"], line=fields["line"], column=fields["column"])


def fields_of(payload: bytes) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(payload)
    return fields
