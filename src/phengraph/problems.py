"""Problems: what is wrong, where, and what would be right.

Everything that reads what people or machines wrote collects problems; nobody stops at the first. A problem has a
place (a file of the project, a line and a column, counted from 1; 0 where there is none), a message that says what is
wrong, and a mend that says what would be right.

The errors that stop a command are a family of their own:

    PhengraphError              every error that phengraph tells a person without a traceback; exit code 1
    +-- ProjectNotFound         no phengraph.toml here or above
    +-- SettingsError           phengraph.toml is not what it should be
    +-- UnknownIdentifier       a text is no identifier of a known scheme
    +-- UnknownName             no such claim, phenomenon, paper, model or query; carries the nearest names
    +-- AmbiguousName           a name fits several entries; carries them
    +-- InvalidProject          graph/ has errors, so nothing is built; carries the problems
    +-- DamagedCache            the cache holds something else than was written
    +-- HistoryError            git does not know the state that was asked for
    +-- QueryError              a query that is wrong, refused, too long or too slow
    +-- StoreError              the external store cannot be reached, refuses, or does not hold what it should
    +-- ExportError             a format cannot hold what it was asked to
    +-- IngestError             the ingester cannot go on
    +-- CorpusError             the work on the whole corpus cannot go on (corpus.errors)
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """`ERROR` fails a check; `WARNING` is told and passes."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong.

    >>> problem = Problem("graph/phenomena/grokking.md", 21, 5, Severity.ERROR, "unknown key 'refutes'",
    ...     "did you mean 'contradicts'?")
    >>> print(problem)
    graph/phenomena/grokking.md:21:5: error: unknown key 'refutes'; did you mean 'contradicts'?
    """

    path: str
    """POSIX path relative to the project's folder; `""` when the problem belongs to no file."""
    line: int
    """Counted from 1; 0 when the whole file is meant."""
    column: int
    """Counted from 1 in characters; 0 when the whole line is meant."""
    severity: Severity
    message: str
    mend: str = ""
    """What would be right, or the next step; may be empty."""

    @property
    def text(self) -> str:
        return f"{self.message}; {self.mend}" if self.mend else self.message

    @property
    def place(self) -> str:
        parts = [self.path] if self.path else ["phengraph"]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        return one_line(f"{self.place}: {self.severity}: {self.text}")


# Controls, half surrogate pairs, line separators and bidirectional controls: what a terminal would obey.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """A text from anywhere, fit to be shown on one line of a terminal.

    >>> one_line("a file named\\n\\x1b[31mred")
    'a file named\ufffd\ufffd[31mred'
    """
    return _UNSEEN.sub("\ufffd", text)


def sort_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Problems by file, line and column; the same problem once."""
    return sorted(set(problems))


def problems_as_text(problems: Sequence[Problem]) -> str:
    """One line a problem, `path:line:column: severity: what is wrong; what would be right`."""
    return "".join(f"{problem}\n" for problem in problems)


def problems_as_json(problems: Sequence[Problem]) -> str:
    """A JSON list of objects with path, line, column, severity, message, mend."""
    rows = [
        {
            "path": problem.path,
            "line": problem.line,
            "column": problem.column,
            "severity": str(problem.severity),
            "message": problem.message,
            "mend": problem.mend,
        }
        for problem in problems
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def _github_escape(text: str, *, in_property: bool = False) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C") if in_property else escaped


def problems_as_github(problems: Sequence[Problem]) -> str:
    """GitHub workflow commands, which a pull request shows beside the line.

    Source of the escapes: `actions/toolkit`, command.ts.
    """
    lines = []
    for problem in problems:
        places = [f"file={_github_escape(one_line(problem.path), in_property=True)}"] if problem.path else []
        if problem.line:
            places.append(f"line={problem.line}")
        if problem.column:
            places.append(f"col={problem.column}")
        lines.append(f"::{problem.severity} {','.join(places)}::{_github_escape(one_line(problem.text))}\n")
    return "".join(lines)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, or None when none is close.

    >>> nearest("refuets", ["supports", "contradicts", "refutes"])
    'refutes'
    """
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


class PhengraphError(Exception):
    """An error that a person is told in one plain sentence, never as a traceback."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle would call the class with the message alone; an error of a pool's process would hang who waits for it.
        return _unpickled, (type(self), self.args), self.__dict__


def _unpickled(kind: type[PhengraphError], arguments: tuple[Any, ...]) -> PhengraphError:
    error = kind.__new__(kind)
    error.args = arguments
    return error


class ProjectNotFound(PhengraphError):
    """There is no project here or in any folder above."""


class SettingsError(PhengraphError):
    """phengraph.toml is not what it should be."""


class UnknownIdentifier(PhengraphError):
    """A text is no identifier of a known scheme; `.text` keeps what was given."""

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


class UnknownName(PhengraphError):
    """No such entry or query; `.name` keeps what was given, `.suggestion` the nearest known name."""

    def __init__(self, kind: str, name: str, suggestion: str | None = None) -> None:
        mend = f"; did you mean '{suggestion}'?" if suggestion else ""
        super().__init__(f"no {kind} named '{name}'{mend}")
        self.kind = kind
        self.name = name
        self.suggestion = suggestion


class AmbiguousName(PhengraphError):
    """A name that fits several entries; `.names` has them as `kind/name`."""

    def __init__(self, name: str, names: Sequence[str]) -> None:
        super().__init__(f"'{name}' is the name of {' and '.join(names)}; write one of these in full")
        self.name = name
        self.names = tuple(names)


class InvalidProject(PhengraphError):
    """graph/ has errors, so nothing can be built from it; `.problems` has them all."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        first = f": {errors[0]}" if errors else ""
        told = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        super().__init__(f"{told}, run `phengraph check`{first}")
        self.problems = tuple(problems)


class DamagedCache(PhengraphError):
    """The cache holds something else than was written; a build makes it anew."""


class HistoryError(PhengraphError):
    """Git does not know the state that was asked for, or there is no git."""


class QueryError(PhengraphError):
    """A query that cannot be answered.

    `.kind` is syntax, refused (SERVICE, an update), format (it does not fit the query's form), parameter, limit (of its
    own length, or of its answer), timeout, memory, engine (which died of it, or cannot read the dataset), or store (the
    external store failed). `.line` and `.column` are counted from 1; 0 where there is no place.
    """

    def __init__(self, message: str, *, kind: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.kind = kind
        self.line = line
        self.column = column


class StoreError(PhengraphError):
    """The external store cannot be reached, refuses, or does not hold what it should."""


class ExportError(PhengraphError):
    """A format cannot hold what it was asked to hold."""


class IngestError(PhengraphError):
    """The ingester cannot go on; what was fetched is kept."""
