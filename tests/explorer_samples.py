"""Datasets and pages that the tests of the explorer open: the toy project with citations, and one of hostile text."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from browser import WatchedPage
from export_samples import copy_toy
from playwright.sync_api import Locator, Page

from phengraph.curate import read_graph
from phengraph.dataset import CONTEXT_FILE, Dataset, project_quads
from phengraph.explorer import is_built
from phengraph.export.explorer import page
from phengraph.model import (
    Checked,
    Citation,
    CitationCount,
    CitingPaper,
    Claim,
    Conditions,
    Confidence,
    Context,
    Evidence,
    Figure,
    Knowledge,
    Model,
    Note,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    Stance,
    Strength,
    Topic,
)
from phengraph.quads import CitationQuads, count_quads, derived_quads, knowledge_quads, line_quads
from phengraph.settings import StatusSettings
from phengraph.snapshot import Heading, write_snapshot
from phengraph.status import judge_all

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden" / "explorer.json"
NAMED_QUERY = """# Made-up query of claims
# Every claim of the toy, by its label.
SELECT ?claim ?label WHERE { ?claim a ph:Claim ; skos:prefLabel ?label } ORDER BY ?label
"""
COUNT_QUERY = """# Evidence by claim
SELECT ?claim (COUNT(?e) AS ?evidence) WHERE { ?e a ph:Evidence ; ph:claim ?claim } GROUP BY ?claim ORDER BY ?claim
"""


def toy_citations() -> tuple[list[Citation], list[CitationCount]]:
    """Five citations of two toy papers, seen on two days, one removed, one by a tracked paper; three counts."""

    def citing(number: int) -> CitingPaper:
        return CitingPaper(
            s2_id=f"{number:040x}",
            corpus_id=900 + number,
            title=f"Made-up citing paper {number} on widgets",
            authors=("Łukasz Madeup", "Ana Ñandú"),
            year=2025,
            date=f"2025-0{number}-01",
        )

    sentences = (Context("However, the power law of Alpha fails to hold for gadgets.", ("background",)),)
    found = [
        Citation("alpha2019widgets", citing(1), sentences, True, "2026-01-05"),
        Citation("alpha2019widgets", citing(2), (Context("We confirm that widgets grow."),), False, "2026-02-02"),
        Citation("alpha2019widgets", citing(3), (), False, "2026-02-02"),
        Citation("bravo2020gadgets", citing(1), (Context("Gadgets may suggest otherwise."),), False, "2026-02-02"),
        Citation("bravo2020gadgets", citing(4), (), False, "2026-01-05", removed="2026-02-02"),
    ]
    counts = [
        CitationCount("alpha2019widgets", "2026-01-05", 1, 1),
        CitationCount("alpha2019widgets", "2026-02-02", 1234, 40),
        CitationCount("bravo2020gadgets", "2026-02-02", 7, 0),
    ]
    return found, counts


def make_toy(folder: Path) -> Dataset:
    """The toy project with citations and two named queries, in the cache of a copy of the project."""
    project = copy_toy(folder / "toy")
    project.queries.mkdir(parents=True)
    (project.queries / "all-claims.rq").write_text(NAMED_QUERY, encoding="utf-8")
    (project.queries / "evidence-by-claim.rq").write_text(COUNT_QUERY, encoding="utf-8")
    knowledge = read_graph(project).knowledge
    citations, counts = toy_citations()
    quads = chain(
        project_quads(project, lambda step: None).knowledge,
        derived_quads(knowledge, {}, counts, project.base),
        count_quads(counts, knowledge, project.base),
    )
    seen = CitationQuads(knowledge, project.base, {}).of_citations(citations)
    settings = project.settings
    heading = Heading("0" * 32, project.base, settings.title, settings.description, settings.repository, "main")
    made = project.cache / "datasets" / "toy"
    made.mkdir(parents=True)
    contents = write_snapshot(made, quads, seen, heading)
    (made / CONTEXT_FILE).write_bytes((project.graph / CONTEXT_FILE).read_bytes())
    return Dataset(made, contents)


HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)><!-- --> "
    "<svg onload=alert(3)> {{7*7}} ${alert(4)} \"' onmouseover=alert(5) x=\"'"
)
HOSTILE_MARKDOWN = (
    "<img src=x onerror=alert(6)> [click](javascript:alert(7)) ![pic](javascript:alert(8)) "
    "$\\href{javascript:alert(9)}{x}$ $\\url{javascript:alert(10)}$ $\\class{x}{y}$ `<b>` <https://example.org> "
    "$\\htmlStyle{position:fixed}{a}$ $\\def\\a{\\a\\a}\\a$ **bold** <b onclick=alert(11)>b</b>"
)


def hostile_knowledge() -> Knowledge:
    """Every text of every entry is an attack; names are harmless, since the readers of files refuse others."""
    at = Source("graph/phenomena/x.md", 1)
    conditions = Conditions(Range(1e6, 1e9), None, None, ("m",), (HOSTILE,), HOSTILE, HOSTILE)
    papers = {
        key: Paper(
            key,
            f"{HOSTILE} {key}",
            (HOSTILE, "Ada Example"),
            True,
            2099,
            1,
            HOSTILE,
            "misc",
            None,
            None,
            None,
            None,
            url,
            HOSTILE,
            {"authors": HOSTILE},
            at,
        )
        for key, url in (("a", "https://example.org/%22onclick=alert(1)"), ("b", None))
    }
    evidence = {
        f"c.{key}": Evidence(
            f"c.{key}",
            "c",
            key,
            stance,
            HOSTILE,
            HOSTILE,
            conditions,
            Strength.STRONG,
            Checked.PAPER,
            Confidence.LOW,
            Review.ACCEPTED,
            None,
            HOSTILE,
            HOSTILE,
            at,
        )
        for key, stance in (("a", Stance.SUPPORTS), ("b", Stance.CONTRADICTS))
    }
    return Knowledge(
        topics={"t": Topic("t", HOSTILE, HOSTILE, "how", "1", at)},
        phenomena={
            "p": Phenomenon(
                "p",
                HOSTILE,
                HOSTILE,
                "t",
                "How 1.1",
                ("m",),
                ("a",),
                HOSTILE_MARKDOWN,
                (Figure("https://example.org/x.png", HOSTILE),),
                at,
            )
        },
        claims={"c": Claim("c", "p", HOSTILE, HOSTILE_MARKDOWN, None, None, at)},
        evidence=evidence,
        papers=papers,
        models={
            "m": Model(
                "m", HOSTILE, HOSTILE, HOSTILE, None, 2099, HOSTILE, None, "a", HOSTILE, Confidence.LOW, HOSTILE, at
            )
        },
        notes={"n": Note("n", "p", HOSTILE, HOSTILE, HOSTILE, Confidence.HIGH, at)},
    )


def make_hostile(folder: Path) -> Dataset:
    base = "https://example.org/hostile/"
    knowledge = hostile_knowledge()
    counts = [CitationCount("a", "2099-01-01", 1, 0), CitationCount("a", "2099-02-01", 2, 0)]
    citing = CitingPaper(
        "f" * 40, None, HOSTILE, (HOSTILE,), 2099, HOSTILE, HOSTILE, None, "10.5555/<script>x</script>"
    )
    citations = [Citation("a", citing, (Context(HOSTILE, ("background",)),), True, "2099-02-01")]
    quads = chain(
        knowledge_quads(knowledge, base),
        derived_quads(knowledge, judge_all(knowledge, StatusSettings()), counts, base),
        count_quads(counts, knowledge, base),
        line_quads(knowledge, base),
    )
    folder.mkdir(parents=True)
    heading = Heading("0" * 32, base, HOSTILE, HOSTILE, None, "main")
    seen = CitationQuads(knowledge, base, {}).of_citations(citations)
    return Dataset(folder, write_snapshot(folder, quads, seen, heading))


@pytest.fixture(scope="session")
def cited_toy(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_toy(tmp_path_factory.mktemp("explorer"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return make_hostile(tmp_path_factory.mktemp("hostile") / "dataset")


@pytest.fixture(scope="session")
def built() -> None:
    if not is_built():
        pytest.skip("the explorer's page is not built here: install phengraph where the npm registry is reached")


@pytest.fixture(scope="session")
def toy_page(cited_toy: Dataset, built: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported file of the toy."""
    path = tmp_path_factory.mktemp("page") / "explorer.html"
    path.write_bytes(page(cited_toy, "file"))
    return path


