"""An engine for the work on one corpus: started as settings and person say, its faults told with the next step."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from phengraph.corpus.engine import Engine, EngineSettings, Numbers, parse_size
from phengraph.corpus.engines import is_engine, open_engine
from phengraph.corpus.errors import BrokenShard, DiskFull, EngineFailed, MemoryFull
from phengraph.corpus.folder import CorpusFolder, Release
from phengraph.corpus.shards import find_broken
from phengraph.problems import SettingsError
from phengraph.project import Project

OpenEngine = Callable[[str, EngineSettings], Engine]
OnStep = Callable[[str, str], None]
"""Told the name of a step and a word: `begins`, `round 7`, `finished`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asked for; None is what the settings say."""

    engine: str | None = None
    memory: str | None = None
    threads: int | None = None
    step: str | None = None
    skip_broken_lines: bool = False
    """Leave out lines of shards that are not as their dataset has them, where an engine would stop at them."""


def numbers_of(project: Project) -> Numbers:
    """The numbers that the statements take from the settings."""
    given = project.settings.corpus
    return {
        "partitions": given.partitions,
        "minimum": given.minimum,
        "damping": given.damping,
        "tolerance": given.tolerance,
        "rounds": given.rounds,
        "together": given.candidate_minimum,
        "candidates": given.candidates,
    }


def size_of(text: str, where: str) -> int:
    """Bytes of a size that a person wrote.

    Raises:
        SettingsError: it is none.
    """
    try:
        return parse_size(text)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None


@contextlib.contextmanager
def started(
    project: Project, folder: CorpusFolder, release: Release, choice: Choice, open_with: OpenEngine = open_engine
) -> Iterator[Engine]:
    """An engine while the block lasts; its spill is removed afterwards.

    Raises:
        EngineMissing: it cannot be started.
        DiskFull, MemoryFull, BrokenShard, EngineFailed: from the block, told with the next step.
    """
    given = project.settings.corpus
    name = choice.engine or given.engine
    if not is_engine(name):
        raise SettingsError(f"'{name}' is no engine; take duckdb, local[*], spark://HOST:PORT or sc://HOST:PORT")
    memory = size_of(choice.memory or given.memory, "memory")
    threads = given.threads if choice.threads is None else choice.threads
    # Spill that a killed run left.
    shutil.rmtree(folder.spill, ignore_errors=True)
    shard_bytes = sum(shard.bytes for shards in release.fetched().values() for shard in shards)
    engine = open_with(name, EngineSettings(folder.spill, memory, threads, shard_bytes))
    try:
        yield engine
    except DiskFull as error:
        raise DiskFull(
            f"the disk of {folder.root} is full ({error}); free some space, then run the command again: "
            "it goes on from the last finished step"
        ) from error
    except MemoryFull as error:
        raise MemoryFull(
            f"the work does not fit into {choice.memory or given.memory} of memory ({error}); "
            "give more with --memory, or take fewer --threads"
        ) from error
    except BrokenShard as error:
        raise find_broken(release, str(error)) from error
    except EngineFailed as error:
        raise EngineFailed(
            f"{name.partition('/;')[0]} gave up: {error}; finished steps are kept, run the command again. "
            "Where a result is damaged, make it anew with `phengraph corpus run --step NAME`"
        ) from error
    finally:
        engine.close()
        shutil.rmtree(folder.spill, ignore_errors=True)
