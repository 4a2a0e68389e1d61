"""From the view to a NetworkX graph, with plain values as attributes.

Every attribute is a `str`, `int`, `float` or `bool`, and one that is not known is absent rather than None: so GraphML
and GEXF hold the graph as it is, and `graph.nodes[node].get("year")` says what it looks like. Nodes and edges stand in
the order of the view, so the same dataset gives the same graph, down to the order of iteration.

A node's id is its kind and its slug or key (`claim/twenty-tokens-per-parameter`, `paper/hoffmann2022chinchilla`): the
end of its IRI.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

import networkx as nx

from phengraph.identifiers import iri
from phengraph.model import Citation, Evidence, Knowledge, Strength
from phengraph.network.attributes import (
    Value,
    citing_paper_attributes,
    claim_attributes,
    evidence_attributes,
    model_attributes,
    paper_attributes,
    phenomenon_attributes,
    present,
    topic_attributes,
)
from phengraph.problems import UnknownName, nearest
from phengraph.settings import StatusSettings
from phengraph.views import View, read_all_citations, read_view

if TYPE_CHECKING:
    from phengraph.dataset import Dataset

Graph: TypeAlias = "nx.MultiDiGraph[str]"

TOPIC, PHENOMENON, CLAIM, PAPER, MODEL, CITING_PAPER = KINDS = (
    "topic",
    "phenomenon",
    "claim",
    "paper",
    "model",
    "citing paper",
)
"""Values of a node's `kind`, from the general to the particular."""

EVIDENCE_RELATIONS = ("supports", "contradicts", "qualifies", "inconclusive")
"""Relations of edges from a paper to a claim, each edge one evidence."""


def build_network(
    source: Dataset | View, *, citations: Iterable[Citation] = (), weights: StatusSettings | None = None
) -> Graph:
    """The graph of everything that people wrote, and of those who cite it when citations are given.

    Nodes have `kind` (one of `KINDS`), `label`, `iri`, `slug` or `key`, and what is known of their kind: `status`,
    `reason`, `share` and the counts of a claim; `year`, `venue`, `authors`, `citations` of a paper; and so on.

    Edges have `relation` and `weight`, and their key is the relation (`supports#2` for the second evidence of that
    stance from one paper on one claim):

    =============  ==========================  =====================================================================
    relation       from -> to                  attributes
    =============  ==========================  =====================================================================
    an evidence    paper -> claim              relation is its stance; evidence, finding, strength, review, checked,
                                               confidence, counted, locator, quote, parameters_minimum ..., note
    about          claim -> phenomenon
    topic          phenomenon -> topic
    seenIn         phenomenon -> model
    listCites      phenomenon -> paper         the source list itself cites it
    introduces     paper -> model
    testedOn       paper -> model              evidence: names, joined by `; `
    cites          (citing) paper -> paper     influential, contexts (how many), intents, seen, removed
    =============  ==========================  =====================================================================

    `weight` of an evidence is its strength in numbers when it counts in the status (accepted), else 0; of any other
    edge 1.

    Args:
        source: a dataset, or what `views.read_view` gave of one.
        citations: who cites whom, as `current_citations` gives it; a citing paper that is itself a paper of the graph
            becomes no second node.
        weights: strengths in numbers, the project's own when they differ from the defaults.
    """
    view = source if isinstance(source, View) else read_view(source)
    knowledge = view.knowledge
    settings = weights or StatusSettings()
    strengths = {
        Strength.STRONG: settings.strong,
        Strength.MODERATE: settings.moderate,
        Strength.WEAK: settings.weak,
    }
    graph: Graph = nx.MultiDiGraph(name=view.title, base=view.base)
    _add_nodes(graph, view)
    _add_structure(graph, knowledge)
    for evidence in knowledge.evidence.values():
        if f"{PAPER}/{evidence.paper}" in graph and f"{CLAIM}/{evidence.claim}" in graph:
            _add_evidence(graph, evidence, strengths)
    _add_citations(graph, knowledge, view.base, citations)
    return graph


def current_citations(dataset: Dataset) -> Iterator[Citation]:
    """Every citation of every paper that Semantic Scholar has now, by paper, newest first."""
    by_paper = read_all_citations(dataset)
    for key in read_view(dataset).knowledge.papers:
        yield from (citation for citation in by_paper.get(key, ()) if citation.removed is None)


def find_node(graph: Graph, name: str) -> str:
    """The node with this id, IRI, slug or key; kinds are tried in the order of `KINDS`.

    Raises:
        UnknownName: there is none; the message suggests the nearest.
    """
    base = str(graph.graph.get("base", ""))
    bare = unquote(name.removeprefix(base)) if base and name.startswith(base) else name
    for candidate in (bare, *(f"{kind}/{name}" for kind in (*KINDS[:-1], "work"))):
        if candidate in graph:
            return candidate
    raise UnknownName("node", name, nearest(name, (node.partition("/")[2] for node in graph)))


