"""A run over the current release: what is not finished is made, then recorded in the project."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field

from phengraph.corpus.engines import open_engine
from phengraph.corpus.errors import NothingFetched
from phengraph.corpus.folder import CorpusFolder, Finished, Release
from phengraph.corpus.inputs import Inputs, read_inputs
from phengraph.corpus.queue import put_candidates
from phengraph.corpus.records import Recorded, write_records
from phengraph.corpus.session import Choice, OnStep, OpenEngine, numbers_of, started
from phengraph.corpus.shards import leave_out_broken
from phengraph.corpus.steps import NAMES, STEPS, TABLES, with_needs
from phengraph.corpus.work import Step, Work, fingerprints, run_step
from phengraph.ingest.clock import Clock, SystemClock
from phengraph.ingest.project_refresh import tracked_papers
from phengraph.problems import UnknownName, nearest
from phengraph.project import Project

RECORDS, QUEUE = "records", "queue"
STEP_NAMES = (*NAMES, RECORDS, QUEUE)
"""What `--step` takes: results, then what is written into the project."""
_RECORDED_FROM = {RECORDS: ("tracked", "citing", "tracked_citations"), QUEUE: ("candidates",)}
# Changes when the tables that an older phengraph made of shards are of no use.
_FORM = "1"


@dataclass(slots=True)
class Outcome:
    """What a run did."""

    release: str
    made: dict[str, Finished] = field(default_factory=dict)
    """Steps that were made, in order."""
    kept: list[str] = field(default_factory=list)
    """Steps that were finished before."""
    skipped_lines: int = 0
    """Lines of shards that were left out."""
    recorded: Recorded | None = None
    """What came into the records; None when they were up to date."""
    queued: int | None = None
    """New candidates in the queue; None when it was up to date."""


def run_corpus(
    project: Project,
    choice: Choice | None = None,
    *,
    clock: Clock | None = None,
    on_step: OnStep = lambda name, word: None,
    open_with: OpenEngine = open_engine,
) -> Outcome:
    """Make all results of the current release that are not finished, and record them.

    Args:
        project: whose papers are tracked.
        choice: of engine and step; a step that is named is made again even when it is finished.
        clock: what day it is.
        on_step: told the name of a step and how it goes on.
        open_with: how an engine is started.

    Raises:
        CorpusError: see `errors`; what was finished is kept, and the next run goes on.
        IngestError: the records cannot be written.
        UnknownName: there is no such step.
    """
    choice, clock = choice or Choice(), clock or SystemClock()
    if choice.step is not None and choice.step not in STEP_NAMES:
        raise UnknownName("step", choice.step, nearest(choice.step, STEP_NAMES))
    folder = CorpusFolder.of(project)
    papers, inputs = tracked_papers(project), read_inputs(project)
    with folder.only_one():
        release = folder.current()
        outcome = Outcome(release.name)
        numbers = numbers_of(project)
        digests = fingerprints(STEPS, numbers, sources(release, inputs, project))
        wanted = _wanted(choice.step)
        todo = pending(release, wanted, digests, again=choice.step)
        outcome.kept = [step.name for step in wanted if step not in todo]
        written = [name for name in _RECORDED_FROM if _is_to_write(project, release, name, digests, choice.step)]
        if not todo and not written:
            return outcome
        check_sources(release, todo)
        inputs.write(release)
        if choice.skip_broken_lines:
            outcome.skipped_lines = sum(leave_out_broken(release, step.name) for step in todo if step in TABLES)
        with started(project, folder, release, choice, open_with) as engine:
            work = Work(engine, release, numbers, on_step)
            for step in todo:
                outcome.made[step.name] = run_step(work, step, digests[step.name])
            for name in written:
                on_step(name, "begins")
                work.need(*_RECORDED_FROM[name])
                if name == RECORDS:
                    outcome.recorded = write_records(project, papers, engine, release.name, clock)
                else:
                    outcome.queued = put_candidates(project, engine, clock)
                when = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
                done = Finished(digest_of_written(project, name, digests), 0, 0.0, engine.name, when)
                release.save_finished({**release.finished(), name: done})
                on_step(name, "finished")
        if choice.step is None:
            tidy(project, folder, release)
    return outcome


def tidy(project: Project, folder: CorpusFolder, release: Release) -> None:
    """Remove what a finished run needs no more: other releases, and shards where the settings say so."""
    folder.drop_others()
    if not project.settings.corpus.keep_shards:
        shutil.rmtree(release.root / "shards", ignore_errors=True)


def _wanted(step: str | None) -> list[Step]:
    if step is None:
        return list(STEPS)
    return with_needs(_RECORDED_FROM.get(step, (step,)))


def sources(release: Release, inputs: Inputs, project: Project) -> dict[str, str]:
    """Digests of what comes from outside: shards, and what the project tracks."""
    complete = release.complete()
    partitions = project.settings.corpus.partitions
    found = {step.name: f"{_FORM} {partitions} {complete.get(step.name, 'none')}" for step in TABLES}
    wanted, roles = inputs.digests
    tracked = next(step for step in STEPS if step.name == "tracked")
    own = fingerprints([tracked], {}, found)["tracked"]
    return {**found, "tracked": _hash(own, wanted), "roles": _hash("roles", roles)}


def pending(release: Release, steps: Sequence[Step], digests: dict[str, str], *, again: str | None) -> list[Step]:
    """The steps that are not finished, or not as they would be made now."""
    finished = release.finished()
    return [
        step
        for step in steps
        if step.name == again
        or step.name not in finished
        or finished[step.name].fingerprint != digests[step.name]
        or not release.table(step.name).is_dir()
    ]


def check_sources(release: Release, todo: Sequence[Step]) -> None:
    """See that there is something to make the tables of.

    Raises:
        NothingFetched: there are no citations, or shards are gone that are needed again.
    """
    complete = release.complete()
    if "citations" not in complete:
        raise NothingFetched(f"the citations of {release.name} are not here; run `phengraph corpus fetch`")
    for step in todo:
        if step in TABLES and step.name in complete:
            shards = release.fetched().get(step.name, ())
            folder = release.shards_folder(step.name)
            missing = [shard for shard in shards if not (folder / shard.name).is_file()]
            if missing or not shards:
                raise NothingFetched(
                    f"the table {step.name} of {release.name} must be made again, and its shards are not here; "
                    "run `phengraph corpus fetch`"
                )


def _is_to_write(project: Project, release: Release, name: str, digests: dict[str, str], step: str | None) -> bool:
    if step is not None:
        return step == name
    done = release.finished().get(name)
    return done is None or done.fingerprint != digest_of_written(project, name, digests)


def digest_of_written(project: Project, name: str, digests: dict[str, str]) -> str:
    """What `records` or `queue` is written from, and into which checkout: several can share the folder of a corpus."""
    return _hash(name, str(project.root.resolve()), *(digests[need] for need in _RECORDED_FROM[name]))


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
