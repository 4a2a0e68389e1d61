# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The exported file in a real browser: every view, keys, languages, hostile text, endless queries, no network."""

from __future__ import annotations

import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from browser import PHONE, WatchedPage
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
VIEWS = (
    "",
    CLAIM,
    "phenomenon/widget-growth",
    "paper/alpha2019widgets",
    "model/widgetron",
    "papers",
    "models",
    "graph?node=claim%2Fwidgets-grow-by-a-power-law",
    "matrix?columns=paper",
    "timeline",
    "new?since=2026-01-05",
    "search?q=widgets",
    "sparql?query=evidence-by-claim",
    "about",
)
SCREENSHOTS = os.environ.get("PHENGRAPH_SCREENSHOTS")


def keep(reader: Reader, name: str) -> None:
    """A screenshot for a person to look at, where the environment names a folder for them."""
    if SCREENSHOTS:
        folder = Path(SCREENSHOTS)
        folder.mkdir(parents=True, exist_ok=True)
        reader.page.screenshot(path=folder / f"{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png")


@pytest.fixture(scope="session")
def axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(reader: Reader, axe: str, rules: dict[str, Any]) -> list[str]:
    """What axe finds of the rules it is given, as `rule: first element`."""
    reader.page.evaluate(axe)
    found: dict[str, Any] = reader.page.evaluate("rules => axe.run(document, rules)", rules)
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]


EVERYTHING = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Contrast is the slow rule, and the only one that hangs on the colours.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
NO_CONTRAST = EVERYTHING | {"rules": {"color-contrast": {"enabled": False}}}


def wait_for_answer(reader: Reader) -> None:
    reader.page.locator(".results, .told").first.wait_for()


def all_violations(reader: Reader, axe: str, rules: dict[str, Any], shot: str) -> dict[str, list[str]]:
    found = {}
    for view in VIEWS:
        reader.go(view)
        if view.startswith("sparql"):
            wait_for_answer(reader)
        keep(reader, f"{shot} {view or 'overview'}")
        wide = reader.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        told = violations(reader, axe, rules) + ([f"wider than the window by {wide} pixels"] if wide > 0 else [])
        if told:
            found[view] = told
    return found


def test_axe_finds_nothing_in_any_view(reader: Reader, axe: str) -> None:
    reader.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = all_violations(reader, axe, EVERYTHING, "light")
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


def test_every_view_has_its_contrast_in_the_dark(reader: Reader, axe: str) -> None:
    reader.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found = all_violations(reader, axe, CONTRAST, "dark")
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


def test_axe_finds_nothing_in_chinese_on_a_phone(reader: Reader, axe: str) -> None:
    reader.page.set_viewport_size(PHONE)
    reader.go()
    reader.page.get_by_role("button", name="中文").click()
    found = all_violations(reader, axe, NO_CONTRAST, "phone zh")
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)


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
    expect(reader.page.get_by_role("heading", name=re.compile("Citing sentences"))).to_be_visible()
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
    keep(reader, "claim of the toy")


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


def test_sparql_answers_inside_the_page_as_table_chart_and_graph(reader: Reader) -> None:
    reader.go("sparql?query=evidence-by-claim")
    wait_for_answer(reader)
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)
    reader.page.locator(".result-table").get_by_role("link", name="claim:widgets-stop-at-a-thousand").wait_for()
    with reader.page.expect_download() as download:
        reader.page.get_by_role("group", name="Download").get_by_role("button", name="CSV").click()
    assert Path(download.value.path()).read_text().startswith("claim,evidence\n")
    reader.page.get_by_role("radio", name="Chart").check()
    expect(reader.page.locator(".plot canvas")).to_be_visible()
    reader.page.get_by_role("radio", name="Graph").check()
    expect(reader.page.locator(".result-graph circle").first).to_be_visible()
    assert "show=graph" in reader.page.url


def test_an_entry_in_a_query_is_chosen_from_a_list(reader: Reader) -> None:
    query = "SELECT ?e { VALUES ?claim { claim:widgets-grow-by-a-power-law } ?e a ph:Evidence ; ph:claim ?claim }"
    reader.go(f"sparql?q={quote(query)}")
    expect(reader.page.locator(".result-table tbody tr")).to_have_count(3)
    reader.page.locator(".parameters").get_by_role("combobox", name="claim").select_option("widgets-stop-at-a-thousand")
    expect(reader.page.locator(".cm-content")).to_contain_text("claim:widgets-stop-at-a-thousand")
    expect(reader.page.locator(".result-table tbody tr").first).to_contain_text("widgets-stop-at-a-thousand")
    assert "widgets-stop-at-a-thousand" in reader.page.url


