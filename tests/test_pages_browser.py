"""The pages in a real Chromium, over real HTTP: hostile data, every width, no barrier, no script needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import DESKTOP, PHONE, WatchedPage
from export_samples import dataset_of
from page_samples import BROWSER, cited_widgets, serve_dataset
from picture_samples import citation
from playwright.sync_api import Browser, Page, expect
from serve_fixtures import Served

from phengraph.dataset import open_dataset
from phengraph.model import CitationCount, Conditions, Context, Figure, Knowledge, Range
from phengraph.project import Project

pytestmark = pytest.mark.browser
pytest_plugins = ["page_fixtures"]

ATTACKS = (
    '<script>alert("x")</script>',
    "\"><img src=x onerror=alert('y')>",
    "</script><svg onload=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% set x = 1 %}",
    "javascript:alert(1)",
    "[link](javascript:alert(1)) ![picture](https://example.org/pixel.png) [good](https://example.org/)",
    "$\\href{javascript:alert(1)}{x}$ $<script>alert(1)</script>$ $\\style{color:red}{x}$",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "<!-- ]]> <?php ?> --> &lt;b&gt; &amp;amp;",
    "\u202eturned \u2067 round",
    "</title></textarea></style><style>*{display:none}</style><base href=//example.org/>",
)
ALL = " ".join(ATTACKS)


def hostile() -> tuple[Knowledge, tuple[list[Any], list[CitationCount]]]:
    """The widgets with attacks in every text."""
    known, (_, counts) = cited_widgets()
    conditions = Conditions(Range(7e7, None), None, Range(1e18, 1e21), ("gizmo",), (ALL,), ALL, ALL)
    return (
        Knowledge(
            topics={slug: replace(one, label=ALL, label_zh=ALL, number=ALL) for slug, one in known.topics.items()},
            phenomena={
                slug: replace(
                    one,
                    label=ALL,
                    label_zh=ALL,
                    list_number=ALL,
                    description=f"{ALL}\n\n| {ALL} | b |\n|:-:|--:|\n| 1 | 2 |\n\n<div onclick=alert(1)>{ALL}</div>",
                    figures=(Figure("javascript:alert(1)", ALL), Figure("https://example.org/f.png", ALL)),
                )
                for slug, one in known.phenomena.items()
            },
            claims={
                slug: replace(one, label=ALL, text=ALL, as_of=ALL, origin=ALL) for slug, one in known.claims.items()
            },
            evidence={
                name: replace(one, finding=ALL, quote=ALL, locator=ALL, read_in=ALL, conditions=conditions)
                for name, one in known.evidence.items()
            },
            papers={
                key: replace(
                    one,
                    title=ALL,
                    authors=(ALL, "Ada Example"),
                    venue=ALL,
                    doi=f"10.5555/{quote(ALL)}",
                    url="javascript:alert(1)",
                    note=ALL,
                    checks={"authors": ALL, "venue": ALL},
                )
                for key, one in known.papers.items()
            },
            models={
                key: replace(
                    one, label=ALL, organisation=ALL, parameters=ALL, normalization=ALL, checked_with=ALL, note=ALL
                )
                for key, one in known.models.items()
            },
            notes={slug: replace(one, list_says=ALL, fact=ALL, checked_with=ALL) for slug, one in known.notes.items()},
        ),
        (
            [
                replace(
                    citation("alpha", f"{place:040x}", ALL, venue=ALL, open_access="javascript:alert(1)"),
                    contexts=(Context(ALL, ("background",)),),
                )
                for place in range(3)
            ],
            counts,
        ),
    )


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    knowledge, seen = hostile()
    with serve_dataset(dataset_of(knowledge, tmp_path_factory.mktemp("hostile") / "made", citations=seen)) as served:
        yield served


@pytest.fixture(scope="module")
def served(repository: Path) -> Iterator[Served]:
    with serve_dataset(open_dataset(Project(repository))) as served:
        yield served


HOSTILE_PATHS = (
    *(
        "/",
        "/claims",
        "/phenomena",
        "/papers",
        "/models",
        "/about",
        "/api/",
        "/claim/widgets-grow",
        "/claim/widgets-sing",
    ),
    *("/phenomenon/growth", "/paper/alpha", "/model/gizmo", "/topic/widgets", "/author/ada-example"),
    *(f"/claim/{quote(ALL)}", f"/search?q={quote(ALL[:250])}", f"/claims?q={quote(ALL[:250])}"),
    *(f"/claims?sort={quote(ALL[:250])}", f"/claims?topic={quote(ALL[:150])}", f"/claim/widgets-grow?{quote(ALL)}"),
)
LOOK = """() => ({
    forbidden: document.querySelectorAll(
        'script:not([type="application/ld+json"]), style, img, iframe, object, embed, base, form:not([action])'
    ).length,
    handlers: [...document.querySelectorAll('*')].flatMap(
        one => one.getAttributeNames().filter(name => name.startsWith('on') || name === 'style')
    ),
    protocols: [...document.links].map(one => one.protocol),
    forms: [...document.forms].map(one => new URL(one.action).host),
    structured: [...document.querySelectorAll('script')].map(one => JSON.parse(one.textContent)['@context']),
})"""


def test_whatever_the_data_holds_it_stays_text(attacked: Served, chromium_page: WatchedPage) -> None:
    page = chromium_page.page
    for path in HOSTILE_PATHS:
        answer = page.goto(attacked.url + path)
        assert answer is not None and answer.status in (200, 404, 422), path
        found = page.evaluate(LOOK)
        assert (found["forbidden"], found["handlers"]) == (0, []), path
        assert set(found["protocols"]) <= {"http:", "https:"}, path
        assert set(found["forms"]) == {f"127.0.0.1:{attacked.port}"}, path
        assert set(found["structured"]) <= {"https://schema.org"}, path
    # The browser logs each refusal of ours; anything else fails the test at its end.
    chromium_page.errors = [one for one in chromium_page.errors if "the server responded with a status of 4" not in one]


def test_the_words_of_an_attack_are_read_as_words(attacked: Served, chromium_page: WatchedPage) -> None:
    page = chromium_page.page
    page.goto(f"{attacked.url}/claim/widgets-grow")
    text = page.locator("main").inner_text()
    for attack in ATTACKS[:6]:
        assert attack in text
    assert "49" not in page.locator("h1").inner_text()
    # The links that are none stay words, the good one is a link.
    targets = page.locator(".claim-text a").evaluate_all("all => all.map(one => one.href)")
    assert targets == ["https://example.org/pixel.png", "https://example.org/"]


def test_data_opened_in_a_browser_runs_nothing(attacked: Served) -> None:
    for suffix in ("ttl", "jsonld", "json", "nt", "bib"):
        answer = attacked.ask(path=f"/claim/widgets-grow.{suffix}", headers={"Accept": BROWSER})
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("sandbox")
        assert "html" not in answer.headers["content-type"]


# --- the shipped graph ---

PATHS = (
    "/claims?limit=12", "/phenomena", "/papers?limit=12", "/models?limit=12", "/search?q=grokking", "/about", "/api/",
    "/ns",
    "/claim/twenty-tokens-per-parameter", "/claim/norm-pythia", "/phenomenon/grokking", "/paper/hoffmann2022chinchilla",
    "/model/pythia", "/topic/scaling-of-computation", "/author/jordan-hoffmann", "/dataset/the-pile",
)  # fmt: skip


@pytest.fixture(scope="module")
def axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def test_axe_finds_nothing_on_any_page(served: Served, chromium: Browser, axe: str) -> None:
    context = chromium.new_context(viewport=DESKTOP, color_scheme="light")
    page = context.new_page()
    found = {path: violations(page, served.url + path, axe, {}) for path in PATHS}
    context.close()
    assert {path: told for path, told in found.items() if told} == {}


def test_every_text_has_its_contrast_in_the_dark(served: Served, chromium: Browser, axe: str) -> None:
    context = chromium.new_context(viewport=PHONE, color_scheme="dark")
    page = context.new_page()
    contrast = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    found = {path: violations(page, served.url + path, axe, contrast) for path in PATHS[-8:]}
    context.close()
    assert {path: told for path, told in found.items() if told} == {}


def violations(page: Page, address: str, axe: str, rules: dict[str, Any]) -> list[str]:
    page.goto(address)
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate("async rules => (await axe.run(document, rules)).violations", rules)
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.parametrize("viewport", [{"width": 320, "height": 640}, PHONE, {"width": 2400, "height": 1300}])
def test_no_page_is_wider_than_its_window(served: Served, chromium: Browser, viewport: Any) -> None:
    context = chromium.new_context(viewport=viewport)
    page = context.new_page()
    widths = {}
    for path in PATHS:
        page.goto(served.url + path)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {path: width for path, width in widths.items() if width > viewport["width"]} == {}


def test_without_script_a_reader_gets_from_the_search_to_the_evidence(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/claims")
    page.get_by_role("searchbox", name="Search everything").fill("twenty per parameter")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The best number of training tokens is about twenty per parameter").first.click()
    expect(page).to_have_url(f"{served.url}/claim/twenty-tokens-per-parameter")
    page.get_by_text("BibTeX of 4 papers").click()
    assert "@inproceedings{hoffmann2022chinchilla," in page.locator("details pre").nth(1).inner_text()
    page.goto(f"{served.url}/claims")
    page.get_by_label("Status").select_option("refuted")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("status=refuted"))
    expect(page.locator(".board tbody tr")).to_have_count(4)
    context.close()


def test_every_control_shows_its_focus(served: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP)
    page = context.new_page()
    page.goto(f"{served.url}/claims")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    for _ in range(14):
        page.keyboard.press("Tab")
        width = page.evaluate(
            "(style => parseFloat(style.outlineWidth) * (style.outlineStyle !== 'none'))"
            "(getComputedStyle(document.activeElement))"
        )
        assert width >= 1 or page.evaluate("document.activeElement.type === 'search'")
    context.close()
