"""What can stop the ingester, as a tree; each is told in one sentence with the next step.

IngestError
+-- ServiceError            something about Semantic Scholar or the way to it
|   +-- ServiceBusy         429 until the patience was spent; `.wait_seconds` when it said how long to wait
|   +-- ServiceDown         5xx, time-outs, cut answers, no connection, until the patience was spent
|   +-- KeyRefused          401 or 403
|   +-- NotFound            404: no such paper
|   +-- BadRequest          another 4xx; `.words` are the service's
|   |   +-- AnswerTooBig    the 10 MB error
|   +-- UnexpectedAnswer    an answer that the specification does not have
+-- BudgetSpent             the requests that were allowed are used up
+-- RefreshRunning          another refresh of this project is running; exit code 75
+-- RecordsBroken           files of ingest/ are not what was written; `.problems` has them
+-- RecordsNotWritten       the disk is full, or the folder may not be written
+-- BadEnvironment          SEMANTIC_SCHOLAR_API_KEY or SEMANTIC_SCHOLAR_API_URL cannot be used
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Sequence

from phengraph.problems import IngestError, Problem


class ServiceError(IngestError):
    """Something about Semantic Scholar, or about the way to it."""


class ServiceBusy(ServiceError):
    """It asks to wait (HTTP 429), and the patience is spent."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class ServiceDown(ServiceError):
    """It does not answer properly, and the patience is spent; `.status` is the HTTP status of its last answer, None
    when there was none."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class KeyRefused(ServiceError):
    """It refuses the key, or the request without one."""


class NotFound(ServiceError):
    """It knows no such paper."""


class BadRequest(ServiceError):
    """It refuses a request; `.words` are its own."""

    def __init__(self, message: str, words: str = "") -> None:
        super().__init__(message)
        self.words = words


class AnswerTooBig(BadRequest):
    """The answer would be over 10 MB; ask for less."""


class UnexpectedAnswer(ServiceError):
    """Its answer is not what its specification says."""


class BudgetSpent(IngestError):
    """The requests that were allowed are used up."""


class RefreshRunning(IngestError):
    """Another refresh of this project is running."""


class RecordsBroken(IngestError):
    """Files of ingest/ are broken; nothing was changed in them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")
        self.problems = tuple(problems)


class RecordsNotWritten(IngestError):
    """A record could not be written; what was written before is whole."""


class BadEnvironment(IngestError):
    """An environment variable holds what cannot be used; its value is never told."""


_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space"),
    errno.EDQUOT: ("the disk quota is used up", "free some space"),
    errno.EIO: ("the disk does not take it", "free some space or mend the disk"),
    errno.EFBIG: ("the file would be bigger than allowed", "raise the limit"),
    errno.EACCES: ("no permission to write there", "make the folder writable"),
    errno.EPERM: ("no permission to write there", "make the folder writable"),
    errno.EROFS: ("the file system is read-only", "make it writable"),
}


def not_written(place: str, error: OSError) -> RecordsNotWritten:
    """The error of a write that failed, with the reason and the next step.

    >>> str(not_written("ingest/papers.jsonl", OSError(errno.ENOSPC, "")))[:53]
    'ingest/papers.jsonl is not written: the disk is full.'
    """
    code = error.errno or 0
    reason, mend = _REASONS.get(code, (os.strerror(code) if code else str(error), "mend that"))
    return RecordsNotWritten(
        f"{place} is not written: {reason}. What was recorded before is whole; {mend}, "
        "then run `phengraph refresh` again: it goes on from there."
    )


def as_os_error(error: OSError | sqlite3.Error) -> OSError:
    """What SQLite says in words, as an error of the system."""
    if isinstance(error, OSError):
        return error
    words = str(error)
    if "full" in words:
        return OSError(errno.ENOSPC, words)
    if "readonly" in words or "unable to open" in words:
        return OSError(errno.EACCES, words)
    return OSError(errno.EIO if "I/O" in words else 0, words)
