"""A worker: a process that opens the dataset once and answers queries until it is killed or its asker goes.

Run as `python -m phengraph.query.worker FD`, where FD is a stream socket of `frames`. The first message is `OPEN`. A
worker with the dataset in memory can be a *zygote*: told to `FORK`, it makes a child that shares its memory
copy-on-write and answers on the socket that came along. That is a fresh worker on a million quads in milliseconds,
where a fresh process would load them again; only a process with a single thread may fork so, which is why this module
imports little, and why a store on disk (whose engine has threads) never forks.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass

import pyoxigraph

from phengraph.problems import QueryError
from phengraph.query.confine import (
    confine_process,
    die_with_parent,
    limit_cpu,
    limit_memory,
    resident_bytes,
)
from phengraph.query.evaluate import evaluate
from phengraph.query.frames import (
    BODY,
    BORN,
    DIED,
    END,
    FAIL,
    FORK,
    HEAD,
    KILL,
    OPEN,
    QUERY,
    READY,
    FrameReader,
    decode_request,
    pack,
    pack_json,
    read_frame,
)

RETIRE_BYTES = 128 * 2**20
"""A worker that has grown by this much since it began says in its `END` that it should be replaced."""


@dataclass(slots=True)
class _Opened:
    store: pyoxigraph.Store
    memory_bytes: int | None


def open_store(path: str) -> pyoxigraph.Store:
    """The dataset at a path: a store's folder is opened read-only, a file of N-Quads is loaded into memory.

    Raises:
        OSError: it cannot be read.
        SyntaxError: the file is not N-Quads.
    """
    if os.path.isdir(path):  # noqa: PTH112 - the worker does not import pathlib
        return pyoxigraph.Store.read_only(path)
    store = pyoxigraph.Store()
    # A snapshot of ours, checked when it was opened: skipping the validation of IRIs saves a third of the time.
    store.load(path=path, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    return store


def answer_queries(channel: socket.socket, store: pyoxigraph.Store) -> None:
    """Answer one query after the other on a socket until the asker closes it."""
    began_with = resident_bytes()
    reader = FrameReader(channel)
    while (frame := reader.next()) is not None:
        kind, payload = frame
        if kind != QUERY:
            continue
        request = decode_request(payload)
        if request.cpu_seconds is not None:
            limit_cpu(request.cpu_seconds)
        sender = _Sender(channel)
        started = time.perf_counter()
        try:
            written = evaluate(store, request, sender.begin, sender.send)
        except QueryError as error:
            sender.finish(pack_json(FAIL, message=str(error), kind=error.kind, line=error.line, column=error.column))
        else:
            retire = resident_bytes() - began_with > RETIRE_BYTES
            sender.finish(pack_json(END, bytes=written, seconds=time.perf_counter() - started, retire=retire))


class _Sender:
    """Sends the head with the first part and the end with the last: a small answer is one message."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._held = b""

    def begin(self, variables: list[str]) -> None:
        self._held = pack_json(HEAD, variables=variables)

    def send(self, part: bytes) -> None:
        if self._held:
            # Nothing waits for long here: the writer hands on a part when it is large or old.
            self._channel.sendall(self._held)
        self._held = pack(BODY, part)

    def finish(self, last: bytes) -> None:
        self._channel.sendall(self._held + last)


def serve(channel: socket.socket) -> None:
    """Open what the first message names, then answer queries or fork those who do."""
    confinement = confine_process()
    first = read_frame(channel)
    if first is None or first[0] != OPEN:
        return
    wanted = json.loads(first[1])
    try:
        store = open_store(wanted["path"])
    except (OSError, SyntaxError) as error:
        channel.sendall(
            pack_json(FAIL, message=f"the dataset cannot be opened: {error}", kind="engine", line=0, column=0)
        )
        return
    channel.sendall(pack_json(READY, network=confinement.network))
    opened = _Opened(store, wanted["memory_bytes"])
    if wanted["zygote"]:
        _serve_forks(channel, opened)
    else:
        if opened.memory_bytes is not None:
            limit_memory(opened.memory_bytes)
        answer_queries(channel, store)


def _serve_forks(channel: socket.socket, opened: _Opened) -> None:
    """Fork a worker for each FORK, kill it at KILL, tell BORN and DIED, until the asker closes the channel."""
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    living: set[int] = set()
    while True:
        readable, _, _ = select.select((channel.fileno(), wake_read), (), ())
        if wake_read in readable:
            os.read(wake_read, 4096)
            _tell_the_dead(channel, living)
        if channel.fileno() not in readable:
            continue
        # The one byte before each frame carries the descriptor of a FORK; stream sockets deliver it with that byte.
        mark, descriptors, _, _ = socket.recv_fds(channel, 1, 1)
        frame = read_frame(channel) if mark else None
        if frame is None:
            break
        kind, payload = frame
        if kind == FORK:
            child = _fork_worker(descriptors[0], opened, (channel, wake_read, wake_write))
            os.close(descriptors[0])
            living.add(child)
            channel.sendall(pack_json(BORN, pid=child))
        elif kind == KILL and (child := json.loads(payload)["pid"]) in living:
            os.kill(child, signal.SIGKILL)
    for child in living:
        os.kill(child, signal.SIGKILL)


def _fork_worker(descriptor: int, opened: _Opened, inherited: tuple[socket.socket, int, int]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        channel, wake_read, wake_write = inherited
        channel.close()
        os.close(wake_read)
        os.close(wake_write)
        die_with_parent()
        if opened.memory_bytes is not None:
            limit_memory(opened.memory_bytes)
        with socket.socket(fileno=descriptor) as own:
            answer_queries(own, opened.store)
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        status = 0
    finally:
        # Never back into the zygote's loop; and no tear-down of a store that is shared with it.
        os._exit(status)


def _tell_the_dead(channel: socket.socket, living: set[int]) -> None:
    while living:
        child, status = os.waitpid(-1, os.WNOHANG)
        if child == 0:
            return
        living.discard(child)
        channel.sendall(pack_json(DIED, pid=child, code=os.waitstatus_to_exitcode(status)))


def main() -> None:
    """Serve the socket whose descriptor is the first argument."""
    # A terminal's Ctrl-C reaches the whole group; the asker decides what ends a worker.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with socket.socket(fileno=int(sys.argv[1])) as channel:
            serve(channel)
    except (BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
