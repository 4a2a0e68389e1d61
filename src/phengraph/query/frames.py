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
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True, slots=True)
class Request:
    """One query as a worker gets it; everything in it has passed the guard."""

    text: str
    format: str
    """A name of `formats.FORMATS` that fits the form of the query."""
    prefixes: Mapping[str, str]
    """Known without a declaration in the query."""
    union: bool
    """The default graph is the union of all named graphs."""
    base_iri: str | None = None
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
        return json.dumps(asdict(self)).encode()


def decode_request(payload: bytes) -> Request:
    """The inverse of `Request.encode`.

    >>> decode_request(Request("ASK {}", "json", {}, True).encode()).format
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


def unpack_header(header: bytes) -> tuple[bytes, int]:
    """Kind and length of the payload that follows."""
    kind, length = _HEADER.unpack(header)
    return kind, length


def read_frame(channel: socket.socket, deadline: float | None = None) -> tuple[bytes, bytes] | None:
    """The next frame, or None when the other side has closed between two frames or within one.

    Raises:
        TimeoutError: it is not here whole at `deadline`, a time of `time.monotonic`.
    """
    header = _read_exactly(channel, HEADER_BYTES, deadline)
    if header is None:
        return None
    kind, length = unpack_header(header)
    payload = _read_exactly(channel, length, deadline)
    return None if payload is None else (kind, payload)


def _read_exactly(channel: socket.socket, length: int, deadline: float | None) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        if deadline is None:
            channel.settimeout(None)
        else:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            channel.settimeout(remaining)
        try:
            part = channel.recv(length - len(parts))
        except ConnectionResetError:
            return None
        if not part:
            return None
        parts += part
    return bytes(parts)
