# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The exported file in a real browser: every view, keys, languages, hostile text, blocked storage, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import WatchedPage
from explorer_samples import (  # noqa: F401 - fixtures
    Reader,
    built,
    cited_toy,
    hostile,
    hostile_page,
    reader,
    toy_page,
)
from playwright.sync_api import Browser, expect

CLAIM = "claim/widgets-grow-by-a-power-law"


def test_the_board_shows_where_every_claim_stands(reader: Reader) -> None:
    reader.go()
    claims = {
        one["slug"]: one
        for one in json.loads((Path(__file__).parent / "golden" / "explorer.json").read_text())["claims"]
    }
    rows = reader.page.locator("table.board tbody tr")
    expect(rows).to_have_count(len(claims))
    for claim in claims.values():
        row = rows.filter(has=reader.page.get_by_role("link", name=claim["label"], exact=True))
        expect(row.locator(".status").first).to_have_text(claim["status"]["status"])
        teams = f"{claim['status']['supportingTeams']}:to{claim['status']['contradictingTeams']}"
        expect(row.locator(".team-counts")).to_have_text(teams)


def test_a_filter_stands_in_the_link_and_a_link_reopens_it(reader: Reader) -> None:
    reader.go()
    reader.page.locator(".strip-number", has_text="contested").click()
    assert "status=contested" in reader.page.url
    shown = reader.page.locator("table.board tbody tr").count()
    reader.page.get_by_label("Order").select_option("citations")
    address = reader.page.url
    reader.page.goto("about:blank")
    reader.page.goto(address)
    expect(reader.page.locator("table.board tbody tr")).to_have_count(shown)
    expect(reader.page.get_by_label("Order")).to_have_value("citations")
    expect(reader.page.locator(".strip-number", has_text="contested")).to_have_attribute("aria-pressed", "true")


def test_search_finds_as_you_type_with_accents_folded(reader: Reader) -> None:
    reader.go()
    reader.page.keyboard.press("/")
    reader.page.keyboard.type("nandu")
    expect(reader.page.get_by_role("heading", name=re.compile("Citing papers and sentences"))).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator("table.board").first).to_be_visible()
    reader.go("search?q=部件增长")
    expect(reader.page.locator("main").get_by_role("link", name="Widgets grow", exact=True).first).to_be_visible()


TWO_KEYS_AT_ONCE = """field => {
  for (const text of ["n", "na"]) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}"""


def test_two_keys_before_the_browser_tells_of_the_first_are_one_search(reader: Reader) -> None:
    reader.go()
    field = reader.page.get_by_role("searchbox", name="Search everything")
    field.evaluate(TWO_KEYS_AT_ONCE)
    expect(field).to_have_value("na")
    expect(reader.page.get_by_role("heading", name="“na”")).to_be_visible()
    # Escape goes back to where the search began, and not to its first letter.
    field.press("Escape")
    expect(reader.page.locator("table.board").first).to_be_visible()


def test_a_finding_hands_out_its_bibtex_and_its_place(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.go("claim/widgets-stop-at-a-thousand")
    against = reader.page.locator(".side-against .card").first
    against.get_by_role("button", name=re.compile("^BibTeX of")).click()
    expect(reader.page.locator("[role=status].unseen")).to_contain_text("Copied")
    assert "@article{alpha2019widgets," in reader.page.evaluate("navigator.clipboard.readText()")
    against.get_by_role("button", name=re.compile("^Copy the place")).click()
    expect(against.locator(".bare-button")).to_have_text("Copied")
    place = reader.page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"graph/phenomena/widget-growth\.md:\d+", place)


def test_a_claim_shows_both_sides_with_scale_sentences_and_bibtex(reader: Reader) -> None:
    reader.go("claim/widgets-stop-at-a-thousand")
    expect(reader.page.locator(".side-for .card")).to_have_count(1)
    expect(reader.page.locator(".side-against .card")).not_to_have_count(0)
    reader.go(CLAIM)
    # Maths is MathML of the browser's own.
    expect(reader.page.locator(".claim-text math")).to_have_count(1)
    expect(reader.page.locator(".scale-table tbody tr")).not_to_have_count(0)
    expect(reader.page.locator(".sentences mark.cue-contrast").first).to_have_text("However")
    expect(reader.page.locator(".counts")).to_contain_text("1,234")
    reader.page.get_by_text("Its 3 papers").click()
    assert "@article{alpha2019widgets," in reader.page.locator(".citation").nth(1).inner_text()
    reader.keep("claim of the toy")


