"""The embeddings (SPECTER2) of the tracked papers, in `.phengraph/`, outside the text records."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phengraph.ingest.errors import as_os_error, not_written
from phengraph.project import Project

_SCHEMA = """CREATE TABLE IF NOT EXISTS embedding (
    key TEXT PRIMARY KEY, paper_id TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL)"""


def embeddings_path(project: Project) -> Path:
    """`.phengraph/semanticscholar/embeddings.sqlite`"""
    return project.cache / "semanticscholar" / "embeddings.sqlite"


def write_embeddings(path: Path, rows: Iterable[tuple[str, str, str, list[float]]]) -> None:
    """Keep embeddings: key, Semantic Scholar's paper id, model, vector. One that is there is replaced.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    blobs = [(key, paper, model, np.asarray(vector, "<f4").tobytes()) for key, paper, model, vector in rows]
    if not blobs:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _insert(path, blobs)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            # It is spoilt. What it held can be fetched again.
            path.replace(path.with_suffix(".broken"))
            _insert(path, blobs)
    except (OSError, sqlite3.Error) as error:
        raise not_written(".phengraph/semanticscholar/embeddings.sqlite", as_os_error(error)) from error


def _insert(path: Path, blobs: list[tuple[str, str, str, bytes]]) -> None:
    connection = sqlite3.connect(path)
    try:
        with connection:
            connection.execute(_SCHEMA)
            connection.executemany("INSERT OR REPLACE INTO embedding VALUES (?, ?, ?, ?)", blobs)
    finally:
        connection.close()


def read_embeddings(path: Path, model: str | None = None) -> Mapping[str, NDArray[np.float32]]:
    """The embeddings by key of the paper: vectors of 768 numbers; none when there is no file.

    Args:
        path: of `embeddings_path`.
        model: only those of this model, `specter_v2`; by default all.
    """
    if not path.is_file():
        return {}
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = connection.execute(
            "SELECT key, vector FROM embedding WHERE ?1 IS NULL OR model = ?1 ORDER BY key", (model,)
        ).fetchall()
    except sqlite3.DatabaseError:
        return {}
    finally:
        connection.close()
    return {key: np.frombuffer(vector, "<f4") for key, vector in rows}
