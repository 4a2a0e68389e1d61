"""A refresh in the background of a program that keeps running, by APScheduler.

What is due follows from when the last refresh ended (see `project_refresh.schedule_state`), so runs that were missed
while nothing ran are caught up once, at the start; two never overlap; and the times are jittered, so that many servers
do not ask in the same second.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from phengraph.ingest.client import Client
from phengraph.ingest.clock import SystemClock
from phengraph.ingest.errors import RefreshRunning
from phengraph.ingest.news import News
from phengraph.ingest.project_refresh import refresh_project, schedule_state
from phengraph.ingest.refresh import Interrupted
from phengraph.ingest.running import Watcher
from phengraph.problems import PhengraphError
from phengraph.project import Project

log = logging.getLogger("phengraph.refresh")

_JITTER_SHARE = 0.05
_LONGEST_JITTER_SECONDS = 1_800
_RETRY = datetime.timedelta(hours=1)
"""After a refresh that the service or the network stopped, another is tried this soon (or at the next regular time)."""


@dataclass(frozen=True, slots=True)
class RefreshStatus:
    """What a person wants to know of the background refresh, now."""

    running: bool
    done: int
    total: int
    """Papers done and to do of the step that runs; 0 and 0 when none runs."""
    message: str
    """The news of the last refresh, or why it was stopped."""
    last_run: datetime.datetime | None
    last_ok: datetime.datetime | None
    next_run: datetime.datetime | None
    """None when there is no schedule."""


class _Progress(Watcher):
    """Where a refresh is; ends it, as Ctrl-C would, when the program ends."""

    def __init__(self, stopping: threading.Event) -> None:
        self.done = self.total = 0
        self._stopping = stopping

    def looking_up(self, done: int, total: int) -> None:
        self._went_on(done, total)

    def reading(self, done: int, total: int, key: str) -> None:
        self._went_on(done, total)

    def _went_on(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._stopping.is_set():
            raise KeyboardInterrupt


class _EndingClock(SystemClock):
    """The machine's clock, whose waits end with the program."""

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    def sleep(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise KeyboardInterrupt


class BackgroundRefresh:
    """Refreshes one project now and then, or when it is asked to, in a thread of its own.

    Args:
        project: whose records are written.
        every: the cadence; None for refreshes on request only.
        work: does one refresh; handed in by tests.
        on_news: called after each refresh with its news, in the thread of the refresh.
    """

    def __init__(
        self,
        project: Project,
        every: datetime.timedelta | None,
        *,
        work: Callable[[Project, Watcher], News] | None = None,
        on_news: Callable[[News], None] = lambda news: None,
    ) -> None:
        self._project = project
        self._every = every
        self._work = work or self._refresh
        self._on_news = on_news
        self._stopping = threading.Event()
        self._progress = _Progress(self._stopping)
        self._client: Client | None = None
        self._running = threading.Event()
        self._message = ""
        self._scheduler = BackgroundScheduler(timezone=datetime.UTC)
        self._job: Job | None = None

    def start(self) -> None:
        """Begin; a refresh that is overdue runs at once, and once only."""
        state = schedule_state(self._project, self._every.total_seconds() / 86_400 if self._every else None)
        self._message = state.last_stop or state.last_words or ""
        if self._every is not None:
            now = _now()
            # A job that is there already was asked for before the start.
            first = now if self._job is not None or state.is_due(now) else state.next_due
            seconds = self._every.total_seconds()
            jitter = min(_LONGEST_JITTER_SECONDS, int(seconds * _JITTER_SHARE)) or None
            self._add(IntervalTrigger(seconds=seconds, start_date=first, jitter=jitter), next_run_time=first)
        self._scheduler.start()

    def _add(self, trigger: IntervalTrigger | None, next_run_time: datetime.datetime | None) -> None:
        self._job = self._scheduler.add_job(
            self._run,
            trigger,
            next_run_time=next_run_time,
            id="refresh",
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            replace_existing=True,
        )

    def run_now(self) -> bool:
        """Refresh now; says whether that was begun: not while one is running."""
        if self._running.is_set():
            return False
        if self._job is not None and self._every is not None:
            self._job.modify(next_run_time=_now())
        else:
            self._add(None, _now())
        return True

    def stop(self) -> None:
        """End: no further refresh begins, and one that is running is ended as by Ctrl-C: the next one goes on there."""
        self._stopping.set()
        self._scheduler.shutdown(wait=False)
        if self._client is not None:
            self._client.abort()

    def _refresh(self, project: Project, watcher: Watcher) -> News:
        try:
            return refresh_project(project, watcher=watcher, clock=_EndingClock(self._stopping), opened=self._opened)
        finally:
            self._client = None

    def _opened(self, client: Client) -> None:
        self._client = client

    def status(self) -> RefreshStatus:
        """How it stands."""
        state = schedule_state(self._project)
        running = self._running.is_set()
        job = self._scheduler.get_job("refresh") if self._scheduler.running else None
        return RefreshStatus(
            running=running,
            done=self._progress.done if running else 0,
            total=self._progress.total if running else 0,
            message=self._message,
            last_run=state.last_run,
            last_ok=state.last_ok,
            next_run=job.next_run_time if job is not None else None,
        )

    def _run(self) -> None:
        self._progress.done = self._progress.total = 0
        self._running.set()
        try:
            news = self._work(self._project, self._progress)
        except Interrupted as interrupted:
            log.info("refresh: %s", interrupted.news.stopped)
            return
        except RefreshRunning as running:
            self._message = str(running)
            log.info("refresh: %s", running)
            # The other one may be stopped; if it was not, there is little to ask for.
            self._try_again_soon()
            return
        except PhengraphError as error:
            # The next run may find it mended; the server goes on either way.
            self._message = str(error)
            log.warning("refresh: %s", error)
            return
        finally:
            self._running.clear()
        self._message = news.stopped or "; ".join(news.sentences())
        log.info("refresh: %s", self._message)
        if news.stop == "service":
            self._try_again_soon()
        self._on_news(news)

    def _try_again_soon(self) -> None:
        soon = _now() + _RETRY
        job = self._scheduler.get_job("refresh")
        if job is not None and self._every is not None and job.next_run_time > soon:
            job.modify(next_run_time=soon)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
