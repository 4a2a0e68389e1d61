"""GraphML and GEXF: the network for Gephi, yEd, igraph and every other tool of network analysis.

NetworkX writes both. Added for them: the colours and sizes of the picture, dashes by stance, its positions
(GEXF), and edge ids that are unique, without which Gephi drops parallel edges. What XML 1.0 cannot hold at all
(control characters, noncharacters) becomes U+FFFD, the character for "something was here".
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from phengraph.export.formats import Options

if TYPE_CHECKING:
    import networkx as nx

    from phengraph.dataset import Dataset

# XML 1.0 (fifth edition), production 2, turned round; a carriage return is legal and lost in reading.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n?")

# The dash patterns of GEXF, by stance; the picture's finer ones have no name there.
_DASHES = {"supports": "solid", "contradicts": "dashed", "qualifies": "dotted", "inconclusive": "double"}


def export_graphml(dataset: Dataset, options: Options) -> bytes:
    """The network as GraphML; colours and sizes are the attributes `r`, `g`, `b`, `size`, which Gephi knows."""
    from networkx.readwrite.graphml import GraphMLWriter

    graph = _drawn(dataset, options)
    for _, shown in _shown(graph):
        viz = shown.pop("viz")
        shown |= viz["color"] | ({"size": viz["size"]} if "size" in viz else {})
    # Not nx.write_graphml: that takes lxml where it is installed, whose bytes differ.
    writer = GraphMLWriter(encoding="utf-8", prettyprint=True, edge_id_from_attribute="id")
    writer.add_graph_element(graph)
    stream = io.BytesIO()
    writer.dump(stream)
    return stream.getvalue() + b"\n"


def export_gexf(dataset: Dataset, options: Options) -> bytes:
    """The network as GEXF 1.3, with the colours, sizes, dashes and positions of the picture."""
    from networkx.readwrite.gexf import GEXFWriter

    from phengraph.layout import positions

    graph = _drawn(dataset, options)
    for _, shown in graph.nodes(data=True):
        # NetworkX keeps the name `key` for the keys of edges, and would call this column `networkx_key`.
        if "key" in shown:
            shown["slug"] = shown.pop("key")
    for node, (x, y) in positions(graph).items():
        graph.nodes[node]["viz"]["position"] = {"x": x, "y": 0.0 - y, "z": 0.0}  # Gephi's y grows upward
    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.3")
    meta = writer.xml.find("meta")
    # NetworkX 3.6 misspells this namespace in GEXF 1.3.
    writer.xml.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    # The date of today and NetworkX's version would make other bytes of the same graph.
    del meta.attrib["lastmodifieddate"]
    meta.find("creator").text = "phengraph"
    writer.add_graph(graph)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue() + b"\n"


def xml_text(text: str) -> str:
    r"""The text as XML 1.0 can hold it, with line feeds as its only line ends.

    >>> xml_text("a\x01b\r\nc\x85d"), xml_text("\ufffe")
    ('a�b\nc\x85d', '�')
    """
    return _NOT_XML.sub("\ufffd", _LINE_END.sub("\n", text))


def _drawn(dataset: Dataset, options: Options) -> nx.MultiDiGraph[str]:
    """The network with attributes fit for XML, and `viz` as GEXF wants it."""
    from phengraph.network import build_network, current_citations
    from phengraph.network.style import KIND_STYLES, edge_colour, node_colour

    graph = build_network(dataset, citations=current_citations(dataset) if options.with_citations else ())
    for _, shown in _shown(graph):
        for name, value in shown.items():
            if isinstance(value, str):
                shown[name] = xml_text(value)
    for _, shown in graph.nodes(data=True):
        shown["viz"] = {"color": _rgb(node_colour(shown)), "size": float(KIND_STYLES[shown["kind"]].size)}
    for source, target, key, shown in graph.edges(keys=True, data=True):
        relation = shown["relation"]
        shown |= {"id": f"{source}--{key}--{target}", "label": relation}
        shown["viz"] = {"color": _rgb(edge_colour(relation)), "shape": _DASHES.get(relation, "solid")}
    graph.graph["name"] = xml_text(str(graph.graph.get("name", "")))
    return graph


def _shown(graph: nx.MultiDiGraph[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nodes and edges with their attributes, to be changed in place."""
    yield from graph.nodes(data=True)
    for source, _, attributes in graph.edges(data=True):
        yield source, attributes


def _rgb(colour: str) -> dict[str, int]:
    """`#1f8a4c` as red, green and blue."""
    return dict(zip("rgb", bytes.fromhex(colour.removeprefix("#")), strict=True))