def test_moving_the_rule_moves_statuses_and_the_link_keeps_them(reader: Reader) -> None:
    reader.go("claim/widgets-stop-at-a-thousand")
    before = reader.page.locator(".verdict .status").inner_text()
    slider = reader.page.get_by_label("contested from")
    slider.focus()
    for _ in range(60):
        reader.page.keyboard.press("ArrowLeft")
    assert "w=90-60-30-1" in reader.page.url
    expect(reader.page.locator(".band")).to_be_visible()
    after = reader.page.locator(".verdict .status").inner_text()
    reader.page.reload()
    expect(reader.page.locator(".verdict .status")).to_have_text(after)
    reader.page.locator(".band").get_by_role("button").click()
    expect(reader.page.locator(".band")).to_have_count(0)
    expect(reader.page.locator(".verdict .status")).to_have_text(before)


def test_the_graph_and_its_table_are_in_step(reader: Reader) -> None:
    reader.go("graph")
    count = reader.page.locator(".graph-count")
    everything = count.inner_text()
    reader.page.locator(".graph-legend").get_by_label(re.compile("^papers")).uncheck()
    expect(count).not_to_have_text(everything)
    expect(reader.page.locator(".twin tbody").get_by_text("alpha", exact=False)).to_have_count(0)
    reader.page.locator(".graph-legend").get_by_label(re.compile("^papers")).check()
    expect(count).to_have_text(everything)
    reader.page.locator(".twin").get_by_role("button", name="Widgets grow by a power law").click()
    expect(reader.page.locator(".graph-panel h2")).to_have_text("Widgets grow by a power law")
    reader.page.get_by_role("button", name="Only its neighbourhood").click()
    expect(reader.page.locator(".twin tbody tr")).not_to_have_count(0)
    assert reader.page.locator(".twin tbody tr").count() < 12
    reader.page.get_by_role("button", name="Path from here").click()
    reader.page.locator(".graph-tools").get_by_role("button", name="Show all").click()
    expect(count).to_have_text(everything)


def test_a_click_on_the_picture_chooses_the_node(reader: Reader) -> None:
    # One node alone stands in the middle of the stage.
    reader.go("graph?focus=topic%2Fwidgets&hide=claim,model,paper,phenomenon")
    expect(reader.page.locator(".graph-count")).to_contain_text("1 node")
    reader.page.locator(".stage").click()
    expect(reader.page.locator(".graph-panel h2")).to_have_text("Widgets")
    expect(reader.page.locator(".twin tr.chosen")).to_have_count(1)


def test_a_path_between_two_nodes_is_in_the_link(reader: Reader) -> None:
    reader.go("graph?path=paper/alpha2019widgets,topic/widgets")
    steps = reader.page.locator(".path-part ol li")
    expect(steps).not_to_have_count(0)
    expect(steps.first).to_contain_text("Made-up")


def test_the_picture_is_saved_as_svg_and_png(reader: Reader) -> None:
    reader.go("graph")
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="SVG").click()
    svg = Path(download.value.path()).read_text(encoding="utf-8")
    assert svg.startswith("<svg") and "stroke-dasharray" in svg and "Widgets grow" in svg
    with reader.page.expect_download() as download:
        reader.page.get_by_role("button", name="PNG").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_lasso_keeps_what_it_surrounds(reader: Reader) -> None:
    reader.go("graph")
    before = reader.page.locator(".graph-count").inner_text()
    reader.page.get_by_role("button", name="Draw a loop").click()
    box = reader.page.locator(".lasso-layer").bounding_box()
    assert box
    corners = [(0.02, 0.1), (0.5, 0.1), (0.5, 0.98), (0.02, 0.98)]
    mouse = reader.page.mouse
    mouse.move(box["x"] + box["width"] * corners[0][0], box["y"] + box["height"] * corners[0][1])
    mouse.down()
    for x, y in corners[1:]:
        mouse.move(box["x"] + box["width"] * x, box["y"] + box["height"] * y, steps=4)
    mouse.up()
    expect(reader.page.locator(".graph-count")).not_to_have_text(before)


