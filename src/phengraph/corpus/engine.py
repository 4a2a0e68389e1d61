"""The engine: three methods, and everything else is SQL that a person can read.

`sql/` holds each transformation once, in the subset of SQL that DuckDB and Spark SQL both accept. An engine reads
shards or Parquet as a view, saves a query as Parquet, and gives the rows of a query; it knows nothing of papers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Protocol

Schema = Mapping[str, str]
"""Columns of a shard by name; types are STRING, BOOLEAN, ARRAY<...> and STRUCT<name: ...>, as Spark writes them."""
Numbers = Mapping[str, int | float]
"""What a statement's `$name` stand for. Numbers only: no text of anybody's becomes SQL."""


class Engine(Protocol):
    """DuckDB, or Spark. Views are known by the names that `read` gave them."""

    name: str
    """As `--engine` takes it."""

    def read(self, view: str, paths: Sequence[Path], schema: Schema | None = None) -> None:
        """Make a view of files: JSON Lines (gzipped or not) with a schema, else folders of Parquet.

        Raises:
            EngineFailed: the files cannot be read.
        """

    def save(self, sql: str, path: Path, *, partition: str | None = None) -> None:
        """Save the rows of a query as a folder of Parquet files.

        Args:
            sql: one SELECT over views.
            path: the folder; it must not exist.
            partition: a column by whose value the files are put into folders.

        Raises:
            DiskFull, MemoryFull, BrokenShard, EngineFailed: `path` may hold part of the result then.
        """

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few thousand of them in memory; lists are lists, structs are dicts."""

    def close(self) -> None:
        """End the engine."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What an engine may use."""

    spill: Path
    """A folder for what does not fit into memory."""
    memory_bytes: int
    threads: int
    """0 for all processors."""
    shard_bytes: int = 0
    """How much there is to read: Spark cuts its work into pieces by it."""


_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt])i?b?\Z|(\d+)\Z", re.I)
_FACTORS = {"k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def parse_size(text: str) -> int:
    """Bytes of a size as people write it.

    Raises:
        ValueError: it is none.

    >>> parse_size("1GB"), parse_size("1.5 g"), parse_size("800MB")
    (1000000000, 1500000000, 800000000)
    """
    match = _SIZE.match(text.strip())
    if match is None:
        raise ValueError(f"'{text}' is no size; write 800MB or 4GB")
    return int(match[3]) if match[3] else int(float(match[1]) * _FACTORS[match[2].lower()])


def statement(name: str, numbers: Numbers) -> str:
    """The text of `sql/NAME.sql`, with its numbers put in.

    >>> statement("pagerank", {"total": 10}).splitlines()[-1]
    'SELECT corpusid, CAST(rank AS DOUBLE) / CAST(10 AS DOUBLE) AS pagerank FROM ranks'
    """
    for key, value in numbers.items():
        if not isinstance(value, int | float):
            raise TypeError(f"{key} is no number")
    return Template(statement_text(name)).substitute({key: repr(value) for key, value in numbers.items()}).strip()


def statement_text(name: str) -> str:
    """`sql/NAME.sql` as it is written."""
    return files("phengraph.corpus").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
