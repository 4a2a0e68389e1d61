"""What the ingester saw, as quads: citations with their sentences, citing papers, counts on dates.

A citing paper that is itself tracked is the tracked paper (`<paper/KEY>`), so that a path of citations runs through
the curated papers. Each record stands in the named graph of the file that the ingester keeps it in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad

from phengraph.identifiers import make_slug
from phengraph.model import Citation, CitationCount, CitingPaper, Knowledge
from phengraph.quads.terms import Entry, date_literal, datetime_literal, entry, graph_of, join_names, term, url_node
from phengraph.vocabulary import expand

if TYPE_CHECKING:
    from phengraph.ingest.records import PaperRecord, Run

RECORDS = "ingest/semanticscholar"
SEMANTIC_SCHOLAR = "https://www.semanticscholar.org/"

# Each intent that Semantic Scholar gives a sentence has a subproperty of ph:context, so that a sentence keeps its own.
INTENT_CONTEXTS = {
    "background": "ph:backgroundContext",
    "methodology": "ph:methodologyContext",
    "result": "ph:resultContext",
}


def work_name(citing: CitingPaper) -> str:
    """The name of a citing paper under `<work/>`: Semantic Scholar's id, else its corpus id, else its title."""
    if citing.s2_id:
        return citing.s2_id
    if citing.corpus_id is not None:
        return f"corpus-{citing.corpus_id}"
    digest = hashlib.sha256(citing.title.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"untracked-{make_slug(citing.title)[:60].strip('-') or 'title'}-{digest}"


class TrackedPapers:
    """The tracked papers, to be recognized among citing ones.

    Args:
        knowledge: which papers are tracked.
        known_ids: Semantic Scholar's ids of them, former ids and other versions too -> their keys.
    """

    def __init__(self, knowledge: Knowledge, known_ids: Mapping[str, str]) -> None:
        self._known_ids = known_ids
        self._keys: dict[tuple[str, str | int], str] = {}
        for paper in knowledge.papers.values():
            for scheme, value in (("arxiv", paper.arxiv), ("doi", paper.doi), ("corpus", paper.corpus_id)):
                if value is not None:
                    self._keys[scheme, value.lower() if isinstance(value, str) else value] = paper.key

    def key_of(self, citing: CitingPaper) -> str | None:
        """The key of the tracked paper that a citing paper is, or None."""
        if citing.s2_id in self._known_ids:
            return self._known_ids[citing.s2_id]
        for scheme, value in (("arxiv", citing.arxiv), ("doi", citing.doi), ("corpus", citing.corpus_id)):
            if value is not None:
                key = self._keys.get((scheme, value.lower() if isinstance(value, str) else value))
                if key is not None:
                    return key
        return None


class CitationQuads:
    """The quads of what Semantic Scholar says of the tracked papers.

    No triple stands in two graphs, because the engine's union of graphs would give it twice: a citing paper is
    described in the graph of its first citation, and an edge `cito:cites` is told once, however it was learnt.

    Args:
        knowledge: which papers are tracked; what is said of others is left out.
        base: the base IRI, ending in a slash.
        known_ids: Semantic Scholar's ids of the tracked papers, former ids and other versions too -> their keys.
    """

    def __init__(self, knowledge: Knowledge, base: str, known_ids: Mapping[str, str]) -> None:
        self._knowledge = knowledge
        self._base = base
        self.tracked = TrackedPapers(knowledge, known_ids)
        self.described: set[str] = set()
        """Names of the citing papers that were described so far."""
        self._edges: set[tuple[str, str]] = set()

    def of_citations(self, citations: Iterable[Citation]) -> Iterator[Quad]:
        """`cito:Citation` nodes, `cito:cites` edges and the citing papers; records in any order."""
        for citation in citations:
            if citation.cited in self._knowledge.papers:
                yield from self._of_citation(citation)

    def of_references(self, references: Mapping[str, Iterable[str]]) -> Iterator[Quad]:
        """Edges between tracked papers, by key, that no citation has told; so these come last."""
        graph = graph_of(self._base, f"{RECORDS}/papers.jsonl")
        for key, cited_keys in references.items():
            for cited_key in cited_keys:
                if key in self._knowledge.papers and cited_key in self._knowledge.papers:
                    citing, cited = (entry(self._base, "paper", one) for one in (key, cited_key))
                    yield from self._cites(citing, cited, graph)

    def _cites(self, citing: NamedNode, cited: NamedNode, graph: NamedNode) -> Iterator[Quad]:
        edge = (citing.value, cited.value)
        if edge not in self._edges:
            self._edges.add(edge)
            yield Quad(citing, term("cito:cites"), cited, graph)

    def _of_citation(self, citation: Citation) -> Iterator[Quad]:
        name = work_name(citation.citing)
        key = self.tracked.key_of(citation.citing)
        graph = graph_of(self._base, f"{RECORDS}/citations/{citation.cited}/{citation.seen[:7]}.jsonl")
        cited = entry(self._base, "paper", citation.cited)
        citing = entry(self._base, "work", name) if key is None else entry(self._base, "paper", key)
        made = Entry(entry(self._base, "citation", f"{citation.cited}/{name}"), "cito:Citation", graph)
        made.add("cito:hasCitingEntity", citing)
        made.add("cito:hasCitedEntity", cited)
        for context in citation.contexts:
            made.text("ph:context", context.text)
            for intent in context.intents:
                if intent in INTENT_CONTEXTS:
                    made.text(INTENT_CONTEXTS[intent], context.text)
        for intent in sorted({*citation.intents, *(one for context in citation.contexts for one in context.intents)}):
            made.text("ph:intent", intent)
        made.add("ph:isInfluential", Literal(citation.influential))
        made.add("ph:seen", date_literal(citation.seen))
        if citation.removed is not None:
            made.add("ph:removed", date_literal(citation.removed))
        yield from made.quads
        if citation.removed is None:
            yield from self._cites(citing, cited, graph)
        if key is None and name not in self.described:
            self.described.add(name)
            yield from work_quads(citation.citing, citing, graph)


def record_quads(key: str, record: PaperRecord, base: str) -> list[Quad]:
    """What Semantic Scholar knows of one tracked paper, beside what people wrote of it."""
    graph = graph_of(base, f"{RECORDS}/papers.jsonl")
    paper = entry(base, "paper", key)
    quads = [Quad(paper, term("ph:sourceHealth"), Literal(record.health), graph)]
    texts = (
        ("ph:semanticScholarId", record.id),
        ("dcterms:abstract", record.abstract),
        ("ph:tldr", record.tldr),
        *(("ph:fieldOfStudy", name) for name in record.fields),
    )
    quads += [Quad(paper, term(predicate), Literal(text), graph) for predicate, text in texts if text]
    if record.open_access:
        quads.append(Quad(paper, term("ph:openAccessCopy"), url_node(record.open_access), graph))
    return quads


def count_quads(counts: Iterable[CitationCount], knowledge: Knowledge, base: str) -> Iterator[Quad]:
    """The quads of counts on dates: `c4o:GlobalCitationCount` nodes, one for each paper and date."""
    source = NamedNode(SEMANTIC_SCHOLAR)
    for count in counts:
        if count.paper not in knowledge.papers:
            continue
        graph = graph_of(base, f"{RECORDS}/counts/{count.paper}.jsonl")
        made = Entry(entry(base, "count", f"{count.paper}/{count.date}"), "c4o:GlobalCitationCount", graph)
        made.whole_number("c4o:hasGlobalCountValue", count.citations)
        made.whole_number("ph:influentialCitationCount", count.influential)
        made.add("c4o:hasGlobalCountDate", date_literal(count.date))
        made.add("c4o:hasGlobalCountSource", source)
        paper = entry(base, "paper", count.paper)
        made.quads.append(Quad(paper, term("c4o:hasGlobalCitationFrequency"), made.subject, graph))
        yield from made.quads


def run_quads(runs: Iterable[Run], base: str) -> Iterator[Quad]:
    """The refreshes that brought news, so that one can ask how old the citations are and how much they cover."""
    graph = graph_of(base, f"{RECORDS}/runs.jsonl")
    # Two that ended in the same second are one here: the later line holds.
    for when, run in {run.when: run for run in runs}.items():
        made = Entry(entry(base, "refresh", when), "ph:Refresh", graph)
        made.add("prov:endedAtTime", datetime_literal(when))
        made.add("prov:used", NamedNode(SEMANTIC_SCHOLAR))
        made.whole_number("ph:requests", run.requests)
        made.whole_number("ph:trackedPapers", run.papers)
        made.whole_number("ph:knownPapers", run.known)
        made.whole_number("ph:completePapers", run.complete)
        made.whole_number("ph:newCitations", run.new)
        made.whole_number("ph:removedCitations", run.removed)
        made.text("ph:outcome", run.health)
        yield from made.quads


def work_quads(citing: CitingPaper, work: NamedNode, graph: NamedNode, *, kind: str = "ph:CitingPaper") -> list[Quad]:
    """What is known of a paper that is not tracked."""
    made = Entry(work, kind, graph)
    made.text("ph:semanticScholarId", citing.s2_id or None)
    made.whole_number("ph:corpusId", citing.corpus_id)
    made.text("dcterms:title", citing.title)
    if citing.authors:
        made.text("ph:authorNames", join_names(citing.authors, complete=citing.authors_complete))
    made.whole_number("ph:year", citing.year)
    if citing.date is not None:
        datatype = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}.get(len(citing.date), "xsd:string")
        made.add("dcterms:date", Literal(citing.date, datatype=NamedNode(expand(datatype))))
    made.text("ph:venue", citing.venue)
    made.text("fabio:hasArXivId", citing.arxiv)
    made.text("prism:doi", citing.doi)
    made.whole_number("ph:citationCount", citing.citation_count)
    made.whole_number("ph:influentialCitationCount", citing.influential_count)
    made.text("dcterms:abstract", citing.abstract)
    made.text("ph:tldr", citing.tldr)
    if citing.open_access is not None:
        made.add("ph:openAccessCopy", url_node(citing.open_access))
    for name in citing.fields_of_study:
        made.text("ph:fieldOfStudy", name)
    return made.quads
