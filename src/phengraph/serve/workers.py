"""Where workers come from: processes that hold one snapshot of the dataset, and can be killed at any moment.

A `Hatchery` belongs to one snapshot. `ForkHatchery` keeps a zygote with the dataset in memory and forks workers from
it, in milliseconds and sharing its memory; `SpawnHatchery` starts a process a worker, each opening the store on disk,
for datasets that are too large for memory. What a worker is: `query.worker`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from phengraph.problems import QueryError
from phengraph.query.engine import failure_of, fields_of, start_worker
from phengraph.query.frames import (
    BORN,
    DIED,
    FORK,
    KILL,
    OPEN,
    QUERY,
    READ_BYTES,
    READY,
    FrameBuffer,
    Request,
    pack,
    pack_json,
)

_Birth = tuple[int, asyncio.Future[int]]

_END_SECONDS = 2
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


class Channel:
    """One end of a stream of frames, for the event loop."""

    def __init__(self, ours: socket.socket) -> None:
        ours.setblocking(False)
        self.socket = ours
        self._buffer = FrameBuffer()

    async def next(self) -> tuple[bytes, bytes] | None:
        """The next frame; None when the other side is gone. Whoever stops waiting for it loses nothing of it."""
        while (frame := self._buffer.pop()) is None:
            try:
                part = self.socket.recv(READ_BYTES)
            except BlockingIOError:
                await self._readable()
                continue
            except ConnectionResetError:
                return None
            if not part:
                return None
            self._buffer.feed(part)
        return frame

    async def _readable(self) -> None:
        """Wait, and take nothing yet: what `sock_recv` took is lost when it is cancelled in the same turn."""
        loop = asyncio.get_running_loop()
        there: asyncio.Future[None] = loop.create_future()
        place = self.socket.fileno()
        loop.add_reader(place, lambda: None if there.done() else there.set_result(None))
        try:
            await there
        finally:
            loop.remove_reader(place)

    def ready(self) -> tuple[bytes, bytes] | None:
        """A frame that is here already, or None."""
        return self._buffer.pop()

    async def send(self, content: bytes) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # A worker that has died is noticed where its frames are read.
            await asyncio.get_running_loop().sock_sendall(self.socket, content)

    def close(self) -> None:
        self.socket.close()


@dataclass(eq=False)
class Worker:
    """One process that answers one query at a time."""

    pid: int
    channel: Channel
    exit_code: asyncio.Future[int]
    """Done when the process has ended."""
    hatchery: Hatchery
    retire: bool = field(default=False)
    """It has grown and should answer no further query."""

    async def ask(self, request: Request) -> None:
        """Send a query; the answer comes on `channel`."""
        await self.channel.send(pack(QUERY, request.encode()))

    def cpu_seconds(self) -> float | None:
        """Processor time that it has used so far; None where this system does not tell."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as told:  # noqa: PTH123 - asked often
                fields = told.read().rpartition(b")")[2].split()
        except OSError:
            return None
        return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND

    def lower_priority(self) -> None:
        """Let other processes go first: this one has had its time."""
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, 10)

    def kill(self) -> None:
        """End the process at once, wherever it is."""
        if not self.exit_code.done():
            self.hatchery.kill(self)
        self.channel.close()


class Hatchery(Protocol):
    """Makes workers on one snapshot."""

    @property
    def alive(self) -> bool:
        """False when no worker can be made any more."""

    async def start(self) -> None:
        """Open the dataset; raises QueryError when it cannot be."""

    async def birth(self) -> Worker:
        """A new worker; raises QueryError when there can be none."""

    def kill(self, worker: Worker) -> None:
        """End a worker."""

    async def close(self) -> None:
        """End all workers and whatever keeps the dataset open."""


