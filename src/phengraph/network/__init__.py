"""The NetworkX view of a dataset, the measures people ask of it, and a picture of any part of it.

from phengraph.network import build_network, evidence_path, picture

graph = build_network(dataset)                       # a networkx.MultiDiGraph
print(evidence_path(graph, "emergent-abilities-exist", "loss-power-law"))
picture(graph, about="grokking", hops=2).show("grokking.html", notebook=False)
"""

from typing import TYPE_CHECKING, Any

from phengraph.network.build import (
    CITING_PAPER,
    CLAIM,
    EVIDENCE_RELATIONS,
    KINDS,
    MODEL,
    PAPER,
    PHENOMENON,
    TOPIC,
    Graph,
    build_network,
    current_citations,
    find_node,
)
from phengraph.network.measures import (
    Bridge,
    Centrality,
    betweenness,
    bridges,
    centralities,
    communities,
    counted_graph,
    degrees,
    neighbourhood,
    pagerank,
    simple_graph,
)
from phengraph.network.paths import EvidencePath, Step, evidence_path

if TYPE_CHECKING:
    from phengraph.network.drawing import Picture, picture

__all__ = [
    "CITING_PAPER",
    "CLAIM",
    "EVIDENCE_RELATIONS",
    "KINDS",
    "MODEL",
    "PAPER",
    "PHENOMENON",
    "TOPIC",
    "Bridge",
    "Centrality",
    "EvidencePath",
    "Graph",
    "Picture",
    "Step",
    "betweenness",
    "bridges",
    "build_network",
    "centralities",
    "communities",
    "counted_graph",
    "current_citations",
    "degrees",
    "evidence_path",
    "find_node",
    "neighbourhood",
    "pagerank",
    "picture",
    "simple_graph",
]


def __getattr__(name: str) -> Any:
    # pyvis brings IPython with it, half a second that only a picture is worth.
    if name in ("Picture", "picture"):
        from phengraph.network import drawing

        return getattr(drawing, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
