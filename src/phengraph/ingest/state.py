"""The state of the refresh, in `.phengraph/`, outside git: what was read when, and where an unfinished pass goes on.

Nothing here is knowledge: when the file is lost, the next refresh reads a little more than it had to. SQLite keeps it,
so that a kill at any instant leaves the state before or after a step.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from phengraph.ingest.errors import as_os_error, not_written
from phengraph.project import Project

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS paper (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pass (key TEXT, work TEXT, body TEXT NOT NULL, PRIMARY KEY (key, work)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS wish (key TEXT, id TEXT, PRIMARY KEY (key, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


def state_path(project: Project) -> Path:
    """`.phengraph/semanticscholar/state.sqlite`"""
    return project.cache / "semanticscholar" / "state.sqlite"


@dataclass(slots=True)
class PaperState:
    """What is remembered of one tracked paper."""

    citations: int | None = None
    """Semantic Scholar's count when its citations were last read as far as was needed."""
    influential: int | None = None
    read_whole: str | None = None
    """Date on which its list was last read from end to end."""
    unresolved: int = 0
    """Rows of the list without an id, as last read from end to end."""
    missing: int = 0
    """How many fewer rows than the count the list had, read from end to end: 0 when all are there."""
    tries: int = 0
    """How often the list ended too early in a row."""
    doubted: bool = False
    """The last whole reading would have removed most of what is recorded; a second one that agrees does."""
    failures: int = 0
    """How often in a row its list could not be had, though the service answered for others."""
    matched: str | None = None
    """Date on which its title was last looked for in vain."""
    embedding_asked: str | None = None


@dataclass(slots=True)
class PassState:
    """An unfinished reading of one list of citations."""

    started: str
    first: bool
    """Nothing was recorded of the paper before."""
    ended: bool = False
    offset: int = 0
    dates: str | None = None
    """The range of dates that is being read; None for the list as it is."""
    seen: list[str] = field(default_factory=list)
    """Ids that were in the list so far."""
    unresolved: list[str] = field(default_factory=list)
    oldest: str | None = None


@dataclass(slots=True)
class Told:
    """What a refresh has recorded of one paper and not yet told anybody."""

    first: bool = False
    """Nothing was recorded of it before."""
    total: int = 0
    """How many citations are recorded of it now; with `first`."""
    new: list[str] = field(default_factory=list)
    """Ids of the citing papers, so that telling one twice is not possible."""
    influential: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    before: int | None = None
    """The count before."""
    after: int | None = None

    @property
    def says_something(self) -> bool:
        return bool(self.first or self.new or self.removed or self.after is not None)


class State:
    """The state of one project. What was saved survives the death of the process."""

    def __init__(self, path: Path) -> None:
        """Open the state; one that cannot be read is put aside, and a new one begun.

        Raises:
            RecordsNotWritten: the folder may not be written, or the disk is full.
        """
        self._place = f".phengraph/semanticscholar/{path.name}"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = self._open(path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                path.replace(path.with_suffix(".broken"))
                self._connection = self._open(path)
        except (OSError, sqlite3.OperationalError) as error:
            raise not_written(self._place, as_os_error(error)) from error

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, timeout=10)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_TABLES)
            connection.execute("INSERT OR IGNORE INTO fact VALUES ('version', ?)", (str(_VERSION),))
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def close(self) -> None:
        self._connection.close()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """What is saved in this block is saved as one, or not at all."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._run("COMMIT")

    def _run(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.OperationalError as error:
            raise not_written(self._place, as_os_error(error)) from error

    def _run_many(self, statement: str, values: list[tuple[str, str]]) -> None:
        try:
            self._connection.executemany(statement, values)
        except sqlite3.OperationalError as error:
            raise not_written(self._place, as_os_error(error)) from error

    # --- papers ---------------------------------------------------------------------------------------------------

    def papers(self) -> dict[str, PaperState]:
        return {key: _read(PaperState, body) for key, body in self._run("SELECT key, body FROM paper")}

    def save_paper(self, key: str, paper: PaperState) -> None:
        self._run("INSERT OR REPLACE INTO paper VALUES (?, ?)", (key, _body(paper)))

    # --- unfinished passes ----------------------------------------------------------------------------------------

    def unfinished(self) -> set[str]:
        """Keys of papers whose lists were begun and not ended."""
        return {key for (key,) in self._run("SELECT DISTINCT key FROM pass")}

    def read_pass(self, key: str, work: str) -> PassState | None:
        rows = self._run("SELECT body FROM pass WHERE key = ? AND work = ?", (key, work))
        return _read(PassState, rows[0][0]) if rows else None

    def save_pass(self, key: str, work: str, unfinished: PassState) -> None:
        self._run("INSERT OR REPLACE INTO pass VALUES (?, ?, ?)", (key, work, _body(unfinished)))

    def end_passes(self, key: str) -> None:
        self._run("DELETE FROM pass WHERE key = ?", (key,))

    # --- news that nobody was told yet ----------------------------------------------------------------------------

    def untold(self) -> dict[str, Told]:
        return {key: _read(Told, body) for key, body in self._run("SELECT key, body FROM told")}

    def save_told(self, key: str, told: Told) -> None:
        self._run("INSERT OR REPLACE INTO told VALUES (?, ?)", (key, _body(told)))

    def forget_told(self) -> None:
        self._run("DELETE FROM told")

    # --- summaries that are wished for ----------------------------------------------------------------------------

    def wish(self, key: str, ids: list[str]) -> None:
        """Remember that the summaries of these citing papers of a tracked paper are wished for."""
        self._run_many("INSERT OR IGNORE INTO wish VALUES (?, ?)", [(key, one) for one in ids])

    def wishes(self, limit: int) -> list[tuple[str, str]]:
        """Key of the cited paper and id of the citing one, those of one paper together."""
        return [(key, one) for key, one in self._run("SELECT key, id FROM wish ORDER BY key, id LIMIT ?", (limit,))]

    def end_wishes(self, wishes: list[tuple[str, str]]) -> None:
        with self.together():
            self._run_many("DELETE FROM wish WHERE key = ? AND id = ?", wishes)

    # --- single facts ---------------------------------------------------------------------------------------------

    def fact(self, name: str) -> str | None:
        rows = self._run("SELECT value FROM fact WHERE name = ?", (name,))
        return rows[0][0] if rows else None

    def save_fact(self, name: str, value: str | None) -> None:
        self._run("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


def _body(value: PaperState | PassState | Told) -> str:
    return json.dumps({one.name: getattr(value, one.name) for one in fields(value)}, separators=(",", ":"))


def _read(kind: type[Any], body: str) -> Any:
    known = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in json.loads(body).items() if name in known})
