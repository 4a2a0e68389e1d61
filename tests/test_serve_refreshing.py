"""The refresh beside the server: told and begun over HTTP, and for real against the stand-in."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from query_fixtures import toy_quads, write_dataset
from serve_fixtures import FileSource, Served, serve
from standin.server import StandIn, serving

from phengraph.serve.refreshing import RefreshRoutes, keep_refreshing

NOON = datetime.datetime(2026, 9, 1, 12, tzinfo=datetime.UTC)


@dataclass
class MadeUpStatus:
    running: bool = False
    done: int = 0
    total: int = 0
    message: str = "no news"
    last_run: datetime.datetime | None = NOON
    last_ok: datetime.datetime | None = None
    next_run: datetime.datetime | None = NOON


class MadeUpRefresher:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.state = MadeUpStatus()
        self.started = threading.Event()

    def start(self) -> None:
        self.calls.append("start")
        self.started.set()

    def stop(self) -> None:
        self.calls.append("stop")

    def run_now(self) -> bool:
        self.calls.append("run")
        return not self.state.running

    def status(self) -> MadeUpStatus:
        return self.state


@pytest.fixture(scope="module")
def quads(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy")).quads_path


def begin(running: Served, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return running.ask(method="POST", path="/api/refresh", headers=named, body=b"").status


def test_it_is_told_begun_and_ended_with_the_server(quads: Path) -> None:
    refresher = MadeUpRefresher()
    with serve(
        FileSource(quads), routes=[RefreshRoutes(refresher, may_begin=True)],
        tasks=[lambda house: keep_refreshing(refresher)],
    ) as running:  # fmt: skip
        told = json.loads(running.ask(path="/api/refresh").body)
        assert told == {
            "allowed": True, "running": False, "done": 0, "total": 0, "message": "no news",
            "last_run": "2026-09-01T12:00:00Z", "last_ok": None, "next_run": "2026-09-01T12:00:00Z",
        }  # fmt: skip
        # It is started beside the server, which may answer first.
        assert refresher.started.wait(30)
        assert begin(running) == 202
        refresher.state.running = True
        assert begin(running) == 409
        assert json.loads(running.ask(path="/api/refresh").body)["running"] is True
    assert refresher.calls == ["start", "run", "run", "stop"]


def test_a_page_of_another_site_cannot_begin_one(quads: Path) -> None:
    refresher = MadeUpRefresher()
    with serve(FileSource(quads), routes=[RefreshRoutes(refresher, may_begin=True)]) as running:
        assert begin(running, Origin="https://example.org") == 403
        assert begin(running, Origin="null") == 403
        assert begin(running, Sec_Fetch_Site="cross-site") == 403
        assert refresher.calls == []
        assert begin(running, Origin=running.url, Sec_Fetch_Site="same-origin") == 202


def test_where_others_reach_the_server_nobody_begins_one(quads: Path) -> None:
    refresher = MadeUpRefresher()
    with serve(FileSource(quads), routes=[RefreshRoutes(refresher, may_begin=False)]) as running:
        assert begin(running) == 403
        assert json.loads(running.ask(path="/api/refresh").body)["allowed"] is False
        assert refresher.calls == []


@pytest.fixture
def stand_in() -> Iterator[tuple[StandIn, str]]:
    made = StandIn()
    made.corpus.cite(made.corpus.add("Made-up paper 1 on widgets that grow", arxiv="2101.90001"), range(20))
    with serving(made) as address:
        yield made, address


def test_for_real_an_overdue_refresh_brings_citations_into_the_served_dataset(
    repository: Path, tmp_path: Path, stand_in: tuple[StandIn, str]
) -> None:
    project = tmp_path / "toy"
    shutil.copytree(repository / "tests" / "toy", project, ignore=shutil.ignore_patterns(".phengraph"))
    shutil.copy(repository / "graph" / "ontology.ttl", project / "graph" / "ontology.ttl")
    bib = project / "graph" / "papers.bib"
    text = bib.read_text(encoding="utf-8")
    paper = "@misc{madeup2021refreshed,\n  title = {Made-up paper 1 on widgets that grow},\n  author = {Madeup, Ada},\n"
    bib.write_text(
        f"{text}\n{paper}  year = {{2021}},\n  eprint = {{2101.90001}},\n  archiveprefix = {{arXiv}}\n}}\n", "utf-8"
    )
    with (project / "phengraph.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[serve]\nwatch_seconds = 0.2\n\n[refresh]\nseconds_between_requests = 0\ntries = 1\n")
    environment = os.environ | {"SEMANTIC_SCHOLAR_API_URL": stand_in[1], "SEMANTIC_SCHOLAR_API_KEY": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "phengraph", "serve", "--port", "0", "--refresh-every", "1h"],
        cwd=project, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = re.search(r"http://\S+/", process.stdout.readline())
        assert url is not None
        query = "SELECT (COUNT(?c) AS ?n) { ?c cito:hasCitedEntity paper:madeup2021refreshed }"
        ends = time.monotonic() + 90
        found = 0
        while found != 20:
            assert time.monotonic() < ends, f"{found} citations after a minute and a half"
            time.sleep(0.2)
            with urllib.request.urlopen(f"{url[0]}sparql?{urlencode({'query': query})}") as answer:
                found = int(json.load(answer)["results"]["bindings"][0]["n"]["value"])
        with urllib.request.urlopen(f"{url[0]}api/refresh") as answer:
            told = json.load(answer)
        assert told["last_run"] is not None
        assert told["next_run"] is not None
        assert told["allowed"] is True
    finally:
        process.terminate()
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Traceback" not in stderr


def test_a_wrong_period_is_one_sentence(repository: Path, tmp_path: Path) -> None:
    project = tmp_path / "toy"
    shutil.copytree(repository / "tests" / "toy", project, ignore=shutil.ignore_patterns(".phengraph"))
    result = subprocess.run(
        [sys.executable, "-m", "phengraph", "serve", "--port", "0", "--refresh-every", "weekly"],
        cwd=project, text=True, capture_output=True,
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr == (
        "phengraph: 'weekly' is no period; give days, hours, minutes or seconds: 7d, 12h, 30m, 90s\n"
    )
