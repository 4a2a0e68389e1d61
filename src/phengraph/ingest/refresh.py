"""The refresh: what is new in Semantic Scholar about the tracked papers, recorded.

Three steps, each of which can stop at any instant and goes on the next time: look all papers up (one batch for 500);
read the lists of citations that are due, newest first; tell what came. `phengraph refresh` and the scheduler call
`refresh`, nothing else.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator

from filelock import FileLock, Timeout

from phengraph.ingest import errors
from phengraph.ingest.client import Client
from phengraph.ingest.clock import Clock
from phengraph.ingest.files import remove_leftovers
from phengraph.ingest.looking import look_up, match_titles
from phengraph.ingest.news import News
from phengraph.ingest.reading import fetch_summaries, papers_due, read_lists
from phengraph.ingest.records import Records
from phengraph.ingest.running import Options, Running, Watcher
from phengraph.ingest.state import State, state_path
from phengraph.ingest.telling import settle, tell
from phengraph.model import Paper
from phengraph.problems import Severity, UnknownName, nearest
from phengraph.project import Project

GO_ON = "Run `phengraph refresh` again: it goes on from here."


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, after what was fetched was recorded; `.news` is what came until then."""

    def __init__(self, news: News) -> None:
        super().__init__()
        self.news = news


def refresh(
    project: Project,
    papers: Collection[Paper],
    client: Client,
    clock: Clock,
    options: Options | None = None,
    watcher: Watcher | None = None,
) -> News:
    """Fetch what is new and record it.

    Args:
        project: its ingest/ is written, its `.phengraph/` keeps the state.
        papers: the tracked papers, all of papers.bib.
        client: asks the service; its budget bounds the requests.
        clock: what day it is.
        options: what a person asked for.
        watcher: told how it goes on.

    Returns:
        The news; `.stopped` says why and how to go on when it ended early.

    Raises:
        RefreshRunning: another refresh of this project is running.
        RecordsBroken: papers.jsonl is not what was written.
        RecordsNotWritten: the disk is full, or writing is not allowed; what was recorded is whole.
        UnknownName: `options.only` names a paper that is not tracked.
        Interrupted: Ctrl-C, after everything that was fetched is recorded.
    """
    options = options or Options()
    chosen = _choose(papers, options)
    with only_one(project):
        records = Records.open(project)
        if wrong := [one for one in records.problems if one.severity is Severity.ERROR]:
            raise errors.RecordsBroken(wrong)
        remove_leftovers(records.root)
        state = State(state_path(project))
        try:
            return _run(Running(project, papers, chosen, client, clock, state, records, options, watcher or Watcher()))
        finally:
            state.close()


def _choose(papers: Collection[Paper], options: Options) -> list[Paper]:
    known = {paper.key for paper in papers}
    for key in options.only:
        if key not in known:
            raise UnknownName("paper", key, nearest(key, known))
    wanted = set(options.only) or known
    return sorted((paper for paper in papers if paper.key in wanted), key=lambda paper: paper.key)


def _run(run: Running) -> News:
    run.client.transport.on_wait = run.watcher.waiting
    interruption: KeyboardInterrupt | None = None
    try:
        look_up(run)
        match_titles(run)
        read_lists(run, papers_due(run))
        fetch_summaries(run)
    except errors.BudgetSpent as spent:
        run.news.stopped = f"{spent}{_done(run)}. {GO_ON}"
        run.news.stop = "budget"
    except errors.KeyRefused as refusal:
        run.news.stopped = f"{refusal}{_done(run)}."
        run.news.stop = "key"
    except errors.ServiceError as failure:
        run.news.stopped = _stop_words(failure, run)
        run.news.stop = "service"
    except KeyboardInterrupt as stop:
        interruption = stop
        run.news.stopped = f"stopped{_done(run)}; all that was fetched is kept. {GO_ON}"
        run.news.stop = "interrupted"
    settle(run)
    tell(run)
    if interruption is not None:
        raise Interrupted(run.news) from interruption
    return run.news


def _done(run: Running) -> str:
    done, total = run.progress
    return f" ({done} of {total} papers done)" if total else ""


def _stop_words(failure: errors.ServiceError, run: Running) -> str:
    words, done = str(failure), _done(run)
    if words.endswith(")") and done:
        words, done = words[:-1], f", {done[2:]}"
    return f"{words}{done}. {GO_ON}"


@contextlib.contextmanager
def only_one(project: Project) -> Iterator[None]:
    """Hold the project's lock, so that two refreshes never write the same records.

    Raises:
        RefreshRunning: another has it.
        RecordsNotWritten: `.phengraph/` may not be written.
    """
    path = project.cache / "semanticscholar" / "refresh.lock"
    owner = path.with_suffix(".owner")
    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        who = ""
        with contextlib.suppress(OSError):
            who = f" ({owner.read_text(encoding='utf-8').strip()})"
        raise errors.RefreshRunning(
            f"another refresh of this project is running{who}; wait until it has ended, or stop it"
        ) from None
    except OSError as error:
        raise errors.not_written(".phengraph/semanticscholar/refresh.lock", error) from error
    try:
        with contextlib.suppress(OSError):
            owner.write_text(f"process {os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        lock.release()
