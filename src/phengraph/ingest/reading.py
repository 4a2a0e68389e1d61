"""The second step of a refresh: the lists of citations that are due are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phengraph.ingest import errors
from phengraph.ingest.book import CitationBook
from phengraph.ingest.client import BATCH_LIMIT
from phengraph.ingest.lookup import Lookup
from phengraph.ingest.passes import Reader
from phengraph.ingest.plan import Reason, mode_of, reason_to_read
from phengraph.ingest.running import Running
from phengraph.ingest.state import PaperState
from phengraph.problems import Problem, Severity

_FAILURES_IN_A_ROW = 3
"""After so many papers in a row whose citations could not be had, the service is taken to be down. Papers for which it
had no answer the last time say nothing about it; they come last, so that they hold up nobody."""


@dataclass(frozen=True, slots=True)
class Due:
    """A paper whose citations are to be read."""

    key: str
    reason: Reason


def papers_due(run: Running) -> list[Due]:
    """The papers whose citations are to be read now, in that order."""
    settings = run.project.settings.refresh
    unfinished = run.state.unfinished()
    due = []
    for paper in run.chosen:
        key, record = paper.key, run.records.papers.get(paper.key)
        if record is None or record.id is None or key not in run.counts or key in run.broken:
            continue
        state = run.state_of(key)
        _recall(run, key, state)
        reason = reason_to_read(
            key,
            state,
            run.counts[key],
            run.today,
            settings,
            unfinished=key in unfinished,
            asked=run.options.everything or bool(run.options.only),
        )
        if reason is not None:
            due.append(Due(key, reason))
    return sorted(due, key=lambda one: (run.state_of(one.key).failures > 0, one.reason, one.key))


def _recall(run: Running, key: str, state: PaperState) -> None:
    """After the state was lost: a paper whose recorded citations are as many as are counted was read."""
    citations, influential = run.counts[key]
    if state.citations is not None or citations is None or mode_of(key, run.project.settings.refresh) == "none":
        return
    if not (run.records.root / "citations" / key).is_dir():
        return
    if CitationBook.open(run.records.root, key, []).present() == citations:
        state.citations, state.influential, state.read_whole = citations, influential, run.day
        run.state.save_paper(key, state)


def read_lists(run: Running, due: Sequence[Due]) -> None:
    """Read the lists of these papers; one that fails does not stop the others.

    Raises:
        ServiceError, BudgetSpent: what came before is recorded.
        RecordsNotWritten: nothing more can be recorded.
    """
    failures = 0
    run.progress = (0, len(due))
    reader = Reader(
        run.project, run.client, run.state, run.day, on_page=lambda key: run.watcher.reading(*run.progress, key)
    )
    for one in due:
        run.watcher.reading(*run.progress, one.key)
        state = run.state_of(one.key)
        is_known_to_fail = state.failures > 0
        try:
            _read_one(run, reader, one)
            failures = 0
            run.progress = (run.progress[0] + 1, len(due))
        except errors.NotFound:
            run.news.warnings.append(f"Semantic Scholar has {one.key}, but not its citations; it is asked again")
        except (errors.ServiceDown, errors.UnexpectedAnswer, errors.BadRequest) as failure:
            failures += not is_known_to_fail
            state.failures += 1
            run.state.save_paper(one.key, state)
            if not is_known_to_fail and (failures >= _FAILURES_IN_A_ROW or len(due) == 1):
                raise
            run.news.warnings.append(f"{one.key}: {failure}; it is asked again the next time")


def _read_one(run: Running, reader: Reader, due: Due) -> None:
    problems: list[Problem] = []
    book = CitationBook.open(run.records.root, due.key, problems)
    if wrong := [problem for problem in problems if problem.severity is Severity.ERROR]:
        run.broken[due.key] = wrong[0]
        return
    record, state, told = run.records.papers[due.key], run.state_of(due.key), run.told_of(due.key)
    before = state.citations, state.influential
    state.citations, state.influential = run.counts[due.key]
    try:
        reading = reader.read(record, book, state, told, run.version_counts, whole=due.reason.is_whole)
    except BaseException:
        state.citations, state.influential = before
        raise
    finally:
        run.wrote |= reader.wrote or told.says_something
    if state.citations is None:
        state.citations, state.influential = before
    state.failures = 0
    if reading.whole:
        state.read_whole = run.day
        state.unresolved = len(reading.unresolved)
        state.missing = reading.missing
        state.doubted = reading.doubted > 0
        state.tries = state.tries + 1 if reading.missing or reading.doubted else 0
    with run.state.together():
        run.state.save_paper(due.key, state)
        if told.says_something:
            run.state.save_told(due.key, told)
        run.state.end_passes(due.key)
    if reading.doubted:
        run.news.warnings.append(
            f"{due.key}: {reading.doubted} recorded citations are not in Semantic Scholar's list; "
            "they stay until a second reading says the same"
        )
    if reading.skipped:
        run.news.warnings.append(f"{due.key}: {reading.skipped} citations were not readable")


def fetch_summaries(run: Running) -> None:
    """Fetch the one-sentence summaries that are wished for, where the settings want them.

    Raises:
        ServiceError, BudgetSpent: what came before is recorded, the other wishes stay.
        RecordsNotWritten: nothing more can be recorded.
    """
    if not run.project.settings.refresh.summaries:
        return
    lookup = Lookup(run.client)
    while wishes := run.state.wishes(BATCH_LIMIT):
        ids = list(dict.fromkeys(one for _, one in wishes))
        summaries = lookup.ask_summaries(ids)
        for key in dict.fromkeys(key for key, _ in wishes):
            book = CitationBook.open(run.records.root, key, [])
            for wished, one in wishes:
                if wished == key and one in summaries:
                    book.add_summary(one, summaries[one], run.day)
            run.wrote |= book.save(run.day)
        run.state.end_wishes(wishes)