def test_the_matrix_copies_as_csv_latex_and_markdown(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.go("matrix?columns=paper")
    for name, mark in (("CSV", "Widgets grow by a power law,"), ("LaTeX", r"\toprule"), ("Markdown", "| --- |")):
        reader.page.get_by_role("group", name="Copy as").get_by_role("button", name=name).click()
        expect(reader.page.get_by_role("group", name="Copy as").get_by_text("Copied").first).to_be_visible()
        assert mark in reader.page.evaluate("navigator.clipboard.readText()")


def test_new_tells_citations_and_remembers_what_was_read(reader: Reader) -> None:
    reader.go("new?since=2026-02-02")
    expect(reader.page.locator(".lead")).to_contain_text("3 new citations")
    reader.page.get_by_label("read", exact=True).first.check()
    reader.page.reload()
    expect(reader.page.locator("li.read")).to_have_count(1)
    reader.page.get_by_label("hide what I have read").check()
    expect(reader.page.locator("li.read")).to_have_count(0)
    expect(reader.page.locator("li.unread")).to_have_count(2)


def test_chinese_is_chosen_and_kept(reader: Reader) -> None:
    reader.go()
    reader.page.get_by_role("button", name="中文").click()
    expect(reader.page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(reader.page.get_by_role("link", name="矩阵")).to_be_visible()
    expect(reader.page.locator("table.board").get_by_text("部件增长").first).to_be_visible()
    reader.page.reload()
    expect(reader.page.get_by_role("link", name="矩阵")).to_be_visible()
    reader.page.get_by_role("button", name="English").click()
    expect(reader.page.get_by_role("link", name="Matrix")).to_be_visible()


def test_an_unknown_place_says_so(reader: Reader) -> None:
    for route in ("claim/no-such-claim", "nonsense", "constructor", "claim/__proto__"):
        assert reader.go(route).inner_text() == "Nothing here under that name"


def test_back_and_forward_walk_through_the_views(reader: Reader) -> None:
    reader.go()
    title = reader.page.locator("main h1").inner_text()
    reader.page.locator("table.board .claim-link").first.click()
    expect(reader.page.locator("main h1")).not_to_have_text(title)
    reader.page.go_back()
    expect(reader.page.locator("main h1")).to_have_text(title)


def test_hostile_text_stays_text_everywhere(chromium_page: WatchedPage, hostile_page: Path) -> None:
    reader = Reader(chromium_page, hostile_page)
    views = (
        "",
        "claim/c",
        "phenomenon/p",
        "paper/a",
        "paper/b",
        "model/m",
        "papers",
        "models",
        "graph?node=claim%2Fc&citing=1",
    )
    for view in (*views, "matrix?columns=paper", "timeline", "new?since=2099-01-01", "search?q=script", "about"):
        reader.go(view)
        foreign = reader.page.evaluate(
            """() => [...document.querySelectorAll(
                "main :is(img, iframe, object, style, script, [onclick], [onerror], [onmouseover], [onload])"
            )].map((e) => e.outerHTML.slice(0, 200))"""
        )
        assert foreign == [], view
        links = reader.page.evaluate(
            "() => [...document.querySelectorAll('main a, main a *')].map((e) => e.getAttribute('href') ?? '#')"
        )
        assert [link for link in links if not link.startswith(("#", "https://", "http://"))] == [], view
    reader.go("claim/c")
    assert "<img src=x onerror=alert(2)>" in reader.main_text()
    assert chromium_page.foreign_requests == []


@pytest.fixture
def page_without(chromium: Browser, toy_page: Path) -> Iterator[Any]:
    """Opens the toy in a browser from which a script first takes something away."""
    contexts = []

    def open_page(script: str) -> tuple[Reader, list[str]]:
        context = chromium.new_context()
        contexts.append(context)
        context.add_init_script(script)
        watched = WatchedPage(context.new_page())
        errors: list[str] = []
        watched.page.on("pageerror", lambda error: errors.append(str(error)))
        return Reader(watched, toy_page), errors

    yield open_page
    for context in contexts:
        context.close()


def test_it_works_with_storage_blocked(page_without: Any) -> None:
    reader, errors = page_without(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError') }})"
    )
    reader.go("new?since=2026-01-05")
    reader.page.get_by_label("read", exact=True).first.check()
    expect(reader.page.locator("li.read")).to_have_count(1)
    reader.page.get_by_role("button", name="中文").click()
    expect(reader.page.get_by_role("link", name="矩阵")).to_be_visible()
    assert errors == []


def test_without_webgl_the_table_has_it_all(page_without: Any) -> None:
    for script in (
        "HTMLCanvasElement.prototype.getContext = function (kind) { return null }",
        "delete window.WebGLRenderingContext; delete window.WebGL2RenderingContext;"
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest)"
        " { return /webgl/.test(kind) ? null : get.call(this, kind, ...rest) }",
    ):
        reader, errors = page_without(script)
        reader.go("graph")
        expect(reader.page.locator(".no-webgl")).to_be_visible()
        expect(reader.page.locator(".twin tbody tr")).not_to_have_count(0)
        reader.page.locator(".graph-legend").get_by_label(re.compile("^papers")).uncheck()
        expect(reader.page.locator(".twin tbody").get_by_text("paper", exact=True)).to_have_count(0)
        assert errors == []


def test_without_scripts_every_claim_is_still_listed(chromium: Browser, toy_page: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(toy_page.as_uri())
    assert "Widgets grow by a power law" in page.locator("body").inner_text()
    context.close()


def test_paper_prints_the_claim_with_its_evidence(reader: Reader) -> None:
    reader.go(CLAIM)
    reader.page.emulate_media(media="print")
    expect(reader.page.locator(".side-for .card").first).to_be_visible()
    expect(reader.page.locator(".tabs")).to_be_hidden()
    expect(reader.page.locator(".rule")).to_be_hidden()
