"""A worker process at hand: start it, ask it, kill it, and say what its end means."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from phengraph.problems import QueryError
from phengraph.query.asking import Answer, Limits, Queryable, prepare_request
from phengraph.query.formats import Form, Format
from phengraph.query.frames import BODY, END, FAIL, HEAD, OPEN, QUERY, READY, FrameReader, Request, pack, pack_json

# A worker evaluates what strangers wrote: it gets what an interpreter needs to start, and no keys of services.
_ENVIRONMENT = (
    "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "TMPDIR",
    "VIRTUAL_ENV",
)  # fmt: skip


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
        self._owner = os.getpid()
        self.network = ""
        """How the worker's network was taken away: `namespace`, `seccomp`, or `open` where this system cannot."""

    def start(self) -> None:
        """Start the worker and wait until the dataset is open.

        Raises:
            QueryError: of kind `engine`: it cannot be opened.
        """
        self._leave_to_parent()
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
        self._leave_to_parent()
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
        self._leave_to_parent()
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

    def _leave_to_parent(self) -> None:
        """In a fork (multiprocessing) the worker is the parent's: two would read each other's answers."""
        if self._owner != os.getpid():
            self._process = self._channel = self._reader = None
            self._busy, self._owner = False, os.getpid()

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
