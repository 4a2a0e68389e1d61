"""GraphML and GEXF: read back in NetworkX, coloured, and XML whatever the data holds."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree

import networkx as nx
import pytest
from export_samples import ODD_TITLES, odd, toy  # noqa: F401 - fixtures, used by their names
from hypothesis import given
from hypothesis import strategies as st

from phengraph.dataset import Dataset
from phengraph.export import Options, export
from phengraph.export.graphxml import xml_text
from phengraph.network import build_network
from phengraph.views import read_view

GEXF, VIZ = "{http://gexf.net/1.3}", "{http://gexf.net/1.3/viz}"
READERS = {
    "graphml": lambda content: nx.read_graphml(io.BytesIO(content), force_multigraph=True),
    "gexf": lambda content: nx.read_gexf(io.BytesIO(content), version="1.3"),
}


def made(dataset: Dataset, name: str, *, with_citations: bool = False) -> bytes:
    content = export(dataset, name, Options(with_citations=with_citations))
    assert isinstance(content, bytes)
    return content


def _edges(graph: nx.MultiDiGraph[str]) -> list[tuple[str, ...]]:
    return sorted((a, b, shown["relation"], shown.get("evidence", "")) for a, b, shown in graph.edges(data=True))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("source", ["toy", "odd"])
def test_networkx_reads_back_the_same_network(name: str, source: str, request: pytest.FixtureRequest) -> None:
    dataset: Dataset = request.getfixturevalue(source)
    expected = build_network(read_view(dataset))
    found = READERS[name](made(dataset, name))
    assert set(found) == set(expected)
    added = {"viz", "r", "g", "b", "size"}
    for node, attributes in expected.nodes(data=True):
        if name == "gexf" and "key" in attributes:
            attributes = attributes | {"slug": attributes["key"]}
            del attributes["key"]
        shown = {key: xml_text(value) if isinstance(value, str) else value for key, value in attributes.items()}
        assert {key: value for key, value in found.nodes[node].items() if key not in added} == shown
    assert _edges(found) == _edges(expected)
    weights = {shown["evidence"]: shown["weight"] for _, _, shown in expected.edges(data=True) if "finding" in shown}
    assert weights
    assert {
        shown["evidence"]: shown["weight"] for _, _, shown in found.edges(data=True) if "finding" in shown
    } == weights


@pytest.mark.parametrize("name", READERS)
def test_edge_ids_are_unique(toy: Dataset, name: str) -> None:  # noqa: F811
    """Gephi drops an edge whose id it has seen; NetworkX alone would write `supports` as the id of many."""
    root = ElementTree.fromstring(made(toy, name))
    ids = [edge.get("id") for edge in root.iter() if edge.tag.endswith("}edge")]
    assert len(ids) == len(set(ids)) == build_network(read_view(toy)).number_of_edges()


def test_gexf_has_colours_sizes_places_and_dashes(toy: Dataset) -> None:  # noqa: F811
    root = ElementTree.fromstring(made(toy, "gexf"))
    assert root.get("version") == "1.3"
    nodes = {node.get("id"): node for node in root.iter(f"{GEXF}node")}
    places = set()
    for node in nodes.values():
        colour, size, place = (node.find(f"{VIZ}{name}") for name in ("color", "size", "position"))
        assert colour is not None and size is not None and place is not None
        assert all(0 <= int(colour.get(part, "-1")) <= 255 for part in "rgb")
        assert float(size.get("value", "0")) > 0
        places.add((float(place.get("x", "nan")), float(place.get("y", "nan"))))
    assert len(places) == len(nodes)
    looks = {
        (edge.get("label"), edge.find(f"{VIZ}shape").get("value"))  # type: ignore[union-attr]
        for edge in root.iter(f"{GEXF}edge")
    }
    assert {("supports", "solid"), ("contradicts", "dashed"), ("qualifies", "dotted"), ("about", "solid")} <= looks
    colours = {
        edge.get("label"): tuple(edge.find(f"{VIZ}color").get(part) for part in "rgb")  # type: ignore[union-attr]
        for edge in root.iter(f"{GEXF}edge")
    }
    assert len({colours["supports"], colours["contradicts"], colours["qualifies"], colours["about"]}) == 4


def test_gexf_tells_no_date_and_no_version_of_networkx(toy: Dataset) -> None:  # noqa: F811
    head = made(toy, "gexf").partition(b"<graph ")[0]
    assert b"<creator>phengraph</creator>" in head
    assert b"lastmodified" not in head and nx.__version__.encode() not in head
    assert b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' in head


@pytest.mark.parametrize("name", READERS)
def test_citing_papers_come_on_request(odd: Dataset, name: str) -> None:  # noqa: F811
    assert not [1 for _, kind in READERS[name](made(odd, name)).nodes(data="kind") if kind == "citing paper"]
    found = READERS[name](made(odd, name, with_citations=True))
    citing = {shown["label"] for _, shown in found.nodes(data=True) if shown["kind"] == "citing paper"}
    assert citing == {xml_text(title) for title in ODD_TITLES.values()}


@given(st.text())
def test_any_text_is_xml_after_xml_text(text: str) -> None:
    element = ElementTree.Element("a", b=xml_text(text))
    element.text = xml_text(text)
    back = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert (back.text or "", back.get("b")) == (xml_text(text), xml_text(text))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_that_xml_can_hold_is_not_changed(text: str) -> None:
    if not re.search("[\ufffe\uffff]", text):
        assert xml_text(text) == text
