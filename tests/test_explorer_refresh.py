# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The button "Refresh now" of a served page, for real: a server, the stand-in, and Chromium."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import WatchedPage
from explorer_samples import built  # noqa: F401 - a fixture
from export_samples import copy_toy
from playwright.sync_api import expect
from standin.server import StandIn, serving

KEY = "madeup2021refreshed"
BIB = f"""
@misc{{{KEY},
  title = {{Made-up paper 1 on widgets that refresh}},
  author = {{Madeup, Ada}},
  year = {{2021}},
  eprint = {{2101.90001}},
  archiveprefix = {{arXiv}}
}}
"""


@pytest.fixture
def stand_in() -> Iterator[tuple[StandIn, str]]:
    made = StandIn()
    made.corpus.cite(made.corpus.add("Made-up paper 1 on widgets that refresh", arxiv="2101.90001"), range(20))
    with serving(made) as address:
        yield made, address


@pytest.fixture
def server(built: None, tmp_path: Path, stand_in: tuple[StandIn, str]) -> Iterator[str]:
    """The address of a server whose project was refreshed a moment ago, and is again after a week."""
    project = copy_toy(tmp_path / "toy")
    with (project.graph / "papers.bib").open("a", encoding="utf-8") as bib:
        bib.write(BIB)
    with (project.root / "phengraph.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[serve]\nwatch_seconds = 0.2\n\n[refresh]\nseconds_between_requests = 0\n")
    environment = os.environ | {"SEMANTIC_SCHOLAR_API_URL": stand_in[1], "SEMANTIC_SCHOLAR_API_KEY": ""}
    command = [sys.executable, "-m", "phengraph", "--project", str(project.root)]
    subprocess.run([*command, "refresh"], env=environment, check=True, capture_output=True)
    with subprocess.Popen(
        [*command, "serve", "--port", "0", "--refresh-every", "7d", "--no-access-log"],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        said = iter(running.stdout.readline, "")
        found = next((match for line in said if (match := re.search(r"at (http://127\.0\.0\.1:\d+)", line))), None)
        assert found is not None
        yield found[1]
        running.terminate()
        running.communicate(timeout=30)


def test_refresh_now_shows_its_progress_its_news_and_then_what_came(
    chromium_page: WatchedPage, server: str, stand_in: tuple[StandIn, str]
) -> None:
    page, service = chromium_page.page, stand_in[0]
    page.goto(f"{server}/#/paper/{KEY}")
    told = page.locator(".refresh-message")
    expect(told).to_have_text(re.compile(r"^Citations of \d+ \w+ \d{4} · next \d+ \w+ \d{4}$"))
    service.corpus.cite(next(iter(service.corpus.papers)), [100, 101, 102])
    go_on = threading.Event()

    def hold(request: object, right):
        assert go_on.wait(60)
        return right

    service.switch(hold, "/citations", times=None)
    page.get_by_role("button", name="Refresh now").click()
    progress = page.locator(".refresh progress")
    # One paper of the two that are looked for has citations to read: its page is held back until it was looked at.
    expect(page.locator(".refresh")).to_have_text("0 of 1 papers", timeout=30_000)
    expect(progress).to_have_attribute("max", "1")
    expect(page.get_by_role("button", name="Refresh now")).to_have_count(0)
    go_on.set()
    expect(told).to_have_text(re.compile(r"^3 new citations of 1 paper"), timeout=30_000)
    page.get_by_role("button", name="Show what is new").click()
    # The server builds the new dataset beside the old one, so a quick reader may have to look again.
    for _ in range(60):
        page.locator("main h1").first.wait_for(state="attached")
        if page.get_by_text("23 citations", exact=True).count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text("23 citations", exact=True)).to_be_visible()
    assert chromium_page.foreign_requests == []