def _add_nodes(graph: Graph, view: View) -> None:
    knowledge = view.knowledge
    for topic in knowledge.topics.values():
        _add(graph, view.base, TOPIC, topic.slug, topic_attributes(topic))
    for phenomenon in knowledge.phenomena.values():
        _add(graph, view.base, PHENOMENON, phenomenon.slug, phenomenon_attributes(phenomenon))
    for claim in knowledge.claims.values():
        phenomenon_of = knowledge.phenomena.get(claim.phenomenon)
        attributes = claim_attributes(claim, phenomenon_of, view.statuses.get(claim.slug))
        _add(graph, view.base, CLAIM, claim.slug, attributes)
    for paper in knowledge.papers.values():
        _add(graph, view.base, PAPER, paper.key, paper_attributes(paper, view.counts.get(paper.key, ())))
    for model in knowledge.models.values():
        _add(graph, view.base, MODEL, model.key, model_attributes(model))


def _add(graph: Graph, base: str, kind: str, name: str, attributes: Mapping[str, Value]) -> None:
    graph.add_node(f"{kind}/{name}", kind=kind, iri=iri(base, kind, name), **attributes)


def _connect(graph: Graph, source: str, target: str, relation: str, attributes: Mapping[str, Value]) -> None:
    """An edge whose key is its relation, numbered from the second on; nothing when an end is missing."""
    if source not in graph or target not in graph:
        return
    key, number = relation, 1
    while graph.has_edge(source, target, key):
        number += 1
        key = f"{relation}#{number}"
    graph.add_edge(source, target, key, relation=relation, **({"weight": 1.0} | dict(attributes)))


def _add_structure(graph: Graph, knowledge: Knowledge) -> None:
    for phenomenon in knowledge.phenomena.values():
        node = f"{PHENOMENON}/{phenomenon.slug}"
        _connect(graph, node, f"{TOPIC}/{phenomenon.topic}", "topic", {})
        for key in phenomenon.seen_in:
            _connect(graph, node, f"{MODEL}/{key}", "seenIn", {})
        for key in phenomenon.listed_papers:
            _connect(graph, node, f"{PAPER}/{key}", "listCites", {})
    for claim in knowledge.claims.values():
        _connect(graph, f"{CLAIM}/{claim.slug}", f"{PHENOMENON}/{claim.phenomenon}", "about", {})
    for model in knowledge.models.values():
        if model.paper:
            _connect(graph, f"{PAPER}/{model.paper}", f"{MODEL}/{model.key}", "introduces", {})
    tested: dict[tuple[str, str], list[str]] = {}
    for evidence in knowledge.evidence.values():
        for key in evidence.conditions.models:
            tested.setdefault((evidence.paper, key), []).append(evidence.name)
    for (paper, key), names in tested.items():
        _connect(graph, f"{PAPER}/{paper}", f"{MODEL}/{key}", "testedOn", {"evidence": "; ".join(names)})


def _add_evidence(graph: Graph, evidence: Evidence, strengths: Mapping[Strength, float]) -> None:
    source, target = f"{PAPER}/{evidence.paper}", f"{CLAIM}/{evidence.claim}"
    _connect(graph, source, target, str(evidence.stance), evidence_attributes(evidence, strengths))


def _identifiers(arxiv: str | None, doi: str | None, corpus_id: int | None) -> Iterator[str]:
    if arxiv:
        yield f"arxiv:{arxiv}"
    if doi:
        yield f"doi:{doi.lower()}"
    if corpus_id is not None:
        yield f"corpusid:{corpus_id}"


def _add_citations(graph: Graph, knowledge: Knowledge, base: str, citations: Iterable[Citation]) -> None:
    known = {
        identifier: f"{PAPER}/{paper.key}"
        for paper in knowledge.papers.values()
        for identifier in _identifiers(paper.arxiv, paper.doi, paper.corpus_id)
    }
    for citation in citations:
        citing = citation.citing
        identifiers = _identifiers(citing.arxiv, citing.doi, citing.corpus_id)
        source = next((known[one] for one in identifiers if one in known), None)
        if source is None:
            name = citing.s2_id or f"CorpusId:{citing.corpus_id}"
            source = f"work/{name}"
            if source not in graph:
                graph.add_node(
                    source, kind=CITING_PAPER, iri=iri(base, "work", name), **citing_paper_attributes(citing, name)
                )
        said = present(
            influential=citation.influential,
            contexts=len(citation.contexts),
            intents="; ".join(sorted({intent for context in citation.contexts for intent in context.intents})),
            seen=citation.seen,
            removed=citation.removed,
        )
        _connect(graph, source, f"{PAPER}/{citation.cited}", "cites", said)
