# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The exported file for every reader: contrast, names, keyboard and a phone, held by axe in each view."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import pytest
from browser import PHONE
from explorer_samples import (  # noqa: F401 - fixtures
    Reader,
    built,
    cited_toy,
    reader,
    toy_page,
)
from playwright.sync_api import expect

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


def all_violations(reader: Reader, axe: str, rules: dict[str, Any], shot: str) -> dict[str, list[str]]:
    found = {}
    for view in VIEWS:
        reader.go(view)
        if view.startswith("sparql"):
            reader.wait_for_answer()
        reader.keep(f"{shot} {view or 'overview'}")
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
