"""The refresh in the background: for real, with a short period, against the stand-in."""

from __future__ import annotations

import datetime
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from ingest_fixtures import quick_folder
from standin import faults
from standin.server import StandIn, serving

from phengraph.ingest.errors import RecordsNotWritten
from phengraph.ingest.news import News
from phengraph.ingest.periods import BadPeriod, parse_period, period_words
from phengraph.ingest.project_refresh import schedule_state
from phengraph.ingest.refresh import only_one
from phengraph.ingest.scheduler import BackgroundRefresh
from phengraph.project import Project

BIB = "@misc{madeup1, title={Made-up paper}, author={Madeup, Ada}, eprint={2101.90001}, archiveprefix={arXiv}}\n"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def stand_in() -> StandIn:
    made = StandIn()
    made.corpus.cite(made.corpus.add("Made-up paper", arxiv="2101.90001"), range(20))
    return made


@pytest.fixture
def project(stand_in: StandIn) -> Iterator[Project]:
    with quick_folder() as folder, serving(stand_in) as address:
        (folder / "graph").mkdir()
        (folder / "graph" / "papers.bib").write_text(BIB, encoding="utf-8")
        (folder / "phengraph.toml").write_text("[refresh]\nseconds_between_requests = 0\ntries = 1\n", encoding="utf-8")
        with mock.patch.dict(os.environ, {"SEMANTIC_SCHOLAR_API_URL": address, "SEMANTIC_SCHOLAR_API_KEY": ""}):
            yield Project(folder)


