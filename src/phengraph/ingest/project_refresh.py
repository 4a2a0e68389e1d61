"""A refresh of a whole project, as the command line, the scheduler and the server ask for it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from phengraph.curate import read_graph
from phengraph.ingest.client import Client, open_client
from phengraph.ingest.clock import Clock, SystemClock
from phengraph.ingest.news import News
from phengraph.ingest.plan import Plan, make_plan
from phengraph.ingest.records import read_counts, read_paper_records
from phengraph.ingest.refresh import refresh
from phengraph.ingest.running import Options, Watcher
from phengraph.ingest.state import State, state_path
from phengraph.model import Paper
from phengraph.problems import IngestError, Severity, UnknownName, nearest
from phengraph.project import Project

# A refresh that is due in less than this may run now: a job that starts every seventh day does so not to the second.
_EARLY = datetime.timedelta(hours=12)


def tracked_papers(project: Project) -> Mapping[str, Paper]:
    """The papers of papers.bib that can be read, by key; `phengraph check` tells the others.

    Raises:
        NothingTracked: there is none.
    """
    return _read_papers(project)[0]


def _read_papers(project: Project) -> tuple[Mapping[str, Paper], int]:
    """The papers, and the number of errors that keep others from being read."""
    read = read_graph(project)
    place = project.relative(project.graph / "papers.bib")
    wrong = sum(one.path == place and one.severity is Severity.ERROR for one in read.problems)
    if not read.knowledge.papers:
        raise NothingTracked("graph/papers.bib has no paper that can be read; run `phengraph check`")
    return read.knowledge.papers, wrong


class NothingTracked(IngestError):
    """A project tracks no paper."""


def refresh_project(
    project: Project,
    *,
    options: Options | None = None,
    budget: int | None = None,
    watcher: Watcher | None = None,
    clock: Clock | None = None,
    opened: Callable[[Client], None] = lambda client: None,
) -> News:
    """Refresh a project with the key and the address that the environment gives.

    Args:
        project: whose records are written.
        options: what a person asked for.
        budget: at most so many requests.
        watcher: told how it goes on.
        clock: what day it is, and waiting.
        opened: given the client before the first request, for who may have to abort it.

    Raises:
        IngestError: see `refresh` and `open_client`.
        UnknownName: `options.only` names a paper that is not tracked.
        SettingsError: phengraph.toml is not what it should be.
    """
    clock = clock or SystemClock()
    papers, wrong = _read_papers(project)
    client = open_client(project.settings.refresh, clock=clock, budget=budget)
    opened(client)
    try:
        news = refresh(project, list(papers.values()), client, clock, options, watcher)
    finally:
        client.close()
    if wrong:
        errors = f"{wrong} error{'' if wrong == 1 else 's'}"
        news.warnings.append(f"graph/papers.bib has {errors}, so papers may be left out; run `phengraph check`")
    return news


def plan_refresh(project: Project, *, options: Options | None = None, clock: Clock | None = None) -> Plan:
    """What a refresh would do now, without asking anybody or writing anything.

    Raises:
        UnknownName: `options.only` names a paper that is not tracked.
    """
    options = options or Options()
    papers = tracked_papers(project)
    for key in options.only:
        if key not in papers:
            raise UnknownName("paper", key, nearest(key, papers))
    chosen = [papers[key] for key in options.only] if options.only else list(papers.values())
    states, unfinished = {}, set()
    if state_path(project).is_file():
        state = State(state_path(project))
        states, unfinished = state.papers(), state.unfinished()
        state.close()
    return make_plan(
        chosen,
        read_paper_records(project),
        states,
        {count.paper: count.citations for count in read_counts(project)},
        unfinished,
        (clock or SystemClock()).now().date(),
        project.settings.refresh,
        asked=[paper.key for paper in chosen] if options.everything or options.only else (),
    )


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """When a project was refreshed last, and when it is due."""

    last_run: datetime.datetime | None
    last_ok: datetime.datetime | None
    """The end of the last refresh that was not stopped."""
    last_words: str | None
    """Its news."""
    last_stop: str | None
    """Why the last one was stopped; None when it was not."""
    next_due: datetime.datetime | None
    """By the cadence of the settings; None when none was ever done, so that it is due now."""

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether a refresh should run now."""
        return self.next_due is None or self.last_stop is not None or now >= self.next_due - _EARLY

    def age_at(self, now: datetime.datetime) -> float | None:
        """Days since the last whole refresh; None when there was none."""
        return (now - self.last_ok).total_seconds() / 86_400 if self.last_ok else None


def schedule_state(project: Project, every_days: float | None = None) -> ScheduleState:
    """When a project was refreshed last and is due next; `.phengraph/` says so, nothing is asked.

    Args:
        project: whose state is read.
        every_days: the cadence; by default that of the settings.
    """
    every = datetime.timedelta(days=every_days or project.settings.refresh.every_days)
    if not state_path(project).is_file():
        return ScheduleState(None, None, None, None, None)
    state = State(state_path(project))
    try:
        run, done = (_moment(state.fact(name)) for name in ("last_run", "last_ok"))
        return ScheduleState(
            run, done, state.fact("last_words"), state.fact("last_stop"), done + every if done else None
        )
    finally:
        state.close()


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None
