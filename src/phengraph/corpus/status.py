"""`corpus status`: what is here, what is finished, what it weighs; nobody is asked and nothing is written."""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from phengraph.corpus.errors import NothingFetched
from phengraph.corpus.folder import CorpusFolder
from phengraph.corpus.inputs import read_inputs
from phengraph.corpus.run import STEP_NAMES, digest_of_written, sources
from phengraph.corpus.session import numbers_of
from phengraph.corpus.steps import STEPS
from phengraph.corpus.work import fingerprints
from phengraph.project import Project


@dataclass(frozen=True, slots=True)
class DatasetStatus:
    name: str
    files: int
    bytes: int
    complete: bool


@dataclass(frozen=True, slots=True)
class StepStatus:
    name: str
    state: str
    """`finished`; `stale`: what it was made from has changed; `missing`."""
    about: str
    rows: int = 0
    seconds: float = 0.0
    engine: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """A corpus as it is on the disk."""

    folder: Path
    release: str | None
    datasets: tuple[DatasetStatus, ...]
    steps: tuple[StepStatus, ...]
    others: tuple[str, ...]
    """Other releases on the disk."""
    bytes: int
    free: int

    def values(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "folder": str(self.folder)}


_WRITTEN = {"records": "citations in the project's records", "queue": "candidates in the review queue"}


def corpus_status(project: Project) -> Status:
    """The status of a project's corpus; of one that was never fetched, too."""
    folder = CorpusFolder.of(project)
    releases = sorted(path.name for path in (folder.root / "releases").glob("*") if path.is_dir())
    used = sum(path.stat().st_size for path in folder.root.rglob("*") if path.is_file() and not path.is_symlink())
    there = next(place for place in (folder.root, *folder.root.parents) if place.is_dir())
    free = shutil.disk_usage(there).free
    try:
        release = folder.current()
    except NothingFetched:
        return Status(folder.root, None, (), (), tuple(releases), used, free)
    complete = release.complete()
    datasets = tuple(
        DatasetStatus(name, len(shards), sum(shard.bytes for shard in shards), name in complete)
        for name, shards in {**{name: [] for name in complete}, **release.fetched()}.items()
    )
    digests = fingerprints(STEPS, numbers_of(project), sources(release, read_inputs(project), project))
    abouts = {step.name: step.about for step in STEPS} | _WRITTEN
    finished, steps = release.finished(), []
    for name in STEP_NAMES:
        done = finished.get(name)
        if done is None:
            steps.append(StepStatus(name, "missing", abouts[name]))
            continue
        wanted = digests[name] if name in digests else digest_of_written(project, name, digests)
        state = "finished" if done.fingerprint == wanted else "stale"
        steps.append(StepStatus(name, state, abouts[name], done.rows, done.seconds, done.engine, done.when))
    others = tuple(name for name in releases if name != release.name)
    return Status(folder.root, release.name, datasets, tuple(steps), others, used, free)
