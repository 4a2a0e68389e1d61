"""Which statements an export holds, and in which order a reader meets them.

The order is the house's: topics; each phenomenon with the notes on it, its claims, their statuses and their evidence;
then papers, authors, models, data sets; then what machines saw; the ontology last. What the view does not know (a
citing paper, an agent) comes after what it does, by kind and by IRI, so that nothing is lost and the order is total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal, NamedNode, Quad, Store

from phengraph import identifiers, vocabulary
from phengraph.quads.terms import source_list_node
from phengraph.vocabulary import expand

if TYPE_CHECKING:
    from phengraph.views import View

Term: TypeAlias = NamedNode | Literal
Statement: TypeAlias = tuple[str, Term]
"""A predicate's IRI and an object; the subject is known where statements are listed."""

# Predicates in the order in which a reader wants them; the others follow by name.
# fmt: off
_PREDICATES = (
    "rdf:type", "skos:prefLabel", "rdfs:label", "foaf:name", "dcterms:title", "ph:key", "ph:aspect",
    "ph:listNumber", "ph:topic", "ph:about", "ph:claim", "ph:paper", "ph:citingPaper", "ph:stance", "ph:strength",
    "ph:reviewState", "schema:text", "dcterms:description", "ph:finding", "ph:quote", "ph:locator", "ph:checked",
    "ph:confidence", "ph:readIn", "ph:listSays", "ph:fact", "ph:origin", "ph:asOf", "ph:minParameters",
    "ph:maxParameters", "ph:minTokens", "ph:maxTokens", "ph:minCompute", "ph:maxCompute", "ph:testedOn",
    "ph:dataset", "ph:datasetNames", "ph:metric", "ph:conditionNote", "ph:authorNames", "schema:author", "ph:year",
    "ph:month", "ph:venue", "ph:entryType", "fabio:hasArXivId", "prism:doi", "ph:openReviewId", "ph:corpusId",
    "ph:semanticScholarId", "schema:url", "ph:organisation", "ph:parameters", "ph:normalization",
    "ph:normPlacement", "ph:status", "ph:statusRecord", "ph:rule", "ph:reason", "ph:supportShare",
    "ph:supportWeight", "ph:contradictWeight", "ph:supportingTeams", "ph:contradictingTeams", "ph:qualifyingTeams",
    "ph:flag", "ph:supports", "ph:contradicts", "ph:qualifies", "ph:seenIn", "ph:listCites", "ph:writtenOrder",
    "ph:figure", "skos:note", "ph:authorsChecked", "ph:venueChecked", "ph:identifierSource", "ph:verifiedWith",
    "ph:position", "ph:sourceFile",
)
# fmt: on
_PREDICATE_RANK = {expand(name): rank for rank, name in enumerate(_PREDICATES)}

# What of <derived> comes from the ingester's counts, not from people's text.
_COUNTED = frozenset(map(expand, ("ph:citationCount", "ph:influentialCitationCount", "ph:countedOn")))

# Sections of what the view does not order, by the kind in the IRI.
_KIND_HEADINGS = {
    "paper": "Papers",
    "author": "Authors",
    "model": "Models",
    "dataset": "Data sets",
    "status": "Statuses",
    "citation": "Citations",
    "count": "Counts of citations",
    "work": "Citing papers",
    "suggestion": "Suggestions",
    "agent": "People and programs",
}


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together, under a heading for a reader."""

    heading: str
    subjects: tuple[str, ...]
    """IRIs, in order."""


def knowledge_statements(base: str, *, with_citations: bool, with_provenance: bool) -> Callable[[Quad], bool]:
    """A test of quads: what people wrote and what follows from it; on request what was seen, and who wrote it when.

    Without citations the counts that `<derived>` repeats are left out too, so that a refresh of citations, which
    changes no knowledge, changes no byte of the Turtle in git. Suggestions are never in.
    """
    graphs = (f"{base}graph/",) + ((f"{base}ingest/",) if with_citations else ())
    whole = {base + vocabulary.DERIVED} | ({base + vocabulary.PROVENANCE} if with_provenance else set())

    def wanted(quad: Quad) -> bool:
        name = graph_name(quad)
        if name in whole:
            return with_citations or quad.predicate.value not in _COUNTED
        return name.startswith(graphs)

    return wanted


def graph_name(quad: Quad) -> str:
    """The IRI of a quad's graph; `""` for the default graph, where this program writes nothing."""
    graph = quad.graph_name
    return graph.value if isinstance(graph, NamedNode) else ""


