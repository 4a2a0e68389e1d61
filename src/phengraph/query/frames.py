"""Messages between the one who asks and the worker that answers, over a stream socket.

A frame is one byte of kind, four bytes of length (big-endian) and the payload. The asker sends `OPEN` once (or `FORK`
to a zygote), then a `QUERY` at a time; the worker answers `HEAD`, any number of `BODY`, and `END`, or `FAIL` at any
point instead. A stream that closes before `END` is an answer that is not whole: the worker has died.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

OPEN = b"O"
QUERY = b"Q"
FORK = b"F"
KILL = b"K"
READY = b"R"
HEAD = b"H"
BODY = b"B"
END = b"E"
FAIL = b"X"
BORN = b"P"
DIED = b"Z"

_HEADER = struct.Struct(">cI")
HEADER_BYTES = _HEADER.size
BODY_BYTES = 65_536
"""A worker gathers about this much before it sends, unless it takes long."""
READ_BYTES = 2 * BODY_BYTES
"""How much an asker reads at once."""


@dataclass(frozen=True, slots=True)
class Request:
    """One query as a worker gets it; everything in it has passed the guard."""

    text: str
    format: str
    """A name of `formats.FORMATS` that fits the form of the query."""
    base: str
    """Base IRI of the dataset: relative IRIs stand under it, and its prefixes need no declaration."""
    union: bool
    """The default graph is the union of all named graphs."""
    default_graphs: tuple[str, ...] | None = None
    """IRIs that make the default graph, in place of what the query says."""
    named_graphs: tuple[str, ...] | None = None
    """IRIs that GRAPH may name, in place of what the query says."""
    byte_limit: int | None = None
    row_limit: int | None = None
    """Solutions, or triples of a graph."""
    cpu_seconds: float | None = None
    """A second line behind the asker's deadline: processor time after which the system ends the worker."""

    def encode(self) -> bytes:
        """UTF-8 JSON."""
        # Not `dataclasses.asdict`, which copies deeply and takes longer than a small query.
        return json.dumps({name: getattr(self, name) for name in self.__slots__}).encode()


def decode_request(payload: bytes) -> Request:
    """The inverse of `Request.encode`.

    >>> decode_request(Request("ASK {}", "json", "https://example.org/", True).encode()).format
    'json'
    """
    fields = json.loads(payload)
    for name in ("default_graphs", "named_graphs"):
        if fields[name] is not None:
            fields[name] = tuple(fields[name])
    return Request(**fields)


def pack(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return _HEADER.pack(kind, len(payload)) + payload


def pack_json(frame_kind: bytes, /, **fields: Any) -> bytes:
    """One frame with a JSON object."""
    return pack(frame_kind, json.dumps(fields).encode())


class FrameBuffer:
    """Cuts a stream of bytes into frames; it does no reading of its own."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def feed(self, part: bytes) -> None:
        """Add bytes as they came."""
        self._kept += part

    def pop(self) -> tuple[bytes, bytes] | None:
        """Kind and payload of the next frame, or None when it is not here whole."""
        if len(self._kept) < HEADER_BYTES:
            return None
        kind, length = _HEADER.unpack_from(self._kept)
        whole = HEADER_BYTES + length
        if len(self._kept) < whole:
            return None
        payload = bytes(memoryview(self._kept)[HEADER_BYTES:whole])
        del self._kept[:whole]
        return kind, payload


class FrameReader:
    """Reads frames from a blocking socket; what came too much is kept for the next one."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._buffer = FrameBuffer()

    def next(self, deadline: float | None = None) -> tuple[bytes, bytes] | None:
        """The next frame, or None when the other side has closed between two frames or within one.

        Raises:
            TimeoutError: it is not here whole at `deadline`, a time of `time.monotonic`.
        """
        while (frame := self._buffer.pop()) is None:
            remaining = None if deadline is None else deadline - time.monotonic()
            if remaining is not None and remaining <= 0:
                raise TimeoutError
            self._channel.settimeout(remaining)
            try:
                part = self._channel.recv(READ_BYTES)
            except ConnectionResetError:
                return None
            if not part:
                return None
            self._buffer.feed(part)
        return frame


def read_frame(channel: socket.socket) -> tuple[bytes, bytes] | None:
    """One frame and not a byte more: for a channel on which descriptors travel between the frames."""
    header = _read_exactly(channel, HEADER_BYTES)
    if header is None:
        return None
    kind, length = _HEADER.unpack(header)
    payload = _read_exactly(channel, length)
    return None if payload is None else (kind, payload)


def _read_exactly(channel: socket.socket, length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        part = channel.recv(length - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)
