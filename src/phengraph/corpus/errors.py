"""What can stop work on the corpus, as a tree; each is told in one sentence with the next step.

CorpusError
+-- NothingFetched      there are no shards to work on
+-- UnknownRelease      the service has no such release or dataset
+-- EngineMissing       the engine is not installed, or there is no Java
+-- EngineFailed        the engine gave up; the message has its first line
|   +-- DiskFull        no space for results, spill or shards
|   +-- MemoryFull      the work does not fit into the memory that it may use
|   +-- BrokenShard     a shard is cut or is no JSON; `.path`
+-- DownloadFailed      a shard could not be had
+-- CorpusRunning       another command works on this corpus; exit code 75
"""

from __future__ import annotations

from pathlib import Path

from phengraph.problems import PhengraphError


class CorpusError(PhengraphError):
    """The work on the corpus cannot go on; finished steps are kept."""


class NothingFetched(CorpusError):
    """There are no shards to work on."""


class UnknownRelease(CorpusError):
    """The service has no such release, or no such dataset in it."""


class EngineMissing(CorpusError):
    """The engine is not installed, or lacks what it needs."""


class EngineFailed(CorpusError):
    """The engine gave up."""


class DiskFull(EngineFailed):
    """There is no space for results, spill or shards."""


class MemoryFull(EngineFailed):
    """The work does not fit into the memory that it may use."""


class BrokenShard(EngineFailed):
    """A shard is cut, or has a line that is no JSON."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class DownloadFailed(CorpusError):
    """A shard could not be had."""


class CorpusRunning(CorpusError):
    """Another command works on this corpus."""