def subjects_of(quads: Iterable[Quad]) -> set[str]:
    """IRIs of all subjects."""
    return {subject_of(quad) for quad in quads}


def statements_of(store: Store, subject: str, wanted: Callable[[Quad], bool]) -> list[Statement]:
    """The wanted statements about one subject, each once, in the reader's order."""
    quads = store.quads_for_pattern(NamedNode(subject), None, None, None)
    return sort_statements((quad.predicate.value, object_of(quad)) for quad in quads if wanted(quad))


def sort_statements(statements: Iterable[Statement]) -> list[Statement]:
    """Statements once each: by predicate in the reader's order, then English before Chinese, then by value."""
    return sorted(set(statements), key=_statement_key)


def _statement_key(statement: Statement) -> tuple[int, str, tuple[int, str, str, str]]:
    predicate, term = statement
    rank = _PREDICATE_RANK.get(predicate, len(_PREDICATE_RANK))
    if isinstance(term, NamedNode):
        return rank, predicate, (0, "", term.value, "")
    return rank, predicate, (1, term.language or "", term.value, term.datatype.value)


def subject_of(quad: Quad) -> str:
    assert isinstance(quad.subject, NamedNode)  # the dataset has no blank nodes
    return quad.subject.value


def object_of(quad: Quad) -> Term:
    assert isinstance(quad.object, NamedNode | Literal)  # no blank nodes, no triple terms
    return quad.object


def sections(view: View, subjects: set[str]) -> Iterator[Section]:
    """All subjects, each once, in the house's order, in sections."""
    left = set(subjects)

    def take(heading: str, names: Iterable[str]) -> Iterator[Section]:
        present = tuple(name for name in names if name in left)
        left.difference_update(present)
        if present:
            yield Section(heading, present)

    base, knowledge = view.base, view.knowledge
    yield from take("The source list", [source_list_node(base).value])
    yield from take("Topics", (identifiers.iri(base, "topic", slug) for slug in knowledge.topics))
    claims, evidence, notes = defaultdict(list), defaultdict(list), defaultdict(list)
    for claim in knowledge.claims.values():
        claims[claim.phenomenon].append(claim.slug)
    for reading in knowledge.evidence.values():
        evidence[reading.claim].append(reading.name)
    for note in knowledge.notes.values():
        notes[note.about].append(note.slug)
    for phenomenon in knowledge.phenomena.values():
        names = [identifiers.iri(base, "phenomenon", phenomenon.slug), *(figure.url for figure in phenomenon.figures)]
        names += [identifiers.iri(base, "note", slug) for slug in notes[phenomenon.slug]]
        for slug in claims[phenomenon.slug]:
            names += [identifiers.iri(base, "claim", slug), identifiers.iri(base, "status", slug)]
            names += [identifiers.iri(base, "evidence", name) for name in evidence[slug]]
        yield from take(f"Phenomenon: {phenomenon.label}", names)
    yield from take("Notes on the list", (identifiers.iri(base, "note", slug) for slug in notes[""]))
    yield from take("Papers", (identifiers.iri(base, "paper", key) for key in knowledge.papers))
    yield from take("Models", (identifiers.iri(base, "model", key) for key in knowledge.models))
    for kind, heading in _KIND_HEADINGS.items():
        prefix = f"{base}{kind}/"
        yield from take(heading, sorted(name for name in left if name.startswith(prefix)))
    yield from take("Others", sorted(name for name in left if not name.startswith(vocabulary.PH)))
    yield from take("The ontology", sorted(left))
