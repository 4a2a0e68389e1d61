"""`corpus update`: from the release that is here to a newer one by its diffs, all or nothing.

The diffs are downloaded, each table of the next release is made beside the old one, and when all are there the one
pointer of `corpus.json` moves. Until then everything is as it was; what was stopped goes on the next time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from phengraph.corpus.engines import open_engine
from phengraph.corpus.errors import NothingFetched
from phengraph.corpus.fetch import Fetched, FetchWatcher, fetch_files, opened
from phengraph.corpus.folder import CorpusFolder, Finished, Release, Shard
from phengraph.corpus.inputs import read_inputs
from phengraph.corpus.releases import Diff, Link
from phengraph.corpus.run import check_sources, pending, sources
from phengraph.corpus.session import Choice, OnStep, OpenEngine, numbers_of, started
from phengraph.corpus.shapes import SHAPES
from phengraph.corpus.steps import STEPS, TABLES
from phengraph.corpus.work import Step, Work, fingerprints, run_step
from phengraph.ingest.clock import Clock, SystemClock
from phengraph.project import Project


@dataclass(slots=True)
class Updated:
    """What an update did."""

    start: str
    end: str
    """The same as `start` when there was nothing newer."""
    diffs: int = 0
    files: int = 0
    bytes: int = 0
    changes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By dataset: records that the diffs bring, and records that they delete."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The files of one diff that say one thing."""

    version: int
    """2n for updates and 2n + 1 for deletions of the n-th diff: what is said later has a higher one."""
    paths: tuple[Path, ...]


