"""The shortest way of evidence between two claims, told step by step."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import networkx as nx

from phengraph.network.build import CLAIM, EVIDENCE_RELATIONS, Graph, find_node
from phengraph.problems import UnknownName

STANCE_VERBS = {
    "supports": "supports",
    "contradicts": "contradicts",
    "qualifies": "qualifies",
    "inconclusive": "is inconclusive about",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One evidence on the way: a paper and a claim, walked in either direction."""

    paper: str
    """Key."""
    claim: str
    """Slug."""
    relation: str
    """The stance: `supports`, `contradicts`, `qualifies` or `inconclusive`."""
    evidence: str
    """Its name."""
    finding: str
    counted: bool
    """False for evidence that is not accepted."""
    sentence: str
    """`Training Compute-Optimal ... supports "The best number ...": what it found.`"""


@dataclass(frozen=True, slots=True)
class EvidencePath:
    """The way from one claim to another; printed, it tells itself line by line."""

    nodes: tuple[str, ...]
    """Claims and papers in turn, by their ids."""
    steps: tuple[Step, ...]
    """One less than the nodes."""

    def __str__(self) -> str:
        return "\n".join(f"{number}. {step.sentence}" for number, step in enumerate(self.steps, 1))


def evidence_path(graph: Graph, first: str, second: str, *, counted_only: bool = True) -> EvidencePath | None:
    """The shortest chain of evidence that joins two claims, through papers that speak about both.

    Breadth first over the evidence edges, directions ignored, ties by the order of the graph. Between two nodes with
    several pieces of evidence the heaviest is told.

    Args:
        first: id, IRI or slug of a claim; `second` likewise.
        counted_only: leave out evidence that is not accepted.

    Returns:
        The path, without a step when both are the same claim; None when no evidence joins them.

    Raises:
        UnknownName: no such claim.
    """
    start, end = (_find_claim(graph, name) for name in (first, second))
    joined: nx.Graph[str] = nx.Graph()
    joined.add_nodes_from((start, end))
    for paper, claim, attributes in graph.edges(data=True):
        if attributes["relation"] in EVIDENCE_RELATIONS and (attributes["counted"] or not counted_only):
            known = joined.get_edge_data(paper, claim)
            if known is None or attributes["weight"] > known["told"]["weight"]:
                joined.add_edge(paper, claim, told=attributes)
    try:
        nodes: list[str] = nx.shortest_path(joined, start, end)
    except nx.NetworkXNoPath:
        return None
    steps = tuple(_tell(graph, joined, one, other) for one, other in pairwise(nodes))
    return EvidencePath(tuple(nodes), steps)


def _find_claim(graph: Graph, name: str) -> str:
    node = f"{CLAIM}/{name}" if f"{CLAIM}/{name}" in graph else find_node(graph, name)
    if graph.nodes[node]["kind"] != CLAIM:
        raise UnknownName("claim", name)
    return node


def _tell(graph: Graph, joined: nx.Graph[str], one: str, other: str) -> Step:
    claim, paper = (one, other) if graph.nodes[one]["kind"] == CLAIM else (other, one)
    told = joined.edges[one, other]["told"]
    said, by = graph.nodes[claim], graph.nodes[paper]
    year = f" ({by['year']})" if "year" in by else ""
    proposed = "" if told["counted"] else f" [{told['review']}, does not count]"
    sentence = f'{by["label"]}{year} {STANCE_VERBS[told["relation"]]} "{said["label"]}": {told["finding"]}{proposed}'
    return Step(
        paper=by["key"],
        claim=said["slug"],
        relation=told["relation"],
        evidence=told["evidence"],
        finding=told["finding"],
        counted=told["counted"],
        sentence=sentence,
    )
