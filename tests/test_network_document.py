"""docs/network.md: its examples run on the toy project, and its tables name every attribute that there is."""

from __future__ import annotations

import doctest
import os
import shutil
from pathlib import Path

import pytest
from picture_samples import citation, view_of, widgets

from phengraph.network import build_network

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "network.md"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    source = Path(__file__).resolve().parent / "toy"
    return Path(shutil.copytree(source, tmp_path / "toy", ignore=shutil.ignore_patterns(".phengraph")))


def test_the_documented_examples_run(toy: Path) -> None:
    here = Path.cwd()
    os.chdir(toy)
    try:
        text = DOCUMENT.read_text(encoding="utf-8")
        report: list[str] = []
        test = doctest.DocTestParser().get_doctest(text, {}, "network.md", str(DOCUMENT), 0)
        results = doctest.DocTestRunner().run(test, out=report.append)
    finally:
        os.chdir(here)
    assert results.attempted > 10
    assert not results.failed, "".join(report)
    assert (toy / "sprockets.html").is_file()


def test_every_relation_kind_and_attribute_is_documented() -> None:
    graph = build_network(view_of(widgets()), citations=[citation("alpha", "f" * 40, "Made-up citing paper")])
    text = DOCUMENT.read_text(encoding="utf-8")
    named = {attributes[key] for _, attributes in graph.nodes(data=True) for key in ("kind",)}
    named |= {attributes["relation"] for *_, attributes in graph.edges(data=True)}
    named |= {name for _, attributes in graph.nodes(data=True) for name in attributes}
    named |= {name for *_, attributes in graph.edges(data=True) for name in attributes}
    assert [name for name in sorted(named) if f"`{name}`" not in text] == []
