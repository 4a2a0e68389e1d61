"""Spark: in this process (`local[*]`), on a cluster (`spark://`) or through Spark Connect (`sc://`).

The folder of the corpus must be reachable under the same path by this process and by all workers.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from phengraph.corpus.engine import EngineSettings, Schema
from phengraph.corpus.errors import BrokenShard, DiskFull, EngineFailed, EngineMissing, MemoryFull

# So many compressed bytes of shards for one piece of a shuffle; unpacked some five times as much.
_PIECE_BYTES = 16_000_000
# With this code Java ends after an OutOfMemoryError (SparkExitCode.OOM).
_ENDED_WITHOUT_MEMORY = 52
_PORTS = {"spark": 7077, "sc": 15002}


class SparkEngine:
    """Spark; see `Engine`. One for a process at a time."""

    def __init__(self, name: str, settings: EngineSettings) -> None:
        # What follows a semicolon can be a token: it is told to nobody.
        self.name = name.partition("/;")[0]
        try:
            from py4j.protocol import Py4JError, Py4JJavaError
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
        except ImportError:
            raise EngineMissing("Spark is not installed; run `pip install 'phengraph[spark]'`") from None
        self._errors: tuple[type[Exception], ...] = (PySparkException, Py4JError, OSError)
        # What Java itself says, it says alive.
        self._alive = (PySparkException, Py4JJavaError)
        _see_that_it_answers(self.name)
        if name.startswith("sc://"):
            with _without_import_errors():
                self._session = self._start(SparkSession.builder.remote(name))
            # Memory, log and folders are the server's; how SQL is run is the session's.
            with self._told():
                for key, value in _options(name, settings).items():
                    if key.startswith("spark.sql."):
                        self._session.conf.set(key, value)
            return
        if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
            raise EngineMissing("Spark needs Java 17 or newer, and there is none here; install it, or take duckdb")
        settings.spill.mkdir(parents=True, exist_ok=True)
        master = f"local[{settings.threads or '*'}]" if name == "local" else name
        builder = SparkSession.builder.master(master).appName("phengraph corpus")
        for key, value in _options(name, settings).items():
            builder = builder.config(key, value)
        # The workers run the same Python as this process.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        self._session = self._start(builder)

    def _start(self, builder: Any) -> Any:
        try:
            session = builder.getOrCreate()
        except self._errors as error:
            raise EngineMissing(f"Spark does not start on {self.name}: {_words(error)}") from None
        return session

    def read(self, view: str, paths: Sequence[Path], schema: Schema | None = None) -> None:
        names = [str(path) for path in paths]
        with self._told():
            if schema is None:
                frame = self._session.read.parquet(*names)
            else:
                columns = ", ".join(f"`{name}` {kind}" for name, kind in schema.items())
                frame = self._session.read.schema(columns).option("mode", "FAILFAST").json(names)
            frame.createOrReplaceTempView(view)

    def save(self, sql: str, path: Path, *, partition: str | None = None) -> None:
        with self._told():
            frame = self._session.sql(sql)
            if partition is None:
                frame.write.option("compression", "zstd").parquet(str(path))
            else:
                # One writer a folder: without it each of hundreds of tasks makes a file in each folder.
                writer = frame.repartition(partition).write.option("compression", "zstd").partitionBy(partition)
                writer.parquet(str(path))
                if not any(path.rglob("*.parquet")):
                    frame.limit(0).write.mode("overwrite").parquet(str(path))

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        with self._told():
            found = self._session.sql(sql).toLocalIterator()
        while True:
            with self._told():
                row = next(found, None)
            if row is None:
                return
            yield tuple(_plain(value) for value in row)

    def close(self) -> None:
        with contextlib.suppress(*self._errors):
            self._session.stop()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._errors as error:
            words = str(error)
            line = _words(error)
            if any(sign in words for sign in ("No space left on device", "File too large", "Disk quota exceeded")):
                raise DiskFull(line) from None
            if any(sign in words for sign in ("OutOfMemoryError", "UNABLE_TO_ACQUIRE_MEMORY", "Not enough memory")):
                raise MemoryFull(line) from None
            if not isinstance(error, self._alive) and (ended := _exit_code_of_java()) is not None:
                if ended == _ENDED_WITHOUT_MEMORY:
                    raise MemoryFull("Java ran out of memory and ended") from None
                raise EngineFailed(f"Java ended with exit code {ended}") from None
            signs = ("MALFORMED_RECORD", "Malformed records", "EOFException", "ZipException", "DataFormatException")
            if any(sign in words for sign in (*signs, "not a gzip file", "FAILED_READ_FILE")):
                raise BrokenShard(line) from None
            raise EngineFailed(line) from None


def _exit_code_of_java() -> int | None:
    """Of the Java that this process started, or None as long as it runs."""
    from pyspark import SparkContext

    process = getattr(getattr(SparkContext, "_gateway", None), "proc", None)
    if process is None:
        return None
    # It closes its connections a moment before it ends.
    with contextlib.suppress(subprocess.TimeoutExpired):
        return int(process.wait(timeout=2))
    return None


def _see_that_it_answers(name: str) -> None:
    """Spark itself would try for minutes.

    Raises:
        EngineMissing: nothing listens at any of the places of a master or a Connect server.
    """
    scheme, _, places = name.partition("://")
    if not places:
        return
    for place in places.split(","):
        parts = urlsplit(f"//{place}")
        with contextlib.suppress(OSError):
            socket.create_connection((parts.hostname or "", parts.port or _PORTS[scheme]), timeout=10).close()
            return
    raise EngineMissing(f"nothing answers at {name}; start Spark there, or name another engine")


def _options(name: str, settings: EngineSettings) -> dict[str, str]:
    megabytes = max(settings.memory_bytes // 1_000_000, 512)
    log = files("phengraph.corpus").joinpath("log4j2.properties")
    local = name.startswith("local")
    pieces = max(2 * (settings.threads or os.cpu_count() or 1), settings.shard_bytes // _PIECE_BYTES)
    options = {
        "spark.driver.memory": f"{megabytes if local else max(megabytes // 4, 512)}m",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={log}",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(min(pieces, 20_000)),
        "spark.local.dir": str(settings.spill),
        # A table is sent to all threads only when it is tiny, as the tracked papers are: what takes 10 MB packed,
        # Spark's own limit, can be more than a heap holds.
        "spark.sql.autoBroadcastJoinThreshold": "1MB",
        # A worker that is lost costs its own pieces only, computed again on the others.
        "spark.task.maxFailures": "8",
    }
    if not local:
        options["spark.executor.memory"] = f"{megabytes}m"
        if settings.threads:
            options["spark.cores.max"] = str(settings.threads)
    if name.startswith("spark://127.") or name.startswith("spark://localhost") or local:
        options |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return options


@contextlib.contextmanager
def _without_import_errors() -> Iterator[None]:
    try:
        yield
    except ImportError:
        raise EngineMissing("Spark Connect is not installed; run `pip install 'phengraph[spark]'`") from None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    as_dict = getattr(value, "asDict", None)
    return as_dict(recursive=True) if callable(as_dict) else value


def _words(error: Exception) -> str:
    """The line of an error that says what happened, not the one that says where in Java."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = next((line for line in reversed(lines) if line.startswith("Caused by:")), "")
    # Without a cause, py4j's own line comes first, and what Java says begins with a colon.
    told = told or next((line for line in lines if line.startswith(": ")), lines[0] if lines else "")
    return told.removeprefix("Caused by:").removeprefix(":").strip()[:300]