class Heard:
    """News as they come, and waiting for so many."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self._changed = threading.Condition()

    def __call__(self, news: News) -> None:
        with self._changed:
            self.news.append(news)
            self._changed.notify_all()

    def wait(self, number: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.news) >= number, timeout=30)


def test_with_a_short_period_it_runs_again_and_again_and_brings_the_news(project, stand_in):
    heard = Heard()
    background = BackgroundRefresh(project, datetime.timedelta(seconds=0.3), on_news=heard)
    background.start()
    try:
        heard.wait(1)
        stand_in.corpus.cite(next(iter(stand_in.corpus.papers)), [100, 101])
        heard.wait(4)
    finally:
        background.stop()
    assert heard.news[0].first == {"madeup1": 20}
    assert sum(news.new.get("madeup1", 0) for news in heard.news) == 2


def test_a_missed_run_is_caught_up_once_and_the_next_is_a_period_later(project):
    heard = Heard()
    background = BackgroundRefresh(project, 7 * DAY, on_news=heard)
    background.start()
    try:
        heard.wait(1)
        status = background.status()
        assert status.message == "first record of 1 paper with 20 citations"
        assert status.next_run is not None
        assert status.last_ok is not None
        assert 6 * DAY < status.next_run - status.last_ok < 8 * DAY
    finally:
        background.stop()
    again = BackgroundRefresh(project, 7 * DAY, on_news=heard)
    again.start()
    try:
        status = again.status()
        assert status.next_run is not None
        assert status.next_run - datetime.datetime.now(datetime.UTC) > 6 * DAY
        assert len(heard.news) == 1
    finally:
        again.stop()


def test_two_never_overlap_and_one_can_be_asked_for(project):
    inside, go_on, heard = threading.Event(), threading.Event(), Heard()

    def work(project: Project, watcher: object) -> News:
        inside.set()
        assert go_on.wait(30)
        return News()

    background = BackgroundRefresh(project, None, work=work, on_news=heard)
    background.start()
    try:
        assert background.status().next_run is None
        assert background.run_now()
        assert inside.wait(30)
        assert background.status().running
        assert not background.run_now()
        go_on.set()
        heard.wait(1)
        assert background.run_now()
        heard.wait(2)
    finally:
        go_on.set()
        background.stop()


def test_one_that_is_asked_for_before_the_start_is_not_lost(project):
    heard = Heard()
    for number in (1, 2):
        background = BackgroundRefresh(project, 7 * DAY, on_news=heard)
        if number == 2:
            # Nothing is due for a week.
            assert background.run_now()
        background.start()
        try:
            heard.wait(number)
        finally:
            background.stop()


def test_a_stop_by_the_service_is_tried_again_within_the_hour(project, stand_in):
    stand_in.switch(faults.gateway(503), times=None)
    heard = Heard()
    background = BackgroundRefresh(project, 7 * DAY, on_news=heard)
    background.start()
    try:
        heard.wait(1)
        status = background.status()
        assert status.message.startswith("Semantic Scholar does not answer properly (HTTP 503: Service Unavailable")
        assert status.next_run is not None
        assert status.next_run - datetime.datetime.now(datetime.UTC) <= datetime.timedelta(hours=1)
    finally:
        background.stop()
    assert schedule_state(project).is_due(datetime.datetime.now(datetime.UTC))


def test_an_error_is_told_and_the_schedule_goes_on(project):
    tried = threading.Semaphore(0)

    def work(project: Project, watcher: object) -> News:
        tried.release()
        raise RecordsNotWritten("ingest/ is not written: the disk is full")

    background = BackgroundRefresh(project, datetime.timedelta(seconds=0.2), work=work)
    background.start()
    try:
        assert all(tried.acquire(timeout=30) for _ in range(3))
        assert background.status().message == "ingest/ is not written: the disk is full"
        assert background.status().next_run is not None
    finally:
        background.stop()


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "-1d", "7 weeks", "400d", "1e9s", "٧d"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(BadPeriod, match="is no period; give days, hours, minutes or seconds: 7d, 12h, 30m, 90s"):
        parse_period(text)


@pytest.mark.parametrize("text", ["7d", "12h", "90m", "45s", "0.5s"])
def test_periods_are_written_as_they_are_read(text):
    assert period_words(parse_period(text)) == text


def test_the_state_of_a_project_that_was_never_refreshed(tmp_path: Path):
    (tmp_path / "phengraph.toml").write_text("", encoding="utf-8")
    state = schedule_state(Project(tmp_path))
    assert state.is_due(datetime.datetime.now(datetime.UTC))
    assert state.age_at(datetime.datetime.now(datetime.UTC)) is None
    assert not (tmp_path / ".phengraph").exists()


def test_a_refresh_that_is_running_ends_with_the_program_and_the_next_goes_on(project, stand_in):
    (project.root / "phengraph.toml").write_text("[refresh]\nseconds_between_requests = 0\ntries = 3\n", "utf-8")
    project = Project(project.root)
    stand_in.switch(faults.stall(10_000), "/citations")
    background = BackgroundRefresh(project, 7 * DAY)
    background.start()
    while not stand_in.count("/citations"):
        assert not schedule_state(project).last_run
    background.stop()
    # Without an end of its own it would sit in that answer, and tell nothing.
    for _ in range(600):
        if (state := schedule_state(project)).last_run is not None:
            break
        threading.Event().wait(0.05)
    assert state.last_stop == (
        "stopped (0 of 1 papers done); all that was fetched is kept. "
        "Run `phengraph refresh` again: it goes on from here."
    )
    heard = Heard()
    again = BackgroundRefresh(project, 7 * DAY, on_news=heard)
    again.start()
    try:
        heard.wait(1)
    finally:
        again.stop()
    assert heard.news[0].first == {"madeup1": 20}


def test_a_wait_for_the_service_ends_with_the_program(project, stand_in):
    (project.root / "phengraph.toml").write_text("[refresh]\nseconds_between_requests = 0\ntries = 3\n", "utf-8")
    stand_in.switch(faults.too_many("200"), times=None)
    background = BackgroundRefresh(Project(project.root), 7 * DAY)
    background.start()
    while not stand_in.count():
        threading.Event().wait(0.01)
    background.stop()
    for _ in range(600):
        if (state := schedule_state(project)).last_run is not None:
            break
        threading.Event().wait(0.05)
    assert state.last_stop is not None
    assert state.last_stop.startswith("stopped")


def test_while_another_refresh_is_running_it_waits_for_a_later_time(project):
    background = BackgroundRefresh(project, 7 * DAY)
    with only_one(project):
        background.start()
        try:
            for _ in range(600):
                if "another refresh of this project is running" in background.status().message:
                    break
                threading.Event().wait(0.05)
            status = background.status()
        finally:
            background.stop()
    assert status.message.startswith("another refresh of this project is running (process ")
    assert status.next_run is not None
    assert status.next_run - datetime.datetime.now(datetime.UTC) <= datetime.timedelta(hours=1)
