"""DuckDB, inside this process: memory is bounded, what does not fit is spilled to disk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from phengraph.corpus.engine import EngineSettings, Schema
from phengraph.corpus.errors import BrokenShard, DiskFull, EngineFailed, EngineMissing, MemoryFull

_BATCH = 10_000
# DuckDB's limit counts its buffers; Parquet writers, JSON readers and Python itself come on top.
_BUFFER_SHARE = 0.5
_ARRAY = re.compile(r"ARRAY<(.*)>\Z")
_STRUCT = re.compile(r"STRUCT<(.*)>\Z")


def _duck_type(kind: str) -> str:
    if match := _ARRAY.match(kind):
        return f"{_duck_type(match[1])}[]"
    if match := _STRUCT.match(kind):
        return f"STRUCT({_fields(match[1])})"
    return kind


def _fields(text: str) -> str:
    pairs = (pair.split(":", 1) for pair in text.split(","))
    return ", ".join(f'"{name.strip()}" {_duck_type(kind.strip())}' for name, kind in pairs)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class DuckEngine:
    """DuckDB in this process; see `Engine`."""

    name = "duckdb"

    def __init__(self, settings: EngineSettings) -> None:
        try:
            import duckdb
        except ImportError:
            raise EngineMissing("DuckDB is not installed; run `pip install 'phengraph[corpus]'`") from None
        self._duckdb = duckdb
        settings.spill.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._connection = duckdb.connect()
        self._run(f"SET memory_limit = '{int(settings.memory_bytes * _BUFFER_SHARE) // 1_000_000}MB'")
        self._run(f"SET temp_directory = {_quote(str(settings.spill))}")
        self._run("SET preserve_insertion_order = false")
        # Rows that a thread holds for one folder of a partitioned result before it writes them.
        self._run("SET partitioned_write_flush_threshold = 20000")
        # Nothing is ever fetched from anywhere: no extension, no remote file.
        self._run("SET autoinstall_known_extensions = false")
        self._run("SET autoload_known_extensions = false")
        if settings.threads:
            self._run(f"SET threads = {settings.threads}")

    def read(self, view: str, paths: Sequence[Path], schema: Schema | None = None) -> None:
        if schema is None:
            names = ", ".join(_quote(f"{path}/**/*.parquet") for path in paths)
            source = f"read_parquet([{names}], hive_partitioning = true)"
        else:
            names = ", ".join(_quote(str(path)) for path in paths)
            columns = ", ".join(f"{_quote(name)}: {_quote(_duck_type(kind))}" for name, kind in schema.items())
            source = f"read_json([{names}], format = 'newline_delimited', columns = {{{columns}}})"
        self._run(f"CREATE OR REPLACE VIEW {view} AS SELECT * FROM {source}")

    def save(self, sql: str, path: Path, *, partition: str | None = None) -> None:
        path.mkdir(parents=True)
        how = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536"
        if partition is None:
            self._run(f"COPY ({sql}) TO {_quote(f'{path}/part-0.parquet')} ({how})")
        else:
            self._run(f"COPY ({sql}) TO {_quote(str(path))} ({how}, PARTITION_BY ({partition}), OVERWRITE_OR_IGNORE)")
            if not any(path.rglob("*.parquet")):
                # No rows make no folder: one empty file keeps the columns.
                self._run(f"COPY (SELECT * FROM ({sql}) LIMIT 0) TO {_quote(f'{path}/part-0.parquet')} ({how})")

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        cursor = self._run(sql)
        while batch := self._guard(lambda: cursor.fetchmany(_BATCH)):
            yield from batch

    def close(self) -> None:
        self._connection.close()

    def _run(self, sql: str) -> Any:
        # A cursor of its own: the rows of one query may be read while the next one runs.
        return self._guard(lambda: self._connection.cursor().execute(sql))

    def _guard(self, work: Any) -> Any:
        duckdb = self._duckdb
        try:
            return work()
        except RuntimeError as error:
            # What DuckDB makes of Ctrl-C.
            if "interrupted" in str(error):
                raise KeyboardInterrupt from None
            raise
        except duckdb.OutOfMemoryException as error:
            # Also when the spill has no more room.
            if _is_disk(str(error)):
                raise DiskFull(str(error)) from None
            raise MemoryFull(_first_line(error)) from None
        except duckdb.InvalidInputException as error:
            if "JSON" in str(error) or "gzip" in str(error).lower():
                raise BrokenShard(_first_line(error)) from None
            raise EngineFailed(_first_line(error)) from None
        except duckdb.IOException as error:
            if _is_disk(str(error)):
                raise DiskFull(_first_line(error)) from None
            if "gzip" in str(error).lower() or "decompress" in str(error).lower():
                raise BrokenShard(_first_line(error)) from None
            raise EngineFailed(_first_line(error)) from None
        except duckdb.Error as error:
            raise EngineFailed(_first_line(error)) from None


def _is_disk(words: str) -> bool:
    return any(
        sign in words
        for sign in ("No space left", "failed to offload", "File too large", "max_temp_directory_size", "quota")
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
