"""Shards on disk: whether one is what was downloaded, and which one is broken when an engine says that one is."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import orjson

from phengraph.corpus.errors import BrokenShard
from phengraph.corpus.folder import Release
from phengraph.corpus.shapes import SHAPES

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read from end to end."""

    bytes: int
    sha256: str
    whole: bool
    """Every gzip member in it ends as it should, with the right checksum."""


def check_shard(path: Path) -> Checked:
    """Read a gzip file to its end: size, digest, and whether it unpacks.

    The checksum of each gzip member is over its content, so a byte that was changed or lost on the way is found.
    """
    digest, size = hashlib.sha256(), 0
    unpack, whole, begun = zlib.decompressobj(wbits=31), True, False
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            while chunk and whole:
                begun = True
                try:
                    unpack.decompress(chunk)
                except zlib.error:
                    whole = False
                chunk = unpack.unused_data
                if unpack.eof:
                    # Shards are made of several members, one behind the other.
                    unpack, begun = zlib.decompressobj(wbits=31), bool(chunk)
    return Checked(size, digest.hexdigest(), whole and size > 0 and not begun)


def read_shard(path: Path) -> Iterator[bytes]:
    """The lines of a gzipped or plain file.

    Raises:
        BrokenShard: it does not unpack.
    """
    rest, unpack = b"", zlib.decompressobj(wbits=31)
    with path.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        while chunk := stream.read(_CHUNK):
            while chunk:
                try:
                    text = unpack.decompress(chunk) if is_gzip else chunk
                except zlib.error:
                    raise BrokenShard(f"{path.name} does not unpack", path) from None
                chunk = unpack.unused_data
                if is_gzip and unpack.eof:
                    unpack = zlib.decompressobj(wbits=31)
                *lines, rest = (rest + text).split(b"\n")
                yield from lines
    if rest:
        yield rest


def find_broken(release: Release, words: str) -> BrokenShard:
    """The shard of a release that is not what was downloaded, or has a line that is no JSON; in words for a person."""
    for dataset, shards in release.fetched().items():
        for shard in shards:
            path = release.shards_folder(dataset) / shard.name
            again = "run `phengraph corpus fetch` again: it fetches this one anew"
            if not path.is_file():
                return BrokenShard(f"{path} is gone; {again}", path)
            checked = check_shard(path)
            if checked.sha256 != shard.sha256 or not checked.whole:
                path.unlink()
                return BrokenShard(f"{path} was cut or changed on the disk, and is removed; {again}", path)
            for number, line in enumerate(read_shard(path), 1):
                if not fits(dataset, line):
                    return BrokenShard(
                        f"{path}: line {number} is no row of '{dataset}', though it is as it was published; "
                        "run the command again with --skip-broken-lines to leave such lines out",
                        path,
                    )
    return BrokenShard(f"a shard cannot be read: {words}")


def leave_out_broken(release: Release, dataset: str) -> int:
    """Write the shards of a dataset without the lines that do not fit it; how many those were.

    What was downloaded is replaced; shards that were taken from another folder stay as they are there.
    """
    shards, skipped = [], 0
    for shard in release.fetched().get(dataset, ()):
        path = release.shards_folder(dataset) / shard.name
        broken = sum(not fits(dataset, line) for line in read_shard(path))
        if broken:
            made = path.with_name(path.name + ".part")
            with gzip.open(made, "wb", compresslevel=1) as stream:
                for line in read_shard(path):
                    if fits(dataset, line):
                        stream.write(line + b"\n")
            made.replace(path)
            checked = check_shard(path)
            shard = replace(shard, bytes=checked.bytes, sha256=checked.sha256)
            skipped += broken
        shards.append(shard)
    if skipped:
        release.save_fetched({**release.fetched(), dataset: shards}, release.complete())
    return skipped


_FORMS: tuple[tuple[str, type | tuple[type, ...]], ...] = (("ARRAY", list), ("STRUCT", dict), ("BOOLEAN", bool))


def fits(dataset: str, line: bytes) -> bool:
    """Whether a line is a row that both engines read; an empty line is none, and harmless.

    >>> fits("citations", b'{"contexts": null}'), fits("citations", b'{"contexts": "text"}'), fits("citations", b"{")
    (True, False, False)
    """
    if not line.strip():
        return True
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(row, dict):
        return False
    for column, kind in SHAPES[dataset].schema.items() if dataset in SHAPES else ():
        value = row.get(column)
        for sign, form in _FORMS:
            if kind.startswith(sign) and value is not None and not isinstance(value, form):
                return False
    return True