class ForkHatchery:
    """A zygote and the workers forked from it. `path` is a file of N-Quads, which the zygote loads into memory."""

    def __init__(self, path: str, memory_bytes: int | None) -> None:
        self._path = path
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Channel | None = None
        self._births: deque[asyncio.Future[_Birth]] = deque()
        self._exits: dict[int, asyncio.Future[int]] = {}
        self._listening: asyncio.Task[None] | None = None
        self.network = ""

    async def start(self) -> None:
        ours, theirs = socket.socketpair()
        self._control = Channel(ours)
        with theirs:
            # Popen forks this process, which takes milliseconds; the loading goes on beside us.
            self._process = start_worker(theirs)
        try:
            await self._control.send(pack_json(OPEN, path=self._path, memory_bytes=self._memory_bytes, zygote=True))
            frame = await self._control.next()
            if frame is None:
                raise QueryError("the dataset cannot be opened: its process ended while loading", kind="engine")
            if frame[0] != READY:
                raise failure_of(frame[1])
        except BaseException:
            # Also when the server ends meanwhile.
            await self.close()
            raise
        self.network = fields_of(frame[1])["network"]
        self._listening = asyncio.create_task(self._listen())

    async def birth(self) -> Worker:
        if self._control is None or self._listening is None or self._listening.done():
            raise QueryError("the dataset's process has ended; try again in a moment", kind="engine")
        loop = asyncio.get_running_loop()
        born: asyncio.Future[_Birth] = loop.create_future()
        self._births.append(born)
        ours, theirs = socket.socketpair()
        with theirs:
            self._send_control(pack(FORK), theirs.fileno())
        try:
            pid, exit_code = await born
        except BaseException:
            ours.close()
            raise
        return Worker(pid, Channel(ours), exit_code, self)

    def kill(self, worker: Worker) -> None:
        self._send_control(pack_json(KILL, pid=worker.pid))

    async def close(self) -> None:
        if self._control is not None:
            # The zygote takes its children along when this closes.
            if self._listening is not None:
                self._listening.cancel()
            self._control.close()
        if self._process is not None:
            try:
                async with asyncio.timeout(_END_SECONDS):
                    await _wait_for(self._process)
            except TimeoutError:
                # It is still loading, and will not look at its channel before it has.
                self._process.kill()
                await _wait_for(self._process)
        self._fail_births()
        for exit_code in self._exits.values():
            if not exit_code.done():
                exit_code.set_result(-signal.SIGKILL)

    @property
    def alive(self) -> bool:
        """False when the zygote has ended, so that no worker can be made any more."""
        return self._listening is not None and not self._listening.done()

    def _send_control(self, frame: bytes, descriptor: int | None = None) -> None:
        assert self._control is not None
        # One byte goes before each frame, and the descriptor with it. Some tens of bytes always fit in the buffer.
        with contextlib.suppress(OSError):
            if descriptor is None:
                self._control.socket.send(b"+" + frame)
            else:
                socket.send_fds(self._control.socket, [b"+"], [descriptor])
                self._control.socket.send(frame)

    async def _listen(self) -> None:
        assert self._control is not None
        while (frame := await self._control.next()) is not None:
            kind, payload = frame
            fields = fields_of(payload)
            if kind == BORN:
                exit_code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
                self._exits[fields["pid"]] = exit_code
                born = self._births.popleft()
                if born.cancelled():
                    self._send_control(pack_json(KILL, pid=fields["pid"]))
                else:
                    born.set_result((fields["pid"], exit_code))
            elif kind == DIED:
                self._exits.pop(fields["pid"]).set_result(fields["code"])
        self._fail_births()

    def _fail_births(self) -> None:
        while self._births:
            born = self._births.popleft()
            if not born.done():
                born.set_exception(QueryError("the dataset's process has ended; try again in a moment", kind="engine"))


class SpawnHatchery:
    """A process of its own a worker; `path` is a store's folder, opened read-only by each."""

    alive = True

    def __init__(self, path: str, memory_bytes: int | None) -> None:
        self._path = path
        self._memory_bytes = memory_bytes
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        self._waiting: set[asyncio.Task[None]] = set()
        self.network = ""

    async def start(self) -> None:
        worker = await self.birth()
        worker.kill()

    async def birth(self) -> Worker:
        ours, theirs = socket.socketpair()
        channel = Channel(ours)
        with theirs:
            process = start_worker(theirs)
        try:
            await channel.send(pack_json(OPEN, path=self._path, memory_bytes=self._memory_bytes, zygote=False))
            frame = await channel.next()
            if frame is None:
                raise QueryError("the dataset cannot be opened: its process ended while opening it", kind="engine")
            if frame[0] != READY:
                raise failure_of(frame[1])
        except BaseException:
            process.kill()
            channel.close()
            await _wait_for(process)
            raise
        self.network = fields_of(frame[1])["network"]
        exit_code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._processes[process.pid] = process
        task = asyncio.create_task(self._reap(process, exit_code))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return Worker(process.pid, channel, exit_code, self)

    def kill(self, worker: Worker) -> None:
        process = self._processes.get(worker.pid)
        if process is not None:
            process.kill()

    async def close(self) -> None:
        for process in self._processes.values():
            process.kill()
        await asyncio.gather(*self._waiting)

    async def _reap(self, process: subprocess.Popen[bytes], exit_code: asyncio.Future[int]) -> None:
        exit_code.set_result(await _wait_for(process))
        del self._processes[process.pid]


async def _wait_for(process: subprocess.Popen[Any]) -> int:
    """Wait for the end of a process without holding up the loop or a thread."""
    pause = 0.002
    while (code := process.poll()) is None:
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return code
