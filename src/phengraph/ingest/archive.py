"""What is too much for git: whole citations in one compressed file a paper, in `.phengraph/`.

The text records keep only ids of the oldest citations of papers that are cited by thousands (and of all, where the
settings say so); here they are whole, with their abstracts. The file is a row of gzip members, one for each page that
was read, so that adding never rewrites and a writer that is killed costs at most its own page.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from phengraph.ingest.errors import not_written
from phengraph.project import Project


def archive_path(project: Project, key: str) -> Path:
    """`.phengraph/semanticscholar/citations/KEY.jsonl.gz`"""
    return project.cache / "semanticscholar" / "citations" / f"{key}.jsonl.gz"


def append_citations(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Add records as one gzip member.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    content = b"".join(orjson.dumps(dict(record)) + b"\n" for record in records)
    if not content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(gzip.compress(content, 6, mtime=0))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise not_written(f".phengraph/semanticscholar/citations/{path.name}", error) from error


def read_archive(path: Path) -> Iterator[dict[str, Any]]:
    """The records of an archive, in the order in which they were added; the same one may come twice.

    A member that was cut by a kill ends with its last whole line, and what follows it is read all the same.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    while content:
        unpack = zlib.decompressobj(wbits=31)
        try:
            text = unpack.decompress(content)
        except zlib.error:
            text = b""
        # A cut member runs into the next one: what comes out there is noise.
        yield from (_records(text) if unpack.eof else _readable(text))
        rest = unpack.unused_data if unpack.eof else content[1:]
        start = rest.find(b"\x1f\x8b\x08")
        content = rest[start:] if start >= 0 else b""


def _records(text: bytes) -> Iterator[dict[str, Any]]:
    for line in text.split(b"\n")[:-1]:
        yield orjson.loads(line)


def _readable(text: bytes) -> Iterator[dict[str, Any]]:
    for line in text.split(b"\n")[:-1]:
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        if isinstance(record, dict) and "id" in record:
            yield record
