# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The review in a real Chromium, on a real `phengraph serve --curate`: keys, hostile sentences, who has no token."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from browser import PHONE, WatchedPage
from explorer_samples import built  # noqa: F401 - fixture
from export_samples import copy_toy
from playwright.sync_api import Page, expect

from phengraph.checking import check_project
from phengraph.curate.decisions import read_decisions
from phengraph.ingest.forms import CITATION
from phengraph.project import Project

pytestmark = pytest.mark.browser

HOSTILE = (
    "In contrast to Alpha, the size of a widget is not a power law of its age </script><script>alert(1)</script>"
    "<img src=x onerror=alert(2)> [x](javascript:alert(3)) $\\href{javascript:alert(4)}{y}$ {{7*7}} "
    "\u202eturned\u202c \u2066x\u2069"
)
PLAIN = "In contrast to Alpha, we find that the size of a widget is not a power law of its age."


@dataclass
class Curated:
    """A running `phengraph serve --curate`."""

    project: Project
    url: str
    review: str
    """The address that it printed."""


def make_records(project: Project, sentences: list[str]) -> None:
    """Citations of a toy paper that speak to a claim of it."""
    folder = project.ingest / "semanticscholar" / "citations" / "alpha2019widgets"
    folder.mkdir(parents=True)
    rows = [
        CITATION.line(
            {
                "id": f"{number:040x}",
                "corpus_id": 9_000_000 + number,
                "doi": f"10.5555/made-up.{number}",
                "title": f"Made-up paper {number}: widgets and a power law of age <b>",
                "authors": [f"First Author{number}", "Second Made-up"],
                "year": 2026,
                "date": "2026-08-30",
                "abstract": sentence,
                "contexts": [{"text": sentence, "intents": ["result"]}],
                "influential": True,
                "seen": "2026-09-01",
            }
        )
        for number, sentence in enumerate(sentences, 1)
    ]
    (folder / "2026-09.jsonl").write_bytes(b"".join(sorted(rows)))


@pytest.fixture
def curated(built: None, tmp_path: Path) -> Iterator[Curated]:
    """A queue for one test to decide on."""
    yield from curating(tmp_path / "toy", [HOSTILE, *[PLAIN] * 7])


@pytest.fixture(scope="module")
def shared_queue(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Curated]:
    """More suggestions than the tests that share them decide on."""
    yield from curating(tmp_path_factory.mktemp("curated") / "toy", [HOSTILE, *[PLAIN] * 7])


