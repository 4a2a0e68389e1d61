"""What people measure on the graph: who is central, what belongs together, what joins two phenomena.

Every measure takes the graph of `build_network`, counts only evidence that counts in a status (accepted), and answers
in an order that does not depend on chance. Measures of NetworkX keep NetworkX's definitions; what is ours is which
edges they see.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

import networkx as nx

from phengraph.network.build import CLAIM, EVIDENCE_RELATIONS, PAPER, PHENOMENON, Graph, find_node

SAMPLED_BETWEENNESS_NODES = 2_000
"""Above this many nodes betweenness is estimated from as many as 500 of them."""


@dataclass(frozen=True, slots=True)
class Centrality:
    """How central one node is."""

    node: str
    kind: str
    label: str
    degree: int
    """Edges at the node; evidence that does not count is left out."""
    pagerank: float
    """Sums to 1 over all nodes."""
    betweenness: float
    """Share of the shortest paths between other nodes that lead through it, 0 to 1."""
    community: int
    """Number of its community in `communities`, 0 is the largest."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """Two phenomena, and the papers with evidence on both."""

    first: str
    second: str
    """Slugs of the phenomena, in the order of the graph."""
    papers: tuple[str, ...]
    """Keys, in the order of the graph."""
    across_topics: bool
    """The phenomena belong to different topics."""
    betweenness: float
    """Largest betweenness among the papers: how much of the graph depends on this bridge."""


def counted_graph(graph: Graph) -> Graph:
    """A copy without the evidence that does not count: proposed, rejected and retired."""
    kept: Graph = graph.copy()
    uncounted = [
        (source, target, key)
        for source, target, key, attributes in graph.edges(keys=True, data=True)
        if attributes.get("counted") is False
    ]
    kept.remove_edges_from(uncounted)
    return kept


def simple_graph(graph: Graph) -> nx.Graph[str]:
    """Undirected, one edge between two nodes, whose `weight` is the sum of theirs; only evidence that counts."""
    simple: nx.Graph[str] = nx.Graph()
    simple.add_nodes_from(graph.nodes(data=True))
    for source, target, attributes in graph.edges(data=True):
        if source == target or attributes.get("counted") is False:
            continue
        weight = float(attributes.get("weight", 1.0))
        if simple.has_edge(source, target):
            simple.edges[source, target]["weight"] += weight
        else:
            simple.add_edge(source, target, weight=weight)
    return simple


def degrees(graph: Graph) -> dict[str, int]:
    """Number of edges at each node, in the order of the graph; parallel evidence counts each time."""
    return dict(counted_graph(graph).degree())


def pagerank(graph: Graph) -> dict[str, float]:
    """PageRank along the edges (damping .85), each edge by its weight; sums to 1.

    Edges run from a paper to its claim, on to the phenomenon and the topic, and from a citing paper to what it cites:
    compare nodes of one kind with each other. Source: Page, Brin, Motwani and Winograd, "The PageRank citation
    ranking", Stanford 1999.
    """
    counted = counted_graph(graph)
    if not counted:
        return {}
    ranks: dict[str, float] = nx.pagerank(counted, alpha=0.85, weight="weight")
    return ranks


def betweenness(graph: Graph, *, seed: int = 0) -> dict[str, float]:
    """Share of the shortest paths that lead through each node, directions ignored, edges of equal length.

    Exact up to `SAMPLED_BETWEENNESS_NODES` nodes, above estimated from 500 drawn by the seed. Sources: U. Brandes, "A
    faster algorithm for betweenness centrality", Journal of Mathematical Sociology 25(2), 2001; Brandes and Pich,
    "Centrality estimation in large networks", International Journal of Bifurcation and Chaos 17(7), 2007.
    """
    simple = simple_graph(graph)
    sample = 500 if len(simple) > SAMPLED_BETWEENNESS_NODES else None
    shares: dict[str, float] = nx.betweenness_centrality(simple, k=sample, seed=seed)
    return shares


def communities(graph: Graph, *, seed: int = 0, resolution: float = 1.0) -> list[set[str]]:
    """Sets of nodes that hang together, the largest first, equal ones by their first node in the graph.

    Louvain on the undirected graph with its weights: V. Blondel, J.-L. Guillaume, R. Lambiotte and E. Lefebvre, "Fast
    unfolding of communities in large networks", Journal of Statistical Mechanics, 2008. A higher resolution gives
    more and smaller ones.
    """
    simple = simple_graph(graph)
    if not simple:
        return []
    order = {node: number for number, node in enumerate(graph)}
    found: list[set[str]] = nx.community.louvain_communities(simple, weight="weight", resolution=resolution, seed=seed)
    return sorted(found, key=lambda members: (-len(members), min(order[node] for node in members)))


def centralities(graph: Graph, *, seed: int = 0) -> list[Centrality]:
    """All of it for every node, the highest betweenness first, equal ones in the order of the graph."""
    community = {node: number for number, members in enumerate(communities(graph, seed=seed)) for node in members}
    degree, rank, between = degrees(graph), pagerank(graph), betweenness(graph, seed=seed)
    table = [
        Centrality(
            node=node,
            kind=attributes["kind"],
            label=attributes["label"],
            degree=degree[node],
            pagerank=rank[node],
            betweenness=between[node],
            community=community[node],
        )
        for node, attributes in graph.nodes(data=True)
    ]
    return sorted(table, key=lambda row: -row.betweenness)


def bridges(graph: Graph, *, seed: int = 0) -> list[Bridge]:
    """Pairs of phenomena that papers join by evidence on both, most papers first; only evidence that counts.

    Without a shared paper two phenomena of one topic still hang together by the topic; that is no bridge.
    """
    between = betweenness(graph, seed=seed)
    order = {node: number for number, node in enumerate(graph)}
    joined: dict[tuple[str, str], list[str]] = {}
    for paper, attributes in graph.nodes(data=True):
        if attributes["kind"] == PAPER:
            for pair in combinations(sorted(_phenomena_of(graph, paper), key=order.__getitem__), 2):
                joined.setdefault(pair, []).append(paper)
    found = [
        Bridge(
            first=graph.nodes[first]["slug"],
            second=graph.nodes[second]["slug"],
            papers=tuple(graph.nodes[paper]["key"] for paper in papers),
            across_topics=graph.nodes[first].get("topic") != graph.nodes[second].get("topic"),
            betweenness=max(between[paper] for paper in papers),
        )
        for (first, second), papers in sorted(joined.items(), key=lambda each: tuple(map(order.__getitem__, each[0])))
    ]
    return sorted(found, key=lambda bridge: (-len(bridge.papers), -bridge.betweenness))


def _phenomena_of(graph: Graph, paper: str) -> set[str]:
    claims = {
        claim
        for _, claim, attributes in graph.out_edges(paper, data=True)
        if attributes["relation"] in EVIDENCE_RELATIONS and attributes["counted"]
    }
    return {
        phenomenon
        for claim in claims
        for _, phenomenon, attributes in graph.out_edges(claim, data=True)
        if attributes["relation"] == "about"
    }


def neighbourhood(
    graph: Graph, name: str, *, hops: int = 2, through: Collection[str] = (PHENOMENON, CLAIM, PAPER)
) -> Graph:
    """What lies up to so many edges from a node, directions ignored, with all edges between these nodes.

    Args:
        name: id, IRI, slug or key of a node.
        hops: 0 is the node alone.
        through: kinds of nodes that the walk goes on from. Topics, models and citing papers are reached and not passed,
            else everything is near everything. The node asked for is always passed.

    Raises:
        UnknownName: no such node.
        ValueError: hops is negative.
    """
    if hops < 0:
        raise ValueError("hops must be 0 or more")
    start = find_node(graph, name)
    reached, frontier = {start}, [start]
    for _ in range(min(hops, len(graph))):
        passed = [node for node in frontier if node == start or graph.nodes[node]["kind"] in through]
        frontier = []
        for node in passed:
            for neighbour in nx.all_neighbors(graph, node):
                if neighbour not in reached:
                    reached.add(neighbour)
                    frontier.append(neighbour)
    # A subgraph view iterates in the order of a set; the copy is built in the order of the graph.
    kept: Graph = nx.MultiDiGraph(**graph.graph)
    kept.add_nodes_from((node, attributes) for node, attributes in graph.nodes(data=True) if node in reached)
    for source, target, key, attributes in graph.edges(keys=True, data=True):
        if source in reached and target in reached:
            kept.add_edge(source, target, key, **attributes)
    return kept