def test_a_query_that_is_asked_before_the_file_is_read_to_its_end_waits_for_it(
    chromium_page: WatchedPage, toy_page: Path
) -> None:
    content = toy_page.read_bytes()
    cut = content.index(b'<script type="text/plain" id="worker">')
    rest_may_come = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:cut])
            self.wfile.flush()
            rest_may_come.wait(30)
            self.wfile.write(content[cut:])

        def log_message(self, *told: object) -> None:
            del told

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium_page.page
        page.goto(f"http://127.0.0.1:{server.server_port}/#/sparql?query=evidence-by-claim", wait_until="commit")
        page.get_by_role("button", name="Stop").wait_for()
        rest_may_come.set()
        expect(page.locator(".result-table tbody tr")).not_to_have_count(0)
        server.shutdown()


def test_a_wrong_query_is_told_at_its_place(reader: Reader) -> None:
    reader.go("sparql?q=SELECT%20*%20WHERE%20%7B%0A%20%20%3Fa%20nope%3Ax%20%3Fb%20%7D")
    expect(reader.page.locator(".told")).to_contain_text("Line 2")
    expect(reader.page.locator(".told")).to_contain_text("“nope:” is not declared")
    expect(reader.page.locator(".cm-lintRange-error")).not_to_have_count(0)


ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_a_query_that_never_ends_is_stopped_and_the_next_one_answers(reader: Reader) -> None:
    reader.go(f"sparql?q={ENDLESS.replace(' ', '%20').replace('?', '%3F')}")
    stop = reader.page.get_by_role("button", name="Stop")
    stop.click()
    expect(reader.page.locator(".told")).to_have_text("Stopped.")
    reader.page.locator(".named-queries button").first.click()
    reader.page.get_by_role("button", name=re.compile("^Run")).click()
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)


def test_a_query_that_breaks_the_engine_breaks_nothing_else(reader: Reader) -> None:
    reader.go()
    deep = "SELECT * {" + "{" * 3000 + "}" * 3001
    reader.page.evaluate("text => { location.hash = '#/sparql?' + new URLSearchParams({q: text}) }", deep)
    reader.page.locator(".told").wait_for()
    reader.page.locator(".named-queries button").first.click()
    reader.page.get_by_role("button", name=re.compile("^Run")).click()
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)


def test_a_query_cannot_call_out(reader: Reader) -> None:
    reader.go(
        "sparql?q=SELECT%20*%20%7B%20SERVICE%20%3Chttp%3A%2F%2F127.0.0.1%3A9%2F%3E%20%7B%20%3Fa%20%3Fb%20%3Fc%20%7D%20%7D"
    )
    expect(reader.page.locator(".told")).to_contain_text("not supported")


def test_everything_is_reached_by_keyboard(reader: Reader) -> None:
    reader.go()
    reader.page.keyboard.press("Tab")
    expect(reader.page.locator(":focus")).to_have_text("Skip to content")
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("main")).to_be_focused()
    # From the top by Tab alone to a claim, and into it.
    reader.page.locator("table.board .claim-link").first.focus()
    name = reader.page.locator(":focus").inner_text()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("main h1")).to_have_text(name)
    expect(reader.page.locator("main")).to_be_focused()
    assert focus_order(reader) > 15


def focus_order(reader: Reader) -> int:
    """Walk the page by Tab; every stop must be visible and show its focus. Gives the number of stops."""
    seen = 0
    for _ in range(200):
        reader.page.keyboard.press("Tab")
        stop = reader.page.evaluate(
            """() => {
                const e = document.activeElement;
                if (!e || e === document.body) return null;
                const box = e.getBoundingClientRect();
                const own = getComputedStyle(e);
                const around = getComputedStyle(e.closest("label, .editor") ?? e);
                const shown = [own, around].some((s) => s.outlineStyle !== "none" || s.boxShadow !== "none");
                return {html: e.outerHTML.slice(0, 120), wide: box.width * box.height, shown};
            }"""
        )
        if stop is None:
            return seen
        assert stop["wide"] > 0, f"focus on something that is not there: {stop['html']}"
        assert stop["shown"], f"focus does not show on {stop['html']}"
        seen += 1
    return seen


def test_the_editor_lets_the_keyboard_out(reader: Reader) -> None:
    reader.go("sparql")
    reader.page.locator(".cm-content").focus()
    reader.page.keyboard.press("Tab")
    expect(reader.page.locator(".cm-content")).not_to_be_focused()


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


def test_the_engine_starts_only_when_asked(reader: Reader) -> None:
    workers: list[str] = []
    reader.page.on("worker", lambda worker: workers.append(worker.url))
    for view in ("", CLAIM, "graph", "sparql"):
        reader.go(view)
    assert workers == []
    reader.page.get_by_role("button", name=re.compile("^Run")).click()
    wait_for_answer(reader)
    assert len(workers) == 1 and workers[0].startswith("blob:")


def test_paper_prints_the_claim_with_its_evidence(reader: Reader) -> None:
    reader.go(CLAIM)
    reader.page.emulate_media(media="print")
    expect(reader.page.locator(".side-for .card").first).to_be_visible()
    expect(reader.page.locator(".tabs")).to_be_hidden()
    expect(reader.page.locator(".rule")).to_be_hidden()