def curating(folder: Path, sentences: list[str]) -> Iterator[Curated]:
    project = copy_toy(folder)
    make_records(project, sentences)
    command = [sys.executable, "-m", "phengraph", "--project", str(project.root), "serve", "--curate"]
    running = subprocess.Popen(
        [*command, "--curator", "Ada Alpha", "--port", "0", "--no-access-log"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if found := re.search(r"review at ((http://127\.0\.0\.1:\d+/)#/review\?token=[\w-]{40,})\n", line):
            break
    else:
        pytest.fail("".join(said))
    yield Curated(project, found[2], found[1])
    running.terminate()
    running.wait(timeout=60)
    running.stdout.close()


def opened(watched: WatchedPage, curated: Curated) -> Page:
    page = watched.page
    page.goto(curated.review)
    page.locator(".review-draft").wait_for()
    return page


def wait_until(condition: Any, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def test_keys_decide_and_the_files_follow(chromium_page: WatchedPage, curated: Curated) -> None:
    page = opened(chromium_page, curated)
    assert page.url == f"{curated.url}#/review", "the token is not left in the address"
    place, told = page.locator(".review-head .number"), page.locator(".review-told")
    total = int((place.text_content() or "").split(" of ")[1])
    assert total >= 5

    def expect_at(number: int) -> None:
        expect(place).to_have_text(f"{number} of {total}")

    expect_at(1)
    before = {path: path.read_bytes() for path in curated.project.graph.rglob("*") if path.is_file()}

    page.keyboard.press("c")
    expect_at(2)
    expect(told).to_contain_text("Supported → Contested: 2 teams for, 1 against, 1 qualifying")
    page.keyboard.press("u")
    expect_at(1)
    wait_until(lambda: {path: path.read_bytes() for path in before} == before)

    # What is typed decides nothing; Escape leaves the field.
    page.keyboard.press("e")
    finding = page.get_by_label("Finding, in a sentence of your own")
    expect(finding).to_be_focused()
    finding.fill("Widgets of squnilo do not follow a power law.")
    page.get_by_label("Strength").select_option("strong")
    finding.press("Escape")
    expect_at(1)
    page.keyboard.press("c")
    expect(told).to_contain_text("2 teams for, 1 strong against, 1 qualifying")
    # What was written about the last one is not said of the next.
    expect(finding).to_have_value(re.compile("In contrast"))
    expect(page.get_by_label("Strength")).to_have_value("moderate")
    expect_at(2)
    page.get_by_role("button", name="not about this").click()
    expect_at(3)
    page.keyboard.press("l")
    expect_at(4)
    page.keyboard.press("Control+s")
    page.keyboard.press("?")
    expect(page.locator(".review-help")).to_contain_text("It speaks against it.")
    expect_at(4)

    wait_until(lambda: len(read_decisions(curated.project)[0]) == 3)
    assert (
        b"finding: Widgets of squnilo do not follow a power law."
        in (curated.project.phenomena / "widget-growth.md").read_bytes()
    )
    assert check_project(curated.project).errors == 0
    for number in range(5, total + 1):
        page.keyboard.press("n")
        expect_at(number)
    page.keyboard.press("n")
    expect(page.locator(".review-empty")).to_contain_text("Nothing waits for a decision.")
    expect(place).to_have_text("Nothing waits")


def test_hostile_sentences_are_text(chromium_page: WatchedPage, shared_queue: Curated) -> None:
    page = opened(chromium_page, shared_queue)
    for _ in range(7):
        if "<script>" in (page.locator(".review-sheet").text_content() or ""):
            break
        number = page.locator(".review-head .number").text_content() or ""
        page.keyboard.press("n")
        expect(page.locator(".review-head .number")).not_to_have_text(number)
    sheet = page.locator(".review-sheet")
    expect(sheet).to_contain_text(
        "</script><script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3))"
    )
    assert page.locator(".review-page script, .review-page img, .review-page iframe").count() == 0
    links = page.locator(".review-page a").evaluate_all("all => all.map(one => one.protocol)")
    assert set(links) <= {"http:", "https:"}
    content = page.locator(".review-page").text_content() or ""
    assert not set(content) & set("\u202e\u202c\u2066\u2069")
    page.keyboard.press("c")
    expect(page.locator(".review-told")).to_contain_text("Contested")
    page.keyboard.press("u")
    expect(sheet).to_contain_text("<script>")


def test_without_the_token_nothing_is_shown(chromium_page: WatchedPage, shared_queue: Curated) -> None:
    page = chromium_page.page
    page.goto(f"{shared_queue.url}#/review")
    field = page.get_by_label("Address or token")
    field.fill("made-up")
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("alert")).to_contain_text("it holds the token")
    expect(page.locator(".review-page")).to_have_count(0)
    # The browser itself logs the refusal, as it should.
    chromium_page.errors.clear()
    field.fill(shared_queue.review)
    page.get_by_role("button", name="Use it").click()
    page.locator(".review-draft").wait_for()
    page.reload()
    page.locator(".review-draft").wait_for()
    expect(page.get_by_role("navigation").get_by_role("link", name="Review")).to_be_visible()


def test_no_barrier_and_no_view_wider_than_a_phone(chromium_page: WatchedPage, shared_queue: Curated) -> None:
    page = opened(chromium_page, shared_queue)
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    for size in (None, PHONE):
        if size is not None:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.reload()
            page.locator(".review-draft").wait_for()
        for scheme in ("light", "dark"):
            # Without motion: a colour on its way to the other is not what is looked at.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.evaluate(axe)
            found = page.evaluate("axe.run(document)")["violations"]
            assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
    page.get_by_role("button", name="中文").click()
    expect(page.locator("main h1")).to_have_text("审阅")
    expect(page.get_by_role("button", name="与此无关")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator(".review-told")).to_contain_text(re.compile(r"支持的团队 \d，反对的团队 \d"))
    page.keyboard.press("u")


def test_who_listens_to_others_or_stands_behind_a_proxy_cannot_curate(tmp_path: Path) -> None:
    project = copy_toy(tmp_path / "toy")
    for options, told in (
        (["--host", "0.0.0.0"], "--curate writes files, so it goes with --host 127.0.0.1 or ::1 only."),
        (["--root-path", "/graph"], "--curate writes files, so it does not stand behind a proxy (--root-path)."),
    ):
        command = [
            sys.executable,
            "-m",
            "phengraph",
            "--project",
            str(project.root),
            "serve",
            "--port",
            "0",
            "--curate",
        ]
        done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=60)
        assert done.returncode == 2 and told in done.stderr
