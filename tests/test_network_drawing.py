"""The pyvis picture for notebooks: pyvis' traps are closed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from browser import WatchedPage
from picture_samples import view_of, widgets

from phengraph.network import build_network, picture
from phengraph.problems import UnknownName


def hostile_graph() -> object:
    knowledge = widgets()
    bad = '<img src=x onerror="alert(1)"><a href="javascript:alert(2)">x</a></script><script>alert(3)</script>'
    papers = {key: replace(one, title=bad, authors=(bad,)) for key, one in knowledge.papers.items()}
    evidence = {name: replace(one, finding=bad) for name, one in knowledge.evidence.items()}
    return build_network(view_of(replace(knowledge, papers=papers, evidence=evidence)))


def test_positions_are_given_and_physics_is_off() -> None:
    drawn = picture(build_network(view_of(widgets())))
    assert drawn.options["physics"] == {"enabled": False}
    assert all({"x", "y", "label", "title"} <= set(node) for node in drawn.nodes)
    assert len(drawn.nodes) == 13
    assert len(drawn.edges) == 18


def test_stances_have_colour_and_dashes_and_what_does_not_count_is_thin() -> None:
    edges = {(edge["from"], edge["to"]): edge for edge in picture(build_network(view_of(widgets()))).edges}
    contradiction = edges["paper/gamma", "claim/widgets-grow"]
    assert (contradiction["color"], contradiction["dashes"], contradiction["width"]) == ("#c2401f", [9, 5], 1.6)
    proposed = edges["paper/gamma", "claim/widgets-sing"]
    assert (proposed["color"], proposed["dashes"], proposed["width"]) == ("#007a57", False, 0.6)


def test_a_picture_about_one_entry_has_its_neighbourhood() -> None:
    graph = build_network(view_of(widgets()))
    assert [node["id"] for node in picture(graph, about="sprockets-rust", hops=1).nodes] == [
        "phenomenon/rust", "claim/sprockets-rust", "paper/beta",
    ]  # fmt: skip
    with pytest.raises(UnknownName):
        picture(graph, about="gadgets")


def test_a_tooltip_says_what_a_node_is() -> None:
    titles = {node["id"]: node["title"] for node in picture(build_network(view_of(widgets()))).nodes}
    assert titles["claim/widgets-sing"].splitlines()[0] == "claim: Widgets sing"
    assert titles["paper/alpha"] == "paper: Made-up paper alpha on widgets\nAda Example; Bo Sample"


def test_an_edge_to_nowhere_is_an_error() -> None:
    drawn = picture(build_network(view_of(widgets())))
    with pytest.raises(KeyError, match="one is no node"):
        drawn.add_edge("paper/alpha", "claim/none")


def test_the_page_links_nothing_and_no_tooltip_turns_into_markup(tmp_path: Path) -> None:
    drawn = picture(hostile_graph())  # type: ignore[arg-type]
    drawn.write_html(str(tmp_path / "picture.html"))
    text = (tmp_path / "picture.html").read_text(encoding="utf-8")
    assert not re.search(r"<(?:link|script)\b[^>]*(?:src|href)=\"https?:", text)
    assert "popup.innerHTML = nodeData" not in text


def test_a_notebook_shows_it_in_a_frame_of_its_own() -> None:
    shown = picture(build_network(view_of(widgets())))._repr_html_()
    assert shown.startswith('<iframe srcdoc="&lt;html&gt;')
    assert shown.count("<") == 2


@pytest.mark.browser
def test_hostile_text_stays_text_in_pyvis_own_page(chromium_page: WatchedPage, tmp_path: Path) -> None:
    picture(hostile_graph()).write_html(str(tmp_path / "picture.html"))  # type: ignore[arg-type]
    page = chromium_page.open_file(tmp_path / "picture.html")
    page.locator("#mynetwork canvas").wait_for()
    place = page.evaluate("() => network.canvasToDOM(network.getPositions()['paper/alpha'])")
    page.locator("#mynetwork canvas").hover(position=place)
    page.locator(".vis-tooltip").wait_for()
    assert "<img src=x" in page.locator(".vis-tooltip").inner_text()
    assert page.locator(".vis-tooltip img").count() == 0
    assert chromium_page.requests == [(tmp_path / "picture.html").as_uri()]
