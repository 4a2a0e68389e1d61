"""The page in a real browser: offline, still, usable by keyboard and on a phone, and safe with hostile text.

`chromium_page` fails a test whose page logs an error (a breach of its policy too), throws, opens a dialog or asks for
another address; so every test here is also a test of that.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from browser import PHONE, WatchedPage
from picture_samples import citation, view_of, widgets
from playwright.sync_api import Page, expect

from phengraph.dataset import open_dataset
from phengraph.export import Options
from phengraph.export.html import export_html, load_data, render_page
from phengraph.model import Conditions, Figure, Knowledge
from phengraph.network import build_network
from phengraph.project import Project

pytestmark = pytest.mark.browser

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<!--<script>alert(3)//",
    '"><img src=x onerror=alert(4)>',
    "<svg/onload=alert(5)>",
    "javascript:alert(6)",
    "</title></textarea><iframe srcdoc='<script>alert(7)</script>'>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "\u202eright to left\u202c שלום \u2066",
    "🧩 部件 e\u0301 \u2028 line",
    "<a href=javascript:alert(8)>href</a>",
    "' onmouseover='alert(9)",
]


@pytest.fixture(scope="module")
def shipped_page(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "phengraph.html"
    path.write_bytes(export_html(open_dataset(Project(repository)), Options()))
    return path


@pytest.fixture(scope="module")
def widgets_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    view = view_of(widgets())
    path = tmp_path_factory.mktemp("page") / "widgets.html"
    path.write_text(render_page(build_network(view), view), encoding="utf-8")
    return path


def open_page(chromium_page: WatchedPage, path: Path, fragment: str = "") -> Page:
    chromium_page.page.goto(path.as_uri() + fragment)
    ready(chromium_page.page)
    return chromium_page.page


def ready(page: Page) -> None:
    page.locator("html[data-ready=yes]").wait_for(state="attached")


def listed(page: Page) -> list[str]:
    return page.locator("#entries button").evaluate_all("rows => rows.map(row => row.dataset.id)")


def test_the_shipped_page_opens_from_disk_and_asks_for_nothing_else(
    chromium_page: WatchedPage, shipped_page: Path
) -> None:
    page = open_page(chromium_page, shipped_page)
    expect(page.locator("#counts")).to_contain_text("79 claims")
    page.locator('[data-id="claim/twenty-tokens-per-parameter"]').click()
    expect(page.locator("#panel h2")).to_contain_text("twenty")
    assert chromium_page.requests == [shipped_page.as_uri()]
    assert chromium_page.console == []


def test_the_picture_stands_still_from_the_first_moment(chromium_page: WatchedPage, shipped_page: Path) -> None:
    page = open_page(chromium_page, shipped_page)
    canvas = page.locator("#canvas canvas")
    first = canvas.screenshot()
    page.wait_for_timeout(400)
    assert canvas.screenshot() == first


def test_the_picture_is_drawn(chromium_page: WatchedPage, shipped_page: Path) -> None:
    page = open_page(chromium_page, shipped_page)
    colours = page.evaluate(
        """() => {
          const canvas = document.querySelector("#canvas canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let at = 0; at < data.length; at += 4) seen.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
          return [...seen];
        }"""
    )
    # Phenomena, topics, supported and refuted claims in their own colours.
    assert {"31,111,178", "43,49,56", "0,105,74", "171,47,23"} <= set(colours)


def test_a_claim_shows_its_status_its_reason_and_both_sides(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    page.locator('[data-id="claim/widgets-grow"]').click()
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Widgets grow")
    expect(panel.locator(".badge")).to_have_text("contested")
    expect(panel).to_contain_text("1 team supports (weight 0.9) and 1 contradicts (0.6)")
    expect(panel.locator("h3")).to_have_text(["For2", "Against1"])
    expect(panel.locator("li .entry")).to_have_text(
        ["Example and Sample 2090", "Example and Sample 2090", "Example et al. 2092"]
    )
    expect(panel).to_contain_text("figure 1 · from 70M parameters; Gizmo; widgets only · strong · checked: paper")
    arxiv = panel.get_by_role("link", name="arXiv:2099.00001").first
    expect(arxiv).to_have_attribute("href", "https://arxiv.org/abs/2099.00001")
    expect(arxiv).to_have_attribute("rel", "noopener noreferrer")
    expect(arxiv).to_have_attribute("target", "_blank")


def test_proposed_evidence_is_shown_apart(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    page.locator('[data-id="claim/widgets-sing"]').click()
    expect(page.locator("#panel .badge")).to_have_text("open")
    expect(page.locator("#panel h3")).to_have_text(["Proposed, not counted1"])


def test_one_goes_from_entry_to_entry_through_the_panel(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    panel = page.locator("#panel")
    page.locator('[data-id="topic/widgets"]').click()
    panel.get_by_role("button", name="Growth").click()
    expect(panel.locator(".top")).to_contain_text("phenomenon")
    panel.get_by_role("button", name="Widgets grow").click()
    panel.get_by_role("button", name="Example and Sample 2090").first.click()
    expect(panel.locator("h2")).to_have_text("Made-up paper alpha on widgets")
    expect(panel).to_contain_text("qualifies Widgets shine")
    panel.get_by_role("button", name="Gizmo").first.click()
    expect(panel).to_contain_text("Made-up Works")
    assert page.url.endswith("#model%2Fgizmo")


def test_the_address_opens_an_entry(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page, "#claim/widgets-shine")
    expect(page.locator("#panel h2")).to_have_text("Widgets shine")
    page.evaluate("location.hash = '#paper/beta'")
    expect(page.locator("#panel h2")).to_have_text("Made-up paper beta on widgets")
    page.evaluate("location.hash = '#paper/<img src=x onerror=alert(1)>'")
    expect(page.locator("#panel")).to_be_hidden()
    page.evaluate("location.hash = '#%E0%A4%A'")
    expect(page.locator("#panel")).to_be_hidden()


def test_search_finds_words_anywhere_and_puts_labels_first(chromium_page: WatchedPage, shipped_page: Path) -> None:
    page = open_page(chromium_page, shipped_page)
    page.locator("#query").fill("20 tokens per parameter")
    assert listed(page)[0] == "claim/twenty-tokens-per-parameter"
    page.locator("#query").fill("grokking")
    assert listed(page)[0] == "phenomenon/grokking"
    page.locator("#query").fill("no such word anywhere")
    assert listed(page) == []
    expect(page.locator("#found")).to_have_text("nothing found for “no such word anywhere”")


def test_filters_hide_by_kind_stance_and_status(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    everything = listed(page)
    assert len(everything) == 13

    page.get_by_role("checkbox", name="paper").uncheck()
    assert [node for node in everything if node not in listed(page)] == ["paper/alpha", "paper/beta", "paper/gamma"]
    page.locator("#reset").click()
    assert listed(page) == everything

    # Only what is contradicted: grow by gamma, shine by beta; rust and sing have no such evidence.
    page.get_by_role("button", name="only contradicts").click()
    assert [node for node in listed(page) if node.startswith("claim/")] == ["claim/widgets-grow", "claim/widgets-shine"]
    assert "topic/sprockets" not in listed(page)
    assert "paper/alpha" not in listed(page)
    expect(page.locator("#found")).to_have_text("8 of 13 shown")
    page.locator("#reset").click()

    page.get_by_role("button", name="only contested").click()
    assert [node for node in listed(page) if node.startswith("claim/")] == ["claim/widgets-grow"]
    page.locator("#reset").click()

    page.get_by_role("checkbox", name="proposed, not counted").uncheck()
    assert "claim/widgets-sing" in listed(page), "what is open without proposed evidence is still a claim"


def test_the_legend_tells_stances_by_dashes(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    dashes = page.locator("#stances line").evaluate_all("all => all.map(line => line.getAttribute('stroke-dasharray'))")
    assert dashes == ["", "9 5", "2 4", ""]
    strokes = page.locator("#stances line").evaluate_all("all => all.map(line => line.getAttribute('stroke'))")
    assert strokes[:3] == ["#007a57", "#c2401f", "#8a5a00"]


def test_all_of_it_works_without_a_mouse(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    focused = "() => document.activeElement.dataset.id || document.activeElement.id || document.activeElement.tagName"
    page.keyboard.press("/")
    assert page.evaluate(focused) == "query"
    page.keyboard.type("shine")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    first = page.evaluate(focused)
    assert first == listed(page)[0]
    page.keyboard.press("End")
    assert page.evaluate(focused) == listed(page)[-1]
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    assert page.evaluate(focused) == first

    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel")).to_be_visible()
    before = page.locator("#panel h2").inner_text()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#panel h2")).not_to_have_text(before)


def test_tab_reaches_one_row_of_the_list_and_no_more(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    assert page.locator('#entries button[tabindex="0"]').count() == 1


def middle_of(page: Page, red: int, green: int, blue: int) -> tuple[float, float]:
    """Where the picture has this colour, on average, in pixels of the canvas."""
    x, y = page.evaluate(
        """([red, green, blue]) => {
          const canvas = document.querySelector("#canvas canvas");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let [x, y, count] = [0, 0, 0];
          for (let at = 0; at < data.length; at += 4) {
            if (data[at] !== red || data[at + 1] !== green || data[at + 2] !== blue) continue;
            x += (at / 4) % canvas.width;
            y += Math.floor(at / 4 / canvas.width);
            count += 1;
          }
          return [x / count, y / count];
        }""",
        [red, green, blue],
    )
    return x, y


def test_nodes_and_lines_answer_to_the_mouse(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = open_page(chromium_page, widgets_page)
    nodes = {node["id"]: node for node in load_data(widgets_page.read_text(encoding="utf-8"), "nodes")}
    # The only model and the only open claim have colours of their own: two points that map layout to screen.
    one, other = nodes["model/gizmo"], nodes["claim/widgets-sing"]
    here, there = middle_of(page, 0x7A, 0x3F, 0x8F), middle_of(page, 0x5F, 0x67, 0x71)
    scale = math.dist(here, there) / math.dist((one["x"], one["y"]), (other["x"], other["y"]))

    def spot(*ids: str) -> dict[str, float]:
        x, y = (sum(nodes[node][axis] for node in ids) / len(ids) for axis in "xy")
        return {"x": here[0] + (x - one["x"]) * scale, "y": here[1] + (y - one["y"]) * scale}

    canvas, tip, panel = page.locator("#canvas canvas"), page.locator("#tip"), page.locator("#panel")
    canvas.hover(position=spot("phenomenon/rust"))  # type: ignore[arg-type]
    expect(tip).to_have_text("phenomenonRust")
    canvas.click(position=spot("phenomenon/rust"))  # type: ignore[arg-type]
    expect(panel.locator("h2")).to_have_text("Rust")
    page.keyboard.press("Escape")
    page.locator("#fit").click()
    page.wait_for_timeout(500)

    line = spot("paper/gamma", "claim/widgets-grow")
    canvas.hover(position=line)  # type: ignore[arg-type]
    expect(tip).to_contain_text("Example et al. 2092 contradicts Widgets grow")
    expect(tip).to_contain_text("gamma found it.")
    canvas.click(position=line)  # type: ignore[arg-type]
    expect(panel.locator("h2")).to_have_text("Widgets grow")


def test_light_and_dark_follow_the_system_and_the_button(chromium_page: WatchedPage, widgets_page: Path) -> None:
    page = chromium_page.page
    page.emulate_media(color_scheme="dark")
    open_page(chromium_page, widgets_page)
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(19, 22, 26)"
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(ground) == "rgb(252, 252, 250)"
    page.locator("#theme").click()
    assert page.evaluate(ground) == "rgb(19, 22, 26)"
    page.reload()
    ready(page)
    assert page.evaluate(ground) == "rgb(19, 22, 26)", "the reader's choice stays"


def test_a_phone_has_the_list_behind_a_button_and_the_panel_below(
    chromium_page: WatchedPage, widgets_page: Path
) -> None:
    page = chromium_page.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    open_page(chromium_page, widgets_page)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    expect(page.locator("#finder")).to_be_hidden()
    page.locator("#open-finder").click()
    page.locator('[data-id="claim/widgets-grow"]').click()
    expect(page.locator("#finder")).to_be_hidden()
    box = page.locator("#panel").bounding_box()
    assert box is not None
    assert box["width"] == PHONE["width"]
    assert box["y"] > PHONE["height"] * 0.4


def poison(value: Any, texts: list[str]) -> Any:
    """The value with every text in it replaced by a hostile one, what is an id or a choice of ours left alone."""
    kept = {
        "slug",
        "key",
        "name",
        "claim",
        "paper",
        "phenomenon",
        "topic",
        "about",
        "source",
        "kind",
        "aspect",
        "models",
    }
    changed = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if field.name in kept or (old is None and field.name in ("year", "month", "corpus_id", "parameter_range")):
            continue
        if isinstance(old, Conditions):
            changed[field.name] = replace(old, datasets=(next_of(texts),), metric=next_of(texts), note=next_of(texts))
        elif old is None or type(old) is str:
            changed[field.name] = next_of(texts)
        elif isinstance(old, tuple) and field.name == "authors":
            changed[field.name] = (next_of(texts), next_of(texts))
        elif isinstance(old, tuple) and field.name == "figures":
            url = "https://example.org/?<script>alert(1)</script>"
            changed[field.name] = (Figure(url, next_of(texts)), Figure("javascript:alert(1)", next_of(texts)))
    return replace(value, **changed)


def next_of(texts: list[str]) -> str:
    texts.append(texts.pop(0))
    return texts[0]


def hostile_knowledge(start: int) -> Knowledge:
    texts = HOSTILE[start:] + HOSTILE[:start]
    plain = widgets()
    return Knowledge(
        *(
            {name: poison(entry, texts) for name, entry in getattr(plain, table.name).items()}
            for table in fields(Knowledge)
            if table.name not in ("notes", "source_list")
        )
    )


@pytest.mark.parametrize("start", range(0, len(HOSTILE), 4))
def test_hostile_text_in_every_field_is_shown_as_text(chromium_page: WatchedPage, tmp_path: Path, start: int) -> None:
    view = view_of(hostile_knowledge(start), repository="https://example.org/</script>")
    view = replace(view, title=HOSTILE[start], description=HOSTILE[start + 1])
    cites = [citation("alpha", f"{number:040x}", text) for number, text in enumerate(HOSTILE)]
    path = tmp_path / "hostile.html"
    path.write_text(render_page(build_network(view, citations=cites), view), encoding="utf-8")
    page = open_page(chromium_page, path)
    # innerText folds spaces; compare without them.
    squeeze = lambda text: "".join(text.split())  # noqa: E731 - one expression, used in this test alone
    assert squeeze(page.locator("h1").inner_text()) == squeeze(HOSTILE[start])
    shown = ""
    for node in listed(page):
        page.evaluate("id => { location.hash = encodeURIComponent(id) }", node)
        expect(page.locator("#panel h2")).to_be_visible()
        shown += page.locator("#panel").inner_text() + page.locator("#entries").inner_text()
    page.locator("#query").fill(HOSTILE[start])
    expect(page.locator("#found")).to_contain_text("found for")
    for text in HOSTILE:
        assert squeeze(text) in squeeze(shown)
    assert page.locator("#panel img, #panel script, #panel iframe, #panel svg[onload], #entries img").count() == 0
    assert page.locator("script:not([type])").count() == 2
    addresses = page.locator("a[href]").evaluate_all("all => all.map(one => one.protocol)")
    assert set(addresses) <= {"https:", "file:"}
    assert chromium_page.requests == [path.as_uri()]


def test_a_script_that_slips_in_would_not_run(chromium_page: WatchedPage, widgets_page: Path, tmp_path: Path) -> None:
    # The policy itself: markup put into the file by hand is refused, and so is text that becomes markup.
    text = widgets_page.read_text(encoding="utf-8")
    path = tmp_path / "tampered.html"
    path.write_text(text.replace("<noscript>", "<script>window.slipped = 1</script><noscript>"), encoding="utf-8")
    page = open_page(chromium_page, path)
    assert page.evaluate("window.slipped") is None
    assert len(chromium_page.errors) == 1
    assert "Content Security Policy" in chromium_page.errors.pop()
    refused = page.evaluate("() => { try { document.body.innerHTML = 'x'; return false } catch { return true } }")
    assert refused
    chromium_page.errors.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", ["", "#claim/widgets-grow", "#paper/alpha"])
def test_axe_finds_no_barrier(chromium_page: WatchedPage, widgets_page: Path, scheme: str, fragment: str) -> None:
    chromium_page.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page = open_page(chromium_page, widgets_page, fragment)
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate("() => axe.run().then((result) => result.violations)")
    assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found] == []