def update_corpus(
    project: Project,
    *,
    release: str | None = None,
    choice: Choice | None = None,
    clock: Clock | None = None,
    watcher: FetchWatcher | None = None,
    on_step: OnStep = lambda name, word: None,
    open_with: OpenEngine = open_engine,
    keep: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Updated:
    """Bring the corpus to a newer release.

    Args:
        project: whose settings and folder.
        release: a date; by default the newest.
        choice: of the engine.
        clock: time and waiting.
        watcher: told how the download goes on.
        on_step: told how the tables go on.
        open_with: how an engine is started.
        keep: the old release and the diffs stay on the disk.
        environment: where key and address of the service stand.

    Raises:
        NothingFetched: there is nothing to bring up to date.
        UnknownRelease: there is no such release, or no diffs from here to there.
        CorpusError, IngestError: the old release is as it was, and the next update goes on.
    """
    choice, clock = choice or Choice(), clock or SystemClock()
    folder = CorpusFolder.of(project)
    with folder.only_one():
        old = folder.current()
        datasets = [name for name in SHAPES if name in old.complete()]
        if "citations" not in datasets:
            raise NothingFetched(f"the citations of {old.name} are not here; run `phengraph corpus fetch`")
        with opened(project, clock, environment) as (releases, downloader):
            new = folder.release(releases.find(release))
            told = Updated(old.name, new.name)
            if new.name <= old.name:
                told.end = old.name
                return told
            ways = {name: releases.diffs(name, old.name, new.name) for name in datasets}
            fetched = Fetched(new.name)
            parts, digests = {}, {}
            for name, diffs in ways.items():
                place = folder.root / "updates" / f"{old.name}..{new.name}" / name

                def ask(name: str = name) -> list[Link]:
                    return [link for diff in releases.diffs(name, old.name, new.name) for link in _links(diff)]

                noted = _Noted(place)
                shards = fetch_files(
                    ask, place, noted.read(), downloader, watcher or FetchWatcher(), noted.write, fetched
                )
                parts[name] = _parts(diffs, shards, place)
                digests[name] = _digest(old.complete()[name], diffs, shards)
        told.diffs = max(len(diffs) for diffs in ways.values())
        told.files, told.bytes = fetched.files, fetched.bytes
        _apply(project, folder, old, new, parts, digests, choice, on_step, open_with, told)
        if not keep:
            folder.drop_others()
    return told


class _Noted:
    """Which files of the diffs are there whole, in a file beside them."""

    def __init__(self, place: Path) -> None:
        self._release = Release(place, "")

    def read(self) -> dict[str, Shard]:
        return {shard.source: shard for shard in self._release.fetched().get("files", ())}

    def write(self, shards: dict[str, Shard]) -> None:
        self._release.save_fetched({"files": list(shards.values())}, {})


def _links(diff: Diff) -> tuple[Link, ...]:
    return (*diff.updates, *diff.deletes)


def _parts(diffs: Sequence[Diff], shards: Sequence[Shard], place: Path) -> list[_Part]:
    paths = {shard.source: place / shard.name for shard in shards}
    found = []
    for number, diff in enumerate(diffs):
        for version, links in ((2 * number, diff.updates), (2 * number + 1, diff.deletes)):
            if links:
                found.append(_Part(version, tuple(paths[link.source] for link in links)))
    return found


def _digest(before: str, diffs: Sequence[Diff], shards: Sequence[Shard]) -> str:
    by_source = {shard.source: shard.sha256 for shard in shards}
    told = [before]
    for diff in diffs:
        for links in (diff.updates, diff.deletes):
            told += [",".join(sorted(by_source[link.source] for link in links))]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def _apply(
    project: Project,
    folder: CorpusFolder,
    old: Release,
    new: Release,
    parts: Mapping[str, Sequence[_Part]],
    digests: dict[str, str],
    choice: Choice,
    on_step: OnStep,
    open_with: OpenEngine,
    told: Updated,
) -> None:
    """Make the tables of the next release, then move the pointer."""
    numbers, inputs = numbers_of(project), read_inputs(project)
    known = [step for step in TABLES if step.name in parts]
    before = fingerprints(STEPS, numbers, sources(old, inputs, project))
    todo = pending(old, known, before, again=None)
    check_sources(old, todo)
    new.save_fetched({}, digests)
    after = fingerprints(STEPS, numbers, sources(new, inputs, project))
    with started(project, folder, old, choice, open_with) as engine:
        base = Work(engine, old, numbers, on_step)
        for step in todo:
            run_step(base, step, before[step.name])
        work = Work(engine, new, numbers, on_step)
        finished = new.finished()
        for step in known:
            # A table that the project made with other partitions is made again by the next run.
            if step.name in finished and finished[step.name].fingerprint == after[step.name]:
                continue
            make = partial(_update, name=step.name, old=old, parts=parts[step.name], told=told)
            run_step(work, Step(step.name, (), (), make), after[step.name])
        _carry_empty(old, new, after)
    folder.set_current(new)


def _update(work: Work, name: str, old: Release, parts: Sequence[_Part], told: Updated) -> None:
    shape = SHAPES[name]
    views, rows = [], f"{shape.statements}_rows"
    for part in parts:
        work.read_lines(f"{name}_shards", part.paths, shape.schema)
        view = f"{shape.statements}_part{part.version}"
        work.save(view, f"{name}_rows", version=part.version)
        views.append(view)
    if not views:
        work.read_lines(f"{name}_shards", (), shape.schema)
        work.save(f"{shape.statements}_part0", f"{name}_rows", version=0)
        views = [f"{shape.statements}_part0"]
    work.engine.read(rows, [work.release.table(view) for view in views])
    changes = f"{shape.statements}_changes"
    work.save(changes, changes)
    counted = work.number(f"SELECT COUNT(*) FROM {changes} WHERE NOT deleted")
    told.changes[name] = (counted, work.number(f"SELECT COUNT(*) FROM {changes} WHERE deleted"))
    work.engine.read(f"{shape.statements}_before", [old.table(name)])
    # `save` makes the view `name`; the old table has another name here.
    work.save(name, f"{shape.statements}_update", partition="bucket")
    work.drop(changes, *views)


def _carry_empty(old: Release, new: Release, after: dict[str, str]) -> None:
    """Tables of datasets that were not fetched are empty, and stay so."""
    finished = new.finished()
    for step in TABLES:
        if step.name not in finished and step.name in old.finished() and old.table(step.name).is_dir():
            shutil.copytree(old.table(step.name), new.table(step.name), dirs_exist_ok=True)
            done = old.finished()[step.name]
            finished[step.name] = Finished(after[step.name], done.rows, 0.0, done.engine, done.when)
    new.save_finished(finished)