@pytest.fixture(scope="session")
def hostile_page(hostile: Dataset, built: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "hostile.html"
    path.write_bytes(page(hostile, "file"))
    return path


SCREENSHOTS = os.environ.get("PHENGRAPH_SCREENSHOTS")


class Reader:
    """A person before the page: goes to places and looks at what is there."""

    def __init__(self, watched: WatchedPage, file: Path) -> None:
        self.watched = watched
        self.page: Page = watched.page
        self.file = file

    def go(self, route: str = "") -> Locator:
        """Open a place by its link; gives the heading of the view."""
        self.page.goto(f"{self.file.resolve().as_uri()}#/{route}")
        heading = self.page.locator("main h1").first
        heading.wait_for(state="attached")
        return heading

    def keep(self, name: str) -> None:
        """Keep a screenshot for a person to look at, where the environment names a folder for them."""
        if SCREENSHOTS:
            folder = Path(SCREENSHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png")

    def wait_for_answer(self) -> None:
        """Wait until a query has its answer, or its error."""
        self.page.locator(".results, .told").first.wait_for()

    def main_text(self) -> str:
        return self.page.locator("main").inner_text()


@pytest.fixture
def reader(chromium_page: WatchedPage, toy_page: Path) -> Iterator[Reader]:
    """A reader of the toy's file, whom the page may not make ask anything of the network."""
    reader = Reader(chromium_page, toy_page)
    yield reader
    asked = [address for address in chromium_page.requests if not address.startswith(("file:", "blob:", "data:"))]
    assert asked == [], "the file asked the network for something"


def golden_text(graph: str) -> str:
    """The golden form of explorer.json: indented, one line end, positions apart since floats may differ."""
    return json.dumps(json.loads(graph), ensure_ascii=False, indent=1) + "\n"
